// SPDX-License-Identifier: MIT
/*
 * Wait queues: a count of wake-ups, and a note that somebody may be waiting. Who waits stands in no
 * list: a sleeper sleeps on the count, which is a futex, and whoever polls is served by a thread
 * that asks all pending polls again when it is kicked. So a queue's memory may go at any time that
 * nobody waits on it.
 *
 *   the waker                      the waiter
 *   K1  makes the condition true   T1  waiting |= his kind
 *   K2  seq + 1                    T2  reads seq
 *   K3  reads waiting              T3  tests the condition
 *   K4  not 0: takes it, wakes     T4  sleeps unless seq has moved since T2
 *
 * All of it is sequentially consistent. Either K3 sees T1, and wakes: then T4 finds another seq or
 * is asleep. Or T1 comes behind K3, so T2 sees K2, and with it T3 sees K1.
 */
#include <errno.h>

#include "debugfs/debugfs.h"

#define SLEEPER 1U
#define POLLER 2U

static void wake_sleepers(struct wait_queue_head *wq)
{
	__atomic_fetch_add(&wq->seq, 1, __ATOMIC_SEQ_CST);
	orl_futex_wake(&wq->seq, false);
}

void oriel_wake_up(struct wait_queue_head *wq)
{
	int saved = errno;
	uint32_t who;

	__atomic_fetch_add(&wq->seq, 1, __ATOMIC_SEQ_CST);			/* K2 */
	if (!__atomic_load_n(&wq->waiting, __ATOMIC_SEQ_CST))			/* K3 */
		return;
	who = __atomic_exchange_n(&wq->waiting, 0, __ATOMIC_SEQ_CST);		/* K4 */
	if (who & SLEEPER)
		orl_futex_wake(&wq->seq, false);
	if (who & POLLER)
		orl_debugfs_kick();
	errno = saved;
}

void oriel_poll_wait(struct wait_queue_head *wq)
{
	__atomic_fetch_or(&wq->waiting, POLLER, __ATOMIC_SEQ_CST);		/* T1 */
	(void)__atomic_load_n(&wq->seq, __ATOMIC_SEQ_CST);			/* T2 */
}

uint32_t oriel_wait_begin(struct wait_queue_head *wq)
{
	__atomic_fetch_or(&wq->waiting, SLEEPER, __ATOMIC_SEQ_CST);		/* T1 */
	return __atomic_load_n(&wq->seq, __ATOMIC_SEQ_CST);			/* T2 */
}

/* Return: was the call told to come to its end? Where it sleeps is known while wq is not NULL. */
static bool is_interrupted(struct orl_dcall *call, struct wait_queue_head *wq)
{
	bool interrupted;

	orl_debugfs_lock();
	call->wq = wq;
	interrupted = call->interrupted;
	orl_debugfs_unlock();
	return interrupted;
}

static int sleep_until(struct wait_queue_head *wq, uint32_t seq, unsigned long long until)
{
	unsigned long long now = until ? oriel_uptime_ms() : 0;

	if (!until)
		return orl_futex_wait(&wq->seq, seq, false);
	return now < until ? orl_futex_wait_ms(&wq->seq, seq, until - now) : -ETIMEDOUT;
}

/* A function of a file sleeps: others run meanwhile. */
static int sleep_in_call(struct orl_dcall *call, struct wait_queue_head *wq, uint32_t seq,
			 bool interruptible, unsigned long long until)
{
	bool interrupted = is_interrupted(call, interruptible ? wq : NULL);

	if (!interruptible || !interrupted) {
		bool resting = orl_debugfs_rest_begin(interruptible);

		sleep_until(wq, seq, until);					/* T4 */
		if (resting)
			orl_debugfs_rest_end();
	}
	interrupted = is_interrupted(call, NULL);
	return interruptible && interrupted ? -ERESTARTSYS : 0;
}

int oriel_wait_sleep(struct wait_queue_head *wq, uint32_t seq, int interruptible,
		     unsigned long long until)
{
	struct orl_dcall *call = orl_debugfs_own_call();
	int saved = errno, err;

	if (call)
		err = sleep_in_call(call, wq, seq, interruptible, until);
	else if (sleep_until(wq, seq, until) == -EINTR && interruptible)
		err = -ERESTARTSYS;
	else
		err = 0;
	errno = saved;
	return err;
}

void orl_debugfs_interrupt_locked(struct orl_dcall *call)
{
	call->interrupted = true;
	if (call->wq)
		wake_sleepers(call->wq);
}
