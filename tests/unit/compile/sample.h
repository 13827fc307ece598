/* SPDX-License-Identifier: MIT */
/* One event with a field of each kind that a filter tells apart, and a record of it. */
#ifndef TEST_COMPILE_SAMPLE_H
#define TEST_COMPILE_SAMPLE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compile/compile.h"
#include "trigger/trigger.h"

#define SAMPLE_ID 901U
#define SAMPLE_PID 4711
#define SAMPLE_CPU 1U
#define SAMPLE_LEN UINT16_MAX		/* what orl_hook_check() is told */

struct sample {
	uint64_t common;
	char comm[16];
	int32_t pid;
	uint8_t small;
	int8_t tiny;
	uint16_t half;
	uint32_t word;
	uint32_t pad;
	uint64_t big;
	int64_t wide;
	uint32_t name, rname;		/* dynamic strings */
	uint32_t cpus, stack;		/* dynamic set and addresses */
	uint64_t addr;
	uint8_t fsid[16];
	unsigned char mac[6];
	char letter;
	char pad2;
	long state;
	char data[64];
};

#define SAMPLE_OWN(name) ((uint16_t)offsetof(struct sample, name))

static const char sample_format_text[] =
	"name: sample\nID: 901\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	"\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:u8 small;\toffset:28;\tsize:1;\tsigned:0;\n"
	"\tfield:s8 tiny;\toffset:29;\tsize:1;\tsigned:1;\n"
	"\tfield:u16 half;\toffset:30;\tsize:2;\tsigned:0;\n"
	"\tfield:u32 word;\toffset:32;\tsize:4;\tsigned:0;\n"
	"\tfield:u64 big;\toffset:40;\tsize:8;\tsigned:0;\n"
	"\tfield:s64 wide;\toffset:48;\tsize:8;\tsigned:1;\n"
	"\tfield:__data_loc char[] filename;\toffset:56;\tsize:4;\tsigned:0;\n"
	"\tfield:__rel_loc char[] rname;\toffset:60;\tsize:4;\tsigned:0;\n"
	"\tfield:__data_loc cpumask_t cpumask;\toffset:64;\tsize:4;\tsigned:0;\n"
	"\tfield:__data_loc unsigned long[] stack;\toffset:68;\tsize:4;\tsigned:0;\n"
	"\tfield:void * callsite;\toffset:72;\tsize:8;\tsigned:0;\n"
	"\tfield:u8 fsid[16];\toffset:80;\tsize:16;\tsigned:0;\n"
	"\tfield:unsigned char mac[6];\toffset:96;\tsize:6;\tsigned:0;\n"
	"\tfield:char letter;\toffset:102;\tsize:1;\tsigned:1;\n"
	"\tfield:long prev_state;\toffset:104;\tsize:8;\tsigned:1;\n"
	"\tfield:char tail[];\toffset:112;\tsize:0;\tsigned:0;\n\n"
	"print fmt: \"%d\", REC->prev_pid\n";

static inline struct orl_format *sample_format(void)
{
	struct orl_format *f;

	assert_int_equal(orl_format_parse(&f, "test", sample_format_text,
					  sizeof(sample_format_text) - 1), 0);
	return f;
}

static inline uint32_t sample_cpu(const struct orl_occurrence *o)
{
	return SAMPLE_CPU;
}

static inline void sample_comm(const struct orl_occurrence *o, char comm[16])
{
	memcpy(comm, "tester\0\0\0\0\0\0\0\0\0", 16);
}

static inline uint64_t sample_ticks(const struct orl_occurrence *o)
{
	return 5000;
}

static inline uint32_t sample_stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	for (uint32_t i = 0; i < 2 && i < max; i++)
		addr[i] = 0x1000 + 16 * i;
	return max < 2 ? max : 2;
}

static const struct orl_occurrence_ops sample_ops = {
	.cpu = sample_cpu, .comm = sample_comm, .ticks = sample_ticks, .stack = sample_stack,
};

static inline struct orl_occurrence sample_record(struct sample *s)
{
	*s = (struct sample){
		.comm = "bash", .pid = 42, .small = 200, .tiny = -5, .half = 60000,
		.word = 4000000000U, .big = 1ULL << 63 | 5, .wide = -1,
		.name = 10U << 16 | SAMPLE_OWN(data),
		.rname = 6U << 16 | (SAMPLE_OWN(data) + 16 - SAMPLE_OWN(rname) - 4),
		.cpus = 8U << 16 | (SAMPLE_OWN(data) + 24),
		.stack = 16U << 16 | (SAMPLE_OWN(data) + 32),
		.addr = 0xffff, .mac = "abcdef", .letter = 'x', .state = 2,
	};
	memcpy(s->data, "/bin/true", 10);
	memcpy(s->data + 16, "hello", 6);
	s->data[24] = 5;		/* CPUs 0 and 2 */
	s->data[32] = 0x20;
	s->data[40] = 0x30;
	return (struct orl_occurrence){
		.rec = s, .len = sizeof(*s), .ops = &sample_ops,
		.common = (uint64_t)SAMPLE_PID << 32 | 3U << 24 | 1U << 16 | SAMPLE_ID,
	};
}

/* What every test of a module compiles against. */
static struct orl_format *format;

static inline int sample_setup(void **state)
{
	(void)state;
	format = sample_format();
	return 0;
}

static inline int sample_teardown(void **state)
{
	(void)state;
	orl_format_destroy(format);
	return 0;
}

#endif
