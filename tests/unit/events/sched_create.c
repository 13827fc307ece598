// SPDX-License-Identifier: MIT
/* Creates the event. The tests compile it as C and as C++. */
#define CREATE_TRACE_POINTS
#include "sched_trace.h"
