/* SPDX-License-Identifier: MIT */
/*
 * The formats of binary print records by the numbers that records have: of a live domain, or of a
 * recording that has brought them along.
 *
 * A table belongs to one thread: what was looked up is kept, up to some thousand formats.
 */
#ifndef ORL_DECODE_PRINT_TEXTS_H
#define ORL_DECODE_PRINT_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/domain.h"

/*
 * Beside the format at orl_print_fmt(), which libtraceevent can read, lists have the one that the
 * program has, this much further, where the two differ.
 */
#define ORL_PRINT_ORIGINAL 32U

struct orl_print_texts;

/* Valid until the next call; bytes that somebody else chose. */
struct orl_print_text {
	const char *format;
	size_t len;
	const char *function;		/* NULL: not known here */
	size_t function_len;
	bool is_kernel;			/* the kernel's own, not a program's */
};

/** orl_print_texts_live() - of the domain @d, which must stay; 0 or -ENOMEM */
int orl_print_texts_live(struct orl_print_texts **out, const struct orl_domain *d);

/**
 * orl_print_texts_parse() - of lines as in tracing/printk_formats: 0xADDRESS : "FORMAT"
 * @text: must stay; nothing in it is trusted, lines of another form are passed over
 *
 * Return: 0 or -ENOMEM.
 */
int orl_print_texts_parse(struct orl_print_texts **out, const char *text, size_t len);

/** orl_print_texts_find() - what a record with these numbers prints; false: nobody knows */
bool orl_print_texts_find(struct orl_print_texts *t, uint64_t ip, uint64_t fmt,
			  struct orl_print_text *out);

/** orl_print_texts_destroy() - NULL is allowed */
void orl_print_texts_destroy(struct orl_print_texts *t);

#endif /* ORL_DECODE_PRINT_TEXTS_H */
