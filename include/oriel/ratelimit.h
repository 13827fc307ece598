/* SPDX-License-Identifier: MIT */
/*
 * Not more than so many lines in so much time, with the kernel's names (linux/ratelimit.h).
 *
 * Any context; threads that share a state may let a line more or less through at the edge of an
 * interval.
 */
#ifndef ORIEL_RATELIMIT_H
#define ORIEL_RATELIMIT_H

#include <oriel/printk.h>

#ifndef HZ
#define HZ 1000				/* an interval counts in 1/HZ seconds; it is this number */
#endif

#define DEFAULT_RATELIMIT_INTERVAL (5 * HZ)
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_MSG_ON_RELEASE 1UL	/* a new interval does not tell what was suppressed */

ORIEL_BEGIN_DECLS

struct ratelimit_state {
	int interval;			/* in 1/HZ seconds; 0: no limit */
	int burst;
	int printed;
	int missed;
	unsigned long flags;		/* RATELIMIT_* */
	unsigned long long begin;	/* of the interval, oriel_uptime_ms(); 0: not begun */
};

#define RATELIMIT_STATE_INIT_FLAGS(name, interval, burst, flags) { interval, burst, 0, 0, flags, 0 }
#define RATELIMIT_STATE_INIT(name, interval, burst) \
	RATELIMIT_STATE_INIT_FLAGS(name, interval, burst, 0)
#define RATELIMIT_STATE_INIT_DISABLED \
	RATELIMIT_STATE_INIT(ratelimit_state, 0, DEFAULT_RATELIMIT_BURST)
#define DEFINE_RATELIMIT_STATE(name, interval, burst) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, burst)

ORIEL_INLINE void ratelimit_state_init(struct ratelimit_state *rs, int interval, int burst)
{
	struct ratelimit_state state = RATELIMIT_STATE_INIT(state, interval, burst);

	*rs = state;
}

ORIEL_INLINE void ratelimit_default_init(struct ratelimit_state *rs)
{
	ratelimit_state_init(rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
}

ORIEL_INLINE void ratelimit_set_flags(struct ratelimit_state *rs, unsigned long flags)
{
	rs->flags = flags;
}

/** ___ratelimit() - may the caller go on? @func names it where the lines left out are told. Return:
 * 1, or 0 when there were @rs->burst in this interval. */
__attribute__((unused)) static inline int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	unsigned long long begin = __atomic_load_n(&rs->begin, __ATOMIC_RELAXED), now;
	int missed;

	if (!rs->interval)
		return 1;
	now = oriel_uptime_ms();
	if ((!begin || now - begin > (unsigned long long)rs->interval * 1000 / HZ) &&
	    __atomic_compare_exchange_n(&rs->begin, &begin, now, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED)) {
		missed = __atomic_exchange_n(&rs->missed, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&rs->printed, 0, __ATOMIC_RELAXED);
		if (missed && !(rs->flags & RATELIMIT_MSG_ON_RELEASE))
			printk(KERN_WARNING "%s: %d callbacks suppressed\n", func, missed);
	}
	if (__atomic_load_n(&rs->printed, __ATOMIC_RELAXED) < rs->burst &&
	    __atomic_fetch_add(&rs->printed, 1, __ATOMIC_RELAXED) < rs->burst)
		return 1;
	__atomic_fetch_add(&rs->missed, 1, __ATOMIC_RELAXED);
	return 0;
}

ORIEL_INLINE void ratelimit_state_exit(struct ratelimit_state *rs)
{
	int missed = __atomic_exchange_n(&rs->missed, 0, __ATOMIC_RELAXED);

	if ((rs->flags & RATELIMIT_MSG_ON_RELEASE) && missed)
		printk(KERN_WARNING "%d output lines suppressed due to ratelimiting\n", missed);
}

ORIEL_END_DECLS

#define __ratelimit(state) ___ratelimit(state, __func__)

#endif
