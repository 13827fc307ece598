/* SPDX-License-Identifier: MIT */
/*
 * A private domain with rings as small as a test wants, and a writer in portable C for one ring at
 * a time.
 */
#ifndef TEST_READER_DOMAIN_H
#define TEST_READER_DOMAIN_H

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "reader/ring-impl.h"

#define PAGE 4096U
#define NR_PAGES 4U
#define DATA (NR_PAGES * PAGE)
#define REC 32U				/* bytes of a test record, common fields included */
#define TOTAL (REC + 4U)
#define PER_PAGE ((PAGE - ORL_PAGE_HEADER) / TOTAL)

static char base[64], dir[96];
static struct orl_session session;

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void remove_tree(const char *path)
{
	nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* The test's folder with an empty place for a domain. */
static inline int make_base(void **state)
{
	(void)state;
	strcpy(base, "/dev/shm/orl-reader-XXXXXX");
	if (!mkdtemp(base))
		return -1;
	snprintf(dir, sizeof(dir), "%s/domain", base);
	return 0;
}

static inline int remove_base(void **state)
{
	(void)state;
	remove_tree(base);
	return 0;
}

/* Two CPUs' rings and a leased one, of NR_PAGES pages each; @session is open. */
static inline int make_domain(void **state)
{
	struct orl_domain d;

	if (make_base(state) || orl_domain_open(&d, dir, ORL_DOMAIN_CREATE))
		return -1;
	d.ctl->nr_cpus = 2;
	d.ctl->nr_leases = 1;
	d.ctl->top.cpu_data_size = d.ctl->top.lease_data_size = DATA;
	if (orl_rings_create(&d, &d.ctl->top, 0))
		return -1;
	orl_domain_close(&d);
	return orl_session_open(&session, dir, 0);
}

static inline int remove_domain(void **state)
{
	orl_reader_testpoint = NULL;
	orl_session_close(&session);
	return remove_base(state);
}

/*
 * The append protocol for one writer, steps as in arch.h. @die: the step behind which the writer
 * dies: 'c' the finished page's commit word, 's' the stamp, 'n' the count, 't' the next page's
 * header, 'r' the record, 'k' the copies that head does not select.
 */
static inline bool append_dying(uint32_t ring, uint64_t t, const void *rec, uint32_t len, char die)
{
	struct orl_ring_view v;
	uint64_t h, p, o, last, extend = 0, delta;
	uint32_t g, header = len > 112 ? 8 : 4, word;

	if (orl_ring_view(&v, &session, ring))
		abort();
	h = orl_load(&v.ring->head);						/* A1 */
	p = h >> 1;
	g = h & 1;
	o = ((p - 1) & (PAGE - 1)) + 1;
	last = v.ring->last[g];
	if (!(orl_load(&v.ring->state) & ORL_RING_ON))
		return false;
	if (t < last)
		t = last;
	delta = t - last;
	if (delta >= 1U << 27)
		extend = 8;
	if (o + extend + header + len > PAGE) {					/* A2 */
		uint64_t next = p - o + PAGE;

		orl_store((uint64_t *)(orl_page_at(&v, p - o) + 8), o - ORL_PAGE_HEADER);
		if (die == 'c')
			return false;
		if ((orl_load(&v.ring->state) & ORL_RING_DISCARD) &&
		    (int64_t)(next - v.data_size) >=
			    (int64_t)orl_load_acquire(&v.ring->free_pos)) {
			orl_store(&v.ring->dropped, v.ring->dropped + 1);
			return false;
		}
		orl_store(&orl_page_meta(&v, next)->stamp, next);
		if (die == 's')
			return false;
		orl_store(&orl_page_meta(&v, next)->count, v.ring->count[g]);
		if (die == 'n')
			return false;
		__atomic_thread_fence(__ATOMIC_RELEASE);
		orl_store((uint64_t *)orl_page_at(&v, next), t);
		orl_store((uint64_t *)(orl_page_at(&v, next) + 8), 0);
		if (die == 't')
			return false;
		p = next + ORL_PAGE_HEADER;
		extend = delta = 0;
	}
	{
		uint32_t words[PAGE / 4], n = 0;
		uint32_t *to = (uint32_t *)(v.pages + ((p - 1) & (v.data_size - 1)) + 1);

		if (extend) {
			words[n++] = (uint32_t)(delta & ((1U << 27) - 1)) << 5 | 30;
			words[n++] = (uint32_t)(delta >> 27);
			delta = 0;
		}
		word = (uint32_t)delta << 5 | (header == 4 ? len / 4 : 0);
		words[n++] = word;
		if (header == 8)
			words[n++] = len + 4;
		memcpy(&words[n], rec, len);
		n += len / 4;
		for (uint32_t i = 0; i < n; i++)
			__atomic_store_n(&to[i], words[i], __ATOMIC_RELAXED);	/* A4 */
	}
	if (die == 'r')
		return false;
	orl_store(&v.ring->last[!g], t);					/* A5 */
	orl_store(&v.ring->count[!g], v.ring->count[g] + 1);
	if (die == 'k')
		return false;
	orl_store_release(&v.ring->head, (p + extend + header + len) << 1 | !g);	/* A6 */
	return true;
}

/* A record of REC bytes that carries a number. */
static inline bool append_at(uint32_t ring, uint64_t t, uint64_t number)
{
	uint64_t rec[REC / 8] = { 77, number, ~number, number * 31 };

	return append_dying(ring, t, rec, sizeof(rec), 0);
}

static inline uint64_t number_of(const struct orl_record *r)
{
	uint64_t rec[REC / 8];

	assert_int_equal(r->len, REC);
	memcpy(rec, r->data, sizeof(rec));
	assert_int_equal(rec[0], 77);
	assert_int_equal(rec[2], ~rec[1]);
	assert_int_equal(rec[3], rec[1] * 31);
	return rec[1];
}

/* Records number @from .. @to - 1, one each 10 ticks, time 1000 + 10 * number. */
static inline void append_many(uint32_t ring, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		append_at(ring, 1000 + 10 * i, i);
}

static inline struct orl_ring_stats stats_of(uint32_t ring)
{
	struct orl_ring_stats st;

	assert_int_equal(orl_ring_stats(&session, ring, &st), 0);
	assert_int_equal(st.written, st.entries + st.overrun + st.read);
	return st;
}

/* Read everything a cursor has; numbers must go up by one but for what is reported as missed. */
struct seen {
	uint64_t nr, missed, first, next;
	uint64_t missed_first;		/* before the first record */
	uint32_t pages;
	uint64_t last_ts;
};

static inline void read_pages(struct orl_cursor *c, struct seen *seen, unsigned int flags)
{
	_Alignas(8) char page[PAGE];
	struct orl_page_info info;
	struct orl_page_iter it;
	struct orl_record r;
	int rc;

	while ((rc = orl_cursor_next_page(c, page, &info, flags)) == 1) {
		uint64_t nr = 0;

		seen->pages++;
		seen->missed += info.missed;
		assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
		while (orl_page_iter_next(&it, &r) == 1) {
			uint64_t number = number_of(&r);

			if (!seen->nr++) {
				seen->first = number;
				seen->missed_first = info.missed;
			} else {
				assert_int_equal(number, seen->next + (nr ? 0 : info.missed));
			}
			seen->next = number + 1;
			assert_true(r.ts >= seen->last_ts);
			seen->last_ts = r.ts;
			nr++;
		}
		assert_int_equal(nr, info.nr_records);
		assert_int_equal(orl_page_used(page), info.len);
	}
	assert_int_equal(rc, 0);
}

#endif /* TEST_READER_DOMAIN_H */
