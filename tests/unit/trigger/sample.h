/* SPDX-License-Identifier: MIT */
/* A record with a field of each kind, and hooks to run on it. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trigger/trigger.h"

#define SAMPLE_ID 77U
#define SAMPLE_PID 4711U
#define SAMPLE_CPU 9U
#define SAMPLE_TICKS 123456U

struct sample {
	uint64_t common;		/* garbage: what counts is in the occurrence */
	uint8_t u8;
	int8_t s8;
	uint16_t u16;
	int16_t s16;
	uint16_t pad;
	uint32_t u32;
	int32_t s32;
	uint64_t u64;
	int64_t s64;
	char name[8];			/* no NUL: it fills the array */
	char word[8];
	uint32_t loc, rel;		/* "dynamic", "relative" */
	uint32_t mask_loc, stack_loc;
	uint8_t mask[8];
	char dynamic[8], relative[12];
	uint8_t cpus[4];
	uint64_t stack[3];
};

#define AT(member) ((uint16_t)offsetof(struct sample, member))

static inline uint32_t sample_cpu(const struct orl_occurrence *o)
{
	return SAMPLE_CPU;
}

static inline void sample_comm(const struct orl_occurrence *o, char comm[16])
{
	memset(comm, 'x', 16);		/* behind the NUL there may be anything */
	memcpy(comm, "tester", 7);
}

static inline uint64_t sample_ticks(const struct orl_occurrence *o)
{
	return SAMPLE_TICKS;
}

static inline uint32_t sample_stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	for (uint32_t i = 0; i < 3 && i < max; i++)
		addr[i] = 0x1000 + i;
	return max < 3 ? max : 3;
}

static const struct orl_occurrence_ops sample_ops = {
	.cpu = sample_cpu, .comm = sample_comm, .ticks = sample_ticks, .stack = sample_stack,
};

static inline struct orl_occurrence sample_init(struct sample *s)
{
	*s = (struct sample){
		.common = 0xeeeeeeeeeeeeeeeeULL,
		.u8 = 200, .s8 = -100, .u16 = 60000, .s16 = -30000,
		.u32 = 4000000000U, .s32 = -2000000000,
		.u64 = 1ULL << 63 | 5, .s64 = INT64_MIN + 5,
		.name = { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' }, .word = "hello",
		.loc = 8U << 16 | AT(dynamic),
		.rel = 9U << 16 | (AT(relative) - AT(rel) - 4U),
		.mask_loc = 4U << 16 | AT(cpus),
		.stack_loc = 24U << 16 | AT(stack),
		.mask = { 0x02, 0x02 },	/* CPUs 1 and 9 */
		.dynamic = "dynamic", .relative = "relative",
		.cpus = { 0, 2 },	/* CPU 9 */
		.stack = { 0xa1, 0xa2, 0xa3 },
	};
	return (struct orl_occurrence){
		.rec = s, .len = sizeof(*s), .ops = &sample_ops,
		.common = (uint64_t)SAMPLE_PID << 32 | 3U << 24 | 1U << 16 | SAMPLE_ID,
	};
}

static inline void hook_init(struct orl_hook *hook, uint32_t kind)
{
	memset(hook, 0, sizeof(*hook));
	hook->kind = kind;
	hook->event = SAMPLE_ID;
	hook->count = -1;
}

static inline struct orl_insn *hook_insn(struct orl_hook *hook, uint32_t load, uint32_t cmp,
					 uint16_t off, uint16_t size, uint64_t imm)
{
	struct orl_insn *in = &hook->insn[hook->nr_insns++];

	*in = (struct orl_insn){ .op = (uint8_t)(load << 4 | cmp), .yes = ORL_INSN_PASS,
				 .no = ORL_INSN_FAIL, .off = off, .size = size, .imm = imm };
	return in;
}

/* Put bytes into the hook's data; the immediate that names them. */
static inline uint64_t hook_data(struct orl_hook *hook, const void *bytes, uint32_t len)
{
	uint32_t off = hook->data_len;

	memcpy(hook->data + off, bytes, len);
	hook->data_len += len;
	return off | (uint64_t)len << 32;
}

#endif
