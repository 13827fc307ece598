// SPDX-License-Identifier: MIT
/*
 * What a site that is off costs in time: a loop bound by how much a core can begin, with a site in
 * it and without. The machine code is shown by site-off.py.
 */
#include "bench.h"
#include "bench_trace.h"
#include "site-example.h"

#include <stdlib.h>
#include <string.h>

#define WORDS 1024UL /* 8 KiB, in the first-level cache */
#define LOOPS (WORDS / 4)
#define ROUNDS 1000U

static uint64_t words[WORDS];
static volatile uint64_t sink;
static volatile uint64_t the_factor = 0x9e3779b97f4a7c15ULL;

uint64_t example_work(struct example *e, uint32_t x)
{
	return e->sum += x;
}

static void with_site(unsigned long n)
{
	for (unsigned long i = 0; i < n / LOOPS; i++)
		sink = with_loop(words, LOOPS, the_factor);
}

static void with_nothing(unsigned long n)
{
	for (unsigned long i = 0; i < n / LOOPS; i++)
		sink = with_nothing_loop(words, LOOPS, the_factor);
}

static void without_site(unsigned long n)
{
	for (unsigned long i = 0; i < n / LOOPS; i++)
		sink = without_loop(words, LOOPS, the_factor);
}

static void print(const char *what, const struct bench_variant *with,
		  const struct bench_variant *without, const char *floor, double target)
{
	bench_print(&(struct bench_result){
		.what = what,
		.value = with->min / without->min,
		.unit = "x the loop without",
		.target = target,
		.min = with->min,
		.median = with->median,
		.floor_min = without->min,
		.floor_median = without->median,
		.floor = floor,
	});
}

int main(void)
{
	struct bench_variant v[] = {
		{ .name = "without", .run = without_site },
		{ .name = "with", .run = with_site },
		{ .name = "without its NOP", .run = with_nothing },
	};

	/* Nothing from outside may switch it on. */
	unsetenv("ORIEL_EVENTS");
	setenv("ORIEL_DOMAIN", "/dev/shm/oriel-bench-none", 1);
	if (trace_bench_ints_enabled())
		bench_die("the event is on; unset ORIEL_EVENTS and ORIEL_DOMAIN");
	memset(words, 0x5a, sizeof(words));
	bench_hurry(false);
	bench_pin();
	bench_compare(v, 3, LOOPS * 2000, bench_rounds(ROUNDS));
	print("a site that is off, in a throughput-bound loop", &v[1], &v[2],
	      "the same machine code without the NOP, ns for one time", 1.02);
	print("the same, and what else the compiler does otherwise", &v[1], &v[0],
	      "the loop without a site, ns for one time", 0);
	return 0;
}
