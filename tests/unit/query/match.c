// SPDX-License-Identifier: MIT
/*
 * Which sites a query chooses.
 */
#include "query.h"

static const struct orl_query_site site = {
	.file = "../drivers/usb/core/hub.c",
	.function = "hub_port_init",
	.module = "usbcore",
	.format = "port %d: status 0x%x\n",
	.line = 120,
};

static bool matches(const char *text)
{
	struct orl_query q = one(text);

	return orl_query_match(&q, &site);
}

static void a_file_is_its_path_or_its_last_part(void **state)
{
	assert_true(matches("file hub.c +p"));
	assert_true(matches("file ../drivers/usb/core/hub.c +p"));
	assert_true(matches("file drivers/usb/core/hub.c +p"));
	assert_true(matches("file drivers/usb/* +p"));
	assert_true(matches("file *usb* +p"));
	assert_true(matches("file h?b.c +p"));
	assert_false(matches("file core/hub.c +p"));
	assert_false(matches("file hub +p"));
	assert_false(matches("file h[ux]b.c +p"));
	assert_false(matches("file Hub.c +p"));
	assert_false(matches("file \"\" +p"));
}

static void what_the_compiler_was_started_with_is_cut_off(void **state)
{
	assert_string_equal(orl_query_trim("../../src/a.c"), "src/a.c");
	assert_string_equal(orl_query_trim("./a.c"), "a.c");
	assert_string_equal(orl_query_trim("..//.//a.c"), "a.c");
	assert_string_equal(orl_query_trim("/abs/a.c"), "/abs/a.c");
	assert_string_equal(orl_query_trim(".hidden/a.c"), ".hidden/a.c");
	assert_string_equal(orl_query_trim("..x/a.c"), "..x/a.c");
}

static void a_function_and_a_module_may_have_wildcards(void **state)
{
	assert_true(matches("func hub_port_init +p"));
	assert_true(matches("func hub_* +p"));
	assert_true(matches("func *port* +p"));
	assert_true(matches("func *_*_* +p"));
	assert_true(matches("func hub?port?init +p"));
	assert_true(matches("func * +p"));
	assert_true(matches("func *** +p"));
	assert_false(matches("func hub +p"));
	assert_false(matches("func hub_port_init? +p"));
	assert_true(matches("module usb* +p"));
	assert_false(matches("module usb +p"));
}

static void a_format_is_a_part_of_the_text(void **state)
{
	assert_true(matches("format status +p"));
	assert_true(matches("format \"port %d\" +p"));
	assert_true(matches("format \\n +p"));
	assert_true(matches("format \"\" +p"));
	assert_false(matches("format sta*s +p"));
	assert_false(matches("format Status +p"));
}

static void a_caret_asks_for_the_formats_beginning(void **state)
{
	assert_true(matches("format ^port +p"));
	assert_true(matches("format ^ +p"));
	assert_false(matches("format ^status +p"));
	assert_false(matches("format \"^port %d: status 0x%x\\n and more\" +p"));
}

static void lines_are_inclusive(void **state)
{
	assert_true(matches("line 120 +p"));
	assert_true(matches("line 120-130 +p"));
	assert_true(matches("line 100-120 +p"));
	assert_true(matches("line -120 +p"));
	assert_true(matches("line 120- +p"));
	assert_true(matches("line 0 +p"));
	assert_false(matches("line 119 +p"));
	assert_false(matches("line -119 +p"));
	assert_false(matches("line 121- +p"));
}

static void all_that_is_given_must_match(void **state)
{
	assert_true(matches("file hub.c func hub_* line 100-200 module usbcore format port +p"));
	assert_false(matches("file hub.c func hub_* line 100-200 module usbcore format hcd +p"));
	assert_false(matches("file hub.c func hcd_* +p"));
}

static bool matches_class(const char *text, const char *class_name)
{
	struct orl_query_site with_class = site;
	struct orl_query q = one(text);

	with_class.class_name = class_name;
	return orl_query_match(&q, &with_class);
}

static void sites_with_a_class_are_left_alone_unless_it_is_named(void **state)
{
	assert_true(matches_class("+p", NULL));
	assert_false(matches_class("+p", "DRM_UT_KMS"));
	assert_false(matches_class("class DRM_UT_KMS +p", NULL));
	assert_true(matches_class("class DRM_UT_KMS +p", "DRM_UT_KMS"));
	assert_false(matches_class("class DRM_UT_* +p", "DRM_UT_KMS"));
	assert_false(matches_class("class drm_ut_kms +p", "DRM_UT_KMS"));
}

static void a_class_that_nobody_names_is_never_matched(void **state)
{
	assert_false(matches_class("+p", ""));
	assert_false(matches_class("class \"\" +p", ""));
	assert_false(matches_class("class X +p", ""));
}

static void bytes_that_are_no_query_are_told(void **state)
{
	struct orl_query good = one("file a.c func f +p"), q;

	q = good;
	q.len = sizeof(q.text) + 1;
	assert_false(orl_query_is_sound(&q));
	q = good;
	q.text[q.len - 1] = 'x';
	assert_false(orl_query_is_sound(&q));
	q = good;
	q.word[ORL_QUERY_FUNC] = q.len;
	assert_false(orl_query_is_sound(&q));
	q = good;
	q.given |= 1U << ORL_QUERY_NR_WORDS;
	assert_false(orl_query_is_sound(&q));
	q = good;
	q.set = 64;
	assert_false(orl_query_is_sound(&q));
	memset(&q, 0, sizeof(q));
	assert_true(orl_query_is_sound(&q));
	memset(&q, 0xff, sizeof(q));
	assert_false(orl_query_is_sound(&q));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_its_path_or_its_last_part),
		cmocka_unit_test(what_the_compiler_was_started_with_is_cut_off),
		cmocka_unit_test(a_function_and_a_module_may_have_wildcards),
		cmocka_unit_test(a_format_is_a_part_of_the_text),
		cmocka_unit_test(a_caret_asks_for_the_formats_beginning),
		cmocka_unit_test(lines_are_inclusive),
		cmocka_unit_test(all_that_is_given_must_match),
		cmocka_unit_test(sites_with_a_class_are_left_alone_unless_it_is_named),
		cmocka_unit_test(a_class_that_nobody_names_is_never_matched),
		cmocka_unit_test(bytes_that_are_no_query_are_told),
	};

	return cmocka_run_group_tests_name("query-match", tests, NULL, NULL);
}
