/* SPDX-License-Identifier: MIT */
/*
 * The places of a domain that print: its registry "prints" (abi/print.h), read.
 *
 * Nothing that is handed out points into shared memory. An entry is copied first and judged then;
 * one that makes no sense is as one that is not there. A file that is cut short while it is
 * mapped ends the tool in words (orl_session_guard()).
 *
 * A table belongs to one thread.
 */
#ifndef ORL_READER_PRINTS_H
#define ORL_READER_PRINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/print.h"
#include "domain/domain.h"

struct orl_print_table;

/* A copy of an entry; may itself be copied. */
struct orl_print_site {
	uint32_t number;
	uint32_t line;
	uint32_t decors;		/* a bit for each decoration that was ever used */
	uint8_t kind;			/* ORL_PRINT_DEBUG and so on, or one of a later version */
	uint8_t class_id;		/* ORL_PRINT_NO_CLASS: none */
	uint16_t text_at[ORL_PRINT_NR_TEXTS];
	uint16_t text_len[ORL_PRINT_NR_TEXTS];
	char text[ORL_PRINT_MAX];
};

/** orl_print_text() - one of ORL_PRINT_MODULE .. ORL_PRINT_CLASS, NUL-terminated, any bytes */
static inline const char *orl_print_text(const struct orl_print_site *site, unsigned int which)
{
	return site->text + site->text_at[which];
}

/**
 * orl_prints_open() - a domain's table
 * @d: must stay as long as the table
 *
 * The registry is mapped when something is first looked up in it and it is there; until then the
 * table is empty. What programs add later is found without further ado.
 * Return: 0 or -ENOMEM.
 */
int orl_prints_open(struct orl_print_table **out, const struct orl_domain *d);

/** orl_prints_close() - NULL is allowed */
void orl_prints_close(struct orl_print_table *t);

/**
 * orl_prints_error() - why there is nothing, as -errno
 *
 * Return: 0 when the registry is mapped, -ENOENT when there is none yet, -EBADMSG when it is
 * damaged, -EPROTO when it is of another version, or what open and mmap return.
 */
int orl_prints_error(struct orl_print_table *t);

/** orl_prints_find() - copy the entry of a number; false: there is none that is sound */
bool orl_prints_find(struct orl_print_table *t, uint32_t number, struct orl_print_site *site);

/**
 * orl_prints_next() - copy the first entry whose number is at least @number
 *
 * for (uint32_t n = 0; orl_prints_next(t, n, &site); n = site.number + 1)
 * Return: false when there is none.
 */
bool orl_prints_next(struct orl_print_table *t, uint32_t number, struct orl_print_site *site);

/** orl_prints_refused() - places that found no room since the registry was made */
uint64_t orl_prints_refused(struct orl_print_table *t);

/**
 * orl_print_format() - the format by which a record prints
 * @decor: ORL_DECOR_*, as in the record
 *
 * The prefix that the decoration asks for, with "[%d] " for the thread and every '%' of a name
 * doubled; then head and format, for ORL_PRINT_HEX "%s". Names that do not fit are cut.
 * Writes at most @size bytes with NUL, @size > 0. Return: the length without NUL.
 */
size_t orl_print_format(const struct orl_print_site *site, uint32_t decor, char *buf, size_t size);

/* Room for every result of orl_print_format(). */
#define ORL_PRINT_FORMAT_MAX (2 * ORL_PRINT_MAX)

#endif /* ORL_READER_PRINTS_H */
