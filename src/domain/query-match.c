// SPDX-License-Identifier: MIT
/*
 * What a query matches, what is left of it when others follow, and how it is written.
 */
#include "domain/query.h"

#include <errno.h>
#include <string.h>

bool orl_query_is_sound(const struct orl_query *q)
{
	if (q->len > sizeof(q->text) || (q->len && q->text[q->len - 1]) ||
	    (q->set | q->clear) & ~ORL_SITE_FLAGS || q->given >> ORL_QUERY_NR_WORDS)
		return false;
	for (unsigned int i = 0; i < ORL_QUERY_NR_WORDS; i++) {
		if (q->given >> i & 1 && q->word[i] >= q->len)
			return false;
	}
	return true;
}

const char *orl_query_word(const struct orl_query *q, unsigned int word)
{
	return q->given >> word & 1 ? q->text + q->word[word] : NULL;
}

const char *orl_query_trim(const char *file)
{
	for (;;) {
		const char *at = file;

		if (at[0] == '.' && at[1] == '.' && at[2] == '/')
			at += 3;
		else if (at[0] == '.' && at[1] == '/')
			at += 2;
		else
			return file;
		while (*at == '/')
			at++;
		file = at;
	}
}

static bool match_file(const char *pattern, const char *file)
{
	const char *slash = strrchr(file, '/'), *trimmed = orl_query_trim(file);

	return orl_wildcard_match(pattern, file) ||
	       (trimmed != file && orl_wildcard_match(pattern, trimmed)) ||
	       (slash && orl_wildcard_match(pattern, slash + 1));
}

static bool match_format(const char *word, const char *format)
{
	if (*word == '^')
		return !strncmp(format, word + 1, strlen(word + 1));
	return strstr(format, word) != NULL;
}

static bool match_class(const char *word, const char *class_name)
{
	return word ? class_name && *class_name && !strcmp(word, class_name) : !class_name;
}

bool orl_query_match(const struct orl_query *q, const struct orl_query_site *site)
{
	const char *word;

	if ((q->first_line && site->line < q->first_line) ||
	    (q->last_line && site->line > q->last_line) ||
	    !match_class(orl_query_word(q, ORL_QUERY_CLASS), site->class_name))
		return false;
	word = orl_query_word(q, ORL_QUERY_MODULE);
	if (word && !orl_wildcard_match(word, site->module))
		return false;
	word = orl_query_word(q, ORL_QUERY_FILE);
	if (word && !match_file(word, site->file))
		return false;
	word = orl_query_word(q, ORL_QUERY_FUNC);
	if (word && !orl_wildcard_match(word, site->function))
		return false;
	word = orl_query_word(q, ORL_QUERY_FORMAT);
	return !word || match_format(word, site->format);
}

/* ---- lists ---- */

/* Does the one match every line that the other one does? */
static bool has_lines(const struct orl_query *q, const struct orl_query *of)
{
	uint32_t last = q->last_line ? q->last_line : UINT32_MAX;
	uint32_t of_last = of->last_line ? of->last_line : UINT32_MAX;

	return q->first_line <= of->first_line && of_last <= last;
}

bool orl_query_undoes(const struct orl_query *q, const struct orl_query *old)
{
	if (q->pid && (q->pid != old->pid || q->image != old->image))
		return false;
	if ((old->set | old->clear) & ~(q->set | q->clear) || !has_lines(q, old))
		return false;
	for (unsigned int i = 0; i < ORL_QUERY_NR_WORDS; i++) {
		const char *word = orl_query_word(q, i), *old_word = orl_query_word(old, i);

		if (!word && (!old_word || i != ORL_QUERY_CLASS))
			continue;
		if (!word || !old_word || strcmp(word, old_word))
			return false;
	}
	return true;
}

uint32_t orl_queries_sweep(struct orl_queries *list,
			   bool (*drop)(const struct orl_query *query, void *arg), void *arg)
{
	uint32_t nr = list->nr < ORL_NR_QUERIES ? list->nr : ORL_NR_QUERIES, kept = 0;

	for (uint32_t i = 0; i < nr; i++) {
		if (drop(&list->query[i], arg))
			continue;
		if (kept != i)
			list->query[kept] = list->query[i];
		kept++;
	}
	list->nr = kept;
	return nr - kept;
}

static bool is_undone(const struct orl_query *old, void *query)
{
	return !orl_query_is_sound(old) || orl_query_undoes(query, old);
}

int orl_queries_add(struct orl_queries *list, const struct orl_query *query)
{
	struct orl_query copy = *query;

	orl_queries_sweep(list, is_undone, &copy);
	if (list->nr == ORL_NR_QUERIES)
		return -ENOSPC;
	list->query[list->nr++] = copy;
	return 0;
}

/* ---- text ---- */

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_text(struct out *o, const char *s)
{
	while (*s)
		put(o, *s++);
}

static void put_number(struct out *o, uint32_t v)
{
	char digits[11];
	unsigned int at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	put_text(o, digits + at);
}

/* No escapes in these: quotes where the word would not be one without. */
static void put_word(struct out *o, const char *word)
{
	const char quote = strchr(word, '"') ? '\'' : '"';
	bool is_plain = *word && !strchr("\"'#", *word) && !strpbrk(word, " \t\v\f\r");

	if (!is_plain)
		put(o, quote);
	put_text(o, word);
	if (!is_plain)
		put(o, quote);
}

/* What would end the word or the query, and what is no text, as octal. */
static void put_format(struct out *o, const char *format)
{
	put(o, '"');
	for (; *format; format++) {
		unsigned char c = (unsigned char)*format;

		if (c >= ' ' && c != 0x7f && c != '"' && c != ';' && c != '\\') {
			put(o, *format);
			continue;
		}
		put(o, '\\');
		for (int shift = 6; shift >= 0; shift -= 3)
			put(o, (char)('0' + (c >> shift & 7)));
	}
	put(o, '"');
}

static void put_lines(struct out *o, const struct orl_query *q)
{
	if (!q->first_line && !q->last_line)
		return;
	put_text(o, "line ");
	if (q->first_line)
		put_number(o, q->first_line);
	if (q->first_line != q->last_line)
		put(o, '-');
	if (q->first_line != q->last_line && q->last_line && q->last_line != UINT32_MAX)
		put_number(o, q->last_line);
	put(o, ' ');
}

char *orl_flags_print(uint32_t flags, char *buf)
{
	static const struct {
		uint32_t bit;
		char letter;
	} all[] = {
		{ ORL_SITE_PRINT, 'p' }, { ORL_SITE_MODULE, 'm' }, { ORL_SITE_FUNCTION, 'f' },
		{ ORL_SITE_SOURCE, 's' }, { ORL_SITE_LINE, 'l' }, { ORL_SITE_TID, 't' },
	};
	char *p = buf;

	for (unsigned int i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (flags & all[i].bit)
			*p++ = all[i].letter;
	}
	if (p == buf)
		*p++ = '_';
	*p = '\0';
	return buf;
}

size_t orl_query_print(const struct orl_query *q, char *buf, size_t size)
{
	static const struct {
		unsigned int word;
		const char *keyword;
	} order[] = {
		{ ORL_QUERY_FILE, "file " }, { ORL_QUERY_FUNC, "func " },
		{ ORL_QUERY_NR_WORDS, NULL }, { ORL_QUERY_MODULE, "module " },
		{ ORL_QUERY_FORMAT, "format " }, { ORL_QUERY_CLASS, "class " },
	};
	struct out o = { .buf = buf, .size = size };
	char flags[8];

	for (unsigned int i = 0; i < sizeof(order) / sizeof(*order); i++) {
		const char *word = order[i].keyword ? orl_query_word(q, order[i].word) : NULL;

		if (!order[i].keyword)
			put_lines(&o, q);
		if (!word)
			continue;
		put_text(&o, order[i].keyword);
		if (order[i].word == ORL_QUERY_FORMAT)
			put_format(&o, word);
		else
			put_word(&o, word);
		put(&o, ' ');
	}
	put(&o, q->clear == ORL_SITE_FLAGS ? '=' : q->clear ? '-' : '+');
	put_text(&o, orl_flags_print(q->clear == ORL_SITE_FLAGS || !q->clear ? q->set : q->clear,
				     flags));
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return o.len;
}
