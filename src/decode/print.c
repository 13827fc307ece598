// SPDX-License-Identifier: MIT
/*
 * Running a program over a record. The plain cases (literal text, %d of a field, %s of a string)
 * are handled in the loop itself; they are nearly all of what real events consist of.
 */
#include "decode/program.h"

#include "decode/spec.h"

#define MAX_RECORD_TEXT (4u << 20) /* a hostile format could ask for gigabytes */

/* Widths and precisions that come as arguments. */
static void resolve_stars(struct orl_eval *e, struct orl_spec *s)
{
	int64_t v;

	if (s->width_arg) {
		v = (int32_t)orl_eval_number(e, s->width_arg);
		if (v < 0) {
			s->left = true;
			v = -v;
		}
		s->width = v < ORL_MAX_WIDTH || s->conv == 'p' ? (uint32_t)v : ORL_MAX_WIDTH;
	}
	if (s->prec_arg) {
		v = (int32_t)orl_eval_number(e, s->prec_arg);
		s->has_prec = v >= 0;
		s->prec = v < 0 ? 0 : (uint32_t)v;
		if (s->conv != 's' && s->prec > ORL_MAX_WIDTH)
			s->prec = ORL_MAX_WIDTH;
	}
}

static void convert(struct orl_eval *e, const struct orl_op *op, struct orl_text *out)
{
	struct orl_spec star;
	const struct orl_spec *s = &op->spec;
	char c;

	if (s->width_arg || s->prec_arg) {
		star = *s;
		resolve_stars(e, &star);
		s = &star;
	}
	switch (s->conv) {
	case 's':
		orl_conv_string(e, s, op->node, out);
		break;
	case 'p':
		orl_conv_pointer(e, s, op->node, out);
		break;
	case 'c':
		c = (char)orl_eval_number(e, op->node);
		orl_conv_bytes(out, s, &c, 1);
		break;
	default:
		orl_conv_int(out, s, orl_eval_number(e, op->node));
	}
}

static uint64_t field_value(struct orl_eval *e, const struct orl_op *op, bool is_signed)
{
	const struct orl_node *n = &e->prog->nodes[op->node];
	const struct orl_field *f = n->field;
	uint64_t v;

	if (f->offset > e->len || e->len - f->offset < f->size) {
		e->cut = true;
		return 0;
	}
	v = orl_extend(orl_load(e->rec + f->offset, f->size), f->size, n->type.is_signed);
	return orl_extend(v, op->spec.size, is_signed);
}

static void field_string(struct orl_eval *e, const struct orl_op *op, struct orl_text *out)
{
	const uint8_t *data;
	uint32_t len;

	if (orl_eval_bytes(e, op->node, &data, &len))
		orl_text_escape(out, data, strnlen((const char *)data, len));
}

static void run_op(struct orl_eval *e, const struct orl_op *op, struct orl_text *out)
{
	switch (op->kind) {
	case ORL_DO_LITERAL:
		orl_text_write(out, op->lit, op->lit_len);
		break;
	case ORL_DO_FIELD_SIGNED:
		orl_text_s64(out, (int64_t)field_value(e, op, true));
		break;
	case ORL_DO_FIELD_UNSIGNED:
		orl_text_u64(out, field_value(e, op, false));
		break;
	case ORL_DO_FIELD_HEX:
		orl_text_hex(out, field_value(e, op, false));
		break;
	case ORL_DO_FIELD_STR:
		field_string(e, op, out);
		break;
	case ORL_DO_CONV:
		convert(e, op, out);
		break;
	case ORL_DO_UNKNOWN:
		orl_text_putc(out, '>');
		orl_text_escape(out, &op->spec.conv, 1);
		orl_text_putc(out, '<');
		break;
	}
}

static void run(struct orl_eval *e, struct orl_text *out)
{
	size_t start = out->len;
	uint32_t i;

	for (i = 0; i < e->prog->nr_ops; i++) {
		run_op(e, &e->prog->ops[i], out);
		if (out->len - start > MAX_RECORD_TEXT) {
			orl_text_puts(out, " [text cut]");
			return;
		}
	}
}

static void print(const struct orl_format *f, struct orl_eval *e, struct orl_text *out)
{
	size_t start = out->len;

	if (e->prog->valid) {
		run(e, out);
	} else {
		orl_text_puts(out, "[FAILED TO PARSE]");
		orl_dump_fields(f, e->rec, e->len, out);
	}
	/* trace_marker text and careless formats end in a newline, and the line has one anyway */
	orl_text_trim_newline(out, start);
	if (e->cut)
		orl_text_puts(out, " [record cut short]");
}

void orl_format_print_mode(const struct orl_format *f, enum orl_print_mode mode, const void *rec,
			   uint32_t len, struct orl_text *out)
{
	struct orl_eval e = {.prog = &f->prog[mode], .rec = rec, .len = len};

	print(f, &e, out);
}

void orl_format_print_named(const struct orl_format *f, const struct orl_kallsyms *functions,
			    struct orl_print_texts *prints, const void *rec, uint32_t len,
			    struct orl_text *out)
{
	struct orl_eval e = {.prog = &f->prog[ORL_PRINT_TEP], .rec = rec, .len = len,
			     .functions = functions, .prints = prints};

	print(f, &e, out);
}

void orl_format_print(const struct orl_format *f, const void *rec, uint32_t len,
		      struct orl_text *out)
{
	orl_format_print_mode(f, ORL_PRINT_TEP, rec, len, out);
}
