/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the expression parser share: expr.c (operands, C operators), expr-tep.c (the
 * other dialect's operators), cast.c (types and casts) and call.c (functions such as __get_str).
 */
#ifndef ORL_DECODE_EXPR_H
#define ORL_DECODE_EXPR_H

#include "decode/program.h"

/* A type name in parentheses. */
struct orl_cast {
	const char *name;	/* its words, without the stars */
	size_t len;
	unsigned int stars;
	bool known;		/* @type says what the words mean */
	struct orl_ctype type;
};

/** orl_expr_operand() - an operand with its unary operators, casts and indexes */
uint32_t orl_expr_operand(struct orl_parser *p);

/** orl_expr_rank() - 1 (tightest) to 11 for a binary operator or '?', 0 for anything else */
unsigned int orl_expr_rank(const struct orl_token *t);

/** orl_expr_field() - a node for a field; NULL is a field that does not exist: 0 and "" */
uint32_t orl_expr_field(struct orl_parser *p, const struct orl_field *field);

/** orl_expr_type() - consume a type name up to its ')', which stays; false: there is none */
bool orl_expr_type(struct orl_parser *p, struct orl_cast *cast);

/** orl_expr_cast() - consume "type)" if an operand follows; false: an expression is at hand */
bool orl_expr_cast(struct orl_parser *p, struct orl_cast *cast);

/** orl_cast_set_type() - the type of a cast node whose operand is set */
void orl_cast_set_type(struct orl_prog *prog, struct orl_node *n, const struct orl_cast *cast);

/** orl_tep_parse(), orl_tep_unary() - an expression, a '-', '!' or '~' operand, TEP dialect */
uint32_t orl_tep_parse(struct orl_parser *p);
uint32_t orl_tep_unary(struct orl_parser *p);

/** orl_field_lookup() - orl_format_find() for a name that is not terminated */
const struct orl_field *orl_field_lookup(const struct orl_format *f, const char *name, size_t len);

#endif /* ORL_DECODE_EXPR_H */
