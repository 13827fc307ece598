// SPDX-License-Identifier: MIT
/*
 * The listing has the kernel's form. Names and formats come from programs, so all of them are
 * escaped; of what the kernel escapes that makes \n, \t and \r, as there.
 */
#include <string.h>

#include "tree/dyndbg.h"

#define INDENT 2

static void put_escaped(struct orl_text *out, const char *s)
{
	orl_text_escape(out, s, strlen(s));
}

static void put_site(struct orl_text *out, const struct orl_dyndbg_site *site)
{
	char flags[8];

	put_escaped(out, site->file);
	orl_text_putc(out, ':');
	orl_text_u64(out, site->line);
	orl_text_puts(out, " [");
	put_escaped(out, site->module);
	orl_text_putc(out, ']');
	put_escaped(out, site->function);
	orl_text_puts(out, " =");
	orl_text_puts(out, orl_flags_print(site->flags, flags));
	orl_text_puts(out, " \"");
	put_escaped(out, site->format);
	orl_text_putc(out, '"');
	if (site->class_name && *site->class_name) {
		orl_text_puts(out, " class:");
		put_escaped(out, site->class_name);
	} else if (site->class_name) {
		orl_text_puts(out, " class unknown, _id:");
		orl_text_u64(out, site->class_id);
	}
	orl_text_putc(out, '\n');
}

void orl_dyndbg_put_all(struct orl_text *out, const struct orl_dyndbg_sites *sites)
{
	orl_text_puts(out, "# filename:lineno [module]function flags format\n");
	for (uint32_t i = 0; i < sites->nr; i++)
		put_site(out, &sites->site[i]);
}

/* Places on the screen: bytes that continue a character take none. */
static size_t columns(const struct orl_text *t, size_t from)
{
	size_t nr = 0;

	for (size_t i = from; i < t->len; i++)
		nr += ((unsigned char)t->buf[i] & 0xc0) != 0x80;
	return nr;
}

static bool is_end(char c)
{
	return c == '\n' || c == ';' || !c;
}

void orl_dyndbg_put_mistake(struct orl_text *out, const struct orl_query_text *t)
{
	uint32_t at = t->mistake_at < t->len ? t->mistake_at : t->len, from = at, end = at, to;
	size_t start, before;

	while (from > 0 && !is_end(t->text[from - 1]))
		from--;
	while (from < at && (t->text[from] == ' ' || t->text[from] == '\t'))
		from++;
	while (end < t->len && !is_end(t->text[end]))
		end++;
	to = t->mistake_len < end - at ? at + t->mistake_len : end;
	orl_text_pad(out, ' ', INDENT);
	start = out->len;
	orl_text_escape(out, t->text + from, at - from);
	before = columns(out, start);
	start = out->len;
	orl_text_escape(out, t->text + at, to - at);
	start = columns(out, start);
	orl_text_escape(out, t->text + to, end - to);
	orl_text_putc(out, '\n');
	orl_text_pad(out, ' ', INDENT + before);
	orl_text_pad(out, '^', start ? start : 1);
	orl_text_putc(out, '\n');
}
