/* SPDX-License-Identifier: MIT */
/* Reading one printf conversion, '%' to its last letter. */
#ifndef ORL_DECODE_SPEC_H
#define ORL_DECODE_SPEC_H

#include "decode/program.h"

#define ORL_MAX_WIDTH 1024u	/* of a padded field and of a precision; more is cut to it */

struct orl_spec_text {
	struct orl_spec spec;	/* conv is 0 when the text ends within the conversion */
	bool width_star, prec_star;
	bool known;		/* conv is one that takes an argument and can be printed */
};

/**
 * orl_spec_parse() - read the conversion at @s
 * @s: @len > 0 bytes, the first is '%'
 *
 * Return: the bytes that belong to the conversion, > 0.
 */
size_t orl_spec_parse(struct orl_spec_text *t, enum orl_print_mode mode, const char *s, size_t len);

#endif /* ORL_DECODE_SPEC_H */
