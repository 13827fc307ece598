/* SPDX-License-Identifier: MIT */
/*
 * Changing what a domain does: rules, rings' switches, and telling the processes.
 *
 * The rules in shared memory are the truth. A change is made under flock() on the control file in
 * the copy that is not in use, and published by one store of the generation; a tool that dies on
 * the way has changed nothing.
 */
#ifndef ORL_READER_CONTROL_H
#define ORL_READER_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/procs.h"
#include "reader/session.h"

struct orl_change {
	const char *pattern;		/* "system:event", globs; a bare word means "word:*" */
	int32_t pid;			/* 0: every process */
	bool enable;
};

#define ORL_CHANGE_OVERLAY 1U		/* besides the lasting rules; dies with us */

/**
 * orl_control_change() - change the rules, all changes at once or none
 * @change, @nr: in order; later ones win
 * @flags:       ORL_CHANGE_*; an overlay can only enable
 *
 * What was said of single events (orl_control_exact()) is taken back for those that match. An event
 * that an enable_event or disable_event trigger speaks of stays on and is switched softly instead.
 *
 * Makes the rings first when something is enabled. Rules that the new ones make void are removed,
 * and so are overlays of dead tools and rules for dead processes. Does not wait for the processes:
 * see orl_control_nudge().
 *
 * Return: 0, or with a text in @s->error and nothing changed:
 *   -EINVAL   a pattern is malformed or too long
 *   -ENOSPC   no room for the rings
 *   -E2BIG    too many rules
 *   -EROFS    the session is read-only
 *   or what making the rings, open and flock return
 */
int orl_control_change(struct orl_session *s, const struct orl_change *change, uint32_t nr,
		       unsigned int flags);

/**
 * orl_control_exact() - switch single events, whatever the rules say of them
 * @id: event ids, as in struct orl_event; those that are registered under the same name belong
 *      together, and the caller names them all
 *
 * Events of enable_event and disable_event triggers are switched softly, as by
 * orl_control_change(). Makes the rings first when something is enabled. Does not wait for the
 * processes.
 *
 * Return: 0, -EINVAL (an id that no event can have), or as orl_control_change().
 */
int orl_control_exact(struct orl_session *s, const int *id, uint32_t nr, bool enable);

/**
 * orl_control_remove_overlay() - take back the overlay rules of this process (by getpid()); 0 or
 * -errno
 */
int orl_control_remove_overlay(struct orl_session *s);

/**
 * orl_control_drop_dead() - remove the overlays of tools that were killed, and rules for processes
 * that have ended
 * Return: how many, 0 also without asking for the lock; or -errno with text.
 */
int orl_control_drop_dead(struct orl_session *s);

/**
 * orl_control_nudge() - tell the processes that the rules have changed, and wait for them
 * Rules of tools that were killed are taken back first.
 * @timeout_ms: how long to wait at most; 0: do not wait
 * @late:       receives those that have not followed, each with its reason (orl_reach_reason());
 *              undone with orl_processes_fini(). May be NULL.
 *
 * Return: the number of processes that have not followed, or -errno.
 */
int orl_control_nudge(struct orl_session *s, unsigned int timeout_ms, struct orl_processes *late);

/**
 * orl_control_clear() - empty the rings; what is written from now on is kept
 * Counts begin anew. Return: 0 (also when there are no rings), or -errno with text.
 */
int orl_control_clear(struct orl_session *s);

#define ORL_ALL_CPUS UINT32_MAX
/** orl_control_clear_cpu() - the same for a CPU's ring and its share of the leased ones */
int orl_control_clear_cpu(struct orl_session *s, uint32_t cpu);

/**
 * orl_control_set_tracing() - switch the taking of records on or off (tracing_on); rings that are
 * made later follow it too
 */
int orl_control_set_tracing(struct orl_session *s, bool on);

/**
 * orl_control_set_discard() - when full: drop the new record (true) or the oldest page (false); the
 * option "overwrite"
 */
int orl_control_set_discard(struct orl_session *s, bool discard);

/** orl_control_rules() - copy the rules in force, checked; returns the generation they belong to */
uint32_t orl_control_rules(const struct orl_session *s, struct orl_rules *rules);

#endif /* ORL_READER_CONTROL_H */
