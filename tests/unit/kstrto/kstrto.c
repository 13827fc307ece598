// SPDX-License-Identifier: MIT
/* Text to numbers: what is taken, what it is worth, and which error the rest gives. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <oriel/kstrto.h>

#define UNSET 0x5a5a5a5aU

static void ull_is(const char *text, unsigned int base, unsigned long long want)
{
	unsigned long long value = UNSET;

	assert_int_equal(kstrtoull(text, base, &value), 0);
	assert_true(value == want);
}

static void ull_fails(const char *text, unsigned int base, int err)
{
	unsigned long long value = UNSET;

	assert_int_equal(kstrtoull(text, base, &value), err);
	assert_true(value == UNSET);
}

static void ll_is(const char *text, unsigned int base, long long want)
{
	long long value = UNSET;

	assert_int_equal(kstrtoll(text, base, &value), 0);
	assert_true(value == want);
}

static void ll_fails(const char *text, unsigned int base, int err)
{
	long long value = UNSET;

	assert_int_equal(kstrtoll(text, base, &value), err);
	assert_true(value == UNSET);
}

static void base_0_is_found_by_the_prefix(void **state)
{
	ull_is("0", 0, 0);
	ull_is("10", 0, 10);
	ull_is("010", 0, 8);
	ull_is("0x10", 0, 16);
	ull_is("0XfF", 0, 255);
	ull_fails("09", 0, -EINVAL);
	ull_fails("0x", 0, -EINVAL);
	ull_fails("0xg", 0, -EINVAL);
}

static void a_base_that_is_given_holds(void **state)
{
	ull_is("010", 10, 10);
	ull_is("10", 8, 8);
	ull_is("101", 2, 5);
	ull_is("ff", 16, 255);
	ull_is("0xff", 16, 255);
	ull_fails("0x10", 10, -EINVAL);
	ull_fails("12", 2, -EINVAL);
	ull_fails("8", 8, -EINVAL);
	ull_fails("0x", 16, -EINVAL);
}

static void one_newline_may_end_the_text(void **state)
{
	ull_is("7\n", 0, 7);
	ull_fails("7\n\n", 0, -EINVAL);
	ull_fails("7\r\n", 0, -EINVAL);
	ull_fails("\n", 0, -EINVAL);
}

static void no_blanks_and_no_garbage(void **state)
{
	ull_fails("", 0, -EINVAL);
	ull_fails(" 7", 0, -EINVAL);
	ull_fails("7 ", 0, -EINVAL);
	ull_fails("7x", 0, -EINVAL);
	ull_fails("x", 0, -EINVAL);
	ull_fails("1_000", 0, -EINVAL);
	ull_fails("1.0", 0, -EINVAL);
}

static void an_unsigned_number_takes_a_plus_only(void **state)
{
	ull_is("+7", 0, 7);
	ull_is("+0x7", 0, 7);
	ull_fails("-7", 0, -EINVAL);
	ull_fails("-0", 0, -EINVAL);
	ull_fails("++7", 0, -EINVAL);
	ull_fails("+", 0, -EINVAL);
	ull_fails("+-7", 0, -EINVAL);
}

static void a_signed_number_takes_one_sign(void **state)
{
	ll_is("+7", 0, 7);
	ll_is("-7", 0, -7);
	ll_is("-0", 0, 0);
	ll_is("-0x10\n", 0, -16);
	ll_fails("-+7", 0, -EINVAL);
	ll_fails("+-7", 0, -EINVAL);
	ll_fails("--7", 0, -EINVAL);
	ll_fails("-", 0, -EINVAL);
}

static void numbers_end_at_64_bits(void **state)
{
	ull_is("18446744073709551615", 0, ULLONG_MAX);
	ull_is("0xffffffffffffffff\n", 0, ULLONG_MAX);
	ull_fails("18446744073709551616", 0, -ERANGE);
	ull_fails("0x10000000000000000", 0, -ERANGE);
	ll_is("9223372036854775807", 0, LLONG_MAX);
	ll_fails("9223372036854775808", 0, -ERANGE);
	ll_is("-9223372036854775808", 0, LLONG_MIN);
	ll_fails("-9223372036854775809", 0, -ERANGE);
	ll_fails("-18446744073709551615", 0, -ERANGE);
}

static void too_large_comes_before_garbage(void **state)
{
	ull_fails("18446744073709551616x", 0, -ERANGE);
	ull_fails("18446744073709551615x", 0, -EINVAL);
	ll_fails("9223372036854775808x", 0, -EINVAL);
}

#define ENDS_AT(name, type, min, min_text, under, max, max_text, over)                             \
	static void name##_ends_where_its_type_does(void **state)                                  \
	{                                                                                          \
		type value = 7;                                                                    \
												   \
		assert_int_equal(name(under, 0, &value), (min) ? -ERANGE : -EINVAL);               \
		assert_int_equal(name(over, 0, &value), -ERANGE);                                  \
		assert_int_equal(name("x", 0, &value), -EINVAL);                                   \
		assert_true(value == 7);                                                           \
		assert_int_equal(name(min_text, 0, &value), 0);                                    \
		assert_true(value == (min));                                                       \
		assert_int_equal(name(max_text, 0, &value), 0);                                    \
		assert_true(value == (max));                                                       \
	}

ENDS_AT(kstrtou8, uint8_t, 0, "0", "-1", UINT8_MAX, "255", "256")
ENDS_AT(kstrtos8, int8_t, INT8_MIN, "-128", "-129", INT8_MAX, "127", "128")
ENDS_AT(kstrtou16, uint16_t, 0, "0", "-1", UINT16_MAX, "65535", "65536")
ENDS_AT(kstrtos16, int16_t, INT16_MIN, "-32768", "-32769", INT16_MAX, "32767", "32768")
ENDS_AT(kstrtou32, uint32_t, 0, "0", "-1", UINT32_MAX, "4294967295", "4294967296")
ENDS_AT(kstrtos32, int32_t, INT32_MIN, "-2147483648", "-2147483649", INT32_MAX, "2147483647",
	"2147483648")
ENDS_AT(kstrtouint, unsigned int, 0, "0", "-1", UINT_MAX, "0xffffffff", "0x100000000")
ENDS_AT(kstrtoint, int, INT_MIN, "-0x80000000", "-0x80000001", INT_MAX, "0x7fffffff", "0x80000000")
ENDS_AT(kstrtou64, unsigned long long, 0, "0", "-1", ULLONG_MAX, "0xffffffffffffffff",
	"0x10000000000000000")
ENDS_AT(kstrtos64, long long, LLONG_MIN, "-0x8000000000000000", "-0x8000000000000001", LLONG_MAX,
	"0x7fffffffffffffff", "0x8000000000000000")
ENDS_AT(kstrtoul, unsigned long, 0, "0", "-1", UINT64_MAX, "01777777777777777777777",
	"02000000000000000000000")
ENDS_AT(kstrtol, long, INT64_MIN, "-0x8000000000000000", "-0x8000000000000001", INT64_MAX,
	"0x7fffffffffffffff", "0x8000000000000000")

static void bools_are_told_by_their_first_letters(void **state)
{
	static const char *const yes[] = { "y", "Y", "t", "T", "1", "on", "ON", "oN", "yes\n", "1x",
					   "true", "onward", "e", "Enabled" };
	static const char *const no[] = { "n", "N", "f", "F", "0", "off", "of", "OFF", "no", "0x1",
					  "false", "d", "DISABLED" };
	static const char *const neither[] = { "", "o", "ox", "x", "2", " y", "\n", "-1" };
	bool value;

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		value = false;
		assert_int_equal(kstrtobool(yes[i], &value), 0);
		assert_true(value);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++) {
		value = true;
		assert_int_equal(kstrtobool(no[i], &value), 0);
		assert_false(value);
	}
	for (size_t i = 0; i < sizeof(neither) / sizeof(*neither); i++)
		assert_int_equal(kstrtobool(neither[i], &value), -EINVAL);
	assert_int_equal(kstrtobool(NULL, &value), -EINVAL);
}

static void from_user_stops_at_the_count(void **state)
{
	unsigned int value;
	bool yes;

	assert_int_equal(kstrtouint_from_user("123x", 3, 0, &value), 0);
	assert_int_equal(value, 123);
	assert_int_equal(kstrtouint_from_user("123x", 4, 0, &value), -EINVAL);
	assert_int_equal(kstrtouint_from_user("123", 0, 0, &value), -EINVAL);
	assert_int_equal(kstrtobool_from_user("off", 2, &yes), 0);
	assert_false(yes);
	assert_int_equal(kstrtobool_from_user("on", 1, &yes), -EINVAL);
}

static void from_user_looks_at_no_more_than_a_number_needs(void **state)
{
	uint8_t value;
	char text[64];

	/* a sign, eight digits in base 2, a newline: ten bytes */
	memset(text, '0', sizeof(text));
	text[9] = '7';
	text[10] = 'x';
	assert_int_equal(kstrtou8_from_user(text, sizeof(text), 10, &value), 0);
	assert_int_equal(value, 7);
	text[9] = 'x';
	assert_int_equal(kstrtou8_from_user(text, sizeof(text), 10, &value), -EINVAL);
}

static void simple_strto_tell_where_digits_end(void **state)
{
	static const char text[] = "0x1fz";
	char *end;

	assert_true(simple_strtoul(text, &end, 0) == 0x1f);
	assert_ptr_equal(end, text + 4);
	assert_true(simple_strtol("-12 ", &end, 10) == -12);
	assert_int_equal(*end, ' ');
	assert_true(simple_strtoull("0x", &end, 0) == 0);
	assert_int_equal(*end, 'x');
	assert_true(simple_strtoll("-", &end, 0) == 0);
	assert_int_equal(*end, '\0');
	assert_true(simple_strtoul("+1", &end, 0) == 0);
	assert_int_equal(*end, '+');
	assert_true(simple_strtoul("12", NULL, 0) == 12);
}

static void simple_strto_wrap(void **state)
{
	assert_true(simple_strtoull("0x10000000000000005", NULL, 0) == 5);
	assert_true(simple_strtoull("18446744073709551617", NULL, 0) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_0_is_found_by_the_prefix),
		cmocka_unit_test(a_base_that_is_given_holds),
		cmocka_unit_test(one_newline_may_end_the_text),
		cmocka_unit_test(no_blanks_and_no_garbage),
		cmocka_unit_test(an_unsigned_number_takes_a_plus_only),
		cmocka_unit_test(a_signed_number_takes_one_sign),
		cmocka_unit_test(numbers_end_at_64_bits),
		cmocka_unit_test(too_large_comes_before_garbage),
		cmocka_unit_test(kstrtou8_ends_where_its_type_does),
		cmocka_unit_test(kstrtos8_ends_where_its_type_does),
		cmocka_unit_test(kstrtou16_ends_where_its_type_does),
		cmocka_unit_test(kstrtos16_ends_where_its_type_does),
		cmocka_unit_test(kstrtou32_ends_where_its_type_does),
		cmocka_unit_test(kstrtos32_ends_where_its_type_does),
		cmocka_unit_test(kstrtouint_ends_where_its_type_does),
		cmocka_unit_test(kstrtoint_ends_where_its_type_does),
		cmocka_unit_test(kstrtou64_ends_where_its_type_does),
		cmocka_unit_test(kstrtos64_ends_where_its_type_does),
		cmocka_unit_test(kstrtoul_ends_where_its_type_does),
		cmocka_unit_test(kstrtol_ends_where_its_type_does),
		cmocka_unit_test(bools_are_told_by_their_first_letters),
		cmocka_unit_test(from_user_stops_at_the_count),
		cmocka_unit_test(from_user_looks_at_no_more_than_a_number_needs),
		cmocka_unit_test(simple_strto_tell_where_digits_end),
		cmocka_unit_test(simple_strto_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
