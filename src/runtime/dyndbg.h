/* SPDX-License-Identifier: MIT */
/*
 * Print sites of this process: which are on, and with what decorations.
 *
 *   dyndbg.c        queries of the domain, of the environment and of the program, applied in order
 *   dyndbg-site.c   one site: its number in the registry, its flags, its key
 *   dyndbg-list.c   "sites.SLOT": what tools see of it
 *
 * Everything ends on _locked and runs under orl_lock(). A line under way reads its struct _ddebug
 * alone: flags (one load), id, plan. Before flags say that a site prints it has a plan, where that
 * could be made, and the registry has it with these decorations, where there is one.
 */
#ifndef ORL_RUNTIME_DYNDBG_H
#define ORL_RUNTIME_DYNDBG_H

#include "abi/dyndbg.h"
#include "abi/print.h"
#include "runtime/runtime.h"

#pragma GCC visibility push(default)
#include "oriel/dynamic_debug.h"
#pragma GCC visibility pop

/* ---- print-plan.c ---- */

/**
 * orl_print_plan_locked() - parse a site's format, before its key goes on for the first time
 * Fills in d->plan. Return: 0, or -errno when it cannot be recorded (a format that is none, no
 * memory): the site goes on all the same.
 */
int orl_print_plan_locked(struct _ddebug *d);

/* ---- dyndbg.c ---- */

/** orl_dyndbg_init() - read the environment; before any other of these */
void orl_dyndbg_init(void);

/** orl_dyndbg_sync_locked() - apply queries that are new, to sites and objects that are new all of
 * them; the caller brings the text of sites in line. Return: was everything there read? */
bool orl_dyndbg_sync_locked(void);

/** orl_dyndbg_forget_locked() - an object goes; it is out of the list of objects already */
void orl_dyndbg_forget_locked(struct oriel_dso *dso);

/** orl_dyndbg_asks() - does this process ask for tracing by its print sites or ORIEL_DYNDBG? Then it
 * makes the domain and its rings. */
bool orl_dyndbg_asks(void);

/** orl_dyndbg_nr_on() - sites that are on: 0 while nothing needs the event bprint */
uint32_t orl_dyndbg_nr_on(void);

/* ---- dyndbg-site.c ---- */

/* The decoration that flags ask for, ORL_DECOR_*: the number of the record's variant of the format. */
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

#endif
