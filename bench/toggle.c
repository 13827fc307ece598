// SPDX-License-Identifier: MIT
/*
 * How long a change of sites takes, by both ways of writing, in a process that does nothing else
 * and in one whose two threads execute the sites all the while.
 *
 * The way is chosen when the library is loaded, so each slice is a child of its own; children of
 * all kinds take turns. The floor is the barriers: three membarriers, without which no change can
 * be safe, in the same children.
 */
#include "toggle.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define NR_SLICES 5U
#define NR_THREADS 2
#define SLICE "BENCH_SLICE"

struct kind {
	const char *way;
	bool busy;
	double *us, *floor_us;
};

static volatile bool is_over;
static int nr_executing;
static cpu_set_t others;

static void keep_to_one_cpu(void)
{
	cpu_set_t one;

	sched_getaffinity(0, sizeof(others), &others);
	bench_hurry(false);
	bench_pin();
	sched_getaffinity(0, sizeof(one), &one);
	CPU_XOR(&others, &others, &one);
}

static void *execute(void *arg)
{
	bench_hurry(false);
	__atomic_fetch_add(&nr_executing, 1, __ATOMIC_SEQ_CST);
	while (!is_over)
		toggle_run();
	return arg;
}

/*
 * Threads that execute the sites, on the other CPUs where there are any, and there before everybody
 * else: what is measured is a change under threads that run.
 */
static void start_threads(pthread_t *thread)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	if (CPU_COUNT(&others))
		pthread_attr_setaffinity_np(&attr, sizeof(others), &others);
	for (int i = 0; i < NR_THREADS; i++)
		if (pthread_create(&thread[i], &attr, execute, NULL))
			bench_die("no threads");
	pthread_attr_destroy(&attr);
	while (__atomic_load_n(&nr_executing, __ATOMIC_SEQ_CST) < NR_THREADS)
		usleep(1000);
}

static double floor_once(void)
{
	double begin = bench_now();

	for (int i = 0; i < 3; i++)
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0))
			bench_die("membarrier: %s", strerror(errno));
	return (bench_now() - begin) / 1e3;
}

static double turn_once(bool on)
{
	double begin = bench_now();

	toggle_turn(on);
	return (bench_now() - begin) / 1e3 / toggle_nr;
}

/* In the child: pairs of (change, floor) to stdout, in microseconds. */
static int slice(bool busy, unsigned int rounds)
{
	pthread_t thread[NR_THREADS];

	keep_to_one_cpu();
	toggle_init();
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	if (busy)
		start_threads(thread);
	for (unsigned int i = 0; i < rounds * 2; i++) {
		double pair[2];

		pair[1] = floor_once();
		pair[0] = turn_once(!(i & 1));
		if (toggle_is_on() == (i & 1))
			bench_die("the sites did not follow");
		if (write(STDOUT_FILENO, pair, sizeof(pair)) != (ssize_t)sizeof(pair))
			return 1;
	}
	is_over = true;
	for (int i = 0; busy && i < NR_THREADS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static void read_slice(const struct kind *k, char **argv, unsigned int at, unsigned int nr)
{
	double pair[2];
	int fd[2], status;
	FILE *in;
	pid_t pid;

	fflush(stdout);
	if (pipe(fd) || (pid = fork()) < 0)
		bench_die("%s", strerror(errno));
	if (!pid) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		setenv(SLICE, k->busy ? "busy" : "alone", 1);
		setenv("ORIEL_PATCH", k->way, 1);
		execv("/proc/self/exe", argv);
		_exit(1);
	}
	close(fd[1]);
	in = fdopen(fd[0], "r");
	for (unsigned int i = 0; in && i < nr && fread(pair, sizeof(pair), 1, in); i++) {
		k->us[at + i] = pair[0];
		k->floor_us[at + i] = pair[1];
	}
	if (in)
		fclose(in);
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		bench_die("a child that toggles failed");
}

static void print(const struct kind *k, unsigned int nr)
{
	char what[160];
	struct bench_result r = {
		.what = what,
		.unit = "us",
		.target = toggle_target_us,
		.floor = "three membarriers, us",
	};

	snprintf(what, sizeof(what), "%s, by %s, %s", toggle_what, k->way,
		 k->busy ? "2 threads execute them" : "no other thread");
	r.median = bench_quantile(k->us, nr, 0.5);
	r.min = k->us[0];
	r.floor_median = bench_quantile(k->floor_us, nr, 0.5);
	r.floor_min = k->floor_us[0];
	r.value = r.median;
	bench_print(&r);
}

int main(int argc, char **argv)
{
	struct kind kinds[] = {
		{ "proc-mem", false, NULL, NULL },
		{ "mprotect", false, NULL, NULL },
		{ "proc-mem", true, NULL, NULL },
		{ "mprotect", true, NULL, NULL },
	};
	unsigned int nr_kinds = sizeof(kinds) / sizeof(*kinds);
	unsigned int rounds = toggle_rounds == 1 ? 1 : bench_rounds(toggle_rounds);
	unsigned int nr = NR_SLICES * rounds * 2;
	const char *role = getenv(SLICE);

	(void)argc;
	if (role)
		return slice(!strcmp(role, "busy"), rounds);
	bench_traced(argv, "none:none");
	for (unsigned int i = 0; i < nr_kinds; i++) {
		kinds[i].us = calloc(nr, sizeof(double));
		kinds[i].floor_us = calloc(nr, sizeof(double));
	}
	for (unsigned int s = 0; s < NR_SLICES; s++)
		for (unsigned int i = 0; i < nr_kinds; i++)
			read_slice(&kinds[i], argv, s * rounds * 2, rounds * 2);
	for (unsigned int i = 0; i < nr_kinds; i++)
		print(&kinds[i], nr);
	return 0;
}
