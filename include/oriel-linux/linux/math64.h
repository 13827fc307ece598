/* SPDX-License-Identifier: MIT */
/* Division of 64 bits, which any machine of ours does by itself. */
#ifndef ORIEL_LINUX_MATH64_H
#define ORIEL_LINUX_MATH64_H

#include <linux/math.h>
#include <linux/types.h>
#include <oriel/base.h>

#define div_u64(n, d) ((u64)(n) / (u32)(d))
#define div_s64(n, d) ((s64)(n) / (s32)(d))
#define div64_u64(n, d) ((u64)(n) / (u64)(d))
#define div64_s64(n, d) ((s64)(n) / (s64)(d))
#define div64_ul(n, d) div64_u64(n, d)

/* The same, with what is left in @rest. */
ORIEL_INLINE u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
	*rest = (u32)(n % d);
	return n / d;
}

ORIEL_INLINE s64 div_s64_rem(s64 n, s32 d, s32 *rest)
{
	*rest = (s32)(n % d);
	return n / d;
}

ORIEL_INLINE u64 div64_u64_rem(u64 n, u64 d, u64 *rest)
{
	*rest = n % d;
	return n / d;
}

#endif
