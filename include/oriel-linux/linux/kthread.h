/* SPDX-License-Identifier: MIT */
/*
 * Threads of a module: those of the C library, with every signal blocked. kthread_stop() asks one
 * to end, wakes it from schedule_timeout_interruptible(), msleep_interruptible() and wait_event(),
 * and waits for it. After fork() the child has none of them.
 */
#pragma GCC system_header
/* To trace headers, the program's own header: see fs.h. */
#if defined(TRACE_SYSTEM) && __INCLUDE_LEVEL__ > 1 && !defined(ORIEL_LINUX_DRIVER)
#if __has_include_next(<linux/kthread.h>)
#include_next <linux/kthread.h>
#endif
#else
#ifndef ORIEL_LINUX_KTHREAD_H
#define ORIEL_LINUX_KTHREAD_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <signal.h>
#include <stdio.h>

__maybe_unused static void *oriel_kthread_main(void *arg)
{
	struct task_struct *task = (struct task_struct *)arg;

	oriel_task = task;
	task->pid = (pid_t)syscall(SYS_gettid);
	task->tgid = getpid();
	prctl(PR_SET_NAME, task->comm);
	task->result = task->fn(task->data);
	return NULL;
}

/* kthread_run() and kthread_create() of one: the latter runs at once, too. */
__maybe_unused static struct task_struct *oriel_kthread_start(struct task_struct *task)
{
	pthread_condattr_t attr;
	sigset_t all, old;
	int err;

	if (!task)
		return (struct task_struct *)ERR_PTR(-ENOMEM);
	pthread_mutex_init(&task->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&task->woken, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&task->thread, NULL, oriel_kthread_main, task);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!err)
		return task;
	kfree(task);
	return (struct task_struct *)ERR_PTR(-err);
}

__printf(3, 4) __maybe_unused static struct task_struct *
oriel_kthread_new(int (*fn)(void *), void *data, const char *fmt, ...)
{
	struct task_struct *task = (struct task_struct *)kzalloc(sizeof(*task), GFP_KERNEL);
	va_list args;

	if (!task)
		return NULL;
	task->fn = fn;
	task->data = data;
	va_start(args, fmt);
	vsnprintf(task->comm, sizeof(task->comm), fmt, args);
	va_end(args);
	return task;
}

/* kthread_run(fn, data, namefmt, ...) - a thread to be ended by kthread_stop(), or ERR_PTR() */
#define kthread_run(fn, data, fmt, ...) \
	oriel_kthread_start(oriel_kthread_new(fn, data, fmt, ##__VA_ARGS__))

__maybe_unused static inline void oriel_kthread_wake(struct task_struct *task, int stop)
{
	pthread_mutex_lock(&task->lock);
	task->is_woken = 1;
	task->should_stop |= stop;
	pthread_cond_broadcast(&task->woken);
	if (task->wait)
		wake_up(task->wait);
	pthread_mutex_unlock(&task->lock);
}

#define wake_up_process(task) oriel_kthread_wake(task, 0)

/** kthread_should_stop() - has somebody asked this thread to end? */
__maybe_unused static inline bool kthread_should_stop(void)
{
	bool stop;

	if (!oriel_task)
		return false;
	pthread_mutex_lock(&oriel_task->lock);
	stop = oriel_task->should_stop;
	pthread_mutex_unlock(&oriel_task->lock);
	return stop;
}

/** kthread_stop() - ask it to end, and wait; what its function returned. @task is gone then. */
__maybe_unused static inline int kthread_stop(struct task_struct *task)
{
	int result;

	oriel_kthread_wake(task, 1);
	pthread_join(task->thread, NULL);
	result = task->result;
	kfree(task);
	return result;
}

/** schedule_timeout_interruptible() - sleep @timeout jiffies; those left when it was woken, or 0 */
__maybe_unused static inline long schedule_timeout_interruptible(long timeout)
{
	struct task_struct *task = oriel_task ? oriel_task : &oriel_own_task;
	ktime_t now = ktime_get(), longest = (KTIME_MAX - now) / (NSEC_PER_SEC / HZ);
	ktime_t end = now + (timeout < longest ? timeout : longest) * (NSEC_PER_SEC / HZ);
	struct timespec until = { (time_t)(end / NSEC_PER_SEC), (long)(end % NSEC_PER_SEC) };

	if (task != oriel_task) {
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	} else {
		int err = 0;

		pthread_mutex_lock(&task->lock);
		while (!task->is_woken && !task->should_stop && err != ETIMEDOUT)
			err = pthread_cond_timedwait(&task->woken, &task->lock, &until);
		task->is_woken = 0;
		pthread_mutex_unlock(&task->lock);
	}
	now = ktime_get();
	return now < end ? (long)((end - now) / (NSEC_PER_SEC / HZ)) : 0;
}

#endif
#endif
