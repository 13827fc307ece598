// SPDX-License-Identifier: MIT
/* Hists: keys of each kind, sums, a full table, entries left behind, and many writers at once. */
#include "table.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

static struct sample rec;
static struct orl_occurrence occ;
static struct table table;

static int setup(void **state)
{
	occ = sample_init(&rec);
	return 0;
}

static int teardown(void **state)
{
	table_free(&table);
	table.file = NULL;
	return 0;
}

static struct orl_hist_spec by(uint8_t load, uint16_t off, uint16_t size, uint32_t key_len)
{
	struct orl_hist_spec spec = { .nr_keys = 1, .key_len = key_len };

	spec.key[0] = (struct orl_hist_field){ .load = load, .off = off, .size = size };
	return spec;
}

/* Count the record once; exactly one entry, with this key. */
static void key_is(struct orl_hist_spec spec, const void *key)
{
	struct table t;

	table_init(&t, &spec, 128);
	orl_hist_update(&t.hist, &occ);
	orl_hist_update(&t.hist, &occ);
	assert_int_equal(t.file->nr_used, 1);
	assert_int_equal(t.file->dropped, 0);
	assert_int_equal(table_sum(&t, key).entries, 1);
	assert_int_equal(table_sum(&t, key).hits, 2);
	table_free(&t);
}

static void number_is(uint8_t load, uint16_t off, uint8_t map, uint64_t arg, uint64_t key)
{
	struct orl_hist_spec spec = by(load, off, 0, 8);

	spec.key[0].map = map;
	spec.key[0].arg = arg;
	key_is(spec, &key);
}

static void numbers_are_keys(void **state)
{
	number_is(ORL_LOAD_U8, AT(u8), 0, 0, 200);
	number_is(ORL_LOAD_S8, AT(s8), 0, 0, (uint64_t)-100);
	number_is(ORL_LOAD_S16, AT(s16), 0, 0, (uint64_t)-30000);
	number_is(ORL_LOAD_U32, AT(u32), 0, 0, 4000000000U);
	number_is(ORL_LOAD_S32, 4, 0, 0, SAMPLE_PID);
	number_is(ORL_LOAD_U64, AT(u64), 0, 0, 1ULL << 63 | 5);
	number_is(ORL_LOAD_CPU, 0, 0, 0, SAMPLE_CPU);
	number_is(ORL_LOAD_TIME, 0, 0, 0, SAMPLE_TICKS);
	number_is(ORL_LOAD_TIME, 0, ORL_MAP_DIV, 1000, SAMPLE_TICKS / 1000);
	number_is(ORL_LOAD_U32, AT(u32), ORL_MAP_BUCKETS, 1000000, 4000000000U);
	rec.u32 = 4000999999U;
	number_is(ORL_LOAD_U32, AT(u32), ORL_MAP_BUCKETS, 1000000, 4000000000U);
}

static void log2_rounds_up_as_the_kernel_does(void **state)
{
	static const struct {
		uint64_t v, key;
	} rows[] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 2 }, { 5, 3 }, { 1024, 10 },
		     { 1025, 11 }, { 1ULL << 63, 63 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rec.u64 = rows[i].v;
		number_is(ORL_LOAD_U64, AT(u64), ORL_MAP_LOG2, 0, rows[i].key);
	}
}

static void strings_are_keys(void **state)
{
	char key[ORL_HIST_STRING] = "abcdefgh";

	key_is(by(ORL_LOAD_STRING, AT(name), 8, ORL_HIST_STRING), key);
	strncpy(key, "dynamic", sizeof(key));
	key_is(by(ORL_LOAD_DATA_LOC, AT(loc), 4, ORL_HIST_STRING), key);
	strncpy(key, "relative", sizeof(key));
	key_is(by(ORL_LOAD_REL_LOC, AT(rel), 4, ORL_HIST_STRING), key);
	strncpy(key, "tester", sizeof(key));
	key_is(by(ORL_LOAD_COMM, 0, 0, ORL_HIST_STRING), key);
}

static void a_long_string_is_cut_and_keeps_its_end(void **state)
{
	struct {
		uint64_t common;
		char text[100];
	} large = { .text = { 0 } };
	char key[ORL_HIST_STRING] = { 0 };

	memset(large.text, 'l', sizeof(large.text));
	memset(key, 'l', sizeof(key) - 1);
	occ.rec = &large;
	occ.len = sizeof(large);
	key_is(by(ORL_LOAD_STRING, 8, 100, ORL_HIST_STRING), key);
}

static void stacks_and_names_are_keys(void **state)
{
	uint64_t stack[ORL_HIST_STACK] = { 0x1000, 0x1001, 0x1002 };
	uint64_t array[ORL_HIST_STACK] = { 0xa1, 0xa2, 0xa3 };
	struct {
		uint32_t pid;
		char comm[20];
	} who = { SAMPLE_PID, "tester" };

	key_is(by(ORL_LOAD_STACK, 0, 0, sizeof(stack)), stack);
	key_is(by(ORL_LOAD_ARRAY_STACK, AT(stack_loc), 4, sizeof(stack)), array);
	key_is(by(ORL_LOAD_PID_COMM, 4, 4, 24), &who);
}

static void a_key_that_the_record_does_not_have_is_zero(void **state)
{
	uint64_t zero[ORL_HIST_STACK] = { 0 };

	occ.len = 8;
	number_is(ORL_LOAD_U32, AT(u32), 0, 0, 0);
	key_is(by(ORL_LOAD_STRING, AT(name), 8, ORL_HIST_STRING), zero);
	key_is(by(ORL_LOAD_ARRAY_STACK, AT(stack_loc), 4, sizeof(zero)), zero);
}

static struct orl_hist_spec pair(void)
{
	struct orl_hist_spec spec = { .nr_keys = 2, .nr_vals = 2, .key_len = 72 };

	spec.key[0] = (struct orl_hist_field){ .load = ORL_LOAD_U32, .off = AT(u32) };
	spec.key[1] = (struct orl_hist_field){
		.load = ORL_LOAD_STRING, .off = AT(word), .size = 8, .key_off = 8 };
	spec.val[0] = (struct orl_hist_field){ .load = ORL_LOAD_U8, .off = AT(u8) };
	spec.val[1] = (struct orl_hist_field){ .load = ORL_LOAD_S8, .off = AT(s8) };
	return spec;
}

static void sums_are_kept_by_all_keys_together(void **state)
{
	struct orl_hist_spec spec = pair();
	struct {
		uint64_t n;
		char s[64];
	} key = { 1, "one" };
	struct table_sum sum;

	table_init(&table, &spec, 128);
	for (uint32_t i = 0; i < 30; i++) {
		rec.u32 = i % 3;
		rec.u8 = (uint8_t)i;
		strcpy(rec.word, i % 2 ? "one" : "two");
		orl_hist_update(&table.hist, &occ);
	}
	assert_int_equal(table.file->nr_used, 6);
	sum = table_sum(&table, &key);
	assert_int_equal(sum.entries, 1);
	assert_int_equal(sum.hits, 5);
	assert_int_equal(sum.val[0], 1 + 7 + 13 + 19 + 25);
	assert_int_equal((int64_t)sum.val[1], -500);
}

static void a_full_table_counts_what_it_drops(void **state)
{
	struct orl_hist_spec spec = by(ORL_LOAD_U32, AT(u32), 4, 8);
	uint64_t key = 7;

	table_init(&table, &spec, 128);
	for (uint32_t i = 0; i < 1000; i++) {
		rec.u32 = i;
		orl_hist_update(&table.hist, &occ);
	}
	assert_int_equal(table.file->nr_used, 128);
	assert_int_equal(table.file->dropped, 1000 - 128);
	assert_int_equal(table_sum(&table, NULL).hits, 128);
	rec.u32 = 7;				/* a key that it has still counts */
	orl_hist_update(&table.hist, &occ);
	assert_int_equal(table_sum(&table, &key).hits, 2);
	assert_int_equal(table.file->dropped, 1000 - 128);
}

static void an_entry_that_nobody_finished_is_passed_by(void **state)
{
	struct orl_hist_spec spec = by(ORL_LOAD_U32, AT(u32), 4, 8);
	uint64_t key = rec.u32;
	uint32_t i = 0;

	table_init(&table, &spec, 128);
	orl_hist_update(&table.hist, &occ);
	while (!table_entry(&table, i)->tag)
		i++;
	table_entry(&table, i)->tag ^= ORL_HIST_READY | ORL_HIST_CLAIMED;
	orl_hist_update(&table.hist, &occ);
	orl_hist_update(&table.hist, &occ);
	assert_int_equal(table_sum(&table, &key).hits, 2);
	/* and when its owner was only slow, the key stands twice and adds up */
	table_entry(&table, i)->tag ^= ORL_HIST_READY | ORL_HIST_CLAIMED;
	orl_hist_update(&table.hist, &occ);
	assert_int_equal(table_sum(&table, &key).entries, 2);
	assert_int_equal(table_sum(&table, &key).hits, 4);
}

static void a_table_with_no_place_near_drops(void **state)
{
	struct orl_hist_spec spec = by(ORL_LOAD_U32, AT(u32), 4, 8);

	table_init(&table, &spec, 128);
	for (uint32_t i = 0; i < table.file->nr_slots; i++)
		table_entry(&table, i)->tag = ORL_HIST_CLAIMED;
	orl_hist_update(&table.hist, &occ);
	assert_int_equal(table.file->dropped, 1);
}

#define NR_THREADS 4
#define NR_UPDATES 20000U
#define NR_KEYS 37U

static volatile uint64_t handled;

static void count_one(uint32_t key, uint8_t val)
{
	struct sample mine = rec;
	struct orl_occurrence o = occ;

	mine.u32 = key;
	mine.u8 = val;
	o.rec = &mine;
	orl_hist_update(&table.hist, &o);
}

static void on_signal(int sig)
{
	count_one((uint32_t)(__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED) % NR_KEYS), 3);
}

static void *count_many(void *arg)
{
	for (uint32_t i = 0; i < NR_UPDATES; i++) {
		count_one(i % NR_KEYS, 1);
		if (i % 64 == 0)
			raise(SIGUSR1);
	}
	return NULL;
}

/* A timer besides, so that the handler comes in the middle of an update. */
static void threads_and_handlers_count_exactly(void **state)
{
	struct orl_hist_spec spec = by(ORL_LOAD_U32, AT(u32), 4, 8);
	struct itimerspec often = { { 0, 50000 }, { 0, 50000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	pthread_t thread[NR_THREADS];
	struct table_sum sum;
	timer_t timer;

	spec.nr_vals = 1;
	spec.val[0] = (struct orl_hist_field){ .load = ORL_LOAD_U8, .off = AT(u8) };
	table_init(&table, &spec, 128);
	signal(SIGUSR1, on_signal);
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	assert_int_equal(timer_settime(timer, 0, &often, NULL), 0);
	for (int i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, count_many, NULL), 0);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(thread[i], NULL);
	timer_delete(timer);
	signal(SIGUSR1, SIG_IGN);
	assert_true(handled >= NR_THREADS * (NR_UPDATES / 64));
	sum = table_sum(&table, NULL);
	assert_int_equal(sum.hits, NR_THREADS * NR_UPDATES + handled);
	assert_int_equal(table.file->dropped, 0);
	assert_int_equal(sum.val[0], NR_THREADS * NR_UPDATES + 3 * handled);
	assert_int_equal(sum.entries, table.file->nr_used);
	for (uint64_t key = 0; key < NR_KEYS; key++)
		assert_true(table_sum(&table, &key).hits >= NR_THREADS * (NR_UPDATES / NR_KEYS));
}

static int check(void)
{
	struct orl_hist h;

	return orl_hist_check(&h, table.file, table.len);
}

static void damaged_files_are_refused(void **state)
{
	struct orl_hist_spec spec = pair();
	struct orl_hist_file good;
	struct orl_hist h;

	table_init(&table, &spec, 128);
	good = *table.file;
#define REFUSED(change, rc) \
	do { \
		*table.file = good; \
		table.file->change; \
		assert_int_equal(check(), rc); \
	} while (0)
	REFUSED(magic++, -EBADMSG);
	REFUSED(version++, -EPROTO);
	REFUSED(nr_slots = 0, -EBADMSG);
	REFUSED(nr_slots = 255, -EBADMSG);
	REFUSED(nr_slots = 512, -EBADMSG);
	REFUSED(nr_slots = 1U << 31, -EBADMSG);
	REFUSED(size = 0, -EBADMSG);
	REFUSED(size = 129, -EBADMSG);
	REFUSED(entry_len += 8, -EBADMSG);
	REFUSED(entry_len = 0, -EBADMSG);
	REFUSED(nr_vals = 3, -EBADMSG);
	REFUSED(key_len = 8, -EBADMSG);
	REFUSED(spec.key[1].key_off = 16, -EBADMSG);
	REFUSED(spec.key[1].map = 9, -EBADMSG);
	*table.file = good;
	assert_int_equal(orl_hist_check(&h, table.file, table.len - 1), -EBADMSG);
	assert_int_equal(orl_hist_check(&h, table.file, ORL_HIST_BLOCK - 1), -EBADMSG);
	assert_int_equal(check(), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(numbers_are_keys),
		T(log2_rounds_up_as_the_kernel_does),
		T(strings_are_keys),
		T(a_long_string_is_cut_and_keeps_its_end),
		T(stacks_and_names_are_keys),
		T(a_key_that_the_record_does_not_have_is_zero),
		T(sums_are_kept_by_all_keys_together),
		T(a_full_table_counts_what_it_drops),
		T(an_entry_that_nobody_finished_is_passed_by),
		T(a_table_with_no_place_near_drops),
		T(threads_and_handlers_count_exactly),
		T(damaged_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
