/* SPDX-License-Identifier: MIT */
/*
 * Waiting until something holds, with the kernel's names (linux/wait.h, linux/poll.h).
 *
 * Whoever makes a condition true calls wake_up() afterwards. That costs one atomic addition and one
 * load while nobody waits. Who waits tests the condition again after each wake-up, so one too many
 * does no harm; a queue may go away as soon as nobody waits on it.
 *
 *   poll_wait()                 in a file's poll(): have poll() called again after a wake_up()
 *   wait_event()                sleep until a condition holds
 *   wait_event_interruptible()  the same; in a function of a debugfs file it ends with -ERESTARTSYS
 *                               when the reader goes away or the file is removed; in other threads
 *                               when a signal handler without SA_RESTART ran
 *   wait_event_timeout(), wait_event_interruptible_timeout()
 *                               the same for so many jiffies at most: 0 when the condition does not
 *                               hold then, else what was left of them, 1 at least
 *
 * While a file's function sleeps here, the functions of other files run.
 */
#ifndef ORIEL_WAIT_H
#define ORIEL_WAIT_H

#include <oriel/err.h>
#include <oriel/fs.h>
#ifdef ORIEL_DISABLE
#include <oriel/stages/uptime_disable.h>
#endif

struct wait_queue_head {
	uint32_t seq;			/* + 1 with each wake-up. A futex. */
	uint32_t waiting;		/* not 0: somebody may be waiting */
};
typedef struct wait_queue_head wait_queue_head_t;

/* What poll() is given; its own business is to pass it on to poll_wait(). */
struct poll_table_struct {
	__poll_t key;
};

/* clang-format off */
#define __WAIT_QUEUE_HEAD_INITIALIZER(name) { 0, 0 }
/* clang-format on */
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)

ORIEL_INLINE void init_waitqueue_head(struct wait_queue_head *wq)
{
	wq->seq = 0;
	wq->waiting = 0;
}

ORIEL_BEGIN_DECLS

#ifndef ORIEL_DISABLE
/**
 * oriel_wake_up() - have everybody who waits on a queue look again
 *
 * Any thread, any context: async-signal-safe, keeps errno. What was written before it is seen by
 * who wakes up.
 */
void oriel_wake_up(struct wait_queue_head *wq);

/** oriel_poll_wait() - behind poll_wait(): note that a poll looks at @wq; before the condition is
 * looked at */
void oriel_poll_wait(struct wait_queue_head *wq);

/** oriel_wait_begin() - note that this thread is about to wait; the queue's state, for
 * oriel_wait_sleep(). The condition is looked at in between. */
uint32_t oriel_wait_begin(struct wait_queue_head *wq);

/**
 * oriel_wait_sleep() - sleep until the queue is woken after oriel_wait_begin()
 * @interruptible: 0: only wake_up() ends it
 * @until: it ends at this oriel_uptime_ms(), too; 0: it does not
 * Return: 0 (look again), or -ERESTARTSYS.
 */
int oriel_wait_sleep(struct wait_queue_head *wq, uint32_t seq, int interruptible,
		     unsigned long long until);

/* As in printk.h, which would need the program's pr_fmt(). */
unsigned long long oriel_uptime_ms(void);
#else
/* Without the library nobody is woken: who waits looks again after a millisecond. */
ORIEL_INLINE void oriel_wake_up(struct wait_queue_head *wq)
{
	(void)wq;
}

ORIEL_INLINE uint32_t oriel_wait_begin(struct wait_queue_head *wq)
{
	(void)wq;
	return 0;
}

ORIEL_INLINE int oriel_wait_sleep(struct wait_queue_head *wq, uint32_t seq, int interruptible,
				  unsigned long long until)
{
	(void)wq, (void)seq, (void)until;
	return poll(0, 0, 1) < 0 && interruptible ? -ERESTARTSYS : 0;
}

ORIEL_INLINE void oriel_poll_wait(struct wait_queue_head *wq)
{
	(void)wq;
}
#endif

ORIEL_END_DECLS

/**
 * poll_wait() - in a file's poll(): whoever polls wants to know when @wq is woken
 * @pt: what poll() was given; NULL: he does not wait
 *
 * Called before the condition is looked at. Does not sleep.
 */
ORIEL_INLINE void poll_wait(struct file *file, struct wait_queue_head *wq, poll_table *pt)
{
	(void)file;
	if (pt && wq)
		oriel_poll_wait(wq);
}

#define wake_up(wq) oriel_wake_up(wq)
#define wake_up_all(wq) oriel_wake_up(wq)
#define wake_up_interruptible(wq) oriel_wake_up(wq)
#define wake_up_interruptible_all(wq) oriel_wake_up(wq)
#define wake_up_poll(wq, mask) ((void)(mask), oriel_wake_up(wq))
#define wake_up_interruptible_poll(wq, mask) ((void)(mask), oriel_wake_up(wq))

/** waitqueue_active() - may somebody be waiting? A hint: wake_up() asks itself. */
ORIEL_INLINE int waitqueue_active(struct wait_queue_head *wq)
{
	return __atomic_load_n(&wq->waiting, __ATOMIC_SEQ_CST) != 0;
}

#define ORIEL_WAIT_EVENT(wq, condition, interruptible)                                   \
	__extension__({                                                                  \
		int oriel_wait_err = 0;                                                  \
	                                                                                 \
		while (!(condition)) {                                                   \
			uint32_t oriel_wait_seq = oriel_wait_begin(&(wq));               \
	                                                                                 \
			if (condition)                                                   \
				break;                                                   \
			oriel_wait_err =                                                 \
				oriel_wait_sleep(&(wq), oriel_wait_seq, interruptible, 0); \
			if (oriel_wait_err)                                              \
				break;                                                   \
		}                                                                        \
		oriel_wait_err;                                                          \
	})

#define wait_event(wq, condition) ((void)ORIEL_WAIT_EVENT(wq, condition, 0))
#define wait_event_interruptible(wq, condition) ORIEL_WAIT_EVENT(wq, condition, 1)

/* A jiffy is a millisecond. */
#define ORIEL_WAIT_EVENT_TIMEOUT(wq, condition, interruptible, timeout)                  \
	__extension__({                                                                  \
		unsigned long long oriel_wait_until =                                    \
			oriel_uptime_ms() + (unsigned long)(timeout);                    \
		long oriel_wait_left;                                                    \
	                                                                                 \
		for (;;) {                                                               \
			uint32_t oriel_wait_seq = oriel_wait_begin(&(wq));               \
			int oriel_wait_holds = !!(condition);                            \
	                                                                                 \
			oriel_wait_left = oriel_wait_ms_left(oriel_wait_until);          \
			if (oriel_wait_holds)                                            \
				oriel_wait_left += !oriel_wait_left;                     \
			if (oriel_wait_holds || !oriel_wait_left)                        \
				break;                                                   \
			oriel_wait_left = oriel_wait_sleep(&(wq), oriel_wait_seq,        \
							   interruptible,                \
							   oriel_wait_until);            \
			if (oriel_wait_left)                                             \
				break;                                                   \
		}                                                                        \
		oriel_wait_left;                                                         \
	})

ORIEL_INLINE long oriel_wait_ms_left(unsigned long long until)
{
	unsigned long long now = oriel_uptime_ms();

	return now < until ? (long)(until - now) : 0;
}

#define wait_event_timeout(wq, condition, timeout)                                       \
	ORIEL_WAIT_EVENT_TIMEOUT(wq, condition, 0, timeout)
#define wait_event_interruptible_timeout(wq, condition, timeout)                         \
	ORIEL_WAIT_EVENT_TIMEOUT(wq, condition, 1, timeout)

#endif
