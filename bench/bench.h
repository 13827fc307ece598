/* SPDX-License-Identifier: MIT */
/*
 * What the benchmarks share: slices, pinning, a domain of their own, and one way to print a result.
 *
 * The machine is never quiet, so nothing is timed in one piece. Variants that are compared run in
 * turns, in slices of about a millisecond (shorter than what a scheduler gives at a time), hundreds
 * of times. The minimum of the slices is what the code costs; the median tells how far the machine
 * was from letting it. A ratio is taken between minima of the same run.
 *
 * Each result is a line for people and a line "result {json}" for programs. A benchmark reports;
 * it fails (exit 1) only when it could not measure.
 */
#ifndef ORIEL_BENCH_H
#define ORIEL_BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* A way to do something @n times. */
struct bench_variant {
	const char *name;
	void (*run)(unsigned long n);
	double min, median; /* ns for one time; filled in by bench_compare() */
};

/**
 * bench_compare() - time variants in turns
 * @n:      times in a slice; a third of it runs untimed before, so that caches are its own
 * @rounds: slices of each variant
 */
void bench_compare(struct bench_variant *v, unsigned int nr, unsigned long n, unsigned int rounds);

/** bench_quantile() - sorts; @q from 0 (least) to 1 (greatest) */
double bench_quantile(double *values, unsigned int nr, double q);

/** bench_now() - CLOCK_MONOTONIC in ns */
double bench_now(void);

/**
 * bench_hurry() - go before everybody else on the machine, where we may
 * @with_children: those who are started from now on too
 *
 * By the lowest of the real-time priorities: it stands for a quiet machine.
 */
void bench_hurry(bool with_children);

/** bench_pin() - keep the calling thread on one CPU, the last it may use */
void bench_pin(void);

/** bench_rounds() - @usual, or what $BENCH_ROUNDS says in percent of it; at least 3 */
unsigned int bench_rounds(unsigned int usual);

/**
 * bench_traced() - go on in a child with a private domain and events on from the start
 * @argv:   of main()
 * @events: value of ORIEL_EVENTS
 *
 * Returns in the child only. The parent waits, removes the domain however the child ended, and
 * exits with the child's status.
 */
void bench_traced(char **argv, const char *events);

/** bench_written() - records appended to all rings of this process's domain so far */
uint64_t bench_written(void);

/** bench_die() - one line on stderr; exit 1: it could not be measured */
__attribute__((noreturn, format(printf, 1, 2))) void bench_die(const char *fmt, ...);

struct bench_result {
	const char *what;
	double value;
	const char *unit;
	double target;	    /* 0: none, a figure for orientation */
	bool at_least;	    /* the target is a lower bound */
	double min, median; /* of what was measured; 0: does not apply */
	double floor_min, floor_median;
	const char *floor; /* what the floor is */
};

/** bench_print() - a result, for people and for programs */
void bench_print(const struct bench_result *r);

#endif
