// SPDX-License-Identifier: MIT
/* What filters let pass: text in, verdict on one record out, through the interpreter of processes.
 */
#include "sample.h"

static struct sample record;

static bool pass(const char *text)
{
	struct orl_occurrence o = sample_record(&record);
	struct orl_mistake m;
	struct orl_hook hook;
	int err;

	memset(&hook, 0, sizeof(hook));
	hook.kind = ORL_HOOK_FILTER;
	hook.event = SAMPLE_ID;
	err = orl_compile_filter(&hook, format, text, (uint32_t)strlen(text), &m);
	if (err)
		fail_msg("'%s': %d, %s at %u", text, err, m.message, m.pos);
	assert_int_equal(orl_hook_check(&hook, SAMPLE_LEN), 0);
	assert_int_equal(hook.text_len, strlen(hook.text));
	return orl_filter_pass(&hook, &o);
}

static void verdicts(const char *const *texts, bool want)
{
	for (; *texts; texts++)
		if (pass(*texts) != want)
			fail_msg("'%s' does not %s", *texts, want ? "pass" : "fail");
}

#define PASS(...) verdicts((const char *const[]){ __VA_ARGS__, NULL }, true)
#define FAIL(...) verdicts((const char *const[]){ __VA_ARGS__, NULL }, false)

static void the_record_lies_where_its_format_says(void **state)
{
	const struct orl_field *last = orl_format_find(format, "tail");

	assert_int_equal(last->offset, SAMPLE_OWN(data));
	assert_int_equal(orl_format_find(format, "stack")->offset, SAMPLE_OWN(stack));
	assert_int_equal(orl_format_find(format, "mac")->offset, SAMPLE_OWN(mac));
}

static void numbers_compare_by_the_fields_sign_and_width(void **state)
{
	PASS("prev_pid == 42", "prev_pid==42", "prev_pid == 0x2a", "prev_pid == 052",
	     "prev_pid != 41", "prev_pid < 43", "prev_pid <= 42", "prev_pid > 41", "prev_pid >= 42",
	     "prev_pid & 8", "prev_pid > -1", "small == 200", "small > 199", "tiny == -5",
	     "tiny < 0", "half == 60000", "half > 30000", "word == 4000000000", "word > 1",
	     "big > 9223372036854775807", "wide == -1", "wide < 0", "wide == -0x1",
	     "letter == 120", "prev_state & 3", "callsite == 0xffff");
	FAIL("prev_pid == 43", "prev_pid != 42", "prev_pid < 42", "prev_pid <= 41",
	     "prev_pid > 42", "prev_pid >= 43", "prev_pid & 1", "tiny > 0", "tiny == 250",
	     "big < 1", "wide > 0", "prev_state & 1");
}

static void a_number_is_cut_to_the_field(void **state)
{
	PASS("small == 0x1c8", "wide == -1", "prev_pid == 0x10000002a", "tiny == 251");
	FAIL("small != 0x1c8", "small == 0x1c9");
}

static void strings_compare_whole_or_by_pattern(void **state)
{
	PASS("prev_comm == \"bash\"", "prev_comm == 'bash'", "prev_comm != \"bas\"",
	     "prev_comm ~ \"b*\"", "prev_comm ~ \"*sh\"", "prev_comm ~ \"?a[rs]h\"",
	     "filename == \"/bin/true\"", "filename ~ \"/bin/*\"", "filename ~ \"*true\"",
	     "filename ~ \"*in*\"", "rname == \"hello\"", "rname ~ \"h*o\"", "mac == \"abcdef\"",
	     "tail == \"/bin/true\"", "COMM == \"tester\"", "comm ~ \"test*\"",
	     "prev_comm.ustring == \"bash\"", "prev_comm != ''", "prev_comm ~ \"!x*\"");
	FAIL("prev_comm == \"bas\"", "prev_comm == \"bashx\"", "prev_comm != \"bash\"",
	     "prev_comm ~ \"a*\"", "prev_comm ~ \"b\"", "filename == \"\"", "rname != \"hello\"",
	     "COMM != \"tester\"", "prev_comm ~ \"!b*\"", "tail ~ \"true\"");
}

static void sets_of_cpus(void **state)
{
	/* the event is on CPU 1, the field holds 0 and 2 */
	PASS("CPU == 1", "cpu == 1", "common_cpu == 1", "CPU >= 0", "CPU & CPUS{1}",
	     "CPU & CPUS{0-3,5}", "CPU == CPUS{1}", "CPU != CPUS{0}", "CPU != CPUS{0,1}",
	     "cpumask & CPUS{0}", "cpumask & CPUS{2-7}", "cpumask == CPUS{0,2}",
	     "cpumask == CPUS{0-3:1/2}", "cpumask != CPUS{0}", "prev_pid & CPUS{40-44}",
	     "prev_state == CPUS{2}", "cpumask != CPUS{0-1000}", "CPU != CPUS{,}",
	     "prev_pid & CPUS{42\n}");
	FAIL("CPU == 0", "CPU == -1", "CPU & CPUS{0}", "CPU & CPUS{0,2-5}", "CPU == CPUS{0,1}",
	     "CPU != CPUS{1}", "cpumask & CPUS{1}", "cpumask == CPUS{0}", "cpumask == CPUS{0-2}",
	     "cpumask != CPUS{0,2}", "prev_pid & CPUS{0-41,43}", "CPU & CPUS{,}");
}

static void common_fields_are_fields(void **state)
{
	PASS("common_pid == 4711", "common_type == 901", "common_flags == 1",
	     "common_preempt_count == 3");
	FAIL("common_pid == 4710", "common_flags & 2");
}

static void an_array_of_numbers_never_compares(void **state)
{
	FAIL("fsid == 1", "fsid != 1", "fsid & CPUS{1}", "fsid < 5");
	PASS("!fsid == 1");
}

/* a is true, b is false */
#define A "prev_pid == 42"
#define B "prev_pid == 43"

static void and_binds_closer_than_or_and_not_closest(void **state)
{
	PASS(A "&&" A, A "||" B, B "||" A, A "||" A "&&" B, B "&&" B "||" A, "!" B, "!!" A,
	     "! ! " A, "!" B "&&" A, "!(" A "&&" B ")", "!(" B "||" B ")", "(" A ")", "((" A "))",
	     "(" B "||" A ")&&" A, "!(!(" A "))", A "&&(!" A "||(" A "))",
	     "!(" B "||!(" A "&&!" B "))", B "&&" A "||" B "||" A "&&" A,
	     "!(" A "&&" B ")&&!(" B "||" B ")");
	FAIL(A "&&" B, B "&&" A, B "||" B, B "||" A "&&" B, "!" A, "!!" B, "!" A "&&" A,
	     "!(" A "||" B ")", "!(" A "&&" A ")", "(" A "||" A ")&&" B, "!(!(" B "))",
	     "(" B "||" A "&&" B ")||" B);
}

static void an_operator_at_the_end_is_let_pass(void **state)
{
	PASS(A " &&", A " && !", A " ||", B "||" A "&&", A "&&" A "||");
	FAIL(B " &&", B " && !", A "&&" B "||");
}

/*
 * Every expression of up to five operands with random joints against the same one evaluated here,
 * by precedence: groups of && joined by ||.
 */
static void random_expressions_agree_with_their_meaning(void **state)
{
	unsigned int seed = 1;

	for (int n = 0; n < 2000; n++) {
		bool any = false, group = true;
		char text[256] = "";

		for (int i = 0; i < 5; i++) {
			bool v = rand_r(&seed) & 1, invert = rand_r(&seed) & 1;
			bool is_or = i && (rand_r(&seed) & 1), in_parens;

			if (i)
				strcat(text, is_or ? " || " : " && ");
			if (is_or) {
				any |= group;
				group = true;
			}
			in_parens = rand_r(&seed) & 1;
			sprintf(text + strlen(text), "%s%s%s%s", invert ? "!" : "",
				in_parens ? "(" : "", v ? A : B, in_parens ? ")" : "");
			group &= v != invert;
		}
		if (pass(text) != (any || group))
			fail_msg("'%s'", text);
	}
}

static void deep_parentheses_are_no_matter(void **state)
{
	char text[2 * 1000 + 64];

	memset(text, '(', 1000);
	strcpy(text + 1000, A);
	memset(text + 1000 + strlen(A), ')', 1000);
	text[2000 + strlen(A)] = '\0';
	assert_true(pass(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_lies_where_its_format_says),
		cmocka_unit_test(numbers_compare_by_the_fields_sign_and_width),
		cmocka_unit_test(a_number_is_cut_to_the_field),
		cmocka_unit_test(strings_compare_whole_or_by_pattern),
		cmocka_unit_test(sets_of_cpus),
		cmocka_unit_test(common_fields_are_fields),
		cmocka_unit_test(an_array_of_numbers_never_compares),
		cmocka_unit_test(and_binds_closer_than_or_and_not_closest),
		cmocka_unit_test(an_operator_at_the_end_is_let_pass),
		cmocka_unit_test(random_expressions_agree_with_their_meaning),
		cmocka_unit_test(deep_parentheses_are_no_matter),
	};

	return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
