/* SPDX-License-Identifier: MIT */
/* The entries of a hist file, taken out of it, added up and put in order. */
#ifndef ORL_COMPILE_HIST_TABLE_H
#define ORL_COMPILE_HIST_TABLE_H

#include "compile/hist.h"

struct orl_hist_row {
	uint64_t hits;
	uint64_t sum[ORL_HIST_VALS];
	const char *key;		/* spec.key_len bytes */
};

struct orl_hist_table {
	struct orl_hist_spec spec;
	struct orl_hist_row *row;
	uint32_t nr;
	uint64_t hits, dropped;
	char *keys;
};

/**
 * orl_hist_table_read() - copy a hist file that others may be writing
 * @plan: bound; says which fields to expect, and the order
 *
 * Times among the keys are turned from ticks into ns or, with .usecs, microseconds; then equal keys
 * are added up. Return: 0, -EBADMSG for a file that is not of this plan, -ENOMEM.
 */
int orl_hist_table_read(struct orl_hist_table *t, const struct orl_hist_plan *plan,
			const struct orl_hist_view *view);

/** orl_hist_table_free() - what read() took; also after it failed */
void orl_hist_table_free(struct orl_hist_table *t);

/** orl_hist_table_value() - a value of a row: a sum, or its hits */
uint64_t orl_hist_table_value(const struct orl_hist_row *row, const struct orl_hist_item *item);

/** orl_hist_table_number() - 8 bytes of a row's key */
static inline uint64_t orl_hist_table_number(const struct orl_hist_row *row, uint32_t off)
{
	uint64_t v;

	memcpy(&v, row->key + off, sizeof(v));
	return v;
}

#endif
