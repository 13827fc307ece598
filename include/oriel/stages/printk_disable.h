/* SPDX-License-Identifier: MIT */
/* Included by printk.h where ORIEL_DISABLE is defined: its functions by means of the C library. */
#ifndef ORIEL_STAGES_PRINTK_DISABLE_H
#define ORIEL_STAGES_PRINTK_DISABLE_H

#include <oriel/stages/uptime_disable.h>
#include <stdio.h>

ORIEL_BEGIN_DECLS

__attribute__((format(printf, 1, 0), unused)) static inline int oriel_vprintk(const char *fmt,
									      va_list args)
{
	int saved = errno, len = 0;

	if (printk_get_level(fmt) != '7')
		len = vfprintf(stderr, printk_skip_headers(fmt), args);
	errno = saved;
	return len;
}

__attribute__((format(printf, 1, 2), unused)) static inline int oriel_printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = oriel_vprintk(fmt, args);
	va_end(args);
	return len;
}

__attribute__((unused)) static inline void oriel_hex_dump(const char *level,
							  const char *prefix_str, int prefix_type,
							  int rowsize, int groupsize,
							  const void *buf, size_t len, int ascii)
{
	size_t row = rowsize == 32 ? 32 : 16;
	char line[ORIEL_HEX_LINE], place[32] = "";

	if (printk_get_level(level) == '7')
		return;
	for (size_t i = 0; i < len; i += row) {
		const char *from = (const char *)buf + i;

		if (prefix_type == DUMP_PREFIX_ADDRESS)
			snprintf(place, sizeof(place), "%p: ", (const void *)from);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			snprintf(place, sizeof(place), "%.8zx: ", i);
		hex_dump_to_buffer(from, len - i, (int)row, groupsize, line, sizeof(line), ascii);
		oriel_printk("%s%s%s\n", prefix_str, place, line);
	}
}

ORIEL_INLINE void oriel_set_console(void (*fn)(int level, const char *text, size_t len, void *arg),
				    void *arg)
{
	(void)fn, (void)arg;
}

ORIEL_INLINE int oriel_set_loglevel(int level)
{
	(void)level;
	return CONSOLE_LOGLEVEL_DEFAULT;
}

ORIEL_END_DECLS

#endif
