/* SPDX-License-Identifier: MIT */
/* Conditions that must not hold: WARN_ON() prints where it is, BUG_ON() ends the program. */
#ifndef ORIEL_LINUX_BUG_H
#define ORIEL_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include <stdlib.h>

/* Each is the condition's truth, so that it can stand in an if. */
#define WARN(condition, fmt, ...)                                                                  \
	__extension__({                                                                            \
		int oriel_warn = !!(condition);                                                    \
												   \
		if (unlikely(oriel_warn))                                                          \
			pr_warn("WARNING: at %s:%d %s(): " fmt, __FILE__, __LINE__, __func__,      \
				##__VA_ARGS__);                                                    \
		oriel_warn;                                                                        \
	})
#define WARN_ON(condition) WARN(condition, "%s\n", #condition)
#define WARN_ONCE(condition, fmt, ...)                                                             \
	__extension__({                                                                            \
		static int oriel_warned;                                                           \
		int oriel_warn_once = !!(condition);                                               \
												   \
		if (unlikely(oriel_warn_once) &&                                                   \
		    !__atomic_exchange_n(&oriel_warned, 1, __ATOMIC_RELAXED))                      \
			WARN(1, fmt, ##__VA_ARGS__);                                               \
		oriel_warn_once;                                                                   \
	})
#define WARN_ON_ONCE(condition) WARN_ONCE(condition, "%s\n", #condition)

#define BUG()                                                                                      \
	do {                                                                                       \
		pr_emerg("BUG: at %s:%d %s()\n", __FILE__, __LINE__, __func__);                    \
		abort();                                                                           \
	} while (0)
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			BUG();                                                                     \
	} while (0)

#endif
