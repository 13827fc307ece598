// SPDX-License-Identifier: MIT
/*
 * Functions with a site and the same without, for bench/site-off.py to read in machine code and for
 * site-off.c to run.
 *
 *   end     the last thing a function does
 *   calls   between two calls of a function
 *   leaf    in the middle of a function that calls nothing else
 *   loop    in a loop
 */
#include "site-example.h"

#include "bench_trace.h"

void with_end(struct example *e, uint64_t x)
{
	e->sum += x;
	e->last = x;
	trace_bench_ints(x, 8, 3);
}

void without_end(struct example *e, uint64_t x)
{
	e->sum += x;
	e->last = x;
}

uint64_t with_calls(struct example *e, uint32_t x)
{
	uint64_t was = example_work(e, x);

	trace_bench_ints(was, x, 3);
	example_work(e, x);
	return was;
}

uint64_t without_calls(struct example *e, uint32_t x)
{
	uint64_t was = example_work(e, x);

	example_work(e, x);
	return was;
}

uint64_t with_leaf(struct example *e, uint32_t x)
{
	e->sum += x;
	trace_bench_ints(e->sum, x, 3);
	e->last = x * 5;
	return e->sum ^ x;
}

uint64_t without_leaf(struct example *e, uint32_t x)
{
	e->sum += x;
	e->last = x * 5;
	return e->sum ^ x;
}

/*
 * Four multiplications of which none waits for another: what bounds the loop is how many of them a
 * core can begin. The factor is an argument, since loops with constants of 64 bits run at one of
 * several speeds, depending on what else is in them.
 */
#define LOOP(name, site) \
	uint64_t name(const uint64_t *p, unsigned long n, uint64_t factor) \
	{ \
		uint64_t a = 1, b = 2; \
\
		for (unsigned long i = 0; i < n; i++, p += 4) { \
			a += p[0] * factor; \
			b += p[1] * factor; \
			a += p[2] * factor; \
			b += p[3] * factor; \
			site; \
		} \
		return a ^ b; \
	}

/* A site as the compiler sees it, but of no instruction: what is around a NOP, without the NOP. */
static inline __attribute__((always_inline)) void trace_nothing(uint64_t id, uint32_t size,
								int status)
{
	__asm__ goto("" : : : "cc" : on);
	return;
on:
	__traceiter_bench_ints(0, id, size, status);
}

LOOP(with_loop, trace_bench_ints(i, 32, 3))
LOOP(with_nothing_loop, trace_nothing(i, 32, 3))
LOOP(without_loop, (void)0)
