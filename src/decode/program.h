/* SPDX-License-Identifier: MIT */
/*
 * What a print fmt is compiled to; shared by the files of src/decode only.
 *
 * A program is a row of ops (literal text, one conversion each) over a pool of expression nodes.
 * Nodes refer to each other by index and every operand has a smaller or larger index but is
 * reached by one parent only, so a program is a forest whose depth the parser has bounded.
 *
 * The two dialects (see format.h) are two programs for one evaluator: the parser puts what
 * differs into the shape of the tree and into each node's type, evaluation itself is the same.
 */
#ifndef ORL_DECODE_PROGRAM_H
#define ORL_DECODE_PROGRAM_H

#include "decode/format.h"

enum orl_node_kind {
	ORL_NODE_NONE,		/* an operand that is not there: 0, "" */
	ORL_NODE_CONST,
	ORL_NODE_ATOM,		/* a name that nobody resolved: 0, but its own text for %s */
	ORL_NODE_STRING,	/* literal */
	ORL_NODE_FIELD,		/* REC->field */
	ORL_NODE_DYN,		/* the bytes of a dynamic field */
	ORL_NODE_DYN_STR,	/* the same, as a string */
	ORL_NODE_DYN_LEN,
	ORL_NODE_BITMASK,
	ORL_NODE_CPUMASK,
	ORL_NODE_INDEX,		/* a[b] */
	ORL_NODE_DEREF,		/* *a */
	ORL_NODE_ADDR,		/* &a */
	ORL_NODE_CAST,
	ORL_NODE_NEG,
	ORL_NODE_NOT,
	ORL_NODE_INVERT,
	ORL_NODE_BINARY,	/* a op b */
	ORL_NODE_TERNARY,	/* a ? b : c */
	ORL_NODE_FLAGS,		/* __print_flags(a, str, table) */
	ORL_NODE_SYMBOLIC,	/* __print_symbolic(a, table) */
	ORL_NODE_HEX,		/* __print_hex(a, b) */
	ORL_NODE_HEX_STR,
	ORL_NODE_ARRAY,		/* __print_array(a, b, c) */
	ORL_NODE_NS_SECS,	/* a / 10^9 */
	ORL_NODE_NS_REST,	/* a % 10^9 */
};

/* Two-character operators; the others are their character. */
enum {
	ORL_OP_SHL = 256,
	ORL_OP_SHR,
	ORL_OP_LE,
	ORL_OP_GE,
	ORL_OP_EQ,
	ORL_OP_NE,
	ORL_OP_AND,
	ORL_OP_OR,
	ORL_OP_ARROW,
};

/* An integer type, or what a pointer points to (then elem > 0). */
struct orl_ctype {
	uint8_t size;		/* 1, 2, 4, 8 */
	bool is_signed;
	uint8_t elem;		/* bytes of what is pointed to; 0: not a pointer */
	bool elem_signed;
};

struct orl_node {
	uint8_t kind;
	uint8_t prio;			/* rank of the operator, while parsing the TEP dialect */
	uint16_t op;
	struct orl_ctype type;		/* of the value */
	struct orl_ctype common;	/* operands are converted to it first */
	uint32_t a, b, c;		/* operands */
	uint32_t sym, nr_sym;		/* table of flags and symbols */
	const struct orl_field *field;	/* NULL: no such field */
	uint64_t value;
	const char *str;		/* in the program's pool */
	uint32_t str_len;
};

struct orl_sym {
	uint64_t value;
	const char *str;
	uint32_t len;
};

/* A printf conversion. */
struct orl_spec {
	char conv;		/* d u o x X c s p, or the unknown letter */
	uint8_t size;		/* bytes of the integer, from the length modifier */
	bool left, zero, alt, plus, space;
	bool has_prec;
	uint32_t width, prec;
	uint32_t width_arg, prec_arg;	/* nodes of '*' arguments, 0 none */
	char ext[8];			/* letters after %p, as in %pI6c, terminated */
};

enum orl_op_kind {
	ORL_DO_LITERAL,
	ORL_DO_FIELD_SIGNED,	/* plain %d, %ld ... of a scalar field */
	ORL_DO_FIELD_UNSIGNED,	/* plain %u */
	ORL_DO_FIELD_HEX,	/* plain %x */
	ORL_DO_FIELD_STR,	/* plain %s of a char array or dynamic string */
	ORL_DO_CONV,		/* everything else, by its spec */
	ORL_DO_UNKNOWN,		/* a conversion that does not exist */
};

struct orl_op {
	uint8_t kind;
	uint32_t node;
	const char *lit;	/* ORL_DO_LITERAL: safe to print as it is */
	uint32_t lit_len;
	struct orl_spec spec;
};

struct orl_prog {
	enum orl_print_mode mode;
	bool valid;
	struct orl_node *nodes;		/* nodes[0] is ORL_NODE_NONE */
	uint32_t nr_nodes, cap_nodes;
	struct orl_sym *syms;
	uint32_t nr_syms, cap_syms;
	struct orl_op *ops;
	uint32_t nr_ops, cap_ops;
	char *pool;			/* all strings */
	size_t pool_len, pool_cap;
};

/* Events that a line printer does not show by their print fmt. */
enum orl_special {
	ORL_SPECIAL_NONE,
	ORL_SPECIAL_MARKER,	/* ftrace:print, a write to trace_marker */
	ORL_SPECIAL_RAW_DATA,	/* ftrace:raw_data, a write to trace_marker_raw */
	ORL_SPECIAL_STACK,	/* ftrace:kernel_stack */
	ORL_SPECIAL_BPRINT,	/* ftrace:bprint, a pr_debug() or trace_printk() */
	ORL_SPECIAL_SWITCH,	/* sched:sched_switch */
	ORL_SPECIAL_WAKEUP,	/* sched:sched_wakeup, sched:sched_wakeup_new */
};

struct orl_format {
	char *system;
	char *name;
	int id;
	struct orl_field *fields;
	unsigned int nr_fields;
	char *strings;			/* names and types of the fields */
	enum orl_special special;
	const char *label;		/* "name:", escaped, as lines have it */
	const char *json_name;		/* "\"system:name\"" */
	uint32_t label_len, json_name_len;
	struct orl_text labels;		/* what both of them point into */
	struct orl_prog prog[2];	/* by enum orl_print_mode */
};

/* One record being printed. */
struct orl_eval {
	const struct orl_prog *prog;
	const uint8_t *rec;
	uint32_t len;
	bool cut;			/* something lay beyond the record */
	const struct orl_kallsyms *functions; /* by which %ps names addresses, or NULL */
	struct orl_print_texts *prints; /* strings of the kernel, by address, or NULL */
};

#define ORL_MAX_FORMAT_LEN	(1u << 20)
#define ORL_MAX_FIELDS		1024u
#define ORL_MAX_NODES		20000u
#define ORL_MAX_DEPTH		256u

/* ---- type.c ---- */

/** orl_type_find() - the integer type of a name such as "unsigned long"; false if unknown */
bool orl_type_find(const char *name, size_t len, struct orl_ctype *type);

/* ---- lex.c ---- */

enum orl_token_kind {
	ORL_TOK_END,
	ORL_TOK_IDENT,
	ORL_TOK_NUM,
	ORL_TOK_STR,
	ORL_TOK_OP,
	ORL_TOK_BAD
};

struct orl_token {
	enum orl_token_kind kind;
	uint16_t op;
	const char *s;		/* text, without the quotes of a string */
	size_t len;
	uint64_t value;
	struct orl_ctype type;
};

struct orl_lex {
	const char *p, *end;
};

/** orl_lex_next() - read one token; at the end it stays at ORL_TOK_END */
struct orl_token orl_lex_next(struct orl_lex *lex);

/** orl_lex_unescape() - resolve C escapes of @s into @to (@len bytes of room); the new length */
size_t orl_lex_unescape(char *to, const char *s, size_t len);

/* ---- expr.c, call.c: parsing ---- */

struct orl_parser {
	struct orl_lex lex;
	struct orl_token tok;		/* the token at hand, not yet consumed */
	struct orl_prog *prog;
	const struct orl_format *format;
	unsigned int depth;
	int err;			/* first error, -EINVAL or -ENOMEM */
};

/** orl_expr_parse() - parse one expression; the node, 0 and p->err on an error */
uint32_t orl_expr_parse(struct orl_parser *p);

/** orl_expr_node() - a new node, 0 and p->err when there is no room */
uint32_t orl_expr_node(struct orl_parser *p, enum orl_node_kind kind);

/** orl_expr_next() - take the next token */
void orl_expr_next(struct orl_parser *p);

/** orl_expr_fail() - note an error; always 0, so that it can be returned as a node */
uint32_t orl_expr_fail(struct orl_parser *p, int err);

/** orl_expr_take() - consume operator @op if it is at hand */
bool orl_expr_take(struct orl_parser *p, uint16_t op);

/** orl_expr_string() - consume adjacent string literals into the pool */
bool orl_expr_string(struct orl_parser *p, const char **s, uint32_t *len);

/** orl_expr_is_shallow() - whether the tree under @node is at most @depth nodes deep */
bool orl_expr_is_shallow(const struct orl_prog *prog, uint32_t node, unsigned int depth);

/** orl_call_parse() - parse a call; p->tok is the '(' behind @name */
uint32_t orl_call_parse(struct orl_parser *p, const struct orl_token *name);

/** orl_type_convert() - cut @v to a type and extend it by its sign */
static inline uint64_t orl_type_convert(uint64_t v, struct orl_ctype t)
{
	switch (t.size) {
	case 1:
		return t.is_signed ? (uint64_t)(int8_t)v : (uint8_t)v;
	case 2:
		return t.is_signed ? (uint64_t)(int16_t)v : (uint16_t)v;
	case 4:
		return t.is_signed ? (uint64_t)(int32_t)v : (uint32_t)v;
	default:
		return v;
	}
}

/** orl_node_set_type() - give an operator node the type of its result, from its operands */
void orl_node_set_type(struct orl_prog *prog, struct orl_node *n);

/* ---- compile.c ---- */

/** orl_prog_compile() - compile @text, what follows "print fmt:"; 0, -EINVAL or -ENOMEM */
int orl_prog_compile(struct orl_prog *prog, const struct orl_format *f, const char *text,
		     size_t len);

/** orl_prog_fini() - free what a program holds */
void orl_prog_fini(struct orl_prog *prog);

/* ---- eval.c ---- */

/** orl_eval_number() - the value of a node, converted to its type */
uint64_t orl_eval_number(struct orl_eval *e, uint32_t node);

/**
 * orl_eval_bytes() - the bytes of the record (or literal) that a node stands for
 *
 * Return: true, or false when the node is no array, pointer or field, or lies outside the record.
 */
bool orl_eval_bytes(struct orl_eval *e, uint32_t node, const uint8_t **data, uint32_t *len);

/* ---- conv.c, string.c, pointer.c: conversions ---- */

/** orl_conv_int() - print an integer as the spec says */
void orl_conv_int(struct orl_text *out, const struct orl_spec *spec, uint64_t v);

/** orl_conv_bytes() - print up to @len bytes, cut and padded as the spec says, escaped */
void orl_conv_bytes(struct orl_text *out, const struct orl_spec *spec, const void *s, size_t len);

/** orl_conv_string() - print a node for %s */
void orl_conv_string(struct orl_eval *e, const struct orl_spec *spec, uint32_t node,
		     struct orl_text *out);

/** orl_conv_pointer() - print a node for %p and what may follow it */
void orl_conv_pointer(struct orl_eval *e, const struct orl_spec *spec, uint32_t node,
		      struct orl_text *out);

/**
 * orl_conv_address() - print a %p that is a number, or the name of the function that is there
 * @functions: by which %ps names addresses, or NULL
 */
void orl_conv_address(struct orl_text *out, const struct orl_spec *spec, enum orl_print_mode mode,
		      const struct orl_kallsyms *functions, uint64_t v);

/** orl_conv_bitmask() - hex words, most significant first, as the kernel's %*pb */
void orl_conv_bitmask(struct orl_text *out, const uint8_t *data, uint32_t len);

/** orl_conv_bitlist() - ranges of set bits such as "0-3,8", as the kernel's %*pbl */
void orl_conv_bitlist(struct orl_text *out, const uint8_t *data, uint32_t len);

/** orl_conv_hex() - bytes in hex with @sep between them, 0 for none */
void orl_conv_hex(struct orl_text *out, const uint8_t *data, uint32_t len, char sep);

/* ---- dump.c ---- */

/** orl_dump_fields() - print a record field by field */
void orl_dump_fields(const struct orl_format *f, const void *rec, uint32_t len,
		     struct orl_text *out);

/**
 * orl_dump_fields_kernel() - the same as the kernel's option `fields` has it: name=0x2a (42)
 */
void orl_dump_fields_kernel(const struct orl_format *f, const void *rec, uint32_t len,
			    struct orl_text *out);

/* ---- sched.c ---- */

/** orl_special_find() - whether lines show an event in another way than by its print fmt */
enum orl_special orl_special_find(const char *system, const char *name);

/** orl_sched_print() - the text trace-cmd has for a scheduler event; false: it has none */
bool orl_sched_print(const struct orl_format *f, const void *rec, uint32_t len,
		     struct orl_text *out);

/* ---- load of a little-endian number; other sizes give 0 ---- */
static inline uint64_t orl_load(const uint8_t *p, uint32_t size)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (size) {
	case 1:
		return *p;
	case 2:
		memcpy(&v2, p, 2);
		return v2;
	case 4:
		memcpy(&v4, p, 4);
		return v4;
	case 8:
		memcpy(&v8, p, 8);
		return v8;
	default:
		return 0;
	}
}

static inline uint64_t orl_extend(uint64_t v, uint32_t size, bool is_signed)
{
	struct orl_ctype t = {.size = (uint8_t)size, .is_signed = is_signed};

	return size <= 8 ? orl_type_convert(v, t) : v;
}

#endif /* ORL_DECODE_PROGRAM_H */
