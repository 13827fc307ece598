// SPDX-License-Identifier: MIT
/*
 * A program with much thread-local data, which the C library takes from the stacks of threads: ours
 * have what they need all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <oriel/debugfs.h>
#include <oriel/oriel.h>
#include <oriel/seq_file.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static __thread char data[100000];

static int text_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "text\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(text);

static void files_are_served(void **state)
{
	int slot, err;

	debugfs_create_file("text", 0444, NULL, NULL, &text_fops);
	slot = place_slot((uint32_t)getpid());
	assert_string_equal(cat(slot, "text", &err), "text\n");
}

static void the_control_thread_can_be_made(void **state)
{
	assert_int_equal(oriel_start(), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_served),
		cmocka_unit_test(the_control_thread_can_be_made),
	};
	int failed;

	memset(data, 1, sizeof(data));
	place_begin(argv);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	place_end();
	return failed;
}
