// SPDX-License-Identifier: MIT
/*
 * See objects.h.
 */
#include "objects.h"

#include <stdlib.h>

#include <oriel/oriel.h>

#include "domain/query.h"

static const char *const class_names[] = { "A", "B" };
static struct ddebug_class_map classes = { "mod", class_names, 2, 4, DD_CLASS_TYPE_DISJOINT_BITS };
static struct ddebug_class_map *const class_table[] = { &classes };

static const struct {
	const char *file, *function, *format;
	uint32_t line;
	uint8_t class_id;
} sites[NR_SITES] = {
	{ "../s/x.c", "f", "site-0 %d\n", 10, _DPRINTK_CLASS_DFLT },
	{ "../s/x.c", "g", "site-1 %d\n", 20, _DPRINTK_CLASS_DFLT },
	{ "y.c", "f", "site-2 %d\n", 10, _DPRINTK_CLASS_DFLT },
	{ "y.c", "g", "site-3 %d\n", 20, _DPRINTK_CLASS_DFLT },
	{ "z.c", "f", "site-4 %d\n", 10, 4 },
	{ "z.c", "g", "site-5 %d\n", 20, 5 },
};

void object_init(struct object *o)
{
	memset(o, 0, sizeof(*o));
	for (unsigned int i = 0; i < NR_SITES; i++) {
		o->site[i] = (struct _ddebug){ .modname = "mod", .function = sites[i].function,
					       .filename = sites[i].file, .format = sites[i].format,
					       .text = sites[i].format, .lineno = sites[i].line,
					       .class_id = sites[i].class_id };
		o->table[i] = &o->site[i];
	}
	o->table[NR_SITES] = &o->site[0];
	o->dso.version = ORIEL_DSO_VERSION;
	o->dso.dyndbg_start = o->table;
	o->dso.dyndbg_end = o->table + NR_SITES + 1;
	o->dso.classes_start = class_table;
	o->dso.classes_end = class_table + 1;
}

void object_load(struct object *o)
{
	oriel_dso_register(&o->dso);
}

void object_unload(struct object *o)
{
	oriel_dso_unregister(&o->dso);
}

const char *flags_of(const struct object *o, unsigned int site)
{
	static char text[8];

	return orl_flags_print(o->site[site].flags, text);
}

bool is_on(const struct object *o, unsigned int site)
{
	assert_in_range(o->site[site].key.key.enabled, 0, 1);
	return o->site[site].key.key.enabled;
}

void tool_asks(void)
{
	ok(orl_dyndbg_ask(&top));
	oriel_control_dispatch();
}

void tool_keeps(int32_t pid, const char *queries)
{
	struct orl_query_text t;
	struct orl_query q;
	int rc;

	orl_query_begin(&t, queries, strlen(queries), NULL);
	while ((rc = orl_query_next(&t, &q))) {
		assert_int_equal(rc, 1);
		ok(orl_dyndbg_keep(&top, pid, &q, 1));
	}
}

void tool_writes(int32_t pid, const char *queries)
{
	tool_keeps(pid, queries);
	oriel_control_dispatch();
}

const char *shown(int32_t pid, const char *file, uint32_t line)
{
	static char text[8];
	struct orl_dyndbg_sites all;

	text[0] = '\0';
	ok(orl_dyndbg_load(&all, &top, pid));
	for (uint32_t i = 0; i < all.nr; i++) {
		if (!strcmp(all.site[i].file, file) && all.site[i].line == line)
			orl_flags_print(all.site[i].flags, text);
	}
	assert_int_equal(all.trouble.nr_damaged, 0);
	orl_dyndbg_fini(&all);
	return text;
}

uint32_t nr_shown(int32_t pid)
{
	struct orl_dyndbg_sites all;
	uint32_t nr;

	ok(orl_dyndbg_load(&all, &top, pid));
	nr = all.nr;
	orl_dyndbg_fini(&all);
	return nr;
}
