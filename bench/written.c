// SPDX-License-Identifier: MIT
/*
 * How many records the rings of this domain have had: a benchmark of writing must show that it
 * wrote.
 */
#include "bench.h"

#include "reader/ring.h"
#include "reader/session.h"

uint64_t bench_written(void)
{
	struct orl_session s;
	struct orl_ring_stats stats;
	uint64_t sum = 0;

	if (orl_session_open(&s, NULL, ORL_SESSION_READONLY))
		bench_die("%s", s.error);
	for (uint32_t i = 0; i < s.nr_rings; i++) {
		if (orl_ring_stats(&s, i, &stats))
			bench_die("the counts of ring %u do not come to rest", i);
		sum += stats.written;
	}
	orl_session_close(&s);
	return sum;
}
