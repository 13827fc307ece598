// SPDX-License-Identifier: MIT
/*
 * What a name stands for: a field of the event, or one of the words that every event knows. The
 * type of a field decides as in the kernel: an array whose element type has "char" in its name is a
 * string (u8 is not), a cpumask_t is a set of CPUs, everything else is a number of the field's
 * size; that of a dynamic array is the word that says where the data is.
 */
#include "compile/impl.h"

#define COMMON_LEN 8U

static const uint8_t unsigned_loads[9] = { [1] = ORL_LOAD_U8, [2] = ORL_LOAD_U16,
					   [4] = ORL_LOAD_U32, [8] = ORL_LOAD_U64 };

static void as_array(struct orl_subject *s, enum orl_subject_kind kind, uint8_t fixed,
		     uint8_t data_loc, uint8_t rel_loc)
{
	const struct orl_field *field = s->field;

	s->kind = kind;
	s->load = fixed;
	if (field->is_dynamic)
		s->load = field->is_rel ? rel_loc : data_loc;
}

static void as_number(struct orl_subject *s)
{
	uint32_t size = s->field->size;

	s->kind = ORL_SUBJECT_NUMBER;
	s->is_signed = s->field->is_signed;
	s->is_loadable = size == 1 || size == 2 || size == 4 || size == 8;
	if (s->is_loadable)
		s->load = unsigned_loads[size] + s->is_signed;
}

static bool from_field(const struct orl_field *field, struct orl_subject *s)
{
	/* instructions have 16 bits for a place */
	if (field->offset > UINT16_MAX || field->size > UINT16_MAX - field->offset)
		return false;
	s->field = field;
	s->off = (uint16_t)field->offset;
	s->size = (uint16_t)field->size;
	s->width = field->size;
	s->is_loadable = true;
	if (strstr(field->type, "cpumask"))
		as_array(s, ORL_SUBJECT_MASK, ORL_LOAD_MASK, ORL_LOAD_MASK_LOC, ORL_LOAD_MASK_REL);
	else if (field->is_array && strstr(field->type, "char"))
		as_array(s, ORL_SUBJECT_STRING, ORL_LOAD_STRING, ORL_LOAD_DATA_LOC,
			 ORL_LOAD_REL_LOC);
	else
		as_number(s);
	/* the common fields are 8 bytes of their own */
	return field->offset >= COMMON_LEN ||
	       (s->kind == ORL_SUBJECT_NUMBER && field->size <= COMMON_LEN - field->offset);
}

bool orl_compile_subject(const struct orl_format *f, const char *name, uint32_t len,
			 struct orl_subject *s)
{
	const struct orl_field *field;
	char word[256];

	memset(s, 0, sizeof(*s));
	if (!len || len >= sizeof(word))
		return false;
	memcpy(word, name, len);
	word[len] = '\0';
	field = orl_format_find(f, word);
	if (field)
		return from_field(field, s);
	s->is_loadable = true;
	if (!strcmp(word, "CPU") || !strcmp(word, "cpu") || !strcmp(word, "common_cpu")) {
		s->kind = ORL_SUBJECT_CPU;
		s->load = ORL_LOAD_CPU;
		s->is_signed = true;
		s->width = 4;
		return true;
	}
	if (!strcmp(word, "COMM") || !strcmp(word, "comm")) {
		s->kind = ORL_SUBJECT_STRING;
		s->load = ORL_LOAD_COMM;
		s->width = 8;
		return true;
	}
	return false;
}
