/* SPDX-License-Identifier: MIT */
/*
 * Functions by address, from a text as /proc/kallsyms is: the one that a recording brings along.
 * It is read and looked up in as libtraceevent does it, so that the same addresses get the same
 * names.
 */
#ifndef ORL_DECODE_KALLSYMS_H
#define ORL_DECODE_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/text.h"

#define ORL_KALLSYMS_MAX (2U << 20) /* functions; what comes behind them is not read */

struct orl_kallsyms;

struct orl_function {
	const char *name; /* not terminated; bytes that somebody else chose */
	size_t len;
	uint64_t addr; /* where it begins */
};

/**
 * orl_kallsyms_parse() - read lines of "ADDRESS TYPE NAME"
 * @text: must live as long as the table; nothing in it is trusted
 *
 * Reading ends at the first line that is of another form. Return: 0 or -ENOMEM.
 */
int orl_kallsyms_parse(struct orl_kallsyms **out, const char *text, size_t len);

/**
 * orl_kallsyms_find() - the function with the largest start that is not above @addr
 *
 * Nobody knows where the last one ends: it is found by its very start only.
 */
bool orl_kallsyms_find(const struct orl_kallsyms *k, uint64_t addr, struct orl_function *out);

/** orl_kallsyms_nr() - how many functions were read */
uint32_t orl_kallsyms_nr(const struct orl_kallsyms *k);

/**
 * orl_kallsyms_put() - append "ADDRESS t NAME", without a newline
 *
 * A name is one word there, and libtraceevent passes over those that begin with a dollar: what does
 * not fit is replaced.
 */
void orl_kallsyms_put(struct orl_text *out, uint64_t addr, const char *name);

/** orl_kallsyms_destroy() - free the table; NULL is allowed */
void orl_kallsyms_destroy(struct orl_kallsyms *k);

#endif /* ORL_DECODE_KALLSYMS_H */
