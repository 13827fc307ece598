// SPDX-License-Identifier: MIT
/*
 * dynamic_debug/control, of the domain and of one process: the kernel's file.
 *
 * A write may hold several queries; each that is right and matches something takes effect, and
 * when one is wrong the write fails. One that matches nothing is passed over in silence.
 *
 * Whoever opens the file first makes the processes show their sites.
 */
#include "tree/dyndbg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reader/control.h"
#include "reader/set-impl.h"
#include "tree/kinds.h"

#define BATCH 64U			/* queries that are looked at together */
/* Once in a domain's life; a query that comes before the lines are known matches nothing. */
#define ASK_MS 1000U

static int open_control(struct orl_file *f)
{
	int rc = orl_dyndbg_ask(f->session);

	if (rc < 0)
		return orl_file_fail_session(f, rc);
	/* programs that have not attached yet have sites too */
	if (rc)
		orl_control_nudge(f->session, ASK_MS, NULL);
	else
		orl_tree_discover(f->tree);
	return 0;
}

static int show_control(struct orl_file *f, struct orl_text *out)
{
	struct orl_dyndbg_sites sites;
	int rc = 0;

	if (f->where.pid && !orl_process_is_alive(f->where.pid))
		return -ENODEV;
	rc = orl_dyndbg_load(&sites, f->session, f->where.pid);
	if (!rc)
		orl_dyndbg_put_all(out, &sites);
	orl_dyndbg_fini(&sites);
	return rc;
}

static int refuse(struct orl_file *f, int rc, const struct orl_query_text *t)
{
	struct orl_text text = ORL_TEXT_INIT;
	const char *shown;

	orl_dyndbg_put_mistake(&text, t);
	shown = orl_text_str(&text);
	orl_file_fail(f, rc, "%s\n%s", t->mistake, shown ? shown : "");
	orl_text_fini(&text);
	return rc;
}

/* Keeps those that match something; how many, or -errno. */
static int keep(struct orl_file *f, struct orl_query *query, uint32_t nr)
{
	struct orl_dyndbg_count each[BATCH], all;
	int rc = orl_dyndbg_count(f->session, f->where.pid, query, nr, each, &all, NULL);
	uint32_t nr_kept = 0;

	if (rc)
		return rc;
	for (uint32_t i = 0; i < nr; i++)
		if (each[i].nr_sites)
			query[nr_kept++] = query[i];
	if (!nr_kept)
		return 0;
	rc = orl_dyndbg_keep(f->session, f->where.pid, query, nr_kept);
	return rc ? orl_file_fail_session(f, rc) : (int)nr_kept;
}

/* Up to BATCH queries; how many, and in @failed the error of the last that was wrong. */
static uint32_t parse(struct orl_file *f, struct orl_query_text *t, struct orl_query *query,
		      int *failed)
{
	uint32_t nr = 0;
	int rc;

	while (nr < BATCH && (rc = orl_query_next(t, &query[nr]))) {
		if (rc > 0)
			nr++;
		else
			*failed = refuse(f, rc, t);
	}
	return nr;
}

static int execute(struct orl_file *f, const char *buf, size_t len)
{
	struct orl_query *query = calloc(BATCH, sizeof(*query));
	struct orl_query_text t;
	int rc = 0, failed = 0;
	bool is_changed = false;
	uint32_t nr = BATCH;

	if (!query)
		return -ENOMEM;
	orl_query_begin(&t, buf, len, NULL);
	while (nr == BATCH && rc >= 0) {
		nr = parse(f, &t, query, &failed);
		rc = nr ? keep(f, query, nr) : 0;
		is_changed |= rc > 0;
	}
	free(query);
	if (is_changed)
		orl_nudge_processes(f->session, ORL_NUDGE_MS);
	return rc < 0 ? rc : failed;
}

static ssize_t write_control(struct orl_file *f, const void *buf, size_t size)
{
	int rc;

	if (size > ORL_WRITE_MAX)
		return orl_file_fail(f, -E2BIG, "a write has at most %u bytes", ORL_WRITE_MAX);
	if (f->where.pid && !orl_process_is_alive(f->where.pid))
		return -ENODEV;
	rc = execute(f, buf, size);
	f->is_shown = false;
	return rc < 0 ? rc : (ssize_t)size;
}

const struct orl_kind orl_kinds_dyndbg[] = {
	{ "control", 0644, .open = open_control, .show = show_control, .write = write_control },
	{ NULL },
};
