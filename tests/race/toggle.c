// SPDX-License-Identifier: MIT
/*
 * Toggling keys under threads that run their sites, in the program and in a shared object.
 *
 *   race-toggle COUNT     in the way that ORIEL_PATCH says
 *
 * One thread is interrupted by signals whose handler runs the sites too, one has every signal
 * blocked, and one is traced by another process, which stops it, single-steps it and stops it at
 * system calls. After each change the toggling thread publishes a number for the state; a thread
 * that finds the same number before and after its sites must have taken the branches of that state.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "toggle.h"

#define load(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define publish(p, v) __atomic_store_n(p, v, __ATOMIC_SEQ_CST)

DEFINE_STATIC_KEY_FALSE(key_off);
DEFINE_STATIC_KEY_TRUE(key_on);

/* Number of changes << 3 | state; the lowest bit says that a change is under way. */
#define CHANGING 1UL
#define OFF_IS_ON 2UL
#define ON_IS_ON 4UL
static unsigned long now;
static int stop, failed;

enum runner { PLAIN, BLOCKED, TRACED, NR_RUNNERS };
static struct {
	pthread_t thread;
	pid_t tid;
	unsigned long judged[4]; /* by state: passes whose branches were known */
} runners[NR_RUNNERS];

__attribute__((noinline)) static bool off_unlikely(void)
{
	if (static_branch_unlikely(&key_off))
		return true;
	return false;
}

__attribute__((noinline)) static bool off_likely(void)
{
	return static_branch_likely(&key_off);
}

__attribute__((noinline)) static bool on_unlikely(void)
{
	return static_branch_unlikely(&key_on);
}

__attribute__((noinline)) static bool on_likely(void)
{
	if (static_branch_likely(&key_on))
		return true;
	return false;
}

static void expect(bool taken, bool is_on, const char *site)
{
	if (taken != is_on && !__atomic_exchange_n(&failed, 1, __ATOMIC_SEQ_CST))
		fprintf(stderr, "FAILED: %s took the branch of the key %s\n", site,
			taken ? "on, and it is off" : "off, and it is on");
}

/* Run every site; judge them when no change came in between. Return the state, or 0. */
static unsigned long run_sites(void)
{
	unsigned long before = load(&now);
	bool a = off_unlikely(), b = off_likely(), c = on_unlikely(), d = on_likely(), e, f;
	unsigned int object = object_sites();

	e = static_branch_unlikely(&key_off);
	f = static_branch_likely(&key_on);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (load(&now) != before || before & CHANGING)
		return 0;
	expect(a, before & OFF_IS_ON, "key_off unlikely");
	expect(b, before & OFF_IS_ON, "key_off likely");
	expect(c, before & ON_IS_ON, "key_on unlikely");
	expect(d, before & ON_IS_ON, "key_on likely");
	expect(e, before & OFF_IS_ON, "key_off inlined");
	expect(f, before & ON_IS_ON, "key_on inlined");
	expect(object & 1, before & OFF_IS_ON, "key_off unlikely in the shared object");
	expect(object & 2, before & OFF_IS_ON, "key_off likely in the shared object");
	expect(object & 4, before & ON_IS_ON, "key_on in the shared object");
	expect(object & 8, false, "the shared object's own key");
	return before;
}

static void on_signal(int sig)
{
	run_sites();
}

static void *run(void *arg)
{
	enum runner who = (enum runner)(uintptr_t)arg;
	sigset_t all;

	sigfillset(&all);
	if (who == PLAIN)
		sigdelset(&all, SIGALRM);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	publish(&runners[who].tid, (pid_t)syscall(SYS_gettid));
	for (unsigned int i = 1; !load(&stop); i++) {
		unsigned long state = run_sites();

		if (state)
			__atomic_fetch_add(&runners[who].judged[state >> 1 & 3], 1,
					   __ATOMIC_RELAXED);
		if (who == TRACED && i % 64 == 0)
			syscall(SYS_getppid);
	}
	return NULL;
}

/* The tracer: a process of its own. Stops at system calls, and now and then 200 single steps. */
static void trace(pid_t tid)
{
	unsigned int steps = 0, stops = 0;
	int status;

	if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)(uintptr_t)PTRACE_O_TRACESYSGOOD) ||
	    ptrace(PTRACE_INTERRUPT, tid, NULL, NULL))
		_exit(77);
	for (;;) {
		int sig = 0;

		if (waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status))
			_exit(stops > 1000 ? 0 : 1);
		if (++stops % 50 == 0)
			steps = 200;
		if (steps)
			steps--;
		if (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP &&
		    WSTOPSIG(status) != (SIGTRAP | 0x80))
			sig = WSTOPSIG(status);
		if (ptrace(steps ? PTRACE_SINGLESTEP : PTRACE_SYSCALL, tid, NULL,
			   (void *)(uintptr_t)sig) &&
		    errno != ESRCH)
			_exit(2);
	}
}

static pid_t start_tracer(pid_t tid)
{
	int go[2];
	char byte = 0;
	pid_t pid;

	if (pipe(go))
		exit(2);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(go[0], &byte, 1) != 1)
			_exit(2);
		trace(tid);
	}
	prctl(PR_SET_PTRACER, pid, 0, 0, 0);
	if (write(go[1], &byte, 1) != 1)
		exit(2);
	return pid;
}

/* One change. The toggling thread's own sites are judged too: nothing can come in between there. */
static void toggle(struct static_key *key, unsigned long bit)
{
	unsigned long was = load(&now), is = ((was ^ bit) & 6) | ((was >> 3) + 1) << 3;

	publish(&now, was | CHANGING);
	if (is & bit)
		static_key_enable(key);
	else
		static_key_disable(key);
	expect(static_key_enabled(key), is & bit, "static_key_enabled()");
	publish(&now, is);
	run_sites();
}

/* Until every thread has judged the state that holds. */
static void meet_all(void)
{
	unsigned long state = load(&now) >> 1 & 3, then[NR_RUNNERS];

	for (int i = 0; i < NR_RUNNERS; i++)
		then[i] = load(&runners[i].judged[state]);
	for (int i = 0; i < NR_RUNNERS; i++)
		while (load(&runners[i].judged[state]) == then[i] && !load(&failed))
			sched_yield();
}

static int end(pid_t tracer, unsigned long count)
{
	int status, ret = load(&failed);
	bool is_untraced;

	publish(&stop, 1);
	for (int i = 0; i < NR_RUNNERS; i++)
		pthread_join(runners[i].thread, NULL);
	waitpid(tracer, &status, 0);
	printf("%lu changes", count);
	for (int i = 0; i < NR_RUNNERS; i++) {
		static const char *const names[] = { "plain", "blocked", "traced" };
		const unsigned long *n = runners[i].judged;

		printf("; %s thread judged %lu passes", names[i], n[0] + n[1] + n[2] + n[3]);
		/* the key that changes most: both its states must have been met */
		if (!(n[0] + n[2]) || !(n[1] + n[3])) {
			printf(", of which %lu with the key off, %lu with it on: FAILED",
			       n[0] + n[2], n[1] + n[3]);
			ret = 1;
		}
	}
	putchar('\n');
	is_untraced = WIFEXITED(status) && WEXITSTATUS(status) == 77;
	if (is_untraced)
		puts("the traced thread ran untraced: ptrace is not permitted here");
	else if (status)
		printf("FAILED: the tracer ended with status 0x%x\n", (unsigned int)status);
	return ret || (status && !is_untraced);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec every = { { 0, 300000 }, { 0, 300000 } };
	timer_t timer;
	sigset_t alarms;
	pid_t tracer;

	now = ON_IS_ON;
	signal(SIGALRM, on_signal);
	for (uintptr_t i = 0; i < NR_RUNNERS; i++)
		pthread_create(&runners[i].thread, NULL, run, (void *)i);
	/* only the plain thread takes them */
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL);
	while (!load(&runners[TRACED].tid))
		sched_yield();
	tracer = start_tracer(load(&runners[TRACED].tid));
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &every, NULL))
		return 2;
	for (unsigned long i = 0; i < count && !load(&failed); i++) {
		toggle(&key_off.key, OFF_IS_ON);
		if (i % 8 == 0)
			toggle(&key_on.key, ON_IS_ON);
		if (i % 501 == 0) /* odd, so that all four states get their turn */
			meet_all();
	}
	return end(tracer, count);
}
