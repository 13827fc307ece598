/* SPDX-License-Identifier: MIT */
/* Events of a program, named and shaped like the kernel's scheduler events. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sched

#if !defined(SCHED_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SCHED_TRACE_H

#include <oriel/tracepoint.h>
#include <string.h>
#include <sys/types.h>

TRACE_EVENT(sched_switch,
	TP_PROTO(const char *prev_comm, pid_t prev_pid, long prev_state,
		 const char *next_comm, pid_t next_pid),
	TP_ARGS(prev_comm, prev_pid, prev_state, next_comm, next_pid),
	TP_STRUCT__entry(
		__array(char, prev_comm, 16)
		__field(pid_t, prev_pid)
		__field(int, prev_prio)
		__field(long, prev_state)
		__array(char, next_comm, 16)
		__field(pid_t, next_pid)
		__field(int, next_prio)
	),
	TP_fast_assign(
		strncpy(__entry->prev_comm, prev_comm, 16);
		__entry->prev_pid = prev_pid;
		__entry->prev_prio = 120;
		__entry->prev_state = prev_state;
		strncpy(__entry->next_comm, next_comm, 16);
		__entry->next_pid = next_pid;
		__entry->next_prio = 120;
	),
	TP_printk("prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> "
		  "next_comm=%s next_pid=%d next_prio=%d",
		  __entry->prev_comm, __entry->prev_pid, __entry->prev_prio,
		  __entry->prev_state
			? __print_flags(__entry->prev_state, "|", { 1, "S" }, { 2, "D" })
			: "R",
		  __entry->next_comm, __entry->next_pid, __entry->next_prio)
);

DECLARE_EVENT_CLASS(sched_wakeup_template,
	TP_PROTO(const char *comm, pid_t pid, int target_cpu),
	TP_ARGS(comm, pid, target_cpu),
	TP_STRUCT__entry(
		__array(char, comm, 16)
		__field(pid_t, pid)
		__field(int, prio)
		__field(int, target_cpu)
	),
	TP_fast_assign(
		strncpy(__entry->comm, comm, 16);
		__entry->pid = pid;
		__entry->prio = 120;
		__entry->target_cpu = target_cpu;
	),
	TP_printk("comm=%s pid=%d prio=%d target_cpu=%03d",
		  __entry->comm, __entry->pid, __entry->prio, __entry->target_cpu)
);

DEFINE_EVENT(sched_wakeup_template, sched_waking,
	TP_PROTO(const char *comm, pid_t pid, int target_cpu),
	TP_ARGS(comm, pid, target_cpu));

DEFINE_EVENT(sched_wakeup_template, sched_wakeup,
	TP_PROTO(const char *comm, pid_t pid, int target_cpu),
	TP_ARGS(comm, pid, target_cpu));

/* The kernel says this once in a blue moon: for what needs an event that stays silent. */
TRACE_EVENT(sched_process_hang,
	TP_PROTO(const char *comm, pid_t pid),
	TP_ARGS(comm, pid),
	TP_STRUCT__entry(
		__array(char, comm, 16)
		__field(pid_t, pid)
	),
	TP_fast_assign(
		strncpy(__entry->comm, comm, 16);
		__entry->pid = pid;
	),
	TP_printk("comm=%s pid=%d", __entry->comm, __entry->pid)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE sched_trace
#include <oriel/define_trace.h>
