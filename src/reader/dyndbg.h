/* SPDX-License-Identifier: MIT */
/*
 * Dynamic debug of a domain, from outside: which lines the running processes have, and the queries
 * that switch them.
 *
 *   orl_dyndbg_ask()     make the processes show their sites ("sites.SLOT")
 *   orl_dyndbg_load()    what they show, joined with the registry of prints
 *   orl_dyndbg_count()   what queries would match
 *   orl_dyndbg_keep()    put queries into the domain: processes apply them when they are nudged
 *
 * Nothing of shared memory is trusted: files are read whole or in checked copies, and what makes no
 * sense is counted and left out. No function here waits for a process: see orl_control_nudge().
 *
 * A session belongs to one thread at a time, and so does what is handed out.
 */
#ifndef ORL_READER_DYNDBG_H
#define ORL_READER_DYNDBG_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/dyndbg.h"
#include "reader/session.h"

/* A line of the source that prints, with certain flags. */
struct orl_dyndbg_site {
	const char *module, *file, *function, *format;	/* any bytes; file as it is listed */
	const char *class_name;		/* NULL: it has no class, "": one without a name */
	uint32_t class_id;		/* 0 where it has none */
	uint32_t line;
	uint32_t flags;			/* ORL_SITE_* */
	uint32_t print;			/* its number in the registry */
	uint32_t nr_processes;		/* that have it with these flags */
};

/* What could not be shown. */
struct orl_dyndbg_trouble {
	uint32_t nr_processes;		/* that show their sites */
	uint32_t nr_damaged;		/* files and sites that make no sense */
	uint32_t nr_unnamed;		/* sites that found no room in the registry */
};

struct orl_dyndbg_sites {
	struct orl_dyndbg_site *site;	/* sorted by module, file, line, function, format, flags */
	uint32_t nr;
	struct orl_dyndbg_trouble trouble;
	char **text;			/* what the strings stand in */
	uint32_t nr_texts;
};

/**
 * orl_dyndbg_ask() - from now on all processes show their sites
 *
 * Does nothing where that was asked for before. Makes the file of queries first.
 * Return: 1 asked now: processes know it when they were nudged; 0 it was before, or the session is
 * read-only; or -errno with text: -ENOSPC, -EBADMSG (the file is damaged) and what locking returns.
 */
int orl_dyndbg_ask(struct orl_session *s);

/**
 * orl_dyndbg_load() - the sites of all processes that live, or of one
 * @pid: 0: all
 *
 * Places of trace_printk() are not among them.
 * Return: 0 or -ENOMEM. To be undone with orl_dyndbg_fini(), also after a failure.
 */
int orl_dyndbg_load(struct orl_dyndbg_sites *out, struct orl_session *s, int32_t pid);
void orl_dyndbg_fini(struct orl_dyndbg_sites *sites);

struct orl_dyndbg_count {
	uint32_t nr_sites;		/* different ones that a query matches, in any process */
	uint32_t nr_processes;		/* that have one of them */
};

/**
 * orl_dyndbg_count() - what queries match now
 * @query:   sound
 * @each:    receives the count of each, @nr entries
 * @all:     receives that of all together: a site that two of them match counts once
 * @trouble: may be NULL
 *
 * Return: 0 or -ENOMEM.
 */
int orl_dyndbg_count(struct orl_session *s, int32_t pid, const struct orl_query *query, uint32_t nr,
		     struct orl_dyndbg_count *each, struct orl_dyndbg_count *all,
		     struct orl_dyndbg_trouble *trouble);

/**
 * orl_dyndbg_keep() - put queries behind those of the domain, in one step
 * @query: sound; seq, pid and image are filled in here
 * @pid:   only this process as it is now, 0: all that there are and will be
 *
 * Older ones that they undo go, and those for processes that have ended. The rings are made where
 * a query switches something on. Does not wait for the processes: see orl_control_nudge().
 *
 * Return: 0, or with a text in @s->error and nothing changed:
 *   -ESRCH    the process is not in the domain
 *   -ENOSPC   more queries than a domain keeps, or no room in its file system
 *   -EROFS    the session is read-only
 *   -EBADMSG  the file is damaged
 *   or what making the rings, open and flock return
 */
int orl_dyndbg_keep(struct orl_session *s, int32_t pid, const struct orl_query *query, uint32_t nr);

/** orl_dyndbg_kept() - the queries that the domain keeps, each of them sound. @list is filled in,
 * also after a failure: 0, -ENOENT nobody asked yet, -EBADMSG ... */
int orl_dyndbg_kept(const struct orl_session *s, struct orl_queries *list);

/** orl_dyndbg_sweep() - remove "sites" files of slots that nobody has; how many. @dry_run: only
 * count. @bytes: their memory is added. */
int orl_dyndbg_sweep(const struct orl_session *s, bool dry_run, uint64_t *bytes);

#endif /* ORL_READER_DYNDBG_H */
