// SPDX-License-Identifier: MIT
/* A library, and a plugin, that allocates in its constructor and frees in its destructor. */
#include <stdlib.h>

static void *volatile held;

__attribute__((constructor)) static void begin(void)
{
	held = malloc(MARK);
}

__attribute__((destructor)) static void end(void)
{
	free(held);
}

void hold(void);
void hold(void)
{
}
