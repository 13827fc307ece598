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
#include <poll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

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

int orl_signals_wait_for(struct orl_signals *s, int fd, short events, uint64_t until_ns)
{
	struct pollfd fds[2] = { { .fd = fd, .events = events }, { .events = POLLIN } };
	struct timespec now, limit = { 0, 0 };
	uint64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
	if (until_ns > now_ns) {
		limit.tv_sec = (time_t)((until_ns - now_ns) / 1000000000U);
		limit.tv_nsec = (long)((until_ns - now_ns) % 1000000000U);
	}
	/* the signals stay where they are: they are taken below */
	fds[1].fd = signalfd(-1, &s->set, SFD_CLOEXEC | SFD_NONBLOCK);
	ppoll(fds, 2, until_ns == UINT64_MAX ? NULL : &limit, NULL);
	if (fds[1].fd >= 0)
		close(fds[1].fd);
	return orl_signals_wait(s, 0);
}
