/* SPDX-License-Identifier: MIT */
/*
 * Signals of the commands that run until they are told to stop. One thread calls these.
 */
#ifndef ORL_CLI_SIGNALS_H
#define ORL_CLI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct orl_signals {
	sigset_t set, before;
	void (*pipe_was)(int);
	int ended_by;	    /* the last signal that asks for an end, 0: none */
	bool from_terminal; /* ... came from the keyboard, to every process of the group */
};

/**
 * orl_signals_take() - from now on signals wait for orl_signals_wait(); those that were ignored
 * still are
 */
void orl_signals_take(struct orl_signals *s);

/** orl_signals_give() - as it was before; signals that came meanwhile are forgotten */
void orl_signals_give(struct orl_signals *s);

/**
 * orl_signals_wait() - pause for @ns at most; the signal that ended the pause (SIGCHLD too), or 0
 */
int orl_signals_wait(struct orl_signals *s, uint64_t ns);

/**
 * orl_signals_wait_for() - the same, but end the pause when one of @events (POLL*) holds for @fd
 * @fd:       -1: nothing such
 * @until_ns: CLOCK_MONOTONIC; UINT64_MAX: no limit
 */
int orl_signals_wait_for(struct orl_signals *s, int fd, short events, uint64_t until_ns);

#endif /* ORL_CLI_SIGNALS_H */
