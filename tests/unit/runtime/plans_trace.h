/* SPDX-License-Identifier: MIT */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM plans

#if !defined(PLANS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PLANS_TRACE_H

#include <oriel/tracepoint.h>

DECLARE_EVENT_CLASS(plans,
	TP_PROTO(unsigned int value, const char *name),
	TP_ARGS(value, name),
	TP_STRUCT__entry(
		__field(unsigned int, value)
		__string(name, name)
	),
	TP_fast_assign(
		__entry->value = value;
		__assign_str(name);
	),
	TP_printk("value=%u name=%s", __entry->value, __get_str(name))
);

DEFINE_EVENT(plans, one, TP_PROTO(unsigned int value, const char *name), TP_ARGS(value, name));
DEFINE_EVENT(plans, two, TP_PROTO(unsigned int value, const char *name), TP_ARGS(value, name));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE plans_trace
#include <oriel/define_trace.h>
