// SPDX-License-Identifier: MIT
/*
 * Addresses of stacks: a hash that never grows and never gets more than half full. Programs that
 * are traced put the same few hundred into it again and again.
 */
#include "cli/pump-stacks.h"

#include <stdlib.h>
#include <string.h>

#include "abi/print.h"
#include "decode/bprint.h"
#include "decode/ftrace.h"

#define SLOTS (2 * ORL_STACKS_MAX)

/* No code of a program is above the address that markers have. */
static void add(struct orl_stacks *s, uint64_t addr, int32_t tid)
{
	uint32_t i;

	if (!s->slot)
		s->slot = calloc(SLOTS, sizeof(*s->slot));
	if (!s->slot || !addr || addr >= ORL_FTRACE_MARKER_IP)
		return;
	i = (uint32_t)(addr * 0x9e3779b97f4a7c15ULL >> 40) & (SLOTS - 1);

	while (s->slot[i].addr && s->slot[i].addr != addr)
		i = (i + 1) & (SLOTS - 1);
	if (s->slot[i].addr || s->nr == ORL_STACKS_MAX)
		return;
	s->slot[i] = (struct orl_stacks_address){ addr, tid };
	s->nr++;
}

void orl_stacks_add(struct orl_stacks *s, const struct orl_record *rec)
{
	const uint8_t *caller;
	uint32_t nr = orl_stack_addresses(rec->data, rec->len, &caller);
	uint64_t addr;
	int32_t tid;

	if (!nr)
		return;
	memcpy(&tid, rec->data + 4, sizeof(tid));
	for (uint32_t i = 0; i < nr; i++) {
		memcpy(&addr, caller + i * 8, sizeof(addr));
		add(s, addr, tid);
	}
}

struct print {
	struct orl_stacks *stacks;
	int32_t tid;
};

static void add_argument(void *arg, uint64_t addr)
{
	const struct print *p = arg;

	add(p->stacks, addr, p->tid);
}

void orl_stacks_add_print(struct orl_stacks *s, struct orl_print_texts *texts,
			  const struct orl_record *rec)
{
	struct print print = { .stacks = s };
	struct orl_print_text text;
	struct orl_bprint b = { 0 };
	uint64_t ip, fmt;

	if (rec->len <= ORL_PRINT_OFF_ARGS)
		return;
	memcpy(&print.tid, rec->data + 4, sizeof(print.tid));
	memcpy(&ip, rec->data + ORL_PRINT_OFF_IP, sizeof(ip));
	memcpy(&fmt, rec->data + ORL_PRINT_OFF_FMT, sizeof(fmt));
	if (!orl_print_texts_find(texts, ip, fmt, &text))
		return;
	b.format = text.format;
	b.format_len = text.len;
	b.args = rec->data + ORL_PRINT_OFF_ARGS;
	b.args_len = rec->len - ORL_PRINT_OFF_ARGS;
	orl_bprint_addresses(&b, add_argument, &print);
}

static int by_address(const void *a, const void *b)
{
	const struct orl_stacks_address *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

struct orl_stacks_address *orl_stacks_list(const struct orl_stacks *s)
{
	struct orl_stacks_address *list = s->nr ? calloc(s->nr, sizeof(*list)) : NULL;
	uint32_t nr = 0;

	if (!list)
		return NULL;
	for (uint32_t i = 0; i < SLOTS; i++)
		if (s->slot[i].addr)
			list[nr++] = s->slot[i];
	qsort(list, nr, sizeof(*list), by_address);
	return list;
}

void orl_stacks_fini(struct orl_stacks *s)
{
	free(s->slot);
	*s = (struct orl_stacks){ 0 };
}
