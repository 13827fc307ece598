// SPDX-License-Identifier: MIT
/* The output buffer: numbers, escapes, JSON strings. */
#include "sample.h"

#include "decode/text.h"

static void numbers_are_as_printf_makes_them(void **state)
{
	static const uint64_t values[] = {0,	9,	    10,		 99,	     100,
					  12345, 1u << 31, UINT32_MAX, INT64_MAX, UINT64_MAX};
	struct orl_text t = ORL_TEXT_INIT;
	char want[80];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		orl_text_reset(&t);
		orl_text_u64(&t, values[i]);
		orl_text_putc(&t, ' ');
		orl_text_s64(&t, (int64_t)(0 - values[i]));
		orl_text_putc(&t, ' ');
		orl_text_hex(&t, values[i]);
		snprintf(want, sizeof(want), "%lu %ld %lx", values[i], (long)(0 - values[i]),
			 values[i]);
		assert_string_equal(orl_text_str(&t), want);
	}
	orl_text_fini(&t);
}

static void control_characters_are_escaped(void **state)
{
	static const char in[] = "a\nb\tc\rd\x1b[31m\x7f\0z";
	struct orl_text t = ORL_TEXT_INIT;

	orl_text_escape(&t, in, sizeof(in) - 1);
	assert_string_equal(orl_text_str(&t), "a\\nb\\tc\\rd\\x1b[31m\\x7f\\x00z");
	orl_text_fini(&t);
}

static void utf8_passes_and_what_is_none_is_escaped(void **state)
{
	struct orl_text t = ORL_TEXT_INIT;

	orl_text_escape(&t, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 11);
	assert_string_equal(orl_text_str(&t), "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	orl_text_reset(&t);
	/* C1 control, overlong slash, surrogate, cut sequence */
	orl_text_escape(&t, "\xc2\x9b|\xc0\xaf|\xed\xa0\x80|\xe2\x82", 12);
	assert_string_equal(orl_text_str(&t),
			    "\\xc2\\x9b|\\xc0\\xaf|\\xed\\xa0\\x80|\\xe2\\x82");
	orl_text_fini(&t);
}

static void json_strings_are_valid_json(void **state)
{
	struct orl_text t = ORL_TEXT_INIT;

	orl_text_json(&t, "a\"b\\c\n\x01\xc3\xa9\xff", 10);
	assert_string_equal(orl_text_str(&t), "\"a\\\"b\\\\c\\u000a\\u0001\xc3\xa9\xef\xbf\xbd\"");
	orl_text_fini(&t);
}

static void an_empty_buffer_is_an_empty_string(void **state)
{
	struct orl_text t = ORL_TEXT_INIT;

	orl_text_write(&t, "", 0);
	assert_string_equal(orl_text_str(&t), "");
	orl_text_fini(&t);
}

static void an_impossible_size_fails_once_and_stays_failed(void **state)
{
	struct orl_text t = ORL_TEXT_INIT;

	orl_text_puts(&t, "kept");
	assert_false(orl_text_grow(&t, SIZE_MAX / 2));
	orl_text_pad(&t, 'x', 10000);
	assert_true(t.failed);
	assert_string_equal(orl_text_str(&t), "kept");
	orl_text_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_as_printf_makes_them),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(utf8_passes_and_what_is_none_is_escaped),
		cmocka_unit_test(json_strings_are_valid_json),
		cmocka_unit_test(an_empty_buffer_is_an_empty_string),
		cmocka_unit_test(an_impossible_size_fails_once_and_stays_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
