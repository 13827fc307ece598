// SPDX-License-Identifier: MIT
/*
 * The switches of the rings, and clearing them. All under the ring file's lock, which consumers
 * hold too.
 */
#include "reader/control.h"

#include <errno.h>
#include <unistd.h>

#include "reader/ring-impl.h"

/* What one ring is to become; returns 0 or -errno. */
typedef int ring_fn(const struct orl_ring_view *v, bool on);

static int for_each_ring(struct orl_session *s, ring_fn *fn, bool on)
{
	int fd, rc;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	fd = orl_session_lock_open(s, ORL_RING_NAME);
	if (fd < 0)
		return fd;
	rc = orl_session_lock(s, fd, ORL_RING_NAME);
	for (uint32_t i = 0; i < s->nr_rings && !rc; i++) {
		struct orl_ring_view v;

		rc = orl_ring_view(&v, s, i);
		if (!rc)
			rc = fn(&v, on);
		if (rc)
			orl_session_fail(s, rc, "ring %u of %s/" ORL_RING_NAME " is damaged", i,
					 s->domain.dir);
	}
	close(fd);
	return rc;
}

/* All that was written until now counts as neither read nor lost. */
static int clear(const struct orl_ring_view *v, bool unused)
{
	struct orl_ring_rd rd = { .read = 0 };
	struct orl_head head;
	int rc;

	(void)unused;
	if (!orl_load(&v->ring->head) && !orl_load(&v->ring->dropped))
		return 0;
	rc = orl_ring_head(v, &head);
	if (rc)
		return rc;
	rd.pos = head.pos;
	rd.seq = rd.base = head.count;
	rd.dropped_base = orl_load(&v->ring->dropped);
	orl_rd_store_locked(v, &rd);
	return 0;
}

static void set_state(const struct orl_ring_view *v, uint64_t bit, bool on)
{
	uint64_t state = orl_load(&v->ring->state);

	/* writers only read it, and every tool that writes it holds the lock */
	orl_store_release(&v->ring->state, on ? state | bit : state & ~bit);
}

static int set_tracing(const struct orl_ring_view *v, bool on)
{
	set_state(v, ORL_RING_ON, on);
	return 0;
}

static int set_discard(const struct orl_ring_view *v, bool on)
{
	struct orl_ring_rd rd;
	int rc = orl_rd_load(v, &rd);

	if (rc)
		return rc;
	orl_rd_repair_locked(v, &rd);
	set_state(v, ORL_RING_DISCARD, on);
	return 0;
}

int orl_control_clear(struct orl_session *s)
{
	int rc = orl_session_map_rings(s);

	if (rc)
		return rc == -ENOENT ? 0 : rc;
	return for_each_ring(s, clear, false);
}

static int set_all(struct orl_session *s, ring_fn *fn, bool on)
{
	int rc = s->flags & ORL_SESSION_READONLY ? 0 : orl_session_create_rings(s);

	return rc ? rc : for_each_ring(s, fn, on);
}

int orl_control_set_tracing(struct orl_session *s, bool on)
{
	return set_all(s, set_tracing, on);
}

int orl_control_set_discard(struct orl_session *s, bool discard)
{
	return set_all(s, set_discard, discard);
}
