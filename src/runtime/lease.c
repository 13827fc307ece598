// SPDX-License-Identifier: MIT
/*
 * Leased rings: for threads without a restartable sequence. A thread is the only writer of its
 * ring; a signal handler that interrupts its append writes to another one, by depth. Page format,
 * protocol (arch.h) and readers are those of the CPUs' rings.
 *
 * A lease ends with its thread: whoever finds no free ring takes one whose owner is dead. The
 * memory of a ring is allocated when it is leased, never by a page fault. Records for which there
 * is no ring are counted.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

#define MAX_DELTA (1ULL << 27)

static struct orl_ring *lease_ring(const struct orl_ringset *rs, uint32_t i)
{
	return (struct orl_ring *)(void *)(rs->lease_base + rs->lease_stride * i);
}

static bool take(struct orl_ring *ring, uint64_t owner, uint64_t tid)
{
	return __atomic_compare_exchange_n(&ring->owner, &owner, tid, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

/* Return: ring + 1, or 0. The memory of a ring that has been in use is there already; touching a
 * fresh one before it is allocated could fault. */
static orl_cold uint32_t lease(const struct orl_ringset *rs, uint64_t tid)
{
	for (uint32_t i = 0; i < rs->nr_leases; i++) {
		if (orl_load(&lease_ring(rs, i)->owner) != 0)
			continue;
		if (orl_rings_alloc_lease(&orl_rt.domain, &orl_rt.rings, i))
			return 0;
		if (take(lease_ring(rs, i), 0, tid))
			return i + 1;
	}
	for (uint32_t i = 0; i < rs->nr_leases; i++) {
		uint64_t owner = orl_load(&lease_ring(rs, i)->owner);

		if (owner != tid && syscall(SYS_kill, (long)(uint32_t)owner, 0) && errno == ESRCH &&
		    take(lease_ring(rs, i), owner, tid))
			return i + 1;
	}
	return 0;
}

static void store_words(char *dst, const char *src, uint32_t len)
{
	for (uint32_t i = 0; i < len; i += 4) {
		uint32_t word;

		memcpy(&word, src + i, 4);
		orl_store((uint32_t *)(void *)(dst + i), word);
	}
}

static void store_word(char *dst, uint32_t word)
{
	orl_store((uint32_t *)(void *)dst, word);
}

struct place {
	uint64_t pos;			/* behind what is written */
	uint64_t off;			/* the same in its page, 1 .. page size */
	uint64_t delta;
};

/* A2; false in discard mode when the next page is unread. */
static bool next_page(struct orl_ring *ring, char *pages, uint64_t mask,
		      const struct orl_ringset *rs, unsigned int g, uint64_t ticks,
		      struct place *at)
{
	struct orl_page_meta *meta =
		(struct orl_page_meta *)(void *)((char *)ring + ORL_RING_BLOCK);
	uint64_t begin = at->pos - at->off;
	uint64_t next = begin + rs->page_mask + 1;
	char *page = pages + (next & mask);

	if ((orl_load(&ring->state) & ORL_RING_DISCARD) &&
	    (int64_t)(next - mask - 1) >= (int64_t)orl_load_acquire(&ring->free_pos)) {
		orl_store_release(&ring->dropped, ring->dropped + 1);	/* A2b */
		return false;
	}
	orl_store((uint64_t *)(void *)(pages + (begin & mask) + 8),
		  at->off - ORL_PAGE_HEADER);			       /* A2a */
	orl_store(&meta[(next & mask) >> rs->page_shift].stamp, next); /* A2c */
	/* release: who meets the new count and looks again, meets the new stamp */
	orl_store_release(&meta[(next & mask) >> rs->page_shift].count, orl_load(&ring->count[g]));
	__atomic_thread_fence(__ATOMIC_RELEASE);    /* pairs with R3: the stamp before the bytes */
	orl_store((uint64_t *)(void *)page, ticks); /* A2d */
	orl_store((uint64_t *)(void *)(page + 8), 0);
	at->pos = next + ORL_PAGE_HEADER;
	at->off = ORL_PAGE_HEADER;
	at->delta = 0;
	return true;
}

int orl_append_single(struct orl_ring *ring, char *pages, uint64_t mask,
		      const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len,
		      uint64_t ticks)
{
	uint64_t head = orl_load(&ring->head);					/* A1 */
	unsigned int g = head & 1;
	uint32_t header = len <= 112 ? 4 : 8;
	struct place at = { .pos = head >> 1 };
	uint64_t extend;
	char *dst;

	if (!(orl_load(&ring->state) & ORL_RING_ON))
		return ORL_APPEND_OFF;
	if (ticks < orl_load(&ring->last[g]))
		ticks = orl_load(&ring->last[g]);				/* A3 */
	at.off = ((at.pos - 1) & rs->page_mask) + 1;
	at.delta = ticks - orl_load(&ring->last[g]);
	extend = at.delta >= MAX_DELTA ? 8 : 0;
	if (at.off + extend + header + len > rs->page_mask + 1) {
		if (!next_page(ring, pages, mask, rs, g, ticks, &at))
			return ORL_APPEND_DROPPED;
		extend = 0;
	}
	dst = pages + ((at.pos - 1) & mask) + 1;
	if (extend) {
		store_word(dst, (uint32_t)((at.delta & (MAX_DELTA - 1)) << 5) | 30);
		store_word(dst + 4, (uint32_t)(at.delta >> 27));
		dst += 8;
		at.delta = 0;
	}
	store_word(dst, (uint32_t)(at.delta << 5) | (header == 4 ? len / 4 : 0));	/* A4 */
	if (header == 8)
		store_word(dst + 4, len + 4);
	store_words(dst + header, (const char *)&common, 8);
	store_words(dst + header + 8, (const char *)rec + 8, len - 8);
	orl_store(&ring->last[!g], ticks);					/* A5 */
	orl_store(&ring->count[!g], orl_load(&ring->count[g]) + 1);
	orl_store_release(&ring->head,
			  (at.pos + extend + header + len) << 1 | !g); /* A6, pairs with R1 */
	return ORL_APPEND_OK;
}

/* A search that finds nothing asks the kernel about every owner: not again at each event. */
static orl_cold uint32_t search(const struct orl_ringset *rs)
{
	uint32_t ring;

	if (orl_tls.lease_wait) {
		orl_tls.lease_wait--;
		return 0;
	}
	ring = lease(rs, orl_tls.tid >> 32);
	if (!ring)
		orl_tls.lease_wait = 256;
	return ring;
}

int orl_append_leased(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len)
{
	uint32_t depth = orl_tls.depth;
	uint32_t ring = 0;
	int ret = ORL_APPEND_NO_CPU;
	int saved = errno;

	if (depth < ORL_MAX_NESTING) {
		orl_store(&orl_tls.depth, depth + 1);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		ring = orl_tls.lease[depth];
		if (!ring)
			ring = orl_tls.lease[depth] = search(rs);
		if (ring)
			ret = orl_append_single(
				lease_ring(rs, ring - 1),
				(char *)lease_ring(rs, ring - 1) + rs->lease_data_off,
				rs->lease_mask, rs, common, rec, len, orl_clock_ticks(rs->clock));
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		orl_store(&orl_tls.depth, depth);
	}
	if (!ring)
		__atomic_fetch_add(rs->lease_dropped, 1, __ATOMIC_RELAXED);
	errno = saved;
	return ret;
}

/* The child of a vfork(): no lease outlives the call, for the child has no thread data of its own
 * to keep one in. */
int orl_append_vforked(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len)
{
	uint32_t ring = lease(rs, common >> 32);
	struct orl_ring *r;
	int ret;

	if (!ring) {
		__atomic_fetch_add(rs->lease_dropped, 1, __ATOMIC_RELAXED);
		return ORL_APPEND_NO_CPU;
	}
	r = lease_ring(rs, ring - 1);
	ret = orl_append_single(r, (char *)r + rs->lease_data_off, rs->lease_mask, rs, common, rec,
				len, orl_clock_ticks(rs->clock));
	orl_store_release(&r->owner, 0);
	return ret;
}
