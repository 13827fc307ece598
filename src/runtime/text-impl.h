/* SPDX-License-Identifier: MIT */
/* Conversions of a format, and the parts of the formatter: see text.h. */
#ifndef ORL_RUNTIME_TEXT_IMPL_H
#define ORL_RUNTIME_TEXT_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/text.h"

/* struct orl_fmt_spec.flags */
#define ORL_SPEC_LEFT 1U
#define ORL_SPEC_PLUS 2U
#define ORL_SPEC_SPACE 4U
#define ORL_SPEC_ALT 8U
#define ORL_SPEC_ZERO 16U

/* One conversion. */
struct orl_fmt_spec {
	unsigned int flags;
	bool width_arg, precision_arg;	/* '*' */
	int width;			/* 0: none */
	int precision;			/* -1: none */
	char length;			/* 0, h, H (hh), l, L (ll L q j), z, t */
	char conv;			/* 0: makes no sense; '%' for "%%" */
	const char *ext;		/* of %p: letters and digits up to end */
	const char *end;		/* of the conversion */
};

/** orl_fmt_spec_parse() - @percent: the '%' that it begins with */
void orl_fmt_spec_parse(struct orl_fmt_spec *spec, const char *percent);

/* Of an integer: how many bytes its argument has in a call. */
static inline size_t orl_fmt_spec_size(const struct orl_fmt_spec *spec)
{
	return spec->length == 'l' ? sizeof(long) :
	       spec->length == 'L' ? sizeof(long long) :
	       spec->length == 'z' || spec->length == 't' ? sizeof(size_t) : sizeof(int);
}

static inline bool orl_fmt_spec_is_integer(char conv)
{
	return conv == 'd' || conv == 'i' || conv == 'u' || conv == 'o' || conv == 'x' ||
	       conv == 'X';
}

static inline bool orl_fmt_spec_is_double(char conv)
{
	char lower = (char)(conv | 0x20);

	return lower >= 'a' && lower <= 'g' && lower != 'b' && lower != 'c' && lower != 'd' &&
	       conv != '\0';
}

/* Of %p: is the address itself printed, whatever it points to? */
static inline bool orl_fmt_spec_is_address(const struct orl_fmt_spec *spec)
{
	if (spec->ext == spec->end)
		return true;
	switch (*spec->ext) {
	case 'S': case 's': case 'F': case 'f': case 'B': case 'x': case 'K':
		return true;
	default:
		return false;
	}
}

/* Where text goes: len counts on when the buffer is full. */
struct orl_fmt {
	char *buf;
	size_t size;
	size_t len;
};

static inline void orl_fmt_put(struct orl_fmt *t, char c)
{
	if (t->len < t->size)
		t->buf[t->len] = c;
	t->len++;
}

/* Arguments that functions take from in turn. */
struct orl_args {
	va_list ap;
};

void orl_fmt_bytes(struct orl_fmt *t, const char *s, size_t len);
/** orl_fmt_field() - bytes in the field that @spec says */
void orl_fmt_field(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *s, size_t len);
/** orl_fmt_string() - %s: NULL and error pointers told from text */
void orl_fmt_string(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *s);
/** orl_fmt_number() - @digits without sign and prefix, in the field that @spec says */
void orl_fmt_number(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *prefix,
		     const char *digits, size_t nr);
void orl_fmt_integer(struct orl_fmt *t, const struct orl_fmt_spec *spec, uint64_t value,
		      bool negative);
void orl_fmt_v(struct orl_fmt *t, const char *fmt, struct orl_args *args);

/* text-float.c */
void orl_fmt_double(struct orl_fmt *t, const struct orl_fmt_spec *spec, double value);
/* text-pointer.c */
void orl_fmt_pointer(struct orl_fmt *t, const struct orl_fmt_spec *spec, const void *p);
/* text-errno.c: "-ENOENT" of ENOENT, or NULL */
const char *orl_fmt_errno(int err);

#endif
