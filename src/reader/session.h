/* SPDX-License-Identifier: MIT */
/*
 * An opened domain: the ground that everything else in this folder stands on.
 *
 * A session maps the control file and, once they exist, the rings. It never trusts what it maps:
 * geometry is a checked copy, strings are copied before they are used, and a file that shrinks
 * under the mapping ends the tool with one line (orl_session_guard()).
 *
 * A session belongs to one thread.
 */
#ifndef ORL_READER_SESSION_H
#define ORL_READER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/domain.h"

/* ns = base_ns + (ticks - base_ticks) * mult / 2^shift, for ticks on either side of the base. */
struct orl_timebase {
	uint64_t base_ticks, base_ns;
	uint64_t mult;
	uint32_t shift;
	uint32_t clock;			/* ORL_CLOCK_* */
};

/**
 * orl_timebase_init() - fix the slope from two moments
 * @clock:  ORL_CLOCK_*; with ORL_CLOCK_MONOTONIC ticks are ns and the rest is ignored
 * @ticks0, @ns0: a moment on both clocks
 * @ticks1, @ns1: a later one; 10 ms or more later for a slope good to a few ppm
 *
 * Return: 0, or -EINVAL when the moments give no slope that a counter can have (10 kHz .. 100 GHz).
 */
int orl_timebase_init(struct orl_timebase *t, uint32_t clock, uint64_t ticks0, uint64_t ns0,
		      uint64_t ticks1, uint64_t ns1);

/**
 * orl_timebase_ns() - ticks to CLOCK_MONOTONIC ns; never decreases with @ticks; clamps at 0 and
 * UINT64_MAX
 */
uint64_t orl_timebase_ns(const struct orl_timebase *t, uint64_t ticks);

/** orl_timebase_ticks() - how many ticks a span of ns has, rounded down */
uint64_t orl_timebase_ticks(const struct orl_timebase *t, uint64_t ns);

/**
 * orl_timebase_conv() - the same in the form that orl_page_convert() takes; @arg: struct
 * orl_timebase
 */
uint64_t orl_timebase_conv(void *arg, uint64_t ticks);

struct orl_hooks;

struct orl_session {
	struct orl_domain domain;
	struct orl_set *set;		/* of the session's instance */
	uint32_t instance;		/* entry of orl_ctl.instance; 0: the top one */
	uint32_t instance_id;		/* its id; 0: the top one */
	struct orl_rings rings;
	bool has_rings;			/* @rings is mapped */
	bool is_snapshot;		/* @rings is the half that is not written */
	bool has_copy; /* under the lock: the set's other copies are being written */
	uint32_t ring_gen;		/* + 1 whenever @rings is another mapping */
	struct orl_hooks *hooks;	/* the hooks' file, mapped when first needed */
	uint32_t flags;
	uint32_t nr_cpus;		/* rings 0 .. nr_cpus - 1 are the CPUs' */
	uint32_t nr_rings;		/* with the leased ones behind; 0: no rings yet */
	uint32_t page_size;		/* of the rings; 0 while there are none */
	struct orl_timebase time;
	char error[768];		/* the last failure in words, with path and remedy */
};

#define ORL_SESSION_CREATE 1U		/* make the domain where it is missing */
#define ORL_SESSION_READONLY 2U		/* write nothing, clean up nothing */

/**
 * orl_session_open() - open a domain
 * @s:     written whole, also on failure (then only @s->error is of use); undone with
 *         orl_session_close()
 * @name:  value as of ORIEL_DOMAIN; NULL: take $ORIEL_DOMAIN and $XDG_RUNTIME_DIR
 * @flags: ORL_SESSION_*
 *
 * Maps the rings too if there are any. Waits up to 10 ms where the domain is younger than that (the
 * clock's slope needs a distance).
 *
 * Return: 0 or -errno as orl_domain_path() and orl_domain_open(); @s->error says it in words.
 */
int orl_session_open(struct orl_session *s, const char *name, unsigned int flags);
void orl_session_close(struct orl_session *s);

/**
 * orl_session_map_rings() - map the rings if they are there and not mapped yet
 *
 * Rings appear when the first event is switched on. When a resize or a snapshot has put others in
 * their place, those are mapped instead, the old mapping goes, and s->ring_gen moves; a cursor of
 * the old ones then goes on with the new ones from their beginning, and so does a merge.
 * Cheap to call again and again.
 * Return: 0 mapped, -ENOENT there are none yet, -EBADMSG damaged, or what open and mmap return;
 * text in @s->error.
 */
int orl_session_map_rings(struct orl_session *s);

/** orl_session_rings_moved() - are the mapped rings no longer those of the instance? */
bool orl_session_rings_moved(const struct orl_session *s);

/**
 * orl_session_rings_left() - is it time to map the others?
 * @since_ns: 0 at first; kept by the caller between calls
 *
 * Where the mapped rings were replaced, records may still come to them for a moment. Whoever reads
 * all of them goes on with orl_session_map_rings() when this says yes and he has read the rest: the
 * old rings are off, or should have been long ago (a tool died in the middle of a resize).
 */
bool orl_session_rings_left(const struct orl_session *s, uint64_t *since_ns);

/**
 * orl_session_create_rings() - make the rings if there are none, and map them; -ENOSPC and others
 * with text
 */
int orl_session_create_rings(struct orl_session *s);

/**
 * orl_session_fail() - put a text into @s->error; returns @rc, so that "return
 * orl_session_fail(...)" reads well
 */
__attribute__((format(printf, 3, 4)))
int orl_session_fail(struct orl_session *s, int rc, const char *fmt, ...);

/**
 * orl_session_lock_open() - an open file description of a file in the domain, to lock with
 * Return: a descriptor or -errno with text.
 */
int orl_session_lock_open(struct orl_session *s, const char *name);

/**
 * orl_session_lock() - flock(), but never forever: -EBUSY with text when somebody holds it for
 * seconds, -ESTALE when the file was removed meanwhile
 */
int orl_session_lock(struct orl_session *s, int fd, const char *name);
void orl_session_unlock(int fd);

/** orl_session_now() - the rings' counter now, in ticks */
uint64_t orl_session_now(const struct orl_session *s);

/** orl_session_ns() - ticks of this domain to CLOCK_MONOTONIC ns */
uint64_t orl_session_ns(const struct orl_session *s, uint64_t ticks);

/**
 * orl_session_guard() - end the process with one line on stderr when a mapped file shrinks
 * @tool:        name at the start of the line; kept
 * @exit_status: of the process then
 *
 * Installs a SIGBUS handler for the whole process. Only faults inside sessions' mappings are taken;
 * others keep their default action.
 */
void orl_session_guard(const char *tool, int exit_status);

#endif /* ORL_READER_SESSION_H */
