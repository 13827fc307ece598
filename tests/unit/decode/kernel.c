// SPDX-License-Identifier: MIT
/*
 * The kernel's dialect. Its expressions are C, so the C compiler is the reference: each case is
 * compiled here and read as a print fmt there. What the kernel's printf and its __print_ functions
 * do beyond C is compared with texts.
 */
#include "sample.h"

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;

#pragma GCC diagnostic ignored "-Wparentheses"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wint-in-bool-context"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wbool-compare"
#else
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wparentheses-equality"
#pragma GCC diagnostic ignored "-Wconstant-logical-operand"
#endif

static struct sample record, *REC = &record;
static struct orl_text out;

static void check(const char *text, long long want)
{
	char fmt[512], number[32];

	snprintf(fmt, sizeof(fmt), "\"%%lld\", %s", text);
	snprintf(number, sizeof(number), "%lld", want);
	if (strcmp(sample_print(fmt, ORL_PRINT_KERNEL, &out), number))
		fail_msg("%s is %s, not %s", text, number, orl_text_str(&out));
}

#define C(expr) check(#expr, (long long)(expr))

static void operators_have_the_ranks_of_c(void **state)
{
	C(1 + 2 * 3 == 7);
	C(6 - 2 * 3 - 1);
	C(100 - 20 / 2 * 5 - 3);
	C(1 << 2 + 1 << 1);
	C(5 & 4 == 4);
	C(1 | 4 ^ 5 & 3);
	C(1 || 0 && 0);
	C(!0 + 1 * 2);
	C(2 - ~3 - 4);
	C(5 * -1 + 2);
	C(1 ? 5 : 6 + 1);
	C(0 ? 1 : 0 ? 2 : 3);
	C(1 ? 0 ? 7 : 8 : 3);
	C(-2 * (1 + 1));
	C(!!(REC->u8f & 8) * 4);
}

static void equal_ranks_group_from_the_left(void **state)
{
	C(3 - 1 + 5);
	C(20 / 2 * 5);
	C(10 % 4 * 3);
	C(64 >> 2 << 1);
	C(10 - (2) - 3 - 1);
	C(7 == 7 == 1);
	C(3 < 2 < 1);
}

static void parentheses_hold(void **state)
{
	C(2 * (3 + 4));
	C(100 / (2 + 3));
	C(2 * (3 + (4 + 5)));
	C((1 + 2) * (3 + 4) - (2));
	C(2 * (1 ? 5 : 6) + 2);
	C(((REC->u32f) >> 20) & ((1U << 12) - 1));
}

static void fields_keep_their_sign(void **state)
{
	C(REC->s8f);
	C(REC->s16f);
	C(REC->s32f + 1);
	C(REC->s32f < 0);
	C(REC->s64f / 2);
	C(REC->s64f >> 1);
	C(REC->s32f >> 4);
	C((REC->u8f - REC->u16f) / 2);
	C(REC->u32f + 1);
	C(REC->u32f > -1);
	C(REC->u64f / 1000);
	C(REC->a16[1]);
	C(REC->a16[REC->a8[0] + 1] - 1);
	C(REC->letter);
}

static void casts_cut_and_extend(void **state)
{
	C((int)REC->u32f);
	C((s8)REC->u8f);
	C((u8)REC->s64f);
	C((unsigned char)(REC->u32f + 1));
	C((unsigned int)(int)REC->s64f);
	C((long)REC->s16f);
	C((unsigned long)(unsigned char)(REC->u32f));
	C((unsigned short)~REC->u8f);
	C(1 + (u8)REC->u16f + 250);
	C((short int)REC->s64f);
	C((u64)REC->s32f >> 60);
}

static void literals_have_their_types(void **state)
{
	C(0x10 + 010 + 10UL + 10ULL + 'a');
	C(-1 < 1U);
	C(1UL << 40);
	C(~0U);
	C(0xffffffff + 1);
	C(sizeof(int) * 2 + sizeof(u64));
	C(sizeof(REC->a32));
}

static void undefined_arithmetic_is_harmless(void **state)
{
	assert_string_equal(sample_print("\"%d\", REC->u8f / 0", ORL_PRINT_KERNEL, &out), "0");
	assert_string_equal(
		sample_print("\"%d\", REC->u8f % (REC->yes - 1)", ORL_PRINT_KERNEL, &out), "0");
	sample_print("\"%lld\", (-9223372036854775807LL - 1) / -1", ORL_PRINT_KERNEL, &out);
	sample_print("\"%d\", 1 << 200 >> 300", ORL_PRINT_KERNEL, &out);
}

static void texts_are_the_kernels(void **state)
{
	static const char *const cases[][2] = {
		{ "\"%p %p\", REC->p, NULL", "ffff888012345678 0000000000000000" },
		{ "\"%px %pK|\", REC->p, REC->p", "ffff888012345678 ffff888012345678|" },
		{ "\"%pS %ps %pSR\", REC->p, REC->p, REC->p",
		  "0xffff888012345678 0xffff888012345678 0xffff888012345678" },
		{ "\"%s\", __print_array(REC->a32, 2, 4)", "{0x7,0x3b9aca07}" },
		{ "\"%s\", __print_dynamic_array(dyn, 4)", "{0x1,0xfffffffe,0x493e0}" },
		{ "\"%s\", __get_cpumask(mask)", "00000000,00000003,80000000,00000f05" },
		{ "\"%12s|%-12s|\", __print_flags(REC->u8f, \"|\", {8, \"E\"}), "
		  "__print_symbolic(REC->yes, {1, \"one\"})",
		  "      E|0xc0|one         |" },
		{ "\"%s %s\", __print_symbolic(REC->s32f, {-5, \"m5\"}), "
		  "__print_symbolic(REC->s8f, {-3, \"m3\"})",
		  "m5 m3" },
		{ "\"%s\", __print_symbolic(REC->yes, {UNKNOWN, \"a\"}, {1, \"a\\\"b\"})", "a\"b" },
		{ "\"%s\", REC->yes == 2 ? \"two\" : REC->yes == 1 ? \"one\" : \"none\"", "one" },
		{ "\"%c%c\", REC->letter, REC->comm[0]", "xh" },
		{ "\"%s.%.0s\", NULL, NULL", "(null)." },
		{ "\"%5llu.%09u\", __print_ns_to_secs(REC->u64f), "
		  "__print_ns_without_secs(REC->u64f)",
		  "18000000000.000000000" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(sample_print(cases[i][0], ORL_PRINT_KERNEL, &out), cases[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_have_the_ranks_of_c),
		cmocka_unit_test(equal_ranks_group_from_the_left),
		cmocka_unit_test(parentheses_hold),
		cmocka_unit_test(fields_keep_their_sign),
		cmocka_unit_test(casts_cut_and_extend),
		cmocka_unit_test(literals_have_their_types),
		cmocka_unit_test(undefined_arithmetic_is_harmless),
		cmocka_unit_test(texts_are_the_kernels),
	};
	int failed;

	sample_fill(&record);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	orl_text_fini(&out);
	return failed;
}
