// SPDX-License-Identifier: MIT
/*
 * The text of a hist trigger: parts joined by ':', of which some are lists joined by ','.
 *
 *   hist:keys=pid,cmd.hex:vals=len:sort=len.descending:size=256:name=foo:pause
 *
 * Messages are the kernel's. It has more of them, for variables and actions, which are not here
 * yet: an assignment that is no parameter and a handler are told as such.
 */
#include <errno.h>

#include "compile/hist.h"

static const struct {
	const char *name;
	enum orl_hist_mod mod;
	bool is_for_val;
} modifiers[] = {
	{ "hex", ORL_MOD_HEX, true },
	{ "sym", ORL_MOD_SYM, false },
	{ "sym-offset", ORL_MOD_SYM_OFFSET, false },
	{ "execname", ORL_MOD_EXECNAME, false },
	{ "log2", ORL_MOD_LOG2, false },
	{ "usecs", ORL_MOD_USECS, true },
	{ "stacktrace", ORL_MOD_STACKTRACE, false },
	{ "percent", ORL_MOD_PERCENT, true },
	{ "graph", ORL_MOD_GRAPH, true },
};

int orl_hist_mistake(const struct orl_hist_where *where, const char *message, const char *at,
		     int err)
{
	return orl_compile_mistake(where->m, where->prefix, message,
				   at ? (uint32_t)(at - where->start) : 0, err);
}

/* ---- fields ---- */

/* "buckets=10", and "bucket=10", which the kernel takes as well */
static bool read_buckets(struct orl_hist_item *item)
{
	struct orl_slice rest = item->mod_text, word;

	if (!orl_slice_cut(&rest, '=', &word) || !rest.p ||
	    (!orl_slice_is(word, "buckets") && !orl_slice_is(word, "bucket")))
		return false;
	item->mod = ORL_MOD_BUCKETS;
	return !orl_compile_number(rest.p, rest.len, false, &item->arg) && item->arg;
}

static bool read_modifier(struct orl_hist_item *item, bool is_val)
{
	for (size_t i = 0; i < sizeof(modifiers) / sizeof(*modifiers); i++) {
		if (!orl_slice_is(item->mod_text, modifiers[i].name))
			continue;
		item->mod = modifiers[i].mod;
		if (is_val)
			return modifiers[i].is_for_val;
		return item->mod != ORL_MOD_PERCENT && item->mod != ORL_MOD_GRAPH;
	}
	return !is_val && read_buckets(item);
}

static int read_item(struct orl_hist_item *item, struct orl_slice text, bool is_val,
		     const struct orl_hist_where *where)
{
	struct orl_slice rest = text;

	memset(item, 0, sizeof(*item));
	orl_slice_cut(&rest, '.', &item->name);
	if (item->name.len && item->name.p[0] == '$')
		return orl_hist_mistake(where, "Couldn't find variable", text.p, -EINVAL);
	if (!rest.p)
		return 0;
	item->mod_text = rest;
	if (!read_modifier(item, is_val))
		return orl_hist_mistake(where, "Invalid field modifier", rest.p, -EINVAL);
	return 0;
}

static int read_keys(struct orl_hist_plan *plan, struct orl_slice list,
		     const struct orl_hist_where *where)
{
	struct orl_slice text;
	int err;

	while (orl_slice_cut(&list, ',', &text)) {
		if (plan->nr_keys == ORL_HIST_KEYS)
			return orl_hist_mistake(where, NULL, NULL, -EINVAL);
		err = read_item(&plan->key[plan->nr_keys++], text, false, where);
		if (err)
			return err;
	}
	return 0;
}

/* hitcount itself is always there and needs no item */
static int read_vals(struct orl_hist_plan *plan, struct orl_slice list,
		     const struct orl_hist_where *where)
{
	struct orl_slice text;
	int err;

	while (orl_slice_cut(&list, ',', &text)) {
		if (orl_slice_is(text, "hitcount"))
			continue;
		if (plan->nr_vals == ORL_HIST_VALS)
			return orl_hist_mistake(where, NULL, NULL, -EINVAL);
		err = read_item(&plan->val[plan->nr_vals++], text, true, where);
		if (err)
			return err;
	}
	if (!plan->nr_vals && plan->nohitcount)
		return orl_hist_mistake(where,
					"Non-hitcount value is required for 'nohitcount'", NULL,
					-ENOENT);
	return 0;
}

/* ---- the order ---- */

/* cpu and stacktrace are other names of fields that every event has */
static struct orl_slice plain_name(struct orl_slice name)
{
	if (orl_slice_is(name, "cpu") || orl_slice_is(name, "CPU"))
		return (struct orl_slice){ "common_cpu", 10 };
	if (orl_slice_is(name, "stacktrace"))
		return (struct orl_slice){ "common_stacktrace", 17 };
	return name;
}

static const struct orl_hist_item *item_at(const struct orl_hist_plan *plan, uint32_t i)
{
	return i < plan->nr_keys ? &plan->key[i] : &plan->val[i - plan->nr_keys];
}

static bool is_named(const struct orl_hist_item *item, struct orl_slice name)
{
	return orl_slice_equal(plain_name(item->name), plain_name(name));
}

/* What lists show behind the name of a field that has a modifier: it is read again as nothing. */
static void skip_own_modifier(struct orl_slice *rest, const struct orl_hist_item *item)
{
	uint32_t len = item->mod_text.len;

	if (!len || rest->len < len || memcmp(rest->p, item->mod_text.p, len))
		return;
	if (rest->len == len) {
		rest->p = NULL;
	} else if (rest->p[len] == '.') {
		rest->p += len + 1;
		rest->len -= len + 1;
	}
}

static int read_direction(struct orl_hist_sort *sort, struct orl_slice rest,
			  const struct orl_hist_where *where)
{
	if (!rest.p || orl_slice_is(rest, "ascending"))
		return 0;
	sort->is_descending = true;
	return orl_slice_is(rest, "descending") ?
		       0 :
		       orl_hist_mistake(where, "Invalid sort modifier", rest.p, -EINVAL);
}

static int read_sort(struct orl_hist_plan *plan, struct orl_slice text,
		     const struct orl_hist_where *where)
{
	struct orl_hist_sort *sort = &plan->sort[plan->nr_sorts++];
	struct orl_slice rest = text, name;

	orl_slice_cut(&rest, '.', &name);
	*sort = (struct orl_hist_sort){ .field = ORL_HIST_SORT_HITS };
	if (orl_slice_is(name, "hitcount"))
		return read_direction(sort, rest, where);
	for (uint32_t i = 0; i < plan->nr_keys + plan->nr_vals; i++) {
		if (!is_named(item_at(plan, i), name))
			continue;
		sort->field = i;
		if (rest.p)
			skip_own_modifier(&rest, item_at(plan, i));
		return read_direction(sort, rest, where);
	}
	return orl_hist_mistake(where, "Sort field must be a key or a val", name.p, -EINVAL);
}

static int read_sorts(struct orl_hist_plan *plan, struct orl_slice part, struct orl_slice list,
		      const struct orl_hist_where *where)
{
	struct orl_slice text;
	int err;

	while (orl_slice_cut(&list, ',', &text)) {
		if (!text.len || *text.p == '.')
			return orl_hist_mistake(where, "Empty sort field", part.p, -EINVAL);
		if (plan->nr_sorts == ORL_HIST_SORTS)
			return orl_hist_mistake(where, "Too many sort fields (Max = 2)", part.p,
						-EINVAL);
		err = read_sort(plan, text, where);
		if (err)
			return err;
	}
	return 0;
}

/* ---- the parts ---- */

struct lists {
	struct orl_slice keys, vals, sort, sort_part;
};

static int read_size(struct orl_hist_plan *plan, struct orl_slice value,
		     const struct orl_hist_where *where)
{
	uint64_t size, pow = 1;

	if (orl_compile_number(value.p, value.len, false, &size) || size > ORL_HIST_SIZE_MAX)
		return orl_hist_mistake(where, NULL, NULL, -EINVAL);
	while (pow < size)
		pow *= 2;
	if (pow < ORL_HIST_SIZE_MIN)
		return orl_hist_mistake(where, NULL, NULL, -EINVAL);
	plan->size = (uint32_t)pow;
	return 0;
}

static bool is_name(struct orl_slice s)
{
	for (uint32_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.len < sizeof(((struct orl_trigger_text *)NULL)->name);
}

static int read_assignment(struct orl_hist_plan *plan, struct lists *lists, struct orl_slice part,
			   struct orl_slice word, struct orl_slice value,
			   const struct orl_hist_where *where)
{
	if (!value.len)
		return orl_hist_mistake(where, "Empty assignment", part.p, -EINVAL);
	if (orl_slice_is(word, "keys") || orl_slice_is(word, "key")) {
		lists->keys = value;
	} else if (orl_slice_is(word, "vals") || orl_slice_is(word, "values") ||
		   orl_slice_is(word, "val")) {
		lists->vals = value;
	} else if (orl_slice_is(word, "sort")) {
		lists->sort_part = part;
		lists->sort = value;
	} else if (orl_slice_is(word, "size")) {
		return read_size(plan, value, where);
	} else if (orl_slice_is(word, "name") && is_name(value)) {
		plan->hist_name = value;
	} else {
		/* in the kernel a variable */
		return orl_hist_mistake(where, "Malformed assignment", part.p, -EINVAL);
	}
	return 0;
}

static bool has_prefix(struct orl_slice s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && !memcmp(s.p, prefix, len);
}

static int read_word(struct orl_hist_plan *plan, struct orl_slice part,
		     const struct orl_hist_where *where)
{
	if (orl_slice_is(part, "pause"))
		plan->pause = true;
	else if (orl_slice_is(part, "cont") || orl_slice_is(part, "continue"))
		plan->cont = true;
	else if (orl_slice_is(part, "clear"))
		plan->clear = true;
	else if (orl_slice_is(part, "nohitcount") || orl_slice_is(part, "NOHC"))
		plan->nohitcount = true;
	else if (has_prefix(part, "onmatch(") || has_prefix(part, "onmax(") ||
		 has_prefix(part, "onchange("))
		return orl_hist_mistake(where, "Handler doesn't support action", part.p, -EINVAL);
	else
		return orl_hist_mistake(where, NULL, NULL, -EINVAL);
	return 0;
}

int orl_hist_parse(struct orl_hist_plan *plan, struct orl_slice text,
		   const struct orl_hist_where *where)
{
	struct orl_slice part;
	struct lists lists;
	int err;

	memset(plan, 0, sizeof(*plan));
	memset(&lists, 0, sizeof(lists));
	while (orl_slice_cut(&text, ':', &part)) {
		struct orl_slice value = part, word;

		orl_slice_cut(&value, '=', &word);
		err = value.p ? read_assignment(plan, &lists, part, word, value, where) :
				read_word(plan, part, where);
		if (err)
			return err;
	}
	if (!lists.keys.p)
		return orl_hist_mistake(where, NULL, NULL, -EINVAL);
	err = read_vals(plan, lists.vals, where);
	if (!err)
		err = read_keys(plan, lists.keys, where);
	return err ? err : read_sorts(plan, lists.sort_part, lists.sort, where);
}

/* ---- the normal form ---- */

static void list_item(struct orl_text *out, const struct orl_hist_item *item)
{
	orl_text_write(out, item->name.p, item->name.len);
	if (item->mod == ORL_MOD_BUCKETS) {
		orl_text_puts(out, ".buckets=");
		orl_text_u64(out, item->arg);
	} else if (item->mod != ORL_MOD_NONE) {
		orl_text_putc(out, '.');
		orl_text_write(out, item->mod_text.p, item->mod_text.len);
	}
}

static void list_sort(struct orl_text *out, const struct orl_hist_plan *plan)
{
	orl_text_puts(out, ":sort=");
	if (!plan->nr_sorts)
		orl_text_puts(out, "hitcount");
	for (uint32_t i = 0; i < plan->nr_sorts; i++) {
		const struct orl_hist_sort *sort = &plan->sort[i];

		if (i)
			orl_text_putc(out, ',');
		if (sort->field == ORL_HIST_SORT_HITS)
			orl_text_puts(out, "hitcount");
		else
			list_item(out, item_at(plan, sort->field));
		if (sort->is_descending)
			orl_text_puts(out, ".descending");
	}
}

void orl_hist_list(struct orl_text *out, const struct orl_hist_plan *plan)
{
	orl_text_puts(out, "hist:");
	if (plan->hist_name.len) {
		orl_text_puts(out, "name=");
		orl_text_write(out, plan->hist_name.p, plan->hist_name.len);
		orl_text_putc(out, ':');
	}
	orl_text_puts(out, "keys=");
	for (uint32_t i = 0; i < plan->nr_keys; i++) {
		if (i)
			orl_text_putc(out, ',');
		list_item(out, &plan->key[i]);
	}
	orl_text_puts(out, plan->nohitcount ? ":vals=" : ":vals=hitcount");
	for (uint32_t i = 0; i < plan->nr_vals; i++) {
		if (i || !plan->nohitcount)
			orl_text_putc(out, ',');
		list_item(out, &plan->val[i]);
	}
	list_sort(out, plan);
	orl_text_puts(out, ":size=");
	orl_text_u64(out, plan->size ? plan->size : ORL_HIST_SIZE_DEFAULT);
	if (plan->nohitcount)
		orl_text_puts(out, ":nohitcount");
}

static bool same_item(const struct orl_hist_item *a, const struct orl_hist_item *b)
{
	return is_named(a, b->name) && a->mod == b->mod && a->arg == b->arg;
}

static struct orl_hist_sort sort_at(const struct orl_hist_plan *plan, uint32_t i)
{
	/* without a sort there is one */
	return plan->nr_sorts ? plan->sort[i] :
				(struct orl_hist_sort){ .field = ORL_HIST_SORT_HITS };
}

bool orl_hist_same(const struct orl_hist_plan *a, const struct orl_hist_plan *b)
{
	uint32_t nr_sorts = a->nr_sorts ? a->nr_sorts : 1;

	if (a->nr_keys != b->nr_keys || a->nr_vals != b->nr_vals ||
	    nr_sorts != (b->nr_sorts ? b->nr_sorts : 1) || a->nohitcount != b->nohitcount ||
	    !orl_slice_equal(a->hist_name, b->hist_name))
		return false;
	for (uint32_t i = 0; i < a->nr_keys + a->nr_vals; i++)
		if (!same_item(item_at(a, i), item_at(b, i)))
			return false;
	for (uint32_t i = 0; i < nr_sorts; i++) {
		struct orl_hist_sort of_a = sort_at(a, i), of_b = sort_at(b, i);

		if (of_a.field != of_b.field || of_a.is_descending != of_b.is_descending)
			return false;
	}
	return true;
}
