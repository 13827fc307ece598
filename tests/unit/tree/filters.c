// SPDX-License-Identifier: MIT
/* filter, trigger and error_log: what they show, take and refuse; what a trigger does to others. */
#include "place.h"

#define FILTER QUERY_DIR "filter"
#define MOVED_ROWS "\tfield:int rows;\toffset:12;\tsize:4;\tsigned:1;\n"
#define TRIGGER QUERY_DIR "trigger"
#define LOCK_DIR EVENTS "db/lock/"
#define HELP "# Available triggers:\n"

static void a_filter_is_shown_as_written(void **state)
{
	(void)state;
	assert_content(FILTER, "none\n");
	assert_all(FILTER, 0, "rows == 5");
	assert_content(FILTER, "rows == 5\n");
	assert_content(LOCK_DIR "filter", "none\n");
	assert_all(FILTER, 0, " rows==5 \n");
	assert_content(FILTER, " rows==5\n");
	assert_all(FILTER, 0, "text ~ \"a*\" && common_pid != 3");
	assert_content(FILTER, "text ~ \"a*\" && common_pid != 3\n");
	assert_all(FILTER, 0, "0\n");
	assert_content(FILTER, "none\n");
}

static void a_wrong_filter_leaves_a_note(void **state)
{
	(void)state;
	assert_all(FILTER, 0, "rows == 5");
	assert_all(FILTER, -EINVAL, "nofield == 1");
	assert_content(FILTER, "nofield == 1\n        ^\nparse_error: Field not found\n\n");
	assert_all(FILTER, 0, "rows == 6");
	assert_content(FILTER, "rows == 6\n");
	assert_all(FILTER, -EINVAL, "nofield == 1");
	assert_all(FILTER, 0, "0");
	assert_content(FILTER, "none\n");
}

static void error_log_points_at_the_place(void **state)
{
	unsigned long long secs, usecs;
	int at = 0;

	(void)state;
	assert_content("tracing/error_log", "");
	assert_all(FILTER, -EINVAL, "nofield == 1");
	content("tracing/error_log");
	assert_int_equal(sscanf(text, "[%llu.%6llu] %n", &secs, &usecs, &at), 2);
	assert_true(at > 0);
	assert_string_equal(text + at, "event filter parse error: error: Field not found\n"
				       "  Command: nofield == 1\n"
				       "                   ^\n");
	assert_all("tracing/error_log", 0, "x");
	assert_content("tracing/error_log", "");
}

static void error_log_keeps_eight(void **state)
{
	char command[32];
	unsigned int nr = 0;

	(void)state;
	for (int i = 0; i < 10; i++) {
		snprintf(command, sizeof(command), "no%d == 1", i);
		assert_int_equal(echo(FILTER, command), -EINVAL);
	}
	for (const char *at = content("tracing/error_log"); (at = strstr(at, "Command:")); at++)
		nr++;
	assert_int_equal(nr, 8);
	assert_null(strstr(text, "no1 "));
	assert_non_null(strstr(text, "no9 "));
	assert_int_equal(orl_tree_truncate(tree, "tracing/error_log", NULL), 0);
	assert_content("tracing/error_log", "");
}

static void a_system_filter_goes_where_the_fields_are(void **state)
{
	(void)state;
	assert_int_equal(strncmp(content(EVENTS "db/filter"), "### global filter ###\n", 22), 0);
	assert_all(EVENTS "db/filter", 0, "rows > 1");
	assert_content(FILTER, "rows > 1\n");
	assert_content(LOCK_DIR "filter", "rows > 1\n");
	assert_content(EVENTS "net/send/filter", "none\n");
	assert_all(EVENTS "db/filter", 0, "owner == 2");
	assert_content(LOCK_DIR "filter", "owner == 2\n");
	assert_content(FILTER, "owner == 2\n^\nparse_error: Couldn't find or set field in one of a "
			       "subsystem's events\n\n");
	assert_non_null(strstr(content("tracing/error_log"), "in one of a subsystem's events\n"
			       "  Command: owner == 2\n           ^\n"));
	assert_int_equal(strncmp(content(EVENTS "db/filter"), "### global filter ###\n", 22), 0);
	assert_all(EVENTS "db/filter", 0, "0");
	assert_content(FILTER, "none\n");
	assert_content(LOCK_DIR "filter", "none\n");
}

static void instances_have_filters_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(orl_tree_mkdir(tree, "tracing/instances/one"), 0);
	assert_all("tracing/instances/one/events/db/query/filter", 0, "rows == 1");
	assert_all("tracing/instances/one/events/db/query/filter", -EINVAL, "rows ==");
	assert_content(FILTER, "none\n");
	assert_content("tracing/error_log", "");
	assert_int_not_equal(content("tracing/instances/one/error_log")[0], '\0');
}

static void triggers_are_added_and_removed(void **state)
{
	(void)state;
	assert_int_equal(strncmp(content(TRIGGER), HELP, strlen(HELP)), 0);
	assert_all(TRIGGER, 0, "traceoff");
	assert_content(TRIGGER, "traceoff:unlimited\n");
	assert_all(TRIGGER, 0, "stacktrace:3 if rows > 2\n");
	assert_content(TRIGGER, "stacktrace:count=3 if rows > 2\ntraceoff:unlimited\n");
	assert_all(TRIGGER, -EEXIST, "traceoff", "traceon:3", "traceoff:5 if rows == 77777");
	assert_all(TRIGGER, 0, "!traceon");
	assert_content(TRIGGER, "stacktrace:count=3 if rows > 2\n");
	assert_all(TRIGGER, 0, "!stacktrace", "!stacktrace");
	assert_int_equal(strncmp(content(TRIGGER), HELP, strlen(HELP)), 0);
	assert_all(TRIGGER, -EINVAL, "nosuch", "!nosuch", "traceoff:x", "traceoff if",
		   "traceoff rows", "0", "stacktrace if nofield == 1", "enable_event:db",
		   "enable_event:db:nosuch", "  ");
	assert_int_equal(strncmp(content(TRIGGER), HELP, strlen(HELP)), 0);
}

static void an_event_with_a_trigger_is_ready(void **state)
{
	(void)state;
	assert_all(TRIGGER, 0, "traceoff");
	assert_content(QUERY_DIR "enable", "0*\n");
	assert_content(EVENTS "db/enable", "X\n");
	assert_content("tracing/set_event", "db:query\n");
	assert_all(QUERY_DIR "enable", 0, "1");
	assert_content(QUERY_DIR "enable", "1*\n");
	assert_all(TRIGGER, 0, "!traceoff");
	assert_content(QUERY_DIR "enable", "1\n");
}

static void a_target_is_in_soft_mode(void **state)
{
	(void)state;
	assert_all(TRIGGER, 0, "enable_event:db:lock:2");
	assert_content(TRIGGER, "enable_event:db:lock:count=2\n");
	assert_content(LOCK_DIR "enable", "0*\n");
	assert_all(TRIGGER, -EEXIST, "enable_event:db:lock", "disable_event:db:lock");
	assert_all(LOCK_DIR "enable", 0, "1");
	assert_content(LOCK_DIR "enable", "1*\n");
	assert_all(LOCK_DIR "enable", 0, "0");
	assert_content(LOCK_DIR "enable", "0*\n");
	assert_all(TRIGGER, 0, "!disable_event:db:lock");
	assert_content(LOCK_DIR "enable", "0\n");
	/* an event that was on stays on */
	assert_all(LOCK_DIR "enable", 0, "1");
	assert_all(TRIGGER, 0, "disable_event:db:lock");
	assert_content(LOCK_DIR "enable", "1*\n");
	assert_all(TRIGGER, 0, "!disable_event:db:lock");
	assert_content(LOCK_DIR "enable", "1\n");
}

static void a_system_switch_leaves_soft_mode(void **state)
{
	(void)state;
	assert_all(TRIGGER, 0, "enable_event:db:lock");
	assert_all(EVENTS "enable", 0, "1");
	assert_content(LOCK_DIR "enable", "1*\n");
	assert_all(EVENTS "enable", 0, "0");
	assert_content(LOCK_DIR "enable", "0*\n");
	assert_all(TRIGGER, 0, "!enable_event:db:lock");
	assert_content(LOCK_DIR "enable", "0\n");
	assert_content(EVENTS "enable", "0\n");
}

static void a_hist_counts_and_is_cleared_by_truncation(void **state)
{
	(void)state;
	assert_taken(append(TRIGGER, "traceoff"), "traceoff");
	assert_taken(append(TRIGGER, "hist:keys=rows"), "hist:keys=rows");
	assert_content(TRIGGER, "hist:keys=rows:vals=hitcount:sort=hitcount:size=2048 [active]\n"
				"traceoff:unlimited\n");
	assert_non_null(strstr(
		content(QUERY_DIR "hist"),
		"# trigger info: hist:keys=rows:vals=hitcount:sort=hitcount:size=2048 [active]"));
	assert_non_null(strstr(text, "Totals:\n    Hits: 0\n"));
	assert_int_equal(append(TRIGGER, "hist:keys=rows"), -EEXIST);
	assert_taken(append(TRIGGER, "hist:keys=rows:pause"), "hist:keys=rows:pause");
	assert_non_null(strstr(content(TRIGGER), "[paused]"));
	assert_taken(append(TRIGGER, "hist:keys=rows:cont"), "hist:keys=rows:cont");
	assert_taken(append(TRIGGER, "hist:keys=rows:clear"), "hist:keys=rows:clear");
	assert_non_null(strstr(content(TRIGGER), "[active]"));
	assert_int_equal(append(TRIGGER, "hist:keys=text:clear"), -ENOENT);
	assert_int_equal(append(TRIGGER, "hist:keys=nofield"), -EINVAL);
	assert_non_null(strstr(content("tracing/error_log"), "hist:db:query: error: "));
	assert_int_equal(orl_tree_truncate(tree, TRIGGER, NULL), 0);
	assert_content(TRIGGER, "traceoff:unlimited\n");
	assert_content(QUERY_DIR "hist", "");
}

static void a_named_hist_is_shared(void **state)
{
	(void)state;
	assert_taken(append(TRIGGER, "hist:name=both:keys=rows"), "hist:name=both:keys=rows");
	assert_taken(append(LOCK_DIR "trigger", "hist:name=both:keys=rows"),
		     "hist:name=both:keys=rows");
	assert_int_equal(append(EVENTS "net/send/trigger", "hist:name=both:keys=common_pid,bytes"),
			 -EINVAL);
	assert_taken(append(TRIGGER, "!hist:name=both:keys=rows"), "!hist:name=both:keys=rows");
	assert_content(QUERY_DIR "hist", "");
	assert_non_null(strstr(content(LOCK_DIR "hist"), "Totals:"));
}

/* The same field elsewhere in the record: the table would be filled with other bytes. */
static void a_named_hist_is_of_records_alike(void **state)
{
	(void)state;
	add_event(11, "db", "other",
		  COMMON "\tfield:int owner;\toffset:8;\tsize:4;\tsigned:1;\n" MOVED_ROWS
			 "\nprint fmt: \"%d\", REC->rows\n");
	assert_taken(append(TRIGGER, "hist:name=both:keys=rows"), "hist:name=both:keys=rows");
	assert_int_equal(append(EVENTS "db/other/trigger", "hist:name=both:keys=rows"), -EINVAL);
	assert_taken(append(TRIGGER, "hist:name=sum:keys=common_pid:vals=rows"),
		     "hist:name=sum:keys=common_pid:vals=rows");
	assert_int_equal(append(EVENTS "db/other/trigger",
				"hist:name=sum:keys=common_pid:vals=rows"), -EINVAL);
}

static void a_snapshot_trigger_makes_the_snapshot(void **state)
{
	(void)state;
	assert_all(TRIGGER, 0, "snapshot:1");
	assert_content(TRIGGER, "snapshot:count=1\n");
	assert_all(TRIGGER, 0, "!snapshot");
}

static void markers_have_triggers_too(void **state)
{
	(void)state;
	assert_all(EVENTS "ftrace/print/trigger", 0, "traceoff:1");
	assert_content(EVENTS "ftrace/print/trigger", "traceoff:count=1\n");
	assert_all(EVENTS "ftrace/print/filter", 0, "buf ~ \"*stop*\"");
	assert_content(EVENTS "ftrace/print/filter", "buf ~ \"*stop*\"\n");
	assert_all(EVENTS "ftrace/print/trigger", 0, "!traceoff");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_filter_is_shown_as_written),
		TEST(a_wrong_filter_leaves_a_note),
		TEST(error_log_points_at_the_place),
		TEST(error_log_keeps_eight),
		TEST(a_system_filter_goes_where_the_fields_are),
		TEST(instances_have_filters_of_their_own),
		TEST(triggers_are_added_and_removed),
		TEST(an_event_with_a_trigger_is_ready),
		TEST(a_target_is_in_soft_mode),
		TEST(a_system_switch_leaves_soft_mode),
		TEST(a_hist_counts_and_is_cleared_by_truncation),
		TEST(a_named_hist_is_shared),
		TEST(a_named_hist_is_of_records_alike),
		TEST(a_snapshot_trigger_makes_the_snapshot),
		TEST(markers_have_triggers_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
