/* SPDX-License-Identifier: MIT */
/*
 * The thread that runs: its name and its number. The C library may ask for its own copy of this
 * header, which is passed on.
 */
#pragma GCC system_header
#include_next <linux/sched.h>

/* To trace headers, the program's own header: see fs.h. */
#if !defined(TRACE_SYSTEM) || __INCLUDE_LEVEL__ < 2 || defined(ORIEL_LINUX_DRIVER)
#ifndef ORIEL_LINUX_SCHED_H
#define ORIEL_LINUX_SCHED_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/types.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TASK_COMM_LEN 16
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

struct task_struct {
	pid_t pid, tgid;
	char comm[TASK_COMM_LEN];
	/* of kthread_run() */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	int (*fn)(void *data);
	void *data;
	int result;
	int is_woken, should_stop;	/* under lock */
	struct wait_queue_head *wait;	/* that it sleeps on, or NULL; under lock */
};

/* What current is in threads that no kthread_run() made. */
__attribute__((weak, visibility("hidden"))) __thread struct task_struct oriel_own_task;
__attribute__((weak, visibility("hidden"))) __thread struct task_struct *oriel_task;

__maybe_unused static inline struct task_struct *oriel_current(void)
{
	if (oriel_task)
		return oriel_task;
	oriel_own_task.pid = (pid_t)syscall(SYS_gettid);
	oriel_own_task.tgid = getpid();
	prctl(PR_GET_NAME, oriel_own_task.comm);
	return &oriel_own_task;
}

#define current oriel_current()
#define task_pid_nr(task) ((task)->pid)
#define task_tgid_nr(task) ((task)->tgid)
#define get_task_comm(buf, task) strncpy(buf, (task)->comm, sizeof(buf))

/* A thread of kthread_run() ends a wait of its own; others sleep to the end. */
#define cond_resched() ((void)sched_yield())
#define schedule() ((void)sched_yield())
#define smp_processor_id() ((unsigned int)sched_getcpu())
#define raw_smp_processor_id() smp_processor_id()
#define get_cpu() smp_processor_id()
#define put_cpu() ((void)0)
#define preempt_disable() ((void)0)
#define preempt_enable() ((void)0)
#define set_current_state(state) ((void)(state))
#define signal_pending(task) ((void)(task), 0)

#endif
#endif
