// SPDX-License-Identifier: MIT
/* Filter programs: each width and comparison, strings, sets, targets, and programs that are wrong.
 */
#include "sample.h"

#include <stdlib.h>

static struct sample rec;
static struct orl_occurrence occ;
static struct orl_hook hook;

static int setup(void **state)
{
	occ = sample_init(&rec);
	hook_init(&hook, ORL_HOOK_FILTER);
	return 0;
}

/* A filter, and a trigger's condition: two interpreters, one answer. */
static bool passes(void)
{
	bool pass = orl_filter_pass(&hook, &occ);

	hook.kind = ORL_HOOK_TRIGGER;
	hook.cmd = ORL_CMD_STACKTRACE;
	hook.flags = ORL_HOOK_HAS_FILTER;
	assert_int_equal(orl_trigger_run(&hook, NULL, NULL, &occ), pass ? ORL_DO_STACKTRACE : 0);
	hook.kind = ORL_HOOK_FILTER;
	return pass;
}

/* One instruction alone. */
static bool one(uint32_t load, uint32_t cmp, uint16_t off, uint16_t size, uint64_t imm)
{
	hook.nr_insns = 0;
	hook_insn(&hook, load, cmp, off, size, imm);
	return passes();
}

/* All comparisons of a field that holds @v. */
static void number(uint32_t load, uint16_t off, uint64_t v, uint64_t less, uint64_t more)
{
	static const struct {
		uint32_t cmp;
		bool with_less, with_same, with_more;
	} rows[] = {
		{ ORL_CMP_EQ, false, true, false }, { ORL_CMP_NE, true, false, true },
		{ ORL_CMP_LT, false, false, true }, { ORL_CMP_LE, false, true, true },
		{ ORL_CMP_GT, true, false, false }, { ORL_CMP_GE, true, true, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(one(load, rows[i].cmp, off, 0, less), rows[i].with_less);
		assert_int_equal(one(load, rows[i].cmp, off, 0, v), rows[i].with_same);
		assert_int_equal(one(load, rows[i].cmp, off, 0, more), rows[i].with_more);
	}
	assert_int_equal(one(load, ORL_CMP_AND, off, 0, v), v != 0);
	assert_false(one(load, ORL_CMP_AND, off, 0, ~v));
	assert_false(one(load, ORL_CMP_AND, off, 0, 0));
}

static void each_width_compares_by_its_sign(void **state)
{
	number(ORL_LOAD_U8, AT(u8), 200, 0, UINT64_MAX);
	number(ORL_LOAD_S8, AT(s8), (uint64_t)-100, (uint64_t)-101, 0);
	number(ORL_LOAD_U16, AT(u16), 60000, 59999, UINT64_MAX);
	number(ORL_LOAD_S16, AT(s16), (uint64_t)-30000, (uint64_t)INT64_MIN, 1);
	number(ORL_LOAD_U32, AT(u32), 4000000000U, 1, (uint64_t)-1);
	number(ORL_LOAD_S32, AT(s32), (uint64_t)-2000000000, (uint64_t)-2000000001, 4000000000U);
	number(ORL_LOAD_U64, AT(u64), 1ULL << 63 | 5, 1, 1ULL << 63 | 6);
	number(ORL_LOAD_S64, AT(s64), 1ULL << 63 | 5, 1ULL << 63 | 4, 1);
}

static void common_fields_come_from_the_common_word(void **state)
{
	number(ORL_LOAD_U16, 0, SAMPLE_ID, SAMPLE_ID - 1, SAMPLE_ID + 1);
	number(ORL_LOAD_U8, 2, 1, 0, 2);
	number(ORL_LOAD_U8, 3, 3, 2, 4);
	number(ORL_LOAD_S32, 4, SAMPLE_PID, (uint64_t)-1, SAMPLE_PID + 1);
	/* half in the common fields: no such field */
	assert_false(one(ORL_LOAD_U32, ORL_CMP_GE, 6, 0, 0));
	assert_false(one(ORL_LOAD_U64, ORL_CMP_GE, 1, 0, 0));
}

static void cpu_and_comm_are_asked_for(void **state)
{
	number(ORL_LOAD_CPU, 0, SAMPLE_CPU, SAMPLE_CPU - 1, UINT64_MAX);
	assert_true(one(ORL_LOAD_COMM, ORL_CMP_STR_EQ, 0, 0, hook_data(&hook, "tester", 6)));
	assert_false(one(ORL_LOAD_COMM, ORL_CMP_STR_EQ, 0, 0, hook_data(&hook, "teste", 5)));
	assert_true(one(ORL_LOAD_COMM, ORL_CMP_STR_GLOB, 0, 0, hook_data(&hook, "t*[r]", 5)));
	assert_false(one(ORL_LOAD_COMM, ORL_CMP_STR_NOT_GLOB, 0, 0, hook_data(&hook, "t*", 2)));
}

static void string(uint32_t load, uint16_t off, uint16_t size, const char *value)
{
	uint32_t len = (uint32_t)strlen(value);
	uint64_t same = hook_data(&hook, value, len), shorter = hook_data(&hook, value, len - 1);
	uint64_t glob = hook_data(&hook, "*?", 2), none = hook_data(&hook, "", 0);

	assert_true(one(load, ORL_CMP_STR_EQ, off, size, same));
	assert_false(one(load, ORL_CMP_STR_NE, off, size, same));
	assert_false(one(load, ORL_CMP_STR_EQ, off, size, shorter));
	assert_true(one(load, ORL_CMP_STR_NE, off, size, shorter));
	assert_true(one(load, ORL_CMP_STR_GLOB, off, size, glob));
	assert_false(one(load, ORL_CMP_STR_NOT_GLOB, off, size, glob));
	assert_false(one(load, ORL_CMP_STR_EQ, off, size, none));
	assert_true(one(load, ORL_CMP_STR_NOT_GLOB, off, size, none));
}

static void strings_of_each_kind_are_found(void **state)
{
	string(ORL_LOAD_STRING, AT(name), 8, "abcdefgh");
	string(ORL_LOAD_STRING, AT(word), 8, "hello");
	string(ORL_LOAD_DATA_LOC, AT(loc), 4, "dynamic");
	string(ORL_LOAD_REL_LOC, AT(rel), 4, "relative");
}

static void strings_outside_the_record_pass_nothing(void **state)
{
	uint64_t none = hook_data(&hook, "none", 4);

	rec.loc = 8U << 16 | (sizeof(rec) - 7);
	assert_false(one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_NE, AT(loc), 4, none));
	rec.loc = 8U << 16 | 4;			/* in the common fields */
	assert_false(one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_NE, AT(loc), 4, none));
	rec.rel = UINT32_MAX;
	assert_false(one(ORL_LOAD_REL_LOC, ORL_CMP_STR_NE, AT(rel), 4, none));
	assert_false(one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_NE, 0, 4, none));
	assert_false(one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_NE, sizeof(rec) - 3, 4, none));
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, sizeof(rec) - 7, 8, none));
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, 0, 8, none));
	rec.loc = sizeof(rec);			/* empty, at the very end */
	assert_true(one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_NE, AT(loc), 4, none));
}

static void numbers_outside_the_record_pass_nothing(void **state)
{
	for (uint32_t load = ORL_LOAD_U8; load <= ORL_LOAD_S64; load++) {
		uint32_t width = 1U << (load / 2);

		assert_false(one(load, ORL_CMP_NE, (uint16_t)(sizeof(rec) - width + 1), 0, 12345));
		assert_true(one(load, ORL_CMP_NE, (uint16_t)(sizeof(rec) - width), 0, 12345));
		assert_false(one(load, ORL_CMP_NE, UINT16_MAX, 0, 12345));
	}
}

static void a_number_is_looked_for_in_a_set(void **state)
{
	static const uint8_t nine[] = { 0, 2 }, more[] = { 1, 2, 0 }, other[] = { 0xff, 0xfd };
	uint64_t just = hook_data(&hook, nine, 2), both = hook_data(&hook, more, 3);
	uint64_t without = hook_data(&hook, other, 2), tiny = hook_data(&hook, more, 1);

	rec.s32 = -1;
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_IN_MASK, 0, 0, just));
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_IN_MASK, 0, 0, both));
	assert_false(one(ORL_LOAD_CPU, ORL_CMP_IN_MASK, 0, 0, without));
	assert_false(one(ORL_LOAD_CPU, ORL_CMP_IN_MASK, 0, 0, tiny));
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_NOT_IN_MASK, 0, 0, without));
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_MASK_EQ, 0, 0, just));
	assert_false(one(ORL_LOAD_CPU, ORL_CMP_MASK_EQ, 0, 0, both));
	assert_false(one(ORL_LOAD_CPU, ORL_CMP_MASK_NE, 0, 0, just));
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_MASK_NE, 0, 0, both));
	assert_true(one(ORL_LOAD_CPU, ORL_CMP_MASK_NE, 0, 0, without));
	assert_false(one(ORL_LOAD_S32, ORL_CMP_IN_MASK, AT(s32), 0, both));
	assert_true(one(ORL_LOAD_S32, ORL_CMP_NOT_IN_MASK, AT(s32), 0, both));
}

static void a_mask_is_compared_with_a_set(void **state)
{
	static const uint8_t nine[] = { 0, 2, 0, 0, 0, 0 }, one_nine[] = { 2, 2 }, third[] = { 8 };
	uint64_t of_cpus = hook_data(&hook, nine, 6), of_mask = hook_data(&hook, one_nine, 2);
	uint64_t none = hook_data(&hook, third, 1);

	assert_true(one(ORL_LOAD_MASK, ORL_CMP_IN_MASK, AT(mask), 8, of_cpus));
	assert_false(one(ORL_LOAD_MASK, ORL_CMP_IN_MASK, AT(mask), 8, none));
	assert_true(one(ORL_LOAD_MASK, ORL_CMP_NOT_IN_MASK, AT(mask), 8, none));
	assert_true(one(ORL_LOAD_MASK, ORL_CMP_MASK_EQ, AT(mask), 8, of_mask));
	assert_false(one(ORL_LOAD_MASK, ORL_CMP_MASK_EQ, AT(mask), 8, of_cpus));
	assert_true(one(ORL_LOAD_MASK, ORL_CMP_MASK_NE, AT(mask), 8, of_cpus));
	assert_true(one(ORL_LOAD_MASK_LOC, ORL_CMP_MASK_EQ, AT(mask_loc), 4, of_cpus));
	assert_false(one(ORL_LOAD_MASK_LOC, ORL_CMP_MASK_NE, AT(mask_loc), 4, of_cpus));
	assert_false(one(ORL_LOAD_MASK_LOC, ORL_CMP_EQ, AT(mask_loc), 4, of_cpus));
}

/* (u8 == 200 && s8 == 0) || !(word == "no") */
static void targets_make_and_or_and_not(void **state)
{
	struct orl_insn *in;

	in = hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 200);
	in->yes = 1;
	in->no = 2;
	in = hook_insn(&hook, ORL_LOAD_S8, ORL_CMP_EQ, AT(s8), 1, 0);
	in->no = 2;
	in = hook_insn(&hook, ORL_LOAD_STRING, ORL_CMP_STR_EQ, AT(word), 8,
		       hook_data(&hook, "no", 2));
	in->yes = ORL_INSN_FAIL;
	in->no = ORL_INSN_PASS;
	assert_true(passes());
	strcpy(rec.word, "no");
	assert_false(passes());
	rec.s8 = 0;
	assert_true(passes());
	rec.u8 = 0;
	assert_false(passes());
}

static void wrong_targets_end_with_no(void **state)
{
	static const uint8_t wrong[] = { 0, 1, 3, 200, 253 };

	for (size_t i = 0; i < sizeof(wrong); i++) {
		struct orl_insn *in;

		hook.nr_insns = 0;
		hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 200)->yes = 1;
		in = hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 200);
		in->yes = in->no = wrong[i];
		hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 200);
		assert_false(passes());
	}
	hook.nr_insns = 0;
	assert_false(passes());
}

static void the_longest_program_ends(void **state)
{
	for (uint32_t i = 0; i < ORL_NR_INSNS; i++)
		hook_insn(&hook, ORL_LOAD_U32, ORL_CMP_EQ, AT(u32), 4, 4000000000U)->yes =
			i + 1 < ORL_NR_INSNS ? (uint8_t)(i + 1) : ORL_INSN_PASS;
	assert_true(passes());
	hook.nr_insns = UINT32_MAX;	/* more than there can be */
	assert_true(passes());
	hook.insn[ORL_NR_INSNS - 1].yes = ORL_NR_INSNS;
	assert_false(passes());
}

static void operations_that_do_not_exist_end_with_no(void **state)
{
	uint64_t data = hook_data(&hook, "x", 1);

	for (uint32_t load = 0; load < 16; load++)
		assert_false(one(load, 15, AT(word), 4, data));
	/* strings have no order, numbers no globs, masks no bits of their own */
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_NE, AT(word), 8, 0));
	assert_false(one(ORL_LOAD_U32, ORL_CMP_STR_NE, AT(u32), 4, data));
	assert_false(one(ORL_LOAD_MASK, ORL_CMP_STR_NE, AT(mask), 8, data));
	assert_false(one(ORL_LOAD_COMM, ORL_CMP_NOT_IN_MASK, 0, 0, data));
}

static void constants_outside_the_data_pass_nothing(void **state)
{
	uint64_t end = sizeof(hook.data);

	assert_true(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, AT(word), 8, end));
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, AT(word), 8, end + 1));
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, AT(word), 8, end | 1ULL << 32));
	assert_false(one(ORL_LOAD_STRING, ORL_CMP_STR_NE, AT(word), 8, UINT64_MAX));
	assert_false(one(ORL_LOAD_CPU, ORL_CMP_NOT_IN_MASK, 0, 0, UINT64_MAX));
}

static void a_hook_that_is_no_longer_this_events_filter_lets_all_through(void **state)
{
	hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 1);
	assert_false(orl_filter_pass(&hook, &occ));
	hook.seq = 1;
	assert_true(orl_filter_pass(&hook, &occ));
	hook.seq = 2;
	assert_false(orl_filter_pass(&hook, &occ));
	hook.event++;
	assert_true(orl_filter_pass(&hook, &occ));
	hook.event--;
	hook.kind = ORL_HOOK_TRIGGER;
	assert_true(orl_filter_pass(&hook, &occ));
}

static bool glob(const char *pattern, const char *s)
{
	/* of exact size, so that a sanitizer sees one byte too far */
	size_t p_len = strlen(pattern), s_len = strlen(s);
	char *p = malloc(p_len ? p_len : 1), *t = malloc(s_len ? s_len : 1);
	bool is;

	assert_true(p && t);
	memcpy(p, pattern, p_len);
	memcpy(t, s, s_len);
	is = orl_glob_bounded(p, (uint32_t)p_len, t, (uint32_t)s_len);
	free(p);
	free(t);
	return is;
}

static void globs_match_whole_strings(void **state)
{
	assert_true(glob("", ""));
	assert_false(glob("", "a"));
	assert_true(glob("*", ""));
	assert_true(glob("**", "abc"));
	assert_true(glob("a*c", "abbbc"));
	assert_false(glob("a*c", "abbb"));
	assert_true(glob("*ab*ab", "ababab"));
	assert_true(glob("?b?", "abc"));
	assert_false(glob("?", ""));
	assert_true(glob("[a-c]x", "bx"));
	assert_false(glob("[!a-c]x", "bx"));
	assert_true(glob("[^a-c]x", "dx"));
	assert_true(glob("[]]", "]"));
	assert_true(glob("[a-]", "-"));
	assert_true(glob("a[", "a["));	/* no end: it stands for itself */
	assert_true(glob("a[!", "a[!"));
	assert_false(glob("[a", "a"));
	assert_true(orl_glob_bounded("ab*", 2, "ab\0cd", 5));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(each_width_compares_by_its_sign),
		T(common_fields_come_from_the_common_word),
		T(cpu_and_comm_are_asked_for),
		T(strings_of_each_kind_are_found),
		T(strings_outside_the_record_pass_nothing),
		T(numbers_outside_the_record_pass_nothing),
		T(a_number_is_looked_for_in_a_set),
		T(a_mask_is_compared_with_a_set),
		T(targets_make_and_or_and_not),
		T(wrong_targets_end_with_no),
		T(the_longest_program_ends),
		T(operations_that_do_not_exist_end_with_no),
		T(constants_outside_the_data_pass_nothing),
		T(a_hook_that_is_no_longer_this_events_filter_lets_all_through),
		T(globs_match_whole_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
