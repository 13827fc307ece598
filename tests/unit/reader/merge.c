// SPDX-License-Identifier: MIT
/*
 * Records of several rings merged by time: snapshots, followers, and consumers that share and die.
 */
#include <signal.h>

#include "domain.h"
#include "reader/control.h"

static struct orl_merge *merge_of(enum orl_merge_mode mode)
{
	struct orl_merge *m;

	assert_int_equal(orl_merge_open(&m, &session, mode), 0);
	return m;
}

/* The same records as read in one go: number i at ring i % 3, all over 1000 + 10 * i. */
static void append_spread(uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		append_at((uint32_t)(i % 3), 1000 + 10 * i, i);
}

static uint64_t read_rest(struct orl_merge *m, uint64_t next)
{
	struct orl_record r;
	int rc;

	while ((rc = orl_merge_next(m, &r)) == 1) {
		assert_int_equal(number_of(&r), next);
		assert_int_equal(r.cpu, next % 3);
		assert_int_equal(r.missed, 0);
		assert_int_equal(r.ts, orl_session_ns(&session, 1000 + 10 * next));
		next++;
	}
	assert_int_equal(rc, 0);
	return next;
}

static void a_snapshot_is_in_order_and_changes_nothing(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct orl_merge *m;

		if (!i)
			append_spread(0, 3 * PER_PAGE);
		m = merge_of(ORL_MERGE_SNAPSHOT);
		assert_int_equal(read_rest(m, 0), 3 * PER_PAGE);
		assert_int_equal(read_rest(m, 0), 0);
		orl_merge_close(m);
	}
	assert_int_equal(stats_of(0).read, 0);
}

static void a_snapshot_ends_at_its_moment(void **state)
{
	struct orl_merge *m;

	append_spread(0, 100);
	m = merge_of(ORL_MERGE_SNAPSHOT);
	append_spread(100, 200);
	assert_int_equal(read_rest(m, 0), 100);
	orl_merge_close(m);
}

static void a_follower_goes_on_where_it_was(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_FOLLOW);
	uint64_t next = 0;

	for (uint64_t i = 0; i < 10 * PER_PAGE; i += 17) {
		append_spread(i, i + 17);
		next = read_rest(m, next);
		assert_int_equal(next, i + 17);
	}
	assert_int_equal(orl_merge_lost(m), 0);
	assert_int_equal(stats_of(0).read, 0);
	orl_merge_close(m);
}

static void records_of_the_future_wait_for_their_time_or_the_drain(void **state)
{
	struct orl_merge *m[2] = { merge_of(ORL_MERGE_FOLLOW), merge_of(ORL_MERGE_CONSUME) };
	uint64_t hour = orl_timebase_ticks(&session.time, 3600000000000ULL);
	struct orl_record r;

	append_at(0, orl_session_now(&session) + hour, 1);
	append_at(1, 1000, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(orl_merge_next(m[i], &r), 1);
		assert_int_equal(number_of(&r), 0);
		assert_int_equal(orl_merge_next(m[i], &r), 0);
		assert_int_equal(orl_merge_next(m[i], &r), 0);
		orl_merge_drain(m[i]);
		assert_int_equal(orl_merge_next(m[i], &r), 1);
		assert_int_equal(number_of(&r), 1);
		assert_int_equal(orl_merge_next(m[i], &r), 0);
		orl_merge_close(m[i]);
	}
}

static void a_follower_tells_what_it_missed_in_its_place(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_FOLLOW);
	uint64_t seen = 0, missed = 0;
	struct orl_record r;

	append_many(0, 0, 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(orl_merge_next(m, &r), 1);
	assert_int_equal(orl_merge_next(m, &r), 0);
	append_many(0, 10, 10 * PER_PAGE);
	assert_int_equal(orl_merge_next(m, &r), 1);
	assert_int_equal(number_of(&r), 10 + r.missed);
	missed = r.missed;
	do {
		seen++;
	} while (orl_merge_next(m, &r) == 1);
	assert_int_equal(10 + seen + missed, 10 * PER_PAGE);
	assert_int_equal(orl_merge_lost(m), missed);
	orl_merge_close(m);
}

static void consumers_share_what_is_there(void **state)
{
	struct orl_merge *m[2] = { merge_of(ORL_MERGE_CONSUME), merge_of(ORL_MERGE_CONSUME) };
	static uint8_t seen[9 * PER_PAGE];
	uint64_t total = 0;

	memset(seen, 0, sizeof(seen));
	for (uint64_t i = 0; i < sizeof(seen); i += 50) {
		uint64_t end = i + 50 < sizeof(seen) ? i + 50 : sizeof(seen);
		struct orl_record r;

		append_spread(i, end);
		for (int k = 0; k < 2; k++)
			for (int n = 0; n < 25 && orl_merge_next(m[k], &r) == 1; n++, total++)
				assert_int_equal(seen[number_of(&r)]++, 0);
	}
	for (int k = 0; k < 2; k++) {
		struct orl_record r;

		while (orl_merge_next(m[k], &r) == 1) {
			assert_int_equal(seen[number_of(&r)]++, 0);
			total++;
		}
		orl_merge_close(m[k]);
	}
	assert_int_equal(total, sizeof(seen));
	for (uint32_t ring = 0; ring < 3; ring++) {
		assert_int_equal(stats_of(ring).entries, 0);
		assert_int_equal(stats_of(ring).overrun, 0);
		assert_int_equal(stats_of(ring).bytes, 0);
	}
}

static void a_consumer_delivers_in_order_across_rings(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_CONSUME);

	/* one ring has pages of work, the others a few records between */
	for (uint64_t i = 0; i < 3 * PER_PAGE; i++)
		append_at(i % 50 ? 0 : 1 + i % 100 / 50, 1000 + 10 * i, i);
	for (uint64_t i = 0; i < 3 * PER_PAGE; i++) {
		struct orl_record r;

		assert_int_equal(orl_merge_next(m, &r), 1);
		assert_int_equal(number_of(&r), i);
	}
	orl_merge_close(m);
}

static void what_was_consumed_is_not_in_a_snapshot(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_CONSUME);
	struct orl_record r;

	append_many(0, 0, PER_PAGE / 2);
	while (orl_merge_next(m, &r) == 1)
		;
	append_many(0, PER_PAGE / 2, PER_PAGE);
	orl_merge_close(m);
	m = merge_of(ORL_MERGE_SNAPSHOT);
	assert_int_equal(orl_merge_next(m, &r), 1);
	assert_int_equal(number_of(&r), PER_PAGE / 2);
	orl_merge_close(m);
	assert_int_equal(stats_of(0).read, PER_PAGE / 2);
	assert_int_equal(stats_of(0).entries, PER_PAGE - PER_PAGE / 2);
}

static void overwritten_before_the_consumer_came_is_lost_and_told(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_CONSUME);
	uint64_t read = 0, total = 7 * PER_PAGE + 13;
	struct orl_record r;

	append_many(0, 0, total);
	assert_int_equal(orl_merge_next(m, &r), 1);
	assert_int_equal(number_of(&r), r.missed);
	assert_int_equal(orl_merge_lost(m), r.missed);
	do {
		read++;
	} while (orl_merge_next(m, &r) == 1);
	assert_int_equal(read + orl_merge_lost(m), total);
	assert_int_equal(stats_of(0).overrun, orl_merge_lost(m));
	assert_int_equal(stats_of(0).read, read);
	orl_merge_close(m);
}

static void discard_keeps_the_oldest_and_counts_the_rest(void **state)
{
	struct orl_merge *m = merge_of(ORL_MERGE_CONSUME);
	uint64_t kept = NR_PAGES * PER_PAGE, next;
	struct orl_record r;

	assert_int_equal(orl_control_set_discard(&session, true), 0);
	append_many(0, 0, kept + 100);
	assert_int_equal(stats_of(0).dropped, 100);
	assert_int_equal(stats_of(0).entries, kept);
	assert_true(stats_of(0).is_discard);
	for (next = 0; orl_merge_next(m, &r) == 1; next++)
		assert_int_equal(number_of(&r), next);
	assert_int_equal(next, kept);
	/* reading makes room again */
	append_many(0, 1000, 1000 + PER_PAGE);
	assert_int_equal(stats_of(0).entries, PER_PAGE);
	assert_int_equal(stats_of(0).dropped, 100);
	assert_int_equal(stats_of(0).overrun, 0);
	orl_merge_close(m);
}

static void a_cleared_ring_is_empty_and_counts_anew(void **state)
{
	struct orl_merge *m;

	assert_int_equal(orl_control_set_discard(&session, true), 0);
	append_many(0, 0, 6 * PER_PAGE);
	assert_int_equal(orl_control_clear(&session), 0);
	assert_int_equal(stats_of(0).written, 0);
	assert_int_equal(stats_of(0).dropped, 0);
	m = merge_of(ORL_MERGE_SNAPSHOT);
	assert_int_equal(read_rest(m, 0), 0);
	orl_merge_close(m);
	append_many(0, 9000, 9000 + 2 * PER_PAGE);
	assert_int_equal(stats_of(0).entries, 2 * PER_PAGE);
	assert_int_equal(stats_of(0).dropped, 0);
}

/* Dying on the way */

static const char *die_at;
static int die_after;			/* times that the step goes well before */

static void die_there(const char *step)
{
	if (!strcmp(step, die_at) && !die_after--)
		_exit(7);
}

/* A child consumes, with a session of its own, and dies at a step. */
static void consume_and_die(const char *step)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct orl_session own;
		struct orl_merge *m;
		struct orl_record r;

		if (orl_session_open(&own, dir, 0) || orl_merge_open(&m, &own, ORL_MERGE_CONSUME))
			_exit(1);
		die_at = step;
		orl_reader_testpoint = die_there;
		while (orl_merge_next(m, &r) == 1)
			;
		_exit(2);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static const char *const steps[] = {
	"locked", "copied", "rd-half", "rd-written", "rd-selected", "rd-freed", "taken", "unlocked",
};

static void a_dead_consumer_has_read_or_not_but_nothing_between(void **state)
{
	uint64_t written = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (uint32_t more = 1; more < 6 * PER_PAGE; more += 71) {
			struct orl_ring_stats before, after;
			struct orl_merge *m;
			uint64_t rest = 0;
			struct orl_record r;

			append_many(0, written, written + more);
			written += more;
			before = stats_of(0);
			consume_and_die(steps[i]);
			after = stats_of(0);
			assert_int_equal(after.written, written);
			assert_true(after.read >= before.read);
			assert_int_equal(after.read + after.entries, before.read + before.entries);
			assert_int_equal(after.overrun, before.overrun);
			m = merge_of(ORL_MERGE_CONSUME);
			while (orl_merge_next(m, &r) == 1)
				rest++;
			orl_merge_close(m);
			assert_int_equal(rest, after.entries);
			assert_int_equal(stats_of(0).read, after.read + rest);
			assert_int_equal(stats_of(0).entries, 0);
		}
	}
}

static void a_dead_consumer_does_not_keep_the_writer_out(void **state)
{
	uint64_t written = 0;

	assert_int_equal(orl_control_set_discard(&session, true), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct orl_merge *m;
		struct orl_record r;

		append_many(0, written, written + NR_PAGES * PER_PAGE);
		written += NR_PAGES * PER_PAGE;
		consume_and_die(steps[i]);
		m = merge_of(ORL_MERGE_CONSUME);
		while (orl_merge_next(m, &r) == 1)
			;
		orl_merge_close(m);
		assert_int_equal(stats_of(0).entries, 0);
		/* with all read, every page is free but the one at the head */
		assert_true(append_at(0, 1000 + 10 * written, written));
		written++;
	}
	assert_int_equal(stats_of(0).overrun, 0);
}

/*
 * Pages filled to their last byte, so that the ring is full with all of it read but the last
 * freeing.
 */
static void what_a_dead_consumer_did_not_free_the_next_one_frees(void **state)
{
	struct orl_merge *m;
	uint32_t rec[16] = { 5 };
	struct orl_record r;

	assert_int_equal(orl_control_set_discard(&session, true), 0);
	for (uint32_t i = 0; i < NR_PAGES * 60; i++)
		assert_true(append_dying(0, 100 + i, rec, sizeof(rec), 0));
	assert_false(append_dying(0, 1000, rec, sizeof(rec), 0));
	die_after = NR_PAGES - 1;
	consume_and_die("rd-selected");
	die_after = 0;
	assert_int_equal(stats_of(0).entries, 0);
	m = merge_of(ORL_MERGE_CONSUME);
	assert_int_equal(orl_merge_next(m, &r), 0);
	orl_merge_close(m);
	for (uint32_t i = 0; i < NR_PAGES * 60; i++)
		assert_true(append_dying(0, 2000 + i, rec, sizeof(rec), 0));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_snapshot_is_in_order_and_changes_nothing),
		T(a_snapshot_ends_at_its_moment),
		T(a_follower_goes_on_where_it_was),
		T(records_of_the_future_wait_for_their_time_or_the_drain),
		T(a_follower_tells_what_it_missed_in_its_place),
		T(consumers_share_what_is_there),
		T(a_consumer_delivers_in_order_across_rings),
		T(what_was_consumed_is_not_in_a_snapshot),
		T(overwritten_before_the_consumer_came_is_lost_and_told),
		T(discard_keeps_the_oldest_and_counts_the_rest),
		T(a_cleared_ring_is_empty_and_counts_anew),
		T(a_dead_consumer_has_read_or_not_but_nothing_between),
		T(what_a_dead_consumer_did_not_free_the_next_one_frees),
		T(a_dead_consumer_does_not_keep_the_writer_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
