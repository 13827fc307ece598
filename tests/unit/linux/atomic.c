// SPDX-License-Identifier: MIT
/* Counters: what each operation leaves and gives. */
#include "given.h"

#include <linux/atomic.h>
#include <linux/kref.h>

static void operations_give_the_old_or_the_new_value(void **state)
{
	atomic_t v = ATOMIC_INIT(5);

	assert_int_equal(atomic_add_return(3, &v), 8);
	assert_int_equal(atomic_fetch_sub(2, &v), 8);
	assert_int_equal(atomic_inc_return(&v), 7);
	assert_int_equal(atomic_fetch_dec(&v), 7);
	assert_int_equal(atomic_xchg(&v, 40), 6);
	assert_int_equal(atomic_fetch_or(3, &v), 40);
	assert_int_equal(atomic_fetch_and_release(0x21, &v), 43);
	atomic_andnot(1, &v);
	assert_int_equal(atomic_read(&v), 32);
}

static void tests_say_whether_zero_was_reached(void **state)
{
	atomic_t v = ATOMIC_INIT(2);

	assert_false(atomic_dec_and_test(&v));
	assert_true(atomic_dec_and_test(&v));
	assert_true(atomic_add_negative(-1, &v));
	assert_true(atomic_inc_and_test(&v));
	assert_true(atomic_sub_and_test(0, &v));
}

static void conditional_operations_leave_what_they_must(void **state)
{
	atomic_t v = ATOMIC_INIT(0);

	assert_false(atomic_inc_not_zero(&v));
	assert_int_equal(atomic_dec_if_positive(&v), -1);
	assert_int_equal(atomic_read(&v), 0);
	assert_true(atomic_add_unless(&v, 2, 1));
	assert_false(atomic_add_unless(&v, 2, 2));
	assert_int_equal(atomic_dec_if_positive(&v), 1);
}

static void cmpxchg_gives_what_was_there(void **state)
{
	atomic_long_t v = ATOMIC_LONG_INIT(7);
	int word = 1, old = 5;
	atomic_t a = ATOMIC_INIT(6);

	assert_int_equal(atomic_long_cmpxchg(&v, 6, 9), 7);
	assert_int_equal(atomic_long_cmpxchg(&v, 7, 9), 7);
	assert_int_equal(atomic_long_read(&v), 9);
	assert_false(atomic_try_cmpxchg(&a, &old, 8));
	assert_int_equal(old, 6);
	assert_true(atomic_try_cmpxchg(&a, &old, 8));
	assert_int_equal(cmpxchg(&word, 1, 2), 1);
	assert_int_equal(cmpxchg(&word, 1, 3), 2);
	assert_int_equal(xchg(&word, 4), 2);
}

static void wide_counters_have_64_bits(void **state)
{
	atomic64_t v = ATOMIC64_INIT(1LL << 40);

	atomic64_add(1LL << 41, &v);
	assert_true(atomic64_read(&v) == 3LL << 40);
}

static void a_reference_count_does_not_come_back_from_0(void **state)
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_inc(&r);
	assert_false(refcount_dec_and_test(&r));
	assert_true(refcount_dec_and_test(&r));
	assert_false(refcount_inc_not_zero(&r));
	refcount_set(&r, INT_MAX);
	refcount_inc(&r);
	assert_false(refcount_dec_and_test(&r));
	assert_int_equal(refcount_read(&r), INT_MAX);
}

static int nr_released;

static void release(struct kref *kref)
{
	nr_released++;
}

static void the_last_user_releases(void **state)
{
	struct kref kref;

	kref_init(&kref);
	kref_get(&kref);
	assert_int_equal(kref_put(&kref, release), 0);
	assert_int_equal(kref_put(&kref, release), 1);
	assert_int_equal(nr_released, 1);
	assert_false(kref_get_unless_zero(&kref));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_give_the_old_or_the_new_value),
		cmocka_unit_test(tests_say_whether_zero_was_reached),
		cmocka_unit_test(conditional_operations_leave_what_they_must),
		cmocka_unit_test(cmpxchg_gives_what_was_there),
		cmocka_unit_test(wide_counters_have_64_bits),
		cmocka_unit_test(a_reference_count_does_not_come_back_from_0),
		cmocka_unit_test(the_last_user_releases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
