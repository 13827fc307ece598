// SPDX-License-Identifier: MIT
/* A program with an event of its own: with the wrapper, two users of one library, or two copies. */
#include <stdlib.h>

#define CREATE_TRACE_POINTS
#include "both_trace.h"

int main(void)
{
	void *(*volatile do_malloc)(size_t) = malloc;

	for (int i = 0; i < 100; i++) {
		trace_round(i);
		free(do_malloc(73000));
	}
	return 0;
}
