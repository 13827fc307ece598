// SPDX-License-Identifier: MIT
/*
 * oriel dyndbg: switch single lines of programs, by the kernel's queries.
 *
 * Other than a write to dynamic_debug/control it is all or nothing: a query that is wrong, or that
 * matches nothing, is said to be so, and then none takes effect.
 */
#include "cli/dyndbg.h"

#include <stdlib.h>
#include <string.h>

#include "tree/dyndbg.h"

struct queries {
	struct orl_query *query;
	uint32_t nr;
};

static void refuse(const struct orl_query_text *t, bool is_word)
{
	struct orl_text text = ORL_TEXT_INIT;
	const char *shown;

	orl_cli_error("bad query: %s", t->mistake);
	orl_dyndbg_put_mistake(&text, t);
	shown = orl_text_str(&text);
	if (shown)
		fputs(shown, stderr);
	orl_text_fini(&text);
	if (is_word)
		orl_cli_error("each argument is a query: put quotes around it, as in "
			      "oriel dyndbg 'file x.c +p'");
}

static int parse_argument(struct queries *q, const char *argument, bool is_one_of_many)
{
	struct orl_query_text t;
	int rc;

	orl_query_begin(&t, argument, strlen(argument), NULL);
	for (;;) {
		struct orl_query *more = reallocarray(q->query, q->nr + 1UL, sizeof(*more));

		if (!more) {
			orl_cli_error("no memory");
			return ORL_EXIT_FAILURE;
		}
		q->query = more;
		rc = orl_query_next(&t, &q->query[q->nr]);
		if (rc <= 0)
			break;
		q->nr++;
	}
	if (rc)
		refuse(&t, is_one_of_many && !strpbrk(argument, " \t"));
	return rc ? ORL_EXIT_USAGE : 0;
}

static int parse(struct queries *q, const struct orl_args *args)
{
	int ret = 0;

	for (int i = 0; i < args->nr_rest && !ret; i++)
		ret = parse_argument(q, args->rest[i], args->nr_rest > 1);
	if (!ret && q->nr > ORL_NR_QUERIES) {
		orl_cli_error("more than %u queries", ORL_NR_QUERIES);
		ret = ORL_EXIT_USAGE;
	}
	if (!ret && !q->nr) {
		orl_cli_error("no query: there is nothing but blanks and comments");
		ret = ORL_EXIT_USAGE;
	}
	return ret;
}

/* A query for lines to come is undone by another, though nothing matches it yet. */
static bool undoes_any(const struct orl_session *s, const struct orl_query *query, pid_t pid)
{
	struct orl_queries *kept = malloc(sizeof(*kept));
	struct orl_query q = *query;
	bool found = false;

	if (kept && !orl_dyndbg_kept(s, kept))
		for (uint32_t i = 0; i < kept->nr && !found; i++) {
			q.pid = pid;
			q.image = kept->query[i].image;
			found = kept->query[i].pid == pid && orl_query_undoes(&q, &kept->query[i]);
		}
	free(kept);
	return found;
}

static int check(struct orl_session *s, const struct orl_args *args, const struct queries *q,
		 bool late, struct orl_dyndbg_count *all)
{
	struct orl_dyndbg_count *each = calloc(q->nr, sizeof(*each));
	struct orl_dyndbg_trouble trouble;
	int ret = 0;

	if (!each || orl_dyndbg_count(s, args->pid, q->query, q->nr, each, all, &trouble)) {
		free(each);
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	for (uint32_t i = 0; i < q->nr; i++)
		if (!each[i].nr_sites && !args->future && !undoes_any(s, &q->query[i], args->pid))
			ret = orl_dyndbg_no_match(s, &q->query[i], args->pid, late);
	free(each);
	if (ret)
		orl_dyndbg_tell(s, &trouble);
	else
		ret = orl_dyndbg_tell(s, &trouble);
	return ret;
}

static void say_count(const struct orl_dyndbg_count *all)
{
	if (!all->nr_sites)
		orl_cli_note("0 sites matched: kept for programs to come");
	else
		orl_cli_note("%u site%s matched in %u process%s", all->nr_sites,
			     all->nr_sites == 1 ? "" : "s", all->nr_processes,
			     all->nr_processes == 1 ? "" : "es");
}

static bool switches_on(const struct queries *q)
{
	for (uint32_t i = 0; i < q->nr; i++)
		if (q->query[i].set & ORL_SITE_PRINT)
			return true;
	return false;
}

static int apply(struct orl_session *s, const struct orl_args *args, const struct queries *q,
		 bool late)
{
	struct orl_dyndbg_count all = { 0 };
	int ret = check(s, args, q, late, &all);

	if (ret && ret != ORL_EXIT_DAMAGED)
		return ret;
	ret = orl_dyndbg_keep(s, args->pid, q->query, q->nr);
	if (ret)
		return orl_place_failed(s, ret);
	ret = orl_place_nudge(s, false, args->pid);
	say_count(&all);
	if (switches_on(q))
		orl_place_note_stopped(s);
	return ret;
}

static int run(struct orl_session *s, const struct orl_args *args, const struct queries *q)
{
	int ret = orl_place_check_pid(s, args->pid);
	bool late;

	if (ret)
		return ret;
	ret = orl_dyndbg_ask(s);
	if (ret < 0)
		return orl_place_failed(s, ret);
	/* First so that every line is known, then so that every process follows. */
	late = orl_place_nudge(s, true, args->pid) != 0;
	return q->nr ? apply(s, args, q, late) : orl_dyndbg_cmd_list(s, args);
}

int orl_cmd_dyndbg(const struct orl_args *args)
{
	struct queries q = { 0 };
	struct orl_session s;
	int ret = 0;

	if (args->list == (args->nr_rest > 0)) {
		orl_cli_error("dyndbg: either --list or a query is expected; see oriel dyndbg "
			      "--help");
		return ORL_EXIT_USAGE;
	}
	if (!args->list)
		ret = parse(&q, args);
	if (!ret)
		ret = orl_place_open(&s, args, ORL_SESSION_CREATE);
	if (!ret) {
		ret = run(&s, args, &q);
		orl_session_close(&s);
	}
	free(q.query);
	return ret;
}
