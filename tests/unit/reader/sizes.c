// SPDX-License-Identifier: MIT
/*
 * Rings that others replace: a resize, a snapshot; and what readers on the way see of it.
 */
#include "domain.h"

#include "reader/clocks.h"
#include "reader/control.h"
#include "reader/set-impl.h"

static struct orl_ring_stats cpu_stats(uint32_t cpu)
{
	struct orl_ring_stats st;

	assert_int_equal(orl_session_map_rings(&session), 0);
	assert_int_equal(orl_cpu_stats(&session, cpu, &st), 0);
	assert_int_equal(st.written, st.entries + st.overrun + st.read);
	return st;
}

/* How many records a merge delivers now; they must be numbered on from @next, in steps of one. */
static uint32_t take(struct orl_merge *m, uint64_t next)
{
	struct orl_record r;
	uint32_t nr = 0;
	int rc;

	orl_merge_drain(m);
	while ((rc = orl_merge_next(m, &r)) == 1)
		assert_int_equal(number_of(&r), next + nr++);
	assert_int_equal(rc, 0);
	return nr;
}

static void what_a_resize_throws_away_is_overrun(void **state)
{
	struct orl_merge *m;
	struct orl_record r;

	(void)state;
	append_many(0, 0, 50);
	append_many(2, 50, 60);
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_CONSUME), 0);
	orl_merge_drain(m);
	assert_int_equal(orl_merge_next(m, &r), 1);
	orl_merge_close(m);
	assert_int_equal(cpu_stats(0).read, 60);
	append_many(0, 60, 80);
	assert_int_equal(orl_set_size(&session, 5 * PAGE, 0), 0);
	assert_int_equal(session.rings.file.cpu_data_size, 8 * PAGE);
	assert_int_equal(cpu_stats(0).entries, 0);
	assert_int_equal(cpu_stats(0).overrun, 20);
	assert_int_equal(cpu_stats(0).read, 60);
	assert_int_equal(session.set->lost_records, 20);
	assert_int_equal(session.set->retired_ring, ORL_NO_RING);
	append_many(0, 80, 90);
	assert_int_equal(cpu_stats(0).entries, 10);
	assert_int_equal(orl_control_clear(&session), 0);
	assert_int_equal(cpu_stats(0).overrun + cpu_stats(0).read + cpu_stats(0).entries, 0);
}

static void without_rings_only_the_numbers_change(void **state)
{
	struct orl_session inst;

	(void)state;
	assert_int_equal(orl_instance_create(&session, "a"), 0);
	assert_int_equal(orl_session_open_instance(&inst, &session, "a"), 0);
	assert_int_equal(orl_set_size(&inst, 1, 8192), 0);
	assert_false(inst.has_rings);
	assert_int_equal(inst.set->cpu_data_size, 16384);
	assert_int_equal(orl_session_create_rings(&inst), 0);
	assert_int_equal(inst.page_size, 8192);
	assert_int_equal(orl_set_size(&inst, 0, 5000), -EINVAL);
	assert_int_equal(orl_set_size(&inst, 1ULL << 40, 0), -EINVAL);
	orl_session_close(&inst);
}

static void a_process_that_is_behind_keeps_the_old_file(void **state)
{
	struct orl_proc *p = orl_ctl_procs(session.domain.ctl);
	char path[160];

	(void)state;
	p->flags = ORL_PROC_CONTROL_NONE;
	p->pid = (uint32_t)getpid();
	snprintf(path, sizeof(path), "%s/ring", dir);
	assert_int_equal(orl_set_size(&session, 8 * PAGE, 0), 0);
	assert_int_equal(session.set->retired_ring, 0);
	assert_int_equal(access(path, F_OK), 0);
	p->applied = session.domain.ctl->gen;
	assert_int_equal(orl_size_finish_locked(&session), 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_damaged_instance_takes_no_rings_from_the_top_one(void **state)
{
	struct orl_session inst;
	char path[160];

	(void)state;
	append_many(0, 0, 10);
	snprintf(path, sizeof(path), "%s/ring", dir);
	assert_int_equal(orl_instance_create(&session, "a"), 0);
	assert_int_equal(orl_session_open_instance(&inst, &session, "a"), 0);
	inst.set->retired_ring = 0;
	assert_int_equal(orl_size_finish_locked(&inst), 0);
	assert_int_equal(inst.set->retired_ring, ORL_NO_RING);
	assert_int_equal(access(path, F_OK), 0);
	append_many(0, 10, 20);
	assert_int_equal(cpu_stats(0).entries, 20);
	orl_session_close(&inst);
}

static struct orl_ring *refusing;

static void refuse_at_step(const char *step)
{
	if (refusing && !strcmp(step, "rd-written")) {
		refusing->dropped += 5;
		refusing = NULL;
	}
}

static void what_is_refused_while_counts_are_carried_is_counted(void **state)
{
	struct orl_rings old;

	(void)state;
	append_many(0, 0, 10);
	assert_int_equal(orl_rings_map(&old, &session.domain, 0, 0), 0);
	refusing = orl_rings_get(&old, 0);
	refusing->dropped = 3;
	orl_reader_testpoint = refuse_at_step;
	assert_int_equal(orl_set_size(&session, 8 * PAGE, 0), 0);
	orl_reader_testpoint = NULL;
	assert_null(refusing);
	assert_int_equal(cpu_stats(0).dropped, 8);
	assert_int_equal(cpu_stats(0).overrun, 10);
	orl_rings_unmap(&old);
}

static void die_at_step(const char *step)
{
	if (!strcmp(step, "size-made") || !strcmp(step, "size-told"))
		_exit(0);
}

static void a_resize_whose_tool_died_is_finished_by_the_next(void **state)
{
	struct orl_session tool;

	(void)state;
	append_many(0, 0, 10);
	if (!fork()) {
		orl_reader_testpoint = die_at_step;
		orl_set_size(&session, 8 * PAGE, 0);
		_exit(1);
	}
	wait(NULL);
	assert_int_equal(orl_session_open(&tool, dir, 0), 0);
	assert_int_equal(orl_set_size(&tool, 16 * PAGE, 0), 0);
	orl_session_close(&tool);
	assert_int_equal(session.set->retired_ring, ORL_NO_RING);
	assert_int_equal(cpu_stats(0).overrun, 10);
}

static void a_follower_goes_on_with_the_new_rings(void **state)
{
	struct orl_merge *m;
	struct orl_record r;
	struct orl_session tool;

	(void)state;
	append_many(0, 0, 10);
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_FOLLOW), 0);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(orl_merge_next(m, &r), 1);
		assert_int_equal(number_of(&r), i);
	}
	assert_int_equal(orl_session_open(&tool, dir, 0), 0);
	assert_int_equal(orl_set_size(&tool, 8 * PAGE, 8192), 0);
	orl_session_close(&tool);
	for (uint64_t i = 5; i < 10; i++) {
		assert_int_equal(orl_merge_next(m, &r), 1);
		assert_int_equal(number_of(&r), i);
	}
	while (orl_session_rings_moved(&session))
		assert_int_equal(orl_merge_next(m, &r), 0);
	assert_int_equal(session.page_size, 8192);
	orl_merge_close(m);
}

static void die_when_told(const char *step)
{
	if (!strcmp(step, "size-told"))
		_exit(0);
}

static void a_reader_stays_while_the_old_rings_take_records(void **state)
{
	struct orl_merge *m;
	struct orl_record r;
	int fd;

	(void)state;
	append_many(0, 0, 5);
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_CONSUME), 0);
	assert_int_equal(orl_merge_next(m, &r), 1);
	if (!fork()) {
		struct orl_session tool;

		if (orl_session_open(&tool, dir, 0))
			_exit(1);
		orl_reader_testpoint = die_when_told;
		orl_set_size(&tool, 8 * PAGE, 0);
		_exit(1);
	}
	wait(NULL);
	assert_true(orl_session_rings_moved(&session));
	append_many(0, 5, 10);
	for (uint64_t next = 1; next < 10;)
		if (orl_merge_next(m, &r) == 1)
			assert_int_equal(number_of(&r), next++);
	assert_true(orl_session_rings_moved(&session));
	fd = orl_set_lock(&session);
	assert_int_equal(orl_size_finish_locked(&session), 0);
	orl_set_unlock(fd);
	assert_int_equal(orl_merge_next(m, &r), 0);
	assert_int_equal(orl_merge_next(m, &r), 0);
	assert_false(orl_session_rings_moved(&session));
	orl_merge_close(m);
	assert_int_equal(cpu_stats(0).read, 10);
	assert_int_equal(cpu_stats(0).overrun, 0);
}

static void a_cursor_sees_each_record_once_across_swaps(void **state)
{
	struct seen seen = { .nr = 0 };
	struct orl_cursor c;

	(void)state;
	assert_int_equal(orl_cursor_init(&c, &session, 0, ORL_FROM_UNREAD), 0);
	for (uint64_t round = 0; round < 6; round++) {
		append_many(0, 10 * round, 10 * round + 10);
		read_pages(&c, &seen, ORL_PAGE_PARTIAL);
		assert_int_equal(seen.nr, 10 * (round + 1));
		assert_int_equal(orl_snapshot_swap(&session), 0);
		assert_int_equal(orl_session_map_rings(&session), 0);
	}
	assert_int_equal(c.lost, 0);
}

static void what_new_rings_lost_before_they_were_read_is_counted(void **state)
{
	struct seen seen = { .nr = 0 };
	struct orl_merge *m;
	struct orl_record r;
	struct orl_cursor c;
	uint64_t nr = 0;

	(void)state;
	append_many(0, 0, 10);
	assert_int_equal(orl_cursor_init(&c, &session, 0, ORL_FROM_UNREAD), 0);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_FOLLOW), 0);
	while (orl_merge_next(m, &r) == 1)
		nr++;
	assert_int_equal(orl_set_size(&session, 2 * PAGE, 0), 0);
	append_many(0, 10, 10 + 20 * PER_PAGE);
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	assert_int_equal(seen.nr + c.lost, 10 + 20 * PER_PAGE);
	while (orl_merge_next(m, &r) == 1)
		nr++;
	assert_int_equal(nr + orl_merge_lost(m), 10 + 20 * PER_PAGE);
	orl_merge_close(m);
}

static void a_snapshot_swaps_halves_and_keeps_counts(void **state)
{
	struct orl_session snap;
	struct orl_merge *m;

	(void)state;
	append_many(0, 0, 10);
	assert_int_equal(orl_session_open_snapshot(&snap, &session), -ENOENT);
	assert_int_equal(orl_snapshot_clear(&session), -EINVAL);
	assert_int_equal(orl_snapshot_swap(&session), 0);
	assert_true(orl_snapshot_exists(&session));
	assert_int_equal(orl_rings_get(&session.rings, 0)->state, ORL_RING_ASIDE);
	assert_int_equal(orl_session_map_rings(&session), 0);
	assert_int_equal(orl_rings_get(&session.rings, 0)->state, ORL_RING_ON);
	assert_int_equal(cpu_stats(0).written, 0);
	append_many(0, 10, 15);
	assert_int_equal(orl_session_open_snapshot(&snap, &session), 0);
	assert_int_equal(orl_merge_open(&m, &snap, ORL_MERGE_SNAPSHOT), 0);
	assert_int_equal(take(m, 0), 10);
	orl_merge_close(m);
	assert_int_equal(orl_snapshot_swap(&session), 0);
	assert_int_equal(orl_session_map_rings(&snap), 0);
	assert_int_equal(orl_merge_open(&m, &snap, ORL_MERGE_SNAPSHOT), 0);
	assert_int_equal(take(m, 10), 5);
	orl_merge_close(m);
	assert_int_equal(orl_snapshot_clear(&session), 0);
	assert_int_equal(orl_merge_open(&m, &snap, ORL_MERGE_SNAPSHOT), 0);
	assert_int_equal(take(m, 0), 0);
	orl_merge_close(m);
	orl_session_close(&snap);
	assert_int_equal(cpu_stats(0).entries, 10);
	assert_int_equal(orl_snapshot_free(&session), 0);
	assert_false(orl_snapshot_exists(&session));
	assert_int_equal(cpu_stats(0).entries, 10);
}

static void a_follower_sees_each_record_once_across_swaps(void **state)
{
	struct orl_merge *m;
	struct orl_record r;
	uint64_t next = 0;

	(void)state;
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_FOLLOW), 0);
	for (int round = 0; round < 6; round++) {
		append_many(0, 10ULL * (unsigned int)round, 10ULL * (unsigned int)round + 10);
		for (int i = 0; i < 30; i++)
			if (orl_merge_next(m, &r) == 1)
				assert_int_equal(number_of(&r), next++);
		assert_int_equal(next, 10 * (round + 1));
		assert_int_equal(orl_snapshot_swap(&session), 0);
		while (orl_session_rings_moved(&session))
			if (orl_merge_next(m, &r) == 1)
				assert_int_equal(number_of(&r), next++);
	}
	assert_int_equal(next, 60);
	assert_int_equal(orl_merge_lost(m), 0);
	orl_merge_close(m);
}

static void a_resize_renews_the_snapshot_too(void **state)
{
	struct orl_session snap;

	(void)state;
	assert_int_equal(orl_snapshot_alloc(&session), 0);
	assert_int_equal(orl_set_size(&session, 8 * PAGE, 0), 0);
	assert_int_equal(orl_session_open_snapshot(&snap, &session), 0);
	assert_int_equal(snap.rings.file.cpu_data_size, 8 * PAGE);
	assert_int_equal(orl_rings_get(&snap.rings, 0)->state, ORL_RING_ASIDE);
	orl_session_close(&snap);
	assert_int_equal(orl_snapshot_swap(&session), 0);
}

static void one_cpu_is_its_ring_and_its_share_of_the_leased(void **state)
{
	struct orl_merge *m;
	struct orl_record r;

	(void)state;
	append_many(0, 0, 3);
	append_many(1, 100, 105);
	append_many(2, 3, 6);
	assert_int_equal(orl_merge_open_cpu(&m, &session, ORL_MERGE_SNAPSHOT, 0), 0);
	assert_int_equal(take(m, 0), 6);
	orl_merge_close(m);
	assert_int_equal(orl_merge_open_cpu(&m, &session, ORL_MERGE_CONSUME, 1), 0);
	assert_int_equal(take(m, 100), 5);
	assert_int_equal(orl_merge_next(m, &r), 0);
	orl_merge_close(m);
	assert_int_equal(cpu_stats(0).entries, 6);
	assert_int_equal(cpu_stats(1).read, 5);
	assert_int_equal(orl_control_clear_cpu(&session, 0), 0);
	assert_int_equal(cpu_stats(0).entries, 0);
	assert_int_equal(cpu_stats(1).read, 5);
}

static void clocks_are_a_distance_apart(void **state)
{
	struct orl_clock_conv mono, boot, tsc;
	uint64_t now = orl_session_now(&session);

	(void)state;
	orl_session_clock_conv(&session, ORL_TRACE_MONO, &mono);
	orl_session_clock_conv(&session, ORL_TRACE_BOOT, &boot);
	orl_session_clock_conv(&session, ORL_TRACE_X86_TSC, &tsc);
	assert_int_equal(orl_clock_conv(&mono, now), orl_session_ns(&session, now));
	assert_true(orl_clock_conv(&boot, now) - orl_clock_conv(&mono, now) ==
		    (uint64_t)boot.offset_ns);
	assert_int_equal(orl_clock_conv(&tsc, now), now);
	assert_int_equal(orl_session_set_clock(&session, "uptime"), -EINVAL);
	append_many(0, 0, 3);
	assert_int_equal(orl_session_set_clock(&session, "boot"), 0);
	assert_int_equal(orl_session_clock(&session), ORL_TRACE_BOOT);
	assert_int_equal(cpu_stats(0).entries, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)
		T(what_a_resize_throws_away_is_overrun),
		T(without_rings_only_the_numbers_change),
		T(a_process_that_is_behind_keeps_the_old_file),
		T(what_is_refused_while_counts_are_carried_is_counted),
		T(a_damaged_instance_takes_no_rings_from_the_top_one),
		T(a_resize_whose_tool_died_is_finished_by_the_next),
		T(a_follower_goes_on_with_the_new_rings),
		T(a_reader_stays_while_the_old_rings_take_records),
		T(a_cursor_sees_each_record_once_across_swaps),
		T(what_new_rings_lost_before_they_were_read_is_counted),
		T(a_snapshot_swaps_halves_and_keeps_counts),
		T(a_follower_sees_each_record_once_across_swaps),
		T(a_resize_renews_the_snapshot_too),
		T(one_cpu_is_its_ring_and_its_share_of_the_leased),
		T(clocks_are_a_distance_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
