/* SPDX-License-Identifier: MIT */
/* Time in jiffies: 1/HZ seconds of CLOCK_MONOTONIC, from when the machine started. */
#ifndef ORIEL_LINUX_JIFFIES_H
#define ORIEL_LINUX_JIFFIES_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/ktime.h>
#include <oriel/ratelimit.h>

#define jiffies ((unsigned long)(ktime_get() / (NSEC_PER_SEC / HZ)))
#define get_jiffies_64() ((u64)jiffies)
#define INITIAL_JIFFIES 0UL
#define MAX_JIFFY_OFFSET (~0UL >> 2)

/* What is negative as an int is for ever, as in the kernel. */
ORIEL_INLINE unsigned long msecs_to_jiffies(unsigned int ms)
{
	return (int)ms < 0 ? MAX_JIFFY_OFFSET
			   : (unsigned long)(((u64)ms * HZ + MSEC_PER_SEC - 1) / MSEC_PER_SEC);
}

#define usecs_to_jiffies(us) ((unsigned long)(((u64)(us)*HZ + USEC_PER_SEC - 1) / USEC_PER_SEC))
#define jiffies_to_msecs(j) ((unsigned int)((u64)(j)*MSEC_PER_SEC / HZ))
#define jiffies_to_usecs(j) ((unsigned int)((u64)(j)*USEC_PER_SEC / HZ))

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)

#endif
