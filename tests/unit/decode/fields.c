// SPDX-License-Identifier: MIT
/* Reading the text of a format file, and the fields of a record. */
#include "sample.h"

#include <errno.h>

static int parse(const char *text)
{
	struct orl_format *f;
	int err = orl_format_parse(&f, "sys", text, strlen(text));

	assert_true(err ? f == NULL : f != NULL);
	orl_format_destroy(f);
	return err;
}

static void every_field_is_found_with_its_place(void **state)
{
	struct orl_format *f = sample_format("\"\"");
	const struct orl_field *field;

	assert_string_equal(orl_format_name(f), "sample");
	assert_string_equal(orl_format_system(f), "test");
	assert_int_equal(orl_format_id(f), SAMPLE_ID);
	assert_int_equal(orl_format_nr_fields(f), sizeof(sample_fields) / sizeof(*sample_fields));
	for (unsigned int i = 0; (field = orl_format_field(f, i)); i++) {
		assert_int_equal(field->offset, sample_fields[i].offset);
		assert_int_equal(field->size, sample_fields[i].size);
		assert_int_equal(field->is_signed, sample_fields[i].is_signed);
		assert_int_equal(field->is_common, i < 4);
		assert_ptr_equal(orl_format_find(f, field->name), field);
	}
	assert_null(orl_format_find(f, "none"));
	orl_format_destroy(f);
}

static void types_say_what_a_field_is(void **state)
{
	struct orl_format *f = sample_format("\"\"");
	const struct orl_field *field = orl_format_find(f, "comm");

	assert_string_equal(field->type, "char[16]");
	assert_true(field->is_array && field->is_string && !field->is_dynamic);
	field = orl_format_find(f, "str");
	assert_string_equal(field->type, "char[]");
	assert_true(field->is_array && field->is_string && field->is_dynamic && !field->is_rel);
	field = orl_format_find(f, "rdyn");
	assert_true(field->is_array && !field->is_string && field->is_dynamic && field->is_rel);
	assert_int_equal(field->elem_size, 2);
	field = orl_format_find(f, "a64");
	assert_int_equal(field->elem_size, 8);
	field = orl_format_find(f, "p");
	assert_string_equal(field->type, "void *");
	assert_true(field->is_pointer && !field->is_array);
	assert_true(orl_format_find(f, "ul")->is_long);
	orl_format_destroy(f);
}

static void numbers_are_read_with_their_sign(void **state)
{
	struct orl_format *f = sample_format("\"\"");
	struct sample s;

	sample_fill(&s);
	assert_true(orl_field_number(orl_format_find(f, "s8f"), &s, sizeof(s)) == (uint64_t)-3);
	assert_true(orl_field_number(orl_format_find(f, "u32f"), &s, sizeof(s)) == 4000000000);
	assert_true(orl_field_number(orl_format_find(f, "s32f"), &s, sizeof(s)) == (uint64_t)-5);
	assert_true(orl_field_number(orl_format_find(f, "u64f"), &s, 20) == 0);
	orl_format_destroy(f);
}

static void dynamic_fields_are_followed(void **state)
{
	struct orl_format *f = sample_format("\"\"");
	const uint8_t *data;
	uint32_t size;
	struct sample s;

	sample_fill(&s);
	assert_int_equal(orl_field_data(orl_format_find(f, "str"), &s, sizeof(s), &data, &size), 0);
	assert_int_equal(size, 6);
	assert_memory_equal(data, "world", 6);
	assert_int_equal(orl_field_data(orl_format_find(f, "rstr"), &s, sizeof(s), &data, &size),
			 0);
	assert_memory_equal(data, "rstr", 5);
	s.str = 0xffff0000 | (sizeof(s) - 2); /* longer than what is left */
	assert_int_equal(orl_field_data(orl_format_find(f, "str"), &s, sizeof(s), &data, &size), 0);
	assert_int_equal(size, 2);
	s.str = 0x1ffff;
	assert_int_equal(orl_field_data(orl_format_find(f, "str"), &s, sizeof(s), &data, &size),
			 -ERANGE);
	orl_format_destroy(f);
}

static void malformed_texts_are_refused(void **state)
{
	assert_int_equal(parse("name: a\nID: 1\nformat:\n"), 0);
	assert_int_equal(parse(""), -EINVAL);
	assert_int_equal(parse("name: a\n"), -EINVAL);
	assert_int_equal(parse("ID: 7\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: x\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 99999999999\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 1\n field:int x;\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 1\n field:int x;\toffset:-1;\tsize:4;\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 1\n field:int;\toffset:1;\tsize:4;\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 1\n field:];\toffset:1;\tsize:4;\n"), -EINVAL);
	assert_int_equal(parse("name: a\nID: 1\n field:int x;\toffset:8;\tsize:4;\n"), 0);
}

static void too_many_fields_are_refused(void **state)
{
	struct orl_text t = ORL_TEXT_INIT;
	int i;

	orl_text_puts(&t, "name: a\nID: 1\n");
	for (i = 0; i < 2000; i++)
		orl_text_printf(&t, "field:int f%d;offset:8;size:4;signed:1;\n", i);
	assert_int_equal(parse(orl_text_str(&t)), -EINVAL);
	orl_text_fini(&t);
}

static void a_print_fmt_that_cannot_be_read_is_no_error(void **state)
{
	struct orl_format *f = sample_format("\"%d\", unknown_call(REC->u8f)");

	assert_false(orl_format_can_print(f, ORL_PRINT_TEP));
	assert_false(orl_format_can_print(f, ORL_PRINT_KERNEL));
	orl_format_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_found_with_its_place),
		cmocka_unit_test(types_say_what_a_field_is),
		cmocka_unit_test(numbers_are_read_with_their_sign),
		cmocka_unit_test(dynamic_fields_are_followed),
		cmocka_unit_test(malformed_texts_are_refused),
		cmocka_unit_test(too_many_fields_are_refused),
		cmocka_unit_test(a_print_fmt_that_cannot_be_read_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
