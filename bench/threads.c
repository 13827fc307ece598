// SPDX-License-Identifier: MIT
/*
 * What an enabled event costs when 8 threads write on 2 CPUs at once: CPU time of the threads per
 * event, against 8 threads that do what floor.h does, each with a buffer of its own.
 *
 * The phases alternate, all threads in the same one. A thread counts its own CPU time, so waiting
 * for a CPU costs nothing, but being moved, interrupted and restarted does.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "bench_trace.h"
#include "floor.h"

#define NR_THREADS 8
#define NR_CPUS 2
#define PER_PHASE 200000UL
#define ROUNDS 60U

enum phase { FLOOR, EVENT, FLOOR_AS_RING, NR_PHASES };

struct worker {
	pthread_t thread;
	struct bench_floor floor, as_ring;
	double ns; /* CPU time of the last phase */
};

static struct worker workers[NR_THREADS];
static pthread_barrier_t begin, end;
static enum phase phase;
static bool is_over;
static const char *volatile the_name = "/index.htm";

static double cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void run_phase(struct worker *w)
{
	const char *name = the_name;

	switch (phase) {
	case FLOOR:
		for (unsigned long i = 0; i < PER_PHASE; i++)
			bench_floor_store(&w->floor, i, (uint32_t)i, 3);
		break;
	case FLOOR_AS_RING:
		for (unsigned long i = 0; i < PER_PHASE; i++)
			bench_floor_store(&w->as_ring, i, (uint32_t)i, 3);
		break;
	default:
		for (unsigned long i = 0; i < PER_PHASE; i++)
			trace_bench_string(i, (uint32_t)i, 3, name);
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;

	bench_floor_init(&w->floor, FLOOR_CACHED);
	/* All of these together are as large as the rings of the CPUs. */
	bench_floor_init(&w->as_ring, FLOOR_RING * NR_CPUS / NR_THREADS);
	for (;;) {
		double at;

		pthread_barrier_wait(&begin);
		if (is_over)
			return NULL;
		at = cpu_time();
		run_phase(w);
		w->ns = cpu_time() - at;
		pthread_barrier_wait(&end);
	}
}

/* At most two CPUs, so that a larger machine measures the same thing. */
static void use_two_cpus(void)
{
	cpu_set_t may, two;

	CPU_ZERO(&two);
	if (sched_getaffinity(0, sizeof(may), &may))
		bench_die("sched_getaffinity: %s", strerror(errno));
	for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&two) < NR_CPUS; cpu++)
		if (CPU_ISSET(cpu, &may))
			CPU_SET(cpu, &two);
	if (CPU_COUNT(&two) < NR_CPUS)
		printf("this machine has one CPU for us: the figures are for one\n");
	sched_setaffinity(0, sizeof(two), &two);
}

static double run_all(enum phase which)
{
	double sum = 0;

	phase = which;
	pthread_barrier_wait(&begin);
	pthread_barrier_wait(&end);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		sum += workers[i].ns;
	return sum / NR_THREADS / (double)PER_PHASE;
}

static void print(double *event, double *floor, unsigned int rounds, const char *what,
		  double target)
{
	struct bench_result r = {
		.what = what,
		.unit = "x floor",
		.target = target,
		.floor = "the same by 8 threads storing 32 bytes each, CPU ns",
	};

	r.median = bench_quantile(event, rounds, 0.5);
	r.floor_median = bench_quantile(floor, rounds, 0.5);
	r.min = event[0];
	r.floor_min = floor[0];
	/* A sum over 8 threads has no quiet slice: the middle is the figure. */
	r.value = r.median / r.floor_median;
	bench_print(&r);
}

int main(int argc, char **argv)
{
	unsigned int rounds = bench_rounds(ROUNDS);
	double *ns[NR_PHASES];
	uint64_t wrote;

	(void)argc;
	bench_traced(argv, "bench:bench_string");
	use_two_cpus();
	if (!trace_bench_string_enabled())
		bench_die("the event is not on");
	pthread_barrier_init(&begin, NULL, NR_THREADS + 1);
	pthread_barrier_init(&end, NULL, NR_THREADS + 1);
	for (unsigned int i = 0; i < NR_PHASES; i++)
		ns[i] = calloc(rounds, sizeof(double));
	for (unsigned int i = 0; i < NR_THREADS; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			bench_die("no threads");
	run_all(FLOOR);
	run_all(EVENT);
	wrote = bench_written();
	for (unsigned int round = 0; round < rounds; round++)
		for (unsigned int i = 0; i < NR_PHASES; i++)
			ns[i][round] = run_all((enum phase)i);
	wrote = bench_written() - wrote;
	if (wrote != (uint64_t)rounds * NR_THREADS * PER_PHASE)
		bench_die("%llu records", (unsigned long long)wrote);
	is_over = true;
	pthread_barrier_wait(&begin);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	print(ns[EVENT], ns[FLOOR], rounds, "the event with a string, 8 threads on 2 CPUs", 1.5);
	print(ns[EVENT], ns[FLOOR_AS_RING], rounds,
	      "the event with a string, 8 threads on 2 CPUs, floors together as large as the rings",
	      0);
	return 0;
}
