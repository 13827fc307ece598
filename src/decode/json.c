// SPDX-License-Identifier: MIT
/*
 * A record's fields as JSON members. The values come from the fields' types alone; what the print
 * fmt would make of them (flag names, scaled times) is text for people and not repeated here.
 */
#include "decode/ftrace.h"
#include "decode/program.h"

#include <errno.h>

#define JSON_MAX_ELEMENTS 65536u

static void put_hex_string(const uint8_t *data, uint32_t len, struct orl_text *out)
{
	orl_text_putc(out, '"');
	orl_conv_hex(out, data, len < JSON_MAX_ELEMENTS ? len : JSON_MAX_ELEMENTS, 0);
	orl_text_putc(out, '"');
}

static void put_number(uint64_t v, bool is_signed, bool is_pointer, struct orl_text *out)
{
	if (is_pointer) {
		orl_text_puts(out, "\"0x");
		orl_text_hex(out, v);
		orl_text_putc(out, '"');
	} else if (is_signed) {
		orl_text_s64(out, (int64_t)v);
	} else {
		orl_text_u64(out, v);
	}
}

static bool is_number(uint32_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static void put_array(const struct orl_field *f, const uint8_t *data, uint32_t len,
		      struct orl_text *out)
{
	uint32_t nr = is_number(f->elem_size) ? len / f->elem_size : 0, i;
	uint64_t v;

	if (nr > JSON_MAX_ELEMENTS)
		nr = JSON_MAX_ELEMENTS;
	orl_text_putc(out, '[');
	for (i = 0; i < nr; i++) {
		if (i)
			orl_text_putc(out, ',');
		v = orl_load(data + i * f->elem_size, f->elem_size);
		put_number(orl_extend(v, f->elem_size, f->is_signed), f->is_signed, f->is_pointer,
			   out);
	}
	orl_text_putc(out, ']');
}

/* The format of a stack says eight addresses, whatever a record has. */
static void put_stack(const uint8_t *rec, uint32_t len, struct orl_text *out)
{
	const uint8_t *caller;
	uint32_t nr = orl_stack_addresses(rec, len, &caller);

	orl_text_putc(out, '[');
	for (uint32_t i = 0; i < nr; i++) {
		if (i)
			orl_text_putc(out, ',');
		orl_text_u64(out, orl_load(caller + i * 8, 8));
	}
	orl_text_putc(out, ']');
}

static void put_value(const struct orl_field *f, const void *rec, uint32_t len,
		      struct orl_text *out)
{
	const uint8_t *data;
	uint32_t size;

	if (orl_field_data(f, rec, len, &data, &size))
		orl_text_puts(out, "null");
	else if (f->is_string)
		orl_text_json(out, data, strnlen((const char *)data, size));
	else if (f->is_array && is_number(f->elem_size))
		put_array(f, data, size, out);
	else if (!f->is_array && is_number(size))
		put_number(orl_field_number(f, rec, len), f->is_signed, f->is_pointer, out);
	else
		put_hex_string(data, size, out);
}

int orl_format_json(const struct orl_format *f, const void *rec, uint32_t len, struct orl_text *out)
{
	const struct orl_field *field;
	bool first = true;
	uint32_t i;

	for (i = 0; i < f->nr_fields; i++) {
		field = &f->fields[i];
		if (field->is_common)
			continue;
		if (!first)
			orl_text_putc(out, ',');
		first = false;
		orl_text_json(out, field->name, strlen(field->name));
		orl_text_putc(out, ':');
		if (f->special == ORL_SPECIAL_STACK && field->is_array)
			put_stack(rec, len, out);
		else
			put_value(field, rec, len, out);
	}
	return out->failed ? -ENOMEM : 0;
}
