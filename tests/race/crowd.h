/* SPDX-License-Identifier: MIT */
/* What a tool of the race tests shares with the programs that it traces: how often they fired. */
#ifndef ORL_TESTS_RACE_CROWD_H
#define ORL_TESTS_RACE_CROWD_H

#include <stdint.h>

#define CROWD_PROCESSES 3U
#define CROWD_THREADS 2U	/* of each; and a signal handler that interrupts them */

struct crowd_fired {
	uint64_t nr;
} __attribute__((aligned(64)));

struct crowd {
	uint32_t stop;
	uint32_t up[CROWD_PROCESSES]; /* its events were on, and it fires */
	struct crowd_fired fired[CROWD_PROCESSES][CROWD_THREADS + 1];
};

#endif
