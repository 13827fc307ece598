// SPDX-License-Identifier: MIT
/*
 * Conversions of binary print records, and formats for libtraceevent.
 *
 * Behind %p all letters and digits belong to it, as in the kernel.
 */
#include "decode/bprint-spec.h"

#include "decode/bprint.h"

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Pointers that were followed, or could not be, when the record was written are text in it. */
static void classify_pointer(struct orl_bprint_spec *c, const char *end)
{
	char first;

	while (c->ext + c->ext_len < end && is_alnum(c->ext[c->ext_len]))
		c->ext_len++;
	first = c->ext_len ? *c->ext : '\0';
	c->kind = !first || is_one_of(first, "xK") ? ORL_ARG_ADDRESS :
		  is_one_of(first, "SsFfB")	   ? ORL_ARG_SYMBOL :
						     ORL_ARG_MADE;
	c->size = c->kind == ORL_ARG_MADE ? 0 : 8;
}

static void classify(struct orl_bprint_spec *c)
{
	const struct orl_spec *s = &c->text.spec;

	switch (s->conv) {
	case '%':
		c->kind = ORL_ARG_PERCENT;
		break;
	case 's':
		c->kind = ORL_ARG_STRING;
		break;
	case 'c':
		c->kind = ORL_ARG_CHAR;
		c->size = 1;
		break;
	default:
		if (is_one_of(s->conv, "duoxX")) {
			c->kind = ORL_ARG_NUMBER;
			c->size = s->size;
		} else if (is_one_of(s->conv, "fFeEgGaA")) {
			c->kind = ORL_ARG_FLOAT;
			c->size = 8;
		}
	}
}

size_t orl_bprint_spec(struct orl_bprint_spec *c, const char *s, size_t len)
{
	size_t n;

	memset(c, 0, sizeof(*c));
	n = orl_spec_parse(&c->text, ORL_PRINT_KERNEL, s, len);
	if (c->text.spec.conv != 'p') {
		classify(c);
		return n;
	}
	c->ext = s + n - strlen(c->text.spec.ext);
	classify_pointer(c, s + len);
	return (size_t)(c->ext + c->ext_len - s);
}

/* Formats for libtraceevent */

/* "%*ph" prints a made text and takes the int; "%s" needs no letter that it knows. */
static void export_pointer(const struct orl_bprint_spec *c, struct orl_text *out)
{
	char symbol[] = "%pS";

	if (c->kind == ORL_ARG_ADDRESS) {
		orl_text_puts(out, c->text.width_star ? "%*p" : "%p");
	} else if (c->kind == ORL_ARG_MADE) {
		orl_text_puts(out, c->text.width_star ? "%*ph" : "%s");
	} else {
		symbol[2] = *c->ext == 'B' ? 'S' : *c->ext;
		orl_text_puts(out, symbol);
	}
}

/* Of two stars it prints the first as a number: one that it stumbled at would cost it every print
 * record that follows. */
static void export_number(const struct orl_bprint_spec *c, struct orl_text *out)
{
	const struct orl_spec *s = &c->text.spec;
	bool is_split = c->text.width_star && c->text.prec_star;

	orl_text_puts(out, is_split ? "%d,%" : "%");
	if (s->alt)
		orl_text_putc(out, '#');
	if (s->zero && !s->left)
		orl_text_putc(out, '0');
	if (c->text.width_star && !is_split)
		orl_text_putc(out, '*');
	else if (s->width)
		orl_text_u64(out, s->width);
	if (c->text.prec_star)
		orl_text_puts(out, ".*");
	else if (s->has_prec && c->kind != ORL_ARG_CHAR) {
		orl_text_putc(out, '.');
		orl_text_u64(out, s->prec);
	}
	if (c->kind == ORL_ARG_NUMBER && c->size == 8)
		orl_text_putc(out, 'l');
	orl_text_putc(out, c->kind == ORL_ARG_CHAR ? 's' : s->conv);
}

static void export_conversion(const struct orl_bprint_spec *c, struct orl_text *out)
{
	switch (c->kind) {
	case ORL_ARG_NUMBER:
	case ORL_ARG_STRING:
	case ORL_ARG_CHAR:
		export_number(c, out);
		break;
	case ORL_ARG_FLOAT:
		orl_text_puts(out, c->text.width_star ? "%d," : "");
		orl_text_puts(out, c->text.prec_star ? "%d,%#lx" : "%#lx");
		break;
	case ORL_ARG_ADDRESS:
	case ORL_ARG_SYMBOL:
	case ORL_ARG_MADE:
		export_pointer(c, out);
		break;
	case ORL_ARG_NONE:
	case ORL_ARG_PERCENT:
		break;
	}
}

/* Can libtraceevent read it as it is? */
static bool is_readable(const struct orl_bprint_spec *c, const char *s, size_t len)
{
	struct orl_spec_text theirs;

	if (c->kind == ORL_ARG_PERCENT || c->kind == ORL_ARG_NONE)
		return true;
	if (c->kind == ORL_ARG_CHAR || c->kind == ORL_ARG_FLOAT ||
	    (c->text.width_star && c->text.prec_star))
		return false;
	if (c->text.spec.conv == 'p' &&
	    (orl_spec_parse(&theirs, ORL_PRINT_TEP, s, len) < len || *c->ext == 'b'))
		return false;
	for (; *s != c->text.spec.conv && !is_one_of(*s, "i"); s++)
		if (is_one_of(*s, "-+ hqtj"))
			return false;
	return true;
}

bool orl_bprint_export(const char *format, size_t len, struct orl_text *out)
{
	const char *p = format, *end = format + len, *mark;
	bool is_changed = false;

	while (p < end) {
		struct orl_bprint_spec c;
		size_t n;

		mark = memchr(p, '%', (size_t)(end - p));
		orl_text_write(out, p, (size_t)((mark ? mark : end) - p));
		if (!mark)
			break;
		n = orl_bprint_spec(&c, mark, (size_t)(end - mark));
		if (is_readable(&c, mark, n)) {
			orl_text_write(out, mark, n);
		} else {
			export_conversion(&c, out);
			is_changed = true;
		}
		p = mark + n;
	}
	return is_changed;
}
