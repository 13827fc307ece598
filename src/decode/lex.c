// SPDX-License-Identifier: MIT
/*
 * Tokens of the C expressions in a print fmt. The text is a slice, never terminated; a token
 * points into it and is nothing but a kind, a length and, for a number, its value and C type.
 */
#include "decode/program.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_ident(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Value and type of an integer literal, as C types it; a base that does not fit gives false. */
static bool lex_number(struct orl_token *t)
{
	size_t i = 0, digits = 0;
	unsigned int base = 10, nr_long = 0;
	bool is_unsigned = false;

	if (t->len > 2 && t->s[0] == '0' && (t->s[1] | 0x20) == 'x') {
		base = 16;
		i = 2;
	} else if (t->s[0] == '0') {
		base = 8;
	}
	for (; i < t->len; i++, digits++) {
		int d = hex_digit(t->s[i]);

		if (d < 0 || (unsigned int)d >= base)
			break;
		t->value = t->value * base + (unsigned int)d;
	}
	if (!digits)
		return false;
	for (; i < t->len; i++) {
		char c = t->s[i] | 0x20;

		if (c == 'u')
			is_unsigned = true;
		else if (c == 'l')
			nr_long++;
		else
			return false;
	}
	if (!nr_long && t->value <= (is_unsigned || base != 10 ? UINT32_MAX : INT32_MAX)) {
		t->type.size = 4;
		t->type.is_signed = !is_unsigned && t->value <= INT32_MAX;
	} else {
		t->type.size = 8;
		t->type.is_signed = !is_unsigned && t->value <= INT64_MAX;
	}
	return true;
}

/* The closing quote of a literal that opened just before @p, or NULL. */
static const char *find_quote(const char *p, const char *end, char quote)
{
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == quote)
			return p;
	}
	return NULL;
}

static void lex_quoted(struct orl_lex *lex, struct orl_token *t)
{
	char quote = *lex->p++;
	const char *end = find_quote(lex->p, lex->end, quote);
	char value[8];

	t->kind = ORL_TOK_BAD;
	if (!end)
		return;
	t->s = lex->p;
	t->len = (size_t)(end - lex->p);
	lex->p = end + 1;
	if (quote == '"') {
		t->kind = ORL_TOK_STR;
	} else if (t->len <= 4 && orl_lex_unescape(value, t->s, t->len) == 1) {
		t->kind = ORL_TOK_NUM;
		t->value = (uint64_t)(int64_t)(signed char)value[0];
		t->type = (struct orl_ctype){.size = 4, .is_signed = true};
	}
}

static uint16_t lex_two(char a, char b)
{
	static const struct {
		char text[2];
		uint16_t op;
	} two[] = {
		{{'<', '<'}, ORL_OP_SHL}, {{'>', '>'}, ORL_OP_SHR}, {{'<', '='}, ORL_OP_LE},
		{{'>', '='}, ORL_OP_GE},  {{'=', '='}, ORL_OP_EQ},  {{'!', '='}, ORL_OP_NE},
		{{'&', '&'}, ORL_OP_AND}, {{'|', '|'}, ORL_OP_OR},  {{'-', '>'}, ORL_OP_ARROW},
	};
	size_t i;

	for (i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (two[i].text[0] == a && two[i].text[1] == b)
			return two[i].op;
	return 0;
}

struct orl_token orl_lex_next(struct orl_lex *lex)
{
	struct orl_token t = {.kind = ORL_TOK_END};

	while (lex->p < lex->end && is_space(*lex->p))
		lex->p++;
	if (lex->p == lex->end)
		return t;
	if (*lex->p == '"' || *lex->p == '\'') {
		lex_quoted(lex, &t);
		return t;
	}
	t.s = lex->p;
	if (is_ident(*lex->p)) {
		while (lex->p < lex->end && is_ident(*lex->p))
			lex->p++;
		t.len = (size_t)(lex->p - t.s);
		t.kind = ORL_TOK_IDENT;
		if (is_digit(*t.s))
			t.kind = lex_number(&t) ? ORL_TOK_NUM : ORL_TOK_BAD;
		return t;
	}
	t.kind = ORL_TOK_OP;
	t.op = lex->end - lex->p >= 2 ? lex_two(lex->p[0], lex->p[1]) : 0;
	t.len = t.op ? 2 : 1;
	if (!t.op)
		t.op = (unsigned char)*lex->p;
	lex->p += t.len;
	return t;
}

/* One numeric escape, the text behind the backslash; returns how many characters it took. */
static size_t unescape_number(char *to, const char *s, size_t len)
{
	unsigned int v = 0;
	size_t i = 0;

	if (s[0] == 'x') {
		for (i = 1; i < len && i < 3 && hex_digit(s[i]) >= 0; i++)
			v = v * 16 + (unsigned int)hex_digit(s[i]);
		if (i == 1)
			v = 'x';
	} else {
		for (; i < len && i < 3 && s[i] >= '0' && s[i] <= '7'; i++)
			v = v * 8 + (unsigned int)(s[i] - '0');
	}
	*to = (char)v;
	return i;
}

size_t orl_lex_unescape(char *to, const char *s, size_t len)
{
	static const char from[] = "ntrabfve", value[] = "\n\t\r\a\b\f\v\033";
	const char *hit;
	size_t i = 0, n = 0;

	while (i < len) {
		if (s[i] != '\\' || i + 1 == len) {
			to[n++] = s[i++];
			continue;
		}
		i++;
		if (s[i] == 'x' || (s[i] >= '0' && s[i] <= '7')) {
			i += unescape_number(&to[n++], s + i, len - i);
			continue;
		}
		hit = s[i] ? strchr(from, s[i]) : NULL;
		to[n++] = hit ? value[hit - from] : s[i];
		i++;
	}
	return n;
}
