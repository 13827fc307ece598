// SPDX-License-Identifier: MIT
/*
 * A program that defines malloc and makes an event in it: one for each call, in three threads, in
 * the first allocation of each, and in what the C library frees when a thread is already past its
 * last destructors.
 *
 * Prints "allocations N" and "after N": how many events it made with which name; the numbers run
 * from 0.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CREATE_TRACE_POINTS
#include "mark_trace.h"

#define HEAP_SIZE (64UL << 20)
#define THREADS 3
#define ROUNDS 2000

static char heap[HEAP_SIZE] __attribute__((aligned(16)));
static size_t heap_used;
static int nr_allocations, nr_after;
static int is_over;
static __thread int is_after;

/* Never reused; each block has its size in front. */
static void *take(size_t size, size_t align)
{
	size_t at, end;

	do {
		end = __atomic_load_n(&heap_used, __ATOMIC_RELAXED);
		at = (end + 16 + align - 1) & ~(align - 1);
	} while (!__atomic_compare_exchange_n(&heap_used, &end, at + size, 0, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	if (at + size > HEAP_SIZE)
		abort();
	memcpy(heap + at - 16, &size, sizeof(size));
	if (!is_over && trace_mark_enabled())
		trace_mark("allocation", __atomic_fetch_add(&nr_allocations, 1, __ATOMIC_RELAXED));
	return heap + at;
}

void *malloc(size_t size)
{
	return take(size, 16);
}

void *calloc(size_t nr, size_t size)
{
	return take(nr * size, 16);	/* the heap is zero, and nothing is used twice */
}

void *realloc(void *old, size_t size)
{
	void *new = take(size, 16);
	size_t old_size;

	if (!old)
		return new;
	memcpy(&old_size, (char *)old - 16, sizeof(old_size));
	return memcpy(new, old, old_size < size ? old_size : size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
	*out = take(size, align < 16 ? 16 : align);
	return 0;
}

void *aligned_alloc(size_t align, size_t size)
{
	return take(size, align < 16 ? 16 : align);
}

void *memalign(size_t align, size_t size);

void *memalign(size_t align, size_t size)
{
	return aligned_alloc(align, size);
}

void free(void *old)
{
	(void)old;
	if (is_after && !is_over && trace_mark_enabled())
		trace_mark("after", __atomic_fetch_add(&nr_after, 1, __ATOMIC_RELAXED));
}

static void last_destructor(void *unused)
{
	(void)unused;
	is_after = 1;
}

static void *allocate(void *key)
{
	void *volatile block;

	for (int i = 0; i < ROUNDS; i++) {
		block = malloc(16 + (size_t)i % 64);
		free(block);
		if (i % 16 == 0)
			usleep(100);
	}
	pthread_setspecific(*(pthread_key_t *)key, key);
	(void)strerror(12345); /* leaves a buffer of the thread's that the C library frees at its
				  very end */
	return NULL;
}

int main(void)
{
	pthread_t thread[THREADS];
	pthread_key_t key;

	pthread_key_create(&key, last_destructor);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, allocate, &key);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	is_over = 1;
	dprintf(1, "allocations %d\nafter %d\n", nr_allocations, nr_after);
	return 0;
}
