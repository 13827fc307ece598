// SPDX-License-Identifier: MIT
/* What a view takes of a program's nodes, while the program writes them. */
#include "place.h"

static struct orl_dfs_view *view;
static struct orl_dfs_entry entry;
static const char *rest;

static int open_view(void **state)
{
	return make_nodes(state) ? -1 : orl_dfs_view_open(&view, &session, 0);
}

static int close_view(void **state)
{
	orl_dfs_view_close(view);
	return remove_nodes(state);
}

static int find(const char *path)
{
	assert_int_equal(orl_dfs_view_refresh(view, &session), 0);
	return orl_dfs_view_find(view, path, &entry, &rest);
}

static void a_path_is_walked_name_by_name(void **state)
{
	uint32_t folder = add("drv", ORL_DFS_DIR, ORL_DFS_ROOT, 0755, NULL);
	uint32_t file = add("status", ORL_DFS_FILE, folder, 0444, NULL);

	(void)state;
	assert_int_equal(find("drv/status"), 0);
	assert_int_equal(entry.node, file);
	assert_int_equal(entry.mode, 0444);
	assert_int_equal(entry.owner.pid, getpid());
	assert_int_equal(find("//drv///status"), 0);
	assert_int_equal(find(""), 0);
	assert_int_equal(entry.node, ORL_DFS_ROOT);
	assert_int_equal(find("status"), -ENOENT);
	assert_int_equal(find("drv/stat"), -ENOENT);
	assert_int_equal(find("drv/statusx"), -ENOENT);
	assert_int_equal(find("drv/status/x"), -ENOTDIR);
	assert_int_equal(find("drv/.."), -ENOENT);
}

static void a_link_on_the_path_ends_the_walk(void **state)
{
	uint32_t text_node = add("../else where", ORL_DFS_TEXT, 0, 0, NULL);
	uint32_t link = add("l", ORL_DFS_LINK, ORL_DFS_ROOT, 0777, NULL);
	char target[32];

	(void)state;
	nodes[link].target = text_node;
	assert_int_equal(find("l/a/b"), 0);
	assert_int_equal(entry.kind, ORL_DFS_LINK);
	assert_string_equal(rest, "a/b");
	assert_int_equal(orl_dfs_view_readlink(view, &entry, target, sizeof(target)), 0);
	assert_string_equal(target, "../else where");
	assert_int_equal(orl_dfs_view_readlink(view, &entry, target, 5), -ENAMETOOLONG);
	entry.target = link;
	assert_int_equal(orl_dfs_view_readlink(view, &entry, target, sizeof(target)), -ENOENT);
	entry.target = UINT32_MAX;
	assert_int_equal(orl_dfs_view_readlink(view, &entry, target, sizeof(target)), -ENOENT);
}

static void a_node_that_is_being_written_appears_when_it_is_done(void **state)
{
	uint32_t file = add("f", ORL_DFS_FILE, ORL_DFS_ROOT, 0444, NULL);

	(void)state;
	nodes[file].seq = 3;
	assert_int_equal(find("f"), -ENOENT);
	/* nobody tells that it is done: gen moves a moment later, or the writer has died */
	nodes[file].seq = 4;
	assert_int_equal(find("f"), 0);
}

static void what_was_removed_is_gone_and_another_in_its_place_is_another(void **state)
{
	uint32_t file = add("f", ORL_DFS_FILE, ORL_DFS_ROOT, 0444, NULL);
	struct orl_dfs_entry before;
	int fd;

	(void)state;
	assert_int_equal(find("f"), 0);
	before = entry;
	fd = orl_dfs_view_reopen(view);
	assert_true(fd >= 0);
	assert_int_equal(orl_dfs_is_there(fd, &before), 0);
	nodes[file].serial++;
	header->gen++;
	assert_int_equal(orl_dfs_is_there(fd, &before), -EIO);
	assert_int_equal(find("f"), 0);
	assert_int_not_equal(entry.serial, before.serial);
	nodes[file].kind = ORL_DFS_FREE;
	header->gen++;
	assert_int_equal(find("f"), -ENOENT);
	close(fd);
}

static bool count(const char *name, const struct orl_dfs_entry *e, void *arg)
{
	char *names = arg;

	(void)e;
	strcat(strcat(names, name), " ");
	return true;
}

static void a_folder_is_listed_in_order_each_name_once(void **state)
{
	uint32_t folder = add("d", ORL_DFS_DIR, ORL_DFS_ROOT, 0755, NULL);
	char names[128] = "";

	(void)state;
	add("b", ORL_DFS_U8, folder, 0444, NULL);
	add("a", ORL_DFS_U8, folder, 0444, NULL);
	add("b", ORL_DFS_U16, folder, 0444, NULL);
	add("ab", ORL_DFS_U8, folder, 0444, NULL);
	add("other", ORL_DFS_U8, ORL_DFS_ROOT, 0444, NULL);
	assert_int_equal(find("d"), 0);
	orl_dfs_view_list(view, &entry, count, names);
	assert_string_equal(names, "a ab b ");
	assert_int_equal(find("d/b"), 0);
	assert_int_equal(entry.kind, ORL_DFS_U8);
}

static void nodes_without_memory_behind_are_not_looked_at(void **state)
{
	(void)state;
	header->ready = 3;
	for (int i = 0; i < 5; i++)
		add((const char[]){ (char)('a' + i), 0 }, ORL_DFS_FILE, ORL_DFS_ROOT, 0444, NULL);
	assert_int_equal(find("a"), 0);
	assert_int_equal(find("b"), -ENOENT);
}

static void another_owner_of_the_slot_makes_the_view_stale(void **state)
{
	struct orl_proc *slot = orl_ctl_procs(session.domain.ctl);
	struct orl_dfs_view *other;

	(void)state;
	slot->image++;
	assert_int_equal(orl_dfs_view_refresh(view, &session), -ESTALE);
	assert_int_equal(orl_dfs_view_open(&other, &session, 0), -ENOENT);
	slot->image--;
	assert_int_equal(orl_dfs_view_refresh(view, &session), 0);
	header->magic++;
	assert_int_equal(orl_dfs_view_open(&other, &session, 0), -EBADMSG);
	assert_int_equal(orl_dfs_view_open(&other, &session, 1), -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_view, close_view)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_path_is_walked_name_by_name),
		TEST(a_link_on_the_path_ends_the_walk),
		TEST(a_node_that_is_being_written_appears_when_it_is_done),
		TEST(what_was_removed_is_gone_and_another_in_its_place_is_another),
		TEST(a_folder_is_listed_in_order_each_name_once),
		TEST(nodes_without_memory_behind_are_not_looked_at),
		TEST(another_owner_of_the_slot_makes_the_view_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
