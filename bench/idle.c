// SPDX-License-Identifier: MIT
/* A program that does next to nothing; WITH_ORIEL links the library and has two events. */
#include <stdint.h>
#include <unistd.h>

#ifdef WITH_ORIEL
#include "bench_trace.h"
#else
#define trace_bench_ints(id, size, status) ((void)(id), (void)(size), (void)(status))
#endif

int main(int argc, char **argv)
{
	char c;

	(void)argv;
	trace_bench_ints((uint64_t)argc, 0, 0);
	if (argc == 1)
		return 0;
	if (write(STDOUT_FILENO, "", 1) != 1)
		return 1;
	return read(STDIN_FILENO, &c, 1) < 0;
}
