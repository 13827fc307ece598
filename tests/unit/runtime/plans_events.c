// SPDX-License-Identifier: MIT
#define CREATE_TRACE_POINTS
#include "plans_trace.h"
