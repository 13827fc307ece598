// SPDX-License-Identifier: MIT
/*
 * A program that can have no domain does its work all the same: it makes its files, to no effect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <oriel/debugfs.h>

static void files_fail_with_enodev_and_are_ignored(void **state)
{
	struct dentry *dir = debugfs_create_dir("driver", NULL);
	struct dentry *file = debugfs_create_file("file", 0644, dir, NULL, NULL);
	u32 value = 1;

	assert_int_equal(PTR_ERR(dir), -ENODEV);
	assert_ptr_equal(file, dir);
	debugfs_create_u32("value", 0644, dir, &value);
	debugfs_create_u32("value", 0644, NULL, &value);
	assert_null(debugfs_lookup("value", NULL));
	debugfs_lookup_and_remove("value", NULL);
	debugfs_remove(dir);
	assert_false(debugfs_initialized());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_fail_with_enodev_and_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
