// SPDX-License-Identifier: MIT
/*
 * A tool's append: through this thread's restartable sequence, as the C library registered it, onto
 * the CPU that it runs on; else through a ring that is leased for one record.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "arch/single.h"
#include "marker/impl.h"

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

uint32_t orl_marker_this_cpu(void)
{
	int cpu = sched_getcpu();

	return cpu < 0 ? 0 : (uint32_t)cpu;
}

static void fill(struct orl_ringset *rs, const struct orl_rings *r)
{
	const struct orl_ring_file *file = &r->file;

	*rs = (struct orl_ringset){
		.base = r->map + file->cpu_off,
		.stride = file->cpu_stride,
		.data_off = orl_ring_data_off(file->cpu_data_size, file->page_size),
		.mask = file->cpu_data_size - 1,
		.page_mask = file->page_size - 1,
		.page_shift = (uint32_t)__builtin_ctz(file->page_size),
		.nr_cpus = file->nr_cpus,
		.clock = file->clock,
	};
}

static bool take(struct orl_ring *ring, uint64_t owner, uint64_t tid)
{
	return __atomic_compare_exchange_n(&ring->owner, &owner, tid, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

/* The owner's, so that nobody else writes to it meanwhile. */
static bool has_memory(const struct orl_session *s, uint32_t i)
{
	if (!orl_rings_alloc_lease(&s->domain, &s->rings, i))
		return true;
	__atomic_store_n(&orl_rings_get(&s->rings, s->nr_cpus + i)->owner, 0, __ATOMIC_RELEASE);
	return false;
}

/* A leased ring that nobody has, or whose owner is dead; its number, or nr_leases. */
static uint32_t lease(const struct orl_session *s, uint64_t tid)
{
	uint32_t nr = s->rings.file.nr_leases;

	for (uint32_t i = 0; i < nr; i++) {
		struct orl_ring *ring = orl_rings_get(&s->rings, s->nr_cpus + i);

		if (!__atomic_load_n(&ring->owner, __ATOMIC_RELAXED) && take(ring, 0, tid) &&
		    has_memory(s, i))
			return i;
	}
	for (uint32_t i = 0; i < nr; i++) {
		struct orl_ring *ring = orl_rings_get(&s->rings, s->nr_cpus + i);
		uint64_t owner = __atomic_load_n(&ring->owner, __ATOMIC_RELAXED);

		if (owner && kill((pid_t)owner, 0) && errno == ESRCH && take(ring, owner, tid) &&
		    has_memory(s, i))
			return i;
	}
	return nr;
}

static int append_leased(const struct orl_session *s, const struct orl_ringset *rs, uint64_t common,
			 const void *rec, uint32_t len, uint64_t ticks, uint64_t *state)
{
	const struct orl_ring_file *file = &s->rings.file;
	uint32_t i = lease(s, (uint64_t)gettid());
	struct orl_ring *ring;
	int rc;

	if (i == file->nr_leases) {
		struct orl_ring_file *shared = (struct orl_ring_file *)(void *)s->rings.map;

		__atomic_fetch_add(&shared->lease_dropped, 1, __ATOMIC_RELAXED);
		return ORL_APPEND_NO_CPU;
	}
	ring = orl_rings_get(&s->rings, s->nr_cpus + i);
	rc = orl_append_single(
		ring, (char *)ring + orl_ring_data_off(file->lease_data_size, file->page_size),
		file->lease_data_size - 1, rs, common, rec, len, ticks);
	*state = __atomic_load_n(&ring->state, __ATOMIC_ACQUIRE);
	/* release: the next owner sees all that was written */
	__atomic_store_n(&ring->owner, 0, __ATOMIC_RELEASE);
	return rc;
}

int orl_marker_append(const struct orl_session *s, uint64_t common, const void *rec, uint32_t len,
		      uint64_t ticks, uint64_t *state)
{
	struct orl_ringset rs;
	int rc = ORL_APPEND_NO_CPU;

	fill(&rs, &s->rings);
	if (&__rseq_offset && &__rseq_size && __rseq_size) {
		rs.rseq_off = (uint64_t)__rseq_offset;
		rc = orl_arch_append_at(&rs, common, rec, len, ticks);
	}
	if (rc == ORL_APPEND_NO_CPU)
		return append_leased(s, &rs, common, rec, len, ticks, state);
	if (rc == ORL_APPEND_OFF) {
		uint32_t cpu = orl_marker_this_cpu();
		struct orl_ring *ring = orl_rings_get(&s->rings, cpu < s->nr_cpus ? cpu : 0);

		*state = __atomic_load_n(&ring->state, __ATOMIC_ACQUIRE);
	}
	return rc;
}
