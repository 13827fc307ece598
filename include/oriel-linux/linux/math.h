/* SPDX-License-Identifier: MIT */
/* Division that rounds, and multiples. */
#ifndef ORIEL_LINUX_MATH_H
#define ORIEL_LINUX_MATH_H

#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (unsigned long long)(d))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_DOWN_ULL((unsigned long long)(n) + (d)-1, d)
#define DIV_ROUND_CLOSEST(n, d) (((n) + ((d) / 2)) / (d))
/* of powers of two */
#define round_up(x, y) ((((x)-1) | ((__typeof__(x))((y)-1))) + 1)
#define round_down(x, y) ((x) & ~((__typeof__(x))((y)-1)))
/* of any number */
#define roundup(x, y) (DIV_ROUND_UP(x, y) * (y))
#define rounddown(x, y) ((x) - ((x) % (y)))
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
