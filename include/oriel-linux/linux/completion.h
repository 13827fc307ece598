/* SPDX-License-Identifier: MIT */
/* Something that is done once, and those who wait for it. */
#ifndef ORIEL_LINUX_COMPLETION_H
#define ORIEL_LINUX_COMPLETION_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <errno.h>
#include <pthread.h>

struct completion {
	unsigned int done;		/* waits that may pass; UINT_MAX: all */
	pthread_mutex_t lock;
	pthread_cond_t cond;
};

#define COMPLETION_INITIALIZER(name) { 0, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER }
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

ORIEL_INLINE void init_completion(struct completion *x)
{
	x->done = 0;
	pthread_mutex_init(&x->lock, NULL);
	pthread_cond_init(&x->cond, NULL);
}

#define reinit_completion(x) ((void)((x)->done = 0))

ORIEL_INLINE void oriel_complete(struct completion *x, unsigned int done)
{
	pthread_mutex_lock(&x->lock);
	x->done = x->done >= (unsigned int)-1 - done ? (unsigned int)-1 : x->done + done;
	pthread_cond_broadcast(&x->cond);
	pthread_mutex_unlock(&x->lock);
}

/** complete() - let one waiter pass, now or later; complete_all(): all of them */
#define complete(x) oriel_complete(x, 1)
#define complete_all(x) oriel_complete(x, (unsigned int)-1)

ORIEL_INLINE void wait_for_completion(struct completion *x)
{
	pthread_mutex_lock(&x->lock);
	while (!x->done)
		pthread_cond_wait(&x->cond, &x->lock);
	if (x->done != (unsigned int)-1)
		x->done--;
	pthread_mutex_unlock(&x->lock);
}

/** wait_for_completion_timeout() - 0 after @timeout jiffies; else those left, 1 at least */
__maybe_unused static inline unsigned long wait_for_completion_timeout(struct completion *x,
								       unsigned long timeout)
{
	ktime_t end = ktime_get_real() + (ktime_t)timeout * (NSEC_PER_SEC / HZ), now;
	struct timespec until = { (time_t)(end / NSEC_PER_SEC), (long)(end % NSEC_PER_SEC) };
	int err = 0;

	pthread_mutex_lock(&x->lock);
	while (!x->done && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&x->cond, &x->lock, &until);
	err = !x->done;
	if (x->done && x->done != (unsigned int)-1)
		x->done--;
	pthread_mutex_unlock(&x->lock);
	now = ktime_get_real();
	return err ? 0 : 1 + (now < end ? (unsigned long)((end - now) / (NSEC_PER_SEC / HZ)) : 0);
}

ORIEL_INLINE bool completion_done(struct completion *x)
{
	return READ_ONCE(x->done) != 0;
}

#endif
