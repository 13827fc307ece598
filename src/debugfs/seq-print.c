// SPDX-License-Identifier: MIT
/*
 * What prints into a file that is read: each function adds its bytes to m->buf, or, where they do
 * not fit, sets count to size, and seq.c comes again with more room.
 */
#define ORIEL_INTERNAL
#include <oriel/hexdump.h>
#pragma GCC visibility push(default)
#include <oriel/seq_file.h>
#pragma GCC visibility pop

#include "runtime/text.h"

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (len >= m->size - m->count) {
		oriel_seq_set_overflow(m);
		return -1;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
	return 0;
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	size_t room = m->size - m->count;
	int len;

	if (!room)
		return;
	len = orl_vsnprintf(m->buf + m->count, room, fmt, args);
	if ((size_t)len < room)
		m->count += (size_t)len;
	else
		oriel_seq_set_overflow(m);
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}

void seq_pad(struct seq_file *m, char c)
{
	if (m->pad_until > m->size) {
		oriel_seq_set_overflow(m);
		return;
	}
	while (m->count < m->pad_until)
		m->buf[m->count++] = ' ';
	if (c)
		seq_putc(m, c);
}

static void put_number(struct seq_file *m, unsigned long long num, unsigned int base,
		       unsigned int width, char fill)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[num % base];
		num /= base;
	} while (num);
	for (size_t len = sizeof(text) - at; len < width && !seq_has_overflowed(m); len++)
		seq_putc(m, fill);
	seq_write(m, text + at, sizeof(text) - at);
}

static void put_delimiter(struct seq_file *m, const char *delimiter)
{
	if (delimiter)
		seq_puts(m, delimiter);
}

void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter, unsigned long long num,
			       unsigned int width)
{
	put_delimiter(m, delimiter);
	put_number(m, num, 10, width, ' ');
}

void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
{
	seq_put_decimal_ull_width(m, delimiter, num, 0);
}

void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
{
	put_delimiter(m, delimiter);
	if (num < 0)
		seq_putc(m, '-');
	put_number(m, num < 0 ? 0 - (unsigned long long)num : (unsigned long long)num, 10, 0, ' ');
}

void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width)
{
	put_delimiter(m, delimiter);
	put_number(m, v, 16, width, '0');
}

/* ---- escapes ---- */

/* The letter that stands behind '\' for a character, or 0. */
static char letter_of(char c, unsigned int flags)
{
	static const char space[] = "\n\r\t\v\f", space_as[] = "nrtvf";
	static const char special[] = "\\\a\033\"", special_as[] = "\\ae\"";
	const char *at;

	if (!c)
		return flags & ESCAPE_NULL ? '0' : '\0';
	at = flags & ESCAPE_SPACE ? strchr(space, c) : NULL;
	if (at)
		return space_as[at - space];
	at = flags & ESCAPE_SPECIAL ? strchr(special, c) : NULL;
	return at ? special_as[at - special] : '\0';
}

static bool is_escaped(char c, unsigned int flags, const char *esc)
{
	bool is_ascii = (unsigned char)c < 0x80;
	bool is_print = c >= ' ' && c < 0x7f;
	bool is_named = esc && *esc && c && strchr(esc, c);

	if ((flags & ESCAPE_APPEND) && is_named)
		return true;
	if (!(flags & ESCAPE_APPEND) && esc && *esc && !is_named)
		return false;
	return !((is_print && (flags & (ESCAPE_NP | ESCAPE_NAP))) ||
		 (is_ascii && (flags & ESCAPE_NA)));
}

static void put_escaped(struct seq_file *m, char c, unsigned int flags)
{
	unsigned char byte = (unsigned char)c;
	char letter = letter_of(c, flags);

	if (letter) {
		seq_write(m, (char[]){ '\\', letter }, 2);
	} else if (flags & ESCAPE_OCTAL) {
		seq_putc(m, '\\');
		seq_putc(m, (char)('0' + (byte >> 6)));
		seq_putc(m, (char)('0' + (byte >> 3 & 7)));
		seq_putc(m, (char)('0' + (byte & 7)));
	} else if (flags & ESCAPE_HEX) {
		seq_puts(m, "\\x");
		put_number(m, byte, 16, 2, '0');
	} else {
		seq_putc(m, c);
	}
}

void seq_escape_mem(struct seq_file *m, const char *src, size_t len, unsigned int flags,
		    const char *esc)
{
	for (; len && !seq_has_overflowed(m); len--, src++) {
		if (is_escaped(*src, flags, esc))
			put_escaped(m, *src, flags);
		else
			seq_putc(m, *src);
	}
}

/* ---- bytes ---- */

void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii)
{
	size_t row = rowsize == 32 ? 32 : 16;
	const char *bytes = buf;
	char line[ORIEL_HEX_LINE];

	for (size_t at = 0; at < len && !seq_has_overflowed(m); at += row) {
		hex_dump_to_buffer(bytes + at, len - at, rowsize, groupsize, line, sizeof(line),
				   ascii);
		put_delimiter(m, prefix_str);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			seq_printf(m, "%p: ", (const void *)(bytes + at));
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			seq_printf(m, "%.8x: ", (unsigned int)at);
		seq_puts(m, line);
		seq_putc(m, '\n');
	}
}
