/* SPDX-License-Identifier: MIT */
/*
 * What the files that read rings share: loading the words of a ring consistently, the consumers'
 * state and its lock.
 */
#ifndef ORL_READER_RING_IMPL_H
#define ORL_READER_RING_IMPL_H

#include <stdint.h>

#include "reader/ring.h"

/*
 * Tests force a consumer to die at each of its steps: when set, this is called with the name of the
 * step just done.
 */
extern void (*orl_reader_testpoint)(const char *step);

static inline void orl_testpoint(const char *step)
{
	if (__builtin_expect(orl_reader_testpoint != NULL, 0))
		orl_reader_testpoint(step);
}

static inline uint64_t orl_load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t orl_load_acquire(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void orl_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void orl_store_release(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/*
 * Start of the page in which the next byte behind @pos lies; of the page that ends at @pos: see
 * head_page().
 */
static inline uint64_t orl_page_start(const struct orl_ring_view *v, uint64_t pos)
{
	return pos & ~(uint64_t)(v->page_size - 1);
}

/* Start of the page that holds the last byte before @pos, which must not be 0. */
static inline uint64_t orl_last_page(const struct orl_ring_view *v, uint64_t pos)
{
	return orl_page_start(v, pos - 1);
}

static inline struct orl_page_meta *orl_page_meta(const struct orl_ring_view *v, uint64_t start)
{
	return &v->meta[(start & (v->data_size - 1)) / v->page_size];
}

static inline const char *orl_page_at(const struct orl_ring_view *v, uint64_t start)
{
	return v->pages + (start & (v->data_size - 1));
}

/** orl_ring_view() - the addresses of a ring; -ENOENT when there is none */
int orl_ring_view(struct orl_ring_view *v, const struct orl_session *s, uint32_t ring);

/** orl_ring_view_of() - the same in a ring file that is mapped */
int orl_ring_view_of(struct orl_ring_view *v, const struct orl_rings *r, uint32_t ring);

/* A moment of a ring: what one value of head selects. */
struct orl_head {
	uint64_t pos;
	uint64_t count;			/* records before pos */
};

/**
 * orl_ring_head() - head and count of the same moment; -EAGAIN when the ring does not hold still
 */
int orl_ring_head(const struct orl_ring_view *v, struct orl_head *h);

/**
 * orl_ring_oldest() - start and count of the oldest page that is whole; false when there is none
 * before @pos
 */
bool orl_ring_oldest(const struct orl_ring_view *v, uint64_t pos, uint64_t *start, uint64_t *count);

/** orl_ring_counts() - the counts of orl_ring_stats() alone */
int orl_ring_counts(const struct orl_ring_view *v, struct orl_ring_stats *out);

/**
 * orl_cursor_from_start() - begin behind what consumers took, also where that was overwritten
 * For rings that were made since the cursor's owner reads: what it has not seen of them is lost.
 */
void orl_cursor_from_start(struct orl_cursor *c);

/** orl_rd_load() - the consumers' state; without the lock too */
int orl_rd_load(const struct orl_ring_view *v, struct orl_ring_rd *rd);

/** orl_rd_store() - replace the consumers' state; the lock is held */
void orl_rd_store_locked(const struct orl_ring_view *v, const struct orl_ring_rd *rd);

/** orl_rd_repair_locked() - redo what a consumer that died may have left undone */
void orl_rd_repair_locked(const struct orl_ring_view *v, const struct orl_ring_rd *rd);

#endif /* ORL_READER_RING_IMPL_H */
