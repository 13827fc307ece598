// SPDX-License-Identifier: MIT
/* Arithmetic, bits, strings, memory, errors and what prints into buffers. */
#include "given.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static void min_and_max_evaluate_once(void **state)
{
	int i = 1;

	assert_int_equal(min(i++, 5), 1);
	assert_int_equal(i, 2);
	assert_int_equal(max(i, 1), 2);
	assert_int_equal(min3(3, 2, 1), 1);
	assert_int_equal(clamp(9, 1, 5), 5);
	assert_int_equal(clamp_t(u8, 0, 1, 5), 1);
	assert_int_equal(max_t(int, -1, 1U), 1);
	assert_int_equal(min_not_zero(0, 7), 7);
	assert_int_equal(min_not_zero(3, 7), 3);
}

static void division_rounds_as_it_says(void **state)
{
	u64 n = 1000000000007ULL;
	u32 rest;

	assert_int_equal(DIV_ROUND_UP(7, 4), 2);
	assert_int_equal(DIV_ROUND_CLOSEST(7, 4), 2);
	assert_int_equal(round_up(5, 4), 8);
	assert_int_equal(round_down(7, 4), 4);
	assert_int_equal(roundup(7, 3), 9);
	assert_int_equal(rounddown(8, 3), 6);
	assert_int_equal(ALIGN(5, 8), 8);
	assert_int_equal(do_div(n, 10), 7);
	assert_true(n == 100000000000ULL);
	assert_true(div_u64(n, 10) == 10000000000ULL);
	assert_true(div_u64_rem(n + 3, 10, &rest) == 10000000000ULL);
	assert_int_equal(rest, 3);
	assert_int_equal(DIV_ROUND_CLOSEST_ULL(n + 6, 10) % 10, 1);
}

static void division_rounds_away_from_0_on_both_sides(void **state)
{
	int below = -7;

	assert_int_equal(DIV_ROUND_CLOSEST(below, 4), -2);
	assert_int_equal(DIV_ROUND_CLOSEST(7, -4), -2);
	assert_int_equal(DIV_ROUND_CLOSEST(below, -4), 2);
	assert_int_equal(DIV_ROUND_CLOSEST(7U, 4), 2);
}

static void multiples_evaluate_once(void **state)
{
	int i = 3;

	assert_int_equal(roundup(7, i++), 9);
	assert_int_equal(rounddown(i++, 3), 3);
	assert_false(is_power_of_2(i++));
	assert_int_equal(i, 6);
}

static void an_absolute_value_has_all_its_bits(void **state)
{
	u32 smaller = 2, larger = 5;

	assert_true(abs((s64)-5000000000LL) == 5000000000LL);
	assert_true(abs(-5000000000L) == 5000000000L);
	assert_int_equal(abs(-5), 5);
	assert_int_equal(abs(smaller - larger), 3);
}

static void bits_are_numbered_from_0(void **state)
{
	DECLARE_BITMAP(map, 100) = { 0 };

	set_bit(70, map);
	assert_true(test_bit(70, map) && !test_bit(6, map));
	assert_int_equal(test_and_set_bit(70, map), 1);
	assert_int_equal(test_and_clear_bit(70, map), 1);
	assert_int_equal(test_and_clear_bit(70, map), 0);
	assert_int_equal(GENMASK(7, 4), 0xf0);
	assert_int_equal(BIT(5), 32);
	assert_int_equal(fls(0), 0);
	assert_int_equal(fls(0x80), 8);
	assert_int_equal(__ffs(0x80), 7);
	assert_int_equal(ilog2(1024), 10);
	assert_int_equal(roundup_pow_of_two(33), 64);
	assert_true(is_power_of_2(64) && !is_power_of_2(0));
}

static void types_are_known_to_the_compiler(void **state)
{
	struct outer {
		char c;
		int member;
	} outer, *found = container_of(&outer.member, struct outer, member);
	int array[7];

	assert_ptr_equal(found, &outer);
	assert_int_equal(ARRAY_SIZE(array), 7);
	assert_int_equal(sizeof_field(struct outer, member), sizeof(int));
	assert_false(IS_ENABLED(CONFIG_NO_SUCH_THING));
#define CONFIG_SUCH_A_THING 1
	assert_true(IS_ENABLED(CONFIG_SUCH_A_THING));
	BUILD_BUG_ON(sizeof(u64) != 8);
	static_assert(sizeof(s16) == 2);
}

static void strscpy_cuts_and_tells(void **state)
{
	char buf[4];

	assert_int_equal(strscpy(buf, "abc", sizeof(buf)), 3);
	assert_string_equal(buf, "abc");
	assert_int_equal(strscpy(buf, "abcd", sizeof(buf)), -E2BIG);
	assert_string_equal(buf, "abc");
	assert_int_equal(strscpy(buf, "abc", 0), -E2BIG);
	assert_int_equal(strscpy_pad(buf, "a", sizeof(buf)), 1);
	assert_memory_equal(buf, "a\0\0", 4);
}

static void strings_are_trimmed_and_compared(void **state)
{
	char text[] = "  two words \n";
	const char *const names[] = { "off", "on", NULL };

	assert_string_equal(strim(text), "two words");
	assert_true(sysfs_streq("on\n", "on") && sysfs_streq("on", "on\n"));
	assert_false(sysfs_streq("on\n\n", "on"));
	assert_int_equal(str_has_prefix("prefixed", "prefix"), 6);
	assert_int_equal(match_string(names, 9, "on"), 1);
	assert_int_equal(match_string(names, 1, "on"), -EINVAL);
	assert_int_equal(sysfs_match_string(names, "on\n"), 1);
	assert_int_equal(sysfs_match_string(names, "none"), -EINVAL);
	assert_ptr_equal(memchr_inv("aab", 'a', 2), NULL);
	assert_string_equal(memchr_inv("aab", 'a', 3), "b");
}

static void memory_is_the_c_library_s(void **state)
{
	char *bytes = kcalloc(3, 5, GFP_KERNEL);
	char *copy = kmemdup("abc", 4, GFP_KERNEL);

	assert_null(memchr_inv(bytes, 0, 15));
	free(bytes);
	assert_null(kmalloc_array(SIZE_MAX, 2, GFP_KERNEL));
	assert_string_equal(copy, "abc");
	copy = krealloc(copy, 100, GFP_KERNEL);
	assert_string_equal(copy, "abc");
	assert_null(krealloc(copy, 0, GFP_KERNEL));
	copy = memdup_user_nul("abcdef", 3);
	assert_string_equal(copy, "abc");
	kfree_sensitive(copy);
	kfree(NULL);
}

static void errors_fit_into_pointers(void **state)
{
	void *error = ERR_PTR(-ENOENT);

	assert_true(IS_ERR(error) && !IS_ERR(NULL) && IS_ERR_OR_NULL(NULL));
	assert_int_equal(PTR_ERR(error), -ENOENT);
	assert_int_equal(PTR_ERR_OR_ZERO(state), 0);
}

static void scnprintf_says_what_is_in_the_buffer(void **state)
{
	unsigned char mac[] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55 };
	char buf[32], *text;

	assert_int_equal(scnprintf(buf, 4, "%d", 12345), 3);
	assert_string_equal(buf, "123");
	assert_int_equal(scnprintf(buf, 0, "%d", 12345), 0);
	assert_int_equal(scnprintf(buf, sizeof(buf), "%pM", (void *)mac), 17);
	assert_string_equal(buf, "00:11:22:33:44:55");
	text = kasprintf(GFP_KERNEL, "%s-%d", "a", 1);
	assert_string_equal(text, "a-1");
	kfree(text);
}

static void times_compare_when_they_wrap(void **state)
{
	assert_true(time_after(1UL, ~0UL) && time_before(~0UL, 1UL));
	assert_true(time_after_eq(5UL, 5UL));
	assert_int_equal(jiffies_to_msecs(msecs_to_jiffies(250)), 250);
	assert_true(msecs_to_jiffies(-1) == MAX_JIFFY_OFFSET);
	assert_true(time_in_range(0UL, ~0UL, 1UL) && !time_in_range(2UL, ~0UL, 1UL));
	assert_int_equal(ktime_ms_delta(ktime_add_ms(ktime_set(1, 0), 20), ktime_set(1, 0)), 20);
}

static void a_condition_that_must_not_hold_is_a_value(void **state)
{
	int nr = 0;

	for (int i = 0; i < 3; i++)
		nr += WARN_ON_ONCE(i > 0);
	assert_int_equal(nr, 2);
	assert_int_equal(WARN(0, "not printed"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(min_and_max_evaluate_once),
		cmocka_unit_test(division_rounds_as_it_says),
		cmocka_unit_test(division_rounds_away_from_0_on_both_sides),
		cmocka_unit_test(multiples_evaluate_once),
		cmocka_unit_test(an_absolute_value_has_all_its_bits),
		cmocka_unit_test(bits_are_numbered_from_0),
		cmocka_unit_test(types_are_known_to_the_compiler),
		cmocka_unit_test(strscpy_cuts_and_tells),
		cmocka_unit_test(strings_are_trimmed_and_compared),
		cmocka_unit_test(memory_is_the_c_library_s),
		cmocka_unit_test(errors_fit_into_pointers),
		cmocka_unit_test(scnprintf_says_what_is_in_the_buffer),
		cmocka_unit_test(times_compare_when_they_wrap),
		cmocka_unit_test(a_condition_that_must_not_hold_is_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
