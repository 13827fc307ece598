// SPDX-License-Identifier: MIT
/*
 * Expressions of a print fmt: operands, and the operators as C ranks them. The other dialect's
 * way with operators is in expr-tep.c; operands are the same in both.
 *
 * Every recursion counts in p->depth. Where a loop makes a tree deep without recursion (a + b + c
 * leans to the left), the compiler measures the finished tree.
 */
#include "decode/expr.h"

#include <errno.h>
#include <stdlib.h>

uint32_t orl_expr_fail(struct orl_parser *p, int err)
{
	if (!p->err)
		p->err = err;
	p->tok = (struct orl_token){.kind = ORL_TOK_END};
	p->lex.p = p->lex.end;
	return 0;
}

void orl_expr_next(struct orl_parser *p)
{
	p->tok = orl_lex_next(&p->lex);
}

bool orl_expr_take(struct orl_parser *p, uint16_t op)
{
	if (p->tok.kind != ORL_TOK_OP || p->tok.op != op)
		return false;
	orl_expr_next(p);
	return true;
}

uint32_t orl_expr_node(struct orl_parser *p, enum orl_node_kind kind)
{
	struct orl_prog *prog = p->prog;
	struct orl_node *nodes;
	uint32_t cap;

	if (p->err)
		return 0;
	if (prog->nr_nodes == prog->cap_nodes) {
		cap = prog->cap_nodes ? prog->cap_nodes * 2 : 32;
		if (cap > ORL_MAX_NODES)
			return orl_expr_fail(p, -EINVAL);
		nodes = realloc(prog->nodes, cap * sizeof(*nodes));
		if (!nodes)
			return orl_expr_fail(p, -ENOMEM);
		prog->nodes = nodes;
		prog->cap_nodes = cap;
	}
	nodes = &prog->nodes[prog->nr_nodes];
	memset(nodes, 0, sizeof(*nodes));
	nodes->kind = (uint8_t)kind;
	nodes->type.size = 8;
	return prog->nr_nodes++;
}

bool orl_expr_string(struct orl_parser *p, const char **s, uint32_t *len)
{
	struct orl_prog *prog = p->prog;
	char *to = prog->pool + prog->pool_len;
	size_t n = 0;

	if (p->tok.kind != ORL_TOK_STR)
		return false;
	for (; p->tok.kind == ORL_TOK_STR; orl_expr_next(p)) {
		if (p->tok.len > prog->pool_cap - prog->pool_len - n)
			return orl_expr_fail(p, -EINVAL);
		if (prog->mode == ORL_PRINT_KERNEL) {
			n += orl_lex_unescape(to + n, p->tok.s, p->tok.len);
		} else {
			memcpy(to + n, p->tok.s, p->tok.len);
			n += p->tok.len;
		}
	}
	prog->pool_len += n;
	*s = to;
	*len = (uint32_t)n;
	return true;
}

uint32_t orl_expr_field(struct orl_parser *p, const struct orl_field *field)
{
	bool kernel = p->prog->mode == ORL_PRINT_KERNEL;
	uint32_t n = orl_expr_node(p, ORL_NODE_FIELD);
	struct orl_node *node = &p->prog->nodes[n];

	if (p->err)
		return 0;
	node->field = field;
	if (!field)
		return n;
	if (field->is_array) {
		node->type.elem = field->elem_size <= 8 ? (uint8_t)field->elem_size : 0;
		node->type.elem_signed = kernel && field->is_signed;
	} else if (kernel && field->size <= 8) {
		node->type.size = (uint8_t)field->size;
		node->type.is_signed = field->is_signed;
	}
	return n;
}

/* REC->name, "REC" is consumed */
static uint32_t parse_record(struct orl_parser *p)
{
	const struct orl_field *field;
	uint32_t n;

	if (!orl_expr_take(p, ORL_OP_ARROW) || p->tok.kind != ORL_TOK_IDENT)
		return orl_expr_fail(p, -EINVAL);
	field = orl_field_lookup(p->format, p->tok.s, p->tok.len);
	n = orl_expr_field(p, field);
	orl_expr_next(p);
	return n;
}

static bool name_is(const struct orl_token *t, const char *name)
{
	return t->kind == ORL_TOK_IDENT && strlen(name) == t->len && !memcmp(t->s, name, t->len);
}

/* sizeof(type) or sizeof(REC->field), "sizeof" is consumed */
static uint32_t parse_sizeof(struct orl_parser *p)
{
	struct orl_cast cast;
	uint64_t size = 0;
	uint32_t n;

	if (!orl_expr_take(p, '('))
		return orl_expr_fail(p, -EINVAL);
	if (orl_expr_type(p, &cast)) {
		size = cast.stars ? 8 : cast.known ? cast.type.size : 0;
	} else {
		n = orl_expr_parse(p);
		if (!p->err && p->prog->nodes[n].kind == ORL_NODE_FIELD && p->prog->nodes[n].field)
			size = p->prog->nodes[n].field->size;
		else if (!p->err)
			size = p->prog->nodes[n].type.size;
	}
	if (!size || !orl_expr_take(p, ')'))
		return orl_expr_fail(p, -EINVAL);
	n = orl_expr_node(p, ORL_NODE_CONST);
	p->prog->nodes[n].value = size;
	return n;
}

static uint32_t parse_name(struct orl_parser *p)
{
	struct orl_token name = p->tok;
	uint32_t n;

	orl_expr_next(p);
	if (name_is(&name, "REC"))
		return parse_record(p);
	if (name_is(&name, "sizeof"))
		return parse_sizeof(p);
	if (p->tok.kind == ORL_TOK_OP && p->tok.op == '(')
		return orl_call_parse(p, &name);
	if (name_is(&name, "NULL") || name_is(&name, "false") || name_is(&name, "true")) {
		n = orl_expr_node(p, ORL_NODE_CONST);
		p->prog->nodes[n].value = name.s[0] == 't';
		return n;
	}
	if (name.len > p->prog->pool_cap - p->prog->pool_len)
		return orl_expr_fail(p, -EINVAL);
	n = orl_expr_node(p, ORL_NODE_ATOM);
	p->prog->nodes[n].str = memcpy(p->prog->pool + p->prog->pool_len, name.s, name.len);
	p->prog->nodes[n].str_len = (uint32_t)name.len;
	p->prog->pool_len += name.len;
	return n;
}

/* A cast or an expression in parentheses; the '(' is consumed. */
static uint32_t parse_paren(struct orl_parser *p)
{
	struct orl_cast cast;
	uint32_t n, item;

	if (orl_expr_cast(p, &cast)) {
		item = orl_expr_operand(p);
		n = orl_expr_node(p, ORL_NODE_CAST);
		p->prog->nodes[n].a = item;
		orl_cast_set_type(p->prog, &p->prog->nodes[n], &cast);
		return n;
	}
	if (name_is(&p->tok, "REC") && p->lex.p < p->lex.end && *p->lex.p == ')') {
		orl_expr_next(p); /* (REC)->field */
		orl_expr_next(p);
		return parse_record(p);
	}
	n = orl_expr_parse(p);
	if (!orl_expr_take(p, ')'))
		return orl_expr_fail(p, -EINVAL);
	return n;
}

static uint32_t parse_unary(struct orl_parser *p, enum orl_node_kind kind)
{
	uint32_t item, n;

	orl_expr_next(p);
	item = orl_expr_operand(p);
	if (!kind)
		return item;
	n = orl_expr_node(p, kind);
	p->prog->nodes[n].a = item;
	orl_node_set_type(p->prog, &p->prog->nodes[n]);
	if (kind == ORL_NODE_DEREF && !p->prog->nodes[item].type.elem)
		return orl_expr_fail(p, -EINVAL);
	return n;
}

static uint32_t parse_literal(struct orl_parser *p)
{
	uint32_t n;

	if (p->tok.kind == ORL_TOK_NUM) {
		n = orl_expr_node(p, ORL_NODE_CONST);
		p->prog->nodes[n].value = p->tok.value;
		if (p->prog->mode == ORL_PRINT_KERNEL)
			p->prog->nodes[n].type = p->tok.type;
		orl_expr_next(p);
		return n;
	}
	n = orl_expr_node(p, ORL_NODE_STRING);
	if (p->err)
		return 0;
	p->prog->nodes[n].type.elem = 1;
	if (!orl_expr_string(p, &p->prog->nodes[n].str, &p->prog->nodes[n].str_len))
		return orl_expr_fail(p, -EINVAL);
	return n;
}

static uint32_t parse_primary(struct orl_parser *p)
{
	if (p->tok.kind == ORL_TOK_NUM || p->tok.kind == ORL_TOK_STR)
		return parse_literal(p);
	if (p->tok.kind == ORL_TOK_IDENT)
		return parse_name(p);
	if (p->tok.kind != ORL_TOK_OP)
		return orl_expr_fail(p, -EINVAL);
	switch (p->tok.op) {
	case '(':
		orl_expr_next(p);
		return parse_paren(p);
	case '-':
	case '!':
	case '~':
		if (p->prog->mode == ORL_PRINT_TEP)
			return orl_tep_unary(p);
		return parse_unary(p, p->tok.op == '-'   ? ORL_NODE_NEG
				      : p->tok.op == '!' ? ORL_NODE_NOT
							 : ORL_NODE_INVERT);
	case '+':
		return parse_unary(p, ORL_NODE_NONE);
	case '&':
		return parse_unary(p, ORL_NODE_ADDR);
	case '*':
		return parse_unary(p, ORL_NODE_DEREF);
	}
	return orl_expr_fail(p, -EINVAL);
}

uint32_t orl_expr_operand(struct orl_parser *p)
{
	uint32_t n, item, idx;

	if (++p->depth > ORL_MAX_DEPTH)
		return orl_expr_fail(p, -EINVAL);
	n = parse_primary(p);
	while (!p->err && orl_expr_take(p, '[')) {
		item = n;
		idx = orl_expr_parse(p);
		n = orl_expr_node(p, ORL_NODE_INDEX);
		if (!orl_expr_take(p, ']') || !p->prog->nodes[item].type.elem)
			return orl_expr_fail(p, -EINVAL);
		p->prog->nodes[n].a = item;
		p->prog->nodes[n].b = idx;
		orl_node_set_type(p->prog, &p->prog->nodes[n]);
	}
	p->depth--;
	return n;
}

unsigned int orl_expr_rank(const struct orl_token *t)
{
	static const struct {
		uint16_t op;
		uint8_t rank;
	} ranks[] = {
		{ '*', 1 },	   { '/', 1 },	      { '%', 1 },	 { '+', 2 },
		{ '-', 2 },	   { ORL_OP_SHL, 3 }, { ORL_OP_SHR, 3 }, { '<', 4 },
		{ '>', 4 },	   { ORL_OP_LE, 4 },  { ORL_OP_GE, 4 },	 { ORL_OP_EQ, 5 },
		{ ORL_OP_NE, 5 },  { '&', 6 },	      { '^', 7 },	 { '|', 8 },
		{ ORL_OP_AND, 9 }, { ORL_OP_OR, 10 }, { '?', 11 },
	};
	size_t i;

	if (t->kind != ORL_TOK_OP)
		return 0;
	for (i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (ranks[i].op == t->op)
			return ranks[i].rank;
	return 0;
}

/* a ? b : c with @cond read and the '?' consumed */
static uint32_t parse_ternary(struct orl_parser *p, uint32_t cond)
{
	uint32_t yes, no, n;

	yes = orl_expr_parse(p);
	if (!orl_expr_take(p, ':'))
		return orl_expr_fail(p, -EINVAL);
	no = orl_expr_parse(p);
	n = orl_expr_node(p, ORL_NODE_TERNARY);
	p->prog->nodes[n].a = cond;
	p->prog->nodes[n].b = yes;
	p->prog->nodes[n].c = no;
	orl_node_set_type(p->prog, &p->prog->nodes[n]);
	return n;
}

/* Operators of @max_rank or tighter, the tightest first; equal ranks from the left. */
static uint32_t parse_binary(struct orl_parser *p, unsigned int max_rank)
{
	uint32_t left, right, n;
	unsigned int rank;
	uint16_t op;

	if (++p->depth > ORL_MAX_DEPTH)
		return orl_expr_fail(p, -EINVAL);
	left = orl_expr_operand(p);
	while (!p->err && (rank = orl_expr_rank(&p->tok)) && rank <= max_rank) {
		op = p->tok.op;
		orl_expr_next(p);
		if (op == '?') {
			left = parse_ternary(p, left);
			continue;
		}
		right = parse_binary(p, rank - 1);
		n = orl_expr_node(p, ORL_NODE_BINARY);
		p->prog->nodes[n].op = op;
		p->prog->nodes[n].a = left;
		p->prog->nodes[n].b = right;
		orl_node_set_type(p->prog, &p->prog->nodes[n]);
		left = n;
	}
	p->depth--;
	return p->err ? 0 : left;
}

uint32_t orl_expr_parse(struct orl_parser *p)
{
	if (p->prog->mode == ORL_PRINT_TEP)
		return orl_tep_parse(p);
	return parse_binary(p, 11);
}

bool orl_expr_is_shallow(const struct orl_prog *prog, uint32_t node, unsigned int depth)
{
	const struct orl_node *n = &prog->nodes[node];

	if (!node)
		return true;
	return depth && orl_expr_is_shallow(prog, n->a, depth - 1) &&
	       orl_expr_is_shallow(prog, n->b, depth - 1) &&
	       orl_expr_is_shallow(prog, n->c, depth - 1);
}
