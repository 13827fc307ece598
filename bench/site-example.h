/* SPDX-License-Identifier: MIT */
/* Pairs of functions: the same work with a site that is off, and without. */
#ifndef ORIEL_BENCH_SITE_EXAMPLE_H
#define ORIEL_BENCH_SITE_EXAMPLE_H

#include <stdint.h>

struct example {
	uint64_t sum, last;
};

/* Somewhere else, so that it is a call. */
uint64_t example_work(struct example *e, uint32_t x);

void with_end(struct example *e, uint64_t x);
void without_end(struct example *e, uint64_t x);
uint64_t with_calls(struct example *e, uint32_t x);
uint64_t without_calls(struct example *e, uint32_t x);
uint64_t with_leaf(struct example *e, uint32_t x);
uint64_t without_leaf(struct example *e, uint32_t x);

/* @p has 4 * @n words. */
uint64_t with_loop(const uint64_t *p, unsigned long n, uint64_t factor);
uint64_t with_nothing_loop(const uint64_t *p, unsigned long n, uint64_t factor);
uint64_t without_loop(const uint64_t *p, unsigned long n, uint64_t factor);

#endif
