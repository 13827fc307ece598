// SPDX-License-Identifier: MIT
/*
 * Reading a hist file. Its bytes are trusted for nothing: the header is copied and must describe
 * keys and values as long as the plan's (a named hist may be that of another event, with its fields
 * at other places), entries must lie in the map, and each is copied before it is looked at. An
 * entry counts when its tag says READY; a process that is just making one has not finished it.
 *
 * Two entries may have the same key (abi/hook.h), and two keys may become the same when ticks are
 * turned into microseconds: rows are sorted by their keys and equal ones added up.
 */
#include <errno.h>
#include <stdlib.h>

#include "compile/hist-table.h"

static bool is_sound(const struct orl_hist_file *f, const struct orl_hist_spec *spec, uint64_t len)
{
	if (f->magic != ORL_HIST_MAGIC || f->version != ORL_HIST_VERSION ||
	    f->nr_vals != spec->nr_vals || f->key_len != spec->key_len)
		return false;
	if (f->entry_len != sizeof(struct orl_hist_entry) + 8 * spec->nr_vals + spec->key_len)
		return false;
	return f->nr_slots <= 4 * ORL_HIST_SIZE_MAX &&
	       (uint64_t)f->nr_slots * f->entry_len <= len - ORL_HIST_BLOCK;
}

static const struct orl_hist_entry *entry_at(const struct orl_hist_view *view,
					     const struct orl_hist_file *f, uint32_t i)
{
	return (const void *)((const char *)view->map + ORL_HIST_BLOCK + (size_t)i * f->entry_len);
}

static bool is_ready(const struct orl_hist_entry *e)
{
	/* acquire: pairs with E3, the key is whole */
	return (__atomic_load_n(&e->tag, __ATOMIC_ACQUIRE) & 3) == ORL_HIST_READY;
}

static void copy_words(uint64_t *to, const uint64_t *from, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

static uint64_t time_of_ticks(const struct orl_hist_view *view, const struct orl_hist_field *f,
			      uint64_t v)
{
	uint64_t div = f->map == ORL_MAP_DIV && f->arg ? f->arg : 1, ticks;

	if (!view->ns_of_ticks)
		return v;
	/* a forged time may be any number */
	if (__builtin_mul_overflow(v, div, &ticks))
		return v;
	return view->ns_of_ticks(view->arg, ticks) / div;
}

static void convert_times(char *key, const struct orl_hist_spec *spec,
			  const struct orl_hist_view *view)
{
	for (uint32_t i = 0; i < spec->nr_keys; i++) {
		uint64_t v;

		if (spec->key[i].load != ORL_LOAD_TIME)
			continue;
		memcpy(&v, key + spec->key[i].key_off, sizeof(v));
		v = time_of_ticks(view, &spec->key[i], v);
		memcpy(key + spec->key[i].key_off, &v, sizeof(v));
	}
}

/* Entries that become ready while this runs may be missed, ones that vanish are none. */
static int copy_rows(struct orl_hist_table *t, const struct orl_hist_file *f,
		     const struct orl_hist_view *view)
{
	const struct orl_hist_spec *spec = &t->spec;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < f->nr_slots; i++)
		nr += is_ready(entry_at(view, f, i));
	t->row = calloc(nr ? nr : 1, sizeof(*t->row));
	t->keys = malloc((size_t)(nr ? nr : 1) * spec->key_len);
	if (!t->row || !t->keys)
		return -ENOMEM;
	for (uint32_t i = 0; i < f->nr_slots && t->nr < nr; i++) {
		const struct orl_hist_entry *e = entry_at(view, f, i);
		struct orl_hist_row *row = &t->row[t->nr];
		uint64_t key[ORL_HIST_KEY_MAX / 8];

		if (!is_ready(e))
			continue;
		row->hits = __atomic_load_n(&e->hits, __ATOMIC_RELAXED);
		copy_words(row->sum, e->words, spec->nr_vals);
		copy_words(key, e->words + spec->nr_vals, spec->key_len / 8);
		row->key = memcpy(t->keys + (size_t)t->nr * spec->key_len, key, spec->key_len);
		convert_times(t->keys + (size_t)t->nr * spec->key_len, spec, view);
		t->nr++;
	}
	return 0;
}

static int compare_keys(const void *a, const void *b, void *arg)
{
	const struct orl_hist_spec *spec = arg;

	return memcmp(((const struct orl_hist_row *)a)->key, ((const struct orl_hist_row *)b)->key,
		      spec->key_len);
}

static void add_up(struct orl_hist_table *t)
{
	uint32_t nr = 0;

	qsort_r(t->row, t->nr, sizeof(*t->row), compare_keys, &t->spec);
	for (uint32_t i = 0; i < t->nr; i++) {
		struct orl_hist_row *last = nr ? &t->row[nr - 1] : NULL, *row = &t->row[i];

		if (!last || memcmp(last->key, row->key, t->spec.key_len)) {
			t->row[nr++] = *row;
			continue;
		}
		last->hits += row->hits;
		for (uint32_t v = 0; v < t->spec.nr_vals; v++)
			last->sum[v] += row->sum[v];
	}
	t->nr = nr;
}

/* ---- order ---- */

struct order {
	const struct orl_hist_plan *plan;
	const struct orl_hist_spec *spec;
};

uint64_t orl_hist_table_value(const struct orl_hist_row *row, const struct orl_hist_item *item)
{
	return item->is_hits ? row->hits : row->sum[item->sum];
}

static int compare_numbers(uint64_t a, uint64_t b, bool is_signed)
{
	uint64_t bias = (uint64_t)is_signed << 63;

	a ^= bias;
	b ^= bias;
	return a < b ? -1 : a > b;
}

static int compare_item(const struct orl_hist_row *a, const struct orl_hist_row *b,
			const struct orl_hist_item *key)
{
	uint32_t off = key->field.key_off;
	int32_t pid_a, pid_b;

	switch (key->field.load) {
	case ORL_LOAD_STRING:
	case ORL_LOAD_DATA_LOC:
	case ORL_LOAD_REL_LOC:
	case ORL_LOAD_COMM:
		return strncmp(a->key + off, b->key + off, ORL_HIST_STRING);
	case ORL_LOAD_STACK:
	case ORL_LOAD_ARRAY_STACK:
		return memcmp(a->key + off, b->key + off, 8 * ORL_HIST_STACK);
	case ORL_LOAD_PID_COMM:
		memcpy(&pid_a, a->key + off, sizeof(pid_a));
		memcpy(&pid_b, b->key + off, sizeof(pid_b));
		return pid_a < pid_b ? -1 : pid_a > pid_b;
	default:
		return compare_numbers(orl_hist_table_number(a, off), orl_hist_table_number(b, off),
				       key->is_signed);
	}
}

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct orl_hist_row *row_a = a, *row_b = b;
	const struct order *o = arg;
	uint32_t nr = o->plan->nr_sorts ? o->plan->nr_sorts : 1;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t field = o->plan->nr_sorts ? o->plan->sort[i].field : ORL_HIST_SORT_HITS;
		const struct orl_hist_item *val;
		int order;

		if (field == ORL_HIST_SORT_HITS) {
			order = compare_numbers(row_a->hits, row_b->hits, false);
		} else if (field < o->plan->nr_keys) {
			order = compare_item(row_a, row_b, &o->plan->key[field]);
		} else {
			val = &o->plan->val[field - o->plan->nr_keys];
			order = compare_numbers(orl_hist_table_value(row_a, val),
						orl_hist_table_value(row_b, val), false);
		}
		if (order)
			return o->plan->sort[i].is_descending ? -order : order;
	}
	return memcmp(row_a->key, row_b->key, o->spec->key_len);
}

int orl_hist_table_read(struct orl_hist_table *t, const struct orl_hist_plan *plan,
			const struct orl_hist_view *view)
{
	struct order order = { plan, &t->spec };
	struct orl_hist_file f;
	int err;

	memset(t, 0, sizeof(*t));
	if (view->map_len < ORL_HIST_BLOCK)
		return -EBADMSG;
	orl_hist_spec(plan, &t->spec);
	memcpy(&f, view->map, sizeof(f));
	if (!is_sound(&f, &t->spec, view->map_len))
		return -EBADMSG;
	t->dropped = f.dropped;
	err = copy_rows(t, &f, view);
	if (err)
		return err;
	for (uint32_t i = 0; i < t->nr; i++)
		t->hits += t->row[i].hits;
	add_up(t);
	qsort_r(t->row, t->nr, sizeof(*t->row), compare_rows, &order);
	return 0;
}

void orl_hist_table_free(struct orl_hist_table *t)
{
	free(t->row);
	free(t->keys);
	t->row = NULL;
	t->keys = NULL;
}
