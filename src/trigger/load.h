/* SPDX-License-Identifier: MIT */
/*
 * Reading fields of a record, as filters and hists name them: a type, an offset and a size that
 * nobody vouches for. Everything is checked against the record's length here; false means that the
 * record has no such bytes.
 */
#ifndef ORL_TRIGGER_LOAD_H
#define ORL_TRIGGER_LOAD_H

#include <string.h>

#include "trigger/trigger.h"

#define ORL_COMMON_LEN 8U

/* Bytes of a record, or of a name. */
struct orl_span {
	const char *p;
	uint32_t len;
};

static inline bool orl_load_is_number(uint32_t load)
{
	return load <= ORL_LOAD_S64 || load == ORL_LOAD_CPU;
}

static inline bool orl_load_is_string(uint32_t load)
{
	return (load >= ORL_LOAD_STRING && load <= ORL_LOAD_REL_LOC) || load == ORL_LOAD_COMM;
}

static inline bool orl_load_is_mask(uint32_t load)
{
	return load >= ORL_LOAD_MASK_LOC && load <= ORL_LOAD_MASK;
}

/* Is the field's offset that of a u32 which says where the data is? */
static inline bool orl_load_is_loc(uint32_t load)
{
	return load == ORL_LOAD_DATA_LOC || load == ORL_LOAD_REL_LOC || load == ORL_LOAD_MASK_LOC ||
	       load == ORL_LOAD_MASK_REL || load == ORL_LOAD_ARRAY_STACK;
}

/* Bytes of a number in a record, U8 .. S64. */
static inline uint32_t orl_load_width(uint32_t load)
{
	return 1U << (load >> 1);
}

#define ORL_LOAD_AS(type, from, to) \
	do { \
		type value_; \
		memcpy(&value_, from, sizeof(value_)); \
		*(to) = (uint64_t)(int64_t)value_; \
	} while (0)

/** orl_load_number() - U8 .. S64, sign-extended where signed, and CPU */
static inline bool orl_load_number(const struct orl_occurrence *o, uint32_t load, uint32_t off,
				   uint64_t *v)
{
	uint32_t width = orl_load_width(load & 7);
	const char *p = o->rec;

	if (__builtin_expect(load > ORL_LOAD_S64, 0)) {
		if (load != ORL_LOAD_CPU)
			return false;
		*v = o->ops->cpu(o);
		return true;
	}
	if (off < ORL_COMMON_LEN) {
		p = (const char *)&o->common;
		if (off + width > ORL_COMMON_LEN)
			return false;
	} else if (off + width > o->len) {
		return false;
	}
	p += off;
	switch (load) {
	case ORL_LOAD_U8:
		ORL_LOAD_AS(uint8_t, p, v);
		break;
	case ORL_LOAD_S8:
		ORL_LOAD_AS(int8_t, p, v);
		break;
	case ORL_LOAD_U16:
		ORL_LOAD_AS(uint16_t, p, v);
		break;
	case ORL_LOAD_S16:
		ORL_LOAD_AS(int16_t, p, v);
		break;
	case ORL_LOAD_U32:
		ORL_LOAD_AS(uint32_t, p, v);
		break;
	case ORL_LOAD_S32:
		ORL_LOAD_AS(int32_t, p, v);
		break;
	default:
		ORL_LOAD_AS(uint64_t, p, v);
		break;
	}
	return true;
}

/** orl_load_bytes() - an array in the record: fixed, or where a data_loc or rel_loc at @off says */
static inline bool orl_load_bytes(const struct orl_occurrence *o, uint32_t load, uint32_t off,
				  uint32_t size, struct orl_span *span)
{
	bool is_relative = load == ORL_LOAD_REL_LOC || load == ORL_LOAD_MASK_REL;

	if (orl_load_is_loc(load)) {
		uint64_t loc;

		if (off < ORL_COMMON_LEN || !orl_load_number(o, ORL_LOAD_U32, off, &loc))
			return false;
		size = (uint32_t)(loc >> 16);
		off = (uint32_t)(loc & 0xffff) + (is_relative ? off + 4 : 0);
	}
	if (off < ORL_COMMON_LEN || off > o->len || size > o->len - off)
		return false;
	/* "char name[]" without a size goes to the record's end */
	if (load == ORL_LOAD_STRING && !size)
		size = o->len - off;
	span->p = (const char *)o->rec + off;
	span->len = size;
	return true;
}

/** orl_load_string() - without its NUL; @comm is room for the thread's name */
static inline bool orl_load_string(const struct orl_occurrence *o, uint32_t load, uint32_t off,
				   uint32_t size, char comm[16], struct orl_span *span)
{
	if (load == ORL_LOAD_COMM) {
		o->ops->comm(o, comm);
		span->p = comm;
		span->len = 16;
	} else if (!orl_load_bytes(o, load, off, size, span)) {
		return false;
	}
	span->len = (uint32_t)strnlen(span->p, span->len);
	return true;
}

#endif
