/* SPDX-License-Identifier: MIT */
/*
 * What any kernel source uses. The C library includes <linux/kernel.h> too, for its own copy, which
 * is passed on. Formats of snprintf() are the C library's; scnprintf() and kasprintf() have the
 * kernel's.
 */
#ifndef ORIEL_LINUX_KERNEL_H
#define ORIEL_LINUX_KERNEL_H

#pragma GCC system_header
#include_next <linux/kernel.h>

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stringify.h>
#include <linux/types.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array)                                                                          \
	(sizeof(array) / sizeof((array)[0]) +                                                      \
	 0 * sizeof(struct {                                                                       \
		 int is_array : !__builtin_types_compatible_p(__typeof__(array),                   \
							      __typeof__(&(array)[0]));            \
	 }))

#define ALIGN(x, a) round_up(x, a)
#define ALIGN_DOWN(x, a) round_down(x, a)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define PTR_ALIGN(p, a) ((__typeof__(p))ALIGN((unsigned long)(p), a))
#define FIELD_SIZEOF(type, member) sizeof(((type *)0)->member)
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))
#define typeof_member(type, member) __typeof__(((type *)0)->member)

#define U8_MAX UINT8_MAX
#define S8_MAX INT8_MAX
#define S8_MIN INT8_MIN
#define U16_MAX UINT16_MAX
#define S16_MAX INT16_MAX
#define S16_MIN INT16_MIN
#define U32_MAX UINT32_MAX
#define S32_MAX INT32_MAX
#define S32_MIN INT32_MIN
#define U64_MAX ULLONG_MAX
#define S64_MAX LLONG_MAX
#define S64_MIN LLONG_MIN

#define _RET_IP_ ((unsigned long)__builtin_return_address(0))
#define _THIS_IP_                                                                                  \
	__extension__({                                                                            \
		__label__ oriel_here;                                                              \
oriel_here:                                                                                        \
		(unsigned long)&&oriel_here;                                                       \
	})

#define might_sleep() ((void)0)
#define might_fault() ((void)0)

/* IS_ENABLED(CONFIG_X): 1 where that is defined as 1, by the compiler's command line */
#define ORIEL_ENABLED_1 0,
#define ORIEL_SECOND(first, second, ...) second
#define ORIEL_IS_ONE(one_or_junk) ORIEL_SECOND(one_or_junk 1, 0, 0)
#define ORIEL_IS_ENABLED(value) ORIEL_IS_ONE(ORIEL_ENABLED_##value)
#define IS_ENABLED(option) ORIEL_IS_ENABLED(option)
#define IS_BUILTIN(option) IS_ENABLED(option)
#define IS_MODULE(option) 0
#define IS_REACHABLE(option) IS_ENABLED(option)

#endif
