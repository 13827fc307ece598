/* SPDX-License-Identifier: MIT */
/* Tasks, their signals, work that is done for them, modules. */
#ifndef TYPES_TASK_H
#define TYPES_TASK_H

struct mm_struct;

struct pid {
	int numbers;
};

struct signal_struct {
	short oom_score_adj;
};

struct task_struct {
	struct mm_struct *mm;
	char comm[16];
	struct signal_struct *signal;
	pid_t pid, tgid;
	int prio, normal_prio, exit_state;
	unsigned int flags;
};

#define current ((struct task_struct *)FIRE_ROOM)

/* What a task does, as sched_switch shows it. */
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define __TASK_STOPPED 4
#define __TASK_TRACED 8
#define EXIT_DEAD 0x10
#define EXIT_ZOMBIE 0x20
#define TASK_PARKED 0x40
#define TASK_DEAD 0x80
#define TASK_REPORT_MAX 0x100
#define PF_KTHREAD 0x200000

static inline unsigned int __task_state_index(unsigned int state, unsigned int exit_state)
{
	unsigned int all = (state | exit_state) & (TASK_REPORT_MAX / 2 - 1);

	return all ? 32U - (unsigned int)__builtin_clz(all) : 0;
}

static inline int task_cpu(const struct task_struct *p)
{
	return p->pid & 1;
}

static inline pid_t task_pid_nr(struct task_struct *p)
{
	return p->pid;
}

static inline pid_t task_tgid_nr(struct task_struct *p)
{
	return p->tgid;
}

static inline pid_t task_numa_group_id(struct task_struct *p)
{
	(void)p;
	return 0;
}

static inline int cpu_to_node(int cpu)
{
	(void)cpu;
	return 0;
}

static inline pid_t pid_nr(struct pid *pid)
{
	return pid ? pid->numbers : 0;
}

struct cfs_rq;
struct root_domain;
struct rq;
struct sched_entity;
struct tasklet_struct;

struct linux_binprm {
	const char *filename;
};

/* Signals */
typedef void (*signal_handler)(int);

struct kernel_siginfo {
	int si_signo, si_errno, si_code;
};

struct k_sigaction {
	struct {
		signal_handler sa_handler;
		unsigned long sa_flags;
	} sa;
};

#define SEND_SIG_NOINFO ((struct kernel_siginfo *)0)
#define SEND_SIG_PRIV ((struct kernel_siginfo *)1)
#define SI_USER 0
#define SI_KERNEL 0x80

/* Work */
struct kthread_work;
struct kthread_worker;
struct work_struct;
typedef void (*kthread_work_func_t)(struct kthread_work *);
typedef void (*work_func_t)(struct work_struct *);

struct kthread_work {
	kthread_work_func_t func;
};

struct work_struct {
	work_func_t func;
};

struct workqueue_struct {
	char name[24];
};

struct worker_pool {
	int cpu;
};

struct pool_workqueue {
	struct worker_pool *pool;
	struct workqueue_struct *wq;
};

struct irqaction {
	const char *name;
};

enum {
	HI_SOFTIRQ,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ
};

/* Modules */
struct module {
	char name[56];
	unsigned long taints;
	atomic_t refcnt;
};

#define TAINT_PROPRIETARY_MODULE 0
#define TAINT_FORCED_MODULE 1
#define TAINT_CRAP 10
#define TAINT_OOT_MODULE 12
#define TAINT_UNSIGNED_MODULE 13

#endif
