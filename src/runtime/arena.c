// SPDX-License-Identifier: MIT
/*
 * Private memory for what apply() builds: taken from the kernel in pieces, handed out from the
 * front, never given back. All of it is small (tables of hooks, of plans, of mapped files) and none
 * of it grows with the number of records.
 */
#include <sys/mman.h>

#include "runtime/instance.h"

#define PIECE (64U << 10)

static char *at, *end;

void *orl_arena_alloc(size_t size, size_t align)
{
	char *p = (char *)(((uintptr_t)at + align - 1) & ~(uintptr_t)(align - 1));

	if (!at || size > (size_t)(end - at) || p > end - size) {
		size_t piece = (size + align + PIECE - 1) & ~(size_t)(PIECE - 1);
		void *map = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				 -1, 0);

		if (map == MAP_FAILED)
			return NULL;
		p = map;
		end = p + piece;
	}
	at = p + size;
	return p;
}

void orl_arena_undo(void *p, size_t size)
{
	if (at != (char *)p + size)
		return;
	__builtin_memset(p, 0, size);
	at = p;
}
