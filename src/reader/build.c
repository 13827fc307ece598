// SPDX-License-Identifier: MIT
/*
 * See page.c for how an item of a page looks.
 */
#include "reader/build.h"

#include <string.h>

#define DELTA_BITS 27
#define DELTA_MAX ((1u << DELTA_BITS) - 1)
#define EXTEND_MAX ((1ull << 59) - 1)
#define EXTEND_BYTES 8u
#define SHORT_MAX 112u
#define TYPE_EXTEND 30u

void orl_build_begin(struct orl_page_build *b, void *page, uint32_t size)
{
	b->page = page;
	b->size = size;
	b->off = 0;
	b->ts = 0;
}

static void put_word(struct orl_page_build *b, uint32_t word)
{
	memcpy(b->page + b->off, &word, sizeof(word));
	b->off += sizeof(word);
}

bool orl_build_add(struct orl_page_build *b, uint64_t ts, const struct orl_record *rec)
{
	bool is_short = rec->len && rec->len <= SHORT_MAX;
	uint32_t need = rec->len + (is_short ? 4 : 8), off = b->off ? b->off : ORL_PAGE_HEADER_LEN;
	uint64_t delta = b->off && ts > b->ts ? ts - b->ts : 0;

	if (delta > EXTEND_MAX)
		delta = EXTEND_MAX;
	if (delta > DELTA_MAX)
		need += EXTEND_BYTES;
	if (need > b->size - off)
		return false;
	if (!b->off) {
		memcpy(b->page, &ts, sizeof(ts));
		b->ts = ts;
		b->off = off;
	}
	b->ts += delta;
	if (delta > DELTA_MAX) {
		put_word(b, (uint32_t)(delta & DELTA_MAX) << 5 | TYPE_EXTEND);
		put_word(b, (uint32_t)(delta >> DELTA_BITS));
		delta = 0;
	}
	put_word(b, (uint32_t)delta << 5 | (is_short ? rec->len / 4 : 0));
	if (!is_short)
		put_word(b, rec->len + 4);
	memcpy(b->page + b->off, rec->data, rec->len);
	b->off += rec->len;
	return true;
}

void orl_build_end(struct orl_page_build *b)
{
	uint32_t end = b->off ? b->off : ORL_PAGE_HEADER_LEN;
	uint64_t used = end - ORL_PAGE_HEADER_LEN;

	if (!b->off)
		memset(b->page, 0, ORL_PAGE_HEADER_LEN);
	memcpy(b->page + 8, &used, sizeof(used));
	memset(b->page + end, 0, b->size - end);
}
