/* SPDX-License-Identifier: MIT */
/* Timers and clocks. */
#ifndef TYPES_TIMERS_H
#define TYPES_TIMERS_H

#define NSEC_PER_USEC 1000L
#define jiffies 4294937296UL

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

struct itimerspec64 {
	struct timespec64 it_interval, it_value;
};

struct timer_list {
	unsigned long expires;
	void (*function)(struct timer_list *);
	u32 flags;
};

/* A timer's flags: the CPU in the low bits, the list that it is in in the high ones. */
#define TIMER_CPUMASK 0x0003FFFF
#define TIMER_MIGRATING 0x00040000
#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000
#define TIMER_ARRAYSHIFT 22
#define TIMER_ARRAYMASK 0xFFC00000
#define TIMER_TRACE_FLAGMASK (TIMER_MIGRATING | TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE)

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0,
	HRTIMER_MODE_REL = 1,
	HRTIMER_MODE_PINNED = 2,
	HRTIMER_MODE_SOFT = 4,
	HRTIMER_MODE_HARD = 8
};

struct hrtimer {
	ktime_t expires, softexpires;
	enum hrtimer_restart (*function)(struct hrtimer *);
};

static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer)
{
	return timer->expires;
}

static inline ktime_t hrtimer_get_softexpires(const struct hrtimer *timer)
{
	return timer->softexpires;
}

struct timerqueue_node {
	ktime_t expires;
};

enum alarmtimer_type {
	ALARM_REALTIME,
	ALARM_BOOTTIME,
	ALARM_NUMTYPE,
	ALARM_REALTIME_FREEZER,
	ALARM_BOOTTIME_FREEZER
};

struct alarm {
	struct timerqueue_node node;
	enum alarmtimer_type type;
};

struct rtc_timer {
	struct timerqueue_node node;
	ktime_t period;
};

/* What keeps a CPU's tick from stopping. */
enum tick_dep_bits {
	TICK_DEP_BIT_POSIX_TIMER,
	TICK_DEP_BIT_PERF_EVENTS,
	TICK_DEP_BIT_SCHED,
	TICK_DEP_BIT_CLOCK_UNSTABLE,
	TICK_DEP_BIT_RCU,
	TICK_DEP_BIT_RCU_EXP
};

#define TICK_DEP_MASK_NONE 0
#define TICK_DEP_MASK_POSIX_TIMER (1 << TICK_DEP_BIT_POSIX_TIMER)
#define TICK_DEP_MASK_PERF_EVENTS (1 << TICK_DEP_BIT_PERF_EVENTS)
#define TICK_DEP_MASK_SCHED (1 << TICK_DEP_BIT_SCHED)
#define TICK_DEP_MASK_CLOCK_UNSTABLE (1 << TICK_DEP_BIT_CLOCK_UNSTABLE)
#define TICK_DEP_MASK_RCU (1 << TICK_DEP_BIT_RCU)
#define TICK_DEP_MASK_RCU_EXP (1 << TICK_DEP_BIT_RCU_EXP)

#endif
