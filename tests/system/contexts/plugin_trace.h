/* SPDX-License-Identifier: MIT */
/* The event of the plugin. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM context

#if !defined(PLUGIN_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PLUGIN_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(plug,
	TP_PROTO(const char *where, int n),
	TP_ARGS(where, n),
	TP_STRUCT__entry(
		__field(int, n)
		__string(where, where)
	),
	TP_fast_assign(
		__entry->n = n;
		__assign_str(where, where);
	),
	TP_printk("where=%s n=%d", __get_str(where), __entry->n)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE plugin_trace
#include <oriel/define_trace.h>
