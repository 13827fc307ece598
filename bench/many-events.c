// SPDX-License-Identifier: MIT
/*
 * A program with thousands of events, for tree.py: says "ready" and ends with its standard input.
 */
#include <stdio.h>

#define CREATE_TRACE_POINTS
#include "many_trace.h"

int main(void)
{
	trace_many_0000(1, 2);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
