// SPDX-License-Identifier: MIT
/* Reading the records of one page: every kind of item, and pages that cannot be. */
#include <errno.h>

#include "pages.h"
#include "reader/page.h"

#define SEC 1000000000ull

static struct builder b;

static void expect_record(struct orl_page_iter *it, uint64_t ts, uint32_t len, uint32_t missed)
{
	struct orl_record r;

	assert_int_equal(orl_page_iter_next(it, &r), 1);
	assert_int_equal(r.ts, ts);
	assert_int_equal(r.len, len);
	assert_int_equal(r.missed, missed);
	assert_int_equal(r.cpu, 3);
	assert_true(r.data >= b.page + 16 && r.data + r.len <= b.page + PAGE);
}

static void expect_end(struct orl_page_iter *it, int how)
{
	struct orl_record r;

	assert_int_equal(orl_page_iter_next(it, &r), how);
	assert_int_equal(orl_page_iter_next(it, &r), 0);
}

static struct orl_page_iter iterate(void)
{
	struct orl_page_iter it;

	end(&b);
	assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), 0);
	it.cpu = 3;
	return it;
}

static void short_and_long_records_have_their_time_and_bytes(void **state)
{
	uint8_t fields[200];
	struct orl_page_iter it;
	struct orl_record r;

	memset(fields, 0x5a, sizeof(fields));
	begin(&b, SEC);
	put_record(&b, SEC, 900, 77, fields, 4);
	put_record(&b, SEC + 5, 901, 78, fields, 104);
	put_record(&b, SEC + 9, 902, 79, fields, 108);
	put_record(&b, SEC + 9, 903, 80, fields, 200);
	it = iterate();
	expect_record(&it, SEC, 12, 0);
	expect_record(&it, SEC + 5, 112, 0);
	expect_record(&it, SEC + 9, 116, 0);
	assert_int_equal(orl_page_iter_next(&it, &r), 1);
	assert_int_equal(r.len, 208);
	assert_int_equal(r.data[0] | r.data[1] << 8, 903);
	assert_int_equal(r.data[4], 80);
	assert_memory_equal(r.data + 8, fields, 200);
	expect_end(&it, 0);
}

static void an_extend_moves_time_on(void **state)
{
	struct orl_page_iter it;

	begin(&b, SEC);
	put_tick(&b, SEC, 1);
	put_tick(&b, SEC * 100, 2);
	it = iterate();
	expect_record(&it, SEC, 12, 0);
	expect_record(&it, SEC * 100, 12, 0);
	expect_end(&it, 0);
}

static void a_stamp_sets_time(void **state)
{
	uint64_t high = 3ull << 59;
	struct orl_page_iter it;

	begin(&b, high + 500);
	put_tick(&b, high + 500, 1);
	put_stamp(&b, 12345678901ull);
	put_tick(&b, 12345678901ull + 7, 2);
	it = iterate();
	expect_record(&it, high + 500, 12, 0);
	expect_record(&it, high + 12345678901ull + 7, 12, 0);
	expect_end(&it, 0);
}

static void padding_is_skipped_and_its_time_counts(void **state)
{
	struct orl_page_iter it;

	begin(&b, SEC);
	put_padding(&b, 100, 40);
	put_tick(&b, SEC + 130, 1);
	it = iterate();
	expect_record(&it, SEC + 130, 12, 0);
	expect_end(&it, 0);
}

static void padding_without_time_ends_the_page(void **state)
{
	struct orl_page_iter it;

	begin(&b, SEC);
	put_tick(&b, SEC, 1);
	put_word(&b, 29);
	put_tick(&b, SEC + 130, 1);
	it = iterate();
	expect_record(&it, SEC, 12, 0);
	expect_end(&it, 0);
}

static void the_first_record_alone_tells_what_was_missed(void **state)
{
	static const struct {
		uint64_t set;
		uint32_t told;
	} cases[] = {
		{ 0, 0 }, { 1, 1 }, { 42, 42 }, { UINT64_MAX, ORL_MISSED_UNKNOWN },
		{ 1ull << 40, ORL_MISSED_UNKNOWN - 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct orl_page_iter it;

		begin(&b, SEC);
		put_tick(&b, SEC, 1);
		put_tick(&b, SEC + 1, 2);
		end(&b);
		orl_page_set_missed(b.page, PAGE, cases[i].set);
		assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), 0);
		it.cpu = 3;
		expect_record(&it, SEC, 12, cases[i].told);
		expect_record(&it, SEC + 1, 12, 0);
		expect_end(&it, 0);
	}
}

static void a_full_page_says_that_an_unknown_number_was_missed(void **state)
{
	struct orl_page_iter it;
	uint32_t n = 0;
	struct orl_record r;

	begin(&b, SEC);
	while (b.off + 16 <= PAGE)
		put_tick(&b, SEC, n++);
	end(&b);
	orl_page_set_missed(b.page, PAGE, 42);
	assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), 0);
	assert_int_equal(orl_page_iter_next(&it, &r), 1);
	assert_int_equal(r.missed, ORL_MISSED_UNKNOWN);
	while (orl_page_iter_next(&it, &r) > 0)
		n--;
	assert_int_equal(n, 1);
}

static void a_page_that_claims_more_than_its_size_is_refused(void **state)
{
	struct orl_page_iter it;
	struct orl_record r;
	uint64_t used = PAGE - 16 + 4;

	begin(&b, SEC);
	memcpy(b.page + 8, &used, 8);
	assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), -EBADMSG);
	assert_int_equal(orl_page_iter_next(&it, &r), 0);
	assert_int_equal(orl_page_iter_init(&it, b.page, 12), -EBADMSG);
}

static void a_record_that_passes_the_end_is_damage(void **state)
{
	static const uint32_t bad[][2] = {
		{ 28, 0 },		/* short, longer than what is left */
		{ 0, 1000 },		/* long, the same */
		{ 0, 3 },		/* long, shorter than its own length word */
		{ 0, UINT32_MAX },	/* rounding up would wrap */
		{ 1 << 5 | 29, 1000 },	/* padding past the end */
		{ 1 << 5 | 29, 0 },	/* padding that does not move */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct orl_page_iter it;

		begin(&b, SEC);
		put_tick(&b, SEC, 1);
		put_word(&b, bad[i][0]);
		put_word(&b, bad[i][1]);
		it = iterate();
		expect_record(&it, SEC, 12, 0);
		expect_end(&it, -EBADMSG);
	}
}

static void a_ragged_end_is_damage(void **state)
{
	struct orl_page_iter it;

	begin(&b, SEC);
	put_tick(&b, SEC, 1);
	b.off += 2;
	it = iterate();
	expect_record(&it, SEC, 12, 0);
	expect_end(&it, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_and_long_records_have_their_time_and_bytes),
		cmocka_unit_test(an_extend_moves_time_on),
		cmocka_unit_test(a_stamp_sets_time),
		cmocka_unit_test(padding_is_skipped_and_its_time_counts),
		cmocka_unit_test(padding_without_time_ends_the_page),
		cmocka_unit_test(the_first_record_alone_tells_what_was_missed),
		cmocka_unit_test(a_full_page_says_that_an_unknown_number_was_missed),
		cmocka_unit_test(a_page_that_claims_more_than_its_size_is_refused),
		cmocka_unit_test(a_record_that_passes_the_end_is_damage),
		cmocka_unit_test(a_ragged_end_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
