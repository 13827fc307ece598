/* SPDX-License-Identifier: MIT */
/*
 * The query language of dynamic debug, the kernel's: "file x.c line 10-20 +p; func f* =pmf".
 *
 *   queries  are separated by ';' and newlines, also inside quotes; '#' where a word could begin
 *            starts a comment, to the end of that query
 *   query    pairs of a keyword and a word, then the change of flags
 *   file     the whole path or its last part; "x.c:10-20" and "x.c:f*" give lines or a function too
 *   func, module   the name; in these three '*' is any bytes and '?' is one
 *   format   is part of the text that is printed, or with '^' its beginning; \n \t \033 ... in it
 *   line     N, N-M, N-, -M; 0 is any
 *   class    the name; without it only sites match that have no class
 *   flags    '+' '-' '=' and letters of "pmfslt_"
 *
 * A word may stand in " or '. Twice the same keyword is a mistake, as is anything else. All six may
 * be given, where the kernel takes four.
 *
 * Shared by the traced process and the tools: libc only, no malloc, async-signal-safe, no state.
 */
#ifndef ORL_DOMAIN_QUERY_H
#define ORL_DOMAIN_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/dyndbg.h"

/* A text with queries, on its way through orl_query_next(). */
struct orl_query_text {
	const char *text;
	const char *module;		/* which each query is limited to, or NULL */
	uint32_t len;			/* of text */
	uint32_t pos;			/* where the next query begins */
	/* of the last query that was refused */
	const char *mistake;		/* a sentence without its end, of static storage */
	uint32_t mistake_at;		/* the bytes of text that it is about */
	uint32_t mistake_len;
};

/**
 * orl_query_begin() - start reading a text
 * @text:   any bytes; read until @len or a NUL; must last as long as @t
 * @module: each query matches sites of this module only and must not name one; or NULL
 */
void orl_query_begin(struct orl_query_text *t, const char *text, size_t len, const char *module);

/**
 * orl_query_next() - parse the next query
 * @query: filled in; seq, pid and image are 0
 *
 * Empty queries and comments are skipped. After an error the next call goes on with the query
 * behind, as the kernel does: it applies what is right, and the write fails.
 *
 * Return: 1; 0 at the end of the text; -EINVAL for a mistake, -E2BIG when the words are too long
 * for struct orl_query; then mistake, mistake_at and mistake_len say which.
 */
int orl_query_next(struct orl_query_text *t, struct orl_query *query);

/** orl_query_is_sound() - may these bytes be used as a query? What comes from shared memory is
 * copied and then asked about. */
bool orl_query_is_sound(const struct orl_query *query);

/** orl_query_word() - a word of a sound query, ORL_QUERY_FILE ...; NULL when it has none */
const char *orl_query_word(const struct orl_query *query, unsigned int word);

/* What a query looks at. */
struct orl_query_site {
	const char *file, *function, *module;
	const char *format; /* without what a prefix puts before it (struct orl_print: head) */
	const char *class_name;		/* NULL: it has none; "": it has one without a name */
	uint32_t line;
};

/** orl_query_match() - does a sound query choose this site? pid and image are not looked at. */
bool orl_query_match(const struct orl_query *query, const struct orl_query_site *site);

/** orl_query_flags() - the flags of a site that matches, ORL_SITE_*, after the query */
static inline uint32_t orl_query_flags(const struct orl_query *query, uint32_t flags)
{
	return ((flags & ~query->clear) | query->set) & ORL_SITE_FLAGS;
}

/** orl_query_trim() - a source's path as it is listed: without the "./" and "../" that compilers
 * are started with. Points into @file. */
const char *orl_query_trim(const char *file);

/**
 * orl_query_print() - a sound query as text, in one form: orl_query_next() makes the same of it
 * @buf: receives it with a NUL; cut when @size is too small
 * Return: the length of the whole text. ORL_QUERY_PRINT_MAX bytes are enough.
 */
size_t orl_query_print(const struct orl_query *query, char *buf, size_t size);
#define ORL_QUERY_PRINT_MAX 4096U

/** orl_flags_print() - flags as they are listed: "pmf", or "_" for none. @buf has 8 bytes. Returns
 * @buf. */
char *orl_flags_print(uint32_t flags, char *buf);

/**
 * orl_query_undoes() - is nothing left of @old's effect where @query is applied later?
 * That is so when @query matches wherever @old does, in whatever process, and sets or clears each
 * flag that @old does.
 */
bool orl_query_undoes(const struct orl_query *query, const struct orl_query *old);

/**
 * orl_queries_add() - put a query behind a list, and drop those that it undoes
 * @query: sound, with seq, pid and image
 * Return: 0, or -ENOSPC, and the list is as it was.
 */
int orl_queries_add(struct orl_queries *list, const struct orl_query *query);

/**
 * orl_queries_sweep() - drop queries
 * @drop: what it returns true for goes; called once for each, in order
 * A list with more than ORL_NR_QUERIES counts as that long. Return: how many went.
 */
uint32_t orl_queries_sweep(struct orl_queries *list,
			   bool (*drop)(const struct orl_query *query, void *arg), void *arg);

/** orl_wildcard_match() - the kernel's: '*' any bytes, '?' one, all else itself (rules.c) */
bool orl_wildcard_match(const char *pattern, const char *s);

#endif
