/* SPDX-License-Identifier: MIT */
/*
 * The allocator that the program would have without us: the next one in the loader's order, which
 * need not be libc's.
 */
#ifndef ORL_PRELOAD_NEXT_H
#define ORL_PRELOAD_NEXT_H

#include <stddef.h>

/* Each may be called from the first instruction of the process on; none is ever NULL. */
struct orl_preload_next {
	void *(*malloc)(size_t bytes);
	void *(*calloc)(size_t count, size_t bytes);
	void *(*realloc)(void *old, size_t bytes);
	void *(*reallocarray)(void *old, size_t count, size_t bytes);
	void (*free)(void *ptr);
	int (*posix_memalign)(void **out, size_t alignment, size_t bytes);
	void *(*aligned_alloc)(size_t alignment, size_t bytes);
	void *(*memalign)(size_t alignment, size_t bytes);
	void *(*valloc)(size_t bytes);
	void *(*pvalloc)(size_t bytes);
};

extern struct orl_preload_next orl_preload_next __attribute__((visibility("hidden")));

/**
 * orl_preload_resolve() - look the next allocator up, unless that was done
 *
 * Called by the first allocation of the process, whoever makes it, or by our constructor: there is
 * one thread then. Keeps errno.
 */
void orl_preload_resolve(void);

#endif
