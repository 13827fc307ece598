// SPDX-License-Identifier: MIT
/*
 * Listing. Sites are gathered by their numbers in the registry of prints, which bounds what any
 * number of files can make us remember.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "domain/query.h"
#include "reader/dyndbg-impl.h"
#include "reader/prints.h"

/* A site with certain flags; those of one number are a chain. */
struct variant {
	uint32_t flags, nr_processes;
	uint32_t next;			/* index + 1 */
	int32_t last_pid;
};

struct gathering {
	uint32_t *head;			/* by number: index + 1 of the first variant */
	struct variant *variant;
	uint32_t nr, cap;
	struct orl_dyndbg_sites *out;
	struct orl_print_table *prints;
	struct orl_print_site print;
};

static int add_variant(struct gathering *g, uint32_t number, uint32_t flags, int32_t pid)
{
	struct variant *v;

	for (uint32_t i = g->head[number]; i; i = v->next) {
		v = &g->variant[i - 1];
		if (v->flags != flags)
			continue;
		v->nr_processes += v->last_pid != pid;
		v->last_pid = pid;
		return 0;
	}
	if (g->nr == g->cap) {
		uint32_t cap = g->cap ? 2 * g->cap : 1024;

		v = reallocarray(g->variant, cap, sizeof(*v));
		if (!v)
			return -ENOMEM;
		g->variant = v;
		g->cap = cap;
	}
	g->variant[g->nr] = (struct variant){ flags, 1, g->head[number], pid };
	g->head[number] = ++g->nr;
	return 0;
}

static int gather(const struct orl_shown *shown, void *arg)
{
	struct gathering *g = arg;
	int rc = 0;

	for (uint32_t i = 0; i < shown->nr && !rc; i++) {
		const struct orl_site *site = &shown->site[i];

		if (site->print == ORL_NO_PRINT)
			g->out->trouble.nr_unnamed++;
		else if (site->print >= ORL_NR_PRINTS)
			g->out->trouble.nr_damaged++;
		else
			rc = add_variant(g, site->print, site->flags & ORL_SITE_FLAGS, shown->pid);
	}
	return rc;
}

/* The texts of a print in a row, in memory of their own; the sites point into it. */
static int fill_site(struct gathering *g, struct orl_dyndbg_site *site)
{
	static const unsigned int which[] = { ORL_PRINT_MODULE, ORL_PRINT_FILE, ORL_PRINT_FUNCTION,
					      ORL_PRINT_FORMAT, ORL_PRINT_CLASS };
	const struct orl_print_site *p = &g->print;
	const char *at[5];
	size_t size = 0;
	char *text;

	for (int i = 0; i < 5; i++)
		size += strlen(orl_print_text(p, which[i])) + 1;
	text = malloc(size);
	if (!text)
		return -ENOMEM;
	g->out->text[g->out->nr_texts++] = text;
	for (int i = 0; i < 5; i++) {
		at[i] = text;
		text = stpcpy(text, orl_print_text(p, which[i])) + 1;
	}
	*site = (struct orl_dyndbg_site){
		.module = at[0], .file = orl_query_trim(at[1]), .function = at[2], .format = at[3],
		.class_name = p->class_id == ORL_PRINT_NO_CLASS ? NULL : at[4],
		.class_id = p->class_id == ORL_PRINT_NO_CLASS ? 0 : p->class_id,
		.line = p->line, .print = p->number,
	};
	return 0;
}

static int take_print(struct gathering *g, uint32_t number)
{
	struct orl_dyndbg_sites *out = g->out;
	struct orl_dyndbg_site site;

	if (!orl_prints_find(g->prints, number, &g->print)) {
		out->trouble.nr_damaged++;
		return 0;
	}
	if (g->print.kind == ORL_PRINT_TRACE)
		return 0;
	if (fill_site(g, &site))
		return -ENOMEM;
	for (uint32_t i = g->head[number]; i; i = g->variant[i - 1].next) {
		site.flags = g->variant[i - 1].flags;
		site.nr_processes = g->variant[i - 1].nr_processes;
		out->site[out->nr++] = site;
	}
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct orl_dyndbg_site *x = a, *y = b;
	int rc = strcmp(x->module, y->module);

	rc = rc ? rc : strcmp(x->file, y->file);
	rc = rc ? rc : (x->line > y->line) - (x->line < y->line);
	rc = rc ? rc : strcmp(x->function, y->function);
	rc = rc ? rc : strcmp(x->format, y->format);
	rc = rc ? rc : (x->print > y->print) - (x->print < y->print);
	return rc ? rc : (x->flags > y->flags) - (x->flags < y->flags);
}

static int take_all(struct gathering *g)
{
	struct orl_dyndbg_sites *out = g->out;
	int rc = 0;

	out->site = calloc(g->nr + 1UL, sizeof(*out->site));
	out->text = calloc(g->nr + 1UL, sizeof(*out->text));
	if (!out->site || !out->text)
		return -ENOMEM;
	for (uint32_t i = 0; i < ORL_NR_PRINTS && !rc; i++)
		if (g->head[i])
			rc = take_print(g, i);
	qsort(out->site, out->nr, sizeof(*out->site), by_place);
	return rc;
}

int orl_dyndbg_load(struct orl_dyndbg_sites *out, struct orl_session *s, int32_t pid)
{
	struct gathering *g = calloc(1, sizeof(*g));
	int rc = -ENOMEM;

	memset(out, 0, sizeof(*out));
	if (!g)
		return rc;
	g->out = out;
	g->head = calloc(ORL_NR_PRINTS, sizeof(*g->head));
	if (g->head && !orl_prints_open(&g->prints, &s->domain)) {
		rc = orl_dyndbg_foreach(s, pid, &out->trouble, gather, g);
		if (!rc)
			rc = take_all(g);
		orl_prints_close(g->prints);
	}
	free(g->head);
	free(g->variant);
	free(g);
	return rc;
}

void orl_dyndbg_fini(struct orl_dyndbg_sites *sites)
{
	for (uint32_t i = 0; i < sites->nr_texts; i++)
		free(sites->text[i]);
	free(sites->text);
	free(sites->site);
	memset(sites, 0, sizeof(*sites));
}
