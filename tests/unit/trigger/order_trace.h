/* SPDX-License-Identifier: MIT */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM order

#if !defined(ORDER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ORDER_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(order_step,
	TP_PROTO(int n),
	TP_ARGS(n),
	TP_STRUCT__entry(__field(int, n)),
	TP_fast_assign(__entry->n = n;),
	TP_printk("n=%d", __entry->n)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE order_trace
#include <oriel/define_trace.h>
