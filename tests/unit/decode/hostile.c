// SPDX-License-Identifier: MIT
/*
 * Formats and records made to hurt. Run under the address sanitizer these tests also show that
 * nothing outside the record is read; without it, that the text says what was missing.
 */
#include "sample.h"

#include <errno.h>

static struct orl_text out;

/* Print a prefix of the sample record that lies in memory of exactly that size. */
static const char *print_cut(const char *fmt, enum orl_print_mode mode, uint32_t len)
{
	struct orl_format *f = sample_format(fmt);
	struct sample s, *copy = malloc(len ? len : 1);

	sample_fill(&s);
	memcpy(copy, &s, len);
	orl_text_reset(&out);
	orl_format_print_mode(f, mode, copy, len, &out);
	free(copy);
	orl_format_destroy(f);
	return orl_text_str(&out);
}

static void a_record_of_any_length_is_printed(void **state)
{
	static const char fmt[] =
		"\"%d %s %s %pI6c %s %s %d %*pbl %s\", REC->u8f, REC->comm, __get_str(str), "
		"REC->ip6, "
		"__print_array(__get_dynamic_array(dyn), 3, 4), __get_rel_bitmask(rmask), "
		"REC->a64[1], 64, __get_bitmask(mask), __print_hex(REC->mac, 6)";
	uint32_t len;

	for (len = 0; len <= sizeof(struct sample); len++) {
		print_cut(fmt, ORL_PRINT_TEP, len);
		print_cut(fmt, ORL_PRINT_KERNEL, len);
		print_cut("\"%d\", unknown(1)", ORL_PRINT_TEP, len);
	}
}

static void json_of_a_record_of_any_length_is_printed(void **state)
{
	struct orl_format *f = sample_format("\"\"");
	struct sample s, *copy;
	uint32_t len;

	sample_fill(&s);
	for (len = 0; len <= sizeof(s); len++) {
		copy = malloc(len ? len : 1);
		memcpy(copy, &s, len);
		orl_text_reset(&out);
		assert_int_equal(orl_format_json(f, copy, len, &out), 0);
		free(copy);
	}
	assert_non_null(strstr(orl_text_str(&out), "\"str\":\"world\",\"dyn\":[1,-2,300000],"));
	assert_non_null(strstr(orl_text_str(&out), "\"p\":\"0xffff888012345678\""));
	orl_format_destroy(f);
}

static void a_cut_record_says_so(void **state)
{
	assert_string_equal(print_cut("\"%d\", REC->u32f", ORL_PRINT_TEP, 12),
			    "0 [record cut short]");
	assert_string_equal(print_cut("\"%s\", __get_str(str)", ORL_PRINT_TEP,
				      offsetof(struct sample, data)),
			    " [record cut short]");
}

static void an_index_beyond_the_array_reads_nothing(void **state)
{
	assert_string_equal(print_cut("\"%d\", REC->a8[8]", ORL_PRINT_KERNEL,
				      sizeof(struct sample)),
			    "0 [record cut short]");
	assert_string_equal(print_cut("\"%d\", REC->a8[REC->s32f]", ORL_PRINT_KERNEL,
				      sizeof(struct sample)),
			    "0 [record cut short]");
	assert_string_equal(print_cut("\"%d\", REC->a64[0x2000000000000000]", ORL_PRINT_KERNEL,
				      sizeof(struct sample)),
			    "0 [record cut short]");
}

/* @nr times @open, then @inner, then @nr times @close, as an argument of %d. */
static bool can_nest(int nr, const char *open, const char *inner, const char *close)
{
	struct orl_text fmt = ORL_TEXT_INIT;
	struct orl_format *f;
	const char *text;
	bool can;
	int i;

	orl_text_puts(&fmt, "name: deep\nID: 1\nformat:\nprint fmt: \"%d\", ");
	for (i = 0; i < nr; i++)
		orl_text_puts(&fmt, open);
	orl_text_puts(&fmt, inner);
	for (i = 0; i < nr; i++)
		orl_text_puts(&fmt, close);
	text = orl_text_str(&fmt);
	assert_int_equal(orl_format_parse(&f, "sys", text, fmt.len), 0);
	orl_text_reset(&out);
	orl_format_print_mode(f, ORL_PRINT_TEP, "", 0, &out);
	orl_format_print_mode(f, ORL_PRINT_KERNEL, "", 0, &out);
	can = orl_format_can_print(f, ORL_PRINT_TEP) && orl_format_can_print(f, ORL_PRINT_KERNEL);
	orl_format_destroy(f);
	orl_text_fini(&fmt);
	return can;
}

static void nesting_is_bounded_in_every_direction(void **state)
{
	static const struct {
		const char *open, *inner, *close;
	} shapes[] = {
		{ "(", "1", ")" },
		{ "-", "1", "" },
		{ "!", "1", "" },
		{ "1+", "1", "" },
		{ "", "1", "+1" },
		{ "1?1:", "1", "" },
		{ "1?", "1", ":1" },
		{ "(int)", "1", "" },
		{ "1*(2+", "1", ")" },
		{ "__print_symbolic(", "1", ",{1,\"a\"})" },
		{ "__builtin_expect(", "1", ",1)" },
	};
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		assert_true(can_nest(10, shapes[i].open, shapes[i].inner, shapes[i].close));
		assert_false(can_nest(20000, shapes[i].open, shapes[i].inner, shapes[i].close));
	}
}

static void widths_are_bounded(void **state)
{
	print_cut("\"%999999999d %.999999999d %*d %.*d\", 1, 1, 999999999, 1, 999999999, 1",
		  ORL_PRINT_TEP, sizeof(struct sample));
	assert_true(out.len < 10000);
	print_cut("\"%*d %*s\", -2147483647 - 1, 1, -2147483647 - 1, \"a\"", ORL_PRINT_KERNEL,
		  sizeof(struct sample));
	assert_true(out.len < 10000);
}

static void a_text_that_is_too_long_is_refused(void **state)
{
	size_t len = (1u << 20) + 1;
	char *text = malloc(len);
	struct orl_format *f;

	memset(text, ' ', len);
	memcpy(text, "name: a\nID: 1\n", 14);
	assert_int_equal(orl_format_parse(&f, "sys", text, len), -EINVAL);
	free(text);
}

static void text_of_one_record_is_bounded(void **state)
{
	struct orl_text fmt = ORL_TEXT_INIT;
	uint8_t *rec = calloc(1, 65544);
	struct orl_format *f;
	int i;

	orl_text_puts(
		&fmt,
		"name: a\nID: 1\n\tfield:u8 b[65536];\toffset:8;\tsize:65536;\nprint fmt: \"");
	for (i = 0; i < 200; i++)
		orl_text_puts(&fmt, "%s");
	orl_text_puts(&fmt, "\"");
	for (i = 0; i < 200; i++)
		orl_text_puts(&fmt, ", __print_hex(REC->b, 65536)");
	assert_int_equal(orl_format_parse(&f, "sys", orl_text_str(&fmt), fmt.len), 0);
	orl_text_reset(&out);
	orl_format_print(f, rec, 65544, &out);
	assert_true(out.len < 8u << 20);
	orl_format_destroy(f);
	orl_text_fini(&fmt);
	free(rec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_of_any_length_is_printed),
		cmocka_unit_test(json_of_a_record_of_any_length_is_printed),
		cmocka_unit_test(a_cut_record_says_so),
		cmocka_unit_test(an_index_beyond_the_array_reads_nothing),
		cmocka_unit_test(nesting_is_bounded_in_every_direction),
		cmocka_unit_test(widths_are_bounded),
		cmocka_unit_test(a_text_that_is_too_long_is_refused),
		cmocka_unit_test(text_of_one_record_is_bounded),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	orl_text_fini(&out);
	return failed;
}
