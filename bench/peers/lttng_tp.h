/* SPDX-License-Identifier: MIT */
/* The event of three integers for LTTng-UST, in its own words. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER oriel_bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./lttng_tp.h"

#if !defined(LTTNG_TP_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define LTTNG_TP_H

#include <lttng/tracepoint.h>

LTTNG_UST_TRACEPOINT_EVENT(
	oriel_bench,
	ints,
	LTTNG_UST_TP_ARGS(uint64_t, id, uint32_t, size, int, status),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, id, id)
		lttng_ust_field_integer(uint32_t, size, size)
		lttng_ust_field_integer(int, status, status)
	)
)

#endif

#include <lttng/tracepoint-event.h>
