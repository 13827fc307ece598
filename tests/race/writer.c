// SPDX-License-Identifier: MIT
/*
 * A writer of the torture: the program and two signal handlers, which interrupt it and each other
 * about every 100 us, write as fast as they can until somebody kills the process.
 *
 *   race-writer SLOT FD     FD: the shared memory of shared.h
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "domain/domain.h"
#include "race_trace.h"
#include "shared.h"

static struct shared *shared;
static struct slot *slot;
static uint32_t pid;

static void write_one(uint32_t ctx)
{
	struct progress *progress = &slot->ctx[ctx];
	uint32_t seq = (uint32_t)progress->started;
	uint32_t nr = race_words(ctx, seq);
	unsigned int words[MAX_WORDS];
	uint64_t at;

	for (uint32_t i = 0; nr != TINY && i < nr; i++)
		words[i] = race_mix(pid, ctx, seq, i);
	__atomic_store_n(&progress->started, seq + 1, __ATOMIC_RELEASE);
	at = orl_clock_ticks(shared->clock);
	if (nr == TINY)
		trace_tiny(race_tiny(pid, ctx, seq));
	else
		trace_body(ctx, seq, at, race_sum(pid, ctx, seq, at), words, nr);
	__atomic_store_n(&progress->done, seq + 1, __ATOMIC_RELEASE);
}

static void on_alarm(int sig)
{
	write_one(1);
}

static void on_user(int sig)
{
	write_one(2);
	write_one(2);
}

static void start_timers(void)
{
	struct itimerval every = { { 0, 100 }, { 0, 100 } };
	struct itimerspec other = { { 0, 130000 }, { 0, 130000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t timer;

	signal(SIGALRM, on_alarm);
	signal(SIGUSR1, on_user);
	if (setitimer(ITIMER_REAL, &every, NULL) || timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &other, NULL))
		_exit(4);
}

/* Handlers may be at work when the program is through: they are let finish, then held. */
static void end(void)
{
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGALRM);
	sigaddset(&both, SIGUSR1);
	sigprocmask(SIG_BLOCK, &both, NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc != 3 || prctl(PR_SET_PDEATHSIG, SIGKILL))
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, atoi(argv[2]), 0);
	if (shared == MAP_FAILED)
		return 2;
	slot = &shared->slot[(uint32_t)atoi(argv[1]) % NR_SLOTS];
	pid = (uint32_t)getpid();
	store(&slot->pid, pid);
	if (!trace_body_enabled() || !trace_tiny_enabled())
		return 3;
	store(&slot->is_up, 1);
	start_timers();
	while (!shared->limit || slot->ctx[0].started < shared->limit) {
		if (slot->ctx[0].started < SEEN_BITS)
			write_one(0);
		else
			pause();	/* numbers have so many bits: leave it to the handlers */
		if (slot->ctx[0].started % 8192 == 0)
			usleep(200);
	}
	end();
}
