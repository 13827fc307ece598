// SPDX-License-Identifier: MIT
/* Rewriting a page's times from ticks to nanoseconds. */
#include <errno.h>

#include "pages.h"
#include "reader/page.h"

static struct builder b;

/* ns = ticks * num / den + base */
struct scale {
	uint64_t num, den, base;
};

static uint64_t scaled(void *arg, uint64_t ticks)
{
	const struct scale *s = arg;

	return (uint64_t)((unsigned __int128)ticks * s->num / s->den) + s->base;
}

/* Read the times of a page, and see that records come in the order they were written. */
static unsigned int times(uint64_t *ts, unsigned int max, uint32_t *missed)
{
	struct orl_page_iter it;
	struct orl_record r;
	unsigned int n = 0;
	uint32_t seq;
	int rc;

	*missed = 0;
	assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), 0);
	while ((rc = orl_page_iter_next(&it, &r)) > 0) {
		assert_true(n < max);
		memcpy(&seq, r.data + 8, 4);
		assert_int_equal(seq, n);
		*missed += r.missed;
		ts[n++] = r.ts;
	}
	assert_int_equal(rc, 0);
	return n;
}

/* A page with every kind of item, and its records' times. */
static unsigned int fill(uint64_t *ts)
{
	uint64_t t = 1000000;
	unsigned int n = 0;

	begin(&b, t);
	for (; n < 100; n++) {
		ts[n] = t;
		put_tick(&b, t, n);
		t += 100 + n * 37;
		if (n % 20 == 7)
			t += 1ull << 33;
		if (n % 20 == 9)
			put_padding(&b, 50, 16);
		if (n % 20 == 13)
			put_stamp(&b, t - 10);
	}
	end(&b);
	return n;
}

static void each_time_becomes_what_the_conversion_says(void **state)
{
	static const struct scale scales[] = {
		{ 1, 1, 0 }, { 10, 26, 0 }, { 1, 3, 1234567890123ull }, { 7, 5, 99 },
	};

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		struct scale s = scales[i];
		uint64_t ticks[128], ns[128];
		unsigned int n = fill(ticks);
		uint32_t missed;

		assert_int_equal(orl_page_convert(b.page, PAGE, scaled, &s), 0);
		assert_int_equal(orl_page_stamp(b.page), scaled(&s, 1000000));
		assert_int_equal(times(ns, 128, &missed), n);
		for (unsigned int j = 0; j < n; j++)
			assert_int_equal(ns[j], scaled(&s, ticks[j]));
	}
}

static void the_identity_changes_no_byte(void **state)
{
	struct scale s = { 1, 1, 0 };
	uint64_t ticks[128];
	uint8_t before[PAGE];

	fill(ticks);
	memcpy(before, b.page, PAGE);
	assert_int_equal(orl_page_convert(b.page, PAGE, scaled, &s), 0);
	assert_memory_equal(b.page, before, PAGE);
}

static void a_slow_counter_gets_time_extends(void **state)
{
	struct scale s = { 1000, 24, 0 };	/* 24 MHz */
	uint64_t ticks[128], ns[128];
	uint32_t missed;

	begin(&b, 0);
	for (uint32_t i = 0; i < 50; i++) {
		ticks[i] = i * 24000000ull;	/* a second apart: more than 2^27 ns */
		put_tick(&b, ticks[i], i);
	}
	end(&b);
	orl_page_set_missed(b.page, PAGE, 42);
	assert_int_equal(orl_page_convert(b.page, PAGE, scaled, &s), 0);
	assert_int_equal(times(ns, 128, &missed), 50);
	for (uint32_t i = 0; i < 50; i++)
		assert_int_equal(ns[i], i * 1000000000ull);
	/* the count behind the data has moved with it */
	assert_int_equal(missed, 42);
}

static void a_full_page_counts_the_times_it_cannot_hold(void **state)
{
	struct scale s = { 1000, 24, 0 };
	uint64_t ns[300];
	uint32_t missed, n = 0;

	begin(&b, 0);
	for (; b.off + 16 <= PAGE; n++)
		put_tick(&b, n <= 10 ? 0 : 24000000, n);
	end(&b);
	assert_int_equal(orl_page_convert(b.page, PAGE, scaled, &s), 7);
	assert_int_equal(times(ns, 300, &missed), n);
	assert_int_equal(ns[10], 0);
	for (uint32_t i = 1; i < n; i++)
		assert_true(ns[i] >= ns[i - 1] && ns[i] <= 1000000000);
	/* 1 s is seven times the largest delta and a rest: then the times are right */
	assert_int_equal(ns[n - 1], 1000000000);
}

static void times_never_run_backwards(void **state)
{
	struct scale s = { 0, 1, 777 };		/* a conversion that stands still */
	uint64_t ticks[128], ns[128];
	unsigned int n = fill(ticks);
	uint32_t missed;

	assert_true(orl_page_convert(b.page, PAGE, scaled, &s) >= 0);
	assert_int_equal(times(ns, 128, &missed), n);
	for (unsigned int i = 1; i < n; i++)
		assert_true(ns[i] >= 777 && ns[i] < 777 + 128);
}

static void damage_is_reported_and_what_stands_before_it_converted(void **state)
{
	struct scale s = { 2, 1, 0 };
	struct orl_page_iter it;
	struct orl_record r;

	begin(&b, 1000);
	put_tick(&b, 1010, 0);
	put_word(&b, 28);
	end(&b);
	assert_int_equal(orl_page_convert(b.page, PAGE, scaled, &s), -EBADMSG);
	assert_int_equal(orl_page_iter_init(&it, b.page, PAGE), 0);
	assert_int_equal(orl_page_iter_next(&it, &r), 1);
	assert_int_equal(r.ts, 2020);
	assert_int_equal(orl_page_convert(b.page, 8, scaled, &s), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_time_becomes_what_the_conversion_says),
		cmocka_unit_test(the_identity_changes_no_byte),
		cmocka_unit_test(a_slow_counter_gets_time_extends),
		cmocka_unit_test(a_full_page_counts_the_times_it_cannot_hold),
		cmocka_unit_test(times_never_run_backwards),
		cmocka_unit_test(damage_is_reported_and_what_stands_before_it_converted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
