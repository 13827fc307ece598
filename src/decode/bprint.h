/* SPDX-License-Identifier: MIT */
/*
 * The text of a binary print record: a printf format that stands elsewhere, and the arguments as
 * the record has them (abi/print.h says how they lie).
 *
 * What the record does not reach counts as 0 or empty, and the text ends with a remark that says
 * so. Neither format nor arguments are trusted: some text comes out of any bytes.
 */
#ifndef ORL_DECODE_BPRINT_H
#define ORL_DECODE_BPRINT_H

#include "decode/format.h"

struct orl_bprint {
	const char *format;
	size_t format_len;
	const uint8_t *args;
	uint32_t args_len;
	bool is_kernel;			/* laid down by the kernel: %c, h and hh are narrower */
	bool is_plain;			/* escape nothing: what comes out is not for people yet */
	enum orl_print_mode mode;
	const struct orl_kallsyms *functions; /* by which %pS names addresses; or NULL */
	/* ... or what appends a name, alone or with offset and size; NULL: the address */
	void (*symbol)(void *arg, uint64_t addr, bool with_offset, struct orl_text *out);
	void *arg;
};

/** orl_bprint_print() - append the text, without a newline at its end */
void orl_bprint_print(const struct orl_bprint *b, struct orl_text *out);

/**
 * orl_bprint_addresses() - call @fn for each argument that is printed as a function's name
 */
void orl_bprint_addresses(const struct orl_bprint *b, void (*fn)(void *arg, uint64_t addr),
			  void *arg);

/**
 * orl_bprint_export() - append a format by which libtraceevent prints the same record
 *
 * Libtraceevent 1.7 loses its place at the flags '-', '+' and blank, at the lengths h, q, t and j,
 * at two stars, and at %c and floats. It gets what it can read and takes as many bytes: padded on
 * the left instead of the right, a double as its bits in hex, the first of two stars and those of
 * a double as numbers in front. All else is left as it is.
 *
 * Return: false when what was appended is the format itself.
 */
bool orl_bprint_export(const char *format, size_t len, struct orl_text *out);

#endif /* ORL_DECODE_BPRINT_H */
