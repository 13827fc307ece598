// SPDX-License-Identifier: MIT
/*
 * Queries of dynamic debug: from text to struct orl_query in three steps, each with its own
 * mistakes: cut into queries, cut a query into words, make sense of the words. The words stay where
 * they are in the text until the query is known to be right; then they are copied in one order, so
 * that the same words are the same bytes.
 */
#include "domain/query.h"

#include <errno.h>
#include <string.h>

/* Six keywords with their words, and the flags. */
#define MAX_WORDS 13U
#define LINE ORL_QUERY_NR_WORDS		/* "line", behind the words that are kept as text */

static const char *const keywords[] = { "file", "func", "module", "format", "class", "line" };

/* A piece of the text. */
struct span {
	const char *s;
	uint32_t len;
};

/* A query half understood. */
struct parts {
	struct span word[ORL_QUERY_NR_WORDS];	/* s is NULL: not given */
	uint32_t first_line, last_line;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int refuse(struct orl_query_text *t, struct span at, const char *mistake)
{
	bool is_module = at.s == t->module;	/* it is no part of the text */

	t->mistake = mistake;
	t->mistake_at = is_module ? 0 : (uint32_t)(at.s - t->text);
	t->mistake_len = is_module ? 0 : at.len;
	return -EINVAL;
}

/* ---- into words ---- */

/* Return: the number of words, which may be 0, or -EINVAL. */
static int cut_words(struct orl_query_text *t, struct span query, struct span *words)
{
	const char *p = query.s, *end = query.s + query.len;
	unsigned int nr = 0;

	for (;;) {
		struct span *w = &words[nr];

		while (p < end && is_space(*p))
			p++;
		if (p == end || *p == '#')
			return (int)nr;
		if (nr == MAX_WORDS)
			return refuse(t, (struct span){ p, (uint32_t)(end - p) }, "too many words");
		w->s = p;
		if (*p == '"' || *p == '\'') {
			w->s++;
			p = memchr(w->s, *p, (size_t)(end - w->s));
			if (!p)
				return refuse(t, (struct span){ w->s - 1,
								(uint32_t)(end - w->s) + 1 },
					      "a quote without its end");
			w->len = (uint32_t)(p++ - w->s);
		} else {
			while (p < end && !is_space(*p))
				p++;
			w->len = (uint32_t)(p - w->s);
		}
		nr++;
	}
}

/* ---- words into parts ---- */

static int parse_flags(struct orl_query_text *t, struct span word, struct orl_query *q)
{
	static const char letters[] = "pmfslt_";
	static const uint32_t bits[] = { ORL_SITE_PRINT, ORL_SITE_MODULE, ORL_SITE_FUNCTION,
					 ORL_SITE_SOURCE, ORL_SITE_LINE, ORL_SITE_TID, 0 };
	uint32_t flags = 0;

	if (!word.len || !memchr("+-=", *word.s, 3))
		return refuse(t, word, "a query ends with '+', '-' or '=' and flags");
	for (uint32_t i = 1; i < word.len; i++) {
		const char *letter = memchr(letters, word.s[i], sizeof(letters) - 1);

		if (!letter)
			return refuse(t, (struct span){ word.s + i, 1 },
				      "unknown flag: there are p, m, f, s, l, t and _");
		flags |= bits[letter - letters];
	}
	q->set = *word.s == '-' ? 0 : flags;
	q->clear = *word.s == '-' ? flags : *word.s == '=' ? ORL_SITE_FLAGS : 0;
	return 0;
}

/* Nothing is 0. One '+' may stand before the digits, as everywhere in the kernel. */
static bool parse_number(struct span s, uint32_t *out)
{
	const char *p = s.s, *end = s.s + s.len;
	uint64_t v = 0;

	*out = 0;
	if (p == end)
		return true;
	p += *p == '+';
	if (p == end)
		return false;
	for (; p < end; p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

static int parse_lines(struct orl_query_text *t, struct span word, struct parts *parts)
{
	const char *dash = memchr(word.s, '-', word.len);
	struct span first = word, last = { word.s, 0 };

	if (parts->first_line || parts->last_line)
		return refuse(t, word, "lines are given twice");
	if (dash) {
		first.len = (uint32_t)(dash - word.s);
		last = (struct span){ dash + 1, word.len - first.len - 1 };
	}
	if (!parse_number(first, &parts->first_line) || !parse_number(last, &parts->last_line)) {
		parts->first_line = parts->last_line = 0;
		return refuse(t, word, "not a line or a range of lines");
	}
	if (!dash)
		parts->last_line = parts->first_line;
	else if (!parts->last_line)
		parts->last_line = UINT32_MAX;
	if (parts->last_line < parts->first_line)
		return refuse(t, word, "a range of lines that ends before it begins");
	return 0;
}

static int give(struct orl_query_text *t, struct parts *parts, unsigned int which,
		struct span word)
{
	if (parts->word[which].s)
		return refuse(t, word, "the same keyword twice");
	parts->word[which] = word;
	return 0;
}

/* "x.c", "x.c:f", "x.c:10-20" */
static int parse_file(struct orl_query_text *t, struct parts *parts, struct span word)
{
	const char *colon = memchr(word.s, ':', word.len);
	struct span tail = { word.s + word.len, 0 };
	int rc;

	if (colon) {
		tail = (struct span){ colon + 1, (uint32_t)(word.s + word.len - colon) - 1 };
		word.len = (uint32_t)(colon - word.s);
	}
	rc = give(t, parts, ORL_QUERY_FILE, word);
	if (rc || !colon)
		return rc;
	if (tail.len && (is_letter(*tail.s) || *tail.s == '*' || *tail.s == '?'))
		return give(t, parts, ORL_QUERY_FUNC, tail);
	return parse_lines(t, tail, parts);
}

static int parse_pair(struct orl_query_text *t, struct parts *parts, const struct span *pair)
{
	unsigned int which = 0;

	while (which < sizeof(keywords) / sizeof(*keywords) &&
	       (strlen(keywords[which]) != pair->len ||
		memcmp(keywords[which], pair->s, pair->len)))
		which++;
	if (which == ORL_QUERY_FILE)
		return parse_file(t, parts, pair[1]);
	if (which == LINE)
		return parse_lines(t, pair[1], parts);
	if (which < LINE)
		return give(t, parts, which, pair[1]);
	return refuse(t, *pair,
		      "unknown keyword: there are file, func, line, module, format and class");
}

/* ---- parts into a query ---- */

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The byte that stands behind a backslash, and how much of @s is it; 0: none, the backslash stays.
 */
static uint32_t unescape(struct span s, char *out)
{
	static const char from[] = "nrtvfae\\\"", to[] = "\n\r\t\v\f\a\033\\\"";
	unsigned int v = 0;
	const char *found;
	uint32_t n = 0;

	while (n < s.len && n < 3 && is_octal(s.s[n]) && v < 32)
		v = v * 8 + (unsigned int)(s.s[n++] - '0');
	*out = (char)v;
	if (n)
		return n;
	found = s.len ? memchr(from, *s.s, sizeof(from) - 1) : NULL;
	if (found)
		*out = to[found - from];
	return found ? 1 : 0;
}

/* Copies a word; a format without its escapes. Return: its length, or what is too much. */
static uint32_t copy_word(char *to, uint32_t room, struct span word, bool escaped)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < word.len && n < room; n++) {
		uint32_t len = 0;

		if (escaped && word.s[i] == '\\')
			len = unescape((struct span){ word.s + i + 1, word.len - i - 1 }, &to[n]);
		if (!len)
			to[n] = word.s[i];
		else if (!to[n])
			return n;
		i += len + 1;
	}
	return n;
}

static int finish(struct orl_query_text *t, const struct parts *parts, struct orl_query *q)
{
	q->first_line = parts->first_line;
	q->last_line = parts->last_line;
	if (!q->first_line && q->last_line == UINT32_MAX)
		q->last_line = 0;
	for (unsigned int i = 0; i < ORL_QUERY_NR_WORDS; i++) {
		uint32_t room = (uint32_t)sizeof(q->text) - q->len, n;

		if (!parts->word[i].s)
			continue;
		n = copy_word(q->text + q->len, room, parts->word[i], i == ORL_QUERY_FORMAT);
		if (n >= room) {
			refuse(t, parts->word[i], "too long");
			return -E2BIG;
		}
		q->given |= 1U << i;
		q->word[i] = q->len;
		q->len = (uint16_t)(q->len + n + 1);
	}
	return 0;
}

/* Return: 1, 0 when there is nothing in it, or -errno. */
static int parse_query(struct orl_query_text *t, struct span text, struct orl_query *q)
{
	struct span words[MAX_WORDS];
	struct parts parts = { .first_line = 0 };
	int nr = cut_words(t, text, words), rc;

	if (nr <= 0)
		return nr;
	rc = parse_flags(t, words[nr - 1], q);
	if (rc)
		return rc;
	if (t->module) {
		parts.word[ORL_QUERY_MODULE] = (struct span){ t->module,
							      (uint32_t)strlen(t->module) };
	}
	if (nr % 2 == 0)
		return refuse(t, words[nr - 2], "a keyword without its word");
	for (int i = 0; i < nr - 1; i += 2) {
		rc = parse_pair(t, &parts, &words[i]);
		if (rc)
			return rc;
	}
	rc = finish(t, &parts, q);
	return rc ? rc : 1;
}

void orl_query_begin(struct orl_query_text *t, const char *text, size_t len, const char *module)
{
	const char *nul = memchr(text, '\0', len < UINT32_MAX ? len : UINT32_MAX);

	*t = (struct orl_query_text){ .text = text, .module = module,
				      .len = (uint32_t)(nul ? (size_t)(nul - text) : len) };
}

int orl_query_next(struct orl_query_text *t, struct orl_query *q)
{
	while (t->pos < t->len) {
		struct span text = { t->text + t->pos, 0 };
		int rc;

		while (t->pos < t->len && t->text[t->pos] != ';' && t->text[t->pos] != '\n')
			t->pos++;
		text.len = (uint32_t)(t->text + t->pos - text.s);
		t->pos += t->pos < t->len;
		memset(q, 0, sizeof(*q));
		rc = parse_query(t, text, q);
		if (rc)
			return rc;
	}
	return 0;
}
