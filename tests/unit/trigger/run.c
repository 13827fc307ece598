// SPDX-License-Identifier: MIT
/* Triggers act, take from their counts, and leave the rings as the set says, whoever switches. */
#include "table.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "abi/ctl.h"
#include "domain/domain.h"

#define NR_RINGS 3U

static struct sample rec;
static struct orl_occurrence occ;
static struct orl_hook hook;
static struct orl_set *set;
static struct orl_rings half[2];
static struct orl_trigger_host host;

static void half_init(struct orl_rings *r)
{
	struct orl_ring_file *f = &r->file;

	f->nr_cpus = 2;
	f->nr_leases = 1;
	f->cpu_stride = f->lease_stride = ORL_RING_BLOCK;
	f->cpu_off = 0;
	f->lease_off = 2 * ORL_RING_BLOCK;
	r->map = calloc(NR_RINGS, ORL_RING_BLOCK);
	assert_non_null(r->map);
}

static uint64_t *state_of(uint32_t h, uint32_t i)
{
	return &orl_rings_get(&half[h], i)->state;
}

static int setup(void **state)
{
	occ = sample_init(&rec);
	hook_init(&hook, ORL_HOOK_TRIGGER);
	set = calloc(1, sizeof(*set));
	assert_non_null(set);
	set->tracing_on = 1;
	half_init(&half[0]);
	half_init(&half[1]);
	host = (struct orl_trigger_host){ .set = set, .rings = { &half[0], &half[1] } };
	for (uint32_t i = 0; i < NR_RINGS; i++) {
		*state_of(0, i) = ORL_RING_ON;
		*state_of(1, i) = ORL_RING_ASIDE;
	}
	return 0;
}

static int teardown(void **state)
{
	free(set);
	free(half[0].map);
	free(half[1].map);
	return 0;
}

static uint32_t run(uint32_t cmd)
{
	hook.cmd = cmd;
	return orl_trigger_run(&hook, &host, NULL, &occ);
}

static void states_are(uint32_t h, uint64_t want)
{
	for (uint32_t i = 0; i < NR_RINGS; i++)
		assert_int_equal(*state_of(h, i), want);
}

static void traceoff_and_traceon_switch_the_rings(void **state)
{
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(set->tracing_on, 0);
	states_are(0, 0);
	states_are(1, ORL_RING_ASIDE);
	run(ORL_CMD_TRACEON);
	assert_int_equal(set->tracing_on, 1);
	states_are(0, ORL_RING_ON);
	states_are(1, ORL_RING_ASIDE);
}

static void rings_that_are_masked_or_retired_stay_off(void **state)
{
	*state_of(0, 0) = ORL_RING_MASKED | ORL_RING_DISCARD;
	*state_of(0, 1) = ORL_RING_RETIRED;
	*state_of(0, 2) = ORL_RING_ON | ORL_RING_DISCARD;
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(*state_of(0, 2), ORL_RING_DISCARD);
	run(ORL_CMD_TRACEON);
	assert_int_equal(*state_of(0, 0), ORL_RING_MASKED | ORL_RING_DISCARD);
	assert_int_equal(*state_of(0, 1), ORL_RING_RETIRED);
	assert_int_equal(*state_of(0, 2), ORL_RING_ON | ORL_RING_DISCARD);
}

static void a_switch_takes_from_its_count_only_when_it_changes_something(void **state)
{
	hook.count = 2;
	run(ORL_CMD_TRACEON);
	assert_int_equal(hook.count, 2);
	run(ORL_CMD_TRACEOFF);
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(hook.count, 1);
	orl_rings_switch(&host, true);
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(hook.count, 0);
	orl_rings_switch(&host, true);
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(hook.count, 0);
	assert_int_equal(set->tracing_on, 1);
}

static void a_snapshot_swaps_the_halves(void **state)
{
	run(ORL_CMD_SNAPSHOT);
	assert_int_equal(set->active, 1);
	assert_int_equal(set->snapshots, 1);
	states_are(0, ORL_RING_ASIDE);
	states_are(1, ORL_RING_ON);
	orl_rings_switch(&host, false);
	hook.count = 1;
	run(ORL_CMD_SNAPSHOT);
	run(ORL_CMD_SNAPSHOT);
	assert_int_equal(set->active, 0);
	assert_int_equal(set->snapshots, 2);
	states_are(0, 0);
	states_are(1, ORL_RING_ASIDE);
}

static void without_a_second_half_there_is_no_swap(void **state)
{
	host.rings[1] = NULL;
	assert_false(orl_rings_swap(&host));
	run(ORL_CMD_SNAPSHOT);
	run(ORL_CMD_TRACEOFF);
	assert_int_equal(set->active, 0);
	assert_int_equal(set->snapshots, 0);
	states_are(0, 0);
}

static void enable_and_disable_event_turn_the_soft_bit(void **state)
{
	hook.target = ORL_EVENT_ID_FIRST + 70;
	run(ORL_CMD_DISABLE_EVENT);
	assert_int_equal(set->soft[1], 1 << 6);
	hook.count = 1;
	run(ORL_CMD_DISABLE_EVENT);
	assert_int_equal(hook.count, 1);	/* it was so already */
	run(ORL_CMD_ENABLE_EVENT);
	assert_int_equal(set->soft[1], 0);
	assert_int_equal(hook.count, 0);
	run(ORL_CMD_DISABLE_EVENT);
	assert_int_equal(set->soft[1], 0);
	hook.count = -1;
	hook.target = 5;			/* not in the registry */
	run(ORL_CMD_DISABLE_EVENT);
	hook.target = ORL_EVENT_ID_FIRST + ORL_SET_EVENTS;
	run(ORL_CMD_DISABLE_EVENT);
	for (uint32_t i = 0; i < ORL_SET_EVENTS / 64; i++)
		assert_int_equal(set->soft[i], 0);
}

static void a_stacktrace_is_left_to_the_caller(void **state)
{
	assert_int_equal(run(ORL_CMD_STACKTRACE), ORL_DO_STACKTRACE);
	hook.count = 1;
	assert_int_equal(run(ORL_CMD_STACKTRACE), ORL_DO_STACKTRACE);
	assert_int_equal(run(ORL_CMD_STACKTRACE), 0);
}

static void a_trigger_runs_where_its_filter_says_yes(void **state)
{
	hook_insn(&hook, ORL_LOAD_U8, ORL_CMP_EQ, AT(u8), 1, 1);
	assert_int_equal(run(ORL_CMD_STACKTRACE), ORL_DO_STACKTRACE);
	hook.flags = ORL_HOOK_HAS_FILTER;
	hook.count = 1;
	assert_int_equal(run(ORL_CMD_STACKTRACE), 0);
	assert_int_equal(hook.count, 1);
	rec.u8 = 1;
	assert_int_equal(run(ORL_CMD_STACKTRACE), ORL_DO_STACKTRACE);
}

static void a_hook_that_is_no_longer_this_events_trigger_does_nothing(void **state)
{
	hook.seq = 3;
	assert_int_equal(run(ORL_CMD_STACKTRACE), 0);
	hook.seq = 4;
	hook.kind = ORL_HOOK_FILTER;
	assert_int_equal(run(ORL_CMD_STACKTRACE), 0);
	hook.kind = ORL_HOOK_TRIGGER;
	hook.event++;
	assert_int_equal(run(ORL_CMD_STACKTRACE), 0);
	hook.event--;
	assert_int_equal(run(99), 0);
	assert_int_equal(run(ORL_CMD_STACKTRACE), ORL_DO_STACKTRACE);
}

static void a_hist_counts_unless_it_is_paused(void **state)
{
	struct orl_hist_spec spec = { .nr_keys = 1, .key_len = 8,
				      .key[0] = { .load = ORL_LOAD_U32, .off = AT(u32) } };
	struct table t;

	table_init(&t, &spec, 128);
	hook.cmd = ORL_CMD_HIST;
	orl_trigger_run(&hook, &host, &t.hist, &occ);
	hook.flags = ORL_HOOK_PAUSED;
	orl_trigger_run(&hook, &host, &t.hist, &occ);
	orl_trigger_run(&hook, &host, NULL, &occ);
	assert_int_equal(table_sum(&t, NULL).hits, 1);
	table_free(&t);
}

#define NR_THREADS 4
#define NR_TURNS 3000

static void *take(void *arg)
{
	uint32_t *taken = arg;

	for (int i = 0; i < NR_TURNS; i++)
		*taken += orl_trigger_run(&hook, &host, NULL, &occ);
	return NULL;
}

static void a_count_is_taken_exactly_by_many(void **state)
{
	pthread_t thread[NR_THREADS];
	uint32_t taken[NR_THREADS] = { 0 }, sum = 0;

	hook.cmd = ORL_CMD_STACKTRACE;
	hook.count = NR_TURNS + 7;
	for (int i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, take, &taken[i]), 0);
	for (int i = 0; i < NR_THREADS; i++) {
		pthread_join(thread[i], NULL);
		sum += taken[i];
	}
	assert_int_equal(sum, NR_TURNS + 7);
	assert_int_equal(hook.count, 0);
}

static void on_signal(int sig)
{
	orl_rings_swap(&host);
}

static void *turn(void *arg)
{
	bool on = arg != NULL;

	for (int i = 0; i < NR_TURNS; i++) {
		orl_rings_switch(&host, on ^ (i & 1));
		orl_rings_swap(&host);
		if (i % 16 == 0)
			raise(SIGUSR1);
	}
	return NULL;
}

static void many_who_switch_leave_the_rings_as_the_set_says(void **state)
{
	pthread_t thread[NR_THREADS];

	signal(SIGUSR1, on_signal);
	for (int round = 0; round < 5; round++) {
		uint32_t active;

		for (int i = 0; i < NR_THREADS; i++)
			assert_int_equal(pthread_create(&thread[i], NULL, turn,
							i & 1 ? &host : NULL), 0);
		for (int i = 0; i < NR_THREADS; i++)
			pthread_join(thread[i], NULL);
		active = set->active & 1;
		states_are(active, set->tracing_on ? ORL_RING_ON : 0);
		states_are(!active, ORL_RING_ASIDE);
	}
	signal(SIGUSR1, SIG_DFL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(traceoff_and_traceon_switch_the_rings),
		T(rings_that_are_masked_or_retired_stay_off),
		T(a_switch_takes_from_its_count_only_when_it_changes_something),
		T(a_snapshot_swaps_the_halves),
		T(without_a_second_half_there_is_no_swap),
		T(enable_and_disable_event_turn_the_soft_bit),
		T(a_stacktrace_is_left_to_the_caller),
		T(a_trigger_runs_where_its_filter_says_yes),
		T(a_hook_that_is_no_longer_this_events_trigger_does_nothing),
		T(a_hist_counts_unless_it_is_paused),
		T(a_count_is_taken_exactly_by_many),
		T(many_who_switch_leave_the_rings_as_the_set_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
