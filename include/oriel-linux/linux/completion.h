/* SPDX-License-Identifier: MIT */
/* Something that is done once, and those who wait for it. */
#ifndef ORIEL_LINUX_COMPLETION_H
#define ORIEL_LINUX_COMPLETION_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/wait.h>
#include <pthread.h>

struct completion {
	unsigned int done;		/* waits that may pass; UINT_MAX: all */
	pthread_mutex_t lock;		/* of done, and for wake_up(): who passed may free it */
	wait_queue_head_t wait;
};

#define COMPLETION_INITIALIZER(name) { 0, PTHREAD_MUTEX_INITIALIZER, { 0, 0 } }
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

ORIEL_INLINE void init_completion(struct completion *x)
{
	x->done = 0;
	pthread_mutex_init(&x->lock, NULL);
	init_waitqueue_head(&x->wait);
}

#define reinit_completion(x) ((void)((x)->done = 0))

ORIEL_INLINE void oriel_complete(struct completion *x, unsigned int done)
{
	pthread_mutex_lock(&x->lock);
	x->done = x->done >= (unsigned int)-1 - done ? (unsigned int)-1 : x->done + done;
	wake_up_all(&x->wait);
	pthread_mutex_unlock(&x->lock);
}

/** complete() - let one waiter pass, now or later; complete_all(): all of them */
#define complete(x) oriel_complete(x, 1)
#define complete_all(x) oriel_complete(x, (unsigned int)-1)

/** try_wait_for_completion() - pass, if that needs no wait; false: it does */
__maybe_unused static inline bool try_wait_for_completion(struct completion *x)
{
	bool may_pass;

	pthread_mutex_lock(&x->lock);
	may_pass = x->done != 0;
	if (may_pass && x->done != (unsigned int)-1)
		x->done--;
	pthread_mutex_unlock(&x->lock);
	return may_pass;
}

#define wait_for_completion(x) wait_event((x)->wait, try_wait_for_completion(x))
/** wait_for_completion_timeout() - 0 after @timeout jiffies; else those left, 1 at least */
#define wait_for_completion_timeout(x, timeout) \
	((unsigned long)wait_event_timeout((x)->wait, try_wait_for_completion(x), timeout))
/* As wait_event_interruptible() and its like. */
#define wait_for_completion_interruptible(x) \
	wait_event_interruptible((x)->wait, try_wait_for_completion(x))
#define wait_for_completion_killable(x) wait_for_completion_interruptible(x)
#define wait_for_completion_interruptible_timeout(x, timeout) \
	wait_event_interruptible_timeout((x)->wait, try_wait_for_completion(x), timeout)

ORIEL_INLINE bool completion_done(struct completion *x)
{
	return READ_ONCE(x->done) != 0;
}

#endif
