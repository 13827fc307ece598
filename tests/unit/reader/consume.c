// SPDX-License-Identifier: MIT
/*
 * Pages taken out of a CPU's rings: each record once, in order, with converted times, counted.
 */
#include "domain.h"

#include "reader/control.h"
#include "reader/set-impl.h"

static _Alignas(8) uint8_t page[PAGE];
static struct orl_consumer *consumer;

static void open_consumer(uint32_t cpu, uint64_t (*conv)(void *arg, uint64_t ticks))
{
	assert_int_equal(orl_consumer_open(&consumer, &session, cpu, conv, NULL), 0);
}

/* Read a page; its records' numbers go into @number. Return how many, or what the read returned. */
static int next_page(bool partial, uint64_t *number, uint64_t *ts)
{
	struct orl_page_iter it;
	struct orl_record r;
	int nr = 0, rc = orl_consumer_page(consumer, page, partial);

	if (rc <= 0)
		return rc;
	assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
	while ((rc = orl_page_iter_next(&it, &r)) == 1) {
		number[nr] = number_of(&r);
		ts[nr++] = r.ts;
	}
	assert_int_equal(rc, 0);
	assert_true(nr > 0);
	return nr;
}

static uint64_t number[PAGE / 4], ts[PAGE / 4];

static uint64_t twice(void *arg, uint64_t ticks)
{
	(void)arg;
	return 2 * ticks;
}

static void a_finished_page_comes_whole_with_converted_times(void **state)
{
	struct orl_ring_stats st;
	uint64_t unread, size;

	(void)state;
	append_many(0, 0, PER_PAGE + 5);
	open_consumer(0, twice);
	assert_int_equal(next_page(false, number, ts), PER_PAGE);
	assert_int_equal(number[0], 0);
	assert_int_equal(ts[PER_PAGE - 1], 2 * (1000 + 10 * (PER_PAGE - 1)));
	assert_int_equal(next_page(false, number, ts), 0);
	orl_consumer_fill(consumer, &unread, &size);
	assert_in_range(unread, 5 * TOTAL, 5 * TOTAL + ORL_PAGE_HEADER);
	assert_int_equal(size, DATA);
	assert_int_equal(next_page(true, number, ts), 5);
	assert_int_equal(number[0], PER_PAGE);
	append_at(0, 50000, 99);
	assert_int_equal(next_page(true, number, ts), 1);
	assert_int_equal(ts[0], 100000);
	st = stats_of(0);
	assert_int_equal(st.read, PER_PAGE + 6);
	assert_int_equal(st.entries, 0);
	orl_consumer_close(consumer);
}

static void what_was_overwritten_is_told_in_the_page(void **state)
{
	struct orl_page_iter it;
	struct orl_record r;

	(void)state;
	append_many(0, 0, 10 * PER_PAGE);
	open_consumer(0, NULL);
	assert_int_equal(orl_consumer_page(consumer, page, false), 1);
	orl_page_iter_init(&it, page, PAGE);
	assert_int_equal(orl_page_iter_next(&it, &r), 1);
	assert_int_equal(r.missed, number_of(&r));
	assert_int_equal(r.missed, stats_of(0).overrun);
	orl_consumer_close(consumer);
}

static void two_readers_share_the_records(void **state)
{
	struct orl_consumer *other;
	struct orl_session second;
	uint64_t next = 0;
	int nr;

	(void)state;
	append_many(0, 0, 3 * PER_PAGE);
	assert_int_equal(orl_session_open(&second, dir, 0), 0);
	open_consumer(0, NULL);
	assert_int_equal(orl_consumer_open(&other, &second, 0, NULL, NULL), 0);
	for (int i = 0; i < 3; i++) {
		struct orl_consumer *mine = consumer;

		consumer = i % 2 ? other : mine;
		nr = next_page(true, number, ts);
		assert_int_equal(nr, PER_PAGE);
		for (int k = 0; k < nr; k++)
			assert_int_equal(number[k], next++);
		consumer = mine;
	}
	assert_int_equal(next_page(true, number, ts), 0);
	orl_consumer_close(consumer);
	orl_consumer_close(other);
	orl_session_close(&second);
}

static void leased_rings_come_in_order_of_time(void **state)
{
	uint64_t next = 0;
	int nr;

	(void)state;
	/* three rings' worth, one record in each by turns; ring 1 is another CPU's */
	for (uint64_t i = 0; i < 2 * PER_PAGE; i++) {
		append_at(i % 2 ? 2 : 0, 1000 + 10 * i, i);
		append_at(1, 1000 + 10 * i, i);
	}
	open_consumer(0, NULL);
	while ((nr = next_page(true, number, ts)) > 0)
		for (int i = 0; i < nr; i++) {
			assert_int_equal(number[i], next);
			assert_int_equal(ts[i], 1000 + 10 * next++);
		}
	assert_int_equal(nr, 0);
	assert_int_equal(next, 2 * PER_PAGE);
	assert_int_equal(stats_of(0).read + stats_of(2).read, 2 * PER_PAGE);
	assert_int_equal(stats_of(1).read, 0);
	orl_consumer_close(consumer);
}

static void merged_pages_wait_to_be_full(void **state)
{
	(void)state;
	append_many(0, 0, 5);
	append_many(2, 5, 10);
	open_consumer(0, NULL);
	assert_int_equal(next_page(false, number, ts), 0);
	assert_int_equal(stats_of(0).read, 0);
	append_many(0, 10, PER_PAGE);
	append_many(2, PER_PAGE, 2 * PER_PAGE - 10);
	assert_int_equal(next_page(false, number, ts), PER_PAGE);
	assert_int_equal(next_page(false, number, ts), 0);
	assert_int_equal(next_page(true, number, ts), PER_PAGE - 10);
	orl_consumer_close(consumer);
}

static uint64_t slow(void *arg, uint64_t ticks)
{
	(void)arg;
	return ticks << 30;
}

static void times_that_need_more_room_make_a_second_page(void **state)
{
	uint64_t next = 0;
	int nr, pages = 0;

	(void)state;
	append_many(0, 0, PER_PAGE);
	open_consumer(0, slow);
	while ((nr = next_page(true, number, ts)) > 0) {
		pages++;
		for (int i = 0; i < nr; i++) {
			assert_int_equal(number[i], next);
			assert_int_equal(ts[i], (1000 + 10 * next++) << 30);
		}
	}
	assert_int_equal(next, PER_PAGE);
	assert_int_equal(pages, 2);
	orl_consumer_close(consumer);
}

static void consuming_makes_room_where_records_are_discarded(void **state)
{
	(void)state;
	assert_int_equal(orl_control_set_discard(&session, true), 0);
	append_many(0, 0, 10 * PER_PAGE);
	assert_int_equal(stats_of(0).dropped, 6 * PER_PAGE);
	open_consumer(0, NULL);
	assert_int_equal(next_page(false, number, ts), PER_PAGE);
	assert_int_equal(number[0], 0);
	assert_true(append_at(0, 200000, 4 * PER_PAGE));
	assert_int_equal(next_page(false, number, ts), PER_PAGE);
	assert_int_equal(number[0], PER_PAGE);
	orl_consumer_close(consumer);
}

static const char *die_step;

static void die(const char *step)
{
	if (!strcmp(step, die_step))
		_exit(0);
}

static void a_consumer_killed_at_any_step_loses_a_page_at_most(void **state)
{
	const char *steps[] = { "rd-half", "rd-written", "rd-selected", "rd-freed" };

	(void)state;
	append_many(0, 0, 3 * PER_PAGE + 1);
	for (unsigned int i = 0; i < 4; i++) {
		uint64_t before = stats_of(0).read;

		if (!fork()) {
			die_step = steps[i];
			orl_reader_testpoint = die;
			open_consumer(0, NULL);
			next_page(false, number, ts);
			_exit(1);
		}
		wait(NULL);
		assert_true(stats_of(0).read == before || stats_of(0).read == before + PER_PAGE);
	}
	open_consumer(0, NULL);
	assert_int_equal(next_page(false, number, ts), PER_PAGE);
	assert_int_equal(number[0], 2 * PER_PAGE);
	orl_consumer_close(consumer);
}

static void it_goes_on_across_resize_and_snapshot(void **state)
{
	(void)state;
	append_many(0, 0, 5);
	open_consumer(0, NULL);
	assert_int_equal(next_page(true, number, ts), 5);
	assert_int_equal(orl_set_size(&session, 8 * PAGE, 0), 0);
	append_many(0, 5, 8);
	assert_int_equal(next_page(true, number, ts), 3);
	assert_int_equal(number[0], 5);
	assert_int_equal(orl_snapshot_swap(&session), 0);
	assert_int_equal(orl_session_map_rings(&session), 0);
	append_many(0, 8, 9);
	assert_int_equal(next_page(true, number, ts), 1);
	assert_int_equal(orl_set_size(&session, 0, 8192), 0);
	assert_int_equal(next_page(true, number, ts), -ESTALE);
	orl_consumer_close(consumer);
}

static void a_removed_instance_ends_it(void **state)
{
	struct orl_session inst;

	(void)state;
	assert_int_equal(orl_instance_create(&session, "a"), 0);
	assert_int_equal(orl_session_open_instance(&inst, &session, "a"), 0);
	assert_int_equal(orl_consumer_open(&consumer, &inst, 0, NULL, NULL), 0);
	assert_int_equal(orl_consumer_page(consumer, page, true), 0);
	assert_int_equal(orl_session_create_rings(&inst), 0);
	assert_int_equal(orl_consumer_page(consumer, page, true), 0);
	assert_int_equal(orl_instance_remove(&session, "a"), 0);
	assert_int_equal(orl_consumer_page(consumer, page, true), -ENODEV);
	orl_consumer_close(consumer);
	assert_int_equal(orl_consumer_open(&consumer, &inst, 9, NULL, NULL), -ENOENT);
	orl_session_close(&inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)
		T(a_finished_page_comes_whole_with_converted_times),
		T(what_was_overwritten_is_told_in_the_page),
		T(two_readers_share_the_records),
		T(leased_rings_come_in_order_of_time),
		T(merged_pages_wait_to_be_full),
		T(times_that_need_more_room_make_a_second_page),
		T(consuming_makes_room_where_records_are_discarded),
		T(a_consumer_killed_at_any_step_loses_a_page_at_most),
		T(it_goes_on_across_resize_and_snapshot),
		T(a_removed_instance_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
