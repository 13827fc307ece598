/* SPDX-License-Identifier: MIT */
/*
 * The domain that a command works on, and its processes.
 *
 * All of these print what went wrong themselves and return 0 or the exit status.
 */
#ifndef ORL_CLI_PLACE_H
#define ORL_CLI_PLACE_H

#include "cli/cli.h"
#include "domain/domain.h"
#include "reader/control.h"
#include "reader/events.h"
#include "reader/procs.h"
#include "reader/session.h"

/** orl_place_dir() - the directory of --domain, or of ORIEL_DOMAIN */
int orl_place_dir(const struct orl_args *args, char dir[ORL_DOMAIN_DIR_MAX]);

/** orl_place_default() - the default place, below which short names are */
int orl_place_default(char dir[ORL_DOMAIN_DIR_MAX]);

/** orl_place_open() - open that domain; @flags: ORL_SESSION_* */
int orl_place_open(struct orl_session *s, const struct orl_args *args, unsigned int flags);

/** orl_place_failed() - print the session's error; the exit status for @error, never 0 */
int orl_place_failed(const struct orl_session *s, int error);

/**
 * orl_place_nudge() - let every process apply the rules and register its events
 * @quiet: do not name those that did not
 * @pid:   only this one matters; 0: all
 *
 * Return: 0, ORL_EXIT_UNREACHED, or the status of a failure.
 */
int orl_place_nudge(struct orl_session *s, bool quiet, pid_t pid);

/** orl_place_note_stopped() - say so if tracing_on is 0, so that nothing is recorded */
void orl_place_note_stopped(const struct orl_session *s);

/** orl_place_check_pid() - is process @pid of this domain? 0 is. */
int orl_place_check_pid(struct orl_session *s, pid_t pid);

/**
 * orl_place_no_match() - say that a pattern matches nothing, and what is near
 * @pid:  in this process; 0: anywhere
 * @hint: put behind it, "" for none
 *
 * Return: ORL_EXIT_NO_MATCH.
 */
int orl_place_no_match(const struct orl_session *s, const struct orl_events *ev,
		       const char *pattern, pid_t pid, const char *hint);

#endif /* ORL_CLI_PLACE_H */
