/* SPDX-License-Identifier: MIT */
/* The rest of a generated program that fires events: PROGRAM TIMES. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fire.h"

static void fire_all(void);

int main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 1;
	void **room = (void **)mmap((void *)FIRE_BASE, FIRE_SIZE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (room == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	for (unsigned long i = 0; i < FIRE_SIZE / sizeof(*room); i++)
		room[i] = FIRE_ROOM;
	while (times-- > 0)
		fire_all();
	return 0;
}
