// SPDX-License-Identifier: MIT
/*
 * A hist trigger bound to an event: which bytes of a record make up a key, and which are summed.
 * common_timestamp is kept in ticks of the rings' clock and becomes time when it is printed.
 */
#include <errno.h>

#include "compile/hist.h"

#define NS_PER_USEC 1000U

/* What only the reader does, or nothing, is no map. */
static void map_number(struct orl_hist_item *item)
{
	if (item->mod == ORL_MOD_LOG2)
		item->field.map = ORL_MAP_LOG2;
	if (item->mod == ORL_MOD_BUCKETS) {
		item->field.map = ORL_MAP_BUCKETS;
		item->field.arg = item->arg;
	}
	if (item->mod == ORL_MOD_USECS) {
		item->field.map = ORL_MAP_DIV;
		item->field.arg = NS_PER_USEC;
	}
}

static bool bind_time(struct orl_hist_item *item)
{
	item->field.load = ORL_LOAD_TIME;
	map_number(item);
	return item->mod == ORL_MOD_NONE || item->mod == ORL_MOD_HEX ||
	       item->mod == ORL_MOD_USECS || item->mod == ORL_MOD_PERCENT ||
	       item->mod == ORL_MOD_GRAPH;
}

static bool bind_pid_comm(struct orl_hist_item *item)
{
	item->field.load = ORL_LOAD_PID_COMM;
	item->is_signed = true;
	return orl_slice_is(item->name, "common_pid");
}

/* A dynamic array of long, shown as a stack. */
static bool bind_array_stack(struct orl_hist_item *item, const struct orl_subject *s)
{
	item->field.load = ORL_LOAD_ARRAY_STACK;
	return s->field && s->field->is_dynamic && !s->field->is_rel &&
	       s->field->elem_size == 8;
}

static bool bind_number(struct orl_hist_item *item, const struct orl_subject *s)
{
	item->field.load = s->load;
	item->is_signed = s->is_signed;
	map_number(item);
	/* .usecs is for times alone; an address is a long */
	return item->mod != ORL_MOD_USECS &&
	       ((item->mod != ORL_MOD_SYM && item->mod != ORL_MOD_SYM_OFFSET) || s->width == 8);
}

static int bad_modifier(const struct orl_hist_item *item, const struct orl_hist_where *where)
{
	return orl_hist_mistake(where, "Invalid field modifier",
				item->mod_text.p ? item->mod_text.p : item->name.p, -EINVAL);
}

/* A field of the event, CPU or COMM. */
static int bind_subject(struct orl_hist_item *item, const struct orl_subject *s, bool is_val,
			const struct orl_hist_where *where)
{
	bool is_ok;

	item->field.off = s->off;
	item->field.size = s->size;
	if (s->kind == ORL_SUBJECT_STRING && is_val)
		return orl_hist_mistake(where, "String type can not be an operand in expression",
					item->name.p, -EINVAL);
	if (item->mod == ORL_MOD_EXECNAME) {
		is_ok = bind_pid_comm(item);
	} else if (item->mod == ORL_MOD_STACKTRACE) {
		is_ok = bind_array_stack(item, s);
	} else if (s->kind == ORL_SUBJECT_STRING) {
		item->field.load = s->load;
		is_ok = item->mod == ORL_MOD_NONE;
	} else if (!s->is_loadable || s->kind == ORL_SUBJECT_MASK) {
		return orl_hist_mistake(where, NULL, NULL, -EINVAL);
	} else {
		is_ok = bind_number(item, s);
	}
	return is_ok ? 0 : bad_modifier(item, where);
}

static void rename_item(struct orl_hist_item *item, const char *name)
{
	item->name.p = name;
	item->name.len = (uint32_t)strlen(name);
}

static int bind_item(struct orl_hist_item *item, const struct orl_format *f, bool is_val,
		     const struct orl_hist_where *where)
{
	struct orl_subject s;

	if (is_val && orl_slice_is(item->name, "hitcount")) {
		item->is_hits = true;
		return item->mod == ORL_MOD_USECS ? bad_modifier(item, where) : 0;
	}
	if (orl_slice_is(item->name, "common_timestamp"))
		return bind_time(item) ? 0 : bad_modifier(item, where);
	if (orl_compile_subject(f, item->name.p, item->name.len, &s)) {
		int err = bind_subject(item, &s, is_val, where);

		if (!err && s.kind == ORL_SUBJECT_CPU)
			rename_item(item, "common_cpu");
		return err;
	}
	if (!is_val && (orl_slice_is(item->name, "common_stacktrace") ||
			orl_slice_is(item->name, "stacktrace"))) {
		if (item->mod != ORL_MOD_NONE)
			return bad_modifier(item, where);
		rename_item(item, "common_stacktrace");
		item->field.load = ORL_LOAD_STACK;
		return 0;
	}
	return orl_hist_mistake(where, "Couldn't find field", item->name.p, -EINVAL);
}

static uint32_t key_size(const struct orl_hist_field *f)
{
	switch (f->load) {
	case ORL_LOAD_STRING:
	case ORL_LOAD_DATA_LOC:
	case ORL_LOAD_REL_LOC:
	case ORL_LOAD_COMM:
		return ORL_HIST_STRING;
	case ORL_LOAD_STACK:
	case ORL_LOAD_ARRAY_STACK:
		return 8 * ORL_HIST_STACK;
	case ORL_LOAD_PID_COMM:
		return 24;
	default:
		return 8;
	}
}

int orl_hist_bind(struct orl_hist_plan *plan, const struct orl_format *f,
		  const struct orl_hist_where *where)
{
	uint32_t nr_sums = 0, off = 0;

	for (uint32_t i = 0; i < plan->nr_vals; i++) {
		int err = bind_item(&plan->val[i], f, true, where);

		if (err)
			return err;
		if (!plan->val[i].is_hits)
			plan->val[i].sum = nr_sums++;
	}
	for (uint32_t i = 0; i < plan->nr_keys; i++) {
		int err = bind_item(&plan->key[i], f, false, where);

		if (err)
			return err;
		plan->key[i].field.key_off = (uint16_t)off;
		off += key_size(&plan->key[i].field);
	}
	return 0;
}

void orl_hist_spec(const struct orl_hist_plan *plan, struct orl_hist_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	spec->nr_keys = plan->nr_keys;
	for (uint32_t i = 0; i < plan->nr_keys; i++) {
		spec->key[i] = plan->key[i].field;
		spec->key_len += key_size(&plan->key[i].field);
	}
	for (uint32_t i = 0; i < plan->nr_vals; i++)
		if (!plan->val[i].is_hits)
			spec->val[spec->nr_vals++] = plan->val[i].field;
}
