/* SPDX-License-Identifier: MIT */
/*
 * One event: its fields, and how its records become text.
 *
 * An event describes itself by the text of its `format` file, as in tracefs: fields with offsets
 * and sizes, then a printf format with C expressions as arguments. orl_format_parse() turns that
 * into a small program once; printing a record runs the program and allocates nothing but output.
 *
 * There are two dialects of the text, because the kernel and libtraceevent disagree on the same
 * format: the reference of a report is trace-cmd, that of the trace file is the kernel.
 *
 *                               ORL_PRINT_TEP                     ORL_PRINT_KERNEL
 *   s8, s16, s32 fields         read as unsigned, then cut by %   sign kept
 *   operators of equal rank     from the right                    from the left, as in C
 *   a * (b + c)                 a * b + c                         as in C
 *   a ? x : b ? y : z           (a ? x : b) ? y : z               as in C
 *   casts                       cut the value, never extend it    as in C
 *   %p                          0x1234, (nil)                     0000000000001234
 *   __print_array               1 2 3                             {0x1,0x2,0x3}
 *   __get_cpumask               0-3,5                             hex words
 *   escapes in string arguments as written                        resolved
 *
 * Neither the format text nor the record is trusted: any bytes give an error or some text.
 * A parsed format never changes and may be used by many threads at once.
 */
#ifndef ORL_DECODE_FORMAT_H
#define ORL_DECODE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/text.h"

struct orl_format;
struct orl_kallsyms;
struct orl_print_texts;

struct orl_field {
	const char *type; /* without the __data_loc or __rel_loc word; arrays end in [] or [N] */
	const char *name;
	uint32_t offset;	/* bytes from the start of the record */
	uint32_t size;		/* bytes in the record; 0: to its end; 4 for a dynamic field */
	uint32_t elem_size; /* bytes of one element of an array, else equal to size; 0 unknown */
	bool is_signed;
	bool is_string;		/* an array of char */
	bool is_bytes;		/* an array of char, u8 or s8: text if what is in it looks so */
	bool is_array;		/* fixed or dynamic */
	bool is_dynamic;	/* the field holds u16 offset, u16 length of the data */
	bool is_rel;		/* ... and the offset counts from the field's own end */
	bool is_pointer;
	bool is_long;		/* "long" is one of the words of its type */
	bool is_common;		/* one of the common_ fields that every record has */
};

enum orl_print_mode { ORL_PRINT_TEP, ORL_PRINT_KERNEL };

/**
 * orl_format_parse() - read the text of a format file
 * @out:    the format, to be freed with orl_format_destroy()
 * @system: copied; NULL counts as ""
 * @text:   @len bytes, need not be terminated
 *
 * A print fmt that cannot be understood is no error: the records are printed field by field.
 *
 * Return: 0, -EINVAL when name, ID or a field is malformed or a limit is passed, -ENOMEM.
 */
int orl_format_parse(struct orl_format **out, const char *system, const char *text, size_t len);

/** orl_format_destroy() - free a format and its fields; NULL is allowed */
void orl_format_destroy(struct orl_format *f);

const char *orl_format_name(const struct orl_format *f);
const char *orl_format_system(const struct orl_format *f);
int orl_format_id(const struct orl_format *f);

/** orl_format_can_print() - whether the print fmt was understood, false: fields are dumped */
bool orl_format_can_print(const struct orl_format *f, enum orl_print_mode mode);

/** orl_format_nr_fields() - number of fields, the common ones first */
unsigned int orl_format_nr_fields(const struct orl_format *f);

/** orl_format_field() - a field by index, NULL beyond the last; owned by @f */
const struct orl_field *orl_format_field(const struct orl_format *f, unsigned int idx);

/** orl_format_find() - a field by name, or NULL */
const struct orl_field *orl_format_find(const struct orl_format *f, const char *name);

/**
 * orl_field_data() - where a field's bytes lie in a record, following a dynamic field
 * @data: set to the first byte, inside @rec
 * @size: set to the number of bytes, cut at the end of the record
 *
 * Return: 0, or -ERANGE when the field or what it points to begins outside the record.
 */
int orl_field_data(const struct orl_field *field, const void *rec, uint32_t len,
		   const uint8_t **data, uint32_t *size);

/**
 * orl_field_number() - value of an integer field, sign-extended if the field is signed
 *
 * Return: the value; 0 for a field outside the record or of a size other than 1, 2, 4 and 8.
 */
uint64_t orl_field_number(const struct orl_field *field, const void *rec, uint32_t len);

/**
 * orl_format_print() - append the text of a record, as libtraceevent prints it
 * @rec: the record, starting with the common fields; @len bytes, nothing beyond is read
 *
 * Control characters from the record are escaped. If the record ends before a field that is
 * printed, the text ends with a remark that says so.
 */
void orl_format_print(const struct orl_format *f, const void *rec, uint32_t len,
		      struct orl_text *out);

/**
 * orl_format_print_named() - orl_format_print() that knows what stands at addresses
 * @functions: functions; NULL: none
 * @prints: strings, for %s of a pointer; NULL: none
 */
void orl_format_print_named(const struct orl_format *f, const struct orl_kallsyms *functions,
			    struct orl_print_texts *prints, const void *rec, uint32_t len,
			    struct orl_text *out);

/** orl_format_print_mode() - orl_format_print() in a chosen dialect */
void orl_format_print_mode(const struct orl_format *f, enum orl_print_mode mode, const void *rec,
			   uint32_t len, struct orl_text *out);

/**
 * orl_format_json() - append the event's own fields as `"name":value` pairs, comma separated
 *
 * Integers are numbers, pointers are "0x..." strings, character arrays are strings, other arrays
 * are arrays; a field that the record does not reach is null. No braces.
 *
 * Return: 0, or -ENOMEM when @out has failed.
 */
int orl_format_json(const struct orl_format *f, const void *rec, uint32_t len,
		    struct orl_text *out);

#endif /* ORL_DECODE_FORMAT_H */
