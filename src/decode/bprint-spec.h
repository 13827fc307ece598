/* SPDX-License-Identifier: MIT */
/* A conversion in the format of a binary print record, and the argument that it takes. */
#ifndef ORL_DECODE_BPRINT_SPEC_H
#define ORL_DECODE_BPRINT_SPEC_H

#include "decode/spec.h"

enum orl_bprint_arg {
	ORL_ARG_NONE,		/* no conversion that anybody knows */
	ORL_ARG_PERCENT,
	ORL_ARG_NUMBER,
	ORL_ARG_STRING,
	ORL_ARG_CHAR,
	ORL_ARG_FLOAT,
	ORL_ARG_ADDRESS,	/* a number */
	ORL_ARG_SYMBOL,		/* a number, printed by the name of what is there */
	ORL_ARG_MADE,		/* text that was made when the record was written */
};

struct orl_bprint_spec {
	struct orl_spec_text text;
	enum orl_bprint_arg kind;
	uint8_t size;		/* bytes that a number is, by its length; 0: no number */
	const char *ext;	/* letters and digits behind a %p */
	size_t ext_len;
};

/**
 * orl_bprint_spec() - read the conversion at @s, of which @len > 0 bytes are there
 *
 * Return: the bytes that belong to it, > 0.
 */
size_t orl_bprint_spec(struct orl_bprint_spec *c, const char *s, size_t len);

#endif /* ORL_DECODE_BPRINT_SPEC_H */
