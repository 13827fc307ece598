// SPDX-License-Identifier: MIT
/* The registry of prints, read: what is sound is found, and nothing else is. */
#include "registry.h"

#include <errno.h>

static struct orl_print_table *table;
static struct orl_print_site site;

static int setup(void **state)
{
	return make_registry(state) || orl_prints_open(&table, &domain);
}

static int teardown(void **state)
{
	orl_prints_close(table);
	return remove_registry(state);
}

static void an_entry_is_copied_whole(void **state)
{
	const char *const text[ORL_PRINT_NR_TEXTS] = { "net", "src/net.c", "send",
						       "eth%d: ", "sent %d\n", "DRV" };

	add_print(77, (struct orl_print){ .line = 12, .decors = 5, .kind = ORL_PRINT_TRACE,
					  .class_id = 3 }, text);
	assert_true(orl_prints_find(table, 77, &site));
	assert_int_equal(site.number, 77);
	assert_int_equal(site.line, 12);
	assert_int_equal(site.decors, 5);
	assert_int_equal(site.kind, ORL_PRINT_TRACE);
	assert_int_equal(site.class_id, 3);
	for (unsigned int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		assert_string_equal(orl_print_text(&site, i), text[i]);
		assert_int_equal(site.text_len[i], strlen(text[i]));
	}
}

static void a_number_without_an_entry_is_not_found(void **state)
{
	assert_int_equal(orl_prints_error(table), 0);
	assert_false(orl_prints_find(table, 1, &site));
	assert_false(orl_prints_find(table, ORL_NR_PRINTS, &site));
	assert_false(orl_prints_find(table, UINT32_MAX, &site));
}

static void a_site_that_comes_later_is_found(void **state)
{
	assert_false(orl_prints_find(table, 5, &site));
	add_debug(5, "late", 1, "late\n");
	assert_true(orl_prints_find(table, 5, &site));
}

static void all_entries_are_visited_in_order(void **state)
{
	static const uint32_t numbers[] = { 0, 9, ORL_NR_PRINTS - 1 };
	unsigned int nr = 0;

	for (int i = 2; i >= 0; i--)
		add_debug(numbers[i], "f", 1, "x\n");
	for (uint32_t n = 0; orl_prints_next(table, n, &site); n = site.number + 1)
		assert_int_equal(site.number, numbers[nr++]);
	assert_int_equal(nr, 3);
}

static void a_registry_that_comes_later_is_mapped_then(void **state)
{
	struct orl_domain none = domain;
	struct orl_print_table *t;
	char path[600], aside[608];

	registry_path(path, sizeof(path));
	snprintf(aside, sizeof(aside), "%s.aside", path);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(orl_prints_open(&t, &none), 0);
	assert_int_equal(orl_prints_error(t), -ENOENT);
	assert_false(orl_prints_next(t, 0, &site));
	assert_int_equal(rename(aside, path), 0);
	add_debug(5, "f", 1, "x\n");
	assert_true(orl_prints_next(t, 0, &site));
	assert_int_equal(orl_prints_error(t), 0);
	orl_prints_close(t);
}

static void a_head_that_is_wrong_is_refused(void **state)
{
	add_debug(5, "f", 1, "x\n");
	registry_head()->version++;
	assert_int_equal(orl_prints_error(table), -EPROTO);
	assert_false(orl_prints_find(table, 5, &site));
	orl_prints_close(table);
	orl_prints_open(&table, &domain);
	registry_head()->magic++;
	assert_int_equal(orl_prints_error(table), -EBADMSG);
}

static void a_file_that_is_too_short_is_refused(void **state)
{
	char path[600];

	assert_int_equal(truncate(registry_path(path, sizeof(path)), ORL_PRINTS_SIZE - 1), 0);
	assert_int_equal(orl_prints_error(table), -EBADMSG);
	assert_int_equal(truncate(path, 0), 0);
	orl_prints_close(table);
	orl_prints_open(&table, &domain);
	assert_false(orl_prints_next(table, 0, &site));
	assert_int_equal(truncate(path, ORL_PRINTS_SIZE), 0);
}

/* Nothing stands behind data that is not ready: looking there could be the end of us. */
static void nothing_behind_ready_data_is_looked_at(void **state)
{
	add_debug(5, "f", 1, "x\n");
	*registry_word(6) = ORL_PRINTS_PIECE / 8 + 1;
	assert_false(orl_prints_find(table, 6, &site));
	*registry_word(6) = (ORL_PRINTS_PIECE - 8) / 8 + 1;
	assert_false(orl_prints_find(table, 6, &site));
	*registry_word(6) = UINT32_MAX;
	assert_false(orl_prints_find(table, 6, &site));
	*registry_word(6) = 1ULL << 32;
	assert_false(orl_prints_find(table, 6, &site));
	registry_head()->data_ready = 8;
	assert_false(orl_prints_find(table, 5, &site));
	registry_head()->data_ready = UINT64_MAX;
	assert_true(orl_prints_find(table, 5, &site));
	*registry_word(6) = ORL_PRINTS_DATA / 8 + 1;
	assert_false(orl_prints_find(table, 6, &site));
}

static void an_entry_whose_lengths_are_wrong_is_none(void **state)
{
	struct orl_print *p = add_debug(5, "f", 1, "x\n");
	const struct orl_print sound = *p;

	p->len = ORL_PRINT_MAX + 8;
	assert_false(orl_prints_find(table, 5, &site));
	p->len = 0;
	assert_false(orl_prints_find(table, 5, &site));
	p->len = offsetof(struct orl_print, text);
	assert_false(orl_prints_find(table, 5, &site));
	p->len = sound.len;
	for (int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		p->text_len[i]++;
		assert_false(orl_prints_find(table, 5, &site));
		p->text_len[i] = UINT16_MAX;
		assert_false(orl_prints_find(table, 5, &site));
		p->text_len[i] = sound.text_len[i];
	}
	p->text[1] = '\0';
	assert_false(orl_prints_find(table, 5, &site));
}

static const char *format_of(uint32_t decor)
{
	static char buf[ORL_PRINT_FORMAT_MAX];
	size_t len;

	assert_true(orl_prints_find(table, 5, &site));
	len = orl_print_format(&site, decor, buf, sizeof(buf));
	assert_int_equal(len, strlen(buf));
	return buf;
}

static void the_prefix_has_the_kernels_order_and_form(void **state)
{
	add_debug(5, "func", 42, "x=%d\n");
	assert_string_equal(format_of(0), "x=%d\n");
	assert_string_equal(format_of(ORL_DECOR_TID), "[%d] x=%d\n");
	assert_string_equal(format_of(ORL_DECOR_LINE), "42: x=%d\n");
	assert_string_equal(format_of(ORL_DECOR_MODULE | ORL_DECOR_FUNCTION), "mod:func: x=%d\n");
	assert_string_equal(format_of(ORL_NR_DECORS - 1),
			    "[%d] mod:func:main.c:42: x=%d\n");
}

static void a_percent_in_a_name_is_no_conversion(void **state)
{
	add_debug(5, "50%d", 42, "x\n");
	assert_string_equal(format_of(ORL_DECOR_FUNCTION), "50%%d: x\n");
}

static void head_and_format_stand_in_a_row(void **state)
{
	const char *const text[ORL_PRINT_NR_TEXTS] = { "m", "f.c", "f", "%s %s: ", "up\n", "" };

	add_print(5, (struct orl_print){ .decors = 1 }, text);
	assert_string_equal(format_of(0), "%s %s: up\n");
}

static void a_hex_dump_prints_its_line(void **state)
{
	const char *const text[ORL_PRINT_NR_TEXTS] = { "m", "f.c", "f", "", "dump: ", "" };

	add_print(5, (struct orl_print){ .decors = 1, .kind = ORL_PRINT_HEX }, text);
	assert_string_equal(format_of(ORL_DECOR_MODULE), "m: %s");
}

static void a_format_is_cut_to_its_room(void **state)
{
	char buf[8];

	add_debug(5, "f", 1, "123456789\n");
	assert_true(orl_prints_find(table, 5, &site));
	assert_int_equal(orl_print_format(&site, ORL_DECOR_MODULE, buf, sizeof(buf)), 7);
	assert_string_equal(buf, "mod: 12");
	assert_int_equal(orl_print_format(&site, 31, buf, 1), 0);
	assert_string_equal(buf, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_entry_is_copied_whole),
		TEST(a_number_without_an_entry_is_not_found),
		TEST(a_site_that_comes_later_is_found),
		TEST(all_entries_are_visited_in_order),
		TEST(a_registry_that_comes_later_is_mapped_then),
		TEST(a_head_that_is_wrong_is_refused),
		TEST(a_file_that_is_too_short_is_refused),
		TEST(nothing_behind_ready_data_is_looked_at),
		TEST(an_entry_whose_lengths_are_wrong_is_none),
		TEST(the_prefix_has_the_kernels_order_and_form),
		TEST(a_percent_in_a_name_is_no_conversion),
		TEST(head_and_format_stand_in_a_row),
		TEST(a_hex_dump_prints_its_line),
		TEST(a_format_is_cut_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
