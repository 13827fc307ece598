// SPDX-License-Identifier: MIT
/*
 * Making, finding, renaming and removing: the kernel's values and errors, and what stands in the
 * file for tools.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <oriel/debugfs.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

static int slot = -1;

static struct dentry *folder(const char *name)
{
	struct dentry *dir = debugfs_create_dir(name, NULL);

	assert_false(IS_ERR_OR_NULL(dir));
	if (slot < 0)
		slot = place_slot((uint32_t)getpid());
	assert_true(slot >= 0);
	return dir;
}

static long error_of(const struct dentry *dentry)
{
	return PTR_ERR_OR_ZERO(dentry);
}

static bool is_there(const char *path)
{
	struct orl_dfs_node node;

	return node_find(slot, path, &node, NULL);
}

static void folders_stand_in_the_file_with_mode_0755(void **state)
{
	struct dentry *dir = folder("driver"), *sub = debugfs_create_dir("sub", dir);
	struct orl_dfs_node node;

	assert_true(node_find(slot, "driver/sub", &node, NULL));
	assert_int_equal(node.kind, ORL_DFS_DIR);
	assert_int_equal(node.mode, 0755);
	assert_true(S_ISDIR(d_inode(sub)->i_mode));
	assert_string_equal(sub->d_name.name, "sub");
	assert_ptr_equal(sub->d_parent, dir);
	debugfs_remove(dir);
}

static void initialized_is_true_where_files_can_be_made(void **state)
{
	assert_true(debugfs_initialized());
}

static void an_error_as_parent_is_passed_on(void **state)
{
	struct dentry *bad = ERR_PTR(-ENOMEM);
	u32 value = 0;

	assert_ptr_equal(debugfs_create_dir("x", bad), bad);
	assert_ptr_equal(debugfs_create_file("x", 0444, bad, NULL, NULL), bad);
	assert_ptr_equal(debugfs_create_symlink("x", bad, "y"), bad);
	debugfs_create_u32("x", 0444, bad, &value);
	debugfs_remove(bad);
	debugfs_remove(NULL);
}

static void a_name_that_is_taken_is_eexist(void **state)
{
	struct dentry *dir = folder("driver");

	debugfs_create_file("x", 0444, dir, NULL, NULL);
	assert_int_equal(error_of(debugfs_create_dir("x", dir)), -EEXIST);
	assert_int_equal(error_of(debugfs_create_file("x", 0444, dir, NULL, NULL)), -EEXIST);
	assert_int_equal(error_of(debugfs_create_dir("driver", NULL)), -EEXIST);
	debugfs_remove(dir);
}

static void names_that_cannot_be_are_eacces(void **state)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "/" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(error_of(debugfs_create_dir(bad[i], NULL)), -EACCES);
}

static void a_name_has_at_most_255_bytes(void **state)
{
	char name[257];
	struct dentry *dir;

	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_int_equal(error_of(debugfs_create_dir(name, NULL)), -ENAMETOOLONG);
	name[255] = '\0';
	dir = folder(name);
	assert_true(is_there(name));
	debugfs_remove(dir);
}

static void names_of_the_tree_itself_are_taken_at_the_top_alone(void **state)
{
	struct dentry *dir = folder("driver");

	assert_int_equal(error_of(debugfs_create_dir("info", NULL)), -EEXIST);
	assert_int_equal(error_of(debugfs_create_dir("dynamic_debug", NULL)), -EEXIST);
	assert_int_equal(error_of(debugfs_create_dir("metrics", NULL)), -EEXIST);
	assert_int_equal(error_of(debugfs_create_dir("info", dir)), 0);
	debugfs_remove(dir);
}

static void a_file_is_no_parent(void **state)
{
	struct dentry *file = debugfs_create_file("file", 0444, NULL, NULL, NULL);

	assert_int_equal(error_of(debugfs_create_dir("x", file)), -ENOTDIR);
	debugfs_remove(file);
}

static void a_file_has_mode_size_and_data(void **state)
{
	struct dentry *dir = folder("driver"), *file;
	struct orl_dfs_node node;

	debugfs_create_file_size("sized", 0640, dir, &slot, NULL, 12345);
	assert_true(node_find(slot, "driver/sized", &node, NULL));
	assert_int_equal(node.kind, ORL_DFS_FILE);
	assert_int_equal(node.mode, 0640);
	assert_int_equal(node.size, 12345);
	assert_true(node.made_ns > 0);
	file = debugfs_lookup("sized", dir);
	assert_ptr_equal(d_inode(file)->i_private, &slot);
	assert_true(S_ISREG(d_inode(file)->i_mode));
	assert_int_equal(d_inode(file)->i_size, 12345);
	dput(file);
	debugfs_remove(dir);
}

static void a_link_has_a_node_for_its_target(void **state)
{
	struct dentry *dir = folder("driver");
	struct orl_dfs_node node;
	char target[449];

	assert_int_equal(error_of(debugfs_create_symlink("link", dir, "../else/where")), 0);
	assert_true(node_find(slot, "driver/link", &node, NULL));
	assert_int_equal(node.kind, ORL_DFS_LINK);
	assert_int_equal(node.mode, 0777);
	assert_true(node.target > ORL_DFS_ROOT);
	memset(target, 't', sizeof(target));
	target[448] = '\0';
	assert_int_equal(error_of(debugfs_create_symlink("long", dir, target)), -ENAMETOOLONG);
	target[447] = '\0';
	assert_int_equal(error_of(debugfs_create_symlink("long", dir, target)), 0);
	debugfs_remove(dir);
}

static void plain_values_say_where_they_are(void **state)
{
	struct dentry *dir = folder("driver");
	struct orl_dfs_node node;
	u64 wide = 0;

	debugfs_create_u64("wide", 0644, dir, &wide);
	assert_true(node_find(slot, "driver/wide", &node, NULL));
	assert_int_equal(node.kind, ORL_DFS_U64);
	assert_int_equal(node.addr, (uintptr_t)&wide);
	debugfs_remove(dir);
}

static void each_kind_of_value_is_what_it_says(void **state)
{
	struct dentry *dir = folder("v");
	static struct debugfs_u32_array array;
	static struct debugfs_blob_wrapper blob;
	static uint64_t any[2];
	static const struct {
		const char *path;
		uint32_t kind;
	} expected[] = {
		{ "v/u8", ORL_DFS_U8 },	      { "v/u16", ORL_DFS_U16 },
		{ "v/u32", ORL_DFS_U32 },     { "v/u64", ORL_DFS_U64 },
		{ "v/x8", ORL_DFS_X8 },	      { "v/x16", ORL_DFS_X16 },
		{ "v/x32", ORL_DFS_X32 },     { "v/x64", ORL_DFS_X64 },
		{ "v/size_t", ORL_DFS_SIZE_T }, { "v/atomic_t", ORL_DFS_ATOMIC },
		{ "v/bool", ORL_DFS_BOOL },   { "v/str", ORL_DFS_STR },
		{ "v/blob", ORL_DFS_BLOB },   { "v/array", ORL_DFS_U32_ARRAY },
		{ "v/ulong", sizeof(long) == 8 ? ORL_DFS_U64 : ORL_DFS_U32 },
	};
	struct orl_dfs_node node;

	debugfs_create_u8("u8", 0444, dir, (u8 *)any);
	debugfs_create_u16("u16", 0444, dir, (u16 *)any);
	debugfs_create_u32("u32", 0444, dir, (u32 *)any);
	debugfs_create_u64("u64", 0444, dir, any);
	debugfs_create_x8("x8", 0444, dir, (u8 *)any);
	debugfs_create_x16("x16", 0444, dir, (u16 *)any);
	debugfs_create_x32("x32", 0444, dir, (u32 *)any);
	debugfs_create_x64("x64", 0444, dir, any);
	debugfs_create_size_t("size_t", 0444, dir, (size_t *)any);
	debugfs_create_atomic_t("atomic_t", 0444, dir, (atomic_t *)any);
	debugfs_create_bool("bool", 0444, dir, (bool *)any);
	debugfs_create_str("str", 0444, dir, (char **)any);
	debugfs_create_blob("blob", 0444, dir, &blob);
	debugfs_create_u32_array("array", 0444, dir, &array);
	debugfs_create_ulong("ulong", 0444, dir, (unsigned long *)any);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		assert_true(node_find(slot, expected[i].path, &node, NULL));
		assert_int_equal(node.kind, expected[i].kind);
		assert_int_equal(node.mode, 0444);
	}
	debugfs_remove(dir);
}

static void what_cannot_be_written_has_no_write_bits(void **state)
{
	struct dentry *dir = folder("driver");
	struct debugfs_u32_array array = { 0 };
	struct debugfs_blob_wrapper blob = { 0 };
	struct orl_dfs_node node;

	debugfs_create_u32_array("array", 0666, dir, &array);
	debugfs_create_blob("blob", 0666, dir, &blob);
	assert_true(node_find(slot, "driver/array", &node, NULL));
	assert_int_equal(node.mode, 0444);
	assert_true(node_find(slot, "driver/blob", &node, NULL));
	assert_int_equal(node.mode, 0644);
	debugfs_remove(dir);
}

static void lookup_finds_by_name_and_folder(void **state)
{
	struct dentry *dir = folder("driver"), *file;

	file = debugfs_create_file("x", 0444, dir, NULL, NULL);
	assert_ptr_equal(debugfs_lookup("x", dir), file);
	dput(file);
	assert_ptr_equal(debugfs_lookup("driver", NULL), dir);
	dput(dir);
	assert_null(debugfs_lookup("y", dir));
	assert_null(debugfs_lookup("", dir));
	assert_null(debugfs_lookup(NULL, dir));
	assert_null(debugfs_lookup("x", ERR_PTR(-ENODEV)));
	assert_null(debugfs_lookup("x", NULL));
	debugfs_remove(dir);
}

static void lookup_and_remove_removes_what_it_finds(void **state)
{
	struct dentry *dir = folder("driver");

	debugfs_create_file("x", 0444, dir, NULL, NULL);
	debugfs_lookup_and_remove("x", dir);
	assert_false(is_there("driver/x"));
	debugfs_lookup_and_remove("x", dir);
	debugfs_remove(dir);
}

static void what_was_looked_up_outlives_removal(void **state)
{
	struct dentry *dir = folder("driver"), *found = debugfs_lookup("driver", NULL);

	debugfs_remove(dir);
	assert_string_equal(found->d_name.name, "driver");
	assert_int_equal(error_of(debugfs_create_dir("late", found)), -ENOENT);
	assert_int_equal(debugfs_file_get(found), -EIO);
	dput(found);
}

static void removal_takes_everything_below(void **state)
{
	uint32_t before;
	struct dentry *dir, *sub;
	u32 value = 0;

	folder("driver");
	debugfs_lookup_and_remove("driver", NULL);
	before = node_count(slot);
	dir = folder("deep");
	sub = debugfs_create_dir("a", dir);
	for (int i = 0; i < 40; i++)
		sub = debugfs_create_dir("a", sub);
	debugfs_create_u32("value", 0644, sub, &value);
	debugfs_create_symlink("link", sub, "value");
	assert_true(node_count(slot) > before + 42);
	debugfs_remove_recursive(dir);
	assert_int_equal(node_count(slot), before);
}

static void renaming_moves_between_folders(void **state)
{
	struct dentry *one = folder("one"), *two = folder("two");
	struct dentry *file = debugfs_create_file("old", 0444, one, NULL, NULL);

	assert_ptr_equal(debugfs_rename(one, file, two, "new"), file);
	assert_false(is_there("one/old"));
	assert_true(is_there("two/new"));
	assert_string_equal(file->d_name.name, "new");
	assert_ptr_equal(file->d_parent, two);
	debugfs_remove(one);
	debugfs_remove(two);
}

static void renaming_to_what_cannot_be_is_einval(void **state)
{
	struct dentry *one = folder("one"), *sub = debugfs_create_dir("sub", one);
	struct dentry *bad = ERR_PTR(-ENOMEM);

	debugfs_create_file("taken", 0444, one, NULL, NULL);
	assert_int_equal(error_of(debugfs_rename(one, sub, one, "taken")), -EINVAL);
	assert_int_equal(error_of(debugfs_rename(NULL, one, sub, "inside")), -EINVAL);
	assert_int_equal(error_of(debugfs_rename(one, sub, one, "a/b")), -EACCES);
	assert_ptr_equal(debugfs_rename(bad, sub, one, "x"), bad);
	assert_ptr_equal(debugfs_rename(one, bad, one, "x"), bad);
	assert_ptr_equal(debugfs_rename(one, sub, bad, "x"), bad);
	assert_true(is_there("one/sub"));
	debugfs_remove(one);
}

static void change_name_stays_in_the_folder(void **state)
{
	struct dentry *dir = folder("driver"), *sub = debugfs_create_dir("sub", dir);

	debugfs_create_dir("taken", dir);
	assert_int_equal(debugfs_change_name(sub, "port%d", 7), 0);
	assert_true(is_there("driver/port7"));
	assert_int_equal(debugfs_change_name(sub, "port%d", 7), 0);
	assert_int_equal(debugfs_change_name(sub, "taken"), -EEXIST);
	assert_int_equal(debugfs_change_name(ERR_PTR(-ENODEV), "x"), 0);
	debugfs_remove(dir);
}

static void a_serial_never_comes_twice(void **state)
{
	struct orl_dfs_node first, second;
	uint32_t a, b;

	debugfs_remove(folder("warm"));
	debugfs_create_dir("one", NULL);
	assert_true(node_find(slot, "one", &first, &a));
	debugfs_lookup_and_remove("one", NULL);
	debugfs_create_dir("two", NULL);
	assert_true(node_find(slot, "two", &second, &b));
	assert_int_equal(a, b);
	assert_true(first.serial < second.serial);
	debugfs_lookup_and_remove("two", NULL);
}

static void thousands_of_files_have_room(void **state)
{
	struct dentry *dir = folder("many");
	struct orl_dfs header;
	char name[16];
	u32 value = 0;

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		debugfs_create_u32(name, 0444, dir, &value);
	}
	assert_true(is_there("many/f0") && is_there("many/f2999"));
	assert_true(header_read(slot, &header));
	assert_true(header.ready >= header.nr && header.nr > 3000);
	debugfs_remove(dir);
	assert_false(is_there("many"));
}

static bool is_found(const char *name, struct dentry *folder)
{
	struct dentry *dentry = debugfs_lookup(name, folder);
	bool found = dentry && !strcmp(dentry->d_name.name, name) && dentry->d_parent == folder;

	dput(dentry);
	return found;
}

static void of_thousands_each_is_found_in_its_folder_until_it_is_removed(void **state)
{
	struct dentry *one = folder("one"), *two = folder("two"), *kept;
	char name[16];

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		debugfs_create_dir(name, i % 2 ? one : two);
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		assert_true(is_found(name, i % 2 ? one : two));
		assert_false(is_found(name, i % 2 ? two : one));
		if (i % 3 == 0)
			debugfs_lookup_and_remove(name, i % 2 ? one : two);
		assert_int_equal(is_found(name, i % 2 ? one : two), i % 3 != 0);
	}
	kept = debugfs_lookup("one", NULL);
	debugfs_remove(one);
	assert_false(is_found("f1", kept));
	assert_true(is_found("f2", two));
	dput(kept);
	debugfs_remove(two);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initialized_is_true_where_files_can_be_made),
		cmocka_unit_test(folders_stand_in_the_file_with_mode_0755),
		cmocka_unit_test(an_error_as_parent_is_passed_on),
		cmocka_unit_test(a_name_that_is_taken_is_eexist),
		cmocka_unit_test(names_that_cannot_be_are_eacces),
		cmocka_unit_test(a_name_has_at_most_255_bytes),
		cmocka_unit_test(names_of_the_tree_itself_are_taken_at_the_top_alone),
		cmocka_unit_test(a_file_is_no_parent),
		cmocka_unit_test(a_file_has_mode_size_and_data),
		cmocka_unit_test(a_link_has_a_node_for_its_target),
		cmocka_unit_test(plain_values_say_where_they_are),
		cmocka_unit_test(each_kind_of_value_is_what_it_says),
		cmocka_unit_test(what_cannot_be_written_has_no_write_bits),
		cmocka_unit_test(lookup_finds_by_name_and_folder),
		cmocka_unit_test(lookup_and_remove_removes_what_it_finds),
		cmocka_unit_test(what_was_looked_up_outlives_removal),
		cmocka_unit_test(removal_takes_everything_below),
		cmocka_unit_test(renaming_moves_between_folders),
		cmocka_unit_test(renaming_to_what_cannot_be_is_einval),
		cmocka_unit_test(change_name_stays_in_the_folder),
		cmocka_unit_test(a_serial_never_comes_twice),
		cmocka_unit_test(thousands_of_files_have_room),
		cmocka_unit_test(of_thousands_each_is_found_in_its_folder_until_it_is_removed),
	};

	int failed;

	place_begin(argv);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
