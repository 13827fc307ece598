/* SPDX-License-Identifier: MIT */
/* Events that are written as fast as they can be, and one with a string. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM load

#if !defined(LOAD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define LOAD_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(load_tick,
	TP_PROTO(unsigned int thread, unsigned long n),
	TP_ARGS(thread, n),
	TP_STRUCT__entry(
		__field(unsigned int, thread)
		__field(unsigned long, n)
	),
	TP_fast_assign(
		__entry->thread = thread;
		__entry->n = n;
	),
	TP_printk("thread=%u n=%lu", __entry->thread, __entry->n)
);

TRACE_EVENT(load_say,
	TP_PROTO(const char *text),
	TP_ARGS(text),
	TP_STRUCT__entry(
		__string(text, text)
	),
	TP_fast_assign(
		__assign_str(text, text);
	),
	TP_printk("text=%s", __get_str(text))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE load_trace
#include <oriel/define_trace.h>
