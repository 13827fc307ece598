// SPDX-License-Identifier: MIT
/*
 * A function removes a file that is just being closed: removal finds its function at its end, and
 * while it waits for its turn to go on, release() begins, and sleeps.
 *
 * The order of locks is told by their wrappers:
 *
 *   remover   rests = 1: it laid the baton down, and waits for b_read()
 *   closer    b_read() ends; it takes no lock again until
 *   remover   wants_turn: it found nothing that runs
 *   closer    b_release() sleeps until
 *   remover   rests = 2: it waits again; or removal has returned, too early
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "client.h"
#include "debugfs/debugfs.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct dentry *b;
static int reads, rests, wants_turn, gone, removed, released, too_early;
static __thread bool removes;
static __thread int closes;		/* locks taken since b_read() ended, plus 1 */

int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);

static void set(int *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_SEQ_CST);
	wake_up(&queue);
}

static int get(const int *what)
{
	return __atomic_load_n(what, __ATOMIC_SEQ_CST);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (removes && mutex != &orl_debugfs.lock)
		set(&wants_turn);
	if (closes && closes++ == 2) {
		while (!get(&wants_turn))
			sched_yield();
	}
	return __real_pthread_mutex_lock(mutex);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	int err = __real_pthread_mutex_unlock(mutex);

	if (removes && mutex != &orl_debugfs.lock)
		set(&rests);
	return err;
}

static ssize_t b_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	set(&reads);
	wait_event(queue, get(&rests) && get(&gone));
	closes = 1;
	return 0;
}

static int b_release(struct inode *inode, struct file *file)
{
	closes = 0;
	wait_event(queue, get(&rests) > 1 || get(&removed));
	too_early = get(&removed);
	set(&released);
	return 0;
}

static ssize_t a_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	removes = true;
	debugfs_remove(b);
	removes = false;
	set(&removed);
	return 0;
}

static void removal_waits_for_a_release_that_began_before_its_turn(void **state)
{
	static const struct file_operations a_fops = { .read = a_read };
	static const struct file_operations b_fops = { .read = b_read, .release = b_release };
	struct dentry *a = debugfs_create_file("a", 0444, NULL, NULL, &a_fops);
	struct orl_dfs_request request = { .len = 1 };
	struct orl_dfs_answer answer;
	int slot = place_slot((uint32_t)getpid()), err, remover, closer;

	b = debugfs_create_file("b", 0444, NULL, NULL, &b_fops);
	remover = file_open(slot, "a", O_RDONLY, &err);
	closer = file_open(slot, "b", O_RDONLY, &err);
	ask(closer, ORL_DFS_READ, &request, NULL);
	while (!get(&reads))
		sched_yield();
	ask(remover, ORL_DFS_READ, &request, NULL);
	while (!get(&rests))
		sched_yield();
	close(closer);
	set(&gone);
	assert_int_equal(answer_get(remover, &answer, NULL), 0);
	while (!get(&released))
		sched_yield();
	assert_int_equal(too_early, 0);
	close(remover);
	debugfs_remove(a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removal_waits_for_a_release_that_began_before_its_turn),
	};
	int failed;

	place_begin(argv);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
