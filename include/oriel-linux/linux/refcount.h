/* SPDX-License-Identifier: MIT */
/* Counts of users: never up from 0, and held where they would run over. */
#ifndef ORIEL_LINUX_REFCOUNT_H
#define ORIEL_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <limits.h>

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n) { ATOMIC_INIT(n) }

ORIEL_INLINE void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

ORIEL_INLINE unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

/** refcount_inc_not_zero() - one more user, unless there is none; false: there is none */
ORIEL_INLINE bool refcount_inc_not_zero(refcount_t *r)
{
	int old = atomic_read(&r->refs);

	do {
		if (!old)
			return false;
	} while (old != INT_MAX && !atomic_try_cmpxchg_relaxed(&r->refs, &old, old + 1));
	return true;
}

ORIEL_INLINE void refcount_inc(refcount_t *r)
{
	(void)refcount_inc_not_zero(r);
}

/** refcount_dec_and_test() - one user less; true: that was the last one */
ORIEL_INLINE bool refcount_dec_and_test(refcount_t *r)
{
	return atomic_read(&r->refs) != INT_MAX && atomic_dec_and_test(&r->refs);
}

#endif
