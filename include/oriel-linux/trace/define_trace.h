/* SPDX-License-Identifier: MIT */
/*
 * No include guard: the last line of a trace header. Where a header sets no TRACE_INCLUDE_PATH it
 * is read again as <trace/events/NAME.h>.
 */
#include <oriel/define_trace.h>
