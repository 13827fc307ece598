// SPDX-License-Identifier: MIT
/* Devices: errors that are told and given back, and memory. */
#include "given.h"

#include <linux/device.h>

static char said[256];

static void note(int level, const char *text, size_t len, void *arg)
{
	snprintf(said, sizeof(said), "%d %.*s", level, (int)len, text);
}

static void an_error_of_probe_is_told_and_given_back(void **state)
{
	struct device_driver driver = { "pump" };
	struct device dev = { .init_name = "pump0", .driver = &driver };

	oriel_set_console(note, NULL);
	assert_int_equal(dev_err_probe(&dev, -EINVAL, "no clock %d\n", 3), -EINVAL);
	assert_string_equal(said, "3 pump pump0: error -EINVAL: no clock 3\n");
	said[0] = '\0';
	assert_int_equal(dev_err_probe(&dev, -EPROBE_DEFER, "not yet\n"), -EPROBE_DEFER);
	assert_string_equal(said, "");
}

static void memory_of_a_device_is_filled(void **state)
{
	struct device *dev = root_device_register("pump0");
	char *text = devm_kasprintf(dev, GFP_KERNEL, "%s-%d", "a", 1);
	char *copy = devm_kstrdup(dev, text, GFP_KERNEL);

	assert_string_equal(copy, "a-1");
	devm_kfree(dev, text);
	devm_kfree(dev, copy);
	root_device_unregister(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_of_probe_is_told_and_given_back),
		cmocka_unit_test(memory_of_a_device_is_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
