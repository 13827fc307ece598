/* SPDX-License-Identifier: MIT */
/*
 * The append in C, steps A1..A6 of arch.h, for a ring that has one writer: a leased ring. No
 * sequence to restart; whoever dies in between has appended nothing, and the next owner starts
 * again from A1.
 */
#ifndef ORL_ARCH_SINGLE_H
#define ORL_ARCH_SINGLE_H

#include <stdbool.h>
#include <string.h>

#include "arch/arch.h"

#define ORL_MAX_DELTA (1ULL << 27)

#define orl_single_load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define orl_single_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)

static inline void orl_single_word(char *dst, uint32_t word)
{
	orl_single_store((uint32_t *)(void *)dst, word);
}

static inline void orl_single_words(char *dst, const char *src, uint32_t len)
{
	for (uint32_t i = 0; i < len; i += 4) {
		uint32_t word;

		memcpy(&word, src + i, 4);
		orl_single_word(dst + i, word);
	}
}

struct orl_single {
	uint64_t pos;			/* behind what is written */
	uint64_t off;			/* the same in its page, 1 .. page size */
	uint64_t delta;
};

/* A2; false in discard mode when the next page is unread. */
static inline bool orl_single_next_page(struct orl_ring *ring, char *pages, uint64_t mask,
					const struct orl_ringset *rs, unsigned int g,
					uint64_t ticks, struct orl_single *at)
{
	struct orl_page_meta *meta =
		(struct orl_page_meta *)(void *)((char *)ring + ORL_RING_BLOCK);
	uint64_t begin = at->pos - at->off;
	uint64_t next = begin + rs->page_mask + 1;
	char *page = pages + (next & mask);

	if ((orl_single_load(&ring->state) & ORL_RING_DISCARD) &&
	    (int64_t)(next - mask - 1) >=
		    (int64_t)__atomic_load_n(&ring->free_pos, __ATOMIC_ACQUIRE)) {
		__atomic_fetch_add(&ring->dropped, 1, __ATOMIC_RELEASE);	/* A2b */
		return false;
	}
	orl_single_store((uint64_t *)(void *)(pages + (begin & mask) + 8),
			 at->off - ORL_PAGE_HEADER);				 /* A2a */
	meta += (next & mask) >> rs->page_shift;
	orl_single_store(&meta->stamp, next);					 /* A2c */
	/* release: who meets the new count and looks again, meets the new stamp */
	__atomic_store_n(&meta->count, orl_single_load(&ring->count[g]), __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_RELEASE);    /* pairs with R3: the stamp before the bytes */
	orl_single_store((uint64_t *)(void *)page, ticks);			 /* A2d */
	orl_single_store((uint64_t *)(void *)(page + 8), 0);
	at->pos = next + ORL_PAGE_HEADER;
	at->off = ORL_PAGE_HEADER;
	at->delta = 0;
	return true;
}

/**
 * orl_append_single() - append one record to a ring whose only writer the caller is
 * @pages, @mask: of the ring; of @rs only page_mask and page_shift are used
 * @ticks: time of the record
 * The rest is as in orl_arch_append(). Return: ORL_APPEND_OK, OFF or DROPPED.
 */
static inline int orl_append_single(struct orl_ring *ring, char *pages, uint64_t mask,
				    const struct orl_ringset *rs, uint64_t common, const void *rec,
				    uint32_t len, uint64_t ticks)
{
	uint64_t head = orl_single_load(&ring->head);				/* A1 */
	unsigned int g = head & 1;
	uint32_t header = len <= ORL_SMALL_MAX ? 4 : 8;
	struct orl_single at = { .pos = head >> 1 };
	uint64_t extend;
	char *dst;

	if (!(orl_single_load(&ring->state) & ORL_RING_ON))
		return ORL_APPEND_OFF;
	if (ticks < orl_single_load(&ring->last[g]))
		ticks = orl_single_load(&ring->last[g]);			/* A3 */
	at.off = ((at.pos - 1) & rs->page_mask) + 1;
	at.delta = ticks - orl_single_load(&ring->last[g]);
	extend = at.delta >= ORL_MAX_DELTA ? 8 : 0;
	if (at.off + extend + header + len > rs->page_mask + 1) {
		if (!orl_single_next_page(ring, pages, mask, rs, g, ticks, &at))
			return ORL_APPEND_DROPPED;
		extend = 0;
	}
	dst = pages + ((at.pos - 1) & mask) + 1;
	if (extend) {
		orl_single_word(dst, (uint32_t)((at.delta & (ORL_MAX_DELTA - 1)) << 5) | 30);
		orl_single_word(dst + 4, (uint32_t)(at.delta >> 27));
		dst += 8;
		at.delta = 0;
	}
	orl_single_word(dst, (uint32_t)(at.delta << 5) | (header == 4 ? len / 4 : 0));	/* A4 */
	if (header == 8)
		orl_single_word(dst + 4, len + 4);
	orl_single_words(dst + header, (const char *)&common, 8);
	orl_single_words(dst + header + 8, (const char *)rec + 8, len - 8);
	orl_single_store(&ring->last[!g], ticks);					/* A5 */
	orl_single_store(&ring->count[!g], orl_single_load(&ring->count[g]) + 1);
	__atomic_store_n(&ring->head, (at.pos + extend + header + len) << 1 | !g,
			 __ATOMIC_RELEASE);				/* A6, pairs with R1 */
	return ORL_APPEND_OK;
}

#endif
