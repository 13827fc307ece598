// SPDX-License-Identifier: MIT
/*
 * Counter ticks to nanoseconds by one multiplication in 128 bits.
 *
 * mult has up to 62 bits, so that over the 2^63 ticks on either side of the base nothing wraps and
 * the error of rounding stays below what the measured slope is off by.
 */
#include "reader/session.h"

#include <errno.h>

#define MULT_BITS 62
#define SHIFT_MAX 60

typedef unsigned __int128 wide;

int orl_timebase_init(struct orl_timebase *t, uint32_t clock, uint64_t ticks0, uint64_t ns0,
		      uint64_t ticks1, uint64_t ns1)
{
	wide dns = ns1 - ns0, dticks = ticks1 - ticks0;

	t->clock = clock;
	if (clock != ORL_CLOCK_TSC) {
		t->base_ticks = t->base_ns = 0;
		t->mult = 1;
		t->shift = 0;
		return 0;
	}
	t->base_ticks = ticks0;
	t->base_ns = ns0;
	if (ticks1 <= ticks0 || ns1 <= ns0)
		return -EINVAL;
	/* 10 kHz: 100000 ns a tick; 100 GHz: 100 ticks a ns */
	if (dns / dticks > 100000 || dticks / dns > 100)
		return -EINVAL;
	for (t->shift = SHIFT_MAX; (dns << t->shift) / dticks >> MULT_BITS; t->shift--)
		;
	t->mult = (uint64_t)((dns << t->shift) / dticks);
	return 0;
}

uint64_t orl_timebase_ns(const struct orl_timebase *t, uint64_t ticks)
{
	int64_t distance = (int64_t)(ticks - t->base_ticks);
	uint64_t size = distance < 0 ? -(uint64_t)distance : (uint64_t)distance;
	/* to the nearest: the multiplier is rounded down, and exact ratios should stay exact */
	wide ns = ((wide)size * t->mult + ((wide)1 << t->shift >> 1)) >> t->shift;

	if (distance < 0)
		return ns < t->base_ns ? t->base_ns - (uint64_t)ns : 0;
	ns += t->base_ns;
	return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}

uint64_t orl_timebase_ticks(const struct orl_timebase *t, uint64_t ns)
{
	wide ticks = ((wide)ns << t->shift) / t->mult;

	return ticks > UINT64_MAX ? UINT64_MAX : (uint64_t)ticks;
}

uint64_t orl_timebase_conv(void *arg, uint64_t ticks)
{
	return orl_timebase_ns(arg, ticks);
}
