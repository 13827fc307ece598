// SPDX-License-Identifier: MIT
/*
 * A program that fires events while a tool changes what is wanted of them: some threads, and a
 * signal handler that interrupts them every 100 us. It counts what it fires and knows nothing else.
 *
 *   race-crowd NUMBER FD     FD: the shared memory of crowd.h
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "crowd.h"
#include "race_trace.h"

static struct crowd *crowd;
static struct crowd_fired *fired;

/* A handler may run in several threads at once. */
static void fire_one(struct crowd_fired *mine)
{
	uint64_t nr = __atomic_fetch_add(&mine->nr, 1, __ATOMIC_RELAXED);
	unsigned int words[64] = { 0 };

	/* the larger ones take the longer way */
	if (nr % 8 == 7)
		trace_body(0, (unsigned int)nr, 0, 0, words, 64);
	else
		trace_tiny((unsigned int)nr);
}

static void on_alarm(int sig)
{
	(void)sig;
	fire_one(&fired[CROWD_THREADS]);
}

static void *fire(void *arg)
{
	struct crowd_fired *mine = arg;

	while (!__atomic_load_n(&crowd->stop, __ATOMIC_ACQUIRE)) {
		fire_one(mine);
		if (mine->nr % 64 == 0)
			sched_yield();	/* there are more threads than CPUs */
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct itimerval every = { { 0, 100 }, { 0, 100 } };
	unsigned int number = argc == 3 ? (unsigned int)atoi(argv[1]) : CROWD_PROCESSES;
	pthread_t threads[CROWD_THREADS];

	if (number >= CROWD_PROCESSES || prctl(PR_SET_PDEATHSIG, SIGKILL))
		return 2;
	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED, atoi(argv[2]), 0);
	if (crowd == MAP_FAILED)
		return 2;
	fired = crowd->fired[number];
	if (!trace_tiny_enabled() || !trace_body_enabled())
		return 3;
	__atomic_store_n(&crowd->up[number], 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < CROWD_THREADS; i++)
		pthread_create(&threads[i], NULL, fire, &fired[i]);
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &every, NULL);
	for (unsigned int i = 0; i < CROWD_THREADS; i++)
		pthread_join(threads[i], NULL);
	/* handlers at work are let finish: from here on none begins */
	every = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &every, NULL);
	return 0;
}
