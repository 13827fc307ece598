/* SPDX-License-Identifier: MIT */
/*
 * No include guard: the last line of a trace header. Where a header sets no TRACE_INCLUDE_PATH it
 * is read again as <trace/events/NAME.h>; then CREATE_TRACE_POINTS is not defined.
 *
 * Kernel source has no errno, and so events have fields of that name; and some say "entry" where
 * they mean __entry.
 */
#ifdef CREATE_TRACE_POINTS
#pragma push_macro("errno")
#undef errno
#undef ORIEL_ENTRY_ALIAS
#define ORIEL_ENTRY_ALIAS(name) \
	struct trace_event_raw_##name *entry __attribute__((unused)) = __entry;
#include <oriel/define_trace.h>
#undef ORIEL_ENTRY_ALIAS
#pragma pop_macro("errno")
#endif
