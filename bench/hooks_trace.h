/* SPDX-License-Identifier: MIT */
/* The same event several times: as it is, and with what hooks.c hangs on it. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bench_hooks

#if !defined(BENCH_HOOKS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define BENCH_HOOKS_TRACE_H

#include <oriel/tracepoint.h>

DECLARE_EVENT_CLASS(bench_hooked,
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

#define BENCH_HOOKED(name) \
	DEFINE_EVENT(bench_hooked, name, TP_PROTO(uint64_t id, uint32_t size, int status), \
		     TP_ARGS(id, size, status))

BENCH_HOOKED(hook_none);
BENCH_HOOKED(hook_pass);
BENCH_HOOKED(hook_fail);
BENCH_HOOKED(hook_both);
BENCH_HOOKED(hook_hist);
BENCH_HOOKED(hook_count);
BENCH_HOOKED(hook_stack);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hooks_trace
#include <oriel/define_trace.h>
