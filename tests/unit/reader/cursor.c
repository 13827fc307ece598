// SPDX-License-Identifier: MIT
/* Pages copied out of a ring: nothing twice, nothing skipped, every loss counted. */
#include "domain.h"

static struct orl_cursor cursor_at(uint32_t ring, enum orl_from from)
{
	struct orl_cursor c;

	assert_int_equal(orl_cursor_init(&c, &session, ring, from), 0);
	return c;
}

static void an_empty_ring_has_no_page(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	struct seen seen = { 0 };

	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr, 0);
	assert_int_equal(orl_cursor_backlog(&c), 0);
	assert_int_equal(orl_cursor_init(&c, &session, 3, ORL_FROM_UNREAD), -ENOENT);
}

static void the_growing_page_is_read_piece_by_piece(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	struct seen seen = { 0 };

	for (uint64_t i = 0; i < 3 * PER_PAGE + 5; i++) {
		append_many(0, i, i + 1);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr, i + 1);
		assert_int_equal(seen.last_ts, 1000 + 10 * i);
	}
	assert_int_equal(seen.missed, 0);
	assert_int_equal(seen.first, 0);
}

static void whole_pages_only_leave_the_head_alone(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	struct seen seen = { 0 };

	append_many(0, 0, 2 * PER_PAGE + 7);
	read_pages(&c, &seen, 0);
	assert_int_equal(seen.nr, 2 * PER_PAGE);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr, 2 * PER_PAGE + 7);
	append_many(0, 2 * PER_PAGE + 7, 3 * PER_PAGE + 1);
	read_pages(&c, &seen, 0);
	assert_int_equal(seen.nr, 3 * PER_PAGE);
	assert_int_equal(seen.missed, 0);
}

/* 4080 bytes of records exactly: 120 records of 34 bytes do not exist, 60 of 68 do. */
static void a_page_filled_to_its_last_byte_is_whole(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	_Alignas(8) char page[PAGE];
	struct orl_page_info info;
	uint32_t rec[16] = { 5 };

	for (int i = 0; i < 60; i++)
		assert_true(append_dying(0, 100 + i, rec, sizeof(rec), 0));
	assert_int_equal(orl_load(&c.view.ring->head) >> 1, PAGE);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, 0), 1);
	assert_int_equal(info.nr_records, 60);
	assert_int_equal(info.len, PAGE - ORL_PAGE_HEADER);
	assert_false(info.is_partial);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 0);
	assert_true(append_dying(0, 200, rec, sizeof(rec), 0));
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 1);
	assert_int_equal(info.nr_records, 1);
	assert_int_equal(info.missed, 0);
	assert_int_equal(stats_of(0).entries, 61);
}

static void the_largest_record_fills_a_page(void **state)
{
	static uint32_t rec[(PAGE - ORL_PAGE_HEADER - 8) / 4] = { 9 };
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	_Alignas(8) char page[PAGE];
	struct orl_page_info info;
	struct orl_page_iter it;
	struct orl_record r;

	assert_int_equal(sizeof(rec), orl_record_max(PAGE));
	for (int i = 0; i < 3; i++)
		assert_true(append_dying(0, 100 + i, rec, sizeof(rec), 0));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(orl_cursor_next_page(&c, page, &info, 0), 1);
		assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
		assert_int_equal(orl_page_iter_next(&it, &r), 1);
		assert_int_equal(r.len, sizeof(rec));
		assert_int_equal(r.ts, 100 + i);
		assert_int_equal(orl_page_iter_next(&it, &r), 0);
	}
}

static void a_long_pause_survives_reading_from_its_middle(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD), now;
	struct seen seen = { 0 }, late = { 0 };

	append_at(0, 1000, 0);
	append_at(0, 1000 + (5ULL << 27), 1);
	now = cursor_at(0, ORL_FROM_NOW);
	append_at(0, 1001 + (9ULL << 27), 2);
	append_at(0, 1003 + (9ULL << 27), 3);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr, 4);
	assert_int_equal(seen.last_ts, 1003 + (9ULL << 27));
	read_pages(&now, &late, ORL_PAGE_PARTIAL);
	assert_int_equal(late.nr, 2);
	assert_int_equal(late.first, 2);
	assert_int_equal(late.last_ts, seen.last_ts);
}

static void what_is_overwritten_is_counted_exactly(void **state)
{
	for (uint64_t lap = 0; lap < 3 * NR_PAGES * PER_PAGE; lap += 37) {
		struct orl_cursor c;
		struct seen seen = { 0 };
		uint64_t from, at;

		orl_cursor_init(&c, &session, 0, ORL_FROM_NOW);
		from = c.seq;
		at = from + lap;
		append_many(0, from, at);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr + seen.missed, lap);
		assert_int_equal(c.lost, seen.missed);
		if (lap)
			assert_int_equal(seen.next, at);
		assert_true(seen.nr <= NR_PAGES * PER_PAGE);
		/* nothing is called lost that is still there */
		assert_true(seen.nr >= (lap < 3 * PER_PAGE ? lap : 3 * PER_PAGE));
	}
}

static void a_cursor_stops_where_it_was_told(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	struct seen seen = { 0 };

	append_many(0, 0, PER_PAGE + 10);
	orl_cursor_stop_here(&c);
	append_many(0, PER_PAGE + 10, 3 * PER_PAGE);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr, PER_PAGE + 10);
}

/* However far the writer gets before the end is read. */
static void what_is_overwritten_before_the_end_is_counted(void **state)
{
	uint64_t at = 0;

	for (uint64_t more = 0; more < 6 * NR_PAGES * PER_PAGE; more += 53) {
		struct orl_cursor c = cursor_at(0, ORL_FROM_NOW);
		struct seen seen = { 0 };

		append_many(0, at, at + PER_PAGE + 10);
		orl_cursor_stop_here(&c);
		append_many(0, at + PER_PAGE + 10, at + PER_PAGE + 10 + more);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr + c.lost, PER_PAGE + 10);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr + c.lost, PER_PAGE + 10);
		assert_int_equal(orl_cursor_backlog(&c), 0);
		at += PER_PAGE + 10 + more;
	}
}

static void a_damaged_page_at_the_end_counts_as_lost(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	_Alignas(8) char page[PAGE];
	struct orl_page_info info;

	append_many(0, 0, 3 * PER_PAGE);
	orl_cursor_stop_here(&c);
	append_many(0, 3 * PER_PAGE, 3 * PER_PAGE + 1);
	((uint64_t *)orl_page_at(&c.view, 2 * PAGE))[1] = PAGE + 1;
	for (int i = 0; i < 2; i++)
		assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 1);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), -EBADMSG);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 0);
	assert_int_equal(c.lost, PER_PAGE);
}

static void a_leased_ring_is_read_like_any(void **state)
{
	struct orl_cursor c = cursor_at(2, ORL_FROM_UNREAD);
	struct seen seen = { 0 };

	append_many(2, 0, 5 * PER_PAGE);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr + c.lost, 5 * PER_PAGE);
	assert_true(stats_of(2).is_lease);
}

/*
 * A writer dies behind each of its steps, with the ring empty, full, and at every fill of a page.
 */
static void a_dead_writer_costs_at_most_the_oldest_page(void **state)
{
	static const char steps[] = "csntrk";
	/*
	 * fits no page that has a record, so that every step is reached; a small one may still fit
	 */
	uint32_t big[1000] = { 1 };
	uint64_t number = 0;

	for (const char *step = steps; *step; step++) {
		for (uint32_t fill = 0; fill < 2 * PER_PAGE; fill += 7) {
			struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
			struct orl_ring_stats st;
			struct seen seen = { 0 };
			uint64_t before = c.seq;

			append_many(0, number, number + fill);
			number += fill;
			assert_false(append_dying(0, 1000 + 10 * number, big, sizeof(big), *step));
			st = stats_of(0);
			assert_true(st.entries >= (number < 3 * PER_PAGE ? 0 : 2 * PER_PAGE));
			append_many(0, number, number + 1);
			number++;
			read_pages(&c, &seen, ORL_PAGE_PARTIAL);
			assert_int_equal(before + seen.nr + seen.missed, number);
			assert_int_equal(seen.next, number);
		}
	}
}

static void reading_from_now_sees_only_what_comes(void **state)
{
	for (uint32_t fill = 0; fill < 2 * PER_PAGE; fill += 11) {
		struct orl_cursor c;
		struct seen seen = { 0 };
		uint64_t at = stats_of(0).written;

		append_many(0, at, at + fill);
		c = cursor_at(0, ORL_FROM_NOW);
		append_many(0, at + fill, at + fill + 3);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr, 3);
		assert_int_equal(seen.first, at + fill);
		assert_int_equal(seen.last_ts, 1000 + 10 * (at + fill + 2));
	}
}

static void a_damaged_page_is_skipped_and_its_records_count_as_lost(void **state)
{
	struct orl_cursor c = cursor_at(0, ORL_FROM_UNREAD);
	_Alignas(8) char page[PAGE];
	struct orl_page_info info;

	append_many(0, 0, 3 * PER_PAGE);
	((uint64_t *)orl_page_at(&c.view, PAGE))[1] = PAGE + 1;
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 1);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), -EBADMSG);
	assert_int_equal(orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL), 1);
	assert_int_equal(info.missed, PER_PAGE);
	assert_int_equal(c.nr_damaged, 1);
}

/* The writer comes between two steps of the reader. */
static const char *come_at;
static uint64_t come_with, next_number;

static void come_between(const char *step)
{
	uint64_t nr = come_with;

	if (strcmp(step, come_at))
		return;
	come_with = 0;
	append_many(0, next_number, next_number + nr);
	next_number += nr;
}

static void a_page_begun_again_while_it_is_copied_is_not_handed_out(void **state)
{
	static const char *const steps[] = { "page-found", "header-copied", "page-copied" };

	next_number = 0;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (uint64_t nr = 1; nr < 6 * PER_PAGE; nr += 13) {
			struct orl_cursor c = cursor_at(0, ORL_FROM_NOW);
			struct seen seen = { 0 };
			uint64_t from = next_number;

			append_many(0, from, from + 4 * PER_PAGE);
			next_number += 4 * PER_PAGE;
			come_at = steps[i];
			come_with = nr;
			orl_reader_testpoint = come_between;
			read_pages(&c, &seen, ORL_PAGE_PARTIAL);
			orl_reader_testpoint = NULL;
			assert_int_equal(seen.nr + seen.missed, next_number - from);
			assert_int_equal(seen.next, next_number);
			assert_int_equal(seen.first, from + seen.missed_first);
			assert_int_equal(c.nr_damaged, 0);
		}
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_ring_has_no_page),
		T(the_growing_page_is_read_piece_by_piece),
		T(whole_pages_only_leave_the_head_alone),
		T(a_page_filled_to_its_last_byte_is_whole),
		T(the_largest_record_fills_a_page),
		T(a_long_pause_survives_reading_from_its_middle),
		T(what_is_overwritten_is_counted_exactly),
		T(a_cursor_stops_where_it_was_told),
		T(what_is_overwritten_before_the_end_is_counted),
		T(a_damaged_page_at_the_end_counts_as_lost),
		T(a_leased_ring_is_read_like_any),
		T(a_dead_writer_costs_at_most_the_oldest_page),
		T(reading_from_now_sees_only_what_comes),
		T(a_page_begun_again_while_it_is_copied_is_not_handed_out),
		T(a_damaged_page_is_skipped_and_its_records_count_as_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
