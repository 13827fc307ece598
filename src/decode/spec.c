// SPDX-License-Identifier: MIT
/*
 * printf conversions as the kernel has them: the usual flags, width, precision and length, and the
 * letters that may follow %p. Which letters belong to a %p decides what is printed as text behind
 * the pointer, and there the dialects differ: %px is a kernel conversion, but to libtraceevent it
 * is %p and an x.
 */
#include "decode/spec.h"

struct cursor {
	const char *p, *end;
};

static char peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : '\0';
}

static bool take(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

static uint32_t number(struct cursor *c)
{
	uint32_t v = 0;

	for (; peek(c) >= '0' && peek(c) <= '9'; c->p++)
		if (v <= ORL_MAX_WIDTH)
			v = v * 10 + (uint32_t)(*c->p - '0');
	return v < ORL_MAX_WIDTH ? v : ORL_MAX_WIDTH;
}

static void flags(struct orl_spec *s, struct cursor *c)
{
	for (; c->p < c->end; c->p++) {
		switch (*c->p) {
		case '-':
			s->left = true;
			break;
		case '0':
			s->zero = true;
			break;
		case '#':
			s->alt = true;
			break;
		case '+':
			s->plus = true;
			break;
		case ' ':
			s->space = true;
			break;
		default:
			return;
		}
	}
}

static uint8_t length(struct cursor *c)
{
	unsigned int nr_h = 0, nr_l = 0;

	for (; c->p < c->end; c->p++) {
		if (*c->p == 'h')
			nr_h++;
		else if (*c->p && strchr("lLqzZtj", *c->p))
			nr_l++;
		else
			break;
	}
	if (nr_l)
		return 8;
	return nr_h > 1 ? 1 : nr_h ? 2 : 4;
}

/* Append to the letters of a %p while they are among @set, at most @max of them. */
static void letters(struct orl_spec *s, struct cursor *c, const char *set, size_t max)
{
	size_t n = strlen(s->ext);

	while (max-- && n + 1 < sizeof(s->ext) && peek(c) && strchr(set, peek(c))) {
		s->ext[n++] = *c->p++;
		s->ext[n] = '\0';
	}
}

/* Behind %pI: 4 with a byte order, 6 with c, S with port, flow, scope and c in this order. */
static void socket_letters(struct orl_spec *s, struct cursor *c)
{
	letters(s, c, "46S", 1);
	switch (s->ext[1]) {
	case '4':
		letters(s, c, "hnbl", 1);
		break;
	case '6':
		letters(s, c, "c", 1);
		break;
	case 'S':
		letters(s, c, "p", 1);
		letters(s, c, "f", 1);
		letters(s, c, "s", 1);
		letters(s, c, "c", 1);
		letters(s, c, "h", 1);
		break;
	}
}

static void pointer(struct orl_spec *s, enum orl_print_mode mode, struct cursor *c)
{
	switch (peek(c)) {
	case 'M':
	case 'm':
		letters(s, c, "Mm", 1);
		letters(s, c, "FR", 1);
		break;
	case 'I':
	case 'i':
		letters(s, c, "Ii", 1);
		letters(s, c, "46S", 1);
		socket_letters(s, c);
		break;
	case 'U':
		letters(s, c, "U", 1);
		letters(s, c, "bBlL", 1);
		break;
	case 'h':
		letters(s, c, "h", 1);
		letters(s, c, "CDN", 1);
		break;
	case 'b':
		letters(s, c, "b", 1);
		letters(s, c, "l", 1);
		break;
	case 'B':
		letters(s, c, "B", mode == ORL_PRINT_KERNEL);
		break;
	case 'x':
	case 'K':
		letters(s, c, "xK", mode == ORL_PRINT_KERNEL);
		break;
	default:
		letters(s, c, "SsFf", 1);
		letters(s, c, "Rb", s->ext[0] && mode == ORL_PRINT_KERNEL);
	}
}

size_t orl_spec_parse(struct orl_spec_text *t, enum orl_print_mode mode, const char *text,
		      size_t len)
{
	struct cursor c = {text + 1, text + len};
	struct orl_spec *s = &t->spec;

	memset(t, 0, sizeof(*t));
	flags(s, &c);
	t->width_star = take(&c, '*');
	if (!t->width_star)
		s->width = number(&c);
	if (take(&c, '.')) {
		s->has_prec = true;
		t->prec_star = take(&c, '*');
		if (!t->prec_star)
			s->prec = number(&c);
	}
	s->size = length(&c);
	if (c.p == c.end)
		return (size_t)(c.p - text);
	s->conv = *c.p++;
	if (s->conv == 'i')
		s->conv = 'd';
	t->known = s->conv && strchr("duoxXcsp", s->conv);
	if (s->conv == 'p')
		pointer(s, mode, &c);
	return (size_t)(c.p - text);
}
