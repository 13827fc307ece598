/* SPDX-License-Identifier: MIT */
/*
 * Dynamic debug as text: what dynamic_debug/control and `oriel dyndbg` say alike.
 */
#ifndef ORL_TREE_DYNDBG_H
#define ORL_TREE_DYNDBG_H

#include "decode/text.h"
#include "domain/query.h"
#include "reader/dyndbg.h"

/** orl_dyndbg_put_all() - the kernel's listing: a comment line, then a line for each site */
void orl_dyndbg_put_all(struct orl_text *out, const struct orl_dyndbg_sites *sites);

/**
 * orl_dyndbg_put_mistake() - the query that orl_query_next() refused last
 * One line with the query, escaped, and one with carets below what is wrong; both are indented.
 */
void orl_dyndbg_put_mistake(struct orl_text *out, const struct orl_query_text *t);

#endif /* ORL_TREE_DYNDBG_H */
