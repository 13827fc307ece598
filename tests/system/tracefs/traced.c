// SPDX-License-Identifier: MIT
/*
 * A program with events of the kernel's names, which does what it is told.
 *
 *   traced obey          reads lines and answers each with "ok" and what it wrote
 *   traced LINE...       does the lines and ends
 *
 * Lines:
 *   switch N, waking N, wakeup N, hang N, kmalloc N, kfree N
 *                        N records with values that follow from their number
 *   say TEXT             load:load_say
 *   load N [THREADS]     N load:load_tick from each of so many threads, as fast as they go
 *   start [THREADS]      the same until "stop", which answers how many
 *   pace RATE            one thread, so many a second, until "stop"
 *   stop
 *   name TEXT            the thread's name
 *   sleep MS
 *   affine CPU
 *
 * What is written is counted here, so that a test can tell what is missing.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define CREATE_TRACE_POINTS
#include "kmem_trace.h"
#include "load_trace.h"
#include "sched_trace.h"

#define MAX_THREADS 64

static struct writer {
	pthread_t thread;
	unsigned int nr;
	unsigned long wanted;		/* 0: until is_over */
	unsigned long rate;		/* 0: as fast as it goes */
	unsigned long written;
} writers[MAX_THREADS];
static unsigned int nr_writers;
static atomic_bool is_over;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void write_paced(struct writer *w)
{
	uint64_t begin = now();

	while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
		uint64_t due = (uint64_t)((double)(now() - begin) * (double)w->rate / 1e9);

		for (; w->written < due; w->written++)
			trace_load_tick(w->nr, w->written);
		usleep(500);
	}
}

static void *write_all(void *arg)
{
	struct writer *w = arg;

	if (w->rate) {
		write_paced(w);
		return NULL;
	}
	while (w->wanted ? w->written < w->wanted
			 : !atomic_load_explicit(&is_over, memory_order_relaxed))
		trace_load_tick(w->nr, w->written++);
	return NULL;
}

static void writers_start(unsigned int nr, unsigned long wanted, unsigned long rate)
{
	nr_writers = !nr ? 1 : nr < MAX_THREADS ? nr : MAX_THREADS;
	atomic_store(&is_over, false);
	for (unsigned int i = 0; i < nr_writers; i++) {
		writers[i] = (struct writer){ .nr = i, .wanted = wanted, .rate = rate };
		if (pthread_create(&writers[i].thread, NULL, write_all, &writers[i]))
			abort();
	}
}

static unsigned long writers_wait(void)
{
	unsigned long sum = 0;

	for (unsigned int i = 0; i < nr_writers; i++) {
		pthread_join(writers[i].thread, NULL);
		sum += writers[i].written;
	}
	nr_writers = 0;
	return sum;
}

/* Three places to allocate from, so that call sites have names. */
#define SITE(name) \
	__attribute__((noinline, used)) void name(void); \
	void name(void) \
	{ \
		__asm__ volatile(""); \
	}
SITE(site_small)
SITE(site_medium)
SITE(site_large)

static const uintptr_t sites[] = {
	(uintptr_t)site_small, (uintptr_t)site_medium, (uintptr_t)site_large,
};

static void one(const char *what, long i)
{
	uintptr_t site = sites[i % 3] + 1;
	size_t size = (size_t)8 << i % 5;

	if (!strcmp(what, "switch"))
		trace_sched_switch("bash", 1000 + (pid_t)(i % 4), i % 2, "make", 2000 + (pid_t)i);
	else if (!strcmp(what, "waking"))
		trace_sched_waking("make", 2000 + (pid_t)i, (int)(i % 2));
	else if (!strcmp(what, "wakeup"))
		trace_sched_wakeup("make", 2000 + (pid_t)i, (int)(i % 2));
	else if (!strcmp(what, "hang"))
		trace_sched_process_hang("make", 2000 + (pid_t)i);
	else if (!strcmp(what, "kmalloc"))
		trace_kmalloc(site, (void *)(0x1000 + 64 * i), size, size + 8);
	else if (!strcmp(what, "kfree"))
		trace_kfree(site, (void *)(0x1000 + 64 * i));
}

static void rename_or_pin(const char *what, const char *rest, long nr)
{
	cpu_set_t cpus;

	if (!strcmp(what, "name"))
		prctl(PR_SET_NAME, rest);
	if (!strcmp(what, "sleep"))
		usleep((useconds_t)nr * 1000);
	if (!strcmp(what, "affine")) {
		CPU_ZERO(&cpus);
		CPU_SET((size_t)nr, &cpus);
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
}

/* Returns how many records it wrote, or tried to while their event was off. */
static unsigned long do_line(const char *line)
{
	char what[16] = "";
	long nr = 0, threads = 1;
	const char *rest = strchr(line, ' ');

	if (sscanf(line, "%15s %ld %ld", what, &nr, &threads) < 1)
		return 0;
	rest = rest ? rest + 1 : "";
	if (!strcmp(what, "load")) {
		writers_start((unsigned int)threads, (unsigned long)nr, 0);
		return writers_wait();
	}
	if (!strcmp(what, "start"))
		return writers_start((unsigned int)nr, 0, 0), 0;
	if (!strcmp(what, "pace"))
		return writers_start(1, 0, (unsigned long)nr), 0;
	if (!strcmp(what, "stop")) {
		atomic_store(&is_over, true);
		return writers_wait();
	}
	if (!strcmp(what, "say"))
		return trace_load_say(rest), 1;
	rename_or_pin(what, rest, nr);
	for (long i = 0; i < nr; i++)
		one(what, i);
	return (unsigned long)nr;
}

int main(int argc, char **argv)
{
	char line[4096];

	if (argc > 1 && strcmp(argv[1], "obey") != 0) {
		for (int i = 1; i < argc; i++)
			printf("ok %lu\n", do_line(argv[i]));
		return 0;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		printf("ok %lu\n", do_line(line));
		fflush(stdout);
	}
	return 0;
}
