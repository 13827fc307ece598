/* SPDX-License-Identifier: MIT */
/*
 * The events of the tracing system itself, which every instance has: markers and stacks. Ids and
 * fields are the kernel's, so that its tools know them.
 */
#ifndef ORL_DECODE_FTRACE_H
#define ORL_DECODE_FTRACE_H

#include <stdint.h>

#define ORL_FTRACE_FUNCTION 1
#define ORL_FTRACE_KERNEL_STACK 4
#define ORL_FTRACE_PRINT 5
#define ORL_FTRACE_BPRINT 6
#define ORL_FTRACE_USER_STACK 13
#define ORL_FTRACE_BPUTS 15
#define ORL_FTRACE_RAW_DATA 19

/*
 * The address that a marker's record names as its writer, and the one line of /proc/kallsyms by
 * which the kernel's tools find the name that the kernel gives it. No code can stand there.
 */
#define ORL_FTRACE_MARKER_IP 0xffff8f7269656c00ULL
#define ORL_FTRACE_MARKER_NAME "tracing_mark_write"
#define ORL_FTRACE_KALLSYMS "ffff8f7269656c00 t " ORL_FTRACE_MARKER_NAME "\n"

struct orl_ftrace_event {
	int id;
	const char *name;		/* system is "ftrace" */
	const char *format;		/* of the file events/ftrace/NAME/format */
};

/* Ends at name NULL; sorted by name. */
extern const struct orl_ftrace_event orl_ftrace_events[];

/**
 * orl_stack_addresses() - return addresses of a kernel_stack record: 8 bytes each from @caller on,
 * not aligned; how many
 */
uint32_t orl_stack_addresses(const uint8_t *rec, uint32_t len, const uint8_t **caller);

#endif
