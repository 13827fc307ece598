// SPDX-License-Identifier: MIT
/* Access to a parsed format and to the fields of a record. */
#include "decode/expr.h"
#include "decode/ftrace.h"

#include <errno.h>

#define STACK_SIZE 8u		/* of a stack record: where the number of addresses is */
#define STACK_CALLER 16u

const char *orl_format_name(const struct orl_format *f)
{
	return f->name;
}

const char *orl_format_system(const struct orl_format *f)
{
	return f->system;
}

int orl_format_id(const struct orl_format *f)
{
	return f->id;
}

bool orl_format_can_print(const struct orl_format *f, enum orl_print_mode mode)
{
	return f->prog[mode].valid;
}

unsigned int orl_format_nr_fields(const struct orl_format *f)
{
	return f->nr_fields;
}

const struct orl_field *orl_format_field(const struct orl_format *f, unsigned int idx)
{
	return idx < f->nr_fields ? &f->fields[idx] : NULL;
}

const struct orl_field *orl_field_lookup(const struct orl_format *f, const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < f->nr_fields; i++)
		if (!strncmp(f->fields[i].name, name, len) && !f->fields[i].name[len])
			return &f->fields[i];
	return NULL;
}

const struct orl_field *orl_format_find(const struct orl_format *f, const char *name)
{
	return orl_field_lookup(f, name, strlen(name));
}

/* Where a dynamic field points to: low half offset, high half length. */
static int follow(const struct orl_field *field, const uint8_t *rec, uint32_t len, uint64_t *off,
		  uint32_t *size)
{
	uint32_t loc;

	if (field->offset > len || len - field->offset < sizeof(loc))
		return -ERANGE;
	memcpy(&loc, rec + field->offset, sizeof(loc));
	*off = loc & 0xffff;
	*size = loc >> 16;
	if (field->is_rel)
		*off += field->offset + sizeof(loc);
	return 0;
}

int orl_field_data(const struct orl_field *field, const void *rec, uint32_t len,
		   const uint8_t **data, uint32_t *size)
{
	uint64_t off = field->offset;
	int err = 0;

	*size = field->size;
	if (field->is_dynamic)
		err = follow(field, rec, len, &off, size);
	if (err || off > len || (off == len && *size))
		return -ERANGE;
	if (*size > len - off || (!field->size && !field->is_dynamic))
		*size = (uint32_t)(len - off);
	*data = (const uint8_t *)rec + off;
	return 0;
}

uint64_t orl_field_number(const struct orl_field *field, const void *rec, uint32_t len)
{
	if (field->offset > len || len - field->offset < field->size)
		return 0;
	return orl_extend(orl_load((const uint8_t *)rec + field->offset, field->size), field->size,
			  field->is_signed);
}

uint32_t orl_stack_addresses(const uint8_t *rec, uint32_t len, const uint8_t **caller)
{
	uint32_t nr, room;

	*caller = rec + STACK_CALLER;
	if (len < STACK_CALLER)
		return 0;
	nr = (uint32_t)orl_load(rec + STACK_SIZE, 4);
	room = (len - STACK_CALLER) / 8;
	return nr < room ? nr : room;
}
