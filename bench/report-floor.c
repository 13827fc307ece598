// SPDX-License-Identifier: MIT
/*
 * The floor of `oriel report`: as many lines as long, by printf() with formats that the compiler
 * knows.
 *
 *   report-floor NR
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	unsigned long nr = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	for (unsigned long i = 0; i < nr; i++) {
		printf("%16s-%-5d [%03d] %6lu.%06lu: %-20s ", "paced", 12345, 1, 1000 + i / 1000000,
		       i % 1000000, i & 1 ? "bench_string:" : "bench_ints:");
		if (i & 1)
			printf("id=%lu size=%u status=%d name=%s\n", i, (unsigned int)i,
			       (int)(i & 15), "/index.htm");
		else
			printf("id=%lu size=%u status=%d\n", i, (unsigned int)i, (int)(i & 15));
	}
	return 0;
}
