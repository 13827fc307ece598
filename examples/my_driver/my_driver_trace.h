/* SPDX-License-Identifier: MIT */
/* What the driver does, as events: one for each request, and one for each that fails. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM my_driver

#if !defined(MY_DRIVER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MY_DRIVER_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(my_driver_request,

	TP_PROTO(unsigned int sector, unsigned int len, bool is_write),

	TP_ARGS(sector, len, is_write),

	TP_STRUCT__entry(
		__field(unsigned int, sector)
		__field(unsigned int, len)
		__field(bool, is_write)
	),

	TP_fast_assign(
		__entry->sector = sector;
		__entry->len = len;
		__entry->is_write = is_write;
	),

	TP_printk("%s sector=%u len=%u", __entry->is_write ? "write" : "read",
		  __entry->sector, __entry->len)
);

TRACE_EVENT(my_driver_error,

	TP_PROTO(unsigned int sector, int error, const char *state),

	TP_ARGS(sector, error, state),

	TP_STRUCT__entry(
		__field(unsigned int, sector)
		__field(int, error)
		__string(state, state)
	),

	TP_fast_assign(
		__entry->sector = sector;
		__entry->error = error;
		__assign_str(state, state);
	),

	TP_printk("sector=%u error=%d state=%s", __entry->sector, __entry->error,
		  __get_str(state))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE my_driver_trace
#include <trace/define_trace.h>
