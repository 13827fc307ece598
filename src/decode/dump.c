// SPDX-License-Identifier: MIT
/*
 * Records without a usable print fmt: " name=value" for each of the event's own fields, in the
 * form in which libtraceevent does it. Lists of bytes are cut at DUMP_MAX.
 */
#include "decode/program.h"

#define DUMP_MAX 65536u

/* Text as far as its first NUL: printable or white space throughout. */
static bool is_text(const uint8_t *data, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len && data[i]; i++)
		if ((data[i] < 0x20 || data[i] > 0x7e) && (data[i] < 9 || data[i] > 13))
			return false;
	return true;
}

static void dump_array(const struct orl_field *f, const uint8_t *data, uint32_t len,
		       struct orl_text *out)
{
	uint32_t i;

	if (f->is_bytes && is_text(data, len)) {
		orl_text_escape(out, data, strnlen((const char *)data, len));
		return;
	}
	orl_text_puts(out, "ARRAY[");
	for (i = 0; i < len && i < DUMP_MAX; i++) {
		if (i)
			orl_text_write(out, ", ", 2);
		orl_conv_hex(out, data + i, 1, 0);
	}
	orl_text_putc(out, ']');
}

static void dump_number(const struct orl_field *f, uint64_t v, struct orl_text *out)
{
	bool hex = f->is_pointer || (f->is_long && (!f->is_signed || f->size == 4));

	if (hex) {
		orl_text_write(out, "0x", 2);
		orl_text_hex(out, f->size == 4 ? (uint32_t)v : v);
	} else if (f->is_signed) {
		if (f->size == 2 && v < 10)
			orl_text_putc(out, ' ');
		orl_text_s64(out, (int64_t)v);
	} else {
		orl_text_u64(out, v);
	}
}

typedef void put_fn(const struct orl_field *field, const uint8_t *data, uint32_t size,
		    uint64_t number, struct orl_text *out);

static void put_fields(const struct orl_format *f, const void *rec, uint32_t len, put_fn *put,
		       const char *cut_short, struct orl_text *out)
{
	const struct orl_field *field;
	const uint8_t *data;
	uint32_t size, i;

	for (i = 0; i < f->nr_fields; i++) {
		field = &f->fields[i];
		if (field->is_common)
			continue;
		orl_text_putc(out, ' ');
		orl_text_puts(out, field->name);
		orl_text_putc(out, '=');
		if (orl_field_data(field, rec, len, &data, &size))
			orl_text_puts(out, cut_short);
		else
			put(field, data, size, orl_field_number(field, rec, len), out);
	}
}

static void dump_field(const struct orl_field *field, const uint8_t *data, uint32_t size,
		       uint64_t number, struct orl_text *out)
{
	if (field->is_array)
		dump_array(field, data, size, out);
	else
		dump_number(field, number, out);
}

void orl_dump_fields(const struct orl_format *f, const void *rec, uint32_t len,
		     struct orl_text *out)
{
	put_fields(f, rec, len, dump_field, "[cut short]", out);
}

/* As the kernel's option `fields`: a letter and a code for one byte, else hex and decimal. */
static void kernel_number(const struct orl_field *f, uint64_t v, struct orl_text *out)
{
	uint64_t bits = f->size < 8 ? v & ((1ULL << f->size * 8) - 1) : v;

	if (f->size == 1) {
		if (bits >= 0x20 && bits < 0x7f)
			orl_text_printf(out, "'%c'", (char)bits);
		orl_text_printf(out, "(%llu)", (unsigned long long)bits);
		return;
	}
	orl_text_write(out, "0x", 2);
	orl_text_hex(out, bits);
	orl_text_write(out, " (", 2);
	/* of 16 bits the kernel forgets the sign */
	orl_text_s64(out, f->size == 4 ? (int32_t)bits : (int64_t)bits);
	orl_text_putc(out, ')');
}

static void kernel_field(const struct orl_field *field, const uint8_t *data, uint32_t size,
			 uint64_t number, struct orl_text *out)
{
	if (field->is_string)
		orl_text_escape(out, data, strnlen((const char *)data, size));
	else if (field->is_array)
		orl_conv_hex(out, data, size < DUMP_MAX ? size : DUMP_MAX, ',');
	else
		kernel_number(field, number, out);
}

void orl_dump_fields_kernel(const struct orl_format *f, const void *rec, uint32_t len,
			    struct orl_text *out)
{
	put_fields(f, rec, len, kernel_field, "<OVERFLOW>", out);
}
