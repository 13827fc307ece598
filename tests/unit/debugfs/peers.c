// SPDX-License-Identifier: MIT
/*
 * Peers that do what they should not. Whatever they send, they are disconnected and others are
 * served; what they had open is released.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <oriel/debugfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static int slot;
static int releases;

static ssize_t the_read(struct file *file, char *buf, size_t len, loff_t *pos)
{
	memset(buf, 'r', len);
	return (ssize_t)len;
}

static int the_release(struct inode *inode, struct file *file)
{
	__atomic_fetch_add(&releases, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static const struct file_operations fops = { .read = the_read, .release = the_release };

static void expect_served(void)
{
	char buf[4];
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	assert_int_equal(err, 0);
	assert_int_equal(file_read(fd, 0, buf, 4), 4);
	close(fd);
}

static void expect_gone(int fd)
{
	char byte;

	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	expect_served();
}

static void what_is_no_request_ends_the_connection(void **state)
{
	static const struct orl_dfs_request bad[] = {
		{ .magic = 0, .op = ORL_DFS_OPEN },
		{ .magic = ORL_DFS_REQUEST, .op = 0 },
		{ .magic = ORL_DFS_REQUEST, .op = 77 },
		{ .magic = ORL_DFS_REQUEST, .op = ORL_DFS_READ, .len = 10 },
		{ .magic = ORL_DFS_REQUEST, .op = ORL_DFS_WRITE, .len = 10 },
		{ .magic = ORL_DFS_REQUEST, .op = ORL_DFS_CANCEL },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int fd = dial(slot);

		send(fd, &bad[i], sizeof(bad[i]), MSG_NOSIGNAL);
		expect_gone(fd);
	}
}

static void messages_of_any_length_end_the_connection(void **state)
{
	static char bytes[150000];
	static const size_t lens[] = { 1, sizeof(struct orl_dfs_request) - 1,
				       sizeof(struct orl_dfs_request) + 1, 65536, 150000 };

	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		int fd = dial(slot);

		send(fd, bytes, lens[i], MSG_NOSIGNAL);
		expect_gone(fd);
	}
}

static void what_was_open_is_released(void **state)
{
	int err, fd, before = __atomic_load_n(&releases, __ATOMIC_SEQ_CST);

	fd = file_open(slot, "file", O_RDONLY, &err);
	send(fd, "x", 1, MSG_NOSIGNAL);
	expect_gone(fd);		/* reads it once itself */
	while (__atomic_load_n(&releases, __ATOMIC_SEQ_CST) < before + 2)
		usleep(100);
}

static void a_second_open_ends_the_connection(void **state)
{
	struct orl_dfs_request r = { 0 };
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	ask(fd, ORL_DFS_OPEN, &r, NULL);
	expect_gone(fd);
}

static void nodes_that_are_not_there_are_enoent(void **state)
{
	static const uint32_t nodes[] = { 0, ORL_DFS_ROOT, 5000, ORL_DFS_NODES, UINT32_MAX };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		struct orl_dfs_request r = { .node = nodes[i], .serial = i };
		struct orl_dfs_answer a;
		int fd = dial(slot);

		ask(fd, ORL_DFS_OPEN, &r, NULL);
		assert_int_equal(answer_get(fd, &a, NULL), -ENOENT);
		close(fd);
	}
}

static void a_peer_that_takes_no_answers_is_disconnected(void **state)
{
	struct orl_dfs_request r = { .magic = ORL_DFS_REQUEST, .op = ORL_DFS_READ,
				     .len = ORL_DFS_DATA_MAX };
	int err, fd = file_open(slot, "file", O_RDONLY, &err);

	while (send(fd, &r, sizeof(r), MSG_NOSIGNAL) > 0)
		;
	close(fd);
	expect_served();
}

static void ask_open(int fd)
{
	struct orl_dfs_request r = { .flags = O_RDONLY };
	struct orl_dfs_node node;

	assert_true(node_find(slot, "file", &node, &r.node));
	r.serial = node.serial;
	ask(fd, ORL_DFS_OPEN, &r, NULL);
}

static void one_connection_more_waits_until_another_ends(void **state)
{
	int fds[ORL_DFS_CONNS + 1];
	struct orl_dfs_answer a;

	for (uint32_t i = 0; i <= ORL_DFS_CONNS; i++) {
		fds[i] = dial(slot);
		assert_true(fds[i] >= 0);
		ask_open(fds[i]);
	}
	for (uint32_t i = 0; i < ORL_DFS_CONNS; i++)
		assert_int_equal(answer_get(fds[i], &a, NULL), 0);
	close(fds[0]);
	assert_int_equal(answer_get(fds[ORL_DFS_CONNS], &a, NULL), 0);
	for (uint32_t i = 1; i <= ORL_DFS_CONNS; i++)
		close(fds[i]);
	expect_served();
}

static void the_socket_is_closed_to_others(void **state)
{
	char path[192];
	struct stat st;

	snprintf(path, sizeof(path), "%s/socket.%d", place_dir(), slot);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void another_user_is_turned_away(void **state)
{
	struct orl_dfs_answer a;
	char path[192];
	pid_t child;
	int status;

	if (geteuid())
		skip();
	snprintf(path, sizeof(path), "%s/socket.%d", place_dir(), slot);
	chmod(place_dir(), 0755);
	chmod(path, 0666);
	child = fork();
	if (!child) {
		int fd;

		if (setuid(65534))
			_exit(2);
		fd = dial(slot);
		_exit(fd >= 0 && answer_get(fd, &a, NULL) == -EACCES ? 0 : 1);
	}
	waitpid(child, &status, 0);
	chmod(path, 0600);
	chmod(place_dir(), 0700);
	assert_int_equal(status, 0);
	expect_served();
}

static void descriptors_that_a_peer_sends_are_not_kept(void **state)
{
	struct orl_dfs_request r = { .magic = ORL_DFS_REQUEST, .op = ORL_DFS_POLL };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .head = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec iov = { &r, sizeof(r) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	struct orl_dfs_answer a;
	int err, pipe_ends[2], fd = file_open(slot, "file", O_RDONLY, &err);
	char byte;

	assert_int_equal(pipe(pipe_ends), 0);
	memcpy(CMSG_DATA(&control.head), &pipe_ends[1], sizeof(int));
	assert_true(sendmsg(fd, &m, 0) > 0);
	close(pipe_ends[1]);
	assert_int_equal(answer_get(fd, &a, NULL), 0);
	assert_int_equal(read(pipe_ends[0], &byte, 1), 0);	/* nobody else has it */
	close(pipe_ends[0]);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_request_ends_the_connection),
		cmocka_unit_test(messages_of_any_length_end_the_connection),
		cmocka_unit_test(what_was_open_is_released),
		cmocka_unit_test(a_second_open_ends_the_connection),
		cmocka_unit_test(nodes_that_are_not_there_are_enoent),
		cmocka_unit_test(a_peer_that_takes_no_answers_is_disconnected),
		cmocka_unit_test(one_connection_more_waits_until_another_ends),
		cmocka_unit_test(the_socket_is_closed_to_others),
		cmocka_unit_test(another_user_is_turned_away),
		cmocka_unit_test(descriptors_that_a_peer_sends_are_not_kept),
	};
	int failed;

	place_begin(argv);
	debugfs_create_file("file", 0644, NULL, NULL, &fops);
	slot = place_slot((uint32_t)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
