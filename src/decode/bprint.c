// SPDX-License-Identifier: MIT
/*
 * One walk over format and arguments side by side. Formats are not compiled: a record is printed
 * once, and most formats have few conversions.
 */
#include "decode/bprint.h"

#include <stdio.h>

#include "decode/bprint-spec.h"

#define MAX_TEXT (1u << 20)	/* of one record: every conversion may ask for a wide field */
#define MAX_FLOAT_PREC 100u

struct walk {
	const struct orl_bprint *b;
	struct orl_text *out;
	uint32_t off;			/* of the next argument */
	bool is_cut;			/* something lay beyond the record */
};

/* Arguments */

static uint64_t take_number(struct walk *w, uint32_t size, bool is_signed)
{
	uint32_t len = w->b->args_len, align;
	uint64_t v;

	if (size < 4 && !w->b->is_kernel)
		size = 4;
	align = size < 4 ? size : 4;
	w->off = (w->off + align - 1) & ~(align - 1);
	if (w->off > len || len - w->off < size) {
		w->off = len;
		w->is_cut = true;
		return 0;
	}
	v = orl_extend(orl_load(w->b->args + w->off, size), size, is_signed);
	w->off += size;
	return v;
}

static const char *take_string(struct walk *w, size_t *len)
{
	const char *s = (const char *)w->b->args + w->off;
	uint32_t left = w->b->args_len - w->off;

	if (!left) {
		w->is_cut = true;
		*len = 0;
		return "";
	}
	*len = strnlen(s, left);
	w->is_cut |= *len == left;
	w->off += *len < left ? (uint32_t)*len + 1 : left;
	return s;
}

/* Widths and precisions that come as arguments. */
static void take_stars(struct walk *w, struct orl_bprint_spec *c)
{
	struct orl_spec *s = &c->text.spec;

	if (c->text.width_star) {
		int64_t v = (int64_t)take_number(w, 4, true);

		s->left |= v < 0;
		v = v < 0 ? -v : v;
		s->width = v < ORL_MAX_WIDTH ? (uint32_t)v : ORL_MAX_WIDTH;
	}
	if (c->text.prec_star) {
		int64_t v = (int64_t)take_number(w, 4, true);

		s->has_prec = v >= 0;
		s->prec = v < 0 ? 0 : v < ORL_MAX_WIDTH ? (uint32_t)v : ORL_MAX_WIDTH;
	}
}

/* Text */

static void put_bytes(struct walk *w, const struct orl_spec *s, const char *str, size_t len)
{
	size_t pad;

	if (!w->b->is_plain) {
		orl_conv_bytes(w->out, s, str, len);
		return;
	}
	if (s->has_prec && len > s->prec)
		len = s->prec;
	pad = s->width > len ? s->width - len : 0;
	if (!s->left)
		orl_text_pad(w->out, ' ', pad);
	orl_text_write(w->out, str, len);
	if (s->left)
		orl_text_pad(w->out, ' ', pad);
}

/* A tab stays one: whoever wrote the format put it there for layout. */
static void put_literal(struct walk *w, const char *s, size_t len)
{
	const char *end = s + len, *tab;

	if (w->b->is_plain) {
		orl_text_write(w->out, s, len);
		return;
	}
	for (; s < end; s = tab + 1) {
		tab = memchr(s, '\t', (size_t)(end - s));
		if (!tab)
			tab = end;
		orl_text_escape(w->out, s, (size_t)(tab - s));
		if (tab < end)
			orl_text_putc(w->out, '\t');
	}
}

/* Text that the record already has as it is to be. */
static void put_made(struct walk *w)
{
	static const struct orl_spec plain = { .conv = 's' };
	size_t len;
	const char *s = take_string(w, &len);

	put_bytes(w, &plain, s, len);
}

static void put_char(struct walk *w, const struct orl_spec *s)
{
	struct orl_spec one = *s;
	size_t len = 1;
	const char *str;
	char c;

	one.has_prec = false;
	if (w->b->is_kernel) {
		c = (char)take_number(w, 1, false);
		str = &c;
	} else {
		str = take_string(w, &len);
	}
	put_bytes(w, &one, str, len);
}

static void put_float(struct walk *w, const struct orl_spec *s)
{
	uint64_t bits = take_number(w, 8, false);
	char format[16], text[512], *f = format;
	double v;

	memcpy(&v, &bits, sizeof(v));
	*f++ = '%';
	if (s->left)
		*f++ = '-';
	if (s->plus)
		*f++ = '+';
	if (s->space)
		*f++ = ' ';
	if (s->alt)
		*f++ = '#';
	if (s->zero)
		*f++ = '0';
	memcpy(f, "*.*", 3);
	f[3] = s->conv;
	f[4] = '\0';
	snprintf(text, sizeof(text), format, (int)(s->width < 400 ? s->width : 400),
		 !s->has_prec ? -1 : (int)(s->prec < MAX_FLOAT_PREC ? s->prec : MAX_FLOAT_PREC), v);
	orl_text_puts(w->out, text);
}

static void put_address(struct walk *w, const struct orl_bprint_spec *c)
{
	uint64_t v = take_number(w, 8, false);

	if (c->kind == ORL_ARG_SYMBOL && w->b->symbol)
		w->b->symbol(w->b->arg, v, !strchr("sf", *c->ext), w->out);
	else
		orl_conv_address(w->out, &c->text.spec, w->b->mode, w->b->functions, v);
}

static void put_unknown(struct walk *w, const struct orl_bprint_spec *c)
{
	orl_text_putc(w->out, '>');
	put_literal(w, &c->text.spec.conv, 1);
	orl_text_putc(w->out, '<');
}

static void put_conversion(struct walk *w, struct orl_bprint_spec *c)
{
	struct orl_spec *s = &c->text.spec;
	const char *str;
	size_t len;

	take_stars(w, c);
	switch (c->kind) {
	case ORL_ARG_PERCENT:
		orl_text_putc(w->out, '%');
		break;
	case ORL_ARG_NUMBER:
		orl_conv_int(w->out, s, take_number(w, s->size, s->conv == 'd'));
		break;
	case ORL_ARG_STRING:
		str = take_string(w, &len);
		put_bytes(w, s, str, len);
		break;
	case ORL_ARG_CHAR:
		put_char(w, s);
		break;
	case ORL_ARG_FLOAT:
		put_float(w, s);
		break;
	case ORL_ARG_ADDRESS:
	case ORL_ARG_SYMBOL:
		put_address(w, c);
		break;
	case ORL_ARG_MADE:
		put_made(w);
		break;
	case ORL_ARG_NONE:
		put_unknown(w, c);
		break;
	}
}

static void put_all(struct walk *w)
{
	const char *p = w->b->format, *end = p + w->b->format_len, *mark;
	size_t start = w->out->len;

	while (p < end) {
		struct orl_bprint_spec c;

		mark = memchr(p, '%', (size_t)(end - p));
		put_literal(w, p, (size_t)((mark ? mark : end) - p));
		if (!mark)
			return;
		p = mark + orl_bprint_spec(&c, mark, (size_t)(end - mark));
		if (c.text.spec.conv)
			put_conversion(w, &c);
		if (w->out->len - start > MAX_TEXT) {
			orl_text_puts(w->out, " [text cut]");
			return;
		}
	}
}

void orl_bprint_print(const struct orl_bprint *b, struct orl_text *out)
{
	struct walk w = { .b = b, .out = out };
	size_t start = out->len;

	put_all(&w);
	if (!b->is_plain)
		orl_text_trim_newline(out, start);
	else if (out->len > start && out->buf[out->len - 1] == '\n')
		out->len--;
	if (w.is_cut)
		orl_text_puts(out, " [record cut short]");
}

void orl_bprint_addresses(const struct orl_bprint *b, void (*fn)(void *arg, uint64_t addr),
			  void *arg)
{
	const char *p = b->format, *end = p + b->format_len;
	struct walk w = { .b = b };

	while (p < end && (p = memchr(p, '%', (size_t)(end - p)))) {
		struct orl_bprint_spec c;
		uint64_t v;
		size_t len;

		p += orl_bprint_spec(&c, p, (size_t)(end - p));
		take_stars(&w, &c);
		if (c.kind == ORL_ARG_STRING || c.kind == ORL_ARG_MADE ||
		    (c.kind == ORL_ARG_CHAR && !b->is_kernel)) {
			take_string(&w, &len);
		} else if (c.size) {
			v = take_number(&w, c.size, false);
			if (c.kind == ORL_ARG_SYMBOL && !w.is_cut)
				fn(arg, v);
		}
	}
}
