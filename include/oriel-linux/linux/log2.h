/* SPDX-License-Identifier: MIT */
/* Powers of two. */
#ifndef ORIEL_LINUX_LOG2_H
#define ORIEL_LINUX_LOG2_H

#include <linux/bitops.h>

ORIEL_INLINE int ilog2(unsigned long long n)
{
	return fls64(n) - 1;
}

#define is_power_of_2(n) ((n) != 0 && ((n) & ((n)-1)) == 0)
#define roundup_pow_of_two(n) (1UL << fls64((unsigned long long)(n)-1))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))

#endif
