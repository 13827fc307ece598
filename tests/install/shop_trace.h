/* SPDX-License-Identifier: MIT */
/* Events of the consumers, declared as the manual tells a stranger to do it. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM shop

#if !defined(SHOP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SHOP_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(order_start,
	TP_PROTO(int id, long total),
	TP_ARGS(id, total),
	TP_STRUCT__entry(
		__field(int, id)
		__field(long, total)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->total = total;
	),
	TP_printk("id=%d total=%ld", __entry->id, __entry->total)
);

TRACE_EVENT(order_done,
	TP_PROTO(int id, const char *customer),
	TP_ARGS(id, customer),
	TP_STRUCT__entry(
		__field(int, id)
		__string(customer, customer)
	),
	TP_fast_assign(
		__entry->id = id;
		__assign_str(customer, customer);
	),
	TP_printk("id=%d customer=%s", __entry->id, __get_str(customer))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE shop_trace
#include <oriel/define_trace.h>
