// SPDX-License-Identifier: MIT
/*
 * Files of a process that forks, execs, exits, crashes, closes descriptors that are not its own,
 * and loads and unloads objects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <oriel/debugfs.h>
#include <oriel/wait.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "plugin.h"

static const char *plugin_path;
static u32 value = 1;
static int releases;

static ssize_t the_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "pid %ld\n", (long)getpid());

	return simple_read_from_buffer(buf, len, pos, text, (size_t)n);
}

static int the_release(struct inode *inode, struct file *file)
{
	__atomic_fetch_add(&releases, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static const struct file_operations fops = { .read = the_read, .release = the_release };

static struct dentry *make(void)
{
	struct dentry *dir = debugfs_create_dir("driver", NULL);

	debugfs_create_u32("value", 0644, dir, &value);
	debugfs_create_file("file", 0644, dir, NULL, &fops);
	debugfs_create_symlink("link", dir, "file");
	return dir;
}

/* The slot of a process that has a path, and with it somebody who serves it; -1: none yet */
static int slot_with(pid_t pid, const char *path)
{
	struct orl_dfs header;
	struct orl_dfs_node node;

	for (int slot = 0; slot < 512; slot++) {
		if (header_read(slot, &header) && header.pid == (uint32_t)pid &&
		    node_find(slot, path, &node, NULL))
			return slot;
	}
	return -1;
}

/* A child that has done something, and now waits for its end. */
static pid_t child_of(void (*fn)(void))
{
	int ready[2];
	char byte = 0;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		fn();
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static int end_child(pid_t child)
{
	int status = 0;

	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return status;
}

static void expect_pid(int slot, pid_t pid)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "pid %ld\n", (long)pid);
	assert_string_equal(cat(slot, "driver/file", &err), text);
	assert_int_equal(err, 0);
}

static void set_two(void)
{
	value = 2;
}

static void a_child_has_the_files_as_its_own(void **state)
{
	struct dentry *dir = make();
	pid_t child = child_of(set_two);
	int mine = place_slot((uint32_t)getpid()), its = place_slot((uint32_t)child), err;
	struct orl_dfs_node node;

	assert_true(its >= 0 && its != mine);
	expect_pid(mine, getpid());
	expect_pid(its, child);
	assert_true(node_find(its, "driver/link", &node, NULL));
	assert_string_equal(cat(mine, "driver/value", &err), "1\n");
	assert_string_equal(cat(its, "driver/value", &err), "2\n");
	end_child(child);
	debugfs_remove(dir);
}

/* What a thread that begins does under locks of others; here it takes its time. */
static atomic_int slow;			/* 1: the next thread is to be, 2: it is in there, 3: was */
static void *(*begins)(void *arg);

static void *begin_slowly(void *arg)
{
	usleep(100000);
	atomic_store(&slow, 3);
	return begins(arg);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *arg),
			  void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *arg),
			  void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *arg),
			  void *arg)
{
	int asked = 1;

	if (atomic_compare_exchange_strong(&slow, &asked, 2)) {
		begins = start;
		start = begin_slowly;
	}
	return __real_pthread_create(thread, attr, start, arg);
}

static void a_fork_waits_for_a_thread_that_begins(void **state)
{
	struct dentry *dir = make();
	pid_t child, grandchild;
	int status = 0;

	atomic_store(&slow, 1);
	child = fork();
	if (!child) {
		while (atomic_load(&slow) == 1)	/* fork() has made the child's thread */
			sched_yield();
		grandchild = fork();
		if (!grandchild)
			_exit(atomic_load(&slow));
		waitpid(grandchild, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	atomic_store(&slow, 0);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	debugfs_remove(dir);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
static bool has_little_memory;		/* not so much as a thread of the service needs */

void *__wrap_calloc(size_t n, size_t size)
{
	return has_little_memory && size > ORL_DFS_DATA_MAX ? NULL : __real_calloc(n, size);
}

static void a_file_that_nobody_has_memory_to_serve_is_enomem(void **state)
{
	struct dentry *dir = make();
	int status = 0;
	pid_t child;

	has_little_memory = true;
	child = fork();
	if (!child) {
		if (PTR_ERR(debugfs_create_file("more", 0644, NULL, NULL, &fops)) != -ENOMEM)
			_exit(1);
		has_little_memory = false;
		_exit(IS_ERR(debugfs_create_file("more", 0644, NULL, NULL, &fops)));
	}
	has_little_memory = false;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	debugfs_remove(dir);
}

static void remove_the_driver(void)
{
	debugfs_lookup_and_remove("driver", NULL);
	debugfs_create_dir("other", NULL);
}

static void what_a_child_removes_stays_with_its_parent(void **state)
{
	struct dentry *dir = make();
	pid_t child = child_of(remove_the_driver);
	int mine = place_slot((uint32_t)getpid()), its = place_slot((uint32_t)child);
	struct orl_dfs_node node;

	assert_false(node_find(its, "driver", &node, NULL));
	assert_true(node_find(its, "other", &node, NULL));
	assert_false(node_find(mine, "other", &node, NULL));
	expect_pid(mine, getpid());
	end_child(child);
	debugfs_remove(dir);
}

static void nothing(void)
{
}

static void what_is_open_stays_the_parents(void **state)
{
	struct dentry *dir = make();
	int err, mine = place_slot((uint32_t)getpid()), before = releases;
	int fd = file_open(mine, "driver/file", O_RDONLY, &err);
	pid_t child = child_of(nothing);
	char buf[32];

	assert_true(file_read(fd, 0, buf, sizeof(buf)) > 0);
	end_child(child);
	assert_true(file_read(fd, 0, buf, sizeof(buf)) > 0);
	close(fd);
	debugfs_remove(dir);
	assert_int_equal(releases, before + 1);
}

static void a_peer_sees_its_end_though_a_child_lives_on(void **state)
{
	struct dentry *dir = make();
	int err, mine = place_slot((uint32_t)getpid());
	int fd = file_open(mine, "driver/file", O_RDONLY, &err);
	pid_t child = child_of(nothing);
	char byte;

	send(fd, "x", 1, MSG_NOSIGNAL);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	end_child(child);
	debugfs_remove(dir);
}

static void a_child_of_a_child_has_them_too(void **state)
{
	struct dentry *dir = make();
	int ready[2];
	pid_t child, grandchild = 0;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		grandchild = fork();
		if (!grandchild)
			grandchild = getpid();
		else
			pause();
		if (write(ready[1], &grandchild, sizeof(grandchild)) > 0)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	expect_pid(place_slot((uint32_t)grandchild), grandchild);
	expect_pid(place_slot((uint32_t)child), child);
	kill(grandchild, SIGKILL);
	end_child(child);
	close(ready[0]);
	close(ready[1]);
	debugfs_remove(dir);
}

static void make_driver(void)
{
	make();
}

static void the_thread_goes_on_when_its_descriptors_were_closed(void **state)
{
	int ready[2], err = -1;
	char byte = 0;
	pid_t child;
	int fd, slot;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		make();
		for (fd = 3; fd < 256; fd++)
			if (fd != ready[1])
				close(fd);
		for (int i = 0; i < 16; i++)	/* their numbers are others' now */
			open("/dev/null", O_RDWR);
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	slot = place_slot((uint32_t)child);
	while (err) {			/* the first ones meet the socket that is no more */
		fd = file_open(slot, "driver/file", O_RDONLY, &err);
		close(fd);
	}
	expect_pid(slot, child);
	end_child(child);
	close(ready[0]);
	close(ready[1]);
}

static void an_exec_ends_what_is_open(void **state)
{
	int go[2], err, fd, slot;
	char byte;
	pid_t child;

	assert_int_equal(pipe(go), 0);
	child = fork();
	if (!child) {
		make();
		if (read(go[0], &byte, 1) == 1)
			execlp("sleep", "sleep", "1000", (char *)NULL);
		_exit(1);
	}
	while (slot_with(child, "driver/file") < 0)
		usleep(100);
	slot = slot_with(child, "driver/file");
	fd = file_open(slot, "driver/file", O_RDONLY, &err);
	assert_int_equal(err, 0);
	assert_int_equal(write(go[1], "", 1), 1);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	while ((fd = dial(slot)) >= 0)	/* the kernel closes one after the other */
		close(fd);
	end_child(child);
	close(go[0]);
	close(go[1]);
}

/* ---- functions that do not come back ---- */

static ssize_t hanging_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	for (;;)
		pause();
	return 0;
}

static ssize_t crashing_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	raise(SIGKILL);
	return 0;
}

static const struct file_operations hanging = { .read = hanging_read };
static const struct file_operations crashing = { .read = crashing_read };

static void make_hanging(void)
{
	debugfs_create_file("hanging", 0444, NULL, NULL, &hanging);
	make();
}

/* A connection with a read under way; nobody ever answers. */
static int begin_read(int slot, const char *path)
{
	struct orl_dfs_request r = { .len = 8 };
	int err, fd = file_open(slot, path, O_RDONLY, &err);

	assert_int_equal(err, 0);
	ask(fd, ORL_DFS_READ, &r, NULL);
	return fd;
}

static void a_function_that_hangs_holds_up_no_exit(void **state)
{
	int ready[2], status = -1, fd;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		make_hanging();
		if (read(ready[0], &byte, 1) == 1)
			exit(7);
		_exit(1);
	}
	while (slot_with(child, "driver/file") < 0)
		usleep(100);
	fd = begin_read(slot_with(child, "hanging"), "hanging");
	assert_int_equal(write(ready[1], "", 1), 1);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	close(fd);
	close(ready[0]);
	close(ready[1]);
}

static void a_function_that_hangs_holds_up_no_change_and_no_fork(void **state)
{
	struct dentry *hung = debugfs_create_file("hanging", 0444, NULL, NULL, &hanging);
	struct dentry *dir = make();
	int slot = place_slot((uint32_t)getpid());
	struct orl_dfs_node node;
	pid_t child;
	int fd = begin_read(slot, "hanging");

	assert_false(IS_ERR(hung));
	debugfs_create_dir("more", dir);
	assert_true(node_find(slot, "driver/more", &node, NULL));
	child = child_of(nothing);
	expect_pid(place_slot((uint32_t)child), child);
	end_child(child);
	debugfs_remove(dir);
	assert_false(node_find(slot, "driver", &node, NULL));
	close(fd);
}

static void make_crashing(void)
{
	debugfs_create_file("crashing", 0444, NULL, NULL, &crashing);
}

static pid_t forked;

static ssize_t forking_write(struct file *file, const char *buf, size_t len, loff_t *pos)
{
	pid_t child = fork();

	if (child)
		forked = child;
	return (ssize_t)len;
}

static const struct file_operations forking = { .write = forking_write };

static void a_child_that_comes_back_from_a_function_ends(void **state)
{
	struct dentry *file = debugfs_create_file("forking", 0200, NULL, NULL, &forking);
	struct dentry *dir = make();
	int slot = place_slot((uint32_t)getpid()), status;

	assert_int_equal(put(slot, "forking", "once"), 4);
	assert_int_equal(waitpid(forked, &status, 0), forked);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	expect_pid(slot, getpid());
	debugfs_remove(dir);
	debugfs_remove(file);
}

static void a_crash_in_a_function_is_its_peers_end_of_file(void **state)
{
	pid_t child = child_of(make_crashing);
	int slot = place_slot((uint32_t)child), status;
	int fd = begin_read(slot, "crashing");
	char byte;

	assert_true(recv(fd, &byte, 1, 0) <= 0);
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	close(fd);
}

static void the_files_go_when_the_process_ends(void **state)
{
	int status, slot;
	char path[192];
	pid_t child = fork();

	if (!child) {
		make_driver();
		exit(place_slot((uint32_t)getpid()));
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	slot = WEXITSTATUS(status);
	snprintf(path, sizeof(path), "%s/debugfs.%d", place_dir(), slot);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof(path), "%s/socket.%d", place_dir(), slot);
	assert_int_equal(access(path, F_OK), -1);
}

/* ---- objects ---- */

static void an_object_that_removed_its_files_may_be_unloaded(void **state)
{
	void *object = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);
	int (*plug)(int *) = object ? (int (*)(int *))dlsym(object, "plugin_begin") : NULL;
	void (*unplug)(void) = object ? (void (*)(void))dlsym(object, "plugin_end") : NULL;
	struct orl_dfs mine, its;
	struct dentry *dir = make();
	int err, fd, slot, released = 0;
	char buf[8];

	assert_non_null(object);
	assert_int_equal(plug(&released), 0);
	slot = slot_with(getpid(), "plugin/file");
	assert_true(slot >= 0 && header_read(slot, &its));
	assert_true(header_read(slot_with(getpid(), "driver/file"), &mine));
	assert_true(mine.copy != its.copy && mine.image == its.image);
	fd = file_open(slot, "plugin/file", O_RDONLY, &err);
	assert_int_equal(file_read(fd, 0, buf, 8), 7);
	unplug();
	assert_int_equal(released, 1);
	assert_int_equal(dlclose(object), 0);
	assert_int_equal(file_read(fd, 0, buf, 8), -EIO);
	close(fd);
	expect_pid(slot_with(getpid(), "driver/file"), getpid());
	debugfs_remove(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_has_the_files_as_its_own),
		cmocka_unit_test(a_fork_waits_for_a_thread_that_begins),
		cmocka_unit_test(a_file_that_nobody_has_memory_to_serve_is_enomem),
		cmocka_unit_test(what_a_child_removes_stays_with_its_parent),
		cmocka_unit_test(what_is_open_stays_the_parents),
		cmocka_unit_test(a_peer_sees_its_end_though_a_child_lives_on),
		cmocka_unit_test(a_child_of_a_child_has_them_too),
		cmocka_unit_test(the_thread_goes_on_when_its_descriptors_were_closed),
		cmocka_unit_test(an_exec_ends_what_is_open),
		cmocka_unit_test(a_function_that_hangs_holds_up_no_exit),
		cmocka_unit_test(a_child_that_comes_back_from_a_function_ends),
		cmocka_unit_test(a_crash_in_a_function_is_its_peers_end_of_file),
		cmocka_unit_test(the_files_go_when_the_process_ends),
		cmocka_unit_test(an_object_that_removed_its_files_may_be_unloaded),
		/* last: what hangs stays */
		cmocka_unit_test(a_function_that_hangs_holds_up_no_change_and_no_fork),
	};
	int failed;

	place_begin(argv);
	plugin_path = argv[1];
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
