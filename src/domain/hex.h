/* SPDX-License-Identifier: MIT */
/*
 * One line of a dump of bytes, as the kernel's hex_dump_to_buffer() makes it:
 *
 *	00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................
 */
#ifndef ORL_DOMAIN_HEX_H
#define ORL_DOMAIN_HEX_H

#include <stdbool.h>
#include <stddef.h>

#define ORL_HEX_LINE_MAX 132U	/* bytes of the longest line, NUL included */

/**
 * orl_hex_row() - bytes that one line shows of what is asked for: 32, or 16 for anything else
 */
size_t orl_hex_row(int rowsize);

/**
 * orl_hex_line() - the text of one line
 * @line:      receives at most @size bytes, with a NUL, without a newline
 * @buf:       the bytes, @len of them; more than a row are not looked at
 * @groupsize: 2, 4, 8: bytes are printed as numbers of that size, in this machine's order, where
 *             @len is a multiple of it; anything else: as single bytes
 * @ascii:     behind them, in a column of their own, the characters
 *
 * No malloc, async-signal-safe. Return: bytes of the whole line, without NUL.
 */
size_t orl_hex_line(char *line, size_t size, const void *buf, size_t len, int rowsize,
		    int groupsize, bool ascii);

#endif
