// SPDX-License-Identifier: MIT
/* Files with a value: what they show, take and refuse. */
#include "place.h"

static void tracing_on_takes_numbers(void **state)
{
	(void)state;
	assert_content("tracing/tracing_on", "1\n");
	assert_all("tracing/tracing_on", 0, "0", "0\n");
	assert_content("tracing/tracing_on", "0\n");
	assert_all("tracing/tracing_on", 0, "1", "7");
	assert_content("tracing/tracing_on", "1\n");
	assert_all("tracing/tracing_on", -EINVAL, "abc", "-1", "2 ", "0x10", "1x", "\n");
}

static void trace_clock_marks_the_one_in_use(void **state)
{
	(void)state;
	assert_int_equal(
		strncmp(content("tracing/trace_clock"), "[local] global mono boot tai", 28), 0);
	assert_all("tracing/trace_clock", 0, "boot", " mono", "mono ", "mono\n");
	assert_int_equal(
		strncmp(content("tracing/trace_clock"), "local global [mono] boot tai", 28), 0);
	assert_all("tracing/trace_clock", -EINVAL, "nosuch", "[local]", "counter", " ");
}

static void options_are_named_and_numbered(void **state)
{
	(void)state;
	assert_non_null(strstr(content("tracing/trace_options"), "\nnoraw\n"));
	assert_all("tracing/trace_options", 0, "raw", "noraw", " raw", "hex\n", "nohex");
	assert_non_null(strstr(content("tracing/trace_options"), "\nraw\n"));
	assert_content("tracing/options/raw", "1\n");
	assert_all("tracing/options/raw", 0, "1", "0");
	assert_content("tracing/options/raw", "0\n");
	assert_all("tracing/options/raw", -EINVAL, "2", "abc");
	assert_all("tracing/trace_options", -EINVAL, "nosuch", "nonosuch", "raw noraw");
	assert_int_equal(echo("tracing/options/nosuch", "1"), -ENOENT);
}

static bool has_option(const char *name, const struct orl_node_stat *st, void *arg)
{
	char line[64];

	(void)st;
	snprintf(line, sizeof(line), "%s\n", name);
	if (!strstr(arg, line))
		fail_msg("options/%s is not in trace_options", name);
	return true;
}

static void options_folder_and_trace_options_agree(void **state)
{
	(void)state;
	content("tracing/trace_options");
	assert_int_equal(orl_tree_list(tree, "tracing/options", has_option, text), 0);
}

static void only_nop_traces(void **state)
{
	(void)state;
	assert_content("tracing/available_tracers", "nop\n");
	assert_all("tracing/current_tracer", 0, "nop", " nop\n");
	assert_all("tracing/current_tracer", -EINVAL, "function");
}

static void sizes_are_rounded_up(void **state)
{
	(void)state;
	assert_content("tracing/buffer_size_kb", "64\n");
	assert_content("tracing/buffer_total_size_kb", "128\n");
	assert_all("tracing/buffer_size_kb", 0, "100\n");
	assert_content("tracing/buffer_size_kb", "128\n");
	assert_all("tracing/buffer_size_kb", -EINVAL, "0", "abc", "-1", "100k");
	assert_content("tracing/buffer_subbuf_size_kb", "4\n");
	assert_all("tracing/buffer_subbuf_size_kb", 0, "5");
	assert_content("tracing/buffer_subbuf_size_kb", "8\n");
	assert_all("tracing/buffer_subbuf_size_kb", -EINVAL, "0", "abc", "100000");
	assert_non_null(strstr(content(EVENTS "header_page"), "offset:16;\tsize:8176;"));
}

static void percent_ends_at_100(void **state)
{
	(void)state;
	assert_content("tracing/buffer_percent", "50\n");
	assert_all("tracing/buffer_percent", 0, "0", "100");
	assert_content("tracing/buffer_percent", "100\n");
	assert_all("tracing/buffer_percent", -EINVAL, "101", "abc", "-1");
}

static void names_kept_are_counted(void **state)
{
	(void)state;
	assert_content("tracing/saved_cmdlines_size", "8192\n");
	assert_all("tracing/saved_cmdlines_size", 0, "100\n");
	assert_content("tracing/saved_cmdlines_size", "100\n");
	assert_all("tracing/saved_cmdlines_size", -EINVAL, "0", "abc", "10000000");
}

static void cpumask_is_hexadecimal(void **state)
{
	(void)state;
	assert_content("tracing/tracing_cpumask", "3\n");
	assert_all("tracing/tracing_cpumask", 0, "2", "1\n");
	assert_content("tracing/tracing_cpumask", "1\n");
	assert_all("tracing/tracing_cpumask", -EOVERFLOW, "f", "abc", "0,1,0",
		   "10000000000000000000");
	assert_all("tracing/tracing_cpumask", -EINVAL, "zz", "\n", ",");
	assert_content("tracing/tracing_cpumask", "1\n");
	/* as in the kernel: no CPU records */
	assert_all("tracing/tracing_cpumask", 0, "0");
	assert_content("tracing/tracing_cpumask", "0\n");
}

static void what_cannot_be_written_says_so(void **state)
{
	struct orl_file *f;

	(void)state;
	assert_int_equal(echo("tracing/timestamp_mode", "absolute"), -EACCES);
	assert_int_equal(orl_tree_open_file(tree, "tracing/free_buffer", O_RDONLY, NULL, &f),
			 -EACCES);
	assert_content("tracing/timestamp_mode", "[delta] absolute\n");
	assert_content("tracing/printk_formats", "");
}

static void reads_go_on_where_they_are_told(void **state)
{
	struct orl_file *f;
	char c[8] = "";

	(void)state;
	assert_int_equal(orl_tree_open_file(tree, "tracing/tracing_on", O_RDWR, NULL, &f), 0);
	assert_int_equal(orl_file_read(f, c, 1, 0), 1);
	assert_int_equal(orl_file_read(f, c + 1, 1, 1), 1);
	assert_int_equal(orl_file_read(f, c + 2, 1, 2), 0);
	assert_string_equal(c, "1\n");
	assert_int_equal(orl_file_write(f, "0", 1, 2, NULL), 1);
	assert_int_equal(orl_file_read(f, c, 8, 0), 2);
	assert_string_equal(c, "0\n");
	orl_file_close(f);
}

static void readme_has_the_words_scripts_look_for(void **state)
{
	static const char *const words[] = { "tracing_on", "hist:keys=", "snapshot", "trigger",
					     "traceoff", "enable_event:<system>:<event>",
					     "stacktrace", "[:sort=", ".log2", ".buckets=",
					     ".usecs", "trace_marker_raw", "set_event_pid" };

	(void)state;
	content("tracing/README");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_non_null(strstr(text, words[i]));
	assert_null(strstr(text, "onmatch"));
	assert_null(strstr(text, "kprobe"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tracing_on_takes_numbers),
		TEST(trace_clock_marks_the_one_in_use),
		TEST(options_are_named_and_numbered),
		TEST(options_folder_and_trace_options_agree),
		TEST(only_nop_traces),
		TEST(sizes_are_rounded_up),
		TEST(percent_ends_at_100),
		TEST(names_kept_are_counted),
		TEST(cpumask_is_hexadecimal),
		TEST(what_cannot_be_written_says_so),
		TEST(reads_go_on_where_they_are_told),
		TEST(readme_has_the_words_scripts_look_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
