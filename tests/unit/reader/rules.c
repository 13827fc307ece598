// SPDX-License-Identifier: MIT
/* Patterns, what a set of rules means, and changing it. */
#include <signal.h>

#include "domain.h"
#include "reader/control.h"

static void change(const char *pattern, int32_t pid, bool enable)
{
	struct orl_change c = { pattern, pid, enable };

	if (orl_control_change(&session, &c, 1, 0))
		fail_msg("%s", session.error);
}

static bool is_on(const char *system, const char *event, int32_t pid)
{
	struct orl_rules rules;

	orl_control_rules(&session, &rules);
	return orl_rules_eval(&rules, pid, system, event);
}

static uint32_t nr_rules(void)
{
	struct orl_rules rules;

	orl_control_rules(&session, &rules);
	return rules.nr;
}

static void globs_match_whole_strings(void **state)
{
	static const struct {
		const char *pattern, *s;
		bool matches;
	} t[] = {
		{ "", "", true },	   { "", "a", false },	      { "*", "", true },
		{ "*", "abc", true },	   { "a*c", "abbbc", true },  { "a*c", "abbb", false },
		{ "?", "", false },	   { "a?c", "abc", true },    { "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false }, { "[!a-c]x", "dx", true }, { "[]]", "]", true },
		{ "[a", "[a", true },	   { "*a*b*c", "xxaxxbxxc", true },
		{ "*a*b*c", "xxaxxcxxb", false }, { "[a-]", "-", true }, { "**", "", true },
		{ "abc", "abcd", false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (orl_glob_match(t[i].pattern, t[i].s) != t[i].matches)
			fail_msg("'%s' against '%s'", t[i].pattern, t[i].s);
}

static void many_stars_take_no_exponential_time(void **state)
{
	char s[4000];

	memset(s, 'a', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	assert_false(orl_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", s));
}

static void a_word_means_a_system(void **state)
{
	assert_true(orl_rule_match("shop", "shop", "order"));
	assert_false(orl_rule_match("order", "shop", "order"));
	assert_true(orl_rule_match("shop:", "shop", "order"));
	assert_true(orl_rule_match(":order", "shop", "order"));
	assert_true(orl_rule_match("sh*:o?der", "shop", "order"));
	assert_false(orl_rule_match("shop:order", "shopx", "order"));
}

static void the_last_matching_rule_decides(void **state)
{
	change("shop:*", 0, true);
	change("shop:order", 0, false);
	assert_true(is_on("shop", "sale", 1));
	assert_false(is_on("shop", "order", 1));
	change("shop:order", getpid(), true);
	assert_true(is_on("shop", "order", getpid()));
	assert_false(is_on("shop", "order", getpid() + 1));
}

static void rules_that_mean_nothing_are_not_kept(void **state)
{
	change("shop:order", 0, false);
	assert_int_equal(nr_rules(), 0);
	for (int i = 0; i < 500; i++) {
		char pattern[32];

		snprintf(pattern, sizeof(pattern), "shop:e%d", i % 100);
		change(pattern, 0, i % 2);
	}
	assert_true(nr_rules() <= 100);
	change("shop:*", 0, true);
	assert_int_equal(nr_rules(), 1);
	change("*", 0, false);
	assert_int_equal(nr_rules(), 0);
}

static void too_many_rules_are_refused_and_nothing_changes(void **state)
{
	struct orl_change c = { "a:b", 0, true };
	char pattern[32];

	for (int i = 0; i < (int)ORL_NR_RULES; i++) {
		snprintf(pattern, sizeof(pattern), "s%d:*", i);
		change(pattern, 0, true);
	}
	assert_int_equal(orl_control_change(&session, &c, 1, 0), -E2BIG);
	assert_non_null(strstr(session.error, "oriel disable"));
	assert_int_equal(nr_rules(), ORL_NR_RULES);
	assert_false(is_on("a", "b", 0));
}

static void patterns_that_cannot_be_are_refused(void **state)
{
	static const char *const bad[] = { "", ":", "a:b:c", "a b", "a\n", "a,b", "a/b" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct orl_change c = { bad[i], 0, true };

		assert_int_equal(orl_control_change(&session, &c, 1, 0), -EINVAL);
		assert_true(session.error[0] && !strchr(session.error, '\n'));
	}
	assert_int_equal(nr_rules(), 0);
}

static void an_overlay_adds_and_goes(void **state)
{
	struct orl_change c = { "shop:order", 0, true };

	change("shop:sale", 0, true);
	assert_int_equal(orl_control_change(&session, &c, 1, ORL_CHANGE_OVERLAY), 0);
	change("*", 0, false);
	assert_true(is_on("shop", "order", 1));
	assert_false(is_on("shop", "sale", 1));
	assert_int_equal(orl_control_remove_overlay(&session), 0);
	assert_false(is_on("shop", "order", 1));
	assert_int_equal(nr_rules(), 0);
}

static void the_overlay_of_a_dead_tool_is_removed_by_the_next(void **state)
{
	pid_t pid = fork();

	if (!pid) {
		struct orl_change c = { "shop:order", 0, true };

		_exit(orl_control_change(&session, &c, 1, ORL_CHANGE_OVERLAY) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_on("shop", "order", 1));
	change("shop:sale", 0, true);
	assert_false(is_on("shop", "order", 1));
	assert_true(is_on("shop", "sale", 1));
}

static const char *die_at;

static void die_there(const char *step)
{
	if (!strcmp(step, die_at))
		_exit(7);
}

static void a_tool_that_dies_has_changed_all_or_nothing(void **state)
{
	static const char *const steps[] = { "rules-written", "rules-selected" };

	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();
		int status;

		if (!pid) {
			die_at = steps[i];
			orl_reader_testpoint = die_there;
			change("shop:*", 0, true);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), 7);
		assert_int_equal(is_on("shop", "order", 1), i);
		change("shop:sale", 0, true);
		assert_true(is_on("shop", "sale", 1));
	}
}

static void two_tools_at_once_lose_no_change(void **state)
{
	pid_t pids[4];

	for (int k = 0; k < 4; k++) {
		pids[k] = fork();
		if (pids[k])
			continue;
		for (int i = 0; i < 20; i++) {
			char pattern[32];

			snprintf(pattern, sizeof(pattern), "s%d:e%d", k, i);
			change(pattern, 0, true);
		}
		_exit(0);
	}
	for (int k = 0; k < 4; k++)
		waitpid(pids[k], NULL, 0);
	assert_int_equal(nr_rules(), 80);
	assert_int_equal(session.domain.ctl->gen, 80);
}

static void tracing_goes_off_and_on_in_every_ring(void **state)
{
	assert_int_equal(orl_control_set_tracing(&session, false), 0);
	for (uint32_t i = 0; i < 3; i++) {
		assert_false(stats_of(i).is_on);
		assert_false(append_at(i, 1, 1));
	}
	assert_int_equal(orl_control_set_tracing(&session, true), 0);
	assert_true(append_at(0, 1, 1));
}

static void a_read_only_session_changes_nothing(void **state)
{
	struct orl_change c = { "shop:*", 0, true };
	struct orl_session ro;

	assert_int_equal(orl_session_open(&ro, dir, ORL_SESSION_READONLY), 0);
	assert_int_equal(orl_control_change(&ro, &c, 1, 0), -EROFS);
	assert_int_equal(orl_control_clear(&ro), -EROFS);
	assert_int_equal(orl_control_set_tracing(&ro, false), -EROFS);
	assert_int_equal(orl_control_nudge(&ro, 0, NULL), -EROFS);
	assert_int_equal(orl_control_remove_overlay(&ro), -EROFS);
	orl_session_close(&ro);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs_match_whole_strings),
		cmocka_unit_test(many_stars_take_no_exponential_time),
		cmocka_unit_test(a_word_means_a_system),
		T(the_last_matching_rule_decides),
		T(rules_that_mean_nothing_are_not_kept),
		T(too_many_rules_are_refused_and_nothing_changes),
		T(patterns_that_cannot_be_are_refused),
		T(an_overlay_adds_and_goes),
		T(the_overlay_of_a_dead_tool_is_removed_by_the_next),
		T(a_tool_that_dies_has_changed_all_or_nothing),
		T(two_tools_at_once_lose_no_change),
		T(tracing_goes_off_and_on_in_every_ring),
		T(a_read_only_session_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
