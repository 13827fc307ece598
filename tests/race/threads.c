// SPDX-License-Identifier: MIT
/*
 * Both sides of each protocol in one process, where the thread sanitizer sees both.
 *
 *   race-threads reader COUNT     a writer in C, a cursor and a consumer on the same mapped rings
 *   race-threads discard COUNT    the same, and nothing is overwritten
 *   race-threads apply COUNT      events switched on and off under threads that fire them
 *   race-threads cancel COUNT     threads cancelled while they toggle a key
 *   race-threads fork-in-probe    grace periods in a child that a probe forked
 *   race-threads fork-slotless    a child that finds no process slot
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge.h"
#include "place.h"
#include <oriel/oriel.h>

#include "race_trace.h"

#include "arch/single.h"

#define CPU_DATA (64U << 10)
#define NR_FIRING 3

static struct shared *shared;
static struct orl_session session;
static unsigned long count;
static unsigned long fired[NR_FIRING];
static uint64_t nr_appended;

static int report(void)
{
	if (shared->has_violation)
		printf("FAILED: %s\n", shared->violation);
	return shared->has_violation != 0;
}

static void open_domain(const char *dir)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		race_give_up("mmap");
	if (orl_session_open(&session, dir, ORL_SESSION_CREATE))
		race_give_up("%s", session.error);
	race_place_set(session.domain.ctl, CPU_DATA, CPU_DATA, 16);
	if (orl_session_create_rings(&session))
		race_give_up("%s", session.error);
}

/* A writer in C and readers */

/* The record of race_trace.h's events. */
static uint32_t build(char *rec, uint32_t pid, uint32_t seq, uint64_t at)
{
	uint32_t nr = race_words(0, seq), loc = 36 | nr << 18, ctx = 0,
		 tiny = race_tiny(pid, 0, seq);
	uint64_t sum = race_sum(pid, 0, seq, at);

	if (nr == TINY) {
		memcpy(rec + 8, &tiny, 4);
		return 12;
	}
	memcpy(rec + 8, &ctx, 4);
	memcpy(rec + 12, &seq, 4);
	memcpy(rec + 16, &at, 8);
	memcpy(rec + 24, &sum, 8);
	memcpy(rec + 32, &loc, 4);
	for (uint32_t i = 0; i < nr; i++) {
		uint32_t word = race_mix(pid, 0, seq, i);

		memcpy(rec + 36 + 4 * i, &word, 4);
	}
	return 36 + 4 * nr;
}

static void *append(void *unused)
{
	struct orl_ring *ring = orl_rings_get(&session.rings, 0);
	uint64_t data_off = orl_ring_data_off(CPU_DATA, session.page_size);
	struct orl_ringset rs = { .page_mask = session.page_size - 1,
				  .page_shift = (uint32_t)__builtin_ctz(session.page_size) };
	uint32_t pid = (uint32_t)getpid();
	char rec[36 + 4 * MAX_WORDS] __attribute__((aligned(8)));

	for (uint32_t seq = 0; seq < count; seq++) {
		uint64_t at = orl_clock_ticks(session.domain.ctl->clock);
		uint32_t len = build(rec, pid, seq, at);
		int ret = orl_append_single(ring, (char *)ring + data_off, CPU_DATA - 1, &rs,
					    (uint64_t)pid << 32 | 64, rec, len, at);

		nr_appended += ret == ORL_APPEND_OK;
		if (ret == ORL_APPEND_DROPPED)
			sched_yield();
	}
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void *consume(void *unused)
{
	struct orl_merge *m = NULL;
	struct orl_record rec;
	bool is_draining = false;
	int rc;

	if (orl_merge_open(&m, &session, ORL_MERGE_CONSUME))
		race_give_up("%s", session.error);
	for (;;) {
		struct judged j;

		rc = orl_merge_next(m, &rec);
		if (rc == 1) {
			rec.ts = UINT64_MAX;
			shared->delivered++;
			shared->missed += rec.missed;
			race_judge_record(shared, &rec, (uint32_t)rec.cpu, &j);
		} else if (is_draining || rc < 0) {
			break;
		} else if (__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE)) {
			orl_merge_drain(m);
			is_draining = true;
		} else {
			orl_merge_wait(m, 2);
		}
	}
	if (rc)
		race_violation(shared, "the consumer failed: %s", session.error);
	orl_merge_close(m);
	return NULL;
}

static void *look_on(void *unused)
{
	race_judge_running(shared, &session);
	return NULL;
}

static int test_reader(bool is_discard)
{
	void *(*const roles[])(void *) = { append, consume, look_on };
	struct orl_ring *ring = orl_rings_get(&session.rings, 0);
	pthread_t threads[3];

	store(&ring->state, ORL_RING_ON | (is_discard ? ORL_RING_DISCARD : 0));
	for (int i = 2; i >= 0; i--)
		pthread_create(&threads[i], NULL, roles[i], NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	if (shared->delivered + shared->missed != nr_appended ||
	    nr_appended + load(&ring->dropped) != count || (is_discard && shared->missed))
		race_violation(shared, "%lu delivered, %lu missed, %lu dropped of %lu",
			       shared->delivered, shared->missed, load(&ring->dropped), count);
	printf("%lu appended, %lu dropped, %lu consumed, %lu judged by the cursor\n", nr_appended,
	       load(&ring->dropped), shared->delivered, shared->checked);
	return report();
}

/* Events on and off */

static void *fire(void *arg)
{
	unsigned long *n = arg;

	for (unsigned int i = 0; !__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE); i++) {
		trace_tiny(i);
		trace_body(0, i, 0, 0, &i, 1);
		__atomic_store_n(n, *n + 1, __ATOMIC_RELEASE);
		if (i % 64 == 0)
			sched_yield(); /* there are more threads than CPUs */
	}
	return NULL;
}

/* As a tool does it: the copy that gen does not select, then gen. */
static void set_rules(bool is_on)
{
	struct orl_ctl *ctl = session.domain.ctl;
	uint32_t gen = __atomic_load_n(&ctl->top.gen, __ATOMIC_RELAXED);
	struct orl_rules *rules = &ctl->top.rules[(gen + 1) & 1];

	memset(&rules->rule[0], 0, sizeof(rules->rule[0]));
	rules->rule[0].flags = is_on ? ORL_RULE_ENABLE : 0;
	strcpy(rules->rule[0].pattern, "race:*");
	rules->nr = 1;
	__atomic_store_n(&ctl->top.gen, gen + 1, __ATOMIC_RELEASE);
	__atomic_fetch_add(&ctl->gen, 1, __ATOMIC_RELEASE);
}

static uint64_t sum_counts(void)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < session.nr_rings; i++) {
		struct orl_ring *ring = orl_rings_get(&session.rings, i);
		uint64_t head, n;

		do {
			head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
			n = load(&ring->count[head & 1]);
			__atomic_thread_fence(__ATOMIC_ACQUIRE);
		} while (load(&ring->head) != head);
		sum += n;
	}
	return sum;
}

/* Another thread's changes meet ours: both ways lead through the one lock. */
static void *dispatch(void *unused)
{
	union sigval value = { .sival_int = ORL_NUDGE_VALUE };

	while (!__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE)) {
		oriel_control_dispatch();
		sigqueue(getpid(), ORL_NUDGE_SIGNAL, value);
		sched_yield();
	}
	return NULL;
}

static void each_fires_again(void)
{
	for (int i = 0; i < NR_FIRING; i++) {
		unsigned long then = __atomic_load_n(&fired[i], __ATOMIC_ACQUIRE);

		while (__atomic_load_n(&fired[i], __ATOMIC_ACQUIRE) < then + 2)
			sched_yield();
	}
}

static int test_apply(void)
{
	pthread_t threads[NR_FIRING + 1];
	uint64_t before, after;

	for (int i = 0; i < NR_FIRING; i++)
		pthread_create(&threads[i], NULL, fire, &fired[i]);
	pthread_create(&threads[NR_FIRING], NULL, dispatch, NULL);
	for (unsigned long i = 0; i < count && !load(&shared->has_violation); i++) {
		set_rules(true);
		while (!trace_tiny_enabled() || !trace_body_enabled())
			oriel_control_dispatch();
		before = sum_counts();
		each_fires_again();
		after = sum_counts();
		/* two rounds of two events by each thread, at least one round of them whole */
		if (after - before < 2 * NR_FIRING)
			race_violation(shared, "%lu records of threads that each fired",
				       after - before);
		set_rules(false);
		while (trace_tiny_enabled() || trace_body_enabled())
			oriel_control_dispatch();
		each_fires_again();
		before = sum_counts();
		each_fires_again();
		after = sum_counts();
		if (after != before)
			race_violation(shared, "%lu records of events that are off",
				       after - before);
	}
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i <= NR_FIRING; i++)
		pthread_join(threads[i], NULL);
	printf("%lu records, the last thread fired %lu times\n", sum_counts(),
	       fired[NR_FIRING - 1]);
	return report();
}

/* Cancellation */

DEFINE_STATIC_KEY_FALSE(key);

static void *toggle(void *unused)
{
	for (;;) {
		static_branch_inc(&key);
		static_branch_dec(&key);
		pthread_testcancel();
	}
	return NULL;
}

/* A thread that ended with the lock in its hands would make the next change wait forever. */
static int test_cancel(void)
{
	for (unsigned long i = 0; i < count; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, toggle, NULL);
		usleep((useconds_t)(i % 7) * 100);
		pthread_cancel(thread);
		pthread_join(thread, NULL);
		static_branch_enable(&key);
		if (!static_branch_unlikely(&key))
			race_violation(shared, "the site is not on");
		static_branch_disable(&key);
		if (static_branch_unlikely(&key))
			race_violation(shared, "the site is not off");
	}
	printf("%lu threads cancelled\n", count);
	return report();
}

/* Forks */

static struct {
	uint32_t entered, is_dead, entered_late;
} probed;

/* Called in the child by a thread that the other one must wait for. */
static void slow_probe(void *data, unsigned int value)
{
	store(&probed.entered, 1);
	usleep(100000);
	if (load(&probed.is_dead))
		store(&probed.entered_late, 1);
}

static void *fire_once(void *unused)
{
	trace_tiny(1);
	return NULL;
}

/* The child: it leaves a probe that it never entered, and its grace periods must hold all the same.
 */
static void run_child(void)
{
	pthread_t thread;

	if (register_trace_tiny(slow_probe, NULL))
		_exit(3);
	pthread_create(&thread, NULL, fire_once, NULL);
	while (!load(&probed.entered))
		sched_yield();
	if (unregister_trace_tiny(slow_probe, NULL))
		_exit(4);
	store(&probed.is_dead, 1);
	pthread_join(thread, NULL);
	_exit(load(&probed.entered_late) ? 5 : 0);
}

static pid_t child = -1;

static void forking_probe(void *data, unsigned int value)
{
	child = fork();
}

static int wait_child(const char *what)
{
	int status;

	if (!child)
		run_child();
	if (waitpid(child, &status, 0) != child || status)
		race_violation(shared, "%s: the child ended with status 0x%x", what, status);
	return report();
}

static int test_fork_in_probe(void)
{
	if (register_trace_tiny(forking_probe, NULL))
		race_give_up("register");
	trace_tiny(0);
	if (unregister_trace_tiny(forking_probe, NULL))
		race_give_up("unregister");
	return wait_child("fork in a probe");
}

/* A fork where every process slot is taken: the child goes on as its parent did. */
static int test_fork_without_slot(void)
{
	struct orl_proc *procs = orl_ctl_procs(session.domain.ctl);

	set_rules(true);
	oriel_control_dispatch();
	if (!trace_tiny_enabled())
		race_violation(shared, "the event is not on");
	for (uint32_t i = 0; i < ORL_NR_PROCS; i++)
		if (!load(&procs[i].pid))
			store(&procs[i].pid, 1);
	child = fork();
	if (!child) {
		trace_tiny(1);
		set_rules(true);
		oriel_control_dispatch();
	}
	wait_child("fork without a free slot");
	if (sum_counts() < 1)
		race_violation(shared, "the child's record is missing");
	return report();
}

static int run_in_domain(char **argv)
{
	const char *dir = race_place_make();
	pid_t pid;
	int status;

	setenv("ORIEL_DOMAIN", dir, 1);
	setenv("RACE_IN_DOMAIN", dir, 1);
	open_domain(dir);
	pid = fork();
	if (!pid) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		race_give_up("%s", strerror(errno));
	if (WIFSIGNALED(status))
		printf("FAILED: signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	const char *test = argc > 1 ? argv[1] : "", *dir = getenv("RACE_IN_DOMAIN");

	count = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000;
	if (!dir)
		return run_in_domain(argv);
	open_domain(dir);
	if (!strcmp(test, "reader") || !strcmp(test, "discard"))
		return test_reader(test[0] == 'd');
	if (!strcmp(test, "apply"))
		return test_apply();
	if (!strcmp(test, "cancel"))
		return test_cancel();
	if (!strcmp(test, "fork-in-probe"))
		return test_fork_in_probe();
	if (!strcmp(test, "fork-slotless"))
		return test_fork_without_slot();
	race_give_up("usage: race-threads TEST [COUNT], see the source");
}
