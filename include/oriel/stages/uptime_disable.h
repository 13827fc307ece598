/* SPDX-License-Identifier: MIT */
/* Included where ORIEL_DISABLE is defined: the library's clock by means of the C library. */
#ifndef ORIEL_STAGES_UPTIME_DISABLE_H
#define ORIEL_STAGES_UPTIME_DISABLE_H

#include <errno.h>
#include <time.h>

/* By a clock that strict C has, too. */
__attribute__((unused)) static inline unsigned long long oriel_uptime_ms(void)
{
	int saved = errno;
	struct timespec t;

	timespec_get(&t, TIME_UTC);
	errno = saved;
	return (unsigned long long)t.tv_sec * 1000 + (unsigned long long)t.tv_nsec / 1000000 + 1;
}

#endif
