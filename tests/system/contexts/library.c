// SPDX-License-Identifier: MIT
/* A plugin with an event of its own, and one that shares its name with the program's. */
#define CREATE_TRACE_POINTS
#include "plugin_trace.h"

void library_mark(const char *where, int n);

void library_mark(const char *where, int n)
{
	trace_plug(where, n);
}
