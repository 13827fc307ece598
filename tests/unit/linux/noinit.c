// SPDX-License-Identifier: MIT
/* A source with parameters and no module_init(). */
#include "given.h"

#include <linux/moduleparam.h>
#include <unistd.h>

static int level = 1;
module_param(level, int, 0644);

static void parameters_need_no_init(void **state)
{
	assert_int_equal(level, 5);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_need_no_init),
	};

	if (argc == 1) {
		setenv("ORIEL_MODULE_PARAMS", "sample.level=5", 1);
		execl("/proc/self/exe", argv[0], "again", (char *)NULL);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
