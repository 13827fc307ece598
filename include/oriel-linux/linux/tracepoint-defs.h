/* SPDX-License-Identifier: MIT */
/*
 * For headers that only name tracepoints. DECLARE_TRACEPOINT() and tracepoint_enabled() let a
 * header ask for a tracepoint whose own header it cannot include.
 */
#ifndef ORIEL_LINUX_TRACEPOINT_DEFS_H
#define ORIEL_LINUX_TRACEPOINT_DEFS_H

#include <linux/types.h>
#include <oriel/tracepoint.h>

struct trace_print_flags {
	unsigned long mask;
	const char *name;
};

#ifndef ORIEL_DISABLE
#define DECLARE_TRACEPOINT(tp) extern struct tracepoint __tracepoint_##tp
#define tracepoint_enabled(tp) static_branch_unlikely(&__tracepoint_##tp.key)
#else
#define DECLARE_TRACEPOINT(tp)
#define tracepoint_enabled(tp) false
#endif

#endif
