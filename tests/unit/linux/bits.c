// SPDX-License-Identifier: MIT
/* Bits of words and of maps, and fields. */
#include "given.h"

#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/log2.h>

static void bits_change_and_tell_what_they_were(void **state)
{
	DECLARE_BITMAP(map, 100) = { 0 };

	assert_int_equal(test_and_change_bit(70, map), 0);
	assert_int_equal(test_and_change_bit(70, map), 1);
	__change_bit(70, map);
	assign_bit(70, map, 0);
	__assign_bit(71, map, 1);
	assert_true(test_bit(71, map) && !test_bit(70, map));
}

static void words_are_measured(void **state)
{
	assert_int_equal(__fls(0x80), 7);
	assert_int_equal(ffz(7), 3);
	assert_int_equal(hweight8(0x1ff), 8);
	assert_int_equal(hweight16(0x1ffff), 16);
	assert_int_equal(order_base_2(0), 0);
	assert_int_equal(order_base_2(1), 0);
	assert_int_equal(order_base_2(1024), 10);
	assert_int_equal(order_base_2(1025), 11);
	assert_int_equal(rol32(0x80000001, 1), 3);
	assert_int_equal(ror32(3, 1), 0x80000001);
	assert_int_equal(ror32(3, 0), 3);
}

static void signs_are_extended(void **state)
{
	assert_int_equal(sign_extend32(0xff, 7), -1);
	assert_int_equal(sign_extend32(0x7f, 7), 0x7f);
	assert_true(sign_extend64(0x8000, 15) == -0x8000);
}

static void the_next_bit_is_found_in_any_word(void **state)
{
	DECLARE_BITMAP(map, 130) = { 0 };

	assert_int_equal(find_first_bit(map, 130), 130);
	__set_bit(3, map);
	__set_bit(64, map);
	__set_bit(129, map);
	assert_int_equal(find_first_bit(map, 130), 3);
	assert_int_equal(find_next_bit(map, 130, 4), 64);
	assert_int_equal(find_next_bit(map, 130, 65), 129);
	assert_int_equal(find_next_bit(map, 129, 65), 129);
	assert_int_equal(find_next_bit(map, 130, 130), 130);
	assert_int_equal(find_first_zero_bit(map, 130), 0);
	assert_int_equal(find_next_zero_bit(map, 130, 64), 65);
	assert_int_equal(find_next_zero_bit(map, 130, 129), 130);
}

static void maps_are_walked_and_counted(void **state)
{
	DECLARE_BITMAP(map, 70);
	DECLARE_BITMAP(copy, 70);
	unsigned int bit, sum = 0;

	bitmap_zero(map, 70);
	assert_true(bitmap_empty(map, 70));
	bitmap_set(map, 62, 4);
	bitmap_clear(map, 63, 1);
	bitmap_copy(copy, map, 70);
	assert_int_equal(bitmap_weight(copy, 70), 3);
	for_each_set_bit(bit, copy, 70)
		sum += bit;
	assert_int_equal(sum, 62 + 64 + 65);
	bitmap_fill(map, 70);
	assert_true(bitmap_full(map, 70));
	for_each_clear_bit(bit, map, 70)
		fail();
}

static void fields_are_put_and_taken(void **state)
{
	const unsigned int word = FIELD_PREP(GENMASK(6, 4), 5) | BIT(0);

	assert_int_equal(word, 0x51);
	assert_int_equal(FIELD_GET(GENMASK(6, 4), word), 5);
	assert_int_equal(FIELD_MAX(GENMASK(6, 4)), 7);
	assert_true(FIELD_FIT(GENMASK(6, 4), 7) && !FIELD_FIT(GENMASK(6, 4), 8));
	assert_true(FIELD_GET(GENMASK_ULL(63, 60), 0xa000000000000000ULL) == 0xa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_change_and_tell_what_they_were),
		cmocka_unit_test(words_are_measured),
		cmocka_unit_test(signs_are_extended),
		cmocka_unit_test(the_next_bit_is_found_in_any_word),
		cmocka_unit_test(maps_are_walked_and_counted),
		cmocka_unit_test(fields_are_put_and_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
