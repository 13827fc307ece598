// SPDX-License-Identifier: MIT
/*
 * Functions by address: an array sorted by start, with an end mark. Of several with one start,
 * libtraceevent takes the one on which its binary search ends. To find the same one, ours are in
 * the order of its own, the later line first, and are searched by the same function of the C
 * library.
 */
#include "decode/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	uint64_t addr;
	uint32_t name; /* offset in the text */
	uint32_t len;
};

struct orl_kallsyms {
	const char *text;
	struct entry *entry; /* nr, and one of zeros behind them */
	uint32_t nr, cap;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_spaces(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

static const char *read_hex(const char *p, const char *end, uint64_t *v)
{
	const char *begin = p;

	*v = 0;
	for (; p < end && p - begin < 16; p++) {
		char low = (char)(*p | 0x20);

		if (*p >= '0' && *p <= '9')
			*v = *v << 4 | (uint64_t)(*p - '0');
		else if (low >= 'a' && low <= 'f')
			*v = *v << 4 | (uint64_t)(low - 'a' + 10);
		else
			break;
	}
	return p > begin ? p : NULL;
}

/* What libtraceevent leaves out: marks of the assembler, and what is no address. */
static bool is_left_out(char type, const char *name)
{
	return *name == '$' || type == 'A' || type == 'a';
}

static bool make_room(struct orl_kallsyms *k)
{
	uint32_t cap = k->cap ? k->cap * 2 : 256;
	struct entry *more;

	if (k->nr + 1 < k->cap)
		return true;
	more = realloc(k->entry, cap * sizeof(*more));
	if (!more)
		return false;
	k->entry = more;
	k->cap = cap;
	return true;
}

/* One line without its end: 1, 0 when it is of another form, or -ENOMEM. */
static int read_line(struct orl_kallsyms *k, const char *p, const char *end)
{
	const char *name;
	uint64_t addr;
	char type;

	p = read_hex(skip_spaces(p, end), end, &addr);
	p = p ? skip_spaces(p, end) : end;
	if (p == end)
		return 0;
	type = *p++;
	name = p = skip_spaces(p, end);
	while (p < end && !is_space(*p))
		p++;
	if (p == name)
		return 0;
	if (is_left_out(type, name))
		return 1;
	if (!make_room(k))
		return -ENOMEM;
	k->entry[k->nr++] = (struct entry){ addr, (uint32_t)(name - k->text),
					    (uint32_t)(p - name) };
	return 1;
}

static int by_start(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return (x->name < y->name) - (x->name > y->name);
}

static int read_text(struct orl_kallsyms *k, size_t len)
{
	const char *p = k->text, *end = p + len, *line_end;
	int ret = 1;

	for (; ret > 0 && p < end && k->nr < ORL_KALLSYMS_MAX; p = line_end + 1) {
		line_end = memchr(p, '\n', (size_t)(end - p));
		if (!line_end)
			line_end = end;
		ret = p < line_end ? read_line(k, p, line_end) : 1;
	}
	if (ret < 0 || !make_room(k))
		return -ENOMEM;
	qsort(k->entry, k->nr, sizeof(*k->entry), by_start);
	k->entry[k->nr] = (struct entry){ 0 };
	return 0;
}

int orl_kallsyms_parse(struct orl_kallsyms **out, const char *text, size_t len)
{
	struct orl_kallsyms *k = calloc(1, sizeof(*k));
	int ret;

	if (!k)
		return -ENOMEM;
	k->text = text;
	ret = len ? read_text(k, strnlen(text, len < UINT32_MAX ? len : UINT32_MAX)) : 0;
	if (ret) {
		orl_kallsyms_destroy(k);
		return ret;
	}
	*out = k;
	return 0;
}

static int by_address(const void *key, const void *at)
{
	const uint64_t addr = *(const uint64_t *)key;
	const struct entry *e = at;

	if (addr == e->addr || (addr > e->addr && addr < e[1].addr))
		return 0;
	return addr < e->addr ? -1 : 1;
}

bool orl_kallsyms_find(const struct orl_kallsyms *k, uint64_t addr, struct orl_function *out)
{
	const struct entry *e =
		k->nr ? bsearch(&addr, k->entry, k->nr, sizeof(*k->entry), by_address) : NULL;

	if (!e)
		return false;
	*out = (struct orl_function){ k->text + e->name, e->len, e->addr };
	return true;
}

uint32_t orl_kallsyms_nr(const struct orl_kallsyms *k)
{
	return k->nr;
}

void orl_kallsyms_put(struct orl_text *out, uint64_t addr, const char *name)
{
	orl_text_printf(out, "%016llx t ", (unsigned long long)addr);
	if (!*name || *name == '$')
		orl_text_putc(out, '_');
	for (const char *c = name + (*name == '$'); *c; c++)
		orl_text_putc(out, (unsigned char)*c <= ' ' || *c == 0x7f ? '?' : *c);
}

void orl_kallsyms_destroy(struct orl_kallsyms *k)
{
	if (!k)
		return;
	free(k->entry);
	free(k);
}
