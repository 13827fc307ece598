// SPDX-License-Identifier: MIT
/*
 * One event of three integers by Oriel and by each peer that is there, in turns in one process.
 * peers.py switches the peers on and starts this program.
 *
 *   PEERS_MARKER   path of a trace_marker; without it that peer is left out
 *   PEERS_USDT     set when a kernel uprobe is on the USDT site
 *   PEERS_LTTNG    set when a session waits for LTTng-UST's event
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "bench_trace.h"
#include "floor.h"
#ifdef HAVE_LTTNG
#include "lttng_tp.h"
#endif
#ifdef HAVE_SDT
#include <sys/sdt.h>
#endif

#define SLICE 20000UL
#define ROUNDS 200U
#define MARKED_MAX 64
/* Once around Oriel's ring: its pages are mapped at their first use. */
#define WARM 700000UL

static struct bench_floor cached;
static int marker = -1;

static void run_floor(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		bench_floor_store(&cached, i, (uint32_t)i, 3);
}

static void run_oriel(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		trace_bench_ints(i, (uint32_t)i, 3);
}

#ifdef HAVE_LTTNG
static void run_lttng(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		lttng_ust_tracepoint(oriel_bench, ints, i, (uint32_t)i, 3);
}
#endif

#ifdef HAVE_SDT
static void run_usdt(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		DTRACE_PROBE3(oriel_bench, on, i, (uint32_t)i, 3);
}
#endif

/* The same three integers as text; making it is left to the program, so it is part of the cost. */
static void run_marker(unsigned long n)
{
	char text[MARKED_MAX];

	for (unsigned long i = 0; i < n; i++) {
		int len = snprintf(text, sizeof(text), "id=%lu size=%u status=%d\n", i, (uint32_t)i,
				   3);

		if (write(marker, text, (size_t)len) != len)
			bench_die("trace_marker does not take what is written");
	}
}

static unsigned int add(struct bench_variant *v, unsigned int nr, const char *name,
			void (*run)(unsigned long))
{
	v[nr].name = name;
	v[nr].run = run;
	return nr + 1;
}

static unsigned int peers(struct bench_variant *v, unsigned int nr)
{
	const char *path = getenv("PEERS_MARKER");

#ifdef HAVE_LTTNG
	if (getenv("PEERS_LTTNG")) {
		if (!lttng_ust_tracepoint_enabled(oriel_bench, ints))
			bench_die("LTTng-UST's event is not on");
		nr = add(v, nr, "LTTng-UST, snapshot mode", run_lttng);
	}
#endif
#ifdef HAVE_SDT
	if (getenv("PEERS_USDT"))
		nr = add(v, nr, "USDT with a kernel uprobe", run_usdt);
#endif
	if (path) {
		marker = open(path, O_WRONLY | O_CLOEXEC);
		if (marker < 0)
			bench_die("%s cannot be opened", path);
		nr = add(v, nr, "trace_marker", run_marker);
	}
	return nr;
}

int main(int argc, char **argv)
{
	struct bench_variant v[8] = { { .name = NULL } };
	unsigned int nr = 0;
	char what[96];

	(void)argc;
	bench_traced(argv, "bench:bench_ints");
	nr = add(v, nr, "floor", run_floor);
	nr = add(v, nr, "Oriel", run_oriel);
	nr = peers(v, nr);
	if (nr == 2)
		bench_die("there is no peer to measure");
	if (!trace_bench_ints_enabled())
		bench_die("Oriel's event is not on");
	bench_hurry(false);
	bench_pin();
	bench_floor_init(&cached, FLOOR_CACHED);
	run_oriel(WARM);
	bench_compare(v, nr, SLICE, bench_rounds(ROUNDS));
	for (unsigned int i = 1; i < nr; i++) {
		snprintf(what, sizeof(what),
			 i == 1 ? "an event of three integers, %s" : "%s, times what Oriel costs",
			 v[i].name);
		bench_print(&(struct bench_result){
			.what = what,
			.value = i == 1 ? v[i].min : v[i].min / v[1].min,
			.unit = i == 1 ? "ns" : "x Oriel",
			.target = i == 1 ? 0 : 5,
			.at_least = true,
			.min = v[i].min,
			.median = v[i].median,
			.floor_min = v[0].min,
			.floor_median = v[0].median,
			.floor = "rdtsc and 32 bytes, ns",
		});
	}
	return 0;
}
