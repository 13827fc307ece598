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

#include "lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
