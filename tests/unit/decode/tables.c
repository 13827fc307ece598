// SPDX-License-Identifier: MIT
/* Formats by id, task names by pid. */
#include "sample.h"

#include <errno.h>

#include "decode/formats.h"

static struct orl_format *format_with_id(int id)
{
	struct orl_format *f;
	char text[64];

	snprintf(text, sizeof(text), "name: event%d\nID: %d\nformat:\n", id, id);
	assert_int_equal(orl_format_parse(&f, "sys", text, strlen(text)), 0);
	return f;
}

static int sum_ids(void *arg, const struct orl_format *f)
{
	*(long *)arg = *(long *)arg * 10 + orl_format_id(f) % 10;
	return orl_format_id(f) == 60003 ? 77 : 0;
}

static void formats_are_found_by_their_id(void **state)
{
	struct orl_formats *t;
	long order = 0;

	assert_int_equal(orl_formats_create(&t), 0);
	assert_null(orl_formats_find(t, 0));
	assert_int_equal(orl_formats_add(t, format_with_id(60003)), 0);
	assert_int_equal(orl_formats_add(t, format_with_id(1)), 0);
	assert_int_equal(orl_formats_add(t, format_with_id(65535)), 0);
	assert_string_equal(orl_format_name(orl_formats_find(t, 60003)), "event60003");
	assert_null(orl_formats_find(t, 2));
	assert_null(orl_formats_find(t, 1u << 20));
	assert_int_equal(orl_formats_foreach(t, sum_ids, &order), 77);
	assert_int_equal(order, 13); /* rising, ended by the 77 */
	orl_formats_destroy(t);
}

static void an_id_is_taken_once_and_is_16_bits(void **state)
{
	struct orl_formats *t;

	assert_int_equal(orl_formats_create(&t), 0);
	assert_int_equal(orl_formats_add(t, format_with_id(5)), 0);
	assert_int_equal(orl_formats_add(t, format_with_id(5)), -EEXIST);
	assert_int_equal(orl_formats_add(t, format_with_id(65536)), -EINVAL);
	orl_formats_destroy(t);
	orl_formats_destroy(NULL);
}

static void many_names_are_kept_apart(void **state)
{
	struct orl_comms *c;
	char name[16];
	int i;

	assert_int_equal(orl_comms_create(&c), 0);
	for (i = 1; i < 5000; i++) {
		snprintf(name, sizeof(name), "task%d", i);
		assert_int_equal(orl_comms_set(c, i * 64, name, sizeof(name)), 0);
	}
	for (i = 1; i < 5000; i++) {
		snprintf(name, sizeof(name), "task%d", i);
		assert_string_equal(orl_comms_get(c, i * 64), name);
		assert_string_equal(orl_comms_get(c, i * 64 + 1), "<...>");
	}
	orl_comms_destroy(c);
}

static void names_are_replaced_cut_and_never_empty(void **state)
{
	struct orl_comms *c;

	assert_int_equal(orl_comms_create(&c), 0);
	assert_string_equal(orl_comms_get(c, 0), "<idle>");
	assert_int_equal(orl_comms_set(c, 7, "first", 5), 0);
	assert_int_equal(orl_comms_set(c, 7, "a name longer than a comm", 25), 0);
	assert_string_equal(orl_comms_get(c, 7), "a name longer t");
	assert_int_equal(orl_comms_set(c, -3, "negative", 8), 0);
	assert_string_equal(orl_comms_get(c, -3), "negative");
	assert_int_equal(orl_comms_set(c, 8, "", 0), 0);
	assert_string_equal(orl_comms_get(c, 8), "<...>");
	orl_comms_destroy(c);
	orl_comms_destroy(NULL);
}

static void saved_cmdlines_are_read(void **state)
{
	static const char text[] =
		"12 bash\nnonsense\n\n99999999999999999999 big\n77 two words\n5 last";
	struct orl_comms *c;

	assert_int_equal(orl_comms_create(&c), 0);
	assert_int_equal(orl_comms_load(c, text, strlen(text)), 0);
	assert_string_equal(orl_comms_get(c, 12), "bash");
	assert_string_equal(orl_comms_get(c, 77), "two words");
	assert_string_equal(orl_comms_get(c, 5), "last");
	orl_comms_destroy(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_found_by_their_id),
		cmocka_unit_test(an_id_is_taken_once_and_is_16_bits),
		cmocka_unit_test(many_names_are_kept_apart),
		cmocka_unit_test(names_are_replaced_cut_and_never_empty),
		cmocka_unit_test(saved_cmdlines_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
