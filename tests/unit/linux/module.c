// SPDX-License-Identifier: MIT
/* What runs before main() and after it, and parameters from the environment. */
#include "given.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/module.h>

static int level = 1;
module_param(level, int, 0644);
MODULE_PARM_DESC(level, "how much");
static bool verbose;
module_param_named(loud, verbose, bool, 0644);
static char nobody[] = "nobody", *name = nobody;
module_param(name, charp, 0444);
static char text[4] = "abc";
module_param_string(text, text, sizeof(text), 0);
static int from;
module_param(from, int, 0);
static u8 small = 7;
module_param(small, byte, 0);
static char mode = 'a';
static int mode_set(const char *val, const struct kernel_param *kp)
{
	*(char *)kp->arg = val[0];
	return 0;
}
static const struct kernel_param_ops mode_ops = { .set = mode_set, .get = param_get_int };
module_param_cb(mode, &mode_ops, &mode, 0644);
static bool quiet = true;
module_param_named(sound, quiet, invbool, 0644);
static int list[3], nr_list;
module_param_array(list, int, &nr_list, 0444);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("nobody");

static int nr_inits, result;

static int __init sample_init(void)
{
	nr_inits++;
	result = from;
	return result;
}

static void __exit sample_exit(void)
{
	static const char said[] = "exit ran\n";

	if (level == 99 && write(STDOUT_FILENO, said, sizeof(said) - 1) < 0)
		_exit(1);
}

module_init(sample_init);
module_exit(sample_exit);

/* Prints what this program says when it is started with parameters. */
static int tell(void)
{
	printf("inits %d level %d loud %d name %s text %s small %d\n", nr_inits, level, verbose,
	       name, text, small);
	for (int i = 0; i < nr_list; i++)
		printf("list[%d] %d\n", i, list[i]);
	fflush(stdout);
	return 0;
}

static void says(const char *parameters, const char *want)
{
	char said[512] = "", command[64];
	FILE *child;

	setenv("ORIEL_MODULE_PARAMS", parameters, 1);
	snprintf(command, sizeof(command), "/proc/%d/exe tell 2>&1", getpid());
	child = popen(command, "r");
	assert_non_null(child);
	said[fread(said, 1, sizeof(said) - 1, child)] = '\0';
	assert_int_equal(pclose(child), 0);
	assert_string_equal(said, want);
}

static void init_runs_once_before_main(void **state)
{
	assert_int_equal(nr_inits, 1);
	assert_int_equal(level, 1);
}

static void parameters_are_set_before_init(void **state)
{
	says("sample.level=-5 sample.loud sample.name=me sample.text=xyz sample.small=0x10",
	     "inits 1 level -5 loud 1 name me text xyz small 16\n");
	says("sample.loud=n other.level=9 level=9 sample",
	     "inits 1 level 1 loud 0 name nobody text abc small 7\n");
}

static void what_makes_no_sense_is_told(void **state)
{
	says("sample.level=x", "sample: `x' invalid for parameter `level'\n"
			       "inits 1 level 1 loud 0 name nobody text abc small 7\n");
	says("sample.level", "sample: `' invalid for parameter `level'\n"
			     "inits 1 level 1 loud 0 name nobody text abc small 7\n");
	says("sample.small=256 sample.text=toolong",
	     "sample: `256' invalid for parameter `small'\n"
	     "sample: `toolong' invalid for parameter `text'\n"
	     "inits 1 level 1 loud 0 name nobody text abc small 7\n");
	says("sample.levle=3", "sample: unknown parameter 'levle' ignored\n"
			       "inits 1 level 1 loud 0 name nobody text abc small 7\n");
}

static void a_parameter_s_own_function_is_given_a_value(void **state)
{
	says("sample.mode", "sample: `' invalid for parameter `mode'\n"
			    "inits 1 level 1 loud 0 name nobody text abc small 7\n");
}

static void a_value_is_text_for_the_program_s_own_functions(void **state)
{
	struct kernel_param kp = { .arg = &level };
	char text[4096];

	assert_int_equal(param_get_int(text, &kp), 2);
	assert_string_equal(text, "1\n");
	kp.arg = &quiet;
	assert_int_equal(param_set_invbool("y", &kp), 0);
	assert_false(quiet);
	param_get_invbool(text, &kp);
	assert_string_equal(text, "Y\n");
}

static void arrays_take_values_between_commas(void **state)
{
	says("sample.list=5,-6", "inits 1 level 1 loud 0 name nobody text abc small 7\n"
				 "list[0] 5\nlist[1] -6\n");
	says("sample.list=1,2,3,4",
	     "list: can only take 3 arguments\nsample: `1,2,3,4' invalid for parameter `list'\n"
	     "inits 1 level 1 loud 0 name nobody text abc small 7\n"
	     "list[0] 1\nlist[1] 2\nlist[2] 3\n");
	says("sample.list=8,x", "sample: `8,x' invalid for parameter `list'\n"
				"inits 1 level 1 loud 0 name nobody text abc small 7\n"
				"list[0] 8\n");
}

static void exit_runs_behind_main(void **state)
{
	says("sample.level=99", "inits 1 level 99 loud 0 name nobody text abc small 7\nexit ran\n");
}

static void without_init_there_is_no_exit(void **state)
{
	says("sample.level=99 sample.from=-12",
	     "sample: sample_init() failed: -12\n"
	     "inits 1 level 99 loud 0 name nobody text abc small 7\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_runs_once_before_main),
		cmocka_unit_test(parameters_are_set_before_init),
		cmocka_unit_test(what_makes_no_sense_is_told),
		cmocka_unit_test(a_parameter_s_own_function_is_given_a_value),
		cmocka_unit_test(a_value_is_text_for_the_program_s_own_functions),
		cmocka_unit_test(arrays_take_values_between_commas),
		cmocka_unit_test(exit_runs_behind_main),
		cmocka_unit_test(without_init_there_is_no_exit),
	};

	if (argc > 1)
		return tell();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
