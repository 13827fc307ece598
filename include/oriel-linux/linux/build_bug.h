/* SPDX-License-Identifier: MIT */
/* Conditions that the compiler checks. */
#ifndef ORIEL_LINUX_BUILD_BUG_H
#define ORIEL_LINUX_BUILD_BUG_H

#define BUILD_BUG_ON(condition) _Static_assert(!(condition), "BUILD_BUG_ON: " #condition)
#define BUILD_BUG_ON_MSG(condition, message) _Static_assert(!(condition), message)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || ((n) & ((n) - 1)) != 0)
#define BUILD_BUG_ON_ZERO(condition) \
	((int)sizeof(struct { int bits : (condition) ? -1 : 1; }) - (int)sizeof(int))

/* static_assert(condition) or static_assert(condition, "message") */
#undef static_assert
#define static_assert(condition, ...) ORIEL_ASSERT_(condition, ##__VA_ARGS__, #condition)
#define ORIEL_ASSERT_(condition, message, ...) _Static_assert(condition, message)

#endif
