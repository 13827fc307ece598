/* SPDX-License-Identifier: MIT */
/* What the parts of src/compile share: texts with bounds, mistakes, and the steps of a filter. */
#ifndef ORL_COMPILE_IMPL_H
#define ORL_COMPILE_IMPL_H

#include <string.h>

#include "compile/compile.h"

#define ORL_COMPILE_FILTER_PREFIX "event filter parse error"
#define ORL_COMPILE_MAX_CPUS 1024U

/* A filter on its way into a hook. */
struct orl_compile {
	struct orl_hook *hook;
	const struct orl_format *f;
	const char *text;
	uint32_t len;
	struct orl_mistake *m;
};

/* What a name in a filter or a hist stands for. */
enum orl_subject_kind { ORL_SUBJECT_NUMBER, ORL_SUBJECT_STRING, ORL_SUBJECT_MASK, ORL_SUBJECT_CPU };

struct orl_subject {
	enum orl_subject_kind kind;
	bool is_loadable;	/* false: an array of numbers, which nothing can be compared with */
	bool is_signed;
	uint8_t load;		/* ORL_LOAD_* */
	uint16_t off, size;	/* as in struct orl_insn */
	uint32_t width;		/* bytes of the field in the record */
	const struct orl_field *field; /* NULL for CPU and COMM */
};

/* ASCII only, whatever the locale. */
static inline bool orl_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool orl_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool orl_is_alnum(char c)
{
	return orl_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte at @i, NUL at the end and behind it. */
static inline char orl_compile_at(const struct orl_compile *c, uint32_t i)
{
	return i < c->len ? c->text[i] : '\0';
}

/* Length of a text without blanks at its end; it ends at a NUL, too. */
static inline uint32_t orl_compile_trim(const char *text, uint32_t len)
{
	len = (uint32_t)strnlen(text, len);
	while (len && orl_is_blank(text[len - 1]))
		len--;
	return len;
}

/** orl_compile_mistake() - fill in @m and return @err */
int orl_compile_mistake(struct orl_mistake *m, const char *prefix, const char *message,
			uint32_t pos, int err);

/**
 * orl_compile_number() - a whole number as the kernel's kstrtoull() and kstrtoll() take it
 * @is_signed: a minus is allowed, and the range is that of int64_t
 *
 * 0x and 0X make it hex, a leading 0 octal. Return: 0, -EINVAL for other bytes, -ERANGE.
 */
int orl_compile_number(const char *text, uint32_t len, bool is_signed, uint64_t *v);

/** orl_compile_cpulist() - "0-3,5", "all", "0-N:1/2" into @mask of ORL_COMPILE_MAX_CPUS bits;
 * 0 or -EINVAL */
int orl_compile_cpulist(const char *text, uint32_t len, uint8_t *mask);

/** orl_compile_subject() - look up a name of @len bytes; false when the event has no such field */
bool orl_compile_subject(const struct orl_format *f, const char *name, uint32_t len,
			 struct orl_subject *s);

/**
 * orl_compile_pred() - one comparison of a filter into the hook's next instruction
 * @start: of the first byte
 *
 * Return: the index behind it, or c->m->err.
 */
int orl_compile_pred(struct orl_compile *c, uint32_t start);

#endif
