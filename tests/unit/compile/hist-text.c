// SPDX-License-Identifier: MIT
/* Hist triggers as text: normal forms, mistakes, and what processes get to count by. */
#include "sample.h"

static int take(const char *text, struct orl_hook *hook, struct orl_mistake *m)
{
	uint32_t len = (uint32_t)strlen(text);
	struct orl_trigger_text t;
	int err;

	memset(hook, 0, sizeof(*hook));
	memset(m, 0, sizeof(*m));
	err = orl_compile_trigger_parse(&t, text, len, m);
	return err ? err : orl_compile_trigger(hook, &t, format, text, len, m);
}

/* The normal form, which is its own normal form. */
static void check_list(const char *text, const char *list)
{
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_mistake m;
	struct orl_hook hook, again;
	int err = take(text, &hook, &m);

	if (err)
		fail_msg("'%s': %d %s at %u", text, err, m.message, m.pos);
	orl_compile_trigger_list(&out, &hook);
	assert_string_equal(orl_text_str(&out), list);
	assert_int_equal(orl_hook_check(&hook, SAMPLE_LEN), 0);
	assert_int_equal(take(hook.text, &again, &m), 0);
	assert_memory_equal(&again, &hook, sizeof(hook));
	orl_text_fini(&out);
}

static void hists_are_listed_in_their_normal_form(void **state)
{
	static const char *const rows[][2] = {
		{ "hist:keys=prev_pid",
		  "hist:keys=prev_pid:vals=hitcount:sort=hitcount:size=2048 [active]\n" },
		{ "hist:key=prev_pid:val=hitcount:sort=hitcount.descending:size=100",
		  "hist:keys=prev_pid:vals=hitcount:sort=hitcount.descending:size=128 [active]\n" },
		{ "hist:keys=callsite.hex:vals=word if word > 5 ",
		  "hist:keys=callsite.hex:vals=hitcount,word:sort=hitcount:size=2048 if word > 5 "
		  "[active]\n" },
		{ "hist:keys=callsite.sym,big.sym-offset:values=word,half:sort=half,callsite",
		  "hist:keys=callsite.sym,big.sym-offset:vals=hitcount,word,half:"
		  "sort=half,callsite.sym:size=2048 [active]\n" },
		{ "hist:keys=common_pid.execname:sort=common_pid.ascending",
		  "hist:keys=common_pid.execname:vals=hitcount:sort=common_pid.execname:size=2048 "
		  "[active]\n" },
		{ "hist:keys=word.buckets=100:sort=word.descending",
		  "hist:keys=word.buckets=100:vals=hitcount:sort=word.buckets=100.descending:"
		  "size=2048 [active]\n" },
		{ "hist:keys=word.bucket=0x10",
		  "hist:keys=word.buckets=16:vals=hitcount:sort=hitcount:size=2048 [active]\n" },
		{ "hist:keys=word.log2,prev_comm,filename:size=131072",
		  "hist:keys=word.log2,prev_comm,filename:vals=hitcount:sort=hitcount:size=131072 "
		  "[active]\n" },
		{ "hist:keys=stacktrace:vals=word.hex",
		  "hist:keys=common_stacktrace:vals=hitcount,word.hex:sort=hitcount:size=2048 "
		  "[active]\n" },
		{ "hist:keys=cpu:sort=cpu",
		  "hist:keys=common_cpu:vals=hitcount:sort=common_cpu:size=2048 [active]\n" },
		{ "hist:keys=common_timestamp.usecs",
		  "hist:keys=common_timestamp.usecs:vals=hitcount:sort=hitcount:size=2048 "
		  "[active]\n" },
		{ "hist:keys=stack.stacktrace",
		  "hist:keys=stack.stacktrace:vals=hitcount:sort=hitcount:size=2048 [active]\n" },
		{ "hist:name=foo:keys=prev_pid:vals=word",
		  "hist:name=foo:keys=prev_pid:vals=hitcount,word:sort=hitcount:size=2048 "
		  "[active]\n" },
		{ "hist:keys=prev_pid:vals=hitcount.percent,hitcount.graph:sort=prev_pid:NOHC",
		  "hist:keys=prev_pid:vals=hitcount.percent,hitcount.graph:sort=prev_pid:size=2048:"
		  "nohitcount [active]\n" },
		{ "hist:keys=prev_pid:vals=hitcount,word.percent,word.graph,word",
		  "hist:keys=prev_pid:vals=hitcount,word.percent,word.graph,word:sort=hitcount:"
		  "size=2048 [active]\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_list(rows[i][0], rows[i][1]);
}

static void mistakes_have_message_and_place(void **state)
{
	static const struct {
		const char *text;	/* with a ^ where the caret goes */
		const char *message;
	} rows[] = {
		{ "hist:keys=common_pid:vals=word:sort=common_pid,^junk",
		  "Sort field must be a key or a val" },
		{ "hist:keys=common_pid:vals=word:^sort=", "Empty assignment" },
		{ "hist:^keys=", "Empty assignment" },
		{ "hist:keys=common_pid:vals=word:^sort=common_pid,", "Empty sort field" },
		{ "hist:keys=common_pid:vals=word:sort=common_pid.^junk", "Invalid sort modifier" },
		{ "hist:keys=common_pid:vals=word,half:^sort=common_pid,word,half",
		  "Too many sort fields (Max = 2)" },
		{ "hist:keys=^nofield", "Couldn't find field" },
		{ "hist:keys=^hitcount", "Couldn't find field" },
		{ "hist:keys=prev_pid:vals=^nofield", "Couldn't find field" },
		{ "hist:keys=prev_pid,^", "Couldn't find field" },
		{ "hist:keys=prev_pid.^junk", "Invalid field modifier" },
		{ "hist:keys=prev_pid.^syscall", "Invalid field modifier" },
		{ "hist:keys=prev_pid.^execname", "Invalid field modifier" },
		{ "hist:keys=prev_pid.^percent", "Invalid field modifier" },
		{ "hist:keys=prev_pid.^usecs", "Invalid field modifier" },
		{ "hist:keys=prev_pid.^sym", "Invalid field modifier" },
		{ "hist:keys=prev_comm.^hex", "Invalid field modifier" },
		{ "hist:keys=word.^buckets", "Invalid field modifier" },
		{ "hist:keys=word.^buckets=0", "Invalid field modifier" },
		{ "hist:keys=word.^buckets=x", "Invalid field modifier" },
		{ "hist:keys=common_timestamp.^log2", "Invalid field modifier" },
		{ "hist:keys=word.^stacktrace", "Invalid field modifier" },
		{ "hist:keys=prev_pid:vals=word.^log2", "Invalid field modifier" },
		{ "hist:keys=prev_pid:vals=word.^buckets=5", "Invalid field modifier" },
		{ "hist:keys=prev_pid:vals=callsite.^sym", "Invalid field modifier" },
		{ "hist:keys=prev_pid:vals=^prev_comm",
		  "String type can not be an operand in expression" },
		{ "hist:keys=prev_pid:^ts0=common_timestamp.usecs", "Malformed assignment" },
		{ "hist:keys=^$x", "Couldn't find variable" },
		{ "hist:keys=prev_pid:^onmax($x).save(prev_comm)",
		  "Handler doesn't support action" },
		{ "hist:keys=prev_pid:^onmatch(a.b).c(d)", "Handler doesn't support action" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *caret = strchr(rows[i].text, '^');
		struct orl_mistake m;
		struct orl_hook hook;
		char text[128];
		int err;

		snprintf(text, sizeof(text), "%.*s%s", (int)(caret - rows[i].text), rows[i].text,
			 caret + 1);
		err = take(text, &hook, &m);
		if (err != -EINVAL || m.pos != (uint32_t)(caret - rows[i].text) || m.from ||
		    !m.message || strcmp(m.message, rows[i].message))
			fail_msg("'%s': %d at %u: %s", text, err, m.pos, m.message);
		assert_string_equal(m.prefix, "hist:test:sample");
	}
}

static void some_mistakes_have_an_errno_only(void **state)
{
	static const char *const texts[] = {
		"hist:vals=word", "hist:keys=prev_pid:foo", "hist:keys=prev_pid:size=64",
		"hist:keys=prev_pid:size=131073", "hist:keys=prev_pid:size=x",
		"hist:keys=prev_pid,word,half,big", "hist:keys=fsid", "hist:keys=cpumask",
		"hist:keys=prev_pid::", "hist:keys=prev_pid:vals=a,b,c,d,e,f,g,h,i",
	};
	struct orl_mistake m;
	struct orl_hook hook;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (take(texts[i], &hook, &m) != -EINVAL || (m.message && i != 9))
			fail_msg("'%s': %d %s", texts[i], m.err, m.message);
}

static void nohitcount_wants_another_value(void **state)
{
	struct orl_mistake m;
	struct orl_hook hook;

	assert_int_equal(take("hist:keys=prev_pid:vals=hitcount:nohitcount", &hook, &m), -ENOENT);
	assert_string_equal(m.message, "Non-hitcount value is required for 'nohitcount'");
}

static void a_mistake_in_a_removal_is_told_without_the_event(void **state)
{
	struct orl_trigger_text t;
	struct orl_mistake m;

	assert_int_equal(orl_compile_trigger_parse(&t, "!hist:keys=a.junk", 17, &m), -EINVAL);
	assert_string_equal(m.prefix, "hist");
	assert_string_equal(m.message, "Invalid field modifier");
	assert_int_equal(m.from, 1);
	assert_int_equal(m.pos, 12);
}

static void the_spec_says_where_keys_and_sums_come_from(void **state)
{
	const struct orl_hist_spec *spec;
	struct orl_mistake m;
	struct orl_hook hook;

	assert_int_equal(take("hist:keys=common_pid.execname,filename,tiny.log2:"
			      "vals=hitcount.graph,half,common_timestamp.usecs", &hook, &m), 0);
	spec = &hook.hist;
	assert_int_equal(spec->nr_keys, 3);
	assert_int_equal(spec->key_len, 24 + ORL_HIST_STRING + 8);
	assert_int_equal(spec->key[0].load, ORL_LOAD_PID_COMM);
	assert_int_equal(spec->key[1].load, ORL_LOAD_DATA_LOC);
	assert_int_equal(spec->key[1].off, SAMPLE_OWN(name));
	assert_int_equal(spec->key[1].key_off, 24);
	assert_int_equal(spec->key[2].load, ORL_LOAD_S8);
	assert_int_equal(spec->key[2].map, ORL_MAP_LOG2);
	assert_int_equal(spec->key[2].key_off, 24 + ORL_HIST_STRING);
	/* hitcount needs no sum */
	assert_int_equal(spec->nr_vals, 2);
	assert_int_equal(spec->val[0].load, ORL_LOAD_U16);
	assert_int_equal(spec->val[1].load, ORL_LOAD_TIME);
	assert_int_equal(spec->val[1].map, ORL_MAP_DIV);
	assert_int_equal(spec->val[1].arg, 1000);
	assert_int_equal(orl_hook_check(&hook, SAMPLE_LEN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hists_are_listed_in_their_normal_form),
		cmocka_unit_test(mistakes_have_message_and_place),
		cmocka_unit_test(some_mistakes_have_an_errno_only),
		cmocka_unit_test(nohitcount_wants_another_value),
		cmocka_unit_test(a_mistake_in_a_removal_is_told_without_the_event),
		cmocka_unit_test(the_spec_says_where_keys_and_sums_come_from),
	};

	return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
