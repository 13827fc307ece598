// SPDX-License-Identifier: MIT
/*
 * The formatter: one conversion after the other, each parsed into a struct orl_fmt_spec and printed
 * into a buffer that counts on when it is full.
 */
#include "runtime/text-impl.h"

#include <errno.h>
#include <string.h>

#define WIDTH_MAX 4096			/* of a field: more is nothing that anybody wants to read */
#define BAD_LOW 4096UL			/* no data is below, nor where ERR_PTR() leads */

static unsigned int flag_of(char c)
{
	switch (c) {
	case '-':
		return ORL_SPEC_LEFT;
	case '+':
		return ORL_SPEC_PLUS;
	case ' ':
		return ORL_SPEC_SPACE;
	case '#':
		return ORL_SPEC_ALT;
	case '0':
		return ORL_SPEC_ZERO;
	default:
		return 0;
	}
}

static const char *parse_number(const char *p, int *to, bool *is_arg)
{
	int n = 0;

	*is_arg = *p == '*';
	if (*is_arg)
		return p + 1;
	while (*p >= '0' && *p <= '9') {
		if (n < WIDTH_MAX)
			n = n * 10 + (*p - '0');
		p++;
	}
	*to = n < WIDTH_MAX ? n : WIDTH_MAX;
	return p;
}

static const char *parse_length(const char *p, char *length)
{
	*length = '\0';
	while (*p && strchr("hlLqjzZt", *p)) {
		if (*p == 'h')
			*length = *length == 'h' ? 'H' : 'h';
		else if (*p == 'l')
			*length = *length == 'l' ? 'L' : 'l';
		else if (*p == 'q' || *p == 'j')
			*length = 'L';
		else
			*length = *p == 'Z' ? 'z' : *p;
		p++;
	}
	return p;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

void orl_fmt_spec_parse(struct orl_fmt_spec *spec, const char *percent)
{
	const char *p = percent + 1;

	*spec = (struct orl_fmt_spec){ .precision = -1 };
	while (flag_of(*p))
		spec->flags |= flag_of(*p++);
	p = parse_number(p, &spec->width, &spec->width_arg);
	if (*p == '.')
		p = parse_number(p + 1, &spec->precision, &spec->precision_arg);
	p = parse_length(p, &spec->length);
	if (*p == '%' || *p == 'c' || *p == 's' || *p == 'p' || *p == 'n' ||
	    orl_fmt_spec_is_integer(*p) || orl_fmt_spec_is_double(*p))
		spec->conv = *p;
	if (*p)
		p++;
	spec->ext = p;
	while (spec->conv == 'p' && is_alnum(*p))
		p++;
	spec->end = p;
}

void orl_fmt_bytes(struct orl_fmt *t, const char *s, size_t len)
{
	if (t->len < t->size)
		memcpy(t->buf + t->len, s, len < t->size - t->len ? len : t->size - t->len);
	t->len += len;
}

static void fill(struct orl_fmt *t, char c, size_t n)
{
	while (n--)
		orl_fmt_put(t, c);
}

static size_t gap_of(const struct orl_fmt_spec *spec, size_t len)
{
	return spec->width > 0 && (size_t)spec->width > len ? (size_t)spec->width - len : 0;
}

void orl_fmt_field(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *s, size_t len)
{
	size_t gap = gap_of(spec, len);

	if (!(spec->flags & ORL_SPEC_LEFT))
		fill(t, ' ', gap);
	orl_fmt_bytes(t, s, len);
	if (spec->flags & ORL_SPEC_LEFT)
		fill(t, ' ', gap);
}

void orl_fmt_string(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *s)
{
	size_t max = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
	size_t len = 0;

	if (!s)
		s = "(null)";
	else if ((uintptr_t)s < BAD_LOW || (uintptr_t)s >= (uintptr_t)-4095)
		s = "(efault)";
	while (len < max && s[len])
		len++;
	orl_fmt_field(t, spec, s, len);
}

void orl_fmt_number(struct orl_fmt *t, const struct orl_fmt_spec *spec, const char *prefix,
		     const char *digits, size_t nr)
{
	size_t len = nr + strlen(prefix), zeros = 0, gap;

	if (orl_fmt_spec_is_integer(spec->conv) && spec->precision >= 0) {
		zeros = (size_t)spec->precision > nr ? (size_t)spec->precision - nr : 0;
	} else if ((spec->flags & ORL_SPEC_ZERO) && !(spec->flags & ORL_SPEC_LEFT)) {
		zeros = gap_of(spec, len);
	}
	len += zeros;
	gap = gap_of(spec, len);
	if (!(spec->flags & ORL_SPEC_LEFT))
		fill(t, ' ', gap);
	orl_fmt_bytes(t, prefix, strlen(prefix));
	fill(t, '0', zeros);
	orl_fmt_bytes(t, digits, nr);
	if (spec->flags & ORL_SPEC_LEFT)
		fill(t, ' ', gap);
}

void orl_fmt_integer(struct orl_fmt *t, const struct orl_fmt_spec *spec, uint64_t value,
		      bool negative)
{
	const char *set = spec->conv == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned int base = spec->conv == 'o' ? 8 : (spec->conv | 0x20) == 'x' ? 16 : 10;
	bool is_signed = spec->conv == 'd' || spec->conv == 'i';
	const char *prefix = "";
	char digits[24];
	size_t at = sizeof(digits);

	for (uint64_t v = value; v; v /= base)
		digits[--at] = set[v % base];
	if (!value && spec->precision != 0)
		digits[--at] = '0';
	if (is_signed && negative)
		prefix = "-";
	else if (is_signed && (spec->flags & ORL_SPEC_PLUS))
		prefix = "+";
	else if (is_signed && (spec->flags & ORL_SPEC_SPACE))
		prefix = " ";
	else if (base == 16 && (spec->flags & ORL_SPEC_ALT) && value)
		prefix = spec->conv == 'X' ? "0X" : "0x";
	else if (base == 8 && (spec->flags & ORL_SPEC_ALT) &&
		 (at == sizeof(digits) || digits[at] != '0'))
		digits[--at] = '0';
	orl_fmt_number(t, spec, prefix, digits + at, sizeof(digits) - at);
}

static void put_integer(struct orl_fmt *t, const struct orl_fmt_spec *spec, struct orl_args *args)
{
	bool is_signed = spec->conv == 'd' || spec->conv == 'i';
	uint64_t v;

	if (orl_fmt_spec_size(spec) == 8)
		v = va_arg(args->ap, unsigned long long);
	else
		v = va_arg(args->ap, unsigned int);
	if (spec->length == 'H')
		v = is_signed ? (uint64_t)(int8_t)v : (uint8_t)v;
	else if (spec->length == 'h')
		v = is_signed ? (uint64_t)(int16_t)v : (uint16_t)v;
	else if (orl_fmt_spec_size(spec) == 4 && is_signed)
		v = (uint64_t)(int32_t)v;
	if (is_signed && (int64_t)v < 0)
		orl_fmt_integer(t, spec, -v, true);
	else
		orl_fmt_integer(t, spec, v, false);
}

static void take_stars(struct orl_fmt_spec *spec, struct orl_args *args)
{
	if (spec->width_arg) {
		int w = va_arg(args->ap, int);

		if (w < 0)
			spec->flags |= ORL_SPEC_LEFT;
		w = w < -WIDTH_MAX || w > WIDTH_MAX ? WIDTH_MAX : w;
		spec->width = w < 0 ? -w : w;
	}
	if (spec->precision_arg) {
		int p = va_arg(args->ap, int);

		spec->precision = p < 0 ? -1 : p > WIDTH_MAX ? WIDTH_MAX : p;
	}
}

static void convert(struct orl_fmt *t, struct orl_fmt_spec *spec, struct orl_args *args)
{
	char c;

	if (orl_fmt_spec_is_integer(spec->conv)) {
		put_integer(t, spec, args);
	} else if (orl_fmt_spec_is_double(spec->conv)) {
		orl_fmt_double(t, spec,
				spec->length == 'L' ? (double)va_arg(args->ap, long double)
						    : va_arg(args->ap, double));
	} else if (spec->conv == 's') {
		orl_fmt_string(t, spec, va_arg(args->ap, const char *));
	} else if (spec->conv == 'c') {
		c = (char)va_arg(args->ap, int);
		orl_fmt_field(t, spec, &c, 1);
	} else if (spec->conv == 'p') {
		orl_fmt_pointer(t, spec, va_arg(args->ap, const void *));
	} else if (spec->conv == 'n') {
		(void)va_arg(args->ap, void *);
	}
}

/* errno by its name, as in the C library's formats. */
static const char *put_errno(struct orl_fmt *t, const char *percent, int err)
{
	const char *name = orl_fmt_errno(err);

	if (name)
		orl_fmt_bytes(t, name + 1, strlen(name) - 1);
	else
		orl_fmt_integer(t, &(struct orl_fmt_spec){ .conv = 'u', .precision = -1 },
				(unsigned int)err, false);
	return percent + 2;
}

/* Behind what makes no sense all is printed as it stands: whose turn the arguments are cannot be
 * known. */
void orl_fmt_v(struct orl_fmt *t, const char *fmt, struct orl_args *args)
{
	struct orl_fmt_spec spec;

	while (*fmt) {
		const char *percent = strchr(fmt, '%');

		if (!percent) {
			orl_fmt_bytes(t, fmt, strlen(fmt));
			return;
		}
		orl_fmt_bytes(t, fmt, (size_t)(percent - fmt));
		if (percent[1] == 'm') {
			fmt = put_errno(t, percent, errno);
			continue;
		}
		orl_fmt_spec_parse(&spec, percent);
		fmt = spec.end;
		if (!spec.conv) {
			orl_fmt_bytes(t, percent, strlen(percent));
			return;
		}
		if (spec.conv == '%') {
			orl_fmt_put(t, '%');
			continue;
		}
		take_stars(&spec, args);
		convert(t, &spec, args);
	}
}

int orl_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct orl_fmt t = { .buf = buf, .size = size };
	struct orl_args args;
	int saved = errno;

	va_copy(args.ap, ap);
	orl_fmt_v(&t, fmt, &args);
	va_end(args.ap);
	if (size)
		buf[t.len < size ? t.len : size - 1] = '\0';
	errno = saved;
	return t.len > INT32_MAX ? INT32_MAX : (int)t.len;
}

int orl_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = orl_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
