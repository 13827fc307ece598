// SPDX-License-Identifier: MIT
/*
 * Files with functions of their own, as a peer on the socket sees them, and as the functions do.
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
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static int slot;

/* What the functions below were asked, and what they are to answer. */
static struct {
	unsigned int opens, releases, flushes;
	struct file seen;
	struct inode inode;
	void *data;
	ssize_t result;
	char written[256];
	size_t len;
	loff_t pos;
	pthread_t thread;
	char name[32];
	sigset_t mask;
} did;

static int the_open(struct inode *inode, struct file *file)
{
	did.opens++;
	did.seen = *file;
	did.inode = *inode;
	did.data = inode->i_private;
	did.thread = pthread_self();
	pthread_getname_np(did.thread, did.name, sizeof(did.name));
	pthread_sigmask(SIG_BLOCK, NULL, &did.mask);
	return (int)did.result;
}

static int the_release(struct inode *inode, struct file *file)
{
	__atomic_fetch_add(&did.releases, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static int the_flush(struct file *file, void *id)
{
	did.flushes++;
	return 0;
}

static ssize_t the_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	static const char text[] = "0123456789abcdef";

	if (did.result)
		return did.result;
	return simple_read_from_buffer(buf, len, pos, text, sizeof(text) - 1);
}

static ssize_t the_write(struct file *file, const char *buf, size_t len, loff_t *pos)
{
	did.pos = *pos;
	did.len = len;
	memcpy(did.written, buf, len < sizeof(did.written) ? len : sizeof(did.written));
	if (did.result)
		return did.result;
	*pos += (loff_t)len;
	return (ssize_t)len;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.llseek = default_llseek,
	.open = the_open,
	.read = the_read,
	.write = the_write,
	.flush = the_flush,
	.release = the_release,
};

static struct dentry *make(umode_t mode, const struct file_operations *f)
{
	struct dentry *file = debugfs_create_file("file", mode, NULL, &did, f);

	memset(&did, 0, sizeof(did));
	assert_false(IS_ERR_OR_NULL(file));
	slot = place_slot((uint32_t)getpid());
	return file;
}

static void open_read_write_and_release_are_called(void **state)
{
	struct dentry *file = make(0644, &fops);
	char buf[64];
	int err, fd = file_open(slot, "file", O_RDWR, &err);

	assert_int_equal(err, 0);
	assert_int_equal(did.opens, 1);
	assert_ptr_equal(did.data, &did);
	assert_ptr_equal(did.seen.f_op, &fops);
	assert_ptr_equal(did.seen.f_path.dentry, file);
	assert_int_equal(did.seen.f_flags & O_ACCMODE, O_RDWR);
	assert_int_equal(did.seen.f_mode, FMODE_READ | FMODE_WRITE | FMODE_LSEEK);
	assert_int_equal(file_read(fd, 0, buf, sizeof(buf)), 16);
	assert_memory_equal(buf, "0123456789abcdef", 16);
	assert_int_equal(file_read(fd, 10, buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "abcdef", 6);
	assert_int_equal(file_read(fd, 16, buf, sizeof(buf)), 0);
	assert_int_equal(file_write(fd, 5, "hello", 5), 5);
	assert_int_equal(did.pos, 5);
	assert_memory_equal(did.written, "hello", 5);
	assert_int_equal(did.releases, 0);
	close(fd);
	debugfs_remove(file);
	assert_int_equal(did.releases, 1);
	assert_int_equal(did.flushes, 1);
}

static void functions_run_on_a_thread_of_the_library_with_signals_blocked(void **state)
{
	struct dentry *file = make(0444, &fops);
	int err;

	cat(slot, "file", &err);
	assert_int_equal(err, 0);
	assert_false(pthread_equal(did.thread, pthread_self()));
	assert_string_equal(did.name, "oriel-debugfs");
	for (int sig = 1; sig < 32; sig++) {
		if (sig != SIGKILL && sig != SIGSTOP)
			assert_true(sigismember(&did.mask, sig));
	}
	debugfs_remove(file);
}

static void an_error_of_open_is_the_answer_and_nothing_is_released(void **state)
{
	struct dentry *file = make(0644, &fops);
	int err;

	did.result = -EBUSY;
	close(file_open(slot, "file", O_RDONLY, &err));
	assert_int_equal(err, -EBUSY);
	debugfs_remove(file);
	assert_int_equal(did.releases, 0);
}

static void errors_of_functions_are_the_answer(void **state)
{
	struct dentry *file = make(0644, &fops);
	char buf[8];
	int err, fd = file_open(slot, "file", O_RDWR, &err);

	did.result = -ENXIO;
	assert_int_equal(file_read(fd, 0, buf, 8), -ENXIO);
	did.result = -E2BIG;
	assert_int_equal(file_write(fd, 0, "x", 1), -E2BIG);
	did.result = -ERESTARTSYS;
	assert_int_equal(file_read(fd, 0, buf, 8), -EINTR);
	did.result = -100000;
	assert_int_equal(file_read(fd, 0, buf, 8), -EIO);
	did.result = 100000;
	assert_int_equal(file_read(fd, 0, buf, 8), -EIO);
	close(fd);
	debugfs_remove(file);
}

static void a_file_opened_for_one_thing_does_not_do_the_other(void **state)
{
	struct dentry *file = make(0644, &fops);
	char buf[8];
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	assert_int_equal(file_write(fd, 0, "x", 1), -EBADF);
	close(fd);
	fd = file_open(slot, "file", O_WRONLY, &err);
	assert_int_equal(file_read(fd, 0, buf, 8), -EBADF);
	close(fd);
	debugfs_remove(file);
}

static void without_a_function_reading_and_writing_are_einval(void **state)
{
	static const struct file_operations none = { .llseek = NULL };
	struct dentry *file = make(0644, &none);
	char buf[8];
	int err, fd = file_open(slot, "file", O_RDWR, &err);

	assert_int_equal(err, 0);
	assert_int_equal(file_read(fd, 0, buf, 8), -EINVAL);
	assert_int_equal(file_write(fd, 0, "x", 1), -EINVAL);
	assert_int_equal(file_seek(fd, 0, SEEK_SET), -ESPIPE);
	close(fd);
	debugfs_remove(file);
}

static void a_file_without_operations_is_empty_and_takes_everything(void **state)
{
	struct dentry *file = make(0644, NULL);
	int err;

	assert_string_equal(cat(slot, "file", &err), "");
	assert_int_equal(err, 0);
	assert_int_equal(put(slot, "file", "anything"), 8);
	debugfs_remove(file);
}

static void default_llseek_counts_from_all_three(void **state)
{
	int err, fd;

	memset(&did, 0, sizeof(did));
	debugfs_create_file_size("sized", 0644, NULL, NULL, &fops, 100);
	fd = file_open(slot, "sized", O_RDONLY, &err);
	assert_int_equal(file_seek(fd, 10, SEEK_SET), 10);
	assert_int_equal(file_seek(fd, 5, SEEK_CUR), 15);
	assert_int_equal(file_seek(fd, -1, SEEK_END), 99);
	assert_int_equal(file_seek(fd, 1000, SEEK_SET), 1000);
	assert_int_equal(file_seek(fd, -1, SEEK_SET), -EINVAL);
	assert_int_equal(file_seek(fd, 0, 17), -EINVAL);
	assert_int_equal(file_seek(fd, 20, SEEK_DATA), 20);
	assert_int_equal(file_seek(fd, 20, SEEK_HOLE), 100);
	assert_int_equal(file_seek(fd, 100, SEEK_DATA), -ENXIO);
	close(fd);
	debugfs_lookup_and_remove("sized", NULL);
}

static void nothing_ends_behind_the_last_position(void **state)
{
	static const struct file_operations plain = { .llseek = default_llseek, .read = the_read,
						      .write = the_write };
	char buf[8];
	int err, fd;

	memset(&did, 0, sizeof(did));
	debugfs_create_file_size("far", 0644, NULL, NULL, &plain, 100);
	fd = file_open(slot, "far", O_RDWR, &err);
	assert_int_equal(file_seek(fd, INT64_MAX, SEEK_SET), INT64_MAX);
	assert_int_equal(file_seek(fd, 1, SEEK_CUR), -EINVAL);
	assert_int_equal(file_seek(fd, INT64_MAX, SEEK_END), -EINVAL);
	assert_int_equal(file_read(fd, INT64_MAX - 7, buf, 8), -EINVAL);
	assert_int_equal(file_read(fd, INT64_MAX - 8, buf, 8), 0);
	assert_int_equal(file_write(fd, INT64_MAX - 2, "abc", 3), -EINVAL);
	assert_int_equal(did.len, 0);
	assert_int_equal(file_write(fd, INT64_MAX - 3, "abc", 3), 3);
	close(fd);
	debugfs_lookup_and_remove("far", NULL);
}

static void no_function_is_asked_from_where_no_seek_begins(void **state)
{
	static const struct file_operations noop = { .llseek = noop_llseek };
	int err, fd;

	debugfs_create_file("noop", 0644, NULL, NULL, &noop);
	fd = file_open(slot, "noop", O_RDONLY, &err);
	assert_int_equal(file_seek(fd, 0, SEEK_HOLE), 0);
	assert_int_equal(file_seek(fd, 0, SEEK_HOLE + 1), -EINVAL);
	assert_int_equal(file_seek(fd, 0, -1), -EINVAL);
	close(fd);
	debugfs_lookup_and_remove("noop", NULL);
}

static void noop_llseek_stays_and_no_llseek_refuses(void **state)
{
	static const struct file_operations stays = { .llseek = noop_llseek, .read = the_read };
	static const struct file_operations refuses = { .llseek = no_llseek };
	static const struct file_operations stream = { .llseek = default_llseek,
						       .open = nonseekable_open };
	struct dentry *file = make(0644, &stays);
	char buf[4];
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	assert_int_equal(file_read(fd, 0, buf, 4), 4);
	assert_int_equal(file_seek(fd, 77, SEEK_SET), 4);
	close(fd);
	debugfs_remove(file);
	file = make(0644, &refuses);
	fd = file_open(slot, "file", O_RDONLY, &err);
	assert_int_equal(file_seek(fd, 0, SEEK_SET), -ESPIPE);
	close(fd);
	debugfs_remove(file);
	file = make(0644, &stream);
	fd = file_open(slot, "file", O_RDONLY, &err);
	assert_int_equal(file_seek(fd, 0, SEEK_SET), -ESPIPE);
	close(fd);
	debugfs_remove(file);
}

/* ---- removal ---- */

static void what_is_open_when_it_is_removed_is_eio_and_released_once(void **state)
{
	struct dentry *file = make(0644, &fops);
	char buf[8];
	uint32_t events = 0;
	int err, fd = file_open(slot, "file", O_RDWR, &err), other;

	debugfs_remove(file);
	assert_int_equal(did.releases, 1);
	assert_int_equal(file_read(fd, 0, buf, 8), -EIO);
	assert_int_equal(file_write(fd, 0, "x", 1), -EIO);
	assert_int_equal(file_seek(fd, 0, SEEK_SET), -EIO);
	assert_int_equal(file_poll(fd, 1, &events), 0);
	assert_int_equal(events, POLLHUP);
	close(fd);
	other = file_open(slot, "file", O_RDONLY, &err);
	assert_int_equal(err, -ENOENT);
	assert_int_equal(other, -1);
	assert_int_equal(did.releases, 1);
}

static void another_file_in_its_place_is_not_it(void **state)
{
	struct orl_dfs_request r = { 0 };
	struct orl_dfs_answer a;
	struct orl_dfs_node node;
	struct dentry *file = make(0644, &fops);
	int fd;

	assert_true(node_find(slot, "file", &node, &r.node));
	r.serial = node.serial;
	debugfs_remove(file);
	file = make(0644, &fops);
	fd = dial(slot);
	ask(fd, ORL_DFS_OPEN, &r, NULL);
	assert_int_equal(answer_get(fd, &a, NULL), -ENOENT);
	close(fd);
	debugfs_remove(file);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_read_write_and_release_are_called),
		cmocka_unit_test(functions_run_on_a_thread_of_the_library_with_signals_blocked),
		cmocka_unit_test(an_error_of_open_is_the_answer_and_nothing_is_released),
		cmocka_unit_test(errors_of_functions_are_the_answer),
		cmocka_unit_test(a_file_opened_for_one_thing_does_not_do_the_other),
		cmocka_unit_test(without_a_function_reading_and_writing_are_einval),
		cmocka_unit_test(a_file_without_operations_is_empty_and_takes_everything),
		cmocka_unit_test(default_llseek_counts_from_all_three),
		cmocka_unit_test(nothing_ends_behind_the_last_position),
		cmocka_unit_test(no_function_is_asked_from_where_no_seek_begins),
		cmocka_unit_test(noop_llseek_stays_and_no_llseek_refuses),
		cmocka_unit_test(what_is_open_when_it_is_removed_is_eio_and_released_once),
		cmocka_unit_test(another_file_in_its_place_is_not_it),
	};
	int failed;

	place_begin(argv);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
