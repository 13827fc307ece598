/* SPDX-License-Identifier: MIT */
/*
 * Waiting until something holds. A thread of kthread_run() looks again also when kthread_stop() or
 * wake_up_process() wakes it.
 */
#ifndef ORIEL_LINUX_WAIT_H
#define ORIEL_LINUX_WAIT_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <oriel/wait.h>

/* The queue stays while the task names it: whoever wakes the task holds its lock. */
__maybe_unused static int oriel_task_wait(struct wait_queue_head *wq, uint32_t seq,
					  int interruptible, unsigned long long until)
{
	struct task_struct *task = oriel_task;
	int err = 0;

	if (!task)
		return oriel_wait_sleep(wq, seq, interruptible, until);
	pthread_mutex_lock(&task->lock);
	if (!task->is_woken) {
		task->wait = wq;
		pthread_mutex_unlock(&task->lock);
		err = oriel_wait_sleep(wq, seq, interruptible, until);
		pthread_mutex_lock(&task->lock);
		task->wait = NULL;
	}
	task->is_woken = 0;
	pthread_mutex_unlock(&task->lock);
	return err;
}

#define oriel_wait_sleep(wq, seq, interruptible, until) \
	oriel_task_wait(wq, seq, interruptible, until)

#endif
