/* SPDX-License-Identifier: MIT */
/* Delays; all of them sleep. */
#ifndef ORIEL_LINUX_DELAY_H
#define ORIEL_LINUX_DELAY_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/kthread.h>

/** msleep() - sleep; signals do not shorten it */
ORIEL_INLINE void oriel_sleep_ns(u64 ns)
{
	struct timespec left = { (time_t)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC) };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

#define msleep(ms) oriel_sleep_ns((u64)(ms)*NSEC_PER_MSEC)
#define mdelay(ms) msleep(ms)
#define ssleep(s) oriel_sleep_ns((u64)(s)*NSEC_PER_SEC)
#define udelay(us) oriel_sleep_ns((u64)(us)*NSEC_PER_USEC)
#define ndelay(ns) oriel_sleep_ns(ns)
#define usleep_range(min, max) ((void)(max), udelay(min))
#define fsleep(us) udelay(us)

/** msleep_interruptible() - sleep; ms left when kthread_stop() or wake_up_process() ended it */
__maybe_unused static inline unsigned long msleep_interruptible(unsigned int ms)
{
	return jiffies_to_msecs(schedule_timeout_interruptible((long)msecs_to_jiffies(ms)));
}

#endif
