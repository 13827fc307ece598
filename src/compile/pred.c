// SPDX-License-Identifier: MIT
/*
 * One comparison of a filter: FIELD OPERATOR VALUE, where the value is a number, a quoted string,
 * or CPUS{list}.
 *
 * What is checked, in which order, and where the caret goes is the kernel's, learnt by giving it
 * each mistake. Its positions within a comparison are one behind the byte that is wrong, and so are
 * ours; only that of a number is not behind.
 */
#include <errno.h>

#include "compile/impl.h"

#define STRING_MAX 256U		/* a string this long is too long, with the kernel's */
#define DIGITS_MAX 24U

enum op { OP_GLOB, OP_NE, OP_EQ, OP_LE, OP_LT, OP_GE, OP_GT, OP_AND, OP_NONE };

static const struct {
	char text[3];
	uint8_t cmp;		/* with a number */
} ops[OP_NONE] = {
	/* what begins like another one stands before it */
	[OP_GLOB] = { "~", 0 },
	[OP_NE] = { "!=", ORL_CMP_NE },
	[OP_EQ] = { "==", ORL_CMP_EQ },
	[OP_LE] = { "<=", ORL_CMP_LE },
	[OP_LT] = { "<", ORL_CMP_LT },
	[OP_GE] = { ">=", ORL_CMP_GE },
	[OP_GT] = { ">", ORL_CMP_GT },
	[OP_AND] = { "&", ORL_CMP_AND },
};

struct pred {
	struct orl_compile *c;
	struct orl_subject subject;
	enum op op;
	uint32_t i;		/* next byte of the text */
};

static int wrong(struct pred *p, const char *message, uint32_t i)
{
	return orl_compile_mistake(p->c->m, ORL_COMPILE_FILTER_PREFIX, message, i + 1, -EINVAL);
}

static void skip_blanks(struct pred *p)
{
	while (orl_is_blank(orl_compile_at(p->c, p->i)))
		p->i++;
}

static bool is_word(struct pred *p, const char *word)
{
	size_t len = strlen(word);

	return p->c->len - p->i >= len && p->i <= p->c->len &&
	       !memcmp(p->c->text + p->i, word, len);
}

static int emit(struct pred *p, uint8_t load, uint8_t cmp, uint64_t imm)
{
	struct orl_hook *hook = p->c->hook;
	struct orl_insn *in = &hook->insn[hook->nr_insns++];

	in->op = (uint8_t)(load << 4 | cmp);
	in->off = p->subject.off;
	in->size = p->subject.size;
	in->imm = imm;
	return (int)p->i;
}

/* An instruction that is never true: the CPU's number is not below 0. */
static int emit_never(struct pred *p)
{
	p->subject.off = 0;
	p->subject.size = 0;
	return emit(p, ORL_LOAD_CPU, ORL_CMP_LT, 0);
}

/* An instruction whose other side is @len bytes in the hook's data. */
static int emit_data(struct pred *p, uint8_t cmp, const void *data, uint32_t len)
{
	struct orl_hook *hook = p->c->hook;
	uint32_t off = hook->data_len;

	if (len > sizeof(hook->data) - off)
		return wrong(p, "Operand too long", p->i);
	memcpy(hook->data + off, data, len);
	hook->data_len += len;
	return emit(p, p->subject.load, cmp, off | (uint64_t)len << 32);
}

/* A value as the field would hold it; the kernel cuts off what does not fit. */
static uint64_t cut(uint64_t v, uint32_t width, bool is_signed)
{
	uint32_t bits = 64 - 8 * width;

	if (width >= 8)
		return v;
	return is_signed ? (uint64_t)((int64_t)(v << bits) >> bits) : v << bits >> bits;
}

static int number(struct pred *p)
{
	struct orl_compile *c = p->c;
	struct orl_subject *s = &p->subject;
	uint32_t start = p->i;
	uint64_t v;

	if (s->kind == ORL_SUBJECT_STRING)
		return wrong(p, "Expecting string field", p->i);
	if (p->op == OP_GLOB)
		return wrong(p, "Illegal operation for field type", p->i);
	if (orl_compile_at(c, p->i) == '-')
		p->i++;
	while (orl_is_alnum(orl_compile_at(c, p->i)))
		p->i++;
	if (p->i - start >= DIGITS_MAX)
		return wrong(p, "Operand too long", p->i);
	if (orl_compile_number(c->text + start, p->i - start, s->is_signed, &v))
		return wrong(p, "Illegal integer value", start);
	if (!s->is_loadable)
		return emit_never(p);
	if (s->kind == ORL_SUBJECT_MASK) {
		/* the word that says where the mask is, as the kernel compares it */
		s->load = ORL_LOAD_U32;
		return s->width == 4 ? emit(p, s->load, ops[p->op].cmp, cut(v, 4, false)) :
				       emit_never(p);
	}
	return emit(p, s->load, ops[p->op].cmp,
		    s->kind == ORL_SUBJECT_CPU ? v : cut(v, s->width, s->is_signed));
}

static int string(struct pred *p)
{
	struct orl_compile *c = p->c;
	char quote = orl_compile_at(c, p->i);
	uint32_t start = p->i + 1, len;
	bool is_not = p->op == OP_NE;
	uint8_t cmp = is_not ? ORL_CMP_STR_NE : ORL_CMP_STR_EQ;

	if (p->op != OP_EQ && p->op != OP_NE && p->op != OP_GLOB)
		return wrong(p, "Illegal operation for field type", p->i);
	if (p->subject.kind != ORL_SUBJECT_STRING)
		return wrong(p, "Expecting numeric field", p->i);
	for (p->i++; p->i < c->len && c->text[p->i] != quote; p->i++)
		;
	if (p->i >= c->len)
		return wrong(p, "Missing matching quote", p->i);
	len = p->i - start;
	if (len >= STRING_MAX)
		return wrong(p, "Operand too long", p->i);
	if (p->op == OP_GLOB) {
		/* the kernel takes a ! in front of the pattern for "not" */
		is_not = len && c->text[start] == '!';
		start += is_not;
		len -= is_not;
		cmp = is_not ? ORL_CMP_STR_NOT_GLOB : ORL_CMP_STR_GLOB;
	}
	p->i++;
	return emit_data(p, cmp, c->text + start, len);
}

static uint8_t mask_cmp(enum op op)
{
	if (op == OP_EQ)
		return ORL_CMP_MASK_EQ;
	return op == OP_NE ? ORL_CMP_MASK_NE : ORL_CMP_IN_MASK;
}

static int cpus(struct pred *p)
{
	struct orl_compile *c = p->c;
	uint8_t mask[ORL_COMPILE_MAX_CPUS / 8];
	uint32_t start, len = sizeof(mask);

	if (p->subject.kind == ORL_SUBJECT_STRING ||
	    (p->op != OP_EQ && p->op != OP_NE && p->op != OP_AND))
		return wrong(p, "Illegal operation for field type", p->i);
	p->i += 4;
	if (orl_compile_at(c, p->i++) != '{')
		return wrong(p, "Missing '{'", p->i);
	start = p->i;
	while (p->i < c->len && c->text[p->i] != '}')
		p->i++;
	if (p->i >= c->len)
		return wrong(p, "Missing '}'", p->i);
	if (p->i == start || orl_compile_cpulist(c->text + start, p->i - start, mask))
		return wrong(p, "Invalid cpulist", p->i);
	p->i++;
	if (!p->subject.is_loadable)
		return emit_never(p);
	while (len && !mask[len - 1])
		len--;
	return emit_data(p, mask_cmp(p->op), mask, len);
}

/* FIELD.function: only addresses of the kernel have names that the kernel could look up. */
static int function(struct pred *p)
{
	struct orl_compile *c = p->c;
	uint32_t start;
	uint64_t v;

	if (p->subject.width != 8 || p->subject.kind == ORL_SUBJECT_STRING)
		return wrong(p, "Illegal operation for field type", p->i);
	if (p->op != OP_EQ && p->op != OP_NE)
		return wrong(p, "Invalid operator", p->i);
	start = p->i;
	if (orl_is_digit(orl_compile_at(c, p->i))) {
		while (orl_is_alnum(orl_compile_at(c, p->i)))
			p->i++;
		if (orl_compile_number(c->text + start, p->i - start, false, &v))
			return wrong(p, "Invalid value (did you forget quotes)?", p->i);
	} else {
		while (p->i < c->len && !orl_is_blank(c->text[p->i]))
			p->i++;
	}
	return wrong(p, "Function not found", p->i);
}

/* The event that only has an address of code to compare. */
static bool is_function_event(const struct orl_format *f)
{
	return !strcmp(orl_format_system(f), "ftrace") && !strcmp(orl_format_name(f), "function");
}

static int value(struct pred *p, bool is_function)
{
	char first;

	skip_blanks(p);
	first = orl_compile_at(p->c, p->i);
	if (is_function)
		return function(p);
	if (is_function_event(p->c->f))
		return wrong(p, "Only 'ip' field is supported for function trace", p->i);
	if (is_word(p, "CPUS"))
		return cpus(p);
	if (first == '"' || first == '\'')
		return string(p);
	if (orl_is_digit(first) || first == '-')
		return number(p);
	return wrong(p, "Invalid value (did you forget quotes)?", p->i);
}

static bool read_op(struct pred *p)
{
	for (p->op = 0; p->op < OP_NONE; p->op++) {
		if (is_word(p, ops[p->op].text)) {
			p->i += (uint32_t)strlen(ops[p->op].text);
			return true;
		}
	}
	return false;
}

int orl_compile_pred(struct orl_compile *c, uint32_t start)
{
	struct pred p = { .c = c, .i = start };
	bool is_function = false;

	while (orl_is_alnum(orl_compile_at(c, p.i)) || orl_compile_at(c, p.i) == '_')
		p.i++;
	if (p.i == start)
		return orl_compile_mistake(c->m, ORL_COMPILE_FILTER_PREFIX, "Error", 0, -EPERM);
	if (!orl_compile_subject(c->f, c->text + start, p.i - start, &p.subject))
		return wrong(&p, "Field not found", p.i);
	if (is_word(&p, ".ustring")) {
		p.i += 8;
	} else if (is_word(&p, ".function")) {
		p.i += 9;
		is_function = true;
	}
	skip_blanks(&p);
	if (!read_op(&p))
		return wrong(&p, "Invalid operator", p.i);
	return value(&p, is_function);
}
