/* SPDX-License-Identifier: MIT */
/* A hist in memory, and sums over it. */
#ifndef TABLE_H
#define TABLE_H

#include "sample.h"

#include <stdlib.h>

struct table {
	struct orl_hist hist;
	struct orl_hist_file *file;
	size_t len;
};

static inline void table_init(struct table *t, const struct orl_hist_spec *spec, uint32_t size)
{
	struct orl_hist_file *f;
	uint32_t entry =
		(uint32_t)sizeof(struct orl_hist_entry) + 8 * spec->nr_vals + spec->key_len;

	t->len = ORL_HIST_BLOCK + (size_t)entry * size * 2;
	f = t->file = calloc(1, t->len);
	assert_non_null(f);
	f->magic = ORL_HIST_MAGIC;
	f->version = ORL_HIST_VERSION;
	f->id = 5;
	f->size = size;
	f->nr_slots = 2 * size;
	f->entry_len = entry;
	f->nr_vals = spec->nr_vals;
	f->key_len = spec->key_len;
	f->file_size = t->len;
	f->spec = *spec;
	assert_int_equal(orl_hist_check(&t->hist, f, t->len), 0);
}

static inline void table_free(struct table *t)
{
	free(t->file);
}

static inline struct orl_hist_entry *table_entry(const struct table *t, uint32_t i)
{
	return (struct orl_hist_entry *)(void *)((char *)t->file + ORL_HIST_BLOCK +
						 (size_t)i * t->file->entry_len);
}

struct table_sum {
	uint64_t entries, hits, val[ORL_HIST_VALS];
};

/* All entries, or those with the key @key. */
static inline struct table_sum table_sum(const struct table *t, const void *key)
{
	struct table_sum sum = { 0 };

	for (uint32_t i = 0; i < t->file->nr_slots; i++) {
		const struct orl_hist_entry *e = table_entry(t, i);

		if ((e->tag & 3) != ORL_HIST_READY)
			continue;
		if (key && memcmp(e->words + t->file->nr_vals, key, t->file->key_len))
			continue;
		sum.entries++;
		sum.hits += e->hits;
		for (uint32_t v = 0; v < t->file->nr_vals; v++)
			sum.val[v] += e->words[v];
	}
	return sum;
}

#endif
