// SPDX-License-Identifier: MIT
/* The private form of a filter says just what the filter says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/filter.h"

#define EVENT 70

static struct orl_hook hook;

static uint64_t random_word(void)
{
	static const uint64_t edges[] = { 0, 1, 2, 127, 128, 255, 256, INT32_MAX, 1ULL << 31,
					  UINT32_MAX, INT64_MAX, 1ULL << 63, UINT64_MAX,
					  (uint64_t)-2, (uint64_t)-128, (uint64_t)INT32_MIN };

	if (rand() % 4)
		return edges[(size_t)rand() % (sizeof(edges) / sizeof(edges[0]))];
	return (uint64_t)rand() << 40 ^ (uint64_t)rand() << 20 ^ (uint64_t)rand();
}

static void begin(uint32_t nr)
{
	memset(&hook, 0, sizeof(hook));
	hook.kind = ORL_HOOK_FILTER;
	hook.event = EVENT;
	hook.nr_insns = nr;
}

static void put(uint32_t i, uint32_t load, uint32_t cmp, uint16_t off, uint64_t imm, uint8_t yes,
		uint8_t no)
{
	hook.insn[i] = (struct orl_insn){ .op = (uint8_t)(load << 4 | cmp), .off = off, .imm = imm,
					  .yes = yes, .no = no,
					  .size = (uint16_t)(1U << (load >> 1)) };
}

static bool original(const void *rec, uint32_t len)
{
	struct orl_occurrence o = { .rec = rec, .common = EVENT, .len = len };

	return orl_filter_pass(&hook, &o);
}

static void test_each_comparison(void **state)
{
	(void)state;
	for (uint32_t load = ORL_LOAD_U8; load <= ORL_LOAD_S64; load++) {
		for (uint32_t cmp = ORL_CMP_EQ; cmp <= ORL_CMP_AND; cmp++) {
			for (int n = 0; n < 400; n++) {
				uint64_t rec[3] = { EVENT, random_word(), random_word() };
				const struct orl_numbers *p;

				begin(1);
				put(0, load, cmp, 8, random_word(), ORL_INSN_PASS, ORL_INSN_FAIL);
				p = orl_numbers_make_locked(&hook);
				assert_non_null(p);
				assert_int_equal(p->need, 8 + (1U << (load >> 1)));
				assert_int_equal(orl_numbers_pass(p, rec), original(rec, 24));
			}
		}
	}
}

static void test_programs(void **state)
{
	(void)state;
	for (int n = 0; n < 5000; n++) {
		uint64_t rec[3] = { EVENT, random_word(), random_word() };
		uint32_t nr = 1 + (uint32_t)rand() % ORL_NUMBERS_MAX;
		const struct orl_numbers *p;

		begin(nr);
		for (uint32_t i = 0; i < nr; i++)
			put(i, (uint32_t)rand() % 8, (uint32_t)rand() % 7,
			    8 + (uint32_t)rand() % 2 * 8, random_word(),
			    rand() % 3 ? (uint8_t)(rand() % 20) : ORL_INSN_PASS,
			    rand() % 3 ? (uint8_t)(rand() % 20) : ORL_INSN_FAIL);
		p = orl_numbers_make_locked(&hook);
		assert_non_null(p);
		assert_int_equal(orl_numbers_pass(p, rec), original(rec, 24));
	}
}

static void test_what_is_left_to_the_interpreter(void **state)
{
	(void)state;
	begin(1);
	put(0, ORL_LOAD_S32, ORL_CMP_EQ, 4, 1, ORL_INSN_PASS, ORL_INSN_FAIL);
	assert_null(orl_numbers_make_locked(&hook));	/* common_pid */
	put(0, ORL_LOAD_COMM, ORL_CMP_STR_EQ, 8, 0, ORL_INSN_PASS, ORL_INSN_FAIL);
	assert_null(orl_numbers_make_locked(&hook));
	put(0, ORL_LOAD_CPU, ORL_CMP_EQ, 8, 0, ORL_INSN_PASS, ORL_INSN_FAIL);
	assert_null(orl_numbers_make_locked(&hook));
	put(0, ORL_LOAD_U32, ORL_CMP_IN_MASK, 8, 0, ORL_INSN_PASS, ORL_INSN_FAIL);
	assert_null(orl_numbers_make_locked(&hook));
	put(0, ORL_LOAD_U32, ORL_CMP_EQ, 8, 0, ORL_INSN_PASS, ORL_INSN_FAIL);
	hook.seq = 1;
	assert_null(orl_numbers_make_locked(&hook));	/* being written */
	hook.seq = 2;
	hook.nr_insns = 0;
	assert_null(orl_numbers_make_locked(&hook));
	hook.nr_insns = ORL_NUMBERS_MAX + 1;
	assert_null(orl_numbers_make_locked(&hook));
}

static void test_equal_ones_are_one(void **state)
{
	const struct orl_numbers *p, *q;

	(void)state;
	begin(1);
	put(0, ORL_LOAD_U32, ORL_CMP_EQ, 8, 5, ORL_INSN_PASS, ORL_INSN_FAIL);
	p = orl_numbers_make_locked(&hook);
	put(0, ORL_LOAD_U32, ORL_CMP_EQ, 8, 6, ORL_INSN_PASS, ORL_INSN_FAIL);
	q = orl_numbers_make_locked(&hook);
	assert_ptr_not_equal(p, q);
	put(0, ORL_LOAD_U32, ORL_CMP_EQ, 8, 5, ORL_INSN_PASS, ORL_INSN_FAIL);
	assert_ptr_equal(orl_numbers_make_locked(&hook), p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_comparison),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_what_is_left_to_the_interpreter),
		cmocka_unit_test(test_equal_ones_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
