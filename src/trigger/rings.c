// SPDX-License-Identifier: MIT
/*
 * Switching an instance's rings. What should be stands in the set, in two words; the rings' states
 * follow from it. Whoever changes a word goes through the rings afterwards, and again when he finds
 * that a word has changed meanwhile: so the last who changed one, and everybody who came in
 * between, leave the rings as the words say.
 *
 * All of it is sequentially consistent: a pass over the rings may not move before the store to the
 * set, nor the look at the set that follows it before the pass.
 */
#include "domain/domain.h"
#include "trigger/trigger.h"

/* Another round is due only when somebody else switched; he goes through the rings himself. */
#define MAX_ROUNDS 64
#define KEPT_OFF (ORL_RING_MASKED | ORL_RING_ASIDE | ORL_RING_RETIRED)

static void settle_ring(struct orl_ring *ring, bool on, bool aside)
{
	uint64_t old = __atomic_load_n(&ring->state, __ATOMIC_SEQ_CST), state;

	for (int i = 0; i < MAX_ROUNDS; i++) {
		state = old & ~(ORL_RING_ON | ORL_RING_ASIDE);
		if (aside)
			state |= ORL_RING_ASIDE;
		if (on && !(state & KEPT_OFF))
			state |= ORL_RING_ON;
		/* also when nothing changes: the exchange orders this pass */
		if (__atomic_compare_exchange_n(&ring->state, &old, state, false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return;
	}
}

static void settle_half(const struct orl_rings *rings, bool on, bool aside)
{
	if (!rings || !rings->map)
		return;
	for (uint32_t i = 0; i < rings->file.nr_cpus + rings->file.nr_leases; i++)
		settle_ring(orl_rings_get(rings, i), on, aside);
}

void orl_rings_settle(const struct orl_trigger_host *host)
{
	struct orl_set *set = host->set;
	uint32_t active = __atomic_load_n(&set->active, __ATOMIC_SEQ_CST) & 1;
	bool on = __atomic_load_n(&set->tracing_on, __ATOMIC_SEQ_CST);

	for (int i = 0; i < MAX_ROUNDS; i++) {
		uint32_t now;
		bool on_now;

		settle_half(host->rings[active], on, false);	/* S2 */
		settle_half(host->rings[!active], on, true);	/* S3 */
		now = __atomic_load_n(&set->active, __ATOMIC_SEQ_CST) & 1;
		on_now = __atomic_load_n(&set->tracing_on, __ATOMIC_SEQ_CST);
		if (now == active && on_now == on)
			return;
		active = now;
		on = on_now;
	}
}

void orl_rings_switch(const struct orl_trigger_host *host, bool on)
{
	__atomic_store_n(&host->set->tracing_on, on, __ATOMIC_SEQ_CST);	/* S1 */
	orl_rings_settle(host);
}

bool orl_rings_swap(const struct orl_trigger_host *host)
{
	const struct orl_rings *first = host->rings[0], *second = host->rings[1];

	if (!first || !first->map || !second || !second->map)
		return false;
	__atomic_fetch_xor(&host->set->active, 1, __ATOMIC_SEQ_CST);	/* S1 */
	__atomic_fetch_add(&host->set->snapshots, 1, __ATOMIC_RELAXED);
	orl_rings_settle(host);
	return true;
}
