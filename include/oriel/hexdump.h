/* SPDX-License-Identifier: MIT */
/* Bytes as lines of text, as the kernel's lib/hexdump.c lays them out. */
#ifndef ORIEL_HEXDUMP_H
#define ORIEL_HEXDUMP_H

#include <oriel/base.h>
#include <string.h>

#ifndef __cplusplus
#include <stdbool.h>
#endif

ORIEL_BEGIN_DECLS

/* What stands in front of each line of print_hex_dump(), behind its prefix_str. */
enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };

#define ORIEL_HEX_LINE 132		/* 32 bytes with their characters take 130 */

/* One group of bytes as a number: a group of more than 1 byte is one of this CPU's. */
ORIEL_INLINE size_t oriel_hex_group(char *to, const unsigned char *from, int size)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < size; i++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		unsigned char byte = from[size - 1 - i];
#else
		unsigned char byte = from[i];
#endif
		to[2 * i] = digits[byte >> 4];
		to[2 * i + 1] = digits[byte & 15];
	}
	return 2 * (size_t)size;
}

/**
 * hex_dump_to_buffer() - one line: groups of hex digits, and perhaps the characters
 * @len:       bytes at @buf; at most @rowsize of them are shown
 * @rowsize:   16 or 32; anything else is 16
 * @groupsize: 1, 2, 4 or 8; anything else, or what does not divide @len, is 1
 * @linebuf:   receives the line, cut to @linebuflen with its NUL
 * @ascii:     the characters behind it, "." for what is not printable ASCII
 *
 * Return: bytes that the whole line has without its NUL.
 */
__attribute__((unused)) static inline int hex_dump_to_buffer(const void *buf, size_t len,
							     int rowsize, int groupsize,
							     char *linebuf, size_t linebuflen,
							     bool ascii)
{
	const unsigned char *from = (const unsigned char *)buf;
	size_t row = rowsize == 32 ? 32 : 16, n = len < row ? len : row, at = 0, column;
	size_t group = groupsize == 2 || groupsize == 4 || groupsize == 8 ? (size_t)groupsize : 1;
	char line[ORIEL_HEX_LINE];

	if (n % group)
		group = 1;
	column = row * 2 + row / group + 1;
	for (size_t i = 0; i < n; i += group) {
		if (i)
			line[at++] = ' ';
		at += oriel_hex_group(line + at, from + i, (int)group);
	}
	if (ascii && n) {
		while (at < column)
			line[at++] = ' ';
		for (size_t i = 0; i < n; i++)
			line[at++] = from[i] >= 0x20 && from[i] < 0x7f ? (char)from[i] : '.';
	}
	if (linebuflen) {
		size_t fits = at < linebuflen ? at : linebuflen - 1;

		memcpy(linebuf, line, fits);
		linebuf[fits] = '\0';
	}
	return (int)at;
}

ORIEL_END_DECLS

#endif
