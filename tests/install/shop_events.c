// SPDX-License-Identifier: MIT
/* The one file that creates the events; all others only include the header. */
#define CREATE_TRACE_POINTS
#include "shop_trace.h"
