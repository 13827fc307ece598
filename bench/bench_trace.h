/* SPDX-License-Identifier: MIT */
/* The events that are measured. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bench

#if !defined(BENCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define BENCH_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(bench_ints,
	TP_PROTO(uint64_t id, uint32_t size, int status),
	TP_ARGS(id, size, status),
	TP_STRUCT__entry(
		__field(uint64_t, id)
		__field(uint32_t, size)
		__field(int, status)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->size = size;
		__entry->status = status;
	),
	TP_printk("id=%lu size=%u status=%d", __entry->id, __entry->size, __entry->status)
);

TRACE_EVENT(bench_string,
	TP_PROTO(uint64_t id, uint32_t size, int status, const char *name),
	TP_ARGS(id, size, status, name),
	TP_STRUCT__entry(
		__field(uint64_t, id)
		__field(uint32_t, size)
		__field(int, status)
		__string(name, name)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->size = size;
		__entry->status = status;
		__assign_str(name);
	),
	TP_printk("id=%lu size=%u status=%d name=%s", __entry->id, __entry->size, __entry->status,
		  __get_str(name))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE bench_trace
#include <oriel/define_trace.h>
