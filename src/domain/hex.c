// SPDX-License-Identifier: MIT
/* Lines of hexadecimal bytes. */
#include "domain/hex.h"


struct line {
	char *text;
	size_t size, len;
};

static void put(struct line *l, char c)
{
	if (l->len + 1 < l->size)
		l->text[l->len] = c;
	l->len++;
}

/* A byte or a number of several: its most significant byte first. */
static void put_group(struct line *l, const unsigned char *bytes, size_t groupsize)
{
	for (size_t i = 0; i < groupsize; i++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		unsigned char byte = bytes[groupsize - 1 - i];
#else
		unsigned char byte = bytes[i];
#endif

		put(l, "0123456789abcdef"[byte >> 4]);
		put(l, "0123456789abcdef"[byte & 15]);
	}
}

size_t orl_hex_row(int rowsize)
{
	return rowsize == 32 ? 32 : 16;
}

static size_t group_of(int groupsize, size_t len)
{
	if (groupsize != 2 && groupsize != 4 && groupsize != 8)
		return 1;
	return len % (size_t)groupsize ? 1 : (size_t)groupsize;
}

size_t orl_hex_line(char *line, size_t size, const void *buf, size_t len, int rowsize,
		    int groupsize, bool ascii)
{
	const unsigned char *bytes = buf;
	struct line l = { line, size, 0 };
	size_t row = orl_hex_row(rowsize), group;

	if (len > row)
		len = row;
	group = group_of(groupsize, len);
	for (size_t i = 0; i < len; i += group) {
		if (i)
			put(&l, ' ');
		put_group(&l, bytes + i, group);
	}
	if (ascii && len) {
		while (l.len < row * 2 + row / group + 1)
			put(&l, ' ');
		for (size_t i = 0; i < len; i++)
			put(&l, bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.');
	}
	if (size)
		line[l.len < size ? l.len : size - 1] = '\0';
	return l.len;
}
