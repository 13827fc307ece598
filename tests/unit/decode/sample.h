/* SPDX-License-Identifier: MIT */
/*
 * One event with a field of every kind, and a record of it; a test gives the print fmt.
 *
 * The record is a C struct, so that a test can write REC->field in C and in a print fmt and mean
 * the same bytes.
 */
#ifndef TEST_DECODE_SAMPLE_H
#define TEST_DECODE_SAMPLE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/format.h"

#define SAMPLE_ID 1000

struct sample {
	uint16_t common_type;
	uint8_t common_flags;
	uint8_t common_preempt_count;
	int32_t common_pid;
	uint8_t u8f;
	int8_t s8f;
	uint16_t u16f;
	int16_t s16f;
	uint8_t yes;
	char letter;
	uint32_t u32f;
	int32_t s32f;
	uint64_t u64f;
	int64_t s64f;
	unsigned long ul;
	long l;
	uint64_t p;
	char comm[16];
	uint8_t a8[8];
	uint32_t a32[4];
	int16_t a16[4];
	uint64_t a64[2];
	uint8_t ip4[4];
	uint8_t ip6[16];
	uint8_t mac[6];
	uint8_t sin4[16];
	uint8_t sin6[28];
	uint32_t str, dyn, rstr, rdyn, mask, rmask, sa, rsa;	/* dynamic fields */
	char data[160];						/* what they point to */
} __attribute__((packed));

static const struct {
	const char *decl;
	size_t offset, size;
	int is_signed;
} sample_fields[] = {
#define F(decl, name, is_signed) \
	{ \
		decl, offsetof(struct sample, name), sizeof(((struct sample *)0)->name), is_signed \
	}
	F("unsigned short common_type", common_type, 0),
	F("unsigned char common_flags", common_flags, 0),
	F("unsigned char common_preempt_count", common_preempt_count, 0),
	F("int common_pid", common_pid, 1),
	F("u8 u8f", u8f, 0),
	F("s8 s8f", s8f, 1),
	F("u16 u16f", u16f, 0),
	F("s16 s16f", s16f, 1),
	F("bool yes", yes, 0),
	F("char letter", letter, 1),
	F("u32 u32f", u32f, 0),
	F("int s32f", s32f, 1),
	F("u64 u64f", u64f, 0),
	F("s64 s64f", s64f, 1),
	F("unsigned long ul", ul, 0),
	F("long l", l, 1),
	F("void * p", p, 0),
	F("char comm[16]", comm, 0),
	F("u8 a8[8]", a8, 0),
	F("u32 a32[4]", a32, 0),
	F("s16 a16[4]", a16, 1),
	F("u64 a64[2]", a64, 0),
	F("__u8 ip4[4]", ip4, 0),
	F("__u8 ip6[16]", ip6, 0),
	F("u8 mac[6]", mac, 0),
	F("__u8 sin4[sizeof(struct sockaddr_in)]", sin4, 0),
	F("__u8 sin6[sizeof(struct sockaddr_in6)]", sin6, 0),
	F("__data_loc char[] str", str, 0),
	F("__data_loc int[] dyn", dyn, 1),
	F("__rel_loc char[] rstr", rstr, 0),
	F("__rel_loc u16[] rdyn", rdyn, 0),
	F("__data_loc unsigned long[] mask", mask, 0),
	F("__rel_loc unsigned long[] rmask", rmask, 0),
	F("__data_loc u8[] sa", sa, 0),
	F("__rel_loc u8[] rsa", rsa, 0),
#undef F
};

/* Put bytes behind the fixed fields and say in @loc where; @rel counts from the end of @loc. */
static inline void sample_dynamic(struct sample *s, size_t *used, size_t loc, int rel,
				  const void *data, size_t len)
{
	size_t off = offsetof(struct sample, data) + *used;
	uint32_t v = (uint32_t)(off - (rel ? loc + 4 : 0)) | (uint32_t)len << 16;

	memcpy(s->data + *used, data, len);
	memcpy((char *)s + loc, &v, sizeof(v));
	*used += len;
	assert_true(*used <= sizeof(s->data));
}

static inline void sample_fill(struct sample *s)
{
	static const uint8_t ip6[16] = {0x20, 1, 0xd, 0xb8, [13] = 0xff, [15] = 1};
	static const uint8_t sin4[16] = {2, 0, 0x1f, 0x90, 127, 0, 0, 1};
	static const uint8_t sin6[28] = {10, 0, 0x1f, 0x90, [8] = 0x20, 1, 0xd, 0xb8, [23] = 1};
	static const int32_t dyn[] = {1, -2, 300000};
	static const uint16_t rdyn[] = {5, 6, 65535};
	static const uint64_t mask[] = {0x8000000000000f05, 3}, rmask[] = {0xff};
	size_t used = 0;

	memset(s, 0, sizeof(*s));
	s->common_type = SAMPLE_ID;
	s->common_pid = 1234;
	s->u8f = 200;
	s->s8f = -3;
	s->u16f = 60000;
	s->s16f = -300;
	s->yes = 1;
	s->letter = 'x';
	s->u32f = 4000000000;
	s->s32f = -5;
	s->u64f = 18000000000000000000u;
	s->s64f = -7;
	s->ul = 0xffffffff81234567;
	s->l = -9;
	s->p = 0xffff888012345678;
	strcpy(s->comm, "hello");
	for (int i = 0; i < 8; i++)
		s->a8[i] = (uint8_t)(i + 1);
	for (int i = 0; i < 4; i++) {
		s->a32[i] = (uint32_t)i * 1000000000u + 7;
		s->a16[i] = (int16_t)(i * -1000);
		s->ip4[i] = (uint8_t)(i + 1);
	}
	s->a64[0] = 0x123456789abcdef0;
	s->a64[1] = 42;
	memcpy(s->ip6, ip6, sizeof(ip6));
	memcpy(s->mac, s->a8, sizeof(s->mac));
	memcpy(s->sin4, sin4, sizeof(sin4));
	memcpy(s->sin6, sin6, sizeof(sin6));
	sample_dynamic(s, &used, offsetof(struct sample, str), 0, "world", 6);
	sample_dynamic(s, &used, offsetof(struct sample, dyn), 0, dyn, sizeof(dyn));
	sample_dynamic(s, &used, offsetof(struct sample, rstr), 1, "rstr", 5);
	sample_dynamic(s, &used, offsetof(struct sample, rdyn), 1, rdyn, sizeof(rdyn));
	sample_dynamic(s, &used, offsetof(struct sample, mask), 0, mask, sizeof(mask));
	sample_dynamic(s, &used, offsetof(struct sample, rmask), 1, rmask, sizeof(rmask));
	sample_dynamic(s, &used, offsetof(struct sample, sa), 0, sin4, sizeof(sin4));
	sample_dynamic(s, &used, offsetof(struct sample, rsa), 1, sin6, sizeof(sin6));
}

/* The text of a format file; the returned buffer is reused by the next call. */
static inline const char *sample_text(const char *print_fmt)
{
	static char text[32768];
	size_t n, i;

	n = (size_t)snprintf(text, sizeof(text), "name: sample\nID: %d\nformat:\n", SAMPLE_ID);
	for (i = 0; i < sizeof(sample_fields) / sizeof(sample_fields[0]); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "\tfield:%s;\toffset:%zu;\tsize:%zu;\tsigned:%d;\n%s",
				      sample_fields[i].decl, sample_fields[i].offset,
				      sample_fields[i].size, sample_fields[i].is_signed,
				      i == 3 ? "\n" : "");
	snprintf(text + n, sizeof(text) - n, "\nprint fmt: %s\n", print_fmt);
	return text;
}

static inline struct orl_format *sample_format(const char *print_fmt)
{
	const char *text = sample_text(print_fmt);
	struct orl_format *f;

	assert_int_equal(orl_format_parse(&f, "test", text, strlen(text)), 0);
	return f;
}

/* What a print fmt prints for the sample record; the caller frees @out. */
static inline const char *sample_print(const char *print_fmt, enum orl_print_mode mode,
				       struct orl_text *out)
{
	struct orl_format *f = sample_format(print_fmt);
	struct sample s;

	sample_fill(&s);
	orl_text_reset(out);
	orl_format_print_mode(f, mode, &s, sizeof(s), out);
	orl_format_destroy(f);
	return orl_text_str(out);
}

#endif /* TEST_DECODE_SAMPLE_H */
