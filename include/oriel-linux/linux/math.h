/* SPDX-License-Identifier: MIT */
/* Division that rounds, and multiples. */
#ifndef ORIEL_LINUX_MATH_H
#define ORIEL_LINUX_MATH_H

#include <oriel/base.h>
#include <stdlib.h>

#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (unsigned long long)(d))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_DOWN_ULL((unsigned long long)(n) + (d)-1, d)
/* Away from 0 on both sides of it, where both have a sign. */
#define DIV_ROUND_CLOSEST(n, d)                                                                    \
	__extension__({                                                                            \
		__typeof__(n) oriel_n = (n);                                                       \
		__typeof__(d) oriel_d = (d);                                                       \
												   \
		(__typeof__(n))-1 > 0 || (__typeof__(d))-1 > 0 || (oriel_n > 0) == (oriel_d > 0)   \
			? (oriel_n + oriel_d / 2) / oriel_d                                        \
			: (oriel_n - oriel_d / 2) / oriel_d;                                       \
	})
#define DIV_ROUND_CLOSEST_ULL(n, d) (((unsigned long long)(n) + (d) / 2) / (d))
/* of powers of two */
#define round_up(x, y) ((((x)-1) | ((__typeof__(x))((y)-1))) + 1)
#define round_down(x, y) ((x) & ~((__typeof__(x))((y)-1)))
/* of any number */
#define roundup(x, y)                                                                              \
	__extension__({                                                                            \
		const __typeof__(y) oriel_unit = (y);                                              \
												   \
		DIV_ROUND_UP(x, oriel_unit) * oriel_unit;                                          \
	})
#define rounddown(x, y)                                                                            \
	__extension__({                                                                            \
		__typeof__(x) oriel_full = (x);                                                    \
												   \
		oriel_full - oriel_full % (y);                                                     \
	})

ORIEL_INLINE int oriel_abs(int x)
{
	return x < 0 ? -x : x;
}

ORIEL_INLINE long oriel_labs(long x)
{
	return x < 0 ? -x : x;
}

ORIEL_INLINE long long oriel_llabs(long long x)
{
	return x < 0 ? -x : x;
}

#ifndef __cplusplus
/* Of any integer, unsigned ones as if they had a sign: the C library's, of an int, cuts. */
#define abs(x)                                                                                     \
	_Generic((x), long: oriel_labs, unsigned long: oriel_labs, long long: oriel_llabs,         \
		 unsigned long long: oriel_llabs, default: oriel_abs)(x)
#endif

#define abs_diff(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define do_div(n, base)                                                                            \
	__extension__({                                                                            \
		unsigned int oriel_base = (base);                                                  \
		unsigned int oriel_rest = (unsigned int)((n) % oriel_base);                        \
												   \
		(n) /= oriel_base;                                                                 \
		oriel_rest;                                                                        \
	})

#endif
