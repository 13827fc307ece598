// SPDX-License-Identifier: MIT
/*
 * Slices in turns, their least and their middle, and results printed one way. See bench.h.
 */
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILD "BENCH_CHILD"

void bench_die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

void bench_hurry(bool with_children)
{
	struct sched_param least = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_RR | (with_children ? 0 : SCHED_RESET_ON_FORK), &least) &&
	    errno != EPERM)
		bench_die("sched_setscheduler: %s", strerror(errno));
}

void bench_pin(void)
{
	cpu_set_t may, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(may), &may))
		bench_die("sched_getaffinity: %s", strerror(errno));
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET(cpu, &may))
			continue;
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one))
			bench_die("sched_setaffinity: %s", strerror(errno));
		return;
	}
	bench_die("there is no CPU to run on");
}

unsigned int bench_rounds(unsigned int usual)
{
	const char *percent = getenv("BENCH_ROUNDS");
	unsigned long rounds = usual;

	if (percent)
		rounds = usual * strtoul(percent, NULL, 10) / 100;
	return rounds < 3 ? 3 : (unsigned int)rounds;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double bench_quantile(double *values, unsigned int nr, double q)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[(unsigned int)((double)(nr - 1) * q)];
}

void bench_compare(struct bench_variant *v, unsigned int nr, unsigned long n, unsigned int rounds)
{
	double *slices = calloc((size_t)nr * rounds, sizeof(*slices));

	if (!slices)
		bench_die("no memory");
	for (unsigned int round = 0; round < rounds; round++) {
		for (unsigned int i = 0; i < nr; i++) {
			double begin;

			v[i].run(n / 3);
			begin = bench_now();
			v[i].run(n);
			slices[i * rounds + round] = (bench_now() - begin) / (double)n;
		}
	}
	for (unsigned int i = 0; i < nr; i++) {
		v[i].median = bench_quantile(slices + i * rounds, rounds, 0.5);
		v[i].min = slices[i * rounds];
	}
	free(slices);
}

static void remove_domain(const char *dir)
{
	char path[512];
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static volatile sig_atomic_t child;

static void pass_on(int sig)
{
	if (child)
		kill((pid_t)child, sig);
}

void bench_traced(char **argv, const char *events)
{
	char dir[48];
	int status = 0;
	pid_t pid;

	if (getenv(CHILD))
		return;
	snprintf(dir, sizeof(dir), "/dev/shm/oriel-bench-%d", (int)getpid());
	setenv("ORIEL_DOMAIN", dir, 1);
	setenv("ORIEL_EVENTS", events, 1);
	setenv(CHILD, "1", 1);
	pid = fork();
	if (pid < 0)
		bench_die("fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv("/proc/self/exe", argv);
		bench_die("exec: %s", strerror(errno));
	}
	child = pid;
	signal(SIGINT, pass_on);
	signal(SIGTERM, pass_on);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	remove_domain(dir);
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static bool is_met(const struct bench_result *r)
{
	return r->at_least ? r->value >= r->target : r->value <= r->target;
}

void bench_print(const struct bench_result *r)
{
	printf("%s: %.4g %s", r->what, r->value, r->unit);
	if (r->target)
		printf(" (target %s %.4g: %s)", r->at_least ? ">=" : "<=", r->target,
		       is_met(r) ? "met" : "missed");
	if (r->min)
		printf("; min %.4g, median %.4g", r->min, r->median);
	if (r->floor_min)
		printf("; floor, %s: min %.4g, median %.4g", r->floor, r->floor_min,
		       r->floor_median);
	printf("\nresult {\"bench\": \"%s\", \"what\": \"%s\", \"value\": %.6g, \"unit\": \"%s\"",
	       program_invocation_short_name, r->what, r->value, r->unit);
	if (r->target)
		printf(", \"target\": %.6g, \"bound\": \"%s\", \"met\": %s", r->target,
		       r->at_least ? "least" : "most", is_met(r) ? "true" : "false");
	if (r->min)
		printf(", \"min\": %.6g, \"median\": %.6g", r->min, r->median);
	if (r->floor_min)
		printf(", \"floor\": \"%s\", \"floor_min\": %.6g, \"floor_median\": %.6g", r->floor,
		       r->floor_min, r->floor_median);
	puts("}");
	fflush(stdout);
}
