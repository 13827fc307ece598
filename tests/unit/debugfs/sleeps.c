// SPDX-License-Identifier: MIT
/*
 * Functions of files that sleep, and what ends their sleep: the event, a peer that gives up or
 * goes, removal. Waiting for an event without a function, and removal by functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <oriel/debugfs.h>
#include <oriel/wait.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static int slot;
static unsigned int releases;

static int the_release(struct inode *inode, struct file *file)
{
	__atomic_fetch_add(&releases, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static ssize_t the_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	static const char text[] = "0123456789abcdef";

	return simple_read_from_buffer(buf, len, pos, text, sizeof(text) - 1);
}

static const struct file_operations fops = { .read = the_read, .release = the_release };

static struct dentry *make(umode_t mode, const struct file_operations *f)
{
	struct dentry *file = debugfs_create_file("file", mode, NULL, NULL, f);

	releases = 0;
	assert_false(IS_ERR_OR_NULL(file));
	slot = place_slot((uint32_t)getpid());
	return file;
}

/* A read that sleeps until it is told. */
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int told;
static sem_t inside;

static ssize_t sleepy_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	int err;

	sem_post(&inside);
	err = wait_event_interruptible(queue, __atomic_load_n(&told, __ATOMIC_SEQ_CST));
	if (err)
		return err;
	memcpy(buf, "woken", 5);
	return 5;
}

static __poll_t sleepy_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &queue, wait);
	return __atomic_load_n(&told, __ATOMIC_SEQ_CST) ? POLLIN | POLLRDNORM : 0;
}

static const struct file_operations sleepy = {
	.read = sleepy_read, .poll = sleepy_poll, .release = the_release,
};

static void wake(void)
{
	__atomic_store_n(&told, 1, __ATOMIC_SEQ_CST);
	wake_up_interruptible(&queue);
}

/* A connection on which a read sleeps. */
static int begin_sleep(void)
{
	struct orl_dfs_request r = { .len = 16 };
	struct orl_dfs_answer a;
	int err, fd;

	told = 0;
	fd = file_open(slot, "file", O_RDONLY, &err);
	assert_int_equal(err, 0);
	ask(fd, ORL_DFS_READ, &r, NULL);
	sem_wait(&inside);
	assert_int_equal(answer_get(fd, &a, NULL), ORL_DFS_SLEEPS);
	return fd;
}

static void a_read_that_sleeps_is_woken(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_answer a;
	int fd = begin_sleep();
	char data[ORL_DFS_DATA_MAX];

	wake();
	assert_int_equal(answer_get(fd, &a, data), 5);
	assert_memory_equal(data, "woken", 5);
	close(fd);
	debugfs_remove(file);
	assert_int_equal(releases, 1);
}

static void while_a_read_sleeps_other_files_are_served(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_answer a;
	int err, fd = begin_sleep(), second = begin_sleep();

	debugfs_create_file("other", 0444, NULL, NULL, &fops);
	assert_string_equal(cat(slot, "other", &err), "0123456789abcdef");
	debugfs_lookup_and_remove("other", NULL);
	wake();
	assert_int_equal(answer_get(fd, &a, NULL), 5);
	assert_int_equal(answer_get(second, &a, NULL), 5);
	close(fd);
	close(second);
	debugfs_remove(file);
	assert_int_equal(releases, 3);
}

static void removal_ends_a_read_that_sleeps(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_answer a;
	int fd = begin_sleep();
	char buf[8];

	debugfs_remove(file);
	assert_int_equal(releases, 1);
	assert_int_equal(answer_get(fd, &a, NULL), -EINTR);
	assert_int_equal(file_read(fd, 0, buf, 8), -EIO);
	close(fd);
}

static void cancel_ends_a_read_that_sleeps(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_request r = { 0 };
	struct orl_dfs_answer a;
	int fd = begin_sleep();

	ask(fd, ORL_DFS_CANCEL, &r, NULL);
	assert_int_equal(answer_get(fd, &a, NULL), -EINTR);
	close(fd);
	debugfs_remove(file);
}

static void a_reader_that_goes_ends_its_read(void **state)
{
	struct dentry *file = make(0444, &sleepy);

	close(begin_sleep());
	while (!__atomic_load_n(&releases, __ATOMIC_SEQ_CST))
		usleep(100);
	debugfs_remove(file);
	assert_int_equal(releases, 1);
}

static void *wake_later(void *unused)
{
	wake();
	return NULL;
}

static void any_thread_may_wait_for_an_event(void **state)
{
	pthread_t thread;

	told = 0;
	pthread_create(&thread, NULL, wake_later, NULL);
	wait_event(queue, __atomic_load_n(&told, __ATOMIC_SEQ_CST));
	assert_int_equal(wait_event_interruptible(queue, 1), 0);
	pthread_join(thread, NULL);
}

/* ---- poll ---- */

static void poll_answers_at_once_and_wait_when_woken(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_request r = { .flags = POLLIN };
	struct orl_dfs_answer a;
	uint32_t events;
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	told = 0;
	assert_int_equal(file_poll(fd, POLLIN, &events), 0);
	assert_int_equal(events, 0);
	ask(fd, ORL_DFS_WAIT, &r, NULL);
	close(file_open(slot, "file", O_RDONLY, &err));	/* served behind it */
	wake();
	assert_int_equal(answer_get(fd, &a, NULL), 0);
	assert_int_equal(a.events, POLLIN);
	ask(fd, ORL_DFS_WAIT, &r, NULL);
	assert_int_equal(answer_get(fd, &a, NULL), 0);
	assert_int_equal(a.events, POLLIN);
	close(fd);
	debugfs_remove(file);
}

static void cancel_and_removal_end_a_wait(void **state)
{
	struct dentry *file = make(0444, &sleepy);
	struct orl_dfs_request r = { .flags = POLLIN };
	struct orl_dfs_answer a;
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	told = 0;
	ask(fd, ORL_DFS_WAIT, &r, NULL);
	ask(fd, ORL_DFS_CANCEL, &r, NULL);
	assert_int_equal(answer_get(fd, &a, NULL), -EINTR);
	ask(fd, ORL_DFS_WAIT, &r, NULL);
	debugfs_remove(file);
	assert_int_equal(answer_get(fd, &a, NULL), 0);
	assert_int_equal(a.events, POLLHUP);
	close(fd);
}

static void a_file_without_poll_is_always_ready(void **state)
{
	struct dentry *file = make(0444, &fops);
	uint32_t events;
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	assert_int_equal(file_poll(fd, POLLIN | POLLOUT, &events), 0);
	assert_int_equal(events, POLLIN | POLLOUT);
	close(fd);
	debugfs_remove(file);
}

/* ---- removal from inside ---- */

static struct dentry *victim;

static ssize_t removing_write(struct file *file, const char *buf, size_t len, loff_t *pos)
{
	debugfs_remove(victim);
	victim = NULL;
	return (ssize_t)len;
}

static const struct file_operations removing = {
	.write = removing_write, .release = the_release,
};

static void a_function_may_remove_its_own_file(void **state)
{
	int err, fd;

	victim = make(0644, &removing);
	fd = file_open(slot, "file", O_WRONLY, &err);
	assert_int_equal(file_write(fd, 0, "x", 1), 1);
	assert_int_equal(releases, 1);
	assert_int_equal(file_write(fd, 0, "x", 1), -EIO);
	close(fd);
	assert_int_equal(releases, 1);
}

static void a_function_may_remove_a_file_whose_function_sleeps(void **state)
{
	struct orl_dfs_answer a;
	struct dentry *remover;
	int fd;

	victim = make(0444, &sleepy);
	fd = begin_sleep();
	remover = debugfs_create_file("remover", 0644, NULL, NULL, &removing);
	assert_int_equal(put(slot, "remover", "x"), 1);
	assert_int_equal(answer_get(fd, &a, NULL), -EINTR);
	close(fd);
	debugfs_remove(remover);
	assert_int_equal(releases, 2);
}

static void *remove_it(void *dentry)
{
	debugfs_remove(dentry);
	return NULL;
}

static void removal_waits_for_who_holds_the_file(void **state)
{
	struct dentry *file = make(0444, &fops);
	struct orl_dfs_node node;
	pthread_t thread;

	assert_int_equal(debugfs_file_get(file), 0);
	pthread_create(&thread, NULL, remove_it, file);
	while (node_find(slot, "file", &node, NULL))
		usleep(100);
	assert_int_equal(debugfs_file_get(file), -EIO);
	assert_int_equal(pthread_tryjoin_np(thread, NULL), EBUSY);
	debugfs_file_put(file);
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_that_sleeps_is_woken),
		cmocka_unit_test(while_a_read_sleeps_other_files_are_served),
		cmocka_unit_test(removal_ends_a_read_that_sleeps),
		cmocka_unit_test(cancel_ends_a_read_that_sleeps),
		cmocka_unit_test(a_reader_that_goes_ends_its_read),
		cmocka_unit_test(any_thread_may_wait_for_an_event),
		cmocka_unit_test(poll_answers_at_once_and_wait_when_woken),
		cmocka_unit_test(cancel_and_removal_end_a_wait),
		cmocka_unit_test(a_file_without_poll_is_always_ready),
		cmocka_unit_test(a_function_may_remove_its_own_file),
		cmocka_unit_test(a_function_may_remove_a_file_whose_function_sleeps),
		cmocka_unit_test(removal_waits_for_who_holds_the_file),
	};
	int failed;

	place_begin(argv);
	sem_init(&inside, 0, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
