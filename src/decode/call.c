// SPDX-License-Identifier: MIT
/*
 * The functions that a print fmt may call: one table row each, by the shape of their arguments.
 * A call of anything else makes the print fmt unreadable, and the fields are dumped instead.
 */
#include "decode/expr.h"

#include <errno.h>
#include <stdlib.h>

enum call_shape {
	SHAPE_FIELD,	/* (field) */
	SHAPE_ITEM,	/* (expression) */
	SHAPE_ITEM_SKIP,/* (expression, ignored) */
	SHAPE_BUFFER,	/* (buffer, length) */
	SHAPE_ARRAY,	/* (buffer, count, element size) */
	SHAPE_DYNAMIC,	/* (field, element size) */
	SHAPE_FLAGS,	/* (expression, "delimiter", { value, "name" }...) */
	SHAPE_SYMBOLS,	/* (expression, { value, "name" }...) */
};

static const struct {
	const char *name;
	enum orl_node_kind kind;
	enum call_shape shape;
} calls[] = {
	{"__get_str", ORL_NODE_DYN_STR, SHAPE_FIELD},
	{"__get_rel_str", ORL_NODE_DYN_STR, SHAPE_FIELD},
	{"__get_dynamic_array", ORL_NODE_DYN, SHAPE_FIELD},
	{"__get_rel_dynamic_array", ORL_NODE_DYN, SHAPE_FIELD},
	{"__get_dynamic_array_len", ORL_NODE_DYN_LEN, SHAPE_FIELD},
	{"__get_rel_dynamic_array_len", ORL_NODE_DYN_LEN, SHAPE_FIELD},
	{"__get_bitmask", ORL_NODE_BITMASK, SHAPE_FIELD},
	{"__get_rel_bitmask", ORL_NODE_BITMASK, SHAPE_FIELD},
	{"__get_cpumask", ORL_NODE_CPUMASK, SHAPE_FIELD},
	{"__get_rel_cpumask", ORL_NODE_CPUMASK, SHAPE_FIELD},
	{"__get_sockaddr", ORL_NODE_DYN, SHAPE_FIELD},
	{"__get_rel_sockaddr", ORL_NODE_DYN, SHAPE_FIELD},
	{"__print_flags", ORL_NODE_FLAGS, SHAPE_FLAGS},
	{"__print_flags_u64", ORL_NODE_FLAGS, SHAPE_FLAGS},
	{"__print_symbolic", ORL_NODE_SYMBOLIC, SHAPE_SYMBOLS},
	{"__print_symbolic_u64", ORL_NODE_SYMBOLIC, SHAPE_SYMBOLS},
	{"__print_hex", ORL_NODE_HEX, SHAPE_BUFFER},
	{"__print_hex_str", ORL_NODE_HEX_STR, SHAPE_BUFFER},
	{"__print_array", ORL_NODE_ARRAY, SHAPE_ARRAY},
	{"__print_dynamic_array", ORL_NODE_ARRAY, SHAPE_DYNAMIC},
	{"__print_ns_to_secs", ORL_NODE_NS_SECS, SHAPE_ITEM},
	{"__print_ns_without_secs", ORL_NODE_NS_REST, SHAPE_ITEM},
	{"__builtin_expect", ORL_NODE_NONE, SHAPE_ITEM_SKIP},
};

static uint32_t parse_field(struct orl_parser *p, enum orl_node_kind kind)
{
	const struct orl_field *field;
	struct orl_node *node;
	uint32_t n;

	if (p->tok.kind != ORL_TOK_IDENT)
		return orl_expr_fail(p, -EINVAL);
	field = orl_field_lookup(p->format, p->tok.s, p->tok.len);
	orl_expr_next(p);
	n = orl_expr_field(p, field && field->is_dynamic ? field : NULL);
	if (p->err)
		return 0;
	node = &p->prog->nodes[n];
	node->kind = (uint8_t)kind;
	if (kind == ORL_NODE_DYN_LEN)
		node->type = (struct orl_ctype){.size = 4, .is_signed = true};
	else if (!node->type.elem)
		node->type.elem = 1;
	return n;
}

static bool add_sym(struct orl_parser *p, uint64_t value, const char *str, uint32_t len)
{
	struct orl_prog *prog = p->prog;
	struct orl_sym *syms;
	uint32_t cap;

	if (prog->nr_syms == prog->cap_syms) {
		cap = prog->cap_syms ? prog->cap_syms * 2 : 16;
		syms = cap > ORL_MAX_NODES * 4 ? NULL : realloc(prog->syms, cap * sizeof(*syms));
		if (!syms)
			return orl_expr_fail(p, -ENOMEM);
		prog->syms = syms;
		prog->cap_syms = cap;
	}
	prog->syms[prog->nr_syms++] = (struct orl_sym){.value = value, .str = str, .len = len};
	return true;
}

static bool has_atom(const struct orl_prog *prog, uint32_t node)
{
	const struct orl_node *n = &prog->nodes[node];

	return node && (n->kind == ORL_NODE_ATOM || has_atom(prog, n->a) || has_atom(prog, n->b) ||
			has_atom(prog, n->c));
}

/*
 * The value of a table entry. libtraceevent makes it a decimal string and reads that back, which
 * turns everything but a non-negative number into -1; it also knows a few names of the kernel.
 */
static uint64_t tep_value(const struct orl_prog *prog, uint32_t node, uint64_t v)
{
	static const char *const softirqs[] = {
		"HI_SOFTIRQ",	   "TIMER_SOFTIRQ",   "NET_TX_SOFTIRQ", "NET_RX_SOFTIRQ",
		"BLOCK_SOFTIRQ",   "IRQ_POLL_SOFTIRQ", "TASKLET_SOFTIRQ", "SCHED_SOFTIRQ",
		"HRTIMER_SOFTIRQ", "RCU_SOFTIRQ",
	};
	const struct orl_node *n = &prog->nodes[node];
	size_t i;

	if (n->kind == ORL_NODE_CONST)
		return v;
	if (n->kind != ORL_NODE_ATOM)
		return (int64_t)v < 0 ? UINT64_MAX : v;
	for (i = 0; i < sizeof(softirqs) / sizeof(softirqs[0]); i++)
		if (strlen(softirqs[i]) == n->str_len && !memcmp(softirqs[i], n->str, n->str_len))
			return i;
	return UINT64_MAX;
}

/* Keep an entry with a computed value; the kernel's dialect leaves out what has no value. */
static void keep_pair(struct orl_parser *p, uint32_t value, uint32_t str)
{
	struct orl_eval e = {.prog = p->prog};
	const struct orl_node *s = &p->prog->nodes[str];
	bool kernel = p->prog->mode == ORL_PRINT_KERNEL;
	uint64_t v;

	if (s->kind != ORL_NODE_STRING || (kernel && has_atom(p->prog, value)))
		return;
	v = orl_eval_number(&e, value);
	add_sym(p, kernel ? v : tep_value(p->prog, value, v), s->str, s->str_len);
}

/*
 * { value, "name" } behind its '{'; the value is an expression of constants. Some tables end with
 * a null pointer for the name. The nodes are given back, since tables are long.
 */
static void parse_pair(struct orl_parser *p)
{
	uint32_t mark = p->prog->nr_nodes, value, str;

	value = orl_expr_parse(p);
	if (!orl_expr_take(p, ',')) {
		orl_expr_fail(p, -EINVAL);
		return;
	}
	str = orl_expr_parse(p);
	if (!orl_expr_take(p, '}') || !orl_expr_is_shallow(p->prog, value, ORL_MAX_DEPTH)) {
		orl_expr_fail(p, -EINVAL);
		return;
	}
	keep_pair(p, value, str);
	if (!p->err)
		p->prog->nr_nodes = mark;
}

static void parse_table(struct orl_parser *p, uint32_t n)
{
	uint32_t first = p->prog->nr_syms;

	while (!p->err && orl_expr_take(p, '{')) {
		parse_pair(p);
		if (!orl_expr_take(p, ','))
			break;
	}
	if (p->err)
		return;
	p->prog->nodes[n].sym = first;
	p->prog->nodes[n].nr_sym = p->prog->nr_syms - first;
}

/* The nodes of @n's operands may move while they are parsed: always go through p->prog->nodes. */
static void parse_args(struct orl_parser *p, uint32_t n, enum call_shape shape)
{
	uint32_t a, b = 0, c = 0;

	a = shape == SHAPE_DYNAMIC ? parse_field(p, ORL_NODE_DYN) : orl_expr_parse(p);
	if (shape != SHAPE_ITEM && !orl_expr_take(p, ',')) {
		orl_expr_fail(p, -EINVAL);
		return;
	}
	if (shape == SHAPE_FLAGS) {
		const char *delim = "";
		uint32_t len = 0;

		if (!orl_expr_string(p, &delim, &len) || !orl_expr_take(p, ',')) {
			orl_expr_fail(p, -EINVAL);
			return;
		}
		p->prog->nodes[n].str = delim;
		p->prog->nodes[n].str_len = len;
	}
	if (shape == SHAPE_FLAGS || shape == SHAPE_SYMBOLS)
		parse_table(p, n);
	else if (shape == SHAPE_DYNAMIC)
		c = orl_expr_parse(p);
	else if (shape != SHAPE_ITEM)
		b = orl_expr_parse(p);
	if (shape == SHAPE_ARRAY) {
		if (!orl_expr_take(p, ','))
			orl_expr_fail(p, -EINVAL);
		c = orl_expr_parse(p);
	}
	p->prog->nodes[n].a = a;
	p->prog->nodes[n].b = b;
	p->prog->nodes[n].c = c;
}

static uint32_t parse_known(struct orl_parser *p, size_t idx)
{
	uint32_t n;

	if (calls[idx].shape == SHAPE_FIELD)
		return parse_field(p, calls[idx].kind);
	n = orl_expr_node(p, calls[idx].kind);
	if (!p->err)
		parse_args(p, n, calls[idx].shape);
	if (p->err)
		return 0;
	if (calls[idx].kind == ORL_NODE_NS_REST)
		p->prog->nodes[n].type.size = 4;
	return calls[idx].kind == ORL_NODE_NONE ? p->prog->nodes[n].a : n;
}

uint32_t orl_call_parse(struct orl_parser *p, const struct orl_token *name)
{
	uint32_t n = 0;
	size_t i;

	orl_expr_take(p, '(');
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strlen(calls[i].name) != name->len || memcmp(calls[i].name, name->s, name->len))
			continue;
		n = parse_known(p, i);
		if (!orl_expr_take(p, ')'))
			return orl_expr_fail(p, -EINVAL);
		return n;
	}
	return orl_expr_fail(p, -EINVAL);
}
