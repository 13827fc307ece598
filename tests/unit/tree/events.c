// SPDX-License-Identifier: MIT
/* Switching events: enable at three levels, set_event, the lists of threads. */
#include "place.h"

static void format_and_id_describe_the_event(void **state)
{
	(void)state;
	assert_content(QUERY_DIR "id", "73\n");
	assert_content(QUERY_DIR "format", "name: query\nID: 73\n" QUERY);
	assert_content(EVENTS "ftrace/print/id", "5\n");
	assert_int_equal(strncmp(content(EVENTS "ftrace/print/format"), "name: print\nID: 5\n", 18),
			 0);
	assert_content("tracing/available_events", "db:lock\ndb:query\nnet:send\n");
	assert_content(EVENTS "header_page",
		       "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		       "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
		       "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
		       "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n");
}

static void an_event_is_switched(void **state)
{
	(void)state;
	assert_content(QUERY_DIR "enable", "0\n");
	assert_all(QUERY_DIR "enable", 0, "0", "1", "01", "1\n");
	assert_content(QUERY_DIR "enable", "1\n");
	assert_content(EVENTS "db/lock/enable", "0\n");
	assert_content("tracing/set_event", "db:query\n");
	assert_all(QUERY_DIR "enable", -EINVAL, "2", "-1", "abc", " 1", "1 ", "0x1", "\n");
	assert_content(QUERY_DIR "enable", "1\n");
}

static void systems_tell_all_some_or_none(void **state)
{
	(void)state;
	assert_content(EVENTS "db/enable", "0\n");
	assert_content(EVENTS "enable", "0\n");
	assert_all(QUERY_DIR "enable", 0, "1");
	assert_content(EVENTS "db/enable", "X\n");
	assert_content(EVENTS "net/enable", "0\n");
	assert_all(EVENTS "db/enable", 0, "1");
	assert_content(EVENTS "db/enable", "1\n");
	assert_content(EVENTS "db/lock/enable", "1\n");
	assert_content(EVENTS "enable", "X\n");
	assert_all(EVENTS "enable", 0, "1");
	assert_content(EVENTS "enable", "1\n");
	assert_all(QUERY_DIR "enable", 0, "0");
	assert_content(EVENTS "enable", "X\n");
	assert_all(EVENTS "enable", 0, "0");
	assert_content(EVENTS "enable", "0\n");
	assert_all(EVENTS "db/enable", -EINVAL, "2", "abc");
}

static void a_system_stays_on_for_later_events(void **state)
{
	(void)state;
	assert_all(EVENTS "db/enable", 0, "1");
	add_event(200, "db", "later", SEND);
	assert_content(EVENTS "db/later/enable", "1\n");
	assert_content(EVENTS "db/enable", "1\n");
}

static void set_event_understands_names(void **state)
{
	static const struct {
		const char *command, *on;
	} cases[] = {
		{ "db:query", "db:query\n" },
		{ "query", "db:query\n" },
		{ "query\n", "db:query\n" },
		{ ":query", "db:query\n" },
		{ "*:query", "db:query\n" },
		{ "db", "db:lock\ndb:query\n" },
		{ "db:", "db:lock\ndb:query\n" },
		{ "db:*", "db:lock\ndb:query\n" },
		{ "*:*", "db:lock\ndb:query\nnet:send\n" },
		{ "db:query net:send", "db:query\nnet:send\n" },
		{ "*:* !db:lock", "db:query\nnet:send\n" },
		{ "!db:query", "" },
		{ " ", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_taken(echo("tracing/set_event", cases[i].command), cases[i].command);
		assert_content("tracing/set_event", cases[i].on);
	}
}

static void set_event_refuses_what_is_not_there(void **state)
{
	(void)state;
	assert_all("tracing/set_event", -EINVAL, "nosuch", "!nosuch", "db:que*", "*", "!",
		   "db:query:x", "!!db:query", "nosuch db:query", "ftrace:print", "ftrace");
	assert_content("tracing/set_event", "");
	/* what came before the wrong word holds */
	assert_int_equal(echo("tracing/set_event", "db:query nosuch"), 9);
	assert_content("tracing/set_event", "db:query\n");
}

static void set_event_adds_and_truncation_removes(void **state)
{
	struct orl_file *f;

	(void)state;
	append("tracing/set_event", "db:query");
	append("tracing/set_event", "net:send");
	assert_content("tracing/set_event", "db:query\nnet:send\n");
	append("tracing/set_event", "!db:query");
	assert_content("tracing/set_event", "net:send\n");
	assert_int_equal(
		orl_tree_open_file(tree, "tracing/set_event", O_RDONLY | O_TRUNC, NULL, &f), 0);
	orl_file_close(f);
	assert_content("tracing/set_event", "net:send\n");
	assert_int_equal(orl_tree_truncate(tree, "tracing/set_event", NULL), 0);
	assert_content("tracing/set_event", "");
}

static void lists_of_threads_are_sorted(void **state)
{
	static const char *const files[] = { "tracing/set_event_pid",
					     "tracing/set_event_notrace_pid" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_content(files[i], "");
		assert_taken(append(files[i], "3\n2 1"), "3\n2 1");
		assert_taken(append(files[i], "0x10 2"), "0x10 2");
		assert_content(files[i], "1\n2\n3\n16\n");
		assert_int_equal(append(files[i], "9 abc"), -EINVAL);
		assert_int_equal(append(files[i], "-5"), -EINVAL);
		assert_content(files[i], "1\n2\n3\n16\n");
		assert_taken(echo(files[i], "7 8"), "7 8");
		assert_content(files[i], "7\n8\n");
		assert_int_equal(orl_tree_truncate(tree, files[i], NULL), 0);
		assert_content(files[i], "");
	}
}

static void same_names_are_one_folder(void **state)
{
	(void)state;
	add_event(201, "db", "query", SEND);
	assert_content("tracing/available_events", "db:lock\ndb:query\nnet:send\n");
	/* the younger one is shown */
	assert_content(QUERY_DIR "id", "265\n");
	assert_all(QUERY_DIR "enable", 0, "1");
	assert_content("tracing/set_event", "db:query\n");
	assert_content(QUERY_DIR "enable", "1\n");
	assert_all(QUERY_DIR "enable", 0, "0");
	assert_content("tracing/set_event", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(format_and_id_describe_the_event),
		TEST(an_event_is_switched),
		TEST(systems_tell_all_some_or_none),
		TEST(a_system_stays_on_for_later_events),
		TEST(set_event_understands_names),
		TEST(set_event_refuses_what_is_not_there),
		TEST(set_event_adds_and_truncation_removes),
		TEST(lists_of_threads_are_sorted),
		TEST(same_names_are_one_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
