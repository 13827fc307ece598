// SPDX-License-Identifier: MIT
/*
 * One cache for both sources: a place per hash of the number, and who comes later takes it. So
 * memory stays bounded whatever the source holds, and records of few formats find them at once.
 */
#include "decode/print-texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reader/prints.h"

#define PLACES 2048U			/* a power of two */
#define LINES_MAX (1U << 20)		/* of a text; more are not read */
#define NUMBERS_END (ORL_PRINT_FMT_BASE + (uint64_t)ORL_NR_PRINTS * ORL_PRINT_STEP)

struct line {
	uint64_t addr;
	uint32_t at, len;		/* of the format, as it is written */
};

struct place {
	uint64_t fmt;			/* 0: free */
	char *text;			/* format, then function */
	uint32_t len, function_len;
	bool has_function;
};

struct orl_print_texts {
	struct orl_print_table *table;	/* of a domain, or NULL */
	const char *text;		/* of a list */
	struct line *line;		/* sorted by address */
	uint32_t nr, cap;
	struct place place[PLACES];
	struct orl_print_site site;	/* room to work in */
	char format[ORL_PRINT_FORMAT_MAX];
};

int orl_print_texts_live(struct orl_print_texts **out, const struct orl_domain *d)
{
	struct orl_print_texts *t = calloc(1, sizeof(*t));

	if (!t || orl_prints_open(&t->table, d)) {
		free(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

/* Lists */

static int add_line(struct orl_print_texts *t, const struct line *line)
{
	if (t->nr == t->cap) {
		uint32_t cap = t->cap ? t->cap * 2 : 64;
		struct line *more = realloc(t->line, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		t->line = more;
		t->cap = cap;
	}
	t->line[t->nr++] = *line;
	return 0;
}

static bool read_address(const char **p, const char *end, uint64_t *addr)
{
	const char *s = *p;

	while (s < end && *s == ' ')
		s++;
	if (end - s < 3 || s[0] != '0' || s[1] != 'x')
		return false;
	*addr = 0;
	for (s += 2; s < end; s++) {
		char low = (char)(*s | 0x20);

		if (*s >= '0' && *s <= '9')
			*addr = *addr << 4 | (uint64_t)(*s - '0');
		else if (low >= 'a' && low <= 'f')
			*addr = *addr << 4 | (uint64_t)(low - 'a' + 10);
		else
			break;
	}
	*p = s;
	return true;
}

/* The format without its quotes and blanks in front. */
static bool read_line(struct line *line, const char *text, const char *p, const char *end)
{
	if (!read_address(&p, end, &line->addr))
		return false;
	while (p < end && (*p == ' ' || *p == ':'))
		p++;
	if (p < end && *p == '"')
		p++;
	if (end > p && end[-1] == '"')
		end--;
	line->at = (uint32_t)(p - text);
	line->len = (uint32_t)(end - p);
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static int read_lines(struct orl_print_texts *t, size_t len)
{
	const char *p = t->text, *end = p + len, *line_end;
	struct line line;

	for (; p < end && t->nr < LINES_MAX; p = line_end + 1) {
		line_end = memchr(p, '\n', (size_t)(end - p));
		if (!line_end)
			line_end = end;
		if (read_line(&line, t->text, p, line_end) && add_line(t, &line))
			return -ENOMEM;
	}
	if (t->nr)
		qsort(t->line, t->nr, sizeof(*t->line), by_address);
	return 0;
}

int orl_print_texts_parse(struct orl_print_texts **out, const char *text, size_t len)
{
	struct orl_print_texts *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->text = text;
	if (len && read_lines(t, len < UINT32_MAX ? len : UINT32_MAX)) {
		orl_print_texts_destroy(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

static const struct line *find_line(const struct orl_print_texts *t, uint64_t addr)
{
	const struct line key = { .addr = addr };

	return t->nr ? bsearch(&key, t->line, t->nr, sizeof(key), by_address) : NULL;
}

static size_t unescape(char *to, const char *s, size_t len)
{
	static const char from[] = "ntr", into[] = "\n\t\r";
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		const char *known;

		if (s[i] != '\\' || i + 1 == len) {
			to[n++] = s[i];
			continue;
		}
		known = strchr(from, s[++i]);
		to[n++] = known && *known ? into[known - from] : s[i];
	}
	return n;
}

/* Looking up */

static bool is_ours(uint64_t fmt)
{
	return fmt >= ORL_PRINT_FMT_BASE && fmt < NUMBERS_END;
}

static uint32_t number_of(uint64_t fmt)
{
	return (uint32_t)((fmt - ORL_PRINT_FMT_BASE) / ORL_PRINT_STEP);
}

static bool fill_listed(struct orl_print_texts *t, struct place *p, uint64_t fmt)
{
	const struct line *line = is_ours(fmt) ? find_line(t, fmt + ORL_PRINT_ORIGINAL) : NULL;

	if (!line)
		line = find_line(t, fmt);
	p->text = line ? malloc(line->len + 1U) : NULL;
	if (!p->text)
		return false;
	p->len = (uint32_t)unescape(p->text, t->text + line->at, line->len);
	return true;
}

static bool fill_live(struct orl_print_texts *t, struct place *p, uint64_t fmt)
{
	size_t len, function_len;

	if (!is_ours(fmt) || !orl_prints_find(t->table, number_of(fmt), &t->site))
		return false;
	len = orl_print_format(&t->site, fmt % ORL_PRINT_STEP, t->format, sizeof(t->format));
	function_len = t->site.text_len[ORL_PRINT_FUNCTION];
	p->text = malloc(len + function_len + 1);
	if (!p->text)
		return false;
	memcpy(p->text, t->format, len);
	memcpy(p->text + len, orl_print_text(&t->site, ORL_PRINT_FUNCTION), function_len);
	p->len = (uint32_t)len;
	p->function_len = (uint32_t)function_len;
	p->has_function = true;
	return true;
}

static struct place *look_up(struct orl_print_texts *t, uint64_t fmt)
{
	struct place *p = &t->place[(fmt * 0x9e3779b97f4a7c15ULL >> 40) & (PLACES - 1)];

	if (p->fmt == fmt && fmt)
		return p;
	free(p->text);
	memset(p, 0, sizeof(*p));
	if (!(t->table ? fill_live(t, p, fmt) : fill_listed(t, p, fmt)))
		return NULL;
	p->fmt = fmt;
	return p;
}

bool orl_print_texts_find(struct orl_print_texts *t, uint64_t ip, uint64_t fmt,
			  struct orl_print_text *out)
{
	const struct place *p = look_up(t, fmt);

	if (!p)
		return false;
	*out = (struct orl_print_text){ .format = p->text, .len = p->len,
					.is_kernel = !is_ours(fmt) };
	/* a place has one address and one format: another says that the record is damaged */
	if (p->has_function && ip == orl_print_ip(number_of(fmt))) {
		out->function = p->text + p->len;
		out->function_len = p->function_len;
	}
	return true;
}

void orl_print_texts_destroy(struct orl_print_texts *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < PLACES; i++)
		free(t->place[i].text);
	orl_prints_close(t->table);
	free(t->line);
	free(t);
}
