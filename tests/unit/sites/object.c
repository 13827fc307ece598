// SPDX-License-Identifier: MIT
/* The shared object: C, and C++ when compiled as that. */
#define CREATE_TRACE_POINTS
#include "tock_trace.h"
#undef CREATE_TRACE_POINTS
#include "sites.h"
#include "tick_trace.h"

DEFINE_STATIC_KEY_FALSE(object_false);
DEFINE_STATIC_KEY_TRUE(object_true);

unsigned int look_from_object(void) LOOK()

void tick_from_object(int n)
{
	trace_tick(n);
}

void tock_from_object(int n)
{
	trace_tock(n);
}
