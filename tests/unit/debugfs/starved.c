// SPDX-License-Identifier: MIT
/*
 * A program that has no descriptor left: nobody can come in, and the service does not try without
 * end. Who waits is served when there is one again, and so are a child's files that could not be at
 * first. And one whose files may not be long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <oriel/debugfs.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

#define FEW 64

static int slot;

static ssize_t the_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	return 0;
}

static const struct file_operations fops = { .read = the_read };

/* Descriptors until there are no more; how many. */
static int use_up(int fds[FEW])
{
	int n = 0;

	while (n < FEW && (fds[n] = open("/dev/null", O_RDONLY)) >= 0)
		n++;
	return n;
}

static double cpu_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A peer that wants the file when nobody can be let in any more. */
static int come_late(int fds[FEW], int *n)
{
	struct orl_dfs_request r = { .flags = O_RDONLY };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct orl_dfs_node node;

	snprintf(to.sun_path, sizeof(to.sun_path), "%.80s/socket.%d", place_dir(), slot);
	assert_true(node_find(slot, "file", &node, &r.node));
	r.serial = node.serial;
	*n = use_up(fds);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	ask(fd, ORL_DFS_OPEN, &r, NULL);
	return fd;
}

static void who_waits_for_a_descriptor_costs_nothing_and_is_served(void **state)
{
	struct timespec half = { .tv_nsec = 500000000 };
	struct rlimit few = { FEW, FEW };
	struct orl_dfs_answer a;
	int fds[FEW], n, fd;
	double before;

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	fd = come_late(fds, &n);
	before = cpu_seconds();
	nanosleep(&half, NULL);
	assert_true(cpu_seconds() - before < 0.25);
	while (n)
		close(fds[--n]);
	assert_int_equal(answer_get(fd, &a, NULL), 0);
	close(fd);
}

/* @keep: tell by the one when there are no descriptors, wait at the other until there shall be. The
 * limit comes before the closing: at no time could the service have others. */
static void lose_descriptors(const int keep[2])
{
	struct rlimit old, none;
	char byte = 0;

	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ 3, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	for (int fd = 3; fd < FEW; fd++) {
		if (fd != keep[0] && fd != keep[1])
			close(fd);
	}
	if (write(keep[1], &byte, 1) != 1 || read(keep[0], &byte, 1) != 1)
		_exit(1);
	setrlimit(RLIMIT_NOFILE, &old);
	for (;;)
		pause();
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void who_lost_its_socket_has_another_when_there_are_descriptors(void **state)
{
	int ready[2], go[2], err, fd;
	char byte = 0;
	pid_t child;

	assert_int_equal(pipe(ready) | pipe(go), 0);
	child = fork();
	if (!child)
		lose_descriptors((int[]){ go[0], ready[1] });
	assert_int_equal(read(ready[0], &byte, 1), 1);
	do {				/* the first ones meet the socket that is no more */
		fd = file_open(place_slot((uint32_t)child), "file", O_RDONLY, &err);
		close(fd);
	} while (err != -ECONNREFUSED);
	assert_int_equal(write(go[1], &byte, 1), 1);
	while (err) {
		fd = file_open(place_slot((uint32_t)child), "file", O_RDONLY, &err);
		close(fd);
	}
	end_child(child);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

static void a_childs_files_are_served_though_they_could_not_be_at_first(void **state)
{
	struct rlimit old, few = { FEW, FEW };
	int ready[2], fds[FEW], n, err, fd;
	static u32 value;
	char byte = 0;
	pid_t child;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few.rlim_max = old.rlim_max;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	n = use_up(fds);
	child = fork();
	while (n)
		close(fds[--n]);
	if (!child) {
		debugfs_create_u32("value", 0644, NULL, &value);
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	fd = file_open(place_slot((uint32_t)child), "file", O_RDONLY, &err);
	end_child(child);
	assert_int_equal(err, 0);
	close(fd);
	close(ready[0]);
	close(ready[1]);
}

static void a_limit_of_file_sizes_is_an_error_and_no_signal(void **state)
{
	struct rlimit old, small;
	int status = -1;
	pid_t child;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 4096, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	child = fork();			/* makes a file of its own */
	if (!child)
		_exit(PTR_ERR(debugfs_create_dir("dir", NULL)) == -EFBIG ? 0 : 1);
	waitpid(child, &status, 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_lost_its_socket_has_another_when_there_are_descriptors),
		cmocka_unit_test(a_childs_files_are_served_though_they_could_not_be_at_first),
		cmocka_unit_test(who_waits_for_a_descriptor_costs_nothing_and_is_served),
		cmocka_unit_test(a_limit_of_file_sizes_is_an_error_and_no_signal),
	};
	int failed;

	place_begin(argv);
	debugfs_create_file("file", 0644, NULL, NULL, &fops);
	slot = place_slot((uint32_t)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
