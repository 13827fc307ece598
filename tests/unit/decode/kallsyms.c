// SPDX-License-Identifier: MIT
/* Functions by address, from texts that are whole and texts that are not. */
#include "sample.h"

#include "decode/kallsyms.h"

static struct orl_kallsyms *parse(const char *text, size_t len)
{
	struct orl_kallsyms *k;

	assert_int_equal(orl_kallsyms_parse(&k, text, len), 0);
	return k;
}

static void expect(const struct orl_kallsyms *k, uint64_t addr, const char *name)
{
	struct orl_function f;
	bool is_found = orl_kallsyms_find(k, addr, &f);

	assert_int_equal(is_found, name != NULL);
	if (!name)
		return;
	assert_int_equal(f.len, strlen(name));
	assert_memory_equal(f.name, name, f.len);
	assert_true(f.addr <= addr);
}

static void an_address_belongs_to_the_function_that_begins_at_or_below_it(void **state)
{
	static const char text[] = "3000 t last\n1000 t one [module]\n\n  2000 T two\n2800 t $x\n"
				   "2900 A absolute\n";
	struct orl_kallsyms *k = parse(text, strlen(text));

	assert_int_equal(orl_kallsyms_nr(k), 3);
	expect(k, 0, NULL);
	expect(k, 0xfff, NULL);
	expect(k, 0x1000, "one");
	expect(k, 0x1fff, "one");
	expect(k, 0x2fff, "two");
	expect(k, 0x3000, "last");
	expect(k, 0x3001, NULL); /* it may end there */
	expect(k, UINT64_MAX, NULL);
	orl_kallsyms_destroy(k);
	orl_kallsyms_destroy(NULL);
}

static void a_text_is_read_up_to_its_first_damaged_line(void **state)
{
	static const char *const bad[] = { "x t two", "2000", "2000 t", "2000 t ",
					   " ",	      "-",    "\x80 t b" };
	char text[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct orl_kallsyms *k;
		int len = snprintf(text, sizeof(text), "1000 t one\n%s\n3000 t three\n", bad[i]);

		k = parse(text, (size_t)len);
		assert_int_equal(orl_kallsyms_nr(k), 1);
		expect(k, 0x1000, "one");
		expect(k, 0x3000, NULL);
		orl_kallsyms_destroy(k);
	}
}

/* In memory of its very size, so that a step beyond it is seen. */
static void a_text_may_end_anywhere(void **state)
{
	static const char text[] = "0000000000001000 t one\n0000000000002000 t two\0 3 t x\n";

	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = malloc(len ? len : 1);
		struct orl_kallsyms *k;

		assert_non_null(copy);
		memcpy(copy, text, len);
		k = parse(copy, len);
		assert_true(orl_kallsyms_nr(k) <= 2);
		expect(k, 0x1000, len < 20 ? NULL : len < 21 ? "o" : len < 22 ? "on" : "one");
		orl_kallsyms_destroy(k);
		free(copy);
	}
}

static void a_text_with_too_many_lines_is_read_in_part(void **state)
{
	static const char line[] = "1 t a\n";
	size_t len = (ORL_KALLSYMS_MAX + 10ul) * 6;
	char *text = malloc(len);
	struct orl_kallsyms *k;

	assert_non_null(text);
	for (size_t i = 0; i < len; i += 6)
		memcpy(text + i, line, 6);
	k = parse(text, len);
	assert_int_equal(orl_kallsyms_nr(k), ORL_KALLSYMS_MAX);
	expect(k, 1, "a");
	orl_kallsyms_destroy(k);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_belongs_to_the_function_that_begins_at_or_below_it),
		cmocka_unit_test(a_text_is_read_up_to_its_first_damaged_line),
		cmocka_unit_test(a_text_may_end_anywhere),
		cmocka_unit_test(a_text_with_too_many_lines_is_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
