// SPDX-License-Identifier: MIT
/*
 * Appending to an instance rather than to a mapped ring file: which of its two halves is written
 * may change at any moment, by a snapshot that another process takes, and a resize replaces both.
 *
 * A half that refuses says why by its ring's state:
 *
 *   nothing, MASKED   recording is off: the record is not wanted
 *   ASIDE             there was a swap: the other half takes it. A swap switches the new half on
 *                     before the old one off, so one of both is on, also when its process died in
 *                     the middle
 *   RETIRED           replaced, and this process has not followed yet: counted as dropped, but
 *                     where tracing_cpumask keeps the CPU off now, as nobody tells such a ring
 *   nr_cpus = 0       given up: the instance's pointers lead to the new ones
 */
#include "runtime/instance.h"

#define MAX_TRIES 64

static int append(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len)
{
	if (orl_rt.no_rseq)
		return ORL_APPEND_NO_CPU;
	if (rs->clock == ORL_CLOCK_TSC)
		return orl_arch_append(rs, common, rec, len);
	return orl_arch_append_at(rs, common, rec, len, orl_clock_ticks(rs->clock));
}

static struct orl_ring *this_ring(const struct orl_ringset *rs)
{
	uint32_t cpu = orl_this_cpu();

	return (struct orl_ring *)(void *)(rs->base +
					   rs->stride * (cpu < orl_load(&rs->nr_cpus) ? cpu : 0));
}

/*
 * C code that writes to rings which may be given up meanwhile, other than to a leased ring of the
 * thread's own:
 *
 *   N1  busy + 1         seq_cst; pairs with G2 and G4 in retire.c: either the rings are seen to be
 *   N2  load nr_cpus     given up, or whoever gives them up sees that somebody is busy, and leaves
 *   N3  write            their memory for the next time
 *   N4  busy - 1
 */
static bool begin_write(const struct orl_ringset *rs)
{
	__atomic_fetch_add(&orl_wipe.busy, 1, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&rs->nr_cpus, __ATOMIC_SEQ_CST);
}

static void end_write(void)
{
	__atomic_fetch_sub(&orl_wipe.busy, 1, __ATOMIC_SEQ_CST);
}

static int append_vforked(const struct orl_ringset *rs, uint64_t common, const void *rec,
			  uint32_t len, struct orl_ring **ring)
{
	int ret = ORL_APPEND_GONE;

	if (begin_write(rs))
		ret = orl_append_vforked(rs, common, rec, len, ring);
	end_write();
	return ret;
}

/* @ring: which one refused */
static int append_half(const struct orl_ringset *rs, uint64_t common, const void *rec,
		       uint32_t len, struct orl_ring **ring)
{
	int ret;

	if (len > orl_record_max((uint32_t)rs->page_mask + 1)) {
		oriel_event_drop(NULL);
		return ORL_APPEND_DROPPED;
	}
	if (orl_tls.vforked)
		return append_vforked(rs, common, rec, len, ring);
	ret = append(rs, common, rec, len);
	if (ret == ORL_APPEND_NO_CPU && orl_rseq_thread(rs))
		ret = append(rs, common, rec, len);
	if (ret == ORL_APPEND_OFF)
		*ring = this_ring(rs);
	if (ret != ORL_APPEND_NO_CPU)
		return ret;
	if (!orl_load(&rs->nr_cpus))
		return ORL_APPEND_GONE;
	return orl_append_leased(rs, common, rec, len, ring);
}

/* Count a record on the ring that refused it. False: the rings were given up. */
static bool count_dropped(const struct orl_ringset *rs, struct orl_ring *ring)
{
	bool there = begin_write(rs);

	if (there)
		__atomic_fetch_add(&ring->dropped, 1, __ATOMIC_RELAXED);
	end_write();
	return there;
}

/* Do tools still look at this ring file? What another one counts, nobody will see. */
static bool is_known(const struct orl_set *set, uint32_t id)
{
	return id == orl_load(&set->ring_id[0]) || id == orl_load(&set->ring_id[1]) ||
	       id == orl_load(&set->retired_ring);
}

static bool is_masked(const struct orl_set *set, const struct orl_half *half,
		      const struct orl_ring *ring)
{
	const struct orl_ring_file *f = &half->rings.file;
	uint64_t i = (uint64_t)((const char *)ring - half->set.base) / f->cpu_stride;

	return i < f->nr_cpus && (orl_rings_state(set, f, (uint32_t)i) & ORL_RING_MASKED);
}

int orl_append_inst(const struct orl_inst *inst, uint64_t common, const void *rec, uint32_t len)
{
	const struct orl_set *set = inst->set;

	if (!orl_load(&set->tracing_on))
		return ORL_APPEND_OFF;
	for (unsigned int i = 0; i < MAX_TRIES; i++) {
		struct orl_half *half =
			orl_load_acquire(&inst->half[(orl_load(&set->active) + i) & 1]);
		struct orl_ring *ring = NULL;
		uint64_t state;
		int ret;

		if (!half || (i < MAX_TRIES / 2 && !is_known(set, half->rings.id)))
			continue;
		ret = append_half(&half->set, common, rec, len, &ring);
		if (ret == ORL_APPEND_GONE)
			continue;
		if (ret != ORL_APPEND_OFF)
			return ret;
		/* acquire: zeros that stand in place of a file come with nr_cpus = 0 */
		state = orl_load_acquire(&ring->state);
		if (!orl_load(&half->set.nr_cpus))
			continue;
		if (!(state & (ORL_RING_ON | ORL_RING_ASIDE | ORL_RING_RETIRED)) ||
		    !orl_load(&set->tracing_on))
			return ORL_APPEND_OFF;
		if (!(state & ORL_RING_RETIRED) && i < MAX_TRIES / 2)
			continue;
		if (is_masked(set, half, ring))
			return ORL_APPEND_OFF;
		if (count_dropped(&half->set, ring))
			return ORL_APPEND_DROPPED;
	}
	return ORL_APPEND_OFF;
}
