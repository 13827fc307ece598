// SPDX-License-Identifier: MIT
/* The text of a binary print record: every conversion, and records that do not fit their format. */
#include "cases.h"
#include "decode/kallsyms.h"

static struct orl_text out;

static const char *print(struct orl_bprint b)
{
	orl_text_reset(&out);
	orl_bprint_print(&b, &out);
	return orl_text_str(&out);
}

static const char *print_words(const char *format, const char *const words[MAX_WORDS],
			       enum orl_print_mode mode)
{
	struct record r;
	struct orl_bprint b;

	record_make(&r, 1, 2, words);
	b = record_bprint(&r, format);
	b.mode = mode;
	return print(b);
}

#define PRINT(format, ...) \
	print_words(format, (const char *const[MAX_WORDS]){ __VA_ARGS__ }, ORL_PRINT_KERNEL)

static void every_case_prints_its_text(void **state)
{
	static const char lines[] = "1000 t my_func\n2000 t behind\n";
	struct orl_kallsyms *functions;

	assert_int_equal(orl_kallsyms_parse(&functions, lines, strlen(lines)), 0);
	for (size_t i = 0; i < NR_CASES; i++) {
		struct record r;
		struct orl_bprint b;

		record_make(&r, 1, 2, cases[i].words);
		b = record_bprint(&r, cases[i].format);
		b.functions = functions;
		if (strcmp(print(b), cases[i].text))
			fail_msg("%s\n  is   {%s}\n  want {%s}", cases[i].format,
				 orl_text_str(&out), cases[i].text);
	}
	orl_kallsyms_destroy(functions);
}

static void an_address_in_the_trace_file_has_all_its_digits(void **state)
{
	assert_string_equal(PRINT("%p %px %d", "l0x1234", "l0x5678", "i5"),
			    "0000000000001234 0000000000005678 5");
}

static void put_name(void *arg, uint64_t addr, bool with_offset, struct orl_text *to)
{
	orl_text_printf(to, with_offset ? "f%llx+0x0/0x1" : "f%llx", (unsigned long long)addr);
}

static void functions_are_named_by_who_can(void **state)
{
	const char *const words[MAX_WORDS] = { "l0x10", "l0x20", "l0x30" };
	struct record r;
	struct orl_bprint b;

	record_make(&r, 1, 2, words);
	b = record_bprint(&r, "%pS %ps %pB");
	b.mode = ORL_PRINT_KERNEL;
	b.symbol = put_name;
	assert_string_equal(print(b), "f10+0x0/0x1 f20 f30+0x0/0x1");
}

static void control_characters_of_strings_are_escaped(void **state)
{
	assert_string_equal(PRINT("%s|%c", "sa\x1b[2J\r\nb", "s\a"), "a\\x1b[2J\\r\\nb|\\x07");
}

static void control_characters_of_formats_are_escaped_but_tabs(void **state)
{
	assert_string_equal(PRINT("a\tb\x1b[1m\nc\n", NULL), "a\tb\\x1b[1m\\nc");
}

static void one_newline_at_the_end_is_the_lines_own(void **state)
{
	assert_string_equal(PRINT("x", NULL), "x");
	assert_string_equal(PRINT("x\n", NULL), "x");
	assert_string_equal(PRINT("x\n\n", NULL), "x\\n");
	assert_string_equal(PRINT("%s", "sx\n"), "x");
}

static void a_program_gets_the_text_as_it_is(void **state)
{
	const char *const words[MAX_WORDS] = { "s\x1b", "sab", "sc" };
	struct record r;
	struct orl_bprint b;

	record_make(&r, 1, 2, words);
	b = record_bprint(&r, "%s\t%4s|%-3s|\n");
	b.is_plain = true;
	assert_string_equal(print(b), "\x1b\t  ab|c  |");
}

static void what_the_record_lacks_is_said(void **state)
{
	assert_string_equal(PRINT("%d %d", "i1"), "1 0 [record cut short]");
	assert_string_equal(PRINT("%d %s|", "i1"), "1 | [record cut short]");
	assert_string_equal(PRINT("%ld|%s", "i1"), "0| [record cut short]");
	assert_string_equal(PRINT("%*d", NULL), "0 [record cut short]");
	assert_string_equal(PRINT("%f %c %pM %p", NULL),
			    "0.000000   0000000000000000 [record cut short]");
}

static void a_string_without_an_end_ends_with_the_record(void **state)
{
	static const uint8_t args[4] = { 'a', 'b', 'c', 'd' };
	const struct orl_bprint b = { .format = "%s|%s", .format_len = 5, .args = args,
				      .args_len = 4 };

	assert_string_equal(print(b), "abcd| [record cut short]");
}

static void a_conversion_without_an_end_is_nothing(void **state)
{
	assert_string_equal(PRINT("%", NULL), "");
	assert_string_equal(PRINT("x%-5.3l", NULL), "x");
	assert_string_equal(PRINT("x%*", "i5"), "x");
}

static void widths_are_bounded(void **state)
{
	assert_int_equal(strlen(PRINT("%*d", "i2000000000", "i1")), 1024);
	assert_int_equal(strlen(PRINT("%*d", "i-2147483648", "i1")), 1024);
	assert_string_equal(PRINT("%.*s|%.*d", "i-1", "sabc", "i-7", "i5"), "abc|5");
	assert_true(strlen(PRINT("%2000000000f", "d1")) <= 1024);
	assert_true(strlen(PRINT("%.2000000000f", "d1e308")) <= 1024);
}

static void a_text_is_bounded(void **state)
{
	static char format[4096];
	const struct orl_bprint b = { .format = format, .format_len = 4095 };

	for (size_t i = 0; i + 5 < sizeof(format); i += 5)
		memcpy(format + i, "%999d", 5);
	assert_true(strlen(print(b)) < 2u << 20);
	assert_non_null(strstr(orl_text_str(&out), "cut"));
}

static void special_floats_have_names(void **state)
{
	assert_string_equal(PRINT("%f %5.1f|%-8g|%+g", "dinf", "dnan", "d0.1", "d3"),
			    "inf   nan|0.1     |+3");
}

/* Of a recording of the kernel: it keeps a char in one byte and a short in two. */
static void the_kernels_own_prints_lie_closer(void **state)
{
	static const uint8_t args[16] = { 'A', 'B', 0xff, 0xff, 7, 0, 0, 0, 0xfe, 0, 1, 0, 's' };
	struct orl_bprint b = { .format = "%c%c %hd %d %hhd %hd %s", .args = args, .args_len = 16,
				.is_kernel = true };

	b.format_len = strlen(b.format);
	assert_string_equal(print(b), "AB -1 7 -2 1 s");
}

struct seen {
	uint64_t addr[4];
	unsigned int nr;
};

static void see(void *arg, uint64_t addr)
{
	struct seen *s = arg;

	assert_true(s->nr < 4);
	s->addr[s->nr++] = addr;
}

static void addresses_of_functions_are_found(void **state)
{
	const char *const words[MAX_WORDS] = { "i1", "sx", "l0x10", "l0x99", "sC", "l0x20" };
	struct seen seen = { .nr = 0 };
	struct record r;
	struct orl_bprint b;

	record_make(&r, 1, 2, words);
	b = record_bprint(&r, "%d %s %pS %p %c %pB %pS %%");
	orl_bprint_addresses(&b, see, &seen);
	assert_int_equal(seen.nr, 2);
	assert_int_equal(seen.addr[0], 0x10);
	assert_int_equal(seen.addr[1], 0x20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_prints_its_text),
		cmocka_unit_test(an_address_in_the_trace_file_has_all_its_digits),
		cmocka_unit_test(functions_are_named_by_who_can),
		cmocka_unit_test(control_characters_of_strings_are_escaped),
		cmocka_unit_test(control_characters_of_formats_are_escaped_but_tabs),
		cmocka_unit_test(one_newline_at_the_end_is_the_lines_own),
		cmocka_unit_test(a_program_gets_the_text_as_it_is),
		cmocka_unit_test(what_the_record_lacks_is_said),
		cmocka_unit_test(a_string_without_an_end_ends_with_the_record),
		cmocka_unit_test(a_conversion_without_an_end_is_nothing),
		cmocka_unit_test(widths_are_bounded),
		cmocka_unit_test(a_text_is_bounded),
		cmocka_unit_test(special_floats_have_names),
		cmocka_unit_test(the_kernels_own_prints_lie_closer),
		cmocka_unit_test(addresses_of_functions_are_found),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	orl_text_fini(&out);
	return ret;
}
