// SPDX-License-Identifier: MIT
/*
 * What %s prints: strings of the record, literals, and the results of __print_flags and its kin.
 *
 * The kernel makes the whole text of a __print_ function first and pads it then; libtraceevent
 * applies the conversion to each flag name by itself and to nothing else. Both are done here.
 */
#include "decode/print-texts.h"
#include "decode/program.h"

#define MAX_ELEMENTS 65536u /* of one printed array, so that one conversion stays bounded */

/* Pad and cut what stands in @out from @from on; escapes count as what they look like. */
static void fit(struct orl_text *out, const struct orl_spec *s, size_t from)
{
	size_t len = out->len - from, pad;

	if (s->has_prec && len > s->prec) {
		out->len = from + s->prec;
		out->newline_end = 0;
		len = s->prec;
	}
	pad = s->width > len ? s->width - len : 0;
	if (!pad)
		return;
	orl_text_pad(out, ' ', pad);
	if (!s->left && !out->failed) {
		memmove(out->buf + from + pad, out->buf + from, len);
		memset(out->buf + from, ' ', pad);
	}
}

static void put_unnamed(struct orl_text *out, uint64_t v)
{
	orl_text_write(out, "0x", 2);
	orl_text_hex(out, v);
}

/*
 * Whether a flag is to be named for what is left of the value. libtraceevent takes values as
 * signed; a negative one is a name that it could not resolve, and it prints that for a value of 0.
 */
static bool flag_matches(uint64_t v, uint64_t flag, bool kernel)
{
	if (kernel)
		return v && (v & flag) == flag;
	if ((int64_t)flag < 0)
		return !v;
	return flag && (v & flag) == flag;
}

static void put_flags(struct orl_eval *e, const struct orl_spec *s, const struct orl_node *n,
		      struct orl_text *out)
{
	uint64_t v = orl_eval_number(e, n->a);
	bool kernel = e->prog->mode == ORL_PRINT_KERNEL, first = true;
	const struct orl_sym *sym;
	uint32_t i;

	for (i = 0; i < n->nr_sym; i++) {
		sym = &e->prog->syms[n->sym + i];
		if (!flag_matches(v, sym->value, kernel))
			continue;
		if (!first && v)
			orl_text_escape(out, n->str, n->str_len);
		first = false;
		orl_conv_bytes(out, s, sym->str, sym->len);
		if (!v)
			break;
		v &= ~sym->value;
	}
	if (v) {
		if (!first)
			orl_text_escape(out, n->str, n->str_len);
		put_unnamed(out, v);
	}
}

static void put_symbol(struct orl_eval *e, const struct orl_spec *s, const struct orl_node *n,
		       struct orl_text *out)
{
	uint64_t v = orl_eval_number(e, n->a);
	const struct orl_sym *sym;
	uint32_t i;

	for (i = 0; i < n->nr_sym; i++) {
		sym = &e->prog->syms[n->sym + i];
		if (sym->value == v) {
			orl_conv_bytes(out, s, sym->str, sym->len);
			return;
		}
	}
	put_unnamed(out, v);
}

static void put_hex(struct orl_eval *e, const struct orl_node *n, struct orl_text *out)
{
	uint64_t want = orl_eval_number(e, n->b);
	const uint8_t *data;
	uint32_t len;

	if (!orl_eval_bytes(e, n->a, &data, &len))
		return;
	if ((int64_t)want < 0 || want > MAX_ELEMENTS)
		want = MAX_ELEMENTS;
	if (want < len)
		len = (uint32_t)want;
	orl_conv_hex(out, data, len < MAX_ELEMENTS ? len : MAX_ELEMENTS,
		     n->kind == ORL_NODE_HEX ? ' ' : 0);
}

static void put_array(struct orl_eval *e, const struct orl_node *n, struct orl_text *out)
{
	uint64_t want = orl_eval_number(e, n->b), size = orl_eval_number(e, n->c), v, i;
	bool kernel = e->prog->mode == ORL_PRINT_KERNEL;
	const uint8_t *data;
	uint32_t len;

	if (!orl_eval_bytes(e, n->a, &data, &len))
		len = 0;
	if (size != 1 && size != 2 && size != 4 && size != 8) {
		orl_text_puts(out, "BAD SIZE:");
		orl_text_u64(out, size);
		return;
	}
	if (!n->b || want > len / size)
		want = len / size;
	if (want > MAX_ELEMENTS)
		want = MAX_ELEMENTS;
	if (kernel)
		orl_text_putc(out, '{');
	for (i = 0; i < want; i++) {
		if (i)
			orl_text_putc(out, kernel ? ',' : ' ');
		v = orl_load(data + i * size, (uint32_t)size);
		if (kernel)
			put_unnamed(out, v);
		else
			orl_text_u64(out, v);
	}
	if (kernel)
		orl_text_putc(out, '}');
}

static void put_mask(struct orl_eval *e, uint32_t node, struct orl_text *out)
{
	const struct orl_node *n = &e->prog->nodes[node];
	const uint8_t *data;
	uint32_t len;

	if (!orl_eval_bytes(e, node, &data, &len))
		return;
	if (len > MAX_ELEMENTS / 8)
		len = MAX_ELEMENTS / 8;
	if (n->kind == ORL_NODE_CPUMASK && e->prog->mode == ORL_PRINT_TEP)
		orl_conv_bitlist(out, data, len);
	else
		orl_conv_bitmask(out, data, len);
}

/* A number where a string should be; as a pointer, it points nowhere. */
static void put_constant(struct orl_eval *e, const struct orl_spec *s, uint64_t v, bool is_cast,
			 struct orl_text *out)
{
	struct orl_text digits = ORL_TEXT_INIT;

	if (e->prog->mode == ORL_PRINT_KERNEL && !v) {
		orl_conv_bytes(out, s, "(null)", 6);
	} else if (!is_cast) {
		orl_text_s64(&digits, (int64_t)v);
		orl_conv_bytes(out, s, digits.buf, digits.len);
		orl_text_fini(&digits);
	}
}

/* A pointer: to a string of the kernel, if a recording has brought that along. */
static void put_pointer(const struct orl_eval *e, uint64_t v, struct orl_text *out)
{
	struct orl_print_text text;

	if (e->prints && orl_print_texts_find(e->prints, 0, v, &text)) {
		if (text.len && text.format[text.len - 1] == '\n')
			text.len--;
		orl_text_escape(out, text.format, text.len);
	} else {
		orl_text_hex(out, v);
	}
}

/* A node that is no string by itself: bytes of the record, else a pointer we cannot follow. */
static void put_bytes(struct orl_eval *e, const struct orl_spec *s, uint32_t node,
		      struct orl_text *out)
{
	const struct orl_node *n = &e->prog->nodes[node];
	const uint8_t *data;
	uint32_t len;

	if (n->kind == ORL_NODE_FIELD && n->field && !n->field->is_array && n->field->size == 8)
		put_pointer(e, orl_eval_number(e, node), out);
	else if (orl_eval_bytes(e, node, &data, &len))
		orl_conv_bytes(out, s, data, strnlen((const char *)data, len));
}

static void put_made(struct orl_eval *e, const struct orl_spec *s, uint32_t node,
		     struct orl_text *out)
{
	const struct orl_node *n = &e->prog->nodes[node];
	const struct orl_spec plain = {.conv = 's'};
	bool kernel = e->prog->mode == ORL_PRINT_KERNEL;
	const struct orl_spec *each = kernel ? &plain : s;
	size_t from = out->len;

	switch (n->kind) {
	case ORL_NODE_FLAGS:
		put_flags(e, each, n, out);
		break;
	case ORL_NODE_SYMBOLIC:
		put_symbol(e, each, n, out);
		break;
	case ORL_NODE_HEX:
	case ORL_NODE_HEX_STR:
		put_hex(e, n, out);
		break;
	case ORL_NODE_ARRAY:
		put_array(e, n, out);
		break;
	default:
		put_mask(e, node, out);
		kernel = true;
	}
	if (kernel)
		fit(out, s, from);
}

void orl_conv_string(struct orl_eval *e, const struct orl_spec *s, uint32_t node,
		     struct orl_text *out)
{
	const struct orl_node *n = &e->prog->nodes[node];
	bool is_cast = false;

	while (n->kind == ORL_NODE_CAST || n->kind == ORL_NODE_TERNARY) {
		is_cast = n->kind == ORL_NODE_CAST;
		if (is_cast)
			node = n->a;
		else
			node = orl_eval_number(e, n->a) ? n->b : n->c;
		n = &e->prog->nodes[node];
	}
	switch (n->kind) {
	case ORL_NODE_FLAGS:
	case ORL_NODE_SYMBOLIC:
	case ORL_NODE_HEX:
	case ORL_NODE_HEX_STR:
	case ORL_NODE_ARRAY:
	case ORL_NODE_BITMASK:
	case ORL_NODE_CPUMASK:
		put_made(e, s, node, out);
		break;
	case ORL_NODE_ATOM:
	case ORL_NODE_STRING:
		orl_conv_bytes(out, s, n->str, n->str_len);
		break;
	case ORL_NODE_CONST:
		put_constant(e, s, n->value, is_cast, out);
		break;
	default:
		put_bytes(e, s, node, out);
	}
}
