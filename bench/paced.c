// SPDX-License-Identifier: MIT
/*
 * A thread that records so many events a second, evenly, for so long; then a line of JSON about how
 * it went.
 *
 *   paced RATE SECONDS REPORT [ints|both [NR]]
 *
 * It spins between two events. Where the CPU was taken away from it, it makes up for a millisecond
 * at most: a burst is not the pace that was asked for. With "both" every other event has a string.
 * NR ends it too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <x86intrin.h>

#include "bench.h"
#include "bench_trace.h"

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double ticks_per_second(void)
{
	double begin = bench_now();
	uint64_t ticks = __rdtsc();

	while (bench_now() - begin < 50e6)
		;
	return (double)(__rdtsc() - ticks) / (bench_now() - begin) * 1e9;
}

int main(int argc, char **argv)
{
	double per_second, rate, seconds, begin;
	uint64_t period, next, end, grace, nr = 0, now, most;
	bool both;
	FILE *out;

	if (argc < 4)
		bench_die("usage: RATE SECONDS REPORT [ints|both [NR]]");
	rate = atof(argv[1]);
	seconds = atof(argv[2]);
	both = argc > 4 && !strcmp(argv[4], "both");
	most = argc > 5 ? strtoull(argv[5], NULL, 10) : UINT64_MAX;
	if (!trace_bench_ints_enabled())
		bench_die("the event is not on");
	per_second = ticks_per_second();
	/* In 1024ths of a tick, so that the pace is exact. */
	period = (uint64_t)(per_second / rate * 1024);
	grace = (uint64_t)(per_second / 1000);
	begin = bench_now();
	now = __rdtsc();
	end = now + (uint64_t)(per_second * seconds);
	next = 0;
	for (uint64_t start = now; now < end && nr < most; nr++) {
		while ((now = __rdtsc()) - start < next / 1024)
			;
		if (now - start > next / 1024 + grace)
			next = (now - start - grace) * 1024;
		next += period;
		if (both && (nr & 1))
			trace_bench_string(nr, (uint32_t)nr, (int)(nr & 15), "/index.htm");
		else
			trace_bench_ints(nr, (uint32_t)nr, (int)(nr & 15));
	}
	seconds = (bench_now() - begin) / 1e9;
	out = fopen(argv[3], "w");
	if (!out)
		bench_die("%s cannot be written", argv[3]);
	fprintf(out, "{\"records\": %llu, \"seconds\": %.6f, \"cpu\": %.6f}\n",
		(unsigned long long)nr, seconds, cpu_seconds());
	return fclose(out) ? 1 : 0;
}
