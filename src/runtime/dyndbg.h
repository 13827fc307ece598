/* SPDX-License-Identifier: MIT */
/*
 * Print sites of this process: which are on, and with what decorations.
 *
 *   dyndbg.c          queries of the domain, the environment and the program, applied in order
 *   dyndbg-queries.c  where queries come from, and what is kept of them for later objects
 *   dyndbg-site.c     one site: its number in the registry, its flags, its key
 *   dyndbg-list.c     "sites.SLOT": what tools see of it
 *
 * Everything that ends on _locked runs under orl_lock(). A line under way reads its struct _ddebug
 * alone: flags (one load), id, plan. Before flags say that a site prints it has a plan, where one
 * could be made, and the registry has it with these decorations, where there is one.
 */
#ifndef ORL_RUNTIME_DYNDBG_H
#define ORL_RUNTIME_DYNDBG_H

#include "abi/dyndbg.h"
#include "abi/print.h"
#include "domain/query.h"
#include "runtime/runtime.h"

#pragma GCC visibility push(default)
#include "oriel/dynamic_debug.h"
#pragma GCC visibility pop

/* ---- print-plan.c ---- */

/**
 * orl_print_plan_locked() - parse a site's format, before its key goes on for the first time
 * Fills in d->plan. Return: 0, or -ENOMEM: the site goes on all the same.
 */
int orl_print_plan_locked(struct _ddebug *d);

/** orl_print_is_text_locked() - do a site's records have its line as text, one string? */
bool orl_print_is_text_locked(const struct _ddebug *d);

/* ---- dyndbg.c ---- */

/** orl_dyndbg_init() - read the environment; before any other of these */
void orl_dyndbg_init(void);

/**
 * orl_dyndbg_name() - the name of an object for sites that name no module
 * @dso: not registered yet
 * Without orl_lock(), since the loader's lock may be needed: threads that load objects hold that
 * one when they ask for ours. Return: @buf, or NULL when the object needs no name.
 */
#define ORL_MODNAME_MAX 64U
const char *orl_dyndbg_name(const struct oriel_dso *dso, char buf[ORL_MODNAME_MAX]);

/** orl_dyndbg_add_locked() - a new object; @modname from orl_dyndbg_name(), copied */
void orl_dyndbg_add_locked(struct oriel_dso *dso, const char *modname);

/** orl_dyndbg_forget_locked() - an object goes; it is out of the list of objects already */
void orl_dyndbg_forget_locked(struct oriel_dso *dso);

/**
 * orl_dyndbg_sync_locked() - apply queries that are new; to objects that are new all of them
 * The caller brings the text of sites in line. Return: false when tools wrote faster than this
 * could read: there is more, and whoever wrote it nudges.
 */
bool orl_dyndbg_sync_locked(void);

/** orl_dyndbg_asks() - does this process ask for tracing by its print sites or by ORIEL_DYNDBG?
 * Then it makes the domain and its rings. */
bool orl_dyndbg_asks(void);

/** orl_dyndbg_nr_on() - sites that are on: 0 while nothing needs the event bprint */
uint32_t orl_dyndbg_nr_on(void);

/* ---- dyndbg-queries.c ---- */

/** orl_queries_init() - read ORIEL_DYNDBG */
void orl_queries_init(void);

/** orl_queries_any() - may there be one that is no tool's? */
bool orl_queries_any(void);

/** orl_queries_asked() - were there queries in the environment? */
bool orl_queries_asked(void);

/** orl_queries_follow_locked() - read the domain's list, if it changed; see
 * orl_dyndbg_sync_locked() */
bool orl_queries_follow_locked(void);

/**
 * orl_queries_next_locked() - the next query to apply to every object that had all before it
 * Return: NULL when there is none. Good until the next call of any of these.
 */
const struct orl_query *orl_queries_next_locked(void);

/** orl_queries_keep_locked() - a query of this process: for later objects, behind all that were
 * applied; -ENOSPC when there is no room, or -ENOMEM */
int orl_queries_keep_locked(const struct orl_query *query);

/** orl_queries_replay_locked() - call @apply with each query that holds, in order */
void orl_queries_replay_locked(void (*apply)(const struct orl_query *query, void *arg), void *arg);

/** orl_queries_seq() - queries of the domain up to this one are applied */
uint64_t orl_queries_seq(void);

/* ---- dyndbg-site.c ---- */

/* struct _ddebug.state */
#define ORL_STATE_ON 1U			/* its key counts it */

/* The decoration that flags ask for, ORL_DECOR_*: the number of the record's variant of the format.
 */
static inline uint32_t orl_dyndbg_decor(const struct _ddebug *d, uint32_t flags)
{
	if (d->kind == ORL_PRINT_HEX)
		return 0;
	return (flags & ORL_SITE_MODULE ? ORL_DECOR_MODULE : 0) |
	       (flags & ORL_SITE_FUNCTION ? ORL_DECOR_FUNCTION : 0) |
	       (flags & ORL_SITE_SOURCE ? ORL_DECOR_SOURCE : 0) |
	       (flags & ORL_SITE_LINE ? ORL_DECOR_LINE : 0) |
	       (flags & ORL_SITE_TID ? ORL_DECOR_TID : 0);
}

/* Entries of a table may lead to the same site: one of them owns it, the others are skipped. */
#define orl_for_each_print(p, dso) \
	for (struct _ddebug *const *p = (dso)->dyndbg_start; p < (dso)->dyndbg_end; p++) \
		if ((*p)->owner == (const void *)p)

/** orl_site_describe() - what queries see of a site. What it points to is the object's. */
void orl_site_describe(struct orl_query_site *site, const struct oriel_dso *dso,
		       const struct _ddebug *d);

/** orl_site_set_locked() - give a site flags, and its key what they ask for. Return: +1 when it
 * went on, -1 when it went off, else 0. */
int orl_site_set_locked(const struct oriel_dso *dso, struct _ddebug *d, uint32_t flags);

/** orl_site_register_locked() - its number in the registry, if it has none yet and there is room */
void orl_site_register_locked(const struct oriel_dso *dso, struct _ddebug *d);

/** orl_site_retry_locked() - what could not be registered may be tried once more */
void orl_site_retry_locked(void);

/* ---- dyndbg-list.c ---- */

/** orl_sites_publish_locked() - bring "sites.SLOT" in line; @anew: objects came or went. 0 or
 * -errno. */
int orl_sites_publish_locked(bool anew);

#endif
