// SPDX-License-Identifier: MIT
/*
 * Readers beside a writer that never waits: every record is seen once or counted as lost, none is
 * torn, none is out of place. Both sides are in this process, where the thread sanitizer can see
 * them.
 */
#include <pthread.h>

#include "domain.h"

#if defined(__SANITIZE_THREAD__)
#define NR_RECORDS 200000U
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NR_RECORDS 200000U
#endif
#endif
#ifndef NR_RECORDS
#define NR_RECORDS 3000000U
#endif

/* Assertions of cmocka belong to one thread; this may fail in any. */
#define require(what)                                                                        \
	do {                                                                                 \
		if (!(what)) {                                                               \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);   \
			abort();                                                             \
		}                                                                            \
	} while (0)

static bool is_written;

static uint64_t take_number(const struct orl_record *r)
{
	uint64_t rec[REC / 8];

	require(r->len == REC);
	memcpy(rec, r->data, sizeof(rec));
	require(rec[0] == 77 && rec[2] == ~rec[1] && rec[3] == rec[1] * 31);
	return rec[1];
}

static void *write_all(void *arg)
{
	uint32_t ring = (uint32_t)(uintptr_t)arg;

	for (uint64_t i = 0; i < NR_RECORDS; i++)
		append_at(ring, orl_session_now(&session), i);
	__atomic_store_n(&is_written, true, __ATOMIC_RELEASE);
	return NULL;
}

static void a_cursor_beside_a_writer(void **state)
{
	bool is_last = false;
	struct seen seen = { 0 };
	struct orl_cursor c;
	pthread_t writer;

	is_written = false;
	assert_int_equal(orl_cursor_init(&c, &session, 0, ORL_FROM_UNREAD), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_all, NULL), 0);
	while (!is_last) {
		is_last = __atomic_load_n(&is_written, __ATOMIC_ACQUIRE);
		read_pages(&c, &seen, seen.pages % 2 ? ORL_PAGE_PARTIAL : 0);
	}
	read_pages(&c, &seen, ORL_PAGE_PARTIAL);
	pthread_join(writer, NULL);
	assert_int_equal(seen.nr + seen.missed, NR_RECORDS);
	assert_int_equal(seen.next, NR_RECORDS);
	assert_int_equal(c.nr_damaged, 0);
	assert_true(seen.nr > 0);
}

struct consumer {
	uint64_t nr;
	uint8_t *seen;
};

static void consume(struct orl_merge *m, struct consumer *c)
{
	uint64_t next = 0;
	struct orl_record r;
	int rc;

	while ((rc = orl_merge_next(m, &r)) == 1) {
		uint64_t number = take_number(&r);

		require(number < NR_RECORDS && number >= next);
		next = number + 1;
		require(!__atomic_exchange_n(&c->seen[number], 1, __ATOMIC_RELAXED));
		c->nr++;
	}
	require(rc == 0);
}

static void *consume_all(void *arg)
{
	struct consumer *c = arg;
	struct orl_session own;
	struct orl_merge *m;

	require(!orl_session_open(&own, dir, 0));
	require(!orl_merge_open(&m, &own, ORL_MERGE_CONSUME));
	while (!__atomic_load_n(&is_written, __ATOMIC_ACQUIRE))
		consume(m, c);
	orl_merge_drain(m);
	consume(m, c);
	orl_merge_close(m);
	orl_session_close(&own);
	return NULL;
}

/* The writer finds its ring full most of the time in one mode, and overwrites in the other. */
static void two_consumers_beside_a_writer(bool discard)
{
	uint8_t *seen = calloc(NR_RECORDS, 1);
	struct consumer c[2] = { { 0, seen }, { 0, seen } };
	struct orl_ring_stats st;
	pthread_t writer, other[2];

	is_written = false;
	assert_non_null(seen);
	if (discard)
		orl_rings_get(&session.rings, 1)->state |= ORL_RING_DISCARD;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&other[i], NULL, consume_all, &c[i]), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_all, (void *)1), 0);
	pthread_join(writer, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(other[i], NULL);
	st = stats_of(1);
	assert_int_equal(st.read, c[0].nr + c[1].nr);
	assert_int_equal(st.entries, 0);
	assert_int_equal(st.read + st.overrun + st.dropped, NR_RECORDS);
	assert_int_equal(discard ? st.overrun : st.dropped, 0);
	free(seen);
}

static void consumers_of_an_overwriting_ring(void **state)
{
	two_consumers_beside_a_writer(false);
}

static void consumers_of_a_discarding_ring(void **state)
{
	two_consumers_beside_a_writer(true);
}

static void counts_hold_at_every_moment(void **state)
{
	pthread_t writer;

	is_written = false;
	assert_int_equal(pthread_create(&writer, NULL, write_all, NULL), 0);
	while (!__atomic_load_n(&is_written, __ATOMIC_ACQUIRE)) {
		struct orl_ring_stats st = stats_of(0);

		assert_in_range(st.entries, 0, NR_PAGES * PER_PAGE);
		assert_in_range(st.overrun, 0, st.written);
	}
	pthread_join(writer, NULL);
	assert_int_equal(stats_of(0).written, NR_RECORDS);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_cursor_beside_a_writer),
		T(consumers_of_an_overwriting_ring),
		T(consumers_of_a_discarding_ring),
		T(counts_hold_at_every_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
