/* SPDX-License-Identifier: MIT */
/* Powers of two. */
#ifndef ORIEL_LINUX_LOG2_H
#define ORIEL_LINUX_LOG2_H

#include <linux/bitops.h>
#include <stdbool.h>

ORIEL_INLINE int ilog2(unsigned long long n)
{
	return fls64(n) - 1;
}

ORIEL_INLINE bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/** order_base_2() - ilog2() of the power of two that @n is rounded up to; of 0: 0 */
ORIEL_INLINE int order_base_2(unsigned long n)
{
	return n ? fls64(n - 1) : 0;
}

#define roundup_pow_of_two(n) (1UL << fls64((unsigned long long)(n)-1))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))

#endif
