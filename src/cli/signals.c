// SPDX-License-Identifier: MIT
/*
 * Signals of the commands that run until they are told to stop.
 *
 * The signals that end a program are blocked and then waited for, with the pause between two looks
 * at the rings as the time limit. So no handler runs, nothing is interrupted half-way, and what
 * was taken over is given back on every way out.
 */
#include "cli/signals.h"

#include <errno.h>
#include <time.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

void orl_signals_take(struct orl_signals *s)
{
	struct sigaction old;

	sigemptyset(&s->set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (!sigaction(ending[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaddset(&s->set, ending[i]);
	/*
	 * A child's end is to cut the pause short. Ignored, it would take the child's status with
	 * it.
	 */
	sigaddset(&s->set, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &s->set, &s->before);
	/* Whoever reads our progress line may go; the recording is more important. */
	s->pipe_was = signal(SIGPIPE, SIG_IGN);
	s->ended_by = 0;
}

void orl_signals_give(struct orl_signals *s)
{
	struct timespec none = { 0, 0 };

	while (sigtimedwait(&s->set, NULL, &none) > 0)
		;
	signal(SIGPIPE, s->pipe_was);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

int orl_signals_wait(struct orl_signals *s, uint64_t ns)
{
	struct timespec limit = { (time_t)(ns / 1000000000U), (long)(ns % 1000000000U) };
	siginfo_t info;
	int sig = sigtimedwait(&s->set, &info, &limit);

	if (sig < 0)
		return 0;
	if (sig != SIGCHLD) {
		s->ended_by = sig;
		s->from_terminal = info.si_code == SI_KERNEL;
	}
	return sig;
}
