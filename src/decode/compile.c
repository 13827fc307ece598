// SPDX-License-Identifier: MIT
/*
 * From the text behind "print fmt:" to a program: first the format string and the argument
 * expressions, then one op for each conversion and each stretch of literal text between them.
 *
 * Literal text is escaped here, once, so that printing it is a copy. A tab in it stays a tab,
 * since the author of the event put it there for layout; all else follows orl_text_escape().
 */
#include "decode/program.h"

#include <errno.h>
#include <stdlib.h>

#include "decode/spec.h"

#define MAX_ARGS  256u
#define MAX_OPS	  4096u
#define MAX_DEPTH 128u /* of the tree that evaluation recurses into */

struct compiler {
	struct orl_parser parser;
	const char *fmt;
	size_t fmt_len;
	uint32_t args[MAX_ARGS];
	uint32_t nr_args, used_args;
};

static int read_fmt_string(struct compiler *c)
{
	struct orl_parser *p = &c->parser;
	char *to = p->prog->pool + p->prog->pool_len;

	if (p->tok.kind != ORL_TOK_STR)
		return -EINVAL;
	for (; p->tok.kind == ORL_TOK_STR; orl_expr_next(p))
		c->fmt_len += orl_lex_unescape(to + c->fmt_len, p->tok.s, p->tok.len);
	p->prog->pool_len += c->fmt_len;
	c->fmt = to;
	if (c->fmt_len && to[c->fmt_len - 1] == '\n') /* a line ends anyway */
		c->fmt_len--;
	return 0;
}

static int add_arg(struct compiler *c, uint32_t node)
{
	if (c->parser.err)
		return c->parser.err;
	if (c->nr_args == MAX_ARGS || !orl_expr_is_shallow(c->parser.prog, node, MAX_DEPTH))
		return -EINVAL;
	c->args[c->nr_args++] = node;
	return 0;
}

/* cpumask_pr_args(mask) stands for two arguments: the number of bits, and the mask. */
static int read_mask_args(struct compiler *c)
{
	struct orl_parser *p = &c->parser;
	uint32_t mask, len, eight, bits;
	struct orl_node *nodes;
	int err;

	orl_expr_next(p);
	if (!orl_expr_take(p, '('))
		return -EINVAL;
	mask = orl_expr_parse(p);
	if (!orl_expr_take(p, ')'))
		return -EINVAL;
	len = orl_expr_node(p, ORL_NODE_DYN_LEN);
	eight = orl_expr_node(p, ORL_NODE_CONST);
	bits = orl_expr_node(p, ORL_NODE_BINARY);
	if (p->err)
		return p->err;
	nodes = p->prog->nodes;
	nodes[len].field = nodes[mask].field;
	nodes[eight].value = 8;
	nodes[bits].op = '*';
	nodes[bits].a = len;
	nodes[bits].b = eight;
	orl_node_set_type(p->prog, &nodes[bits]);
	err = add_arg(c, bits);
	return err ? err : add_arg(c, mask);
}

static int read_args(struct compiler *c)
{
	struct orl_parser *p = &c->parser;
	static const char mask_args[] = "cpumask_pr_args";
	int err;

	while (orl_expr_take(p, ',')) {
		if (p->tok.kind == ORL_TOK_END)
			break;
		if (p->tok.kind == ORL_TOK_IDENT && p->tok.len == sizeof(mask_args) - 1 &&
		    !memcmp(p->tok.s, mask_args, p->tok.len))
			err = read_mask_args(c);
		else
			err = add_arg(c, orl_expr_parse(p));
		if (err)
			return err;
	}
	if (p->err)
		return p->err;
	return p->tok.kind == ORL_TOK_END ? 0 : -EINVAL;
}

static struct orl_op *add_op(struct orl_prog *prog)
{
	struct orl_op *ops;
	uint32_t cap;

	if (prog->nr_ops == prog->cap_ops) {
		cap = prog->cap_ops ? prog->cap_ops * 2 : 8;
		if (cap > MAX_OPS)
			return NULL;
		ops = realloc(prog->ops, cap * sizeof(*ops));
		if (!ops)
			return NULL;
		prog->ops = ops;
		prog->cap_ops = cap;
	}
	ops = &prog->ops[prog->nr_ops++];
	memset(ops, 0, sizeof(*ops));
	return ops;
}

/* Literal text, adjacent pieces in one op: "50" and "%" of "50%%" are. */
static int add_literal(struct orl_prog *prog, const char *s, size_t len)
{
	struct orl_text safe = ORL_TEXT_INIT;
	struct orl_op *op = prog->nr_ops ? &prog->ops[prog->nr_ops - 1] : NULL;
	size_t i = 0, n;

	for (; i < len; i += n) {
		for (n = 0; i + n < len && s[i + n] != '\t'; n++)
			;
		orl_text_escape(&safe, s + i, n);
		if (i + n < len) {
			orl_text_putc(&safe, '\t');
			n++;
		}
	}
	if (!op || op->kind != ORL_DO_LITERAL) {
		op = add_op(prog);
		if (op)
			op->lit = prog->pool + prog->pool_len;
	}
	if (!op || safe.failed || safe.len > prog->pool_cap - prog->pool_len) {
		orl_text_fini(&safe);
		return -ENOMEM;
	}
	if (safe.len)
		memcpy(prog->pool + prog->pool_len, safe.buf, safe.len);
	prog->pool_len += safe.len;
	op->lit_len += (uint32_t)safe.len;
	orl_text_fini(&safe);
	return 0;
}

static uint32_t take_arg(struct compiler *c, int *err)
{
	if (c->used_args == c->nr_args) {
		*err = -EINVAL;
		return 0;
	}
	return c->args[c->used_args++];
}

/* The common conversions of a plain field need neither evaluation nor a look at the spec. */
static enum orl_op_kind pick_kind(const struct orl_prog *prog, const struct orl_op *op)
{
	const struct orl_node *n = &prog->nodes[op->node];
	const struct orl_spec *s = &op->spec;

	if (s->left || s->zero || s->alt || s->plus || s->space || s->has_prec || s->width ||
	    s->width_arg || s->prec_arg || !n->field)
		return ORL_DO_CONV;
	if (s->conv == 's' && (n->kind == ORL_NODE_DYN_STR ||
			       (n->kind == ORL_NODE_FIELD && n->field->is_array)))
		return ORL_DO_FIELD_STR;
	if (n->kind != ORL_NODE_FIELD || n->field->is_array || n->field->size > 8)
		return ORL_DO_CONV;
	switch (s->conv) {
	case 'd':
		return ORL_DO_FIELD_SIGNED;
	case 'u':
		return ORL_DO_FIELD_UNSIGNED;
	case 'x':
		return ORL_DO_FIELD_HEX;
	}
	return ORL_DO_CONV;
}

static int add_conversion(struct compiler *c, const struct orl_spec_text *text)
{
	struct orl_prog *prog = c->parser.prog;
	struct orl_op *op = add_op(prog);
	int err = 0;

	if (!op)
		return -EINVAL;
	op->spec = text->spec;
	if (!text->known) {
		op->kind = ORL_DO_UNKNOWN;
		return 0;
	}
	if (text->width_star)
		op->spec.width_arg = take_arg(c, &err);
	if (text->prec_star)
		op->spec.prec_arg = take_arg(c, &err);
	op->node = take_arg(c, &err);
	op->kind = (uint8_t)pick_kind(prog, op);
	return err;
}

static int make_ops(struct compiler *c)
{
	struct orl_prog *prog = c->parser.prog;
	const char *p = c->fmt, *end = p + c->fmt_len, *run;
	struct orl_spec_text text;
	int err = 0;

	while (p < end && !err) {
		for (run = p; p < end && *p != '%'; p++)
			;
		if (p > run)
			err = add_literal(prog, run, (size_t)(p - run));
		if (p == end || err)
			break;
		p += orl_spec_parse(&text, prog->mode, p, (size_t)(end - p));
		if (text.spec.conv == '%')
			err = add_literal(prog, "%", 1);
		else if (text.spec.conv)
			err = add_conversion(c, &text);
	}
	return err;
}

int orl_prog_compile(struct orl_prog *prog, const struct orl_format *f, const char *text,
		     size_t len)
{
	struct compiler c = {
		.parser = {.lex = {text, text + len}, .prog = prog, .format = f},
	};
	int err;

	/* every string once as read, the format string once more as escaped literals */
	prog->pool_cap = 5 * len + 1;
	prog->pool = malloc(prog->pool_cap);
	if (!prog->pool)
		return -ENOMEM;
	orl_expr_node(&c.parser, ORL_NODE_NONE);
	if (c.parser.err)
		return c.parser.err;
	orl_expr_next(&c.parser);
	err = read_fmt_string(&c);
	if (!err)
		err = read_args(&c);
	if (!err)
		err = make_ops(&c);
	prog->valid = !err;
	return err;
}

void orl_prog_fini(struct orl_prog *prog)
{
	free(prog->nodes);
	free(prog->syms);
	free(prog->ops);
	free(prog->pool);
}
