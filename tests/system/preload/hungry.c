// SPDX-License-Identifier: MIT
/*
 * A dlsym() that allocates, as some do, so that the wrapper is asked for memory while it looks for
 * the allocator. What it got is used and freed much later.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NR 40

static char *kept[NR];
static unsigned int nr;
static void *(*real)(void *, const char *);

void *dlsym(void *restrict handle, const char *restrict name)
{
	void *aligned = NULL;

	if (!real)
		real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
	if (!real)
		real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
	if (nr < NR) {
		kept[nr] = malloc(20);
		strcpy(kept[nr], "what was kept");
		kept[nr] = realloc(kept[nr], 60);
		free(calloc(1, 10));
		if (!posix_memalign(&aligned, 64, 10) && (uintptr_t)aligned % 64)
			abort();
		free(aligned);
		nr++;
	}
	return real(handle, name);
}

__attribute__((destructor)) static void end(void)
{
	int whole = 0;

	for (unsigned int i = 0; i < nr; i++) {
		/* Every other one goes back as it is. */
		char *p = i % 2 ? realloc(kept[i], 500) : kept[i];

		whole += p && !strcmp(p, "what was kept");
		free(p);
	}
	printf("%d of %u\n", whole, nr);
}
