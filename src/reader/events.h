/* SPDX-License-Identifier: MIT */
/*
 * The event registry of a domain, copied.
 *
 * Nothing points into shared memory: a table stays valid until orl_events_fini() whatever happens
 * to the domain. Its size is bounded by the registry's (entries that overlap, as only a damaged
 * file can have, are left out).
 */
#ifndef ORL_READER_EVENTS_H
#define ORL_READER_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/session.h"

struct orl_event {
	uint32_t slot;			/* in the registry's index */
	int id;				/* ORL_EVENT_ID_FIRST + slot; common_type of its records */
	const char *system, *name;	/* NUL-terminated, printable ASCII without ':' and blanks */
	const char *format;		/* the format file from its "name:" line, with NUL */
	size_t format_len;		/* without NUL */
};

struct orl_events {
	struct orl_event *event;	/* sorted by system, name, id */
	uint32_t nr;
	uint32_t nr_damaged;		/* index words that led to no sound entry */
	uint64_t nr_refused;		/* events that found no room, since it was made */
};

/** orl_events_load() - copy the registry; 0 or -ENOMEM */
int orl_events_load(struct orl_events *ev, const struct orl_session *s);
void orl_events_fini(struct orl_events *ev);

/** orl_events_find() - by id; NULL if there is none */
const struct orl_event *orl_events_find(const struct orl_events *ev, int id);

/**
 * orl_events_match() - how many events match a pattern ("sys:ev" with globs; a bare word means
 * "word:*")
 */
uint32_t orl_events_match(const struct orl_events *ev, const char *pattern);

/** orl_event_match() - does this event match a pattern? */
bool orl_event_match(const struct orl_event *e, const char *pattern);

/**
 * orl_event_in_process() - does a process contain an event?
 * @pid: process; 0: does any live process?
 */
bool orl_event_in_process(const struct orl_session *s, const struct orl_event *e, int32_t pid);

/**
 * orl_event_is_enabled() - is an event on by the rules of the domain?
 * @pid: in this process; 0: in every process, or in some by a rule of their own
 */
bool orl_event_is_enabled(const struct orl_session *s, const struct orl_event *e, int32_t pid);

#endif /* ORL_READER_EVENTS_H */
