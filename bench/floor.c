// SPDX-License-Identifier: MIT
/* A file of its own, so that the call is one: as that of an event is. */
#include "floor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench.h"

void bench_floor_init(struct bench_floor *f, unsigned long size)
{
	f->buffer = aligned_alloc(4096, size);
	if (!f->buffer)
		bench_die("no memory");
	memset(f->buffer, 1, size);
	f->mask = size - 1;
	f->pos = 0;
	f->tid = (int)gettid();
}

void bench_floor_store(struct bench_floor *f, uint64_t id, uint32_t size, int status)
{
	struct record {
		uint64_t time;
		int tid, type;
		uint64_t id;
		uint32_t size;
		int status;
	} *r = (struct record *)(void *)(f->buffer + (f->pos & f->mask));

	_Static_assert(sizeof(*r) == 32, "the floor stores 32 bytes");
	f->pos += sizeof(*r);
	r->time = __rdtsc();
	r->tid = f->tid;
	r->type = 7;
	r->id = id;
	r->size = size;
	r->status = status;
}
