// SPDX-License-Identifier: MIT
/*
 * The switches of the rings, and clearing them. Clearing is done under the ring file's lock, which
 * consumers hold too; the switches under the control file's.
 */
#include "reader/control.h"

#include <errno.h>
#include <unistd.h>

#include "reader/ring-impl.h"
#include "reader/set-impl.h"

/* All that was written until now counts as neither read nor lost. */
int orl_ring_clear_locked(const struct orl_ring_view *v)
{
	struct orl_ring_rd rd = { .read = 0 };
	struct orl_head head;
	int rc = orl_rd_load(v, &rd);

	/* a ring that nothing was written to has other counts where a resize left some */
	if (!rc && !orl_load(&v->ring->head) && !orl_load(&v->ring->dropped) && !rd.base &&
	    !rd.read && !rd.dropped_base)
		return 0;
	rc = rc ? rc : orl_ring_head(v, &head);
	if (rc)
		return rc;
	rd.pos = head.pos;
	rd.seq = rd.base = head.count;
	rd.read = 0;
	rd.dropped_base = orl_load(&v->ring->dropped);
	orl_rd_store_locked(v, &rd);
	return 0;
}

int orl_rings_clear(struct orl_session *s, const struct orl_rings *r, uint32_t cpu)
{
	uint32_t nr_cpus = r->file.nr_cpus;
	int fd = orl_rings_lock(s, r), rc = 0;

	if (fd < 0)
		return fd;
	for (uint32_t i = 0; i < nr_cpus + r->file.nr_leases && !rc; i++) {
		uint32_t of_cpu = i < nr_cpus ? i : (i - nr_cpus) % nr_cpus;
		struct orl_ring_view v;

		if (cpu != ORL_ALL_CPUS && of_cpu != cpu)
			continue;
		rc = orl_ring_view_of(&v, r, i);
		if (!rc)
			rc = orl_ring_clear_locked(&v);
		if (rc)
			orl_session_fail(s, rc, "ring %u of %s/" ORL_RING_NAME " is damaged", i,
					 s->domain.dir);
	}
	close(fd);
	return rc;
}

int orl_control_clear_cpu(struct orl_session *s, uint32_t cpu)
{
	int rc;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	rc = orl_session_map_rings(s);
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	return orl_rings_clear(s, &s->rings, cpu);
}

int orl_control_clear(struct orl_session *s)
{
	return orl_control_clear_cpu(s, ORL_ALL_CPUS);
}

int orl_control_set_tracing(struct orl_session *s, bool on)
{
	struct orl_halves h;
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	rc = orl_halves_open(s, &h);
	if (!rc) {
		orl_rings_switch(&h.host, on);
		orl_halves_close(&h);
	}
	orl_set_unlock(fd);
	return rc;
}

int orl_control_set_discard(struct orl_session *s, bool discard)
{
	return discard ? orl_set_options(s, 0, ORL_OPT_OVERWRITE) :
			 orl_set_options(s, ORL_OPT_OVERWRITE, 0);
}
