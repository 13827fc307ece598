/* SPDX-License-Identifier: MIT */
/* Times in nanoseconds. */
#pragma GCC system_header
/* To trace headers, the program's own header: see fs.h. */
#if defined(TRACE_SYSTEM) && __INCLUDE_LEVEL__ > 1 && !defined(ORIEL_LINUX_DRIVER)
#if __has_include_next(<linux/ktime.h>)
#include_next <linux/ktime.h>
#endif
#else
#ifndef ORIEL_LINUX_KTIME_H
#define ORIEL_LINUX_KTIME_H

#include <linux/math64.h>
#include <linux/types.h>
#include <oriel/base.h>
#include <time.h>

#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC 1000000000L
#define USEC_PER_MSEC 1000L
#define USEC_PER_SEC 1000000L
#define MSEC_PER_SEC 1000L
#define KTIME_MAX ((s64) ~((u64)1 << 63))

ORIEL_INLINE ktime_t oriel_ktime(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (s64)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

#define ktime_get() oriel_ktime(CLOCK_MONOTONIC)
#define ktime_get_raw() oriel_ktime(CLOCK_MONOTONIC_RAW)
#define ktime_get_boottime() oriel_ktime(CLOCK_BOOTTIME)
#define ktime_get_real() oriel_ktime(CLOCK_REALTIME)
#define ktime_get_ns() ((u64)ktime_get())
#define ktime_get_raw_ns() ((u64)ktime_get_raw())
#define ktime_get_boottime_ns() ((u64)ktime_get_boottime())
#define ktime_get_real_ns() ((u64)ktime_get_real())
#define ktime_get_real_seconds() ((time64_t)(ktime_get_real() / NSEC_PER_SEC))
#define ktime_get_seconds() ((time64_t)(ktime_get() / NSEC_PER_SEC))
#define local_clock() ktime_get_ns()
#define sched_clock() ktime_get_ns()

#define ktime_set(s, ns) ((ktime_t)((s64)(s) * NSEC_PER_SEC + (s64)(ns)))
#define ktime_add(a, b) ((ktime_t)((a) + (b)))
#define ktime_sub(a, b) ((ktime_t)((a) - (b)))
#define ktime_add_ns(t, ns) ((ktime_t)((t) + (s64)(ns)))
#define ktime_add_us(t, us) ktime_add_ns(t, (s64)(us) * NSEC_PER_USEC)
#define ktime_add_ms(t, ms) ktime_add_ns(t, (s64)(ms) * NSEC_PER_MSEC)
#define ktime_sub_ns(t, ns) ((ktime_t)((t) - (s64)(ns)))
#define ktime_to_ns(t) ((s64)(t))
#define ktime_to_us(t) ((s64)(t) / NSEC_PER_USEC)
#define ktime_to_ms(t) ((s64)(t) / NSEC_PER_MSEC)
#define ktime_us_delta(later, earlier) ktime_to_us(ktime_sub(later, earlier))
#define ktime_ms_delta(later, earlier) ktime_to_ms(ktime_sub(later, earlier))
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define us_to_ktime(us) ((ktime_t)((s64)(us) * NSEC_PER_USEC))
#define ms_to_ktime(ms) ((ktime_t)((s64)(ms) * NSEC_PER_MSEC))
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_after(a, b) ((a) > (b))
#define ktime_before(a, b) ((a) < (b))

#endif
#endif
