// SPDX-License-Identifier: MIT
/*
 * What an enabled event costs, one thread on one CPU, against the floor of floor.h in the same run.
 *
 * One source, two programs: event-ints and, with EVENT_STRING, event-string.
 */
#include "bench.h"
#include "bench_trace.h"
#include "floor.h"

#include <stdio.h>

#define SLICE 100000UL
#define ROUNDS 600U
/* Once around the ring: its pages are mapped at their first use. */
#define WARM 700000UL

#ifdef EVENT_STRING
#define WHAT "event of u64, u32, int and a string of 10"
#define TARGET 1.3
#define RECORD(i) trace_bench_string(i, (uint32_t)(i), 3, name)
#define RECORD_ENABLED() trace_bench_string_enabled()
#else
#define WHAT "event of three integers"
#define TARGET 1.15
#define RECORD(i) trace_bench_ints(i, (uint32_t)(i), 3)
#define RECORD_ENABLED() trace_bench_ints_enabled()
#endif

static struct bench_floor cached, as_ring;
#ifdef EVENT_STRING
static const char *volatile the_name = "/index.htm";
#endif

static void event(unsigned long n)
{
#ifdef EVENT_STRING
	const char *name = the_name;

#endif
	for (unsigned long i = 0; i < n; i++)
		RECORD(i);
}

static void floor_cached(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		bench_floor_store(&cached, i, (uint32_t)i, 3);
}

static void floor_as_ring(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		bench_floor_store(&as_ring, i, (uint32_t)i, 3);
}

static void print(const struct bench_variant *floor, const struct bench_variant *event,
		  const char *name, double target)
{
	bench_print(&(struct bench_result){
		.what = target ? WHAT : WHAT ", floor as large as a ring",
		.value = event->min / floor->min,
		.unit = "x floor",
		.target = target,
		.min = event->min,
		.median = event->median,
		.floor_min = floor->min,
		.floor_median = floor->median,
		.floor = name,
	});
}

int main(int argc, char **argv)
{
	struct bench_variant v[] = {
		{ .name = "floor", .run = floor_cached },
		{ .name = "event", .run = event },
		{ .name = "floor as ring", .run = floor_as_ring },
	};
	unsigned int rounds = bench_rounds(ROUNDS);
	uint64_t wrote;

	(void)argc;
	bench_traced(argv, "bench:*");
	bench_hurry(false);
	bench_pin();
	bench_floor_init(&cached, FLOOR_CACHED);
	bench_floor_init(&as_ring, FLOOR_RING);
	if (!RECORD_ENABLED())
		bench_die("the event is not on");
	event(WARM);
	wrote = bench_written();
	bench_compare(v, 3, SLICE, rounds);
	wrote = bench_written() - wrote;
	if (wrote != (uint64_t)rounds * (SLICE + SLICE / 3))
		bench_die("%llu records instead of %llu", (unsigned long long)wrote,
			  (unsigned long long)rounds * (SLICE + SLICE / 3));
	print(&v[0], &v[1], "rdtsc and 32 bytes into 1 MiB, ns", TARGET);
	print(&v[2], &v[1], "rdtsc and 32 bytes into 16 MiB, ns", 0);
	return 0;
}
