// SPDX-License-Identifier: MIT
/* The one file that makes the events of hooks_trace.h. */
#define CREATE_TRACE_POINTS
#include "hooks_trace.h"
