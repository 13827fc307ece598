// SPDX-License-Identifier: MIT
/*
 * The states of an instance's rings: what of the set they show. Bits are changed one by one and
 * atomically, because triggers in any process change others at the same time.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "reader/ring-impl.h"
#include "reader/set-impl.h"

int orl_halves_open(struct orl_session *s, struct orl_halves *h)
{
	int rc = 0;

	memset(h, 0, sizeof(*h));
	h->host.set = s->set;
	for (int i = 0; i < 2 && !rc; i++) {
		uint32_t id = __atomic_load_n(&s->set->ring_id[i], __ATOMIC_ACQUIRE);

		if (id == ORL_NO_RING)
			continue;
		rc = orl_rings_map(&h->rings[i], &s->domain, id, 0);
		if (!rc)
			h->host.rings[i] = &h->rings[i];
		else if (rc == -ENOENT)
			rc = 0;
		else
			orl_session_fail(s, rc, "cannot map a ring file of %s: %s", s->domain.dir,
					 strerror(-rc));
	}
	if (rc)
		orl_halves_close(h);
	return rc;
}

void orl_halves_close(struct orl_halves *h)
{
	for (int i = 0; i < 2; i++)
		orl_rings_unmap(&h->rings[i]);
}

void orl_rings_mark(const struct orl_rings *r, uint64_t set_bits, uint64_t clear_bits)
{
	for (uint32_t i = 0; i < r->file.nr_cpus + r->file.nr_leases; i++) {
		struct orl_ring *ring = orl_rings_get(r, i);

		__atomic_fetch_or(&ring->state, set_bits, __ATOMIC_SEQ_CST);
		__atomic_fetch_and(&ring->state, ~clear_bits, __ATOMIC_SEQ_CST);
	}
}

/* The bits that only tools change, of one ring whose lock is held. */
static void fix_ring(const struct orl_set *set, const struct orl_rings *r, uint32_t i)
{
	const uint64_t ours = ORL_RING_DISCARD | ORL_RING_MASKED;
	uint64_t want = orl_rings_state(set, &r->file, i) & ours;
	struct orl_ring_view v;
	struct orl_ring_rd rd;

	if (orl_ring_view_of(&v, r, i))
		return;
	/* a writer that discards must know what was read before */
	if ((want & ORL_RING_DISCARD) && !orl_rd_load(&v, &rd))
		orl_rd_repair_locked(&v, &rd);
	__atomic_fetch_or(&v.ring->state, want, __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&v.ring->state, ~(ours & ~want), __ATOMIC_SEQ_CST);
}

int orl_states_fix(struct orl_session *s)
{
	struct orl_halves h;
	int rc = orl_halves_open(s, &h);

	if (rc)
		return rc;
	for (int half = 0; half < 2 && !rc; half++) {
		const struct orl_rings *r = h.host.rings[half];
		int fd = r ? orl_rings_lock(s, r) : -1;

		if (!r)
			continue;
		rc = fd < 0 ? fd : 0;
		for (uint32_t i = 0; !rc && i < r->file.nr_cpus + r->file.nr_leases; i++)
			fix_ring(s->set, r, i);
		if (fd >= 0)
			close(fd);
	}
	orl_rings_settle(&h.host);
	orl_halves_close(&h);
	return rc;
}
