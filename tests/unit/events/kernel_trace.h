/* SPDX-License-Identifier: MIT */
/*
 * Events of the kernel in our words: their format files must come out as the kernel prints them.
 * Arguments are what the test needs.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kernel

#if !defined(KERNEL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KERNEL_TRACE_H

#include "vocab_types.h"
#include <oriel/tracepoint.h>
#include <sys/types.h>

TRACE_EVENT(irq_handler_entry,
	TP_PROTO(int number, const char *text),
	TP_ARGS(number, text),
	TP_STRUCT__entry(
		__field(int, irq)
		__string(name, text)
	),
	TP_fast_assign(
		__entry->irq = number;
		__assign_str(name);
	),
	TP_printk("irq=%d name=%s", __entry->irq, __get_str(name))
);

TRACE_EVENT(sched_wakeup,
	TP_PROTO(const char *text, int number),
	TP_ARGS(text, number),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, pid)
		__field(int, prio)
		__field(int, target_cpu)
	),
	TP_fast_assign(
		memcpy(__entry->comm, text, TASK_COMM_LEN);
		__entry->pid = __entry->prio = __entry->target_cpu = number;
	),
	TP_printk("comm=%s pid=%d prio=%d target_cpu=%03d", __entry->comm, __entry->pid,
		  __entry->prio, __entry->target_cpu)
);

TRACE_DEFINE_ENUM(HI_SOFTIRQ);
TRACE_DEFINE_ENUM(TIMER_SOFTIRQ);
TRACE_DEFINE_ENUM(NET_TX_SOFTIRQ);
TRACE_DEFINE_ENUM(NET_RX_SOFTIRQ);
TRACE_DEFINE_ENUM(BLOCK_SOFTIRQ);
TRACE_DEFINE_ENUM(IRQ_POLL_SOFTIRQ);
TRACE_DEFINE_ENUM(TASKLET_SOFTIRQ);
TRACE_DEFINE_ENUM(SCHED_SOFTIRQ);
TRACE_DEFINE_ENUM(HRTIMER_SOFTIRQ);
TRACE_DEFINE_ENUM(RCU_SOFTIRQ);

#define softirq_name(nr) { nr##_SOFTIRQ, #nr }
#define show_softirq_name(val) \
	__print_symbolic(val, softirq_name(HI), softirq_name(TIMER), softirq_name(NET_TX), \
			 softirq_name(NET_RX), softirq_name(BLOCK), softirq_name(IRQ_POLL), \
			 softirq_name(TASKLET), softirq_name(SCHED), \
			 softirq_name(HRTIMER), softirq_name(RCU))

TRACE_EVENT(softirq_entry,
	TP_PROTO(unsigned int number),
	TP_ARGS(number),
	TP_STRUCT__entry(
		__field(unsigned int, vec)
	),
	TP_fast_assign(
		__entry->vec = number;
	),
	TP_printk("vec=%u [action=%s]", __entry->vec, show_softirq_name(__entry->vec))
);

TRACE_EVENT(sched_process_exec,
	TP_PROTO(const char *text, pid_t number),
	TP_ARGS(text, number),
	TP_STRUCT__entry(
		__string(filename, text)
		__field(pid_t, pid)
		__field(pid_t, old_pid)
	),
	TP_fast_assign(
		__assign_str(filename);
		__entry->pid = __entry->old_pid = number;
	),
	TP_printk("filename=%s pid=%d old_pid=%d", __get_str(filename), __entry->pid,
		  __entry->old_pid)
);

TRACE_EVENT(task_rename,
	TP_PROTO(const char *text, pid_t number),
	TP_ARGS(text, number),
	TP_STRUCT__entry(
		__field(pid_t, pid)
		__array(char, oldcomm, TASK_COMM_LEN)
		__array(char, newcomm, TASK_COMM_LEN)
		__field(short, oom_score_adj)
	),
	TP_fast_assign(
		__entry->pid = number;
		memcpy(__entry->oldcomm, text, TASK_COMM_LEN);
		memcpy(__entry->newcomm, text, TASK_COMM_LEN);
		__entry->oom_score_adj = (short)number;
	),
	TP_printk("pid=%d oldcomm=%s newcomm=%s oom_score_adj=%hd", __entry->pid,
		  __entry->oldcomm, __entry->newcomm,
		  __entry->oom_score_adj)
);

TRACE_EVENT(ipi_send_cpumask,
	TP_PROTO(const void *mask, void *place),
	TP_ARGS(mask, place),
	TP_STRUCT__entry(
		__cpumask(cpumask)
		__field(void *, callsite)
		__field(void *, callback)
	),
	TP_fast_assign(
		__assign_cpumask(cpumask, mask);
		__entry->callsite = __entry->callback = place;
	),
	TP_printk("cpumask=%s callsite=%pS callback=%pS", __get_cpumask(cpumask),
		  __entry->callsite, __entry->callback)
);

TRACE_EVENT(sys_enter,
	TP_PROTO(const unsigned long *numbers),
	TP_ARGS(numbers),
	TP_STRUCT__entry(
		__field(long, id)
		__array(unsigned long, args, 6)
	),
	TP_fast_assign(
		__entry->id = 0;
		memcpy(__entry->args, numbers, sizeof(__entry->args));
	),
	TP_printk("NR %ld (%lx, %lx, %lx, %lx, %lx, %lx)", __entry->id, __entry->args[0],
		  __entry->args[1], __entry->args[2],
		  __entry->args[3], __entry->args[4], __entry->args[5])
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE kernel_trace
#include <oriel/define_trace.h>
