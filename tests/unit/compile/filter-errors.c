// SPDX-License-Identifier: MIT
/*
 * Each mistake in a filter: the errno, the message and the caret that Linux 6.18 gave for the same
 * text on an event with fields of the same kinds.
 */
#include "sample.h"

struct row {
	const char *text;
	int err;
	uint32_t pos;		/* as in error_log, where it is not cut at the text's end */
	const char *message;
};

#define WRONG(text, pos, message) { text, -EINVAL, pos, message }

static const struct row rows[] = {
	/* operators */
	WRONG("prev_pid", 9, "Invalid operator"),
	WRONG("prev_pid = 1", 10, "Invalid operator"),
	WRONG("prev_pid =! 1", 10, "Invalid operator"),
	WRONG("prev_pid ! 1", 10, "Invalid operator"),
	WRONG("prev_pid !~ 1", 10, "Invalid operator"),
	WRONG("prev_pid.foo == 1", 9, "Invalid operator"),
	WRONG("prev_pid.function", 18, "Invalid operator"),
	WRONG("prev_state.function > schedule", 23, "Invalid operator"),
	/* parentheses and quotes */
	{ "(prev_pid == 1", -ENOENT, 0, "Too many '('" },
	{ "((prev_pid == 1)", -ENOENT, 0, "Too many '('" },
	{ "(((prev_pid == 1)", -ENOENT, 1, "Too many '('" },
	{ "prev_pid == 1 && (prev_pid == 2", -ENOENT, 17, "Too many '('" },
	{ "prev_pid==1 || (prev_pid == 2 && (prev_pid == 3)", -ENOENT, 15, "Too many '('" },
	{ "prev_comm == '(' && (prev_pid == 1", -ENOENT, 20, "Too many '('" },
	{ "prev_pid == 1)", -EPERM, 13, "Too few '('" },
	{ "prev_pid == 1) && \"", -EPERM, 13, "Too few '('" },
	{ ")(", -EPERM, 0, "Too few '('" },
	{ "prev_comm == \"bash", -ESRCH, 13, "Missing matching quote" },
	{ "prev_comm <= \"a", -ESRCH, 13, "Missing matching quote" },
	{ "'(prev_pid == 1", -ESRCH, 0, "Missing matching quote" },
	WRONG("prev_comm == x\"a\"", 14, "Invalid value (did you forget quotes)?"),
	/* sets of CPUs */
	WRONG("prev_pid & CPUS 1}", 17, "Missing '{'"),
	WRONG("prev_pid & CPUS", 17, "Missing '{'"),
	WRONG("prev_pid & CPUSET", 17, "Missing '{'"),
	WRONG("prev_pid & CPUS{1", 18, "Missing '}'"),
	WRONG("prev_pid & CPUS{", 17, "Missing '}'"),
	WRONG("prev_pid & CPUS{}", 17, "Invalid cpulist"),
	WRONG("prev_pid & CPUS{x}", 18, "Invalid cpulist"),
	WRONG("prev_pid & CPUS{1-}", 19, "Invalid cpulist"),
	WRONG("prev_pid & CPUS{3-1}", 20, "Invalid cpulist"),
	WRONG("prev_pid & CPUS{99999}", 22, "Invalid cpulist"),
	WRONG("CPU & CPUS{0-1:1}", 17, "Invalid cpulist"),
	WRONG("CPU & CPUS{0-1:2/1}", 19, "Invalid cpulist"),
	WRONG("CPU & CPUS{0-1:1/0}", 19, "Invalid cpulist"),
	WRONG("CPU & CPUS{0:1/2}", 17, "Invalid cpulist"),
	WRONG("CPU & CPUS{0x1}", 15, "Invalid cpulist"),
	WRONG("CPU & CPUS{n}", 13, "Invalid cpulist"),
	WRONG("CPU & CPUS{-1}", 14, "Invalid cpulist"),
	WRONG("CPU < CPUS{0}", 7, "Illegal operation for field type"),
	WRONG("prev_comm & CPUS{1}", 13, "Illegal operation for field type"),
	WRONG("prev_pid ~ CPUS{0-1}", 12, "Illegal operation for field type"),
	WRONG("cpumask < CPUS{1}", 11, "Illegal operation for field type"),
	/* strings and numbers */
	WRONG("prev_comm == 1", 14, "Expecting string field"),
	WRONG("filename == 1", 13, "Expecting string field"),
	WRONG("COMM == 1", 9, "Expecting string field"),
	WRONG("mac == 1", 8, "Expecting string field"),
	WRONG("prev_pid == \"1\"", 13, "Expecting numeric field"),
	WRONG("prev_pid ~ \"1\"", 12, "Expecting numeric field"),
	WRONG("CPU == \"1\"", 8, "Expecting numeric field"),
	WRONG("fsid == \"a\"", 9, "Expecting numeric field"),
	WRONG("cpumask == \"a\"", 12, "Expecting numeric field"),
	WRONG("prev_pid ~ 1", 12, "Illegal operation for field type"),
	WRONG("CPU ~ 1", 7, "Illegal operation for field type"),
	WRONG("prev_comm < \"a\"", 13, "Illegal operation for field type"),
	WRONG("prev_comm & \"a\"", 13, "Illegal operation for field type"),
	WRONG("prev_pid.function == 1", 22, "Illegal operation for field type"),
	WRONG("fsid.function == 1", 18, "Illegal operation for field type"),
	WRONG("nofield == 1", 8, "Field not found"),
	WRONG("  nofield == 1  ", 10, "Field not found"),
	WRONG("prev_pid == 1 && x==1", 19, "Field not found"),
	WRONG("1", 2, "Field not found"),
	WRONG("ip == 1", 3, "Field not found"),
	WRONG("common_comm == \"a\"", 12, "Field not found"),
	WRONG("prev_pid == 1x", 13, "Illegal integer value"),
	WRONG("prev_pid == 09", 13, "Illegal integer value"),
	WRONG("prev_pid == 0x", 13, "Illegal integer value"),
	WRONG("prev_pid == -", 13, "Illegal integer value"),
	WRONG("prev_pid == --1", 13, "Illegal integer value"),
	WRONG("common_flags == -1", 17, "Illegal integer value"),
	WRONG("prev_pid == 11111111111111111111", 13, "Illegal integer value"),
	WRONG("prev_state == 9223372036854775808", 15, "Illegal integer value"),
	WRONG("prev_state == -9223372036854775809", 15, "Illegal integer value"),
	WRONG("prev_pid == 111111111111111111111111", 37, "Operand too long"),
	WRONG("prev_pid ==", 12, "Invalid value (did you forget quotes)?"),
	WRONG("prev_pid == x", 13, "Invalid value (did you forget quotes)?"),
	WRONG("prev_pid == +1", 13, "Invalid value (did you forget quotes)?"),
	WRONG("prev_pid <> 1", 11, "Invalid value (did you forget quotes)?"),
	WRONG("prev_comm == bash", 14, "Invalid value (did you forget quotes)?"),
	/* addresses by name */
	WRONG("callsite.function == nosuch", 28, "Function not found"),
	WRONG("callsite.function == 0xffffffff", 32, "Function not found"),
	WRONG("prev_state.function == ", 23, "Function not found"),
	WRONG("prev_state.function == 0x1g", 28, "Invalid value (did you forget quotes)?"),
	/* how they are joined */
	{ "prev_pid == 1 &", -EPERM, 14, "Too many terms in predicate expression" },
	{ "prev_pid == 1 prev_pid == 2", -EPERM, 14, "Too many terms in predicate expression" },
	{ "prev_pid == 1 (prev_pid == 2)", -EPERM, 14, "Too many terms in predicate expression" },
	{ "prev_pid == 1 | prev_pid == 2", -EPERM, 14, "Too many terms in predicate expression" },
	{ "prev_comm == \"a\"x", -EPERM, 16, "Too many terms in predicate expression" },
	WRONG("!", 1, "No filter found"),
	WRONG("!!", 2, "No filter found"),
	WRONG("", 0, "Error"),
	WRONG(" ", 0, "Error"),
	WRONG("()", 0, "Error"),
	{ "&& prev_pid == 1", -EPERM, 0, "Error" },
	{ "prev_pid == 1 && && prev_pid == 2", -EPERM, 0, "Error" },
	{ "(prev_pid == 1 &&)", -EPERM, 0, "Error" },
	{ "() && prev_pid == 1", -EPERM, 0, "Error" },
	{ "!=1", -EPERM, 0, "Error" },
	{ "\"\" == prev_comm", -EPERM, 0, "Error" },
};

static struct orl_hook hook;
static int compile(const char *text, struct orl_mistake *m)
{
	memset(&hook, 0, sizeof(hook));
	memset(m, 0xff, sizeof(*m));
	hook.kind = ORL_HOOK_FILTER;
	return orl_compile_filter(&hook, format, text, (uint32_t)strlen(text), m);
}

static void check(const struct row *row)
{
	struct orl_mistake m;
	int err = compile(row->text, &m);

	if (err != row->err || m.err != err || m.pos != row->pos || strcmp(m.message, row->message))
		fail_msg("'%s': %d at %u: %s", row->text, err, m.pos, m.message);
	assert_string_equal(m.prefix, "event filter parse error");
	assert_int_equal(m.from, 0);
}

static void each_mistake_has_the_kernels_message_place_and_errno(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
}

static void a_string_of_256_bytes_is_too_long(void **state)
{
	struct orl_mistake m;
	char text[300];

	snprintf(text, sizeof(text), "prev_comm == \"%0255d\"", 0);
	assert_int_equal(compile(text, &m), 0);
	snprintf(text, sizeof(text), "prev_comm == \"%0256d\"", 0);
	assert_int_equal(compile(text, &m), -EINVAL);
	assert_string_equal(m.message, "Operand too long");
	assert_int_equal(m.pos, 271);
}

static void only_ip_may_be_named_for_functions(void **state)
{
	static const char text[] =
		"name: function\nID: 1\nformat:\n"
		"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
		"\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n\nprint fmt: \"\"\n";
	struct orl_format *f;
	struct orl_mistake m;

	assert_int_equal(orl_format_parse(&f, "ftrace", text, sizeof(text) - 1), 0);
	assert_int_equal(orl_compile_filter(&hook, f, "ip == 1", 7, &m), -EINVAL);
	assert_string_equal(m.message, "Only 'ip' field is supported for function trace");
	orl_format_destroy(f);
}

static void a_program_has_room_for_240_comparisons(void **state)
{
	char text[ORL_HOOK_TEXT + 16];
	struct orl_mistake m;
	size_t len = 0;

	for (int i = 0; i < 240; i++)
		len += (size_t)sprintf(text + len, "%sCPU>1", i ? "||" : "");
	assert_int_equal(compile(text, &m), 0);
	assert_int_equal(hook.nr_insns, 240);
	assert_int_equal(orl_hook_check(&hook, SAMPLE_LEN), 0);
	strcpy(text + len, "||CPU>1");
	assert_int_equal(compile(text, &m), -ENOSPC);
	assert_int_equal(m.pos, len + 2);
	memset(text, ' ', ORL_HOOK_TEXT);
	strcpy(text + ORL_HOOK_TEXT - 5, "CPU>1");
	assert_int_equal(compile(text, &m), -EINVAL);
	assert_null(m.message);
}

static void failed(const char *text, const char *shown)
{
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_mistake m;

	assert_int_not_equal(compile(text, &m), 0);
	orl_compile_filter_failed(&out, text, (uint32_t)strlen(text), &m);
	assert_string_equal(orl_text_str(&out), shown);
	orl_text_fini(&out);
}

static void the_filter_file_shows_text_caret_and_message(void **state)
{
	failed("nofield == 1", "nofield == 1\n        ^\nparse_error: Field not found\n\n");
	/* the caret does not go beyond the text, whose blanks at the end are dropped */
	failed("prev_pid == ", "prev_pid ==\n           ^\n"
			       "parse_error: Invalid value (did you forget quotes)?\n\n");
	failed("()", "()\nError: (0)\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_the_kernels_message_place_and_errno),
		cmocka_unit_test(a_string_of_256_bytes_is_too_long),
		cmocka_unit_test(only_ip_may_be_named_for_functions),
		cmocka_unit_test(a_program_has_room_for_240_comparisons),
		cmocka_unit_test(the_filter_file_shows_text_caret_and_message),
	};

	return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
