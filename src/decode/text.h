/* SPDX-License-Identifier: MIT */
/*
 * A growable buffer of output text. Printers append to it and never fail one by one: when memory
 * runs out the buffer keeps what it has, sets @failed and swallows the rest, so that a caller
 * checks once, at the end. After the first few records it no longer allocates.
 *
 * Strings that come from a traced program go through orl_text_escape(), which is what keeps one
 * record on one line and control sequences off the terminal.
 */
#ifndef ORL_DECODE_TEXT_H
#define ORL_DECODE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct orl_text {
	char *buf;	/* not terminated; see orl_text_str() */
	size_t len;
	size_t cap;
	size_t newline_end;	/* value of len just behind the last escaped newline */
	bool failed;	/* memory ran out, text is missing at the end */
};

#define ORL_TEXT_INIT {0}

/** orl_text_init() - begin with an empty buffer; allocates nothing */
void orl_text_init(struct orl_text *t);

/** orl_text_fini() - free the buffer; @t is empty and usable afterwards */
void orl_text_fini(struct orl_text *t);

/** orl_text_grow() - make room for @need more bytes; false and @failed when there is none */
bool orl_text_grow(struct orl_text *t, size_t need);

/** orl_text_str() - the text with a terminating NUL, owned by @t, valid until it changes */
const char *orl_text_str(struct orl_text *t);

/** orl_text_printf() - formatted by the C library: for headers and rare lines, it is slow */
__attribute__((format(printf, 2, 3))) void orl_text_printf(struct orl_text *t, const char *fmt,
							   ...);

/** orl_text_u64() - append a decimal number */
void orl_text_u64(struct orl_text *t, uint64_t v);

/** orl_text_s64() - append a signed decimal number */
void orl_text_s64(struct orl_text *t, int64_t v);

/** orl_text_hex() - append a number in lower-case hex, without a prefix */
void orl_text_hex(struct orl_text *t, uint64_t v);

/** orl_text_pad() - append @n times @c */
void orl_text_pad(struct orl_text *t, char c, size_t n);

/**
 * orl_text_escape() - append bytes that a traced program chose
 * @s: @len bytes, need not be valid UTF-8 or terminated
 *
 * Printable ASCII and well-formed UTF-8 pass. Control characters (C0, DEL and C1) and bytes that
 * are no UTF-8 come out as \n, \t, \r or \xHH.
 */
void orl_text_escape(struct orl_text *t, const void *s, size_t len);

/** orl_text_trim_newline() - take back an escaped newline if the text from @start on ends in one */
static inline void orl_text_trim_newline(struct orl_text *t, size_t start)
{
	if (t->newline_end == t->len && t->len >= start + 2)
		t->len -= 2;
	t->newline_end = 0;
}

/** orl_text_json() - append bytes as a JSON string, quotes included; bad UTF-8 becomes U+FFFD */
void orl_text_json(struct orl_text *t, const void *s, size_t len);

/** orl_text_reset() - forget the text, keep the memory */
static inline void orl_text_reset(struct orl_text *t)
{
	t->len = 0;
	t->newline_end = 0;
	t->failed = false;
}

/** orl_text_reserve() - @n writable bytes at the end, or NULL; the caller adds to @len itself */
static inline char *orl_text_reserve(struct orl_text *t, size_t n)
{
	if ((!t->buf || t->cap - t->len < n) && !orl_text_grow(t, n))
		return NULL;
	return t->buf + t->len;
}

/** orl_text_write() - append bytes as they are */
static inline void orl_text_write(struct orl_text *t, const void *s, size_t len)
{
	char *to = orl_text_reserve(t, len);

	if (to && len) {
		memcpy(to, s, len);
		t->len += len;
	}
}

/** orl_text_putc() - append one byte */
static inline void orl_text_putc(struct orl_text *t, char c)
{
	char *to = orl_text_reserve(t, 1);

	if (to) {
		*to = c;
		t->len++;
	}
}

/** orl_text_puts() - append a C string of our own, unescaped */
static inline void orl_text_puts(struct orl_text *t, const char *s)
{
	orl_text_write(t, s, strlen(s));
}

#endif /* ORL_DECODE_TEXT_H */
