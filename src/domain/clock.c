// SPDX-License-Identifier: MIT
/*
 * Which counter the rings are stamped with, and how it stands to CLOCK_MONOTONIC.
 */
#include "domain/domain.h"

#include <string.h>
#include <time.h>

#include "domain/sys.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define NS_PER_S 1000000000ULL
#define CLOCKSOURCES "/sys/devices/system/clocksource/clocksource0/available_clocksource"

uint64_t orl_clock_ticks(uint32_t clock)
{
	struct timespec now;

#if defined(__x86_64__)
	if (clock == ORL_CLOCK_TSC)
		return __builtin_ia32_rdtsc();
#else
	(void)clock;
#endif
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
/* "Invariant TSC": the same rate in all power states. */
static bool is_invariant(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1U << 8);
}

/* The kernel takes the counter off its list when it finds it drifting between CPUs. */
static bool is_trusted(void)
{
	char list[256], *word, *next = NULL;

	if (orl_domain_read_text(CLOCKSOURCES, list, sizeof(list)) <= 0)
		return false;
	for (word = strtok_r(list, " \n", &next); word; word = strtok_r(NULL, " \n", &next))
		if (!strcmp(word, "tsc"))
			return true;
	return false;
}
#endif

uint32_t orl_clock_pick(void)
{
#if defined(__x86_64__)
	if (is_invariant() && is_trusted())
		return ORL_CLOCK_TSC;
#endif
	return ORL_CLOCK_MONOTONIC;
}

void orl_clock_pair(uint32_t clock, uint64_t *ticks, uint64_t *ns)
{
	uint64_t narrowest = UINT64_MAX;

	*ticks = *ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	if (clock == ORL_CLOCK_MONOTONIC)
		return;
	for (int i = 0; i < 16; i++) {
		uint64_t before = orl_clock_ticks(clock);
		uint64_t at = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		uint64_t width = orl_clock_ticks(clock) - before;

		if (width < narrowest) {
			narrowest = width;
			*ticks = before + width / 2;
			*ns = at;
		}
	}
}
