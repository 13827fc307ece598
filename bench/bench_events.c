// SPDX-License-Identifier: MIT
/* The one file that makes the events of bench_trace.h. */
#define CREATE_TRACE_POINTS
#include "bench_trace.h"
