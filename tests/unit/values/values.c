// SPDX-License-Identifier: MIT
/* Plain debugfs values: their text, and what is made of a text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/value.h"

static void text_is(uint32_t kind, const void *bytes, size_t len, const char *want)
{
	char text[64];
	size_t got = orl_value_print(kind, bytes, len, text, sizeof(text));

	assert_int_equal(got, strlen(want));
	assert_memory_equal(text, want, got);
}

static void number_is(uint32_t kind, uint64_t value, const char *want)
{
	uint8_t bytes[ORL_VALUE_SIZE_MAX + 1];
	size_t size = orl_value_size(kind);

	/* this machine is little-endian, and the value not aligned */
	memcpy(bytes + 1, &value, sizeof(value));
	text_is(kind, bytes + 1, size, want);
}

static void unsigned_numbers_are_decimal(void **state)
{
	number_is(ORL_DFS_U8, 0, "0\n");
	number_is(ORL_DFS_U8, UINT64_MAX, "255\n");
	number_is(ORL_DFS_U16, UINT64_MAX, "65535\n");
	number_is(ORL_DFS_U32, UINT64_MAX, "4294967295\n");
	number_is(ORL_DFS_U64, UINT64_MAX, "18446744073709551615\n");
	number_is(ORL_DFS_SIZE_T, 42, "42\n");
}

static void hexadecimal_numbers_have_all_their_digits(void **state)
{
	number_is(ORL_DFS_X8, 0xa, "0x0a\n");
	number_is(ORL_DFS_X16, 0xa, "0x000a\n");
	number_is(ORL_DFS_X32, 0xdeadbeef, "0xdeadbeef\n");
	number_is(ORL_DFS_X64, 0xa, "0x000000000000000a\n");
}

static void an_atomic_number_has_a_sign(void **state)
{
	number_is(ORL_DFS_ATOMIC, (uint32_t)-5, "-5\n");
	number_is(ORL_DFS_ATOMIC, INT32_MAX, "2147483647\n");
	number_is(ORL_DFS_ATOMIC, 0x80000000, "-2147483648\n");
}

static void bools_are_letters(void **state)
{
	number_is(ORL_DFS_BOOL, 0, "N\n");
	number_is(ORL_DFS_BOOL, 1, "Y\n");
	number_is(ORL_DFS_BOOL, 2, "Y\n");
}

static void text_and_bytes_are_shown_as_they_are(void **state)
{
	uint32_t array[] = { 1, 22, UINT32_MAX };

	text_is(ORL_DFS_STR, "hello", 5, "hello\n");
	text_is(ORL_DFS_STR, "", 0, "\n");
	text_is(ORL_DFS_BLOB, "ab\ncd", 5, "ab\ncd");
	text_is(ORL_DFS_BLOB, "", 0, "");
	text_is(ORL_DFS_U32_ARRAY, array, sizeof(array), "1 22 4294967295\n");
	text_is(ORL_DFS_U32_ARRAY, array, 4, "1\n");
	text_is(ORL_DFS_U32_ARRAY, array, 0, "");
}

static void a_wrong_size_has_no_text(void **state)
{
	assert_int_equal(orl_value_print(ORL_DFS_U32, "1234567", 3, NULL, 0), 0);
	assert_int_equal(orl_value_print(ORL_DFS_U32_ARRAY, "1234567", 7, NULL, 0), 0);
	assert_int_equal(orl_value_print(ORL_DFS_DIR, "1234567", 4, NULL, 0), 0);
	assert_int_equal(orl_value_print(UINT32_MAX, "1234567", 4, NULL, 0), 0);
}

static void a_small_buffer_gets_the_beginning(void **state)
{
	char text[4] = "...";
	uint32_t value = 12345;

	assert_int_equal(orl_value_print(ORL_DFS_U32, &value, 4, text, 3), 6);
	assert_memory_equal(text, "123", 4);
	assert_int_equal(orl_value_print(ORL_DFS_U32, &value, 4, NULL, 0), 6);
}

/* ---- parsing ---- */

static void parses_to(uint32_t kind, const char *text, uint64_t want)
{
	uint64_t value = 0;

	assert_int_equal(orl_value_parse(kind, text, strlen(text), &value), 0);
	assert_true(value == want);
}

static void fails(uint32_t kind, const char *text, int err)
{
	uint64_t value = 77;

	assert_int_equal(orl_value_parse(kind, text, strlen(text), &value), err);
	assert_true(value == 77);
}

static void numbers_are_read_in_three_bases(void **state)
{
	parses_to(ORL_DFS_U32, "10\n", 10);
	parses_to(ORL_DFS_U32, "0x10\n", 16);
	parses_to(ORL_DFS_X8, "010\n", 8);
	parses_to(ORL_DFS_U64, "18446744073709551615\n", UINT64_MAX);
	parses_to(ORL_DFS_SIZE_T, "+1", 1);
}

static void what_does_not_fit_the_value_is_cut_to_it(void **state)
{
	parses_to(ORL_DFS_U8, "257", 1);
	parses_to(ORL_DFS_U16, "65538", 2);
	parses_to(ORL_DFS_U32, "4294967299", 3);
	parses_to(ORL_DFS_ATOMIC, "4294967300", 4);
	parses_to(ORL_DFS_ATOMIC, "0xffffffff", UINT32_MAX);
}

static void what_does_not_fit_64_bits_is_out_of_range(void **state)
{
	fails(ORL_DFS_U8, "18446744073709551616", -ERANGE);
	fails(ORL_DFS_U64, "0x10000000000000000", -ERANGE);
	fails(ORL_DFS_ATOMIC, "9223372036854775808", -ERANGE);
}

static void a_minus_is_for_atomic_numbers(void **state)
{
	parses_to(ORL_DFS_ATOMIC, "-1\n", UINT32_MAX);
	fails(ORL_DFS_U32, "-1", -EINVAL);
	fails(ORL_DFS_X64, "-1", -EINVAL);
}

static void garbage_is_refused(void **state)
{
	fails(ORL_DFS_U32, "", -EINVAL);
	fails(ORL_DFS_U32, "\n", -EINVAL);
	fails(ORL_DFS_U32, " 1", -EINVAL);
	fails(ORL_DFS_U32, "1 2", -EINVAL);
	fails(ORL_DFS_U32, "three", -EINVAL);
	fails(ORL_DFS_BOOL, "maybe", -EINVAL);
	fails(ORL_DFS_BOOL, "", -EINVAL);
}

static void of_a_long_text_the_first_23_bytes_count(void **state)
{
	parses_to(ORL_DFS_U32, "00000000000000000000012x", 10);
	fails(ORL_DFS_U32, "0000000000000000000001x", -EINVAL);
}

static void bools_take_their_words(void **state)
{
	parses_to(ORL_DFS_BOOL, "Y\n", 1);
	parses_to(ORL_DFS_BOOL, "on", 1);
	parses_to(ORL_DFS_BOOL, "1", 1);
	parses_to(ORL_DFS_BOOL, "off\n", 0);
	parses_to(ORL_DFS_BOOL, "f", 0);
}

static void what_has_no_fixed_size_is_not_parsed(void **state)
{
	fails(ORL_DFS_STR, "1", -EACCES);
	fails(ORL_DFS_BLOB, "1", -EACCES);
	fails(ORL_DFS_U32_ARRAY, "1", -EACCES);
	fails(ORL_DFS_DIR, "1", -EACCES);
	fails(ORL_DFS_NR_KINDS, "1", -EACCES);
	fails(UINT32_MAX, "1", -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_numbers_are_decimal),
		cmocka_unit_test(hexadecimal_numbers_have_all_their_digits),
		cmocka_unit_test(an_atomic_number_has_a_sign),
		cmocka_unit_test(bools_are_letters),
		cmocka_unit_test(text_and_bytes_are_shown_as_they_are),
		cmocka_unit_test(a_wrong_size_has_no_text),
		cmocka_unit_test(a_small_buffer_gets_the_beginning),
		cmocka_unit_test(numbers_are_read_in_three_bases),
		cmocka_unit_test(what_does_not_fit_the_value_is_cut_to_it),
		cmocka_unit_test(what_does_not_fit_64_bits_is_out_of_range),
		cmocka_unit_test(a_minus_is_for_atomic_numbers),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(of_a_long_text_the_first_23_bytes_count),
		cmocka_unit_test(bools_take_their_words),
		cmocka_unit_test(what_has_no_fixed_size_is_not_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
