// SPDX-License-Identifier: MIT
/* Folders: names, modes, numbers, what can be made and removed where. */
#include "place.h"

struct names {
	char all[8192];
	unsigned int nr;
};

static bool take(const char *name, const struct orl_node_stat *st, void *arg)
{
	struct names *names = arg;

	snprintf(names->all + strlen(names->all), sizeof(names->all) - strlen(names->all), "%s%s ",
		 name, S_ISDIR(st->mode) ? "/" : "");
	names->nr++;
	return true;
}

static const char *list(const char *path)
{
	static struct names names;
	int rc;

	memset(&names, 0, sizeof(names));
	rc = orl_tree_list(tree, path, take, &names);
	if (rc)
		snprintf(names.all, sizeof(names.all), "E%d", -rc);
	return names.all;
}

static int stat_of(const char *path, struct orl_node_stat *st)
{
	return orl_tree_stat(tree, path, st);
}

static void folders_list_what_is_in_them(void **state)
{
	(void)state;
	assert_string_equal(list(""), "tracing/ processes/ dynamic_debug/ by-name/ ");
	assert_string_equal(list("tracing/events/db"), "lock/ query/ enable filter ");
	assert_string_equal(list("tracing/events/db/query"),
			    "enable filter format hist id trigger ");
	assert_string_equal(list("tracing/events/ftrace/print"),
			    "filter format hist id trigger ");
	assert_string_equal(list("tracing/events/ftrace/raw_data"), "format id ");
	assert_non_null(strstr(list("tracing/events"), "db/ net/ ftrace/ enable header_event "));
	assert_string_equal(list("tracing/per_cpu"), "cpu0/ cpu1/ ");
	assert_string_equal(list("tracing/instances"), "");
	assert_string_equal(list("processes"), "");
	assert_string_equal(list("tracing/tracing_on"), "E20");
	assert_string_equal(list("tracing/events/nosuch"), "E2");
}

static bool check_entry(const char *name, const struct orl_node_stat *st, void *arg)
{
	struct orl_node_stat own;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", (const char *)arg, name);
	assert_int_equal(stat_of(path, &own), 0);
	assert_memory_equal(&own, st, sizeof(own));
	if (S_ISDIR(st->mode))
		assert_int_equal(orl_tree_list(tree, path, check_entry, path), 0);
	return true;
}

static void every_listed_name_can_be_asked_for(void **state)
{
	char top[] = "tracing";

	(void)state;
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(orl_tree_list(tree, "tracing", check_entry, top), 0);
}

static void modes_are_those_of_tracefs(void **state)
{
	static const struct {
		const char *path;
		mode_t mode;
	} nodes[] = {
		{ "tracing", S_IFDIR | 0700 },
		{ "tracing/events", S_IFDIR | 0755 },
		{ "tracing/events/db/query", S_IFDIR | 0755 },
		{ "tracing/options", S_IFDIR | 0750 },
		{ "tracing/per_cpu/cpu1", S_IFDIR | 0750 },
		{ "tracing/instances", S_IFDIR | 0750 },
		{ "tracing/tracing_on", S_IFREG | 0640 },
		{ "tracing/README", S_IFREG | 0440 },
		{ "tracing/free_buffer", S_IFREG | 0200 },
		{ "tracing/events/db/query/format", S_IFREG | 0440 },
		{ "tracing/events/db/query/enable", S_IFREG | 0640 },
	};
	struct orl_node_stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		assert_int_equal(stat_of(nodes[i].path, &st), 0);
		assert_int_equal(st.mode, nodes[i].mode);
		assert_int_equal(st.size, 0);
	}
}

static void wrong_paths_are_not_there(void **state)
{
	static const char *const paths[] = {
		"nosuch", "tracing/nosuch", "tracing/per_cpu/cpu2", "tracing/per_cpu/cpu01",
		"tracing/per_cpu/cpu", "tracing/events/db/nosuch", "tracing/events/db/query/nosuch",
		"tracing/instances/nosuch", "tracing/kprobe_events", "tracing/events/ftrace/enable",
		"processes/1", "processes/0", "processes/x", "tracing/../tracing",
		"tracing/events/ftrace/raw_data/trigger",
	};
	struct orl_node_stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (stat_of(paths[i], &st) != -ENOENT)
			fail_msg("%s", paths[i]);
	assert_int_equal(stat_of("tracing/tracing_on/x", &st), -ENOTDIR);
	assert_int_equal(stat_of("tracing//events/", &st), 0);
}

static void numbers_stay_and_differ(void **state)
{
	struct orl_node_stat a, b, again;

	(void)state;
	assert_int_equal(stat_of("tracing/events/db/query/id", &a), 0);
	assert_int_equal(stat_of("tracing/events/db/lock/id", &b), 0);
	assert_int_equal(stat_of("tracing/events/db/query/id", &again), 0);
	assert_int_not_equal(a.ino, b.ino);
	assert_int_equal(a.ino, again.ino);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(stat_of("tracing/instances/one/events/db/query/id", &a), 0);
	assert_false(a.is_stable);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(stat_of("tracing/instances/one/events/db/query/id", &b), 0);
	assert_int_not_equal(a.ino, b.ino);
}

static void instances_are_made_and_removed(void **state)
{
	(void)state;
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), -EEXIST);
	assert_string_equal(list("tracing/instances"), "one/ ");
	assert_null(strstr(list("tracing/instances/one"), "instances/"));
	assert_null(strstr(list("tracing/instances/one"), "README"));
	assert_null(strstr(list("tracing/instances/one"), "saved_cmdlines"));
	assert_non_null(strstr(list("tracing/instances/one"), "set_event_pid"));
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one/two"), -EPERM);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/two/x"), -ENOENT);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/two"), -EPERM);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one/events"), -EPERM);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one/tracing_on"), -ENOTDIR);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/two"), -ENOENT);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances"), -EPERM);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one"), 0);
	assert_string_equal(list("tracing/instances"), "");
}

static void an_instance_in_use_stays(void **state)
{
	struct orl_file *f;

	(void)state;
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_int_equal(orl_tree_open_file(tree, "tracing/instances/one/tracing_on", O_RDONLY,
					    NULL, &f), 0);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one"), -EBUSY);
	orl_file_close(f);
	assert_int_equal(orl_tree_rmdir(tree, "tracing/instances/one"), 0);
}

static void an_instance_has_values_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_all("tracing/instances/one/tracing_on", 0, "0");
	assert_all("tracing/instances/one/events/db/enable", 0, "1");
	assert_content("tracing/tracing_on", "1\n");
	assert_content("tracing/events/db/enable", "0\n");
	assert_content("tracing/instances/one/tracing_on", "0\n");
	assert_content("tracing/instances/one/set_event", "db:lock\ndb:query\n");
}

static void two_trees_of_a_domain_see_the_same(void **state)
{
	struct orl_tree *first = tree, *second;
	char error[768];

	(void)state;
	assert_int_equal(orl_tree_open(&second, dir, 0, error, sizeof(error)), 0);
	assert_int_equal(orl_tree_mkdir(first, "tracing/instances/one"), 0);
	tree = second;
	assert_all("tracing/instances/one/buffer_percent", 0, "7");
	assert_int_equal(orl_tree_rmdir(second, "tracing/instances/one"), 0);
	assert_int_equal(orl_tree_mkdir(second, "tracing/instances/one"), 0);
	tree = first;
	assert_content("tracing/instances/one/buffer_percent", "50\n");
	orl_tree_close(second);
}

static void a_new_event_is_there_at_once(void **state)
{
	struct orl_node_stat st;

	(void)state;
	assert_int_equal(stat_of("tracing/events/late/one", &st), -ENOENT);
	add_event(100, "late", "one", SEND);
	assert_int_equal(stat_of("tracing/events/late/one", &st), 0);
	assert_content("tracing/events/late/one/id", "164\n");
}

static void for_reading_only_nothing_can_be_written(void **state)
{
	struct orl_tree *saved = tree;
	char error[768];

	(void)state;
	assert_int_equal(orl_tree_open(&tree, dir, ORL_TREE_READONLY, error, sizeof(error)), 0);
	assert_int_equal(echo("tracing/tracing_on", "0"), -EROFS);
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), -EROFS);
	assert_content("tracing/tracing_on", "1\n");
	orl_tree_close(tree);
	tree = saved;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folders_list_what_is_in_them),
		TEST(every_listed_name_can_be_asked_for),
		TEST(modes_are_those_of_tracefs),
		TEST(wrong_paths_are_not_there),
		TEST(numbers_stay_and_differ),
		TEST(instances_are_made_and_removed),
		TEST(an_instance_in_use_stays),
		TEST(an_instance_has_values_of_its_own),
		TEST(two_trees_of_a_domain_see_the_same),
		TEST(a_new_event_is_there_at_once),
		TEST(for_reading_only_nothing_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
