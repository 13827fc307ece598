/* SPDX-License-Identifier: MIT */
/* Events of the program that the tests of the command trace. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM puppet

#if !defined(PUPPET_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PUPPET_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(ping,
	TP_PROTO(int n, unsigned long long total, unsigned int kind),
	TP_ARGS(n, total, kind),
	TP_STRUCT__entry(
		__field(int, n)
		__field(unsigned long long, total)
		__field(unsigned int, kind)
	),
	TP_fast_assign(
		__entry->n = n;
		__entry->total = total;
		__entry->kind = kind;
	),
	TP_printk("n=%d total=%llu kind=%s", __entry->n, __entry->total,
		  __print_symbolic(__entry->kind, { 0, "plain" }, { 1, "odd" }))
);

TRACE_EVENT(say,
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

TRACE_EVENT(pong,
	TP_PROTO(int n),
	TP_ARGS(n),
	TP_STRUCT__entry(
		__field(int, n)
	),
	TP_fast_assign(
		__entry->n = n;
	),
	TP_printk("n=%d", __entry->n)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE puppet_trace
#include <oriel/define_trace.h>
