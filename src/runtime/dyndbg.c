// SPDX-License-Identifier: MIT
/*
 * Bringing this process's print sites in line with the queries that hold.
 *
 * An object is looked at when there is something to do in it: queries, or sites that are on from
 * the start. Until then nothing of its sites is written. Each query is applied once to every object
 * that was there; an object that comes later gets all that hold, in the same order. Numbers in the
 * registry are for sites that are on, and for all once a tool asked for print sites.
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

#include "runtime/dyndbg.h"
#include "runtime/instance.h"

/* struct oriel_dso.reserved[], not NULL: it got every query that was applied */
#define READY 0

static uint32_t nr_on;
static bool defaults;			/* some site is on from the start */
static bool changed;			/* objects came or went since sites were published */

void orl_dyndbg_init(void)
{
	orl_queries_init();
}

bool orl_dyndbg_asks(void)
{
	return !orl_rt.inert && (nr_on || defaults || orl_queries_asked());
}

uint32_t orl_dyndbg_nr_on(void)
{
	return nr_on;
}

/* ---- objects ---- */

static bool has_nameless(const struct oriel_dso *dso)
{
	for (struct _ddebug *const *p = dso->dyndbg_start; p < dso->dyndbg_end; p++) {
		if (!(*p)->modname)
			return true;
	}
	return false;
}

const char *orl_dyndbg_name(const struct oriel_dso *dso, char buf[ORL_MODNAME_MAX])
{
	const void *program = (const void *)getauxval(AT_PHDR);
	const char *name = program_invocation_short_name, *end = NULL;
	Dl_info here, there;
	size_t len;

	if (!has_nameless(dso))
		return NULL;
	if (dladdr(dso, &here) && here.dli_fname && dladdr(program, &there) &&
	    here.dli_fbase != there.dli_fbase) {
		name = strrchr(here.dli_fname, '/');
		name = name ? name + 1 : here.dli_fname;
		end = strstr(name, ".so");
	}
	len = end && end > name ? (size_t)(end - name) : strlen(name);
	if (len >= ORL_MODNAME_MAX)
		len = ORL_MODNAME_MAX - 1;
	memcpy(buf, name, len);
	buf[len] = '\0';
	return buf;
}

void orl_dyndbg_add_locked(struct oriel_dso *dso, const char *modname)
{
	size_t len = modname ? strlen(modname) + 1 : 0;
	char *copy = len ? orl_arena_alloc(len, 1) : NULL;

	if (copy)
		dso->modname = memcpy(copy, modname, len);
	dso->reserved[READY] = NULL;
	changed = true;
	for (struct _ddebug *const *p = dso->dyndbg_start; p < dso->dyndbg_end && !defaults; p++)
		defaults = (*p)->flags & ORL_SITE_PRINT;
}

void orl_dyndbg_forget_locked(struct oriel_dso *dso)
{
	if (!dso->reserved[READY])
		return;
	dso->reserved[READY] = NULL;
	orl_for_each_print(p, dso) {
		struct _ddebug *d = *p;

		if (!(d->state & ORL_STATE_ON))
			continue;
		orl_key_add_locked(&d->key.key, -1);
		d->state = 0;
		nr_on--;
	}
	orl_sites_publish_locked(true);
}

/* Before any other look at an object's sites. */
static void make_ready(struct oriel_dso *dso)
{
	dso->reserved[READY] = dso;
	for (struct _ddebug *const *p = dso->dyndbg_start; p < dso->dyndbg_end; p++) {
		if (!(*p)->owner)
			(*p)->owner = p;
	}
	orl_for_each_print(p, dso) {
		if ((*p)->flags & ORL_SITE_PRINT)
			nr_on += (uint32_t)orl_site_set_locked(dso, *p, (*p)->flags);
	}
}

/* ---- queries ---- */

/* Return: sites that match. */
static int apply(const struct oriel_dso *dso, const struct orl_query *q)
{
	struct orl_query_site site;
	int found = 0;

	orl_for_each_print(p, dso) {
		struct _ddebug *d = *p;

		if (d->kind == ORL_PRINT_TRACE)
			continue;
		orl_site_describe(&site, dso, d);
		if (!orl_query_match(q, &site))
			continue;
		found++;
		nr_on += (uint32_t)orl_site_set_locked(dso, d, orl_query_flags(q, d->flags));
	}
	return found;
}

static int apply_to_ready(const struct orl_query *q)
{
	int found = 0;

	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		if (dso->reserved[READY])
			found += apply(dso, q);
	}
	return found;
}

static void replay(const struct orl_query *q, void *dso)
{
	apply(dso, q);
}

/* Queries that are new, then objects that are. */
static void take_up(void)
{
	const struct orl_query *q;

	while ((q = orl_queries_next_locked()))
		apply_to_ready(q);
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		if (dso->reserved[READY])
			continue;
		make_ready(dso);
		orl_queries_replay_locked(replay, dso);
	}
}

static bool tools_ask(void)
{
	return orl_rt.proc && orl_load(&orl_rt.domain.ctl->dyndbg);
}

/* What was on before there was a domain, and for tools everything. */
static void register_sites(struct orl_proc *proc)
{
	uint32_t nr = 0, refused = 0;
	bool all = tools_ask();

	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		orl_for_each_print(p, dso) {
			nr++;
			if (!(*p)->id && (all || (*p)->state & ORL_STATE_ON)) {
				orl_site_register_locked(dso, *p);
				refused += !(*p)->id;
			}
		}
	}
	orl_site_retry_locked();
	orl_store(&proc->nr_prints, nr);
	orl_store(&proc->nr_prints_on, nr_on);
	orl_store(&proc->prints_refused, refused);
}

bool orl_dyndbg_sync_locked(void)
{
	int err;

	if (orl_rt.inert)
		return true;
	if (!orl_queries_follow_locked())
		return false;
	if (!tools_ask() && !defaults && !orl_queries_any())
		return true;
	take_up();
	if (!orl_rt.proc)
		return true;
	register_sites(orl_rt.proc);
	err = orl_sites_publish_locked(changed);
	orl_store(&orl_rt.proc->prints_error, -err);
	changed = err;
	return true;
}

static int exec_locked(const char *query, const char *modname)
{
	static struct orl_query q;
	struct orl_query_text text;
	int found = 0, err = 0, rc;

	orl_query_begin(&text, query, strlen(query), modname);
	while ((rc = orl_query_next(&text, &q))) {
		if (rc < 0) {
			err = rc;
			continue;
		}
		orl_queries_keep_locked(&q);
		found += apply_to_ready(&q);
	}
	return err ? err : found;
}

int dynamic_debug_exec_queries(const char *query, const char *modname)
{
	struct orl_lock_state state;
	int ret;

	if (!query)
		return -EINVAL;
	orl_init();
	if (orl_rt.inert)
		return -EPERM;
	if (!orl_lock(&state, true))
		return -EDEADLK;
	/* what came before these comes before them for all objects */
	orl_apply_locked();
	take_up();
	ret = exec_locked(query, modname);
	orl_apply_locked();
	orl_unlock(&state);
	return ret;
}
