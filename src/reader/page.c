// SPDX-License-Identifier: MIT
/*
 * Walking and rewriting ring pages. One function, fetch(), knows how an item of a page
 * is built and checks it against the page; iteration and conversion are loops around it.
 *
 *   type_len   what                 next u32 in the page           time
 *   1..28      record, 4*type_len   -                              += delta
 *   0          record               payload bytes + 4              += delta
 *   29         padding              bytes to skip from this word   += delta; 0: end of data
 *   30         time extend          high part                      += (high << 27) + delta
 *   31         time stamp           high part                      = 59 bits, top 5 kept
 */
#include "page.h"

#include <errno.h>
#include <string.h>

#define DELTA_BITS	27
#define DELTA_MAX	((1u << DELTA_BITS) - 1)
#define STAMP_MASK	((1ull << 59) - 1)

#define TYPE_LEN_BITS	5
#define TYPE_LEN_MASK	31u

enum item_type {
	TYPE_LONG = 0,
	TYPE_SHORT_MAX = 28,
	TYPE_PADDING = 29,
	TYPE_EXTEND = 30,
	TYPE_STAMP = 31,
};

struct item {
	uint32_t type;
	uint32_t next;		/* off of the item behind this one */
	uint32_t data, len;	/* payload of a record */
	uint64_t time;		/* delta, or all 59 bits of an extend or a stamp */
};

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put64(uint8_t *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

uint32_t orl_page_used(const void *page)
{
	return get64((const uint8_t *)page + 8) & ORL_PAGE_USED_MASK;
}

uint64_t orl_page_stamp(const void *page)
{
	return get64(page);
}

/* An item whose second word counts: a long record, padding, an extend or a stamp. */
static int fetch_long(const uint8_t *page, uint32_t off, uint32_t end, struct item *it)
{
	uint32_t room = end - off, word;

	if (it->type == TYPE_PADDING && it->time == 0) {
		it->next = end;
		return 1;
	}
	if (room < 8)
		return -EBADMSG;
	word = get32(page + off + 4);
	if (it->type >= TYPE_EXTEND) {
		it->time += (uint64_t)word << DELTA_BITS;
		it->next = off + 8;
		return 1;
	}
	if (word < 4 || word > room - 4)
		return -EBADMSG;
	/* rounding up can pass a ragged end; such a page was never written by a ring */
	word = (word + 3) & ~3u;
	if (word > room - 4)
		return -EBADMSG;
	it->data = off + 8;
	it->len = word - 4;
	it->next = off + 4 + word;
	return 1;
}

/* Decode the item at @off. Return 1, 0 at @end, or -EBADMSG; on 1, off < next <= end. */
static inline int fetch(const uint8_t *page, uint32_t off, uint32_t end, struct item *it)
{
	uint32_t word;

	if (end - off < 4)
		return off == end ? 0 : -EBADMSG;
	word = get32(page + off);
	it->type = word & TYPE_LEN_MASK;
	it->time = word >> TYPE_LEN_BITS;
	if (__builtin_expect(it->type - 1 >= TYPE_SHORT_MAX, 0))
		return fetch_long(page, off, end, it);
	it->data = off + 4;
	it->len = it->type * 4;
	it->next = it->data + it->len;
	return it->next <= end ? 1 : -EBADMSG;
}

/* How many records the page says were lost before it; -1 when it does not know. */
static int64_t missed_before(const uint8_t *page, uint32_t page_size, uint32_t end)
{
	uint64_t commit = get64(page + 8), n;

	if (!(commit & ORL_PAGE_LOST))
		return 0;
	if (!(commit & ORL_PAGE_LOST_COUNTED) || page_size - end < 8)
		return -1;
	n = get64(page + end);
	return n > INT64_MAX ? -1 : (int64_t)n;
}

int orl_page_iter_init(struct orl_page_iter *it, const void *page, uint32_t page_size)
{
	uint32_t used;

	memset(it, 0, sizeof(*it));
	it->page = page;
	it->size = page_size;
	it->cpu = -1;
	if (page_size < ORL_PAGE_HEADER_LEN)
		return -EBADMSG;
	used = orl_page_used(page);
	it->off = it->end = ORL_PAGE_HEADER_LEN;
	if (used > page_size - ORL_PAGE_HEADER_LEN)
		return -EBADMSG;
	it->end += used;
	it->ts = orl_page_stamp(page);
	it->missed = missed_before(page, page_size, it->end);
	return 0;
}

static void fill_record(struct orl_page_iter *it, const struct item *item, struct orl_record *out)
{
	out->ts = it->ts;
	out->data = it->page + item->data;
	out->len = item->len;
	out->cpu = it->cpu;
	out->missed = 0;
	if (it->missed) {
		out->missed = it->missed < 0 ? ORL_MISSED_UNKNOWN :
			      it->missed >= ORL_MISSED_UNKNOWN ? ORL_MISSED_UNKNOWN - 1 :
			      (uint32_t)it->missed;
		it->missed = 0;
	}
}

int orl_page_iter_next(struct orl_page_iter *it, struct orl_record *out)
{
	struct item item;
	int rc;

	while ((rc = fetch(it->page, it->off, it->end, &item)) > 0) {
		it->off = item.next;
		if (item.type <= TYPE_SHORT_MAX) {
			it->ts += item.time;
			fill_record(it, &item, out);
			return 1;
		}
		if (item.type == TYPE_STAMP)
			it->ts = (it->ts & ~STAMP_MASK) | item.time;
		else
			it->ts += item.time;
	}
	it->off = it->end;
	return rc;
}

static void put_delta(uint8_t *at, uint32_t type, uint64_t time)
{
	put32(at, (uint32_t)(time & DELTA_MAX) << TYPE_LEN_BITS | type);
}

static void put_time(uint8_t *at, uint32_t type, uint64_t time)
{
	put_delta(at, type, time);
	put32(at + 4, (uint32_t)(time >> DELTA_BITS));
}

/* Make room for a time extend at @off. Return false if the page is full. */
static bool insert_extend(uint8_t *page, uint32_t page_size, uint32_t off, uint64_t delta)
{
	uint64_t commit = get64(page + 8);
	uint32_t end = ORL_PAGE_HEADER_LEN + (uint32_t)(commit & ORL_PAGE_USED_MASK);
	uint32_t tail = commit & ORL_PAGE_LOST_COUNTED && page_size - end >= 8 ? 8 : 0;

	if (page_size - end - tail < 8)
		return false;
	memmove(page + off + 8, page + off, end + tail - off);
	put_time(page + off, TYPE_EXTEND, delta);
	put64(page + 8, commit + 8);
	return true;
}

struct convert {
	uint8_t *page;
	uint32_t size, off, end;
	uint64_t ticks;		/* running time as the page had it */
	uint64_t ns;		/* running time as a reader of the new page will have it */
	int nr_early;
};

/* Give the record or padding at c->off the time @want. */
static void convert_record(struct convert *c, struct item *item, uint64_t want)
{
	uint64_t delta = want > c->ns ? want - c->ns : 0;

	if (__builtin_expect(delta > DELTA_MAX, 0)) {
		if (delta <= STAMP_MASK && insert_extend(c->page, c->size, c->off, delta)) {
			c->ns += delta;
			c->end += 8;
			c->off += 8;
			item->next += 8;
			delta = 0;
		} else {
			delta = DELTA_MAX;
			c->nr_early++;
		}
	}
	if (item->type == TYPE_PADDING && !delta)
		delta = 1;	/* with 0 it would end the data; the next record makes up for it */
	put_delta(c->page + c->off, item->type, delta);
	c->ns += delta;
}

static void convert_time(struct convert *c, const struct item *item, uint64_t want)
{
	if (item->type == TYPE_EXTEND) {
		uint64_t delta = want > c->ns ? want - c->ns : 0;

		delta &= STAMP_MASK;
		put_time(c->page + c->off, TYPE_EXTEND, delta);
		c->ns += delta;
	} else {
		put_time(c->page + c->off, TYPE_STAMP, want & STAMP_MASK);
		c->ns = (c->ns & ~STAMP_MASK) | (want & STAMP_MASK);
	}
}

/* One item in the general way: anything but a short record that only needs a new delta. */
static void convert_item(struct convert *c, struct item *item, uint64_t (*conv)(void *, uint64_t),
			 void *arg)
{
	if (item->type == TYPE_STAMP)
		c->ticks = (c->ticks & ~STAMP_MASK) | item->time;
	else
		c->ticks += item->time;
	if (item->type >= TYPE_EXTEND)
		convert_time(c, item, conv(arg, c->ticks));
	else if (item->type != TYPE_PADDING || item->time)
		convert_record(c, item, conv(arg, c->ticks));
	c->off = item->next;
}

/*
 * The run of short records at c->off, which is nearly all of nearly every page. Stops in
 * front of whatever needs more than a new delta.
 */
static void convert_run(struct convert *c, uint64_t (*conv)(void *, uint64_t), void *arg)
{
	uint32_t off = c->off, end = c->end;
	uint64_t ticks = c->ticks, ns = c->ns;
	uint8_t *page = c->page;

	while (end - off >= 4) {
		uint32_t word = get32(page + off), type = word & TYPE_LEN_MASK;
		uint32_t next = off + 4 + type * 4;
		uint64_t then, delta;

		if (type - 1 >= TYPE_SHORT_MAX || next > end)
			break;
		then = ticks + (word >> TYPE_LEN_BITS);
		delta = conv(arg, then) - ns;
		if (delta > DELTA_MAX)
			break;
		put32(page + off, (uint32_t)delta << TYPE_LEN_BITS | type);
		ticks = then;
		ns += delta;
		off = next;
	}
	c->off = off;
	c->ticks = ticks;
	c->ns = ns;
}

int orl_page_convert(void *page, uint32_t page_size, uint64_t (*conv)(void *arg, uint64_t ticks),
		     void *arg)
{
	struct convert c = { .page = page, .size = page_size, .off = ORL_PAGE_HEADER_LEN };
	struct item item;
	int rc;

	if (page_size < ORL_PAGE_HEADER_LEN ||
	    orl_page_used(page) > page_size - ORL_PAGE_HEADER_LEN)
		return -EBADMSG;
	c.end = ORL_PAGE_HEADER_LEN + orl_page_used(page);
	c.ticks = orl_page_stamp(page);
	c.ns = conv(arg, c.ticks);
	put64(page, c.ns);
	do {
		convert_run(&c, conv, arg);
		rc = fetch(page, c.off, c.end, &item);
		if (rc > 0)
			convert_item(&c, &item, conv, arg);
	} while (rc > 0);
	return rc < 0 ? rc : c.nr_early;
}

void orl_page_set_missed(void *page, uint32_t page_size, uint64_t missed)
{
	uint8_t *p = page;
	uint64_t commit = get64(p + 8) & ~(ORL_PAGE_LOST | ORL_PAGE_LOST_COUNTED);
	uint32_t end = ORL_PAGE_HEADER_LEN + (uint32_t)(commit & ORL_PAGE_USED_MASK);

	if (missed)
		commit |= ORL_PAGE_LOST;
	if (missed && missed != UINT64_MAX && end <= page_size && page_size - end >= 8) {
		commit |= ORL_PAGE_LOST_COUNTED;
		put64(p + end, missed);
	}
	put64(p + 8, commit);
}
