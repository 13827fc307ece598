/* SPDX-License-Identifier: MIT */
/*
 * Objects with print sites, made by hand: what a compiler makes of a source with pr_debug() in it.
 */
#ifndef DYNDBG_OBJECTS_H
#define DYNDBG_OBJECTS_H

#include <errno.h>
#include <string.h>

#include <oriel/dynamic_debug.h>

#include "place.h"
#include "reader/dyndbg.h"

#define NR_SITES 6

/*
 * The sites of each: x.c:10 f, x.c:20 g, y.c:10 f, y.c:20 g, and of class A and B in z.c:10 f and
 * z.c:20 g; module "mod", format "SITE-NUMBER %d\n".
 */
struct object {
	struct oriel_dso dso;
	struct _ddebug site[NR_SITES];
	struct _ddebug *table[NR_SITES + 1]; /* the first site stands twice */
};

void object_init(struct object *o);
void object_load(struct object *o);
void object_unload(struct object *o);

/* Flags as they are listed, "p" "_"; of the site itself. */
const char *flags_of(const struct object *o, unsigned int site);
bool is_on(const struct object *o, unsigned int site);

/* As a tool: ask for sites; put queries into the domain for @pid, 0: all. This process follows. */
void tool_asks(void);
void tool_writes(int32_t pid, const char *queries);
/* ... and this process does not know yet. */
void tool_keeps(int32_t pid, const char *queries);

/* What tools see of a site of this process, or of all: flags as they are listed, "" none. */
const char *shown(int32_t pid, const char *file, uint32_t line);
/* How many lines they see of a process. */
uint32_t nr_shown(int32_t pid);

#endif
