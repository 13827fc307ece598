/* SPDX-License-Identifier: MIT */
/* Events of the race tests: one of every length, and one that is as small as a record can be. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM race

#if !defined(RACE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define RACE_TRACE_H

#include <oriel/tracepoint.h>

TRACE_EVENT(body,
	TP_PROTO(unsigned int ctx, unsigned int seq, unsigned long at, unsigned long sum,
		 const unsigned int *words, unsigned int nr),
	TP_ARGS(ctx, seq, at, sum, words, nr),
	TP_STRUCT__entry(
		__field(unsigned int, ctx)
		__field(unsigned int, seq)
		__field(unsigned long, at)
		__field(unsigned long, sum)
		__dynamic_array(unsigned int, words, nr)
	),
	TP_fast_assign(
		__entry->ctx = ctx;
		__entry->seq = seq;
		__entry->at = at;
		__entry->sum = sum;
		memcpy(__get_dynamic_array(words), words, nr * sizeof(*words));
	),
	TP_printk("ctx=%u seq=%u", __entry->ctx, __entry->seq)
);

TRACE_EVENT(tiny,
	TP_PROTO(unsigned int value),
	TP_ARGS(value),
	TP_STRUCT__entry(__field(unsigned int, value)),
	TP_fast_assign(__entry->value = value;),
	TP_printk("value=%u", __entry->value)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE race_trace
#include <oriel/define_trace.h>
