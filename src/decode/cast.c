// SPDX-License-Identifier: MIT
/*
 * Types: telling "(type)operand" from "(expression)", and the type each operator's result has.
 *
 * In the kernel's dialect the rules are C's: small integers become int, the wider operand wins,
 * unsigned wins over signed of equal width. In the other dialect every value is an unsigned 64-bit
 * number and a cast only cuts.
 */
#include "decode/expr.h"

static bool tok_is(const struct orl_token *t, const char *word)
{
	return t->kind == ORL_TOK_IDENT && strlen(word) == t->len && !memcmp(t->s, word, t->len);
}

bool orl_expr_type(struct orl_parser *p, struct orl_cast *cast)
{
	struct orl_lex lex = p->lex;
	struct orl_token tok = p->tok;
	bool tagged;

	*cast = (struct orl_cast){.name = tok.s};
	if (tok.kind != ORL_TOK_IDENT || tok_is(&tok, "REC"))
		return false;
	tagged = tok_is(&tok, "struct") || tok_is(&tok, "union") || tok_is(&tok, "enum");
	for (; tok.kind == ORL_TOK_IDENT; tok = orl_lex_next(&lex))
		cast->len = (size_t)(tok.s + tok.len - cast->name);
	for (; (tok.kind == ORL_TOK_OP && tok.op == '*') || tok_is(&tok, "const");
	     tok = orl_lex_next(&lex))
		cast->stars += tok.kind == ORL_TOK_OP;
	if (tok.kind != ORL_TOK_OP || tok.op != ')')
		return false;
	cast->known = !tagged && orl_type_find(cast->name, cast->len, &cast->type);
	p->lex = lex;
	p->tok = tok;
	return true;
}

bool orl_expr_cast(struct orl_parser *p, struct orl_cast *cast)
{
	struct orl_lex lex = p->lex;
	struct orl_token tok = p->tok;
	bool operand;

	if (orl_expr_type(p, cast)) {
		orl_expr_next(p);
		operand = p->tok.kind == ORL_TOK_IDENT || p->tok.kind == ORL_TOK_NUM ||
			  p->tok.kind == ORL_TOK_STR;
		if (p->tok.kind == ORL_TOK_OP && p->tok.op == '(')
			operand = true;
		if (p->tok.kind == ORL_TOK_OP && p->tok.op < 256 && strchr("-~!&*+", p->tok.op))
			operand = cast->known || cast->stars;
		if (operand)
			return true;
	}
	p->lex = lex;
	p->tok = tok;
	return false;
}

/* The names that libtraceevent knows in a cast; others leave the value as it is. */
static bool tep_knows(const struct orl_cast *cast)
{
	static const char *const names[] = {
		"u8",  "s8",  "u16", "s16",   "u32",            "s32", "unsigned char",
		"int", "char", "short", "unsigned short", "unsigned int",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == cast->len && !memcmp(names[i], cast->name, cast->len))
			return true;
	return false;
}

void orl_cast_set_type(struct orl_prog *prog, struct orl_node *n, const struct orl_cast *cast)
{
	const struct orl_node *item = &prog->nodes[n->a];
	bool kernel = prog->mode == ORL_PRINT_KERNEL;

	n->type = item->type;
	if (cast->stars) {
		n->type = (struct orl_ctype){.size = 8, .elem = 1};
		if (cast->stars > 1)
			n->type.elem = 8;
		else if (cast->known)
			n->type.elem = cast->type.size;
		n->type.elem_signed = kernel && cast->known && cast->type.is_signed;
	} else if (kernel && cast->known) {
		n->type = cast->type;
	} else if (!kernel && tep_knows(cast)) {
		n->type = (struct orl_ctype){.size = cast->type.size};
	}
}

static struct orl_ctype promote(struct orl_ctype t)
{
	if (t.size < 4)
		return (struct orl_ctype){.size = 4, .is_signed = true};
	return t;
}

static struct orl_ctype usual(struct orl_ctype a, struct orl_ctype b)
{
	a = promote(a);
	b = promote(b);
	if (a.elem)
		return a;
	if (b.elem || b.size > a.size)
		return b;
	if (a.size == b.size && !b.is_signed)
		a.is_signed = false;
	return a;
}

static void set_binary(struct orl_node *n, struct orl_ctype a, struct orl_ctype b)
{
	const struct orl_ctype truth = {.size = 4, .is_signed = true};

	n->common = usual(a, b);
	switch (n->op) {
	case ORL_OP_SHL:
	case ORL_OP_SHR:
		n->common = n->type = promote(a);
		break;
	case '<':
	case '>':
	case ORL_OP_LE:
	case ORL_OP_GE:
	case ORL_OP_EQ:
	case ORL_OP_NE:
	case ORL_OP_AND:
	case ORL_OP_OR:
		n->type = truth;
		break;
	default:
		n->type = n->common;
	}
}

void orl_node_set_type(struct orl_prog *prog, struct orl_node *n)
{
	struct orl_ctype a = prog->nodes[n->a].type;
	bool kernel = prog->mode == ORL_PRINT_KERNEL;

	n->type = n->common = (struct orl_ctype){.size = 8};
	switch (n->kind) {
	case ORL_NODE_INDEX:
	case ORL_NODE_DEREF:
		n->common.elem = a.elem;
		if (kernel && a.elem)
			n->type = (struct orl_ctype){.size = a.elem, .is_signed = a.elem_signed};
		break;
	case ORL_NODE_ADDR:
		n->type.elem = a.elem ? a.elem : a.size;
		n->type.elem_signed = a.elem ? a.elem_signed : a.is_signed;
		break;
	case ORL_NODE_NEG:
	case ORL_NODE_INVERT:
		if (kernel)
			n->type = n->common = promote(a);
		break;
	case ORL_NODE_NOT:
		if (kernel)
			n->type = (struct orl_ctype){.size = 4, .is_signed = true};
		break;
	case ORL_NODE_TERNARY:
		if (kernel)
			n->type = usual(prog->nodes[n->b].type, prog->nodes[n->c].type);
		break;
	case ORL_NODE_BINARY:
		if (kernel)
			set_binary(n, a, prog->nodes[n->b].type);
		break;
	}
}
