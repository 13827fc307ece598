// SPDX-License-Identifier: MIT
/*
 * The same place in the same function with each peer's site, for peers.py to count the instructions
 * that run while the site is off; and plain.
 *
 * trace_marker has no site: a program that wants to be able to leave it out tests something of its
 * own. Here that is the descriptor.
 */
#include "example.h"

#include "bench_trace.h"
#ifdef HAVE_LTTNG
#include "lttng_tp.h"
#endif
#ifdef HAVE_SDT
#include <sys/sdt.h>
#endif

#define FUNCTION(name, site) \
	uint64_t name(uint64_t id, uint32_t size) \
	{ \
		uint64_t was = example_work(id, size); \
\
		site; \
		example_work(id, size); \
		return was; \
	}

FUNCTION(off_plain, (void)0)
FUNCTION(off_oriel, trace_bench_ints(was, size, 3))
#ifdef HAVE_LTTNG
FUNCTION(off_lttng, lttng_ust_tracepoint(oriel_bench, ints, was, size, 3))
#endif
#ifdef HAVE_SDT
FUNCTION(off_usdt, DTRACE_PROBE3(oriel_bench, off, was, size, 3))
#endif

__attribute__((visibility("hidden"))) int example_marker_fd = -1;

FUNCTION(off_marker, if (__builtin_expect(example_marker_fd >= 0, 0)) example_mark(was, size))
