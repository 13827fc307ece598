/* SPDX-License-Identifier: MIT */
/*
 * The floor: what no tracer with time stamps can do without. A call, rdtsc, and 32 bytes stored one
 * after the other into a buffer of @size bytes (a power of two) that begins again at its end.
 *
 * FLOOR_CACHED fits the second-level cache. FLOOR_RING is as large as a ring: what it costs more is
 * the memory, and every recorder that keeps as much pays it.
 */
#ifndef ORIEL_BENCH_FLOOR_H
#define ORIEL_BENCH_FLOOR_H

#include <stdint.h>

#define FLOOR_CACHED (1UL << 20)
#define FLOOR_RING (16UL << 20)

struct bench_floor {
	char *buffer;
	uint64_t mask, pos;
	int tid;
};

/** bench_floor_init() - make the buffer and touch all of it; exits 1 without memory */
void bench_floor_init(struct bench_floor *f, unsigned long size);

/** bench_floor_store() - one record of the floor */
void bench_floor_store(struct bench_floor *f, uint64_t id, uint32_t size, int status);

#endif
