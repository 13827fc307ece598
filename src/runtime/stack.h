/* SPDX-License-Identifier: MIT */
/*
 * Stack traces of the traced program, by its frame pointers; and the memory map that turns their
 * addresses into names later.
 *
 * A frame pointer is whatever the program left in the register: code built without frame pointers
 * leaves anything there. So nothing is read but what is known to be readable stack:
 *
 *   the thread's own stack   from the frame up to the thread's control block, which lies at the top
 *                            of it, or in the main thread up to what the kernel put there at the
 *                            start. Found once per thread; stays mapped as long as the thread runs.
 *   any other stack          (signal stack, coroutine) one page after the other, each asked for
 *                            with a system call that fails where it cannot be read
 *
 * What is cut off is the outer end. The caller's address is always there.
 *
 * File "maps.PID.IMAGE" in the domain's directory: lines as in /proc/PID/maps, of the executable
 * mappings alone. PID decimal, IMAGE struct orl_proc.image as 16 hexadecimal digits. It gets its
 * name when it is whole, and is replaced as a whole when the mappings have changed. It stays when
 * the process is gone; who removes the domain's dead processes may remove it.
 */
#ifndef ORL_RUNTIME_STACK_H
#define ORL_RUNTIME_STACK_H

#include <stdbool.h>
#include <stdint.h>

#define ORL_STACK_MAX 32U		/* addresses that one walk finds */

/**
 * orl_stack_walk() - return addresses, innermost first
 * @frame: __builtin_frame_address(0) of a function that is running in this thread, built with a
 *         frame pointer (which asking for the address sees to)
 * @addr:  receives at most @max addresses, and at most ORL_STACK_MAX
 *
 * addr[0] is where that function returns to. Any context; leaves errno alone. One open, read and
 * close of /proc/self/maps in the life of a thread; none in the main thread.
 * Return: how many, at least 1 unless @max is 0.
 */
uint32_t orl_stack_walk(const void *frame, uint64_t *addr, uint32_t max);

/**
 * orl_maps_record() - write this process's executable mappings to its file, if they changed since
 * it last did
 *
 * Under orl_lock(), with a process slot (orl_rt.proc). Async-signal-safe.
 * To be called where an instance wants stacks, at each apply, and when the program ends.
 * Return: 0 or -errno.
 */
int orl_maps_record(void);

/* ---- lines of /proc/self/maps, one after the other ---- */

struct orl_maps {
	int fd;
	char *buf;			/* the caller's; a longer line is cut */
	uint32_t size, len, pos;
};

struct orl_maps_line {
	uint64_t start, end;
	bool is_readable, is_executable;
	const char *text;		/* the whole line without its newline, in buf */
	uint32_t len;
};

/** orl_maps_open() - @buf: at least 256 bytes, used until orl_maps_close(); 0 or -errno */
int orl_maps_open(struct orl_maps *m, char *buf, uint32_t size);
/** orl_maps_next() - false at the end */
bool orl_maps_next(struct orl_maps *m, struct orl_maps_line *line);
void orl_maps_close(struct orl_maps *m);

#endif
