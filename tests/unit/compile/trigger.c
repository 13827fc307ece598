// SPDX-License-Identifier: MIT
/*
 * Trigger commands: what is let pass, how it is listed, and what a removal means. The rows without
 * a hist are what Linux 6.18 did with the same text.
 */
#include "sample.h"

/* Parse and compile; a removal is only parsed. */
static int take(const char *text, struct orl_trigger_text *t, struct orl_hook *hook,
		struct orl_mistake *m)
{
	uint32_t len = (uint32_t)strlen(text);
	int err;

	memset(hook, 0, sizeof(*hook));
	memset(m, 0, sizeof(*m));
	err = orl_compile_trigger_parse(t, text, len, m);
	if (err || t->remove)
		return err;
	return orl_compile_trigger(hook, t, format, text, len, m);
}

static void check_list(const char *text, const char *list)
{
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;
	int err = take(text, &t, &hook, &m);

	if (err)
		fail_msg("'%s': %d %s at %u", text, err, m.message, m.pos);
	orl_compile_trigger_list(&out, &hook);
	assert_string_equal(orl_text_str(&out), list);
	hook.target = 64;
	assert_int_equal(orl_hook_check(&hook, SAMPLE_LEN), 0);
	assert_true(orl_compile_trigger_same(&t, &hook));
	orl_text_fini(&out);
}

static void commands_are_listed_in_their_normal_form(void **state)
{
	static const char *const rows[][2] = {
		{ "traceon", "traceon:unlimited\n" },
		{ "  traceon  ", "traceon:unlimited\n" },
		{ "traceoff:3 if prev_pid == 77777", "traceoff:count=3 if prev_pid == 77777\n" },
		{ "snapshot:1", "snapshot:count=1\n" },
		{ "stacktrace:", "stacktrace:unlimited\n" },
		{ "stacktrace: 5", "stacktrace:count=5\n" },
		{ "stacktrace 5", "stacktrace:count=5\n" },
		{ "stacktrace:\t5", "stacktrace:count=5\n" },
		{ "stacktrace:0", "stacktrace:count=0\n" },
		{ "stacktrace:0x10", "stacktrace:count=16\n" },
		{ "traceon:010", "traceon:count=8\n" },
		{ "traceon:1:2", "traceon:count=1\n" },
		{ "traceon:4294967295", "traceon:count=4294967295\n" },
		{ "traceon:18446744073709551615", "traceon:unlimited\n" },
		{ "stacktrace  if  prev_pid == 1  ", "stacktrace:unlimited if  prev_pid == 1\n" },
		{ "traceon:if prev_pid == 1", "traceon:unlimited if prev_pid == 1\n" },
		{ "traceon\tif\tprev_pid==1", "traceon:unlimited if prev_pid==1\n" },
		{ "enable_event:sched:sched_waking",
		  "enable_event:sched:sched_waking:unlimited\n" },
		{ "enable_event sched:sched_wakeup",
		  "enable_event:sched:sched_wakeup:unlimited\n" },
		{ "enable_event:sched:sched_wakeup:3 if prev_pid==1",
		  "enable_event:sched:sched_wakeup:count=3 if prev_pid==1\n" },
		{ "disable_event:sched:sched_waking:1:2",
		  "disable_event:sched:sched_waking:count=1\n" },
		{ "enable_event:sched:sched_wakeup if prev_pid == 1 && ",
		  "enable_event:sched:sched_wakeup:unlimited if prev_pid == 1 &&\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_list(rows[i][0], rows[i][1]);
}

static void what_is_no_command_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "\n", "foo", "!foo", "!", "!!traceon", "! traceon", "Traceon", ":",
		"traceon;", "stacktrace:x", "stacktrace:-1", "stacktrace if", "stacktrace if ",
		"stacktrace unless prev_pid == 1", "stacktrace prev_pid == 1", "traceon :5",
		"traceon\ttab", "traceon:5if", "traceon if0", "if prev_pid==1", "traceon:0x",
		"traceon:7 prev_pid", "traceoff:5:if prev_pid == 1", "traceon:5  if",
		"traceon\nif prev_pid==1", "traceon if\nprev_pid==1", "enable_event",
		"enable_event:", "enable_event:sched", "enable_event::", "enable_event:sched:",
		"enable_event:sched:sched_waking:x", "enable_event:sched:sched_waking:",
		"enable_event:sched sched_waking", "!enable_event", "hist", "hist:", "!hist",
		"hist:keys=prev_pid if", "traceon\ntraceoff",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct orl_trigger_text t;
		struct orl_mistake m;
		struct orl_hook hook;

		if (take(texts[i], &t, &hook, &m) != -EINVAL || m.message)
			fail_msg("'%s': %d %s", texts[i], m.err, m.message);
	}
}

static void a_count_beyond_64_bits_is_out_of_range(void **state)
{
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;

	assert_int_equal(take("traceon:99999999999999999999", &t, &hook, &m), -ERANGE);
}

static void a_wrong_filter_is_told_with_the_filter_alone(void **state)
{
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;

	assert_int_equal(take(" stacktrace:5 if nofield == 1", &t, &hook, &m), -EINVAL);
	assert_string_equal(m.prefix, "event filter parse error");
	assert_string_equal(m.message, "Field not found");
	assert_int_equal(m.from, 17);
	assert_int_equal(m.pos, 8);
	assert_int_equal(take("traceon if prev_pid == 1 if x", &t, &hook, &m), -EPERM);
	assert_int_equal(m.pos, 14);
	assert_int_equal(take("hist:keys=prev_pid if (", &t, &hook, &m), -ENOENT);
	assert_int_equal(m.from, 22);
}

/* Does removal of @remove mean what @add added? */
static bool removes(const char *remove, const char *add)
{
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;

	assert_int_equal(take(add, &t, &hook, &m), 0);
	assert_int_equal(orl_compile_trigger_parse(&t, remove, (uint32_t)strlen(remove), &m), 0);
	assert_true(t.remove);
	return orl_compile_trigger_same(&t, &hook);
}

static void a_removal_names_the_command_and_ignores_count_and_filter(void **state)
{
	assert_true(removes("!traceon", "traceon:5"));
	assert_true(removes("!traceon:foo if x", "traceon if prev_pid == 1"));
	assert_true(removes("!traceoff:3", "traceon"));
	assert_false(removes("!traceon", "stacktrace"));
	assert_true(removes("!enable_event:a:b", "enable_event:a:b:3 if prev_pid == 1"));
	assert_true(removes("!disable_event:a:b:x", "enable_event:a:b"));
	assert_false(removes("!enable_event:a:c", "enable_event:a:b"));
	assert_false(removes("!enable_event:a:b", "hist:keys=prev_pid"));
}

static void a_hist_is_removed_by_all_that_it_is(void **state)
{
	static const char add[] = "hist:keys=prev_pid,cpu:vals=word:sort=word.descending:size=256";

	assert_true(removes("!hist:key=prev_pid,cpu:val=word:sort=word.descending", add));
	assert_true(removes("!hist:keys=prev_pid,common_cpu:values=hitcount,word:"
			    "sort=word.descending:size=4096", add));
	assert_false(removes("!hist:keys=prev_pid:val=word:sort=word.descending", add));
	assert_false(removes("!hist:keys=prev_pid,cpu:sort=word.descending:vals=word,half", add));
	assert_false(removes("!hist:keys=prev_pid,cpu:val=word", add));
	assert_false(removes("!hist:keys=prev_pid.hex,cpu:val=word:sort=word.descending", add));
	assert_false(removes("!hist:keys=prev_pid,cpu:val=word:sort=word.descending if word > 1",
			     add));
	assert_true(removes("!hist:keys=prev_pid if word > 1",
			    "hist:keys=prev_pid:sort=hitcount if word > 1"));
	assert_false(removes("!hist:keys=prev_pid:name=a", "hist:keys=prev_pid"));
}

static void a_paused_hist_is_listed_as_such(void **state)
{
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;

	check_list("hist:keys=prev_pid:pause",
		   "hist:keys=prev_pid:vals=hitcount:sort=hitcount:size=2048 [paused]\n");
	assert_int_equal(take("hist:keys=prev_pid:cont", &t, &hook, &m), 0);
	assert_true(t.cont && !t.pause && !t.clear);
	assert_int_equal(take("hist:keys=prev_pid:clear:pause", &t, &hook, &m), 0);
	assert_true(t.clear && t.pause);
}

static void help_names_what_there_is(void **state)
{
	struct orl_text out = ORL_TEXT_INIT;

	orl_compile_trigger_help(&out);
	assert_string_equal(orl_text_str(&out),
			    "# Available triggers:\n# traceon traceoff snapshot stacktrace "
			    "enable_event disable_event hist\n");
	orl_text_fini(&out);
}

static void texts_too_long_for_a_hook_are_refused(void **state)
{
	char text[ORL_HOOK_TEXT + 64];
	struct orl_trigger_text t;
	struct orl_mistake m;
	struct orl_hook hook;

	snprintf(text, sizeof(text), "traceon if prev_comm == \"\" %2060s", "|| prev_pid == 1");
	assert_int_equal(take(text, &t, &hook, &m), -EINVAL);
	snprintf(text, sizeof(text), "hist:keys=prev_pid if %2010s", "prev_pid == 1");
	assert_int_equal(take(text, &t, &hook, &m), -EINVAL);
	assert_null(m.message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_listed_in_their_normal_form),
		cmocka_unit_test(what_is_no_command_is_refused),
		cmocka_unit_test(a_count_beyond_64_bits_is_out_of_range),
		cmocka_unit_test(a_wrong_filter_is_told_with_the_filter_alone),
		cmocka_unit_test(a_removal_names_the_command_and_ignores_count_and_filter),
		cmocka_unit_test(a_hist_is_removed_by_all_that_it_is),
		cmocka_unit_test(a_paused_hist_is_listed_as_such),
		cmocka_unit_test(help_names_what_there_is),
		cmocka_unit_test(texts_too_long_for_a_hook_are_refused),
	};

	return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
