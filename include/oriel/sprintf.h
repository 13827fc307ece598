/* SPDX-License-Identifier: MIT */
/*
 * Text into buffers, with the kernel's names (linux/sprintf.h) and conversions (printk.h).
 * snprintf() stays the C library's. With ORIEL_DISABLE defined conversions are the C library's,
 * too.
 */
#ifndef ORIEL_SPRINTF_H
#define ORIEL_SPRINTF_H

#include <oriel/base.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

ORIEL_BEGIN_DECLS

#ifndef ORIEL_DISABLE
/**
 * oriel_vsnprintf() - print into a buffer
 * @buf: receives at most @size bytes, with a NUL when @size is not 0
 *
 * Any context, async-signal-safe; leaves errno alone. Return: bytes of the whole text.
 */
int oriel_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));
#else
#define oriel_vsnprintf(buf, size, fmt, args) vsnprintf(buf, size, fmt, args)
#endif

/** vscnprintf() - Return: bytes that are in the buffer, without the NUL */
__attribute__((format(printf, 3, 0), unused)) static inline int
vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = oriel_vsnprintf(buf, size, fmt, args);

	return len < (int)size ? len : size ? (int)size - 1 : 0;
}

/** scnprintf() - the same, with its arguments given one by one */
__attribute__((format(printf, 3, 4), unused)) static inline int
scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

/** kvasprintf() - text of its own, for kfree() or free(3); NULL: no memory. @gfp is not used */
__attribute__((format(printf, 2, 0), unused)) static inline char *
kvasprintf(unsigned int gfp, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	(void)gfp;
	va_copy(again, args);
	len = oriel_vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = (char *)malloc((size_t)len + 1);
	if (text)
		oriel_vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

/** kasprintf() - the same, with its arguments given one by one */
__attribute__((format(printf, 2, 3), unused)) static inline char *kasprintf(unsigned int gfp,
									    const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf(gfp, fmt, args);
	va_end(args);
	return text;
}

ORIEL_END_DECLS

#endif
