// SPDX-License-Identifier: MIT
/*
 * Leased rings: for threads without a restartable sequence. A thread is the only writer of its
 * ring; a signal handler that interrupts its append writes to another one, by depth. Page format,
 * protocol (arch.h) and readers are those of the CPUs' rings.
 *
 * A ring's owner says whose it is: thread and depth. A thread remembers its rings of the ring files
 * that it wrote to last; what it has forgotten it finds by looking for itself among the owners.
 * Each thing remembered is one word, so that a handler may come in between at any moment.
 *
 * A lease ends with its thread: whoever finds no free ring takes one whose owner is dead. The
 * memory of a ring is allocated when it is leased, never by a page fault. Records for which there
 * is no ring are counted.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/single.h"
#include "runtime/instance.h"

#define DEPTH_VFORKED 255ULL		/* beside the depths of a thread itself */

static struct orl_ring *lease_ring(const struct orl_ringset *rs, uint32_t i)
{
	return (struct orl_ring *)(void *)(rs->lease_base + rs->lease_stride * i);
}

static const struct orl_half *half_of(const struct orl_ringset *rs)
{
	return (const struct orl_half *)(const void *)rs;
}

static bool take(struct orl_ring *ring, uint64_t owner, uint64_t new)
{
	return __atomic_compare_exchange_n(&ring->owner, &owner, new, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

/* The owner's: nobody else writes to it meanwhile, also where allocating is writing zeros. */
static bool has_memory(const struct orl_ringset *rs, uint32_t i)
{
	if (!orl_rings_alloc_lease(&orl_rt.domain, &half_of(rs)->rings, i))
		return true;
	orl_store_release(&lease_ring(rs, i)->owner, 0);
	return false;
}

/* Return: ring + 1, or 0. Touching a fresh ring before it is allocated could fault. */
static uint32_t lease(const struct orl_ringset *rs, uint64_t new)
{
	uint32_t nr = orl_load(&rs->nr_leases);

	for (uint32_t i = 0; i < nr; i++) {
		if (orl_load(&lease_ring(rs, i)->owner) != 0 || !take(lease_ring(rs, i), 0, new))
			continue;
		if (has_memory(rs, i))
			return i + 1;
		break;
	}
	for (uint32_t i = 0; i < nr; i++) {
		uint64_t owner = orl_load(&lease_ring(rs, i)->owner);

		if (owner && (uint32_t)owner != (uint32_t)new &&
		    syscall(SYS_kill, (long)(uint32_t)owner, 0) && errno == ESRCH &&
		    take(lease_ring(rs, i), owner, new) && has_memory(rs, i))
			return i + 1;
	}
	return 0;
}

static uint32_t find(const struct orl_ringset *rs, uint64_t owner)
{
	uint32_t nr = orl_load(&rs->nr_leases);

	for (uint32_t i = 0; i < nr; i++) {
		if (orl_load(&lease_ring(rs, i)->owner) == owner)
			return i + 1;
	}
	return 0;
}

/* A search that finds nothing asks the kernel about every owner: not again at each event. */
static orl_cold uint32_t search(const struct orl_ringset *rs, uint32_t depth)
{
	uint64_t owner = orl_tls.tid >> 32 | (uint64_t)depth << 32;
	uint32_t ring;

	if (orl_tls.lease_wait && orl_tls.lease_wait_for == half_of(rs)->serial) {
		orl_tls.lease_wait--;
		return 0;
	}
	orl_store(&orl_rt.leases, 1);
	ring = find(rs, owner);
	if (!ring)
		ring = lease(rs, owner);
	orl_tls.lease_wait_for = half_of(rs)->serial;
	orl_tls.lease_wait = ring ? 0 : 256;
	return ring;
}

/* Return: this thread's ring at this depth, + 1, or 0. */
static uint32_t my_ring(const struct orl_ringset *rs, uint32_t depth)
{
	uint32_t serial = half_of(rs)->serial;
	uint64_t key = (uint64_t)serial << 32 | depth << 24;
	uint64_t *known = &orl_tls.lease[(serial * ORL_MAX_NESTING + depth) % ORL_NR_LEASES_KNOWN];
	uint64_t word = orl_load(known);
	uint32_t ring = word & 0xffffff;

	if (__builtin_expect(ring && (word ^ ring) == key, 1))
		return ring;
	ring = search(rs, depth);
	if (ring)
		orl_store(known, key | ring);
	return ring;
}

static int append(const struct orl_ringset *rs, uint32_t i, uint64_t common, const void *rec,
		  uint32_t len, struct orl_ring **ring)
{
	*ring = lease_ring(rs, i);
	return orl_append_single(*ring, (char *)*ring + rs->lease_data_off, rs->lease_mask, rs,
				 common, rec, len, orl_clock_ticks(rs->clock));
}

/* No ring: because there is none left, or because these rings were given up? */
static int count_none(const struct orl_ringset *rs)
{
	if (!orl_load(&rs->nr_cpus))
		return ORL_APPEND_GONE;
	__atomic_fetch_add(rs->lease_dropped, 1, __ATOMIC_RELAXED);
	return ORL_APPEND_NO_CPU;
}

int orl_append_leased(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len,
		      struct orl_ring **refused)
{
	uint32_t depth = orl_tls.depth;
	uint32_t ring = 0;
	int saved = errno;
	int ret;

	if (depth < ORL_MAX_NESTING) {
		orl_store(&orl_tls.depth, depth + 1);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		ring = my_ring(rs, depth);
		if (ring)
			ret = append(rs, ring - 1, common, rec, len, refused);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		orl_store(&orl_tls.depth, depth);
	}
	if (!ring)
		ret = count_none(rs);
	errno = saved;
	return ret;
}

/* The child of a vfork(): no lease outlives the call, for the child has no thread data of its own
 * to keep one in. */
int orl_append_vforked(const struct orl_ringset *rs, uint64_t common, const void *rec,
		       uint32_t len, struct orl_ring **refused)
{
	uint32_t ring;
	int ret;

	ring = lease(rs, common >> 32 | DEPTH_VFORKED << 32);
	if (!ring)
		return count_none(rs);
	ret = append(rs, ring - 1, common, rec, len, refused);
	orl_store_release(&(*refused)->owner, 0);
	return ret;
}
