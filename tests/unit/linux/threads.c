// SPDX-License-Identifier: MIT
/* Locks, threads of a module, completions: who waits, who is woken. */
#include "given.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define ROUNDS 20000

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spinlock);
static DECLARE_COMPLETION(begun);
static int counted;

static int count(void *data)
{
	unsigned long flags;

	for (int i = 0; i < ROUNDS; i++) {
		mutex_lock(&mutex);
		counted++;
		mutex_unlock(&mutex);
		spin_lock_irqsave(&spinlock, flags);
		++*(int *)data;
		spin_unlock_irqrestore(&spinlock, flags);
	}
	return 0;
}

static void locks_keep_threads_apart(void **state)
{
	struct task_struct *threads[3];
	int spun = 0;

	for (int i = 0; i < 3; i++)
		threads[i] = kthread_run(count, &spun, "count/%d", i);
	for (int i = 0; i < 3; i++)
		assert_int_equal(kthread_stop(threads[i]), 0);
	assert_int_equal(counted, 3 * ROUNDS);
	assert_int_equal(spun, 3 * ROUNDS);
}

static void trylock_says_whose_it_is(void **state)
{
	assert_false(mutex_is_locked(&mutex));
	assert_int_equal(mutex_trylock(&mutex), 1);
	assert_int_equal(mutex_trylock(&mutex), 0);
	assert_true(mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	assert_int_equal(mutex_lock_interruptible(&mutex), 0);
	mutex_unlock(&mutex);
	assert_int_equal(spin_trylock(&spinlock), 1);
	assert_int_equal(spin_trylock(&spinlock), 0);
	spin_unlock(&spinlock);
}

static void many_may_read_and_one_may_write(void **state)
{
	static DECLARE_RWSEM(sem);

	down_read(&sem);
	assert_true(down_read_trylock(&sem));
	assert_false(down_write_trylock(&sem));
	up_read(&sem);
	up_read(&sem);
	down_write(&sem);
	assert_false(down_read_trylock(&sem));
	up_write(&sem);
}

static void readers_that_hold_off_interrupts_hold_off_writers(void **state)
{
	static DEFINE_RWLOCK(lock);
	unsigned long flags;

	read_lock_irqsave(&lock, flags);
	assert_int_not_equal(pthread_rwlock_trywrlock(&lock.lock), 0);
	read_unlock_irqrestore(&lock, flags);
	write_lock_irqsave(&lock, flags);
	assert_int_not_equal(pthread_rwlock_tryrdlock(&lock.lock), 0);
	write_unlock_irqrestore(&lock, flags);
}

/* Sleeps much longer than any test may take. */
static int sleep_long(void *data)
{
	complete(&begun);
	while (!kthread_should_stop())
		msleep_interruptible(100 * 1000 * 1000);
	return 42;
}

static void stop_wakes_a_thread_that_sleeps(void **state)
{
	struct task_struct *thread = kthread_run(sleep_long, NULL, "sleeper");

	wait_for_completion(&begun);
	assert_int_equal(kthread_stop(thread), 42);
}

static int say_name(void *data)
{
	memcpy(data, current->comm, TASK_COMM_LEN);
	return current->pid == getpid() || current->tgid != getpid();
}

static void a_thread_knows_its_name_and_number(void **state)
{
	char comm[TASK_COMM_LEN];

	assert_int_equal(kthread_stop(kthread_run(say_name, comm, "a long name of a thread")), 0);
	assert_string_equal(comm, "a long name of ");
	assert_int_equal(current->pid, getpid());
	assert_false(kthread_should_stop());
}

static void a_completion_lets_one_pass_for_each(void **state)
{
	DECLARE_COMPLETION_ONSTACK(x);

	assert_int_equal(wait_for_completion_timeout(&x, 1), 0);
	complete(&x);
	complete(&x);
	assert_true(wait_for_completion_timeout(&x, 1000) > 0);
	wait_for_completion(&x);
	assert_false(completion_done(&x));
	complete_all(&x);
	wait_for_completion(&x);
	wait_for_completion(&x);
	assert_true(completion_done(&x));
}

static int complete_it(void *x)
{
	complete(x);
	return 0;
}

static void a_completion_may_be_waited_for_as_long_as_there_is(void **state)
{
	DECLARE_COMPLETION_ONSTACK(x);
	struct task_struct *thread;

	assert_false(try_wait_for_completion(&x));
	thread = kthread_run(complete_it, &x, "complete");
	assert_true(wait_for_completion_timeout(&x, MAX_SCHEDULE_TIMEOUT) > 0);
	assert_int_equal(kthread_stop(thread), 0);
	complete(&x);
	assert_int_equal(wait_for_completion_interruptible(&x), 0);
	complete(&x);
	assert_in_range(wait_for_completion_interruptible_timeout(&x, 50), 1, 50);
	complete(&x);
	assert_true(try_wait_for_completion(&x) && !try_wait_for_completion(&x));
}

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int is_there;

static int make_it_be_there(void *data)
{
	WRITE_ONCE(is_there, 1);
	wake_up_interruptible(&queue);
	return 0;
}

static void a_wait_ends_when_its_condition_holds(void **state)
{
	struct task_struct *thread = kthread_run(make_it_be_there, NULL, "waker");

	assert_int_equal(wait_event_interruptible(queue, READ_ONCE(is_there)), 0);
	assert_int_equal(kthread_stop(thread), 0);
}

static int wait_for_the_end(void *data)
{
	complete(data);
	return wait_event_interruptible(queue, kthread_should_stop());
}

/* Both before and while the thread sleeps: it says that it has begun, not that it waits. */
static void stop_wakes_a_thread_that_waits_for_an_event(void **state)
{
	DECLARE_COMPLETION_ONSTACK(has_begun);
	struct task_struct *thread;

	for (int i = 0; i < 1000; i++) {
		thread = kthread_run(wait_for_the_end, &has_begun, "waiter");
		wait_for_completion(&has_begun);
		assert_int_equal(kthread_stop(thread), 0);
	}
}

static int sleep_for_ever(void *data)
{
	return schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT) > 0;
}

static void stop_ends_the_longest_sleep(void **state)
{
	struct task_struct *thread = kthread_run(sleep_for_ever, NULL, "sleeper");

	assert_int_equal(kthread_stop(thread), 1);
}

static void a_wait_ends_at_its_time(void **state)
{
	struct task_struct *thread;
	long left;

	is_there = 0;
	assert_int_equal(wait_event_timeout(queue, READ_ONCE(is_there), 20), 0);
	assert_int_equal(wait_event_interruptible_timeout(queue, READ_ONCE(is_there), 0), 0);
	assert_int_equal(wait_event_timeout(queue, 1, 0), 1);
	thread = kthread_run(make_it_be_there, NULL, "waker");
	left = wait_event_interruptible_timeout(queue, READ_ONCE(is_there), 60000);
	assert_in_range(left, 1, 60000);
	assert_int_equal(kthread_stop(thread), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locks_keep_threads_apart),
		cmocka_unit_test(trylock_says_whose_it_is),
		cmocka_unit_test(many_may_read_and_one_may_write),
		cmocka_unit_test(readers_that_hold_off_interrupts_hold_off_writers),
		cmocka_unit_test(stop_wakes_a_thread_that_sleeps),
		cmocka_unit_test(a_thread_knows_its_name_and_number),
		cmocka_unit_test(a_completion_lets_one_pass_for_each),
		cmocka_unit_test(a_completion_may_be_waited_for_as_long_as_there_is),
		cmocka_unit_test(a_wait_ends_when_its_condition_holds),
		cmocka_unit_test(stop_wakes_a_thread_that_waits_for_an_event),
		cmocka_unit_test(stop_ends_the_longest_sleep),
		cmocka_unit_test(a_wait_ends_at_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
