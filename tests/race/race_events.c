// SPDX-License-Identifier: MIT
/* The one file that creates the race tests' events. */
#define CREATE_TRACE_POINTS
#include "race_trace.h"
