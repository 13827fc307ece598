// SPDX-License-Identifier: MIT
/* Parsing a site's format once, so that a line only walks its arguments. */
#include <errno.h>
#include <string.h>

#include "runtime/instance.h"
#include "runtime/print.h"

#define MAX_ARGS 64U
/* What the thread id may need in front. */
#define ROOM (ORL_PRINT_RECORD_MAX - ORL_PRINT_OFF_ARGS - 4)

/* A plan in the making. */
struct draft {
	struct orl_print_arg arg[MAX_ARGS];
	struct orl_fmt_spec spec[MAX_ARGS];
	uint32_t nr, nr_specs;
};

static uint8_t integer_kind(const struct orl_fmt_spec *spec)
{
	bool is_signed = spec->conv == 'd' || spec->conv == 'i';

	if (orl_fmt_spec_size(spec) == 8)
		return ORL_ARG_U64;
	if (spec->length == 'H')
		return is_signed ? ORL_ARG_S8 : ORL_ARG_U8;
	if (spec->length == 'h')
		return is_signed ? ORL_ARG_S16 : ORL_ARG_U16;
	return ORL_ARG_U32;
}

static uint8_t kind_of(const struct orl_fmt_spec *spec)
{
	if (orl_fmt_spec_is_integer(spec->conv))
		return integer_kind(spec);
	if (orl_fmt_spec_is_double(spec->conv))
		return spec->length == 'L' ? ORL_ARG_LONG_DOUBLE : ORL_ARG_DOUBLE;
	switch (spec->conv) {
	case 'c':
		return ORL_ARG_CHAR;
	case 's':
		return spec->precision_arg ? ORL_ARG_STRING_STAR : ORL_ARG_STRING;
	case 'p':
		orl_rt.names |= spec->ext < spec->end && strchr("SsFfB", *spec->ext);
		return orl_fmt_spec_is_address(spec) ? ORL_ARG_U64 : ORL_ARG_TEXT;
	default:
		return ORL_ARG_NONE;
	}
}

static bool is_string(uint8_t kind)
{
	return kind == ORL_ARG_STRING || kind == ORL_ARG_STRING_STAR || kind == ORL_ARG_TEXT;
}

/* Bytes that an argument needs, wherever it begins. */
static uint32_t need_of(uint8_t kind)
{
	switch (kind) {
	case ORL_ARG_NONE:
		return 0;
	case ORL_ARG_U64:
	case ORL_ARG_DOUBLE:
	case ORL_ARG_LONG_DOUBLE:
		return 3 + 8;
	case ORL_ARG_CHAR:
		return 2;
	default:
		return is_string(kind) ? 1 : 3 + 4;
	}
}

static void add(struct draft *draft, uint8_t kind, const struct orl_fmt_spec *spec)
{
	struct orl_print_arg *arg = &draft->arg[draft->nr++];

	*arg = (struct orl_print_arg){ .kind = kind, .max = UINT32_MAX };
	if (kind == ORL_ARG_TEXT) {
		arg->max = draft->nr_specs;
		draft->spec[draft->nr_specs++] = *spec;
	} else if (kind == ORL_ARG_STRING && spec->precision >= 0) {
		arg->max = (uint32_t)spec->precision;
	}
}

static int parse(struct draft *draft, const char *fmt)
{
	struct orl_fmt_spec spec;

	draft->nr = draft->nr_specs = 0;
	for (fmt = strchr(fmt, '%'); fmt; fmt = strchr(spec.end, '%')) {
		orl_fmt_spec_parse(&spec, fmt);
		if (!spec.conv)
			return -EINVAL;
		if (spec.conv == '%')
			continue;
		if (draft->nr + 3 > MAX_ARGS)
			return -E2BIG;
		if (spec.width_arg)
			add(draft, ORL_ARG_WIDTH, NULL);
		if (spec.precision_arg)
			add(draft, ORL_ARG_PRECISION, NULL);
		add(draft, kind_of(&spec), &spec);
	}
	return 0;
}

/* Return: bytes that all arguments need at least. */
static uint32_t count_rest(struct draft *draft)
{
	uint32_t rest = 0;
	bool is_last = true;

	for (uint32_t i = draft->nr; i-- > 0;) {
		struct orl_print_arg *arg = &draft->arg[i];

		arg->rest = (uint16_t)rest;
		rest += need_of(arg->kind);
		arg->is_last = is_last;
		is_last = is_last && !is_string(arg->kind);
	}
	return rest;
}

static bool is_quick(const struct draft *draft)
{
	for (uint32_t i = 0; i < draft->nr; i++) {
		uint8_t kind = draft->arg[i].kind;

		if (kind != ORL_ARG_U32 && kind != ORL_ARG_U64 && kind != ORL_ARG_STRING)
			return false;
	}
	return draft->nr <= 4;
}

/* The name of the object that a site is of. */
static const char *module_of(const struct _ddebug *d)
{
	for (const struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		if ((uintptr_t)d->owner >= (uintptr_t)dso->dyndbg_start &&
		    (uintptr_t)d->owner < (uintptr_t)dso->dyndbg_end)
			return dso->modname;
	}
	return NULL;
}

static struct orl_print_plan *keep(const struct draft *draft, bool is_text, uint32_t least)
{
	size_t size = sizeof(struct orl_print_plan) + draft->nr * sizeof(draft->arg[0]);
	size_t specs = draft->nr_specs * sizeof(draft->spec[0]);
	struct orl_print_plan *plan = orl_arena_alloc(size + specs + 16, 16);
	struct orl_fmt_spec *spec;

	if (!plan)
		return NULL;
	spec = (void *)((char *)plan + ((size + 15) & ~(size_t)15));
	memcpy(plan->arg, draft->arg, draft->nr * sizeof(draft->arg[0]));
	memcpy(spec, draft->spec, specs);
	plan->nr = draft->nr;
	plan->least = least;
	plan->specs = spec;
	plan->is_text = is_text;
	plan->is_quick = !is_text && is_quick(draft);
	return plan;
}

static struct draft draft;

/*
 * What all its arguments need at least. False: its lines are made to text, since it is a dump, has
 * no format of its own, or one whose arguments are too many or not known: %m, %'d, "100%".
 */
static bool make_draft(const struct _ddebug *d, uint32_t *least)
{
	const char *fmt = d->text ? d->text : d->format;

	if (d->kind == ORL_PRINT_HEX || !d->format || parse(&draft, fmt))
		return false;
	*least = count_rest(&draft);
	return *least <= ROOM;
}

bool orl_print_is_text_locked(const struct _ddebug *d)
{
	bool names = orl_rt.names;
	uint32_t least;
	bool is_text = !make_draft(d, &least);

	orl_rt.names = names;
	return is_text;
}

int orl_print_plan_locked(struct _ddebug *d)
{
	struct orl_print_plan *plan;
	uint32_t least;

	if (d->plan)
		return 0;
	if (make_draft(d, &least)) {
		plan = keep(&draft, false, least);
	} else {
		draft.nr = draft.nr_specs = 0;
		plan = keep(&draft, true, 1);
	}
	if (!plan)
		return -ENOMEM;
	plan->module = module_of(d);
	orl_store_release(&d->plan, (const void *)plan);
	return 0;
}
