// SPDX-License-Identifier: MIT
/*
 * Operators as libtraceevent 1.7 reads them, found by running it. Where this differs from C, the
 * trace-cmd of that age prints the differing number, and a report that is to show the same must
 * read the expression the same way:
 *
 *  - behind "a op b", an operator that binds looser than op takes "a op b" as its left side;
 *    any other goes on with b, so equal ranks group from the right
 *  - parentheses on the right side do not hold: where op binds tighter than the operator inside
 *    them, "a op (b in c)" becomes "(a op b) in c"
 *  - a unary operator on the right side takes everything that follows with it
 *  - behind "a ? b : c", every operator takes the whole as its left side
 *
 * A node is changed in place here: the index that a parent holds stays that of the sub-tree's
 * root while the tree under it is turned.
 */
#include "decode/expr.h"

#include <errno.h>

static void parse_ops(struct orl_parser *p, uint32_t arg);

/* A new node with the content of @n, which is about to become an operator above it. */
static uint32_t clone(struct orl_parser *p, uint32_t n)
{
	uint32_t copy = orl_expr_node(p, ORL_NODE_NONE);

	if (!p->err)
		p->prog->nodes[copy] = p->prog->nodes[n];
	return copy;
}

static void set_op(struct orl_node *n, enum orl_node_kind kind, uint16_t op, unsigned int prio)
{
	memset(n, 0, sizeof(*n));
	n->kind = (uint8_t)kind;
	n->op = op;
	n->prio = (uint8_t)prio;
	n->type.size = n->common.size = 8;
}

/* The rank by which the root of a right side is compared; 0 when it is no operator. */
static unsigned int root_rank(const struct orl_node *n)
{
	struct orl_token t = {.kind = ORL_TOK_OP, .op = n->op};

	if (n->kind == ORL_NODE_TERNARY)
		t.op = '?';
	else if (n->kind != ORL_NODE_BINARY)
		return 0;
	return orl_expr_rank(&t);
}

static void rotate(struct orl_prog *prog, uint32_t arg, uint32_t right)
{
	struct orl_node tmp = prog->nodes[arg];

	prog->nodes[arg] = prog->nodes[right];
	prog->nodes[right] = tmp;
	prog->nodes[right].b = prog->nodes[arg].a;
	prog->nodes[arg].a = right;
}

/* "? b : c" behind @arg; the '?' is consumed. */
static void parse_ternary(struct orl_parser *p, uint32_t arg)
{
	uint32_t left = clone(p, arg), yes = orl_tep_parse(p), no;
	uint8_t elem;

	if (!orl_expr_take(p, ':')) {
		orl_expr_fail(p, -EINVAL);
		return;
	}
	no = orl_expr_operand(p);
	if (p->err)
		return;
	elem = p->prog->nodes[yes].type.elem;
	set_op(&p->prog->nodes[arg], ORL_NODE_TERNARY, 0, 0);
	p->prog->nodes[arg].type.elem = elem;
	p->prog->nodes[arg].a = left;
	p->prog->nodes[arg].b = yes;
	p->prog->nodes[arg].c = no;
}

/* One binary operator behind @arg; returns its right side, from where an equal rank goes on. */
static uint32_t parse_one(struct orl_parser *p, uint32_t arg)
{
	unsigned int rank = orl_expr_rank(&p->tok);
	uint16_t op = p->tok.op;
	uint32_t left = clone(p, arg), right;
	uint8_t elem;

	orl_expr_next(p);
	right = orl_expr_operand(p);
	if (p->err)
		return 0;
	elem = p->prog->nodes[left].type.elem;
	set_op(&p->prog->nodes[arg], ORL_NODE_BINARY, op, rank);
	if (op == '+' || op == '-')
		p->prog->nodes[arg].type.elem = elem;
	p->prog->nodes[arg].a = left;
	p->prog->nodes[arg].b = right;
	if (rank < root_rank(&p->prog->nodes[right]))
		rotate(p->prog, arg, right);
	return right;
}

static void parse_ops(struct orl_parser *p, uint32_t arg)
{
	uint32_t right;

	if (++p->depth > ORL_MAX_DEPTH) {
		orl_expr_fail(p, -EINVAL);
		return;
	}
	while (!p->err && orl_expr_rank(&p->tok)) {
		if (orl_expr_take(p, '?')) {
			parse_ternary(p, arg);
			continue;
		}
		right = parse_one(p, arg);
		if (!p->err && orl_expr_rank(&p->tok) &&
		    orl_expr_rank(&p->tok) <= p->prog->nodes[arg].prio) {
			parse_ops(p, right);
			break;
		}
	}
	p->depth--;
}

uint32_t orl_tep_unary(struct orl_parser *p)
{
	uint16_t op = p->tok.op;
	uint32_t item, zero, n;

	orl_expr_next(p);
	item = orl_expr_operand(p);
	zero = orl_expr_node(p, ORL_NODE_CONST);
	n = orl_expr_node(p, ORL_NODE_NONE);
	if (p->err)
		return 0;
	if (op == '-') {
		set_op(&p->prog->nodes[n], ORL_NODE_BINARY, '-', 0);
		p->prog->nodes[n].a = zero;
		p->prog->nodes[n].b = item;
	} else {
		set_op(&p->prog->nodes[n], op == '!' ? ORL_NODE_NOT : ORL_NODE_INVERT, op, 0);
		p->prog->nodes[n].a = item;
	}
	parse_ops(p, n);
	return n;
}

uint32_t orl_tep_parse(struct orl_parser *p)
{
	uint32_t n;

	if (++p->depth > ORL_MAX_DEPTH)
		return orl_expr_fail(p, -EINVAL);
	n = orl_expr_operand(p);
	if (!p->err)
		parse_ops(p, n);
	p->depth--;
	return p->err ? 0 : n;
}
