/* SPDX-License-Identifier: MIT */
/*
 * What comes out as lines has to be lines: no control character but one newline at the end of each.
 */
#ifndef TEST_FUZZ_LINES_H
#define TEST_FUZZ_LINES_H

#include <stdlib.h>

#include "decode/line.h"

static inline void check_lines(const struct orl_text *t, unsigned int want)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->buf[i];

		if (c == '\n')
			nr++;
		else if ((c < 0x20 && c != '\t') || c == 0x7f)
			abort();
	}
	if (!t->failed && nr != want)
		abort();
}

/* A record in each of its forms. */
static inline void print_all(const struct orl_formats *formats, const struct orl_comms *comms,
			     const struct orl_record *rec)
{
	struct orl_text out = ORL_TEXT_INIT;

	orl_line_report(&out, formats, comms, rec);
	orl_line_trace(&out, formats, comms, rec);
	orl_line_json(&out, formats, comms, rec);
	check_lines(&out, 3);
	orl_text_fini(&out);
}

#endif
