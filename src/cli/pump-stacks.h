/* SPDX-License-Identifier: MIT */
/*
 * Which addresses the stacks and prints of a recording have, each with the first thread that had
 * it.
 */
#ifndef ORL_CLI_PUMP_STACKS_H
#define ORL_CLI_PUMP_STACKS_H

#include <stdint.h>

#include "decode/print-texts.h"
#include "reader/page.h"

#define ORL_STACKS_MAX 16384U /* addresses; more are not remembered */

struct orl_stacks_address {
	uint64_t addr; /* 0: free */
	int32_t tid;
};

/* Zeroed: empty. Belongs to one thread at a time. */
struct orl_stacks {
	struct orl_stacks_address *slot; /* hash, twice ORL_STACKS_MAX; NULL: no stack yet */
	uint32_t nr;
};

/** orl_stacks_add() - remember the addresses of a stack record; without memory for it, none */
void orl_stacks_add(struct orl_stacks *s, const struct orl_record *rec);

/**
 * orl_stacks_add_print() - remember the addresses that a record of ftrace:bprint names by %pS
 */
void orl_stacks_add_print(struct orl_stacks *s, struct orl_print_texts *texts,
			  const struct orl_record *rec);

/** orl_stacks_list() - what is remembered, sorted by address; freed by the caller, or NULL */
struct orl_stacks_address *orl_stacks_list(const struct orl_stacks *s);

void orl_stacks_fini(struct orl_stacks *s);

#endif /* ORL_CLI_PUMP_STACKS_H */
