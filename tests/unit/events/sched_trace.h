/* SPDX-License-Identifier: MIT */
/* The kernel's sched_switch as an event of a program: nothing in it but the event. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sched

#if !defined(SCHED_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SCHED_TRACE_H

#include <oriel/tracepoint.h>
#include "sched_task.h"

TRACE_EVENT(sched_switch,
	TP_PROTO(struct task_struct *prev, struct task_struct *next),
	TP_ARGS(prev, next),
	TP_STRUCT__entry(
		__array(char, prev_comm, TASK_COMM_LEN)  __field(pid_t, prev_pid)  __field(int, prev_prio)  __field(long, prev_state)
		__array(char, next_comm, TASK_COMM_LEN)  __field(pid_t, next_pid)  __field(int, next_prio)),
	TP_fast_assign(
		memcpy(__entry->prev_comm, prev->comm, TASK_COMM_LEN);  __entry->prev_pid = prev->pid;  __entry->prev_prio = prev->prio;  __entry->prev_state = prev->state;
		memcpy(__entry->next_comm, next->comm, TASK_COMM_LEN);  __entry->next_pid = next->pid;  __entry->next_prio = next->prio;),
	TP_printk("prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%ld ==> next_comm=%s next_pid=%d next_prio=%d",
		__entry->prev_comm, __entry->prev_pid, __entry->prev_prio, __entry->prev_state, __entry->next_comm, __entry->next_pid, __entry->next_prio));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE sched_trace
#include <oriel/define_trace.h>
