/* SPDX-License-Identifier: MIT */
/*
 * A buffer of one page to which text is appended. In the kernel, functions that print formats call
 * fill it; here records are printed by readers outside of the program, so such functions are
 * compiled and never called by the library.
 *
 * What does not fit whole is left out, and marks the buffer as full.
 */
#ifndef ORIEL_LINUX_TRACE_SEQ_H
#define ORIEL_LINUX_TRACE_SEQ_H

#include <linux/types.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TRACE_SEQ_BUFFER_SIZE 4096

struct trace_seq {
	char buffer[TRACE_SEQ_BUFFER_SIZE];
	size_t len;
	int full;
};

static inline void trace_seq_init(struct trace_seq *s)
{
	s->len = 0;
	s->full = 0;
}

static inline bool trace_seq_has_overflowed(struct trace_seq *s)
{
	return s->full;
}

static inline int trace_seq_used(struct trace_seq *s)
{
	return (int)s->len;
}

/* Where the next text will begin; the caller ends it with trace_seq_putc(s, 0). */
static inline char *trace_seq_buffer_ptr(struct trace_seq *s)
{
	return s->buffer + s->len;
}

static inline void trace_seq_putmem(struct trace_seq *s, const void *mem, unsigned int len)
{
	if (s->full || len > sizeof(s->buffer) - s->len) {
		s->full = 1;
		return;
	}
	memcpy(s->buffer + s->len, mem, len);
	s->len += len;
}

static inline void trace_seq_puts(struct trace_seq *s, const char *str)
{
	size_t len = strlen(str);

	trace_seq_putmem(s, str, len > sizeof(s->buffer) ? sizeof(s->buffer) : (unsigned int)len);
}

static inline void trace_seq_putc(struct trace_seq *s, unsigned char c)
{
	trace_seq_putmem(s, &c, 1);
}

__attribute__((format(printf, 2, 0))) static inline void
trace_seq_vprintf(struct trace_seq *s, const char *fmt, va_list args)
{
	size_t room = sizeof(s->buffer) - s->len;
	int len;

	if (s->full)
		return;
	len = vsnprintf(s->buffer + s->len, room, fmt, args);
	if (len < 0 || (size_t)len >= room)
		s->full = 1;
	else
		s->len += (size_t)len;
}

__attribute__((format(printf, 2, 3))) static inline void trace_seq_printf(struct trace_seq *s,
									  const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	trace_seq_vprintf(s, fmt, args);
	va_end(args);
}

#endif
