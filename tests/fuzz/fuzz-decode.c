// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/decode: a format text that nobody vouches for, and a record of it.
 *
 * The input is the text, a NUL, and the bytes of the record. The record is copied into memory of
 * its exact size, so that the sanitizer sees a read of the first byte beyond it. Whatever comes
 * out as lines has to be lines: no control character but one newline at the end of each.
 */
#include <stdlib.h>
#include <string.h>

#include "decode/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(const struct orl_text *t, unsigned int want)
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

static void print_all(const struct orl_formats *formats, const struct orl_comms *comms,
		      const struct orl_record *rec)
{
	struct orl_text out = ORL_TEXT_INIT;

	orl_line_report(&out, formats, comms, rec);
	orl_line_trace(&out, formats, comms, rec);
	orl_line_json(&out, formats, comms, rec);
	check_lines(&out, 3);
	orl_text_fini(&out);
}

static void use_format(struct orl_format *f, const uint8_t *data, size_t size)
{
	struct orl_record rec = {.ts = 1234567890, .len = (uint32_t)size};
	int id = orl_format_id(f);
	struct orl_formats *formats;
	struct orl_comms *comms;
	uint8_t *copy = malloc(size ? size : 1);

	if (size)
		memcpy(copy, data, size);
	if (size >= 2) { /* make it a record of this event */
		copy[0] = (uint8_t)id;
		copy[1] = (uint8_t)(id >> 8);
	}
	rec.data = copy;
	if (orl_formats_create(&formats) || orl_comms_create(&comms))
		abort();
	orl_comms_load(comms, (const char *)data, size);
	if (orl_formats_add(formats, f) == 0)
		print_all(formats, comms, &rec);
	orl_formats_destroy(formats);
	orl_comms_destroy(comms);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size;
	struct orl_format *f;

	if (orl_format_parse(&f, "fuzz", (const char *)data, len))
		return 0;
	use_format(f, nul ? nul + 1 : data, nul ? size - len - 1 : 0);
	return 0;
}
