// SPDX-License-Identifier: MIT
/*
 * Evaluation of expression nodes against one record. Recursive; the compiler has bounded the
 * depth. Nothing outside the record is read: what lies beyond counts as 0 or empty, and is noted
 * in e->cut so that the printed text can say so.
 */
#include "decode/program.h"

static uint64_t load_at(struct orl_eval *e, const uint8_t *data, uint32_t avail, uint64_t off,
			uint32_t size, bool is_signed)
{
	if (off > avail || avail - off < size) {
		e->cut = true;
		return 0;
	}
	return orl_extend(orl_load(data + off, size), size, is_signed);
}

static uint64_t eval_field(struct orl_eval *e, const struct orl_node *n)
{
	const struct orl_field *f = n->field;

	if (!f)
		return 0;
	return load_at(e, e->rec, e->len, f->offset, f->size, n->type.is_signed);
}

static uint64_t eval_dyn_len(struct orl_eval *e, const struct orl_node *n)
{
	if (!n->field)
		return 0;
	return load_at(e, e->rec, e->len, n->field->offset, 4, false) >> 16;
}

/* a[b] and *a: in the tep dialect an element's sign is not extended, which is n->type's matter. */
static uint64_t eval_element(struct orl_eval *e, const struct orl_node *n, uint64_t idx)
{
	const uint8_t *data;
	uint32_t len, size = n->common.elem;

	if (!orl_eval_bytes(e, n->a, &data, &len))
		return 0;
	if (idx > UINT32_MAX) {
		e->cut = true;
		return 0;
	}
	return load_at(e, data, len, idx * size, size, n->type.is_signed);
}

static uint64_t divide(uint64_t l, uint64_t r, bool is_signed, bool rest)
{
	if (!r)
		return 0;
	if (!is_signed)
		return rest ? l % r : l / r;
	if ((int64_t)r == -1)
		return rest ? 0 : 0 - l;
	return (uint64_t)(rest ? (int64_t)l % (int64_t)r : (int64_t)l / (int64_t)r);
}

/* A count beyond the width is undefined in C; as on x86 its upper bits do not count. */
static uint64_t shift(uint64_t l, uint64_t r, bool is_signed, bool right)
{
	r &= 63;
	if (!right)
		return l << r;
	return is_signed ? (uint64_t)((int64_t)l >> r) : l >> r;
}

static bool less(uint64_t l, uint64_t r, bool is_signed)
{
	return is_signed ? (int64_t)l < (int64_t)r : l < r;
}

static uint64_t apply(uint16_t op, uint64_t l, uint64_t r, bool is_signed)
{
	switch (op) {
	case '+':
		return l + r;
	case '-':
		return l - r;
	case '*':
		return l * r;
	case '/':
	case '%':
		return divide(l, r, is_signed, op == '%');
	case '&':
		return l & r;
	case '|':
		return l | r;
	case '^':
		return l ^ r;
	case '<':
		return less(l, r, is_signed);
	case '>':
		return less(r, l, is_signed);
	case ORL_OP_LE:
		return !less(r, l, is_signed);
	case ORL_OP_GE:
		return !less(l, r, is_signed);
	case ORL_OP_EQ:
		return l == r;
	case ORL_OP_NE:
		return l != r;
	case ORL_OP_SHL:
	case ORL_OP_SHR:
		return shift(l, r, is_signed, op == ORL_OP_SHR);
	}
	return 0;
}

static uint64_t eval_binary(struct orl_eval *e, const struct orl_node *n)
{
	uint64_t l = orl_eval_number(e, n->a), r;

	if (n->op == ORL_OP_AND)
		return l && orl_eval_number(e, n->b);
	if (n->op == ORL_OP_OR)
		return l || orl_eval_number(e, n->b);
	r = orl_eval_number(e, n->b);
	if (n->op == ORL_OP_SHL || n->op == ORL_OP_SHR)
		r &= 8u * n->common.size - 1;
	else
		r = orl_type_convert(r, n->common);
	return apply(n->op, orl_type_convert(l, n->common), r, n->common.is_signed);
}

static uint64_t eval_node(struct orl_eval *e, const struct orl_node *n)
{
	switch (n->kind) {
	case ORL_NODE_CONST:
		return n->value;
	case ORL_NODE_FIELD:
		return eval_field(e, n);
	case ORL_NODE_DYN_LEN:
		return eval_dyn_len(e, n);
	case ORL_NODE_INDEX:
		return eval_element(e, n, orl_eval_number(e, n->b));
	case ORL_NODE_DEREF:
		return eval_element(e, n, 0);
	case ORL_NODE_CAST:
		return orl_eval_number(e, n->a);
	case ORL_NODE_NEG:
		return 0 - orl_eval_number(e, n->a);
	case ORL_NODE_NOT:
		return !orl_eval_number(e, n->a);
	case ORL_NODE_INVERT:
		return ~orl_eval_number(e, n->a);
	case ORL_NODE_BINARY:
		return eval_binary(e, n);
	case ORL_NODE_TERNARY:
		return orl_eval_number(e, orl_eval_number(e, n->a) ? n->b : n->c);
	case ORL_NODE_NS_SECS:
		return orl_eval_number(e, n->a) / 1000000000u;
	case ORL_NODE_NS_REST:
		return orl_eval_number(e, n->a) % 1000000000u;
	}
	return 0;
}

uint64_t orl_eval_number(struct orl_eval *e, uint32_t node)
{
	const struct orl_node *n = &e->prog->nodes[node];

	return orl_type_convert(eval_node(e, n), n->type);
}

static bool field_bytes(struct orl_eval *e, const struct orl_field *f, const uint8_t **data,
			uint32_t *len)
{
	if (!f)
		return false;
	if (orl_field_data(f, e->rec, e->len, data, len)) {
		e->cut = true;
		return false;
	}
	return true;
}

/* Bytes at a pointer moved on by a number of elements: p + n, &p[n]. */
static bool moved_bytes(struct orl_eval *e, uint32_t node, uint64_t by, uint32_t elem,
			const uint8_t **data, uint32_t *len)
{
	if (!elem || by > UINT32_MAX || !orl_eval_bytes(e, node, data, len))
		return false;
	if (by * elem > *len) {
		e->cut = true;
		return false;
	}
	*data += by * elem;
	*len -= (uint32_t)(by * elem);
	return true;
}

bool orl_eval_bytes(struct orl_eval *e, uint32_t node, const uint8_t **data, uint32_t *len)
{
	const struct orl_node *n = &e->prog->nodes[node];

	switch (n->kind) {
	case ORL_NODE_FIELD:
	case ORL_NODE_DYN:
	case ORL_NODE_DYN_STR:
	case ORL_NODE_BITMASK:
	case ORL_NODE_CPUMASK:
		return field_bytes(e, n->field, data, len);
	case ORL_NODE_STRING:
		*data = (const uint8_t *)n->str;
		*len = n->str_len;
		return true;
	case ORL_NODE_CAST:
	case ORL_NODE_ADDR:
		return orl_eval_bytes(e, n->a, data, len);
	case ORL_NODE_INDEX:
		return moved_bytes(e, n->a, orl_eval_number(e, n->b), n->common.elem, data, len);
	case ORL_NODE_DEREF:
		return orl_eval_bytes(e, n->a, data, len);
	case ORL_NODE_TERNARY:
		return orl_eval_bytes(e, orl_eval_number(e, n->a) ? n->b : n->c, data, len);
	case ORL_NODE_BINARY:
		if (n->op != '+')
			return false;
		return moved_bytes(e, n->a, orl_eval_number(e, n->b),
				   e->prog->nodes[n->a].type.elem, data, len);
	}
	return false;
}
