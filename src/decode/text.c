// SPDX-License-Identifier: MIT
/*
 * The output buffer. Numbers are made here, two digits at a time from a table, because a report
 * of millions of records consists mostly of decimal numbers and printf() would be its main cost.
 */
#include "decode/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
				  "25262728293031323334353637383940414243444546474849"
				  "50515253545556575859606162636465666768697071727374"
				  "75767778798081828384858687888990919293949596979899";

void orl_text_init(struct orl_text *t)
{
	memset(t, 0, sizeof(*t));
}

void orl_text_fini(struct orl_text *t)
{
	free(t->buf);
	memset(t, 0, sizeof(*t));
}

bool orl_text_grow(struct orl_text *t, size_t need)
{
	size_t cap = t->cap ? t->cap : 512;
	char *buf;

	if (t->failed || need > SIZE_MAX / 4 - t->len) {
		t->failed = true;
		return false;
	}
	while (cap - t->len < need)
		cap *= 2;
	buf = realloc(t->buf, cap);
	if (!buf) {
		t->failed = true;
		return false;
	}
	t->buf = buf;
	t->cap = cap;
	return true;
}

const char *orl_text_str(struct orl_text *t)
{
	char *end = orl_text_reserve(t, 1);

	if (!end) {
		if (!t->cap)
			return "";
		t->len = t->len < t->cap ? t->len : t->cap - 1;
		end = t->buf + t->len;
	}
	*end = '\0';
	return t->buf;
}

void orl_text_printf(struct orl_text *t, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	to = orl_text_reserve(t, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void orl_text_u64(struct orl_text *t, uint64_t v)
{
	char tmp[20], *p = tmp + sizeof(tmp);

	while (v >= 100) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * v, 2);
	} else {
		*--p = (char)('0' + v);
	}
	orl_text_write(t, p, (size_t)(tmp + sizeof(tmp) - p));
}

void orl_text_s64(struct orl_text *t, int64_t v)
{
	if (v < 0) {
		orl_text_putc(t, '-');
		orl_text_u64(t, 0 - (uint64_t)v);
	} else {
		orl_text_u64(t, (uint64_t)v);
	}
}

void orl_text_hex(struct orl_text *t, uint64_t v)
{
	char tmp[16], *p = tmp + sizeof(tmp);

	do {
		*--p = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	orl_text_write(t, p, (size_t)(tmp + sizeof(tmp) - p));
}

void orl_text_pad(struct orl_text *t, char c, size_t n)
{
	char *to = orl_text_reserve(t, n);

	if (to) {
		memset(to, c, n);
		t->len += n;
	}
}

/*
 * Length of the well-formed UTF-8 sequence of two or more bytes at @s, or 0. Overlong forms,
 * surrogates, code points beyond U+10FFFF and the C1 controls U+0080..U+009F count as malformed.
 */
static size_t utf8_len(const uint8_t *s, size_t len)
{
	size_t n, i;

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
	    (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static inline bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static void escape_byte(struct orl_text *t, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	char out[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};

	if (c == '\n' || c == '\t' || c == '\r') {
		out[1] = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
		orl_text_write(t, out, 2);
		if (c == '\n')
			t->newline_end = t->len;
	} else {
		orl_text_write(t, out, 4);
	}
}

void orl_text_escape(struct orl_text *t, const void *s, size_t len)
{
	const uint8_t *p = s, *end = p + len;

	while (p < end) {
		const uint8_t *run = p;
		size_t n = 1;

		for (; p < end && n; p += n)
			n = is_plain(*p) ? 1 : *p >= 0x80 ? utf8_len(p, (size_t)(end - p)) : 0;
		orl_text_write(t, run, (size_t)(p - run));
		if (p < end)
			escape_byte(t, *p++);
	}
}

static void json_byte(struct orl_text *t, uint8_t c)
{
	if (c == '"' || c == '\\') {
		orl_text_putc(t, '\\');
		orl_text_putc(t, (char)c);
	} else if (c < 0x80) {
		static const char hex[] = "0123456789abcdef";
		char out[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

		orl_text_write(t, out, 6);
	} else {
		orl_text_write(t, "\xef\xbf\xbd", 3);
	}
}

void orl_text_json(struct orl_text *t, const void *s, size_t len)
{
	const uint8_t *p = s, *end = p + len;

	orl_text_putc(t, '"');
	while (p < end) {
		size_t n = *p >= 0x80 ? utf8_len(p, (size_t)(end - p)) : 0;

		if (n || (is_plain(*p) && *p != '"' && *p != '\\')) {
			n = n ? n : 1;
			orl_text_write(t, p, n);
			p += n;
		} else {
			json_byte(t, *p++);
		}
	}
	orl_text_putc(t, '"');
}
