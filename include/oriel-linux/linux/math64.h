/* SPDX-License-Identifier: MIT */
/* Division of 64 bits, which any machine of ours does by itself. */
#ifndef ORIEL_LINUX_MATH64_H
#define ORIEL_LINUX_MATH64_H

#include <linux/math.h>
#include <linux/types.h>

#define div_u64(n, d) ((u64)(n) / (u32)(d))
#define div_s64(n, d) ((s64)(n) / (s32)(d))
#define div64_u64(n, d) ((u64)(n) / (u64)(d))
#define div64_s64(n, d) ((s64)(n) / (s64)(d))
#define div64_ul(n, d) div64_u64(n, d)

#endif
