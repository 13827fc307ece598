// SPDX-License-Identifier: MIT
/* Lines of bytes: groups, the column of characters, and too little room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#define ORIEL_INTERNAL
#include <oriel/hexdump.h>

static const char bytes[] = "0123456789abcde\n0123456789abcdef";

static void line_is(size_t len, int rowsize, int groupsize, bool ascii, const char *want)
{
	char line[ORIEL_HEX_LINE];

	assert_int_equal(hex_dump_to_buffer(bytes, len, rowsize, groupsize, line, sizeof(line),
					    ascii), strlen(want));
	assert_string_equal(line, want);
}

static void bytes_stand_one_by_one(void **state)
{
	line_is(0, 16, 1, false, "");
	line_is(0, 16, 1, true, "");
	line_is(1, 16, 1, false, "30");
	line_is(32, 16, 1, false, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 0a");
	line_is(17, 32, 1, false, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 0a 30");
}

static void groups_are_numbers_of_this_machine(void **state)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	line_is(4, 16, 2, false, "3130 3332");
	line_is(8, 16, 4, false, "33323130 37363534");
	line_is(16, 16, 8, false, "3736353433323130 0a65646362613938");
#endif
	line_is(3, 16, 2, false, "30 31 32");
	line_is(4, 16, 3, false, "30 31 32 33");
}

static void characters_have_a_column(void **state)
{
	line_is(16, 16, 1, true,
		"30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 0a  0123456789abcde.");
	line_is(32, 32, 1, true, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 0a "
				 "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  "
				 "0123456789abcde.0123456789abcdef");
	line_is(2, 16, 1, true, "30 31                                            01");
}

static void a_cut_line_says_how_long_it_would_be(void **state)
{
	char line[4];

	assert_int_equal(hex_dump_to_buffer(bytes, 2, 16, 1, line, sizeof(line), false), 5);
	assert_string_equal(line, "30 ");
	assert_int_equal(hex_dump_to_buffer(bytes, 2, 16, 1, NULL, 0, false), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_stand_one_by_one),
		cmocka_unit_test(groups_are_numbers_of_this_machine),
		cmocka_unit_test(characters_have_a_column),
		cmocka_unit_test(a_cut_line_says_how_long_it_would_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
