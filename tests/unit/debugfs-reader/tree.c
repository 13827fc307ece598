// SPDX-License-Identifier: MIT
/* A program's files in the tree: who may open them, and values that change while they are read. */
#include <poll.h>
#include <pthread.h>

#include "place.h"

static char path[64];

static const char *at(const char *name)
{
	snprintf(path, sizeof(path), "processes/%d/%s", (int)getpid(), name);
	return path;
}

static int try_open(const char *name, int flags, uid_t uid, gid_t gid)
{
	struct orl_caller caller = { .tid = 1, .uid = uid, .gid = gid };
	struct orl_file *f;
	int rc = orl_tree_open_file(tree, at(name), flags, &caller, &f);

	if (!rc) {
		rc = orl_file_opened(f, f);
		orl_file_close(f);
	}
	return rc;
}

static void modes_hold_for_everybody_but_root(void **state)
{
	static uint32_t value;

	(void)state;
	header->uid = 1000;
	header->gid = 1001;
	add("owners", ORL_DFS_U32, ORL_DFS_ROOT, 0600, &value);
	add("groups", ORL_DFS_U32, ORL_DFS_ROOT, 0460, &value);
	add("all", ORL_DFS_U32, ORL_DFS_ROOT, 0004, &value);
	assert_int_equal(try_open("owners", O_RDWR, 1000, 5), 0);
	assert_int_equal(try_open("owners", O_RDONLY, 1001, 1001), -EACCES);
	assert_int_equal(try_open("owners", O_RDONLY, 65534, 65534), -EACCES);
	assert_int_equal(try_open("groups", O_WRONLY, 1000, 1001), -EACCES);
	assert_int_equal(try_open("groups", O_RDWR, 7, 1001), 0);
	assert_int_equal(try_open("groups", O_RDONLY, 7, 7), -EACCES);
	assert_int_equal(try_open("all", O_RDONLY, 7, 7), 0);
	assert_int_equal(try_open("all", O_RDONLY, 1000, 7), -EACCES);
	assert_int_equal(try_open("all", O_RDWR, 0, 0), 0);
}

static void stat_says_what_the_node_says(void **state)
{
	static uint32_t value;
	struct orl_node_stat st;
	uint32_t file = add("f", ORL_DFS_U32, ORL_DFS_ROOT, 0640, &value);

	(void)state;
	header->uid = 1000;
	header->gen++;
	nodes[file].size = 77;
	nodes[file].made_ns = 12345;
	assert_int_equal(orl_tree_stat(tree, at("f"), &st), 0);
	assert_int_equal(st.mode, S_IFREG | 0640);
	assert_true(st.has_owner && st.is_volatile && !st.is_stable);
	assert_int_equal(st.uid, 1000);
	assert_int_equal(st.size, 77);
	assert_int_equal(st.mtime_ns, 12345);
	assert_int_equal(orl_tree_stat(tree, at("g"), &st), -ENOENT);
	assert_int_equal(orl_tree_stat(tree, at("f/g"), &st), -ENOTDIR);
}

static void truncating_a_programs_file_means_nothing(void **state)
{
	static uint32_t value = 5;
	struct orl_caller caller = { .tid = 1, .uid = 7, .gid = 7 };

	(void)state;
	add("f", ORL_DFS_U32, ORL_DFS_ROOT, 0644, &value);
	assert_int_equal(orl_tree_truncate(tree, at("f"), &caller), -EACCES);
	caller.uid = geteuid();
	assert_int_equal(orl_tree_truncate(tree, at("f"), &caller), 0);
	assert_int_equal(value, 5);
}

static uint64_t restless;
static bool is_over;

static void *change(void *arg)
{
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
		__atomic_store_n(&restless, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&restless, UINT64_MAX, __ATOMIC_RELAXED);
	}
	return arg;
}

static void a_number_is_read_in_one_piece(void **state)
{
	pthread_t thread;

	(void)state;
	add("f", ORL_DFS_X64, ORL_DFS_ROOT, 0444, &restless);
	assert_int_equal(pthread_create(&thread, NULL, change, NULL), 0);
	for (int i = 0; i < 2000; i++) {
		const char *is = content(at("f"));

		assert_true(!strcmp(is, "0x0000000000000000\n") ||
			    !strcmp(is, "0xffffffffffffffff\n"));
	}
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

static void a_value_at_no_aligned_address_is_read_and_written_all_the_same(void **state)
{
	static uint8_t bytes[32];
	uint32_t value = 0x12345678;
	struct orl_file *f;

	(void)state;
	memcpy(bytes + 6, &value, sizeof(value));
	add("f", ORL_DFS_X32, ORL_DFS_ROOT, 0644, bytes + 6);
	assert_string_equal(content(at("f")), "0x12345678\n");
	assert_int_equal(orl_tree_open_file(tree, at("f"), O_WRONLY, NULL, &f), 0);
	assert_int_equal(orl_file_write(f, "1\n", 2, 0, NULL), 2);
	orl_file_close(f);
	memcpy(&value, bytes + 6, sizeof(value));
	assert_int_equal(value, 1);
	assert_int_equal(bytes[5] | bytes[10], 0);
}

static void a_value_that_is_being_removed_is_not_written(void **state)
{
	static uint32_t value = 5;
	uint32_t file = add("f", ORL_DFS_U32, ORL_DFS_ROOT, 0644, &value);
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_start = (off_t)(file * sizeof(struct orl_dfs_node)),
		.l_len = sizeof(struct orl_dfs_node),
	};
	char name[128];
	struct orl_file *f;
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "%s/debugfs.0", dir);
	fd = open(name, O_RDWR | O_CLOEXEC);
	assert_int_equal(orl_tree_open_file(tree, at("f"), O_WRONLY, NULL, &f), 0);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_int_equal(orl_file_write(f, "6\n", 2, 0, NULL), -EIO);
	lock.l_type = F_UNLCK;
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_int_equal(orl_file_write(f, "6\n", 2, 0, NULL), 2);
	nodes[file].kind = ORL_DFS_FREE;
	assert_int_equal(orl_file_write(f, "7\n", 2, 0, NULL), -EIO);
	assert_int_equal(value, 6);
	orl_file_close(f);
	close(fd);
}

static void another_image_in_the_process_is_not_read(void **state)
{
	static uint32_t value = 5;

	(void)state;
	add("f", ORL_DFS_U32, ORL_DFS_ROOT, 0644, &value);
	header->image += 2;
	orl_ctl_procs(session.domain.ctl)->image += 2;
	assert_int_equal(try_open("f", O_RDONLY, geteuid(), 0), -EIO);
}

static void what_a_value_is_never_ready_for_is_waited_for_without_limit(void **state)
{
	static uint32_t value = 5;
	uint64_t until_ns = 0;
	struct orl_file *f;
	short events;

	(void)state;
	add("f", ORL_DFS_U32, ORL_DFS_ROOT, 0644, &value);
	assert_int_equal(orl_tree_open_file(tree, at("f"), O_RDONLY, NULL, &f), 0);
	assert_int_equal(orl_file_opened(f, f), 0);
	assert_int_equal(orl_file_watch(f, POLLPRI), 0);
	assert_int_equal(orl_file_wait(f, &events, &until_ns), -1);
	assert_true(until_ns == UINT64_MAX);
	orl_file_close(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_nodes, remove_nodes)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(modes_hold_for_everybody_but_root),
		TEST(stat_says_what_the_node_says),
		TEST(truncating_a_programs_file_means_nothing),
		TEST(a_number_is_read_in_one_piece),
		TEST(a_value_at_no_aligned_address_is_read_and_written_all_the_same),
		TEST(a_value_that_is_being_removed_is_not_written),
		TEST(another_image_in_the_process_is_not_read),
		TEST(what_a_value_is_never_ready_for_is_waited_for_without_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
