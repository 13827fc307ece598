// SPDX-License-Identifier: MIT
/*
 * Counting what queries match: each is asked once about each place of the registry that some
 * process has.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "domain/query.h"
#include "reader/dyndbg-impl.h"
#include "reader/prints.h"

#define WORDS (ORL_NR_PRINTS / 64)

/* Column nr_queries stands for all queries together. */
struct counting {
	const struct orl_query *query;
	uint32_t nr;
	struct orl_dyndbg_count *count;	/* nr + 1 */
	int32_t *last_pid;		/* nr + 1: the process that was counted last */
	uint64_t *matches;		/* (nr + 1) * WORDS: a bit for each number */
	uint64_t known[WORDS];		/* numbers that were asked about */
	struct orl_dyndbg_trouble trouble;
	struct orl_print_table *prints;
	struct orl_print_site print;
};

static bool has_bit(const uint64_t *bits, uint32_t number)
{
	return bits[number / 64] >> number % 64 & 1;
}

static void set_bit(uint64_t *bits, uint32_t number)
{
	bits[number / 64] |= 1ULL << number % 64;
}

static void add_match(struct counting *c, uint32_t column, uint32_t number)
{
	uint64_t *bits = c->matches + (size_t)column * WORDS;

	if (has_bit(bits, number))
		return;
	set_bit(bits, number);
	c->count[column].nr_sites++;
}

/* Asks all queries about a print, once. */
static void ask(struct counting *c, uint32_t number)
{
	const struct orl_print_site *p = &c->print;
	struct orl_query_site site;

	if (has_bit(c->known, number))
		return;
	set_bit(c->known, number);
	if (!orl_prints_find(c->prints, number, &c->print)) {
		c->trouble.nr_damaged++;
		return;
	}
	if (p->kind == ORL_PRINT_TRACE)
		return;
	site = (struct orl_query_site){
		.file = orl_print_text(p, ORL_PRINT_FILE),
		.function = orl_print_text(p, ORL_PRINT_FUNCTION),
		.module = orl_print_text(p, ORL_PRINT_MODULE),
		.format = orl_print_text(p, ORL_PRINT_FORMAT),
		.class_name = p->class_id == ORL_PRINT_NO_CLASS ?
				      NULL : orl_print_text(p, ORL_PRINT_CLASS),
		.line = p->line,
	};
	for (uint32_t i = 0; i < c->nr; i++) {
		if (!orl_query_match(&c->query[i], &site))
			continue;
		add_match(c, i, number);
		add_match(c, c->nr, number);
	}
}

static int count_shown(const struct orl_shown *shown, void *arg)
{
	struct counting *c = arg;

	for (uint32_t i = 0; i < shown->nr; i++) {
		uint32_t number = shown->site[i].print;

		if (number >= ORL_NR_PRINTS) {
			c->trouble.nr_unnamed += number == ORL_NO_PRINT;
			c->trouble.nr_damaged += number != ORL_NO_PRINT;
			continue;
		}
		ask(c, number);
		for (uint32_t k = 0; k <= c->nr; k++) {
			if (c->last_pid[k] == shown->pid ||
			    !has_bit(c->matches + (size_t)k * WORDS, number))
				continue;
			c->last_pid[k] = shown->pid;
			c->count[k].nr_processes++;
		}
	}
	return 0;
}

int orl_dyndbg_count(struct orl_session *s, int32_t pid, const struct orl_query *query, uint32_t nr,
		     struct orl_dyndbg_count *each, struct orl_dyndbg_count *all,
		     struct orl_dyndbg_trouble *trouble)
{
	struct counting *c = calloc(1, sizeof(*c));
	int rc = -ENOMEM;

	if (!c)
		return rc;
	c->query = query;
	c->nr = nr;
	c->count = calloc(nr + 1UL, sizeof(*c->count));
	c->last_pid = calloc(nr + 1UL, sizeof(*c->last_pid));
	c->matches = calloc(nr + 1UL, WORDS * sizeof(*c->matches));
	if (c->count && c->last_pid && c->matches && !orl_prints_open(&c->prints, &s->domain)) {
		rc = orl_dyndbg_foreach(s, pid, &c->trouble, count_shown, c);
		orl_prints_close(c->prints);
	}
	if (!rc) {
		memcpy(each, c->count, nr * sizeof(*each));
		*all = c->count[nr];
		if (trouble)
			*trouble = c->trouble;
	}
	free(c->count);
	free(c->last_pid);
	free(c->matches);
	free(c);
	return rc;
}
