// SPDX-License-Identifier: MIT
/*
 * Finding the next allocator, while allocations are asked of us already.
 *
 * The first allocation of a process comes from the dynamic loader or from some constructor, long
 * before ours may have run. So every pointer starts at a function that looks all of them up, and
 * afterwards leads straight to the next allocator: being resolved costs a call nothing.
 *
 *   pointer leads to   when
 *   first_*            until the first call of any of them
 *   the next one       afterwards
 *   first_* again      the next allocator has no such function (musl has no pvalloc)
 *   arena_free, ...    afterwards, if the arena was used
 *
 * dlsym() may allocate itself. What it asks for meanwhile comes out of a static arena and is never
 * given back; a free or realloc of such a pointer is caught by two functions that stand before the
 * next allocator's own, and only in a process in which the arena was used.
 */
#include "next.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define ARENA_SIZE 16384U
/* Before each piece: its size. As long as malloc's alignment. */
#define HEAD 16U

static char arena[ARENA_SIZE] __attribute__((aligned(4096)));
static size_t arena_used;

static enum { UNRESOLVED, RESOLVING, RESOLVED } state;

static bool in_arena(const void *ptr)
{
	return (uintptr_t)ptr - (uintptr_t)arena < ARENA_SIZE;
}

static size_t arena_size_of(const void *ptr)
{
	size_t bytes;

	memcpy(&bytes, (const char *)ptr - HEAD, sizeof(bytes));
	return bytes;
}

/* Zeroed, since nothing is used twice. NULL and ENOMEM when the arena is full. */
static void *arena_alloc(size_t alignment, size_t bytes)
{
	size_t start;

	if (alignment < HEAD)
		alignment = HEAD;
	if (alignment > ARENA_SIZE || bytes > ARENA_SIZE)
		goto full;
	start = (arena_used + HEAD + alignment - 1) & ~(alignment - 1);
	if (start > ARENA_SIZE || bytes > ARENA_SIZE - start)
		goto full;
	arena_used = start + bytes;
	memcpy(arena + start - HEAD, &bytes, sizeof(bytes));
	return arena + start;
full:
	errno = ENOMEM;
	return NULL;
}

static void (*next_free)(void *ptr);
static void *(*next_realloc)(void *old, size_t bytes);

static void arena_free(void *ptr)
{
	if (!in_arena(ptr) && next_free)
		next_free(ptr);
}

static void *arena_realloc(void *old, size_t bytes)
{
	size_t keep;
	void *ptr;

	if (!in_arena(old) && next_realloc)
		return next_realloc(old, bytes);
	ptr = state == RESOLVED ? orl_preload_next.malloc(bytes) : arena_alloc(HEAD, bytes);
	if (ptr && old) {
		keep = arena_size_of(old);
		memcpy(ptr, old, keep < bytes ? keep : bytes);
	}
	return ptr;
}

/*
 * The first call of each, and the calls that come while dlsym() is at work. A pointer that still
 * leads here when everything is resolved is one that the next allocator does not have.
 */
#define IS_RESOLVED(name) (orl_preload_resolve(), orl_preload_next.name != first_##name)

static void *first_malloc(size_t bytes)
{
	return IS_RESOLVED(malloc) ? orl_preload_next.malloc(bytes) : arena_alloc(HEAD, bytes);
}

static void *first_calloc(size_t count, size_t bytes)
{
	size_t total;

	if (IS_RESOLVED(calloc))
		return orl_preload_next.calloc(count, bytes);
	if (__builtin_mul_overflow(count, bytes, &total))
		total = SIZE_MAX;
	return arena_alloc(HEAD, total);
}

static void *first_realloc(void *old, size_t bytes)
{
	return IS_RESOLVED(realloc) ? orl_preload_next.realloc(old, bytes) :
				      arena_realloc(old, bytes);
}

static void *first_reallocarray(void *old, size_t count, size_t bytes)
{
	size_t total;

	if (IS_RESOLVED(reallocarray))
		return orl_preload_next.reallocarray(old, count, bytes);
	if (__builtin_mul_overflow(count, bytes, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return orl_preload_next.realloc(old, total);
}

static void first_free(void *ptr)
{
	if (IS_RESOLVED(free))
		orl_preload_next.free(ptr);
}

static int first_posix_memalign(void **out, size_t alignment, size_t bytes)
{
	int was = errno;
	void *ptr;

	if (IS_RESOLVED(posix_memalign))
		return orl_preload_next.posix_memalign(out, alignment, bytes);
	if (!alignment || alignment % sizeof(void *) || alignment & (alignment - 1))
		return EINVAL;
	ptr = arena_alloc(alignment, bytes);
	errno = was;
	if (!ptr)
		return ENOMEM;
	*out = ptr;
	return 0;
}

static void *first_aligned_alloc(size_t alignment, size_t bytes)
{
	return IS_RESOLVED(aligned_alloc) ? orl_preload_next.aligned_alloc(alignment, bytes) :
					    arena_alloc(alignment, bytes);
}

static void *first_memalign(size_t alignment, size_t bytes)
{
	return IS_RESOLVED(memalign) ? orl_preload_next.memalign(alignment, bytes) :
				       arena_alloc(alignment, bytes);
}

static void *first_valloc(size_t bytes)
{
	return IS_RESOLVED(valloc) ? orl_preload_next.valloc(bytes) : arena_alloc(4096, bytes);
}

static void *first_pvalloc(size_t bytes)
{
	return IS_RESOLVED(pvalloc) ? orl_preload_next.pvalloc(bytes) : arena_alloc(4096, bytes);
}

struct orl_preload_next orl_preload_next = {
	.malloc = first_malloc,
	.calloc = first_calloc,
	.realloc = first_realloc,
	.reallocarray = first_reallocarray,
	.free = first_free,
	.posix_memalign = first_posix_memalign,
	.aligned_alloc = first_aligned_alloc,
	.memalign = first_memalign,
	.valloc = first_valloc,
	.pvalloc = first_pvalloc,
};

#define LOOK_UP(next, name) \
	do { \
		void *symbol = dlsym(RTLD_NEXT, #name); \
		if (symbol) \
			memcpy(&(next).name, &symbol, sizeof(symbol)); \
	} while (0)

void orl_preload_resolve(void)
{
	struct orl_preload_next next = orl_preload_next;
	int was = errno;

	if (state != UNRESOLVED)
		return;
	state = RESOLVING;
	LOOK_UP(next, malloc);
	LOOK_UP(next, calloc);
	LOOK_UP(next, realloc);
	LOOK_UP(next, reallocarray);
	LOOK_UP(next, free);
	LOOK_UP(next, posix_memalign);
	LOOK_UP(next, aligned_alloc);
	LOOK_UP(next, memalign);
	LOOK_UP(next, valloc);
	LOOK_UP(next, pvalloc);
	if (arena_used) {
		next_free = next.free;
		next_realloc = next.realloc;
		next.free = arena_free;
		next.realloc = arena_realloc;
	}
	orl_preload_next = next;
	state = RESOLVED;
	errno = was;
}
