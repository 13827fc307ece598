// SPDX-License-Identifier: MIT
/*
 * With ORIEL_DISABLE debugfs is the kernel's where that is not built in, and needs no library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <oriel/debugfs.h>
#include <oriel/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);

static void nothing_is_made(void **state)
{
	static char *text;
	static bool flag;
	static u64 wide;

	assert_int_equal(PTR_ERR(debugfs_create_dir("x", NULL)), -ENODEV);
	assert_int_equal(PTR_ERR(debugfs_create_file("x", 0, NULL, NULL, NULL)), -ENODEV);
	assert_int_equal(PTR_ERR(debugfs_create_symlink("x", NULL, "y")), -ENODEV);
	assert_int_equal(PTR_ERR(debugfs_create_blob("x", 0, NULL, NULL)), -ENODEV);
	assert_int_equal(PTR_ERR(debugfs_lookup("x", NULL)), -ENODEV);
	assert_int_equal(PTR_ERR(debugfs_rename(NULL, NULL, NULL, "x")), -ENODEV);
	assert_int_equal(debugfs_change_name(NULL, "x"), -ENODEV);
	assert_int_equal(debugfs_file_get(NULL), 0);
	assert_false(debugfs_initialized());
	debugfs_create_u64("x", 0644, NULL, &wide);
	debugfs_create_bool("x", 0644, NULL, &flag);
	debugfs_create_str("x", 0644, NULL, &text);
	debugfs_create_regset32("x", 0644, NULL, NULL);
	debugfs_lookup_and_remove("x", NULL);
	debugfs_remove_recursive(NULL);
	wake_up(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_is_made) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
