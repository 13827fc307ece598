// SPDX-License-Identifier: MIT
/*
 * What a pr_debug() line costs that goes to the ring, against the enabled event with the same
 * arguments in the same run; and what one costs that is off.
 */
#include <oriel/printk.h>
#include <stdio.h>

#include "bench.h"
#include "bench_trace.h"

#define SLICE 50000UL
#define ROUNDS 400U
/* Once around the ring: its pages are mapped at their first use. */
#define WARM 700000UL
#define TARGET 2.0

static const char *volatile the_name = "/index.htm";

static void event_ints(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		trace_bench_ints(i, (uint32_t)i, 3);
}

static void line_ints(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		pr_debug("id=%lu size=%u status=%d\n", i, (uint32_t)i, 3);
}

static void event_string(unsigned long n)
{
	const char *name = the_name;

	for (unsigned long i = 0; i < n; i++)
		trace_bench_string(i, (uint32_t)i, 3, name);
}

static void line_string(unsigned long n)
{
	const char *name = the_name;

	for (unsigned long i = 0; i < n; i++)
		pr_debug("id=%lu size=%u status=%d name=%s\n", i, (uint32_t)i, 3, name);
}

/* The loop is the same; the compiler must believe that something happens in it. */
static void nothing(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		__asm__ volatile("" : : "r"(i));
}

static void off(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		__asm__ volatile("" : : "r"(i));
		pr_debug("off: id=%lu size=%u status=%d\n", i, (uint32_t)i, 3);
	}
}

static void print(const char *what, const struct bench_variant *line,
		  const struct bench_variant *floor, const char *name, double target)
{
	bench_print(&(struct bench_result){
		.what = what,
		.value = target ? line->min / floor->min : line->min - floor->min,
		.unit = target ? "x event" : "ns",
		.target = target,
		.min = line->min,
		.median = line->median,
		.floor_min = floor->min,
		.floor_median = floor->median,
		.floor = name,
	});
}

int main(int argc, char **argv)
{
	struct bench_variant v[] = {
		{ .name = "event, integers", .run = event_ints },
		{ .name = "line, integers", .run = line_ints },
		{ .name = "event, string", .run = event_string },
		{ .name = "line, string", .run = line_string },
		{ .name = "nothing", .run = nothing },
		{ .name = "off", .run = off },
	};
	unsigned int rounds = bench_rounds(ROUNDS);
	uint64_t wrote;

	(void)argc;
	bench_traced(argv, "bench:*");
	bench_hurry(false);
	bench_pin();
	if (dynamic_debug_exec_queries("file print.c func line_* +p", NULL) != 2)
		bench_die("the lines are not on");
	event_ints(WARM);
	wrote = bench_written();
	bench_compare(v, 6, SLICE, rounds);
	wrote = bench_written() - wrote;
	if (wrote != (uint64_t)rounds * 4 * (SLICE + SLICE / 3))
		bench_die("%llu records instead of %llu", (unsigned long long)wrote,
			  (unsigned long long)rounds * 4 * (SLICE + SLICE / 3));
	print("pr_debug of three integers", &v[1], &v[0], "the event of the same, ns", TARGET);
	print("pr_debug of three integers and a string", &v[3], &v[2], "the event of the same, ns",
	      TARGET);
	print("pr_debug that is off", &v[5], &v[4], "the empty loop, ns", 0);
	return 0;
}
