// SPDX-License-Identifier: MIT
/*
 * Any bytes as a ring page: iteration stays inside the page and ends; conversion, also one
 * that must put in time extends, keeps every record; a mark of missed records can be put and read.
 */
#include <stdlib.h>
#include <string.h>

#include "reader/page.h"

#define ROOM	65536u

static uint64_t same(void *arg, uint64_t ticks)
{
	(void)arg;
	return ticks;
}

/* Makes most times too far apart for a delta, and wraps. */
static uint64_t slow(void *arg, uint64_t ticks)
{
	(void)arg;
	return ticks * 997;
}

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* Walk a page; returns the number of records and sums up all that was told about them. */
static uint32_t walk(const uint8_t *page, uint32_t size, uint64_t *sum, int *end)
{
	struct orl_page_iter it;
	struct orl_record r;
	uint32_t n = 0;

	*sum = 0;
	*end = orl_page_iter_init(&it, page, size);
	if (*end)
		return 0;
	while ((*end = orl_page_iter_next(&it, &r)) > 0) {
		require(r.data >= page + ORL_PAGE_HEADER_LEN && r.len <= size &&
			r.data + r.len <= page + size);
		for (uint32_t i = 0; i < r.len; i++)
			*sum = *sum * 31 + r.data[i];
		*sum = *sum * 31 + r.ts;
		require(++n <= size / 4);
	}
	require(orl_page_iter_next(&it, &r) == 0);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t before, after;
	int end, end_after, rc;
	uint32_t n;
	uint8_t *page;

	if (size > ROOM)
		return 0;
	/* exactly as large as the input, so that one byte too far is seen */
	page = malloc(size ? size : 1);
	if (!page)
		return 0;
	memcpy(page, data, size);
	n = walk(page, (uint32_t)size, &before, &end);
	rc = orl_page_convert(page, (uint32_t)size, same, NULL);
	require((end < 0) == (rc < 0));
	if (rc >= 0) {
		require(walk(page, (uint32_t)size, &after, &end_after) == n);
		require(orl_page_convert(page, (uint32_t)size, slow, NULL) >= 0);
		require(walk(page, (uint32_t)size, &after, &end_after) == n);
		require(end_after == 0);
		orl_page_set_missed(page, (uint32_t)size, n);
		require(walk(page, (uint32_t)size, &after, &end_after) == n);
	}
	free(page);
	return 0;
}
