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

static bool is_masked(const struct orl_set *set, uint32_t cpu)
{
	return cpu / 64 < sizeof(set->cpumask_off) / sizeof(set->cpumask_off[0]) &&
	       (__atomic_load_n(&set->cpumask_off[cpu / 64], __ATOMIC_RELAXED) >> cpu % 64 & 1);
}

/* The bits that only tools change, of one ring whose lock is held. */
static void fix_ring(const struct orl_set *set, const struct orl_rings *r, uint32_t i)
{
	bool discard = !(__atomic_load_n(&set->options, __ATOMIC_RELAXED) & ORL_OPT_OVERWRITE);
	uint64_t on = 0, both = ORL_RING_DISCARD | ORL_RING_MASKED;
	struct orl_ring_view v;
	struct orl_ring_rd rd;

	if (orl_ring_view_of(&v, r, i))
		return;
	/* a writer that discards must know what was read before */
	if (discard && !orl_rd_load(&v, &rd))
		orl_rd_repair_locked(&v, &rd);
	if (discard)
		on |= ORL_RING_DISCARD;
	if (i < r->file.nr_cpus && is_masked(set, i))
		on |= ORL_RING_MASKED;
	__atomic_fetch_or(&v.ring->state, on, __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&v.ring->state, ~(both & ~on), __ATOMIC_SEQ_CST);
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
