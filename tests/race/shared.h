/* SPDX-License-Identifier: MIT */
/*
 * What the processes of a torture share, besides the domain: how far each writer came, and what
 * consumers delivered.
 *
 * A writer counts an append as started before it, and as done after it returned. So the records
 * that it made are at least those done and at most those started, and the two differ by one for
 * each of its contexts (the program and its two signal handlers) when it was killed, else by none.
 *
 * A record's length and bytes follow from who wrote it and its number, so that a reader can tell a
 * whole record from any other bytes.
 */
#ifndef ORL_TESTS_RACE_SHARED_H
#define ORL_TESTS_RACE_SHARED_H

#include <stdint.h>

#define NR_CTX 3U	     /* the program, and two signal handlers that interrupt each other */
#define NR_SLOTS 32U	     /* writers of one round */
#define SEEN_BITS (1U << 21) /* records of one context that consumers can tell apart */
#define MAX_WORDS 1000U
#define TINY UINT32_MAX /* instead of a number of words: the tiny event */

struct progress {
	uint64_t started, done;
};

struct slot {
	uint32_t pid;	/* 0: not begun */
	uint32_t is_up; /* its events were on when it began */
	struct progress ctx[NR_CTX];
} __attribute__((aligned(64)));

struct shared {
	uint32_t clock; /* ORL_CLOCK_* */
	uint32_t limit; /* records that the program of a writer makes; 0: endless */
	uint32_t stop;	/* readers: take what is there, then end */
	uint32_t has_violation;
	char violation[512];
	uint64_t delivered, missed; /* by consumers */
	uint64_t checked;	    /* records that the concurrent reader judged */
	struct slot slot[NR_SLOTS];
	uint64_t seen[NR_SLOTS][NR_CTX][SEEN_BITS / 64] __attribute__((aligned(4096)));
};

#define load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)

static inline uint32_t race_mix(uint32_t pid, uint32_t ctx, uint32_t seq, uint32_t i)
{
	uint32_t x = pid * 2654435761U ^ (seq + ctx * 0x40000000U) * 2246822519U ^ i * 3266489917U;

	return x ^ x >> 15;
}

/* How many words the body of a record has: all lengths, those around 112 bytes often. */
static inline uint32_t race_words(uint32_t ctx, uint32_t seq)
{
	static const uint16_t sizes[] = {
		0, 1, 2, 3, 5, 8, 17, 18, 19, 20, 21, 30, 64, 66, 120, 7
	};
	uint32_t x = race_mix(77, ctx, seq, 1);

	if (x % 8 == 7)
		return TINY;
	if (x % 256 == 1)
		return 400 + x / 256 % (MAX_WORDS - 400);
	return sizes[x / 8 % 16];
}

static inline uint64_t race_sum(uint32_t pid, uint32_t ctx, uint32_t seq, uint64_t at)
{
	return (at ^ (uint64_t)race_mix(pid, ctx, seq, 9) << 32) * 0x9e3779b97f4a7c15ULL;
}

static inline uint32_t race_tiny(uint32_t pid, uint32_t ctx, uint32_t seq)
{
	return ctx << 30 | (seq & 0x3fffffU) << 8 | (race_mix(pid, ctx, seq, 3) & 255);
}

#endif
