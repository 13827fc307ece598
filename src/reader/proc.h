/* SPDX-License-Identifier: MIT */
/*
 * What /proc tells about one process.
 */
#ifndef ORL_READER_PROC_H
#define ORL_READER_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** orl_proc_read() - a small file, NUL-terminated and cut at @size - 1; the length or -errno */
long orl_proc_read(const char *path, char *buf, size_t size);

/**
 * orl_proc_read_all() - a file of /proc up to @max bytes, NUL-terminated; free() it. NULL: cannot
 */
char *orl_proc_read_all(const char *path, size_t max, size_t *len);

/**
 * orl_proc_thread() - a thread of a process that /proc can tell about
 *
 * The process itself, but for one whose main thread has ended (pthread_exit()) while others go on:
 * that looks like a zombie, without memory map, environment and program. Then one of the others.
 */
int32_t orl_proc_thread(int32_t pid);

/** orl_proc_start() - when a process started, from the text of its /proc/PID/stat: in clock ticks
 * since boot; 0: the text does not say */
uint64_t orl_proc_start(const char *stat);

/**
 * orl_proc_started_after() - did the process that has this number now start behind a moment?
 * @ns: on CLOCK_BOOTTIME; 0: unknown
 *
 * Only a sure yes is true: not where it cannot be read, nor for a process of another time
 * namespace, whose clock another process's moment is not on.
 */
bool orl_proc_started_after(int32_t pid, uint64_t ns);

struct orl_proc_status {
	char state;			/* '?' when there is no such process */
	char comm[17];
	uint64_t caught, blocked;	/* signals, bit n - 1; blocked: by every thread */
};

/** orl_proc_status() - false when there is no such process */
bool orl_proc_status(int32_t pid, struct orl_proc_status *st);

static inline bool orl_proc_has_signal(uint64_t set, int signal)
{
	return signal > 0 && signal <= 64 && (set >> (signal - 1) & 1);
}

/**
 * orl_proc_linked() - does a process that never attached wait for a nudge in a domain?
 * @dir:    of the domain
 * @signal: receives the signal to nudge it with
 */
bool orl_proc_linked(int32_t pid, const struct orl_proc_status *st, const char *dir, int *signal);

#endif /* ORL_READER_PROC_H */
