// SPDX-License-Identifier: MIT
/*
 * Lines of text. The expected lines of orl_line_report were printed by trace-cmd 3.1.6 for a
 * trace.dat with the same records; those of orl_line_trace follow the kernel's trace file.
 */
#include "sample.h"

#include "decode/line.h"

#define COMMON                                                                                     \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                     \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"                     \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"             \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define INT_A "\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n\n"

static struct orl_formats *formats;
static struct orl_comms *comms;
static struct orl_text out;

static struct {
	uint16_t type;
	uint8_t flags, preempt;
	int32_t pid;
	union {
		int32_t a;
		struct {
			uint64_t ip;
			char buf[24];
		} __attribute__((packed)) print;
		struct {
			char prev_comm[16];
			int32_t prev_pid, prev_prio;
			int64_t prev_state;
			char next_comm[16];
			int32_t next_pid, next_prio;
		} sched;
		struct {
			char comm[16];
			int32_t pid, prio, target_cpu;
		} wakeup;
	};
} __attribute__((packed)) data;

static void add(const char *system, const char *name, int id, const char *rest)
{
	struct orl_format *f;
	char text[4096];

	snprintf(text, sizeof(text), "name: %s\nID: %d\nformat:\n" COMMON "%s", name, id, rest);
	assert_int_equal(orl_format_parse(&f, system, text, strlen(text)), 0);
	assert_int_equal(orl_formats_add(formats, f), 0);
}

static int setup(void **state)
{
	static const char names[] = "1234 mysqld\n7 x\n1234567 fifteenchars123\n99 tab\there\n";

	orl_formats_create(&formats);
	orl_comms_create(&comms);
	orl_comms_load(comms, names, strlen(names));
	add("ftrace", "print", 5,
	    "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
	    "\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n\n"
	    "print fmt: \"%ps: %s\", (void *)REC->ip, REC->buf\n");
	add("db", "query", 1001, INT_A "print fmt: \"a=%d\\n\", REC->a\n");
	add("db", "a_much_longer_event_name_than_twenty", 1002,
	    INT_A "print fmt: \"a=%d\", REC->a\n");
	add("db", "broken", 1003, INT_A "print fmt: \"a=%d\", foo(REC->a)\n");
	add("db", "exactly_twenty_chars", 1004, INT_A "print fmt: \"x\\ny=%d\", REC->a\n");
	add("sched", "sched_switch", 1005,
	    "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	    "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
	    "\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
	    "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"
	    "\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n"
	    "\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n"
	    "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n\n"
	    "print fmt: \"prev_pid=%d ==> next_pid=%d\", REC->prev_pid, REC->next_pid\n");
	add("sched", "sched_wakeup", 1006,
	    "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	    "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
	    "\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n"
	    "\tfield:int target_cpu;\toffset:32;\tsize:4;\tsigned:1;\n\n"
	    "print fmt: \"pid=%d\", REC->pid\n");
	return 0;
}

static int teardown(void **state)
{
	orl_formats_destroy(formats);
	orl_comms_destroy(comms);
	orl_text_fini(&out);
	return 0;
}

static struct orl_record record(uint16_t type, int32_t pid, uint64_t ts)
{
	memset(&data, 0, sizeof(data));
	data.type = type;
	data.pid = pid;
	return (struct orl_record){.ts = ts, .data = (const uint8_t *)&data, .len = sizeof(data)};
}

static const char *report(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_report(&out, formats, comms, r);
	return orl_text_str(&out);
}

static const char *trace(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_trace(&out, formats, comms, r);
	return orl_text_str(&out);
}

static void report_lines_are_trace_cmds(void **state)
{
	struct orl_record r = record(1001, 0, 2561912089005);

	assert_string_equal(
		report(&r),
		"          <idle>-0     [000]  2561.912089: query:                a=0\n");
	r = record(1001, 1234567, 2561912093005);
	data.a = 4;
	assert_string_equal(
		report(&r),
		" fifteenchars123-1234567 [000]  2561.912093: query:                a=4\n");
	r = record(1001, 2000000, 2561912094005);
	data.a = 5;
	assert_string_equal(
		report(&r),
		"           <...>-2000000 [000]  2561.912094: query:                a=5\n");
	r = record(1002, 1234, 2561912088905);
	r.cpu = 1;
	assert_string_equal(report(&r), "          mysqld-1234  [001]  2561.912089: "
					"a_much_longer_event_name_than_twenty: a=0\n");
	r = record(1003, 55, 2561912088910);
	data.a = 5;
	assert_string_equal(report(&r), "           <...>-55    [000]  2561.912089: broken:        "
					"       [FAILED TO PARSE] a=5\n");
	r = record(1001, -5, 7561922089404);
	r.cpu = 123;
	assert_string_equal(
		report(&r),
		"           <...>--5    [123]  7561.922089: query:                a=0\n");
}

static void report_times_are_rounded_to_microseconds(void **state)
{
	static const struct {
		uint64_t ts;
		const char *text;
	} times[] = {
		{0, "     0.000000:"},
		{499, "     0.000000:"},
		{500, "     0.000001:"},
		{999499, "     0.000999:"},
		{999500, "     0.001000:"},
		{999999499, "     0.999999:"},
		{999999999, "     1.000000:"},
		{12000000000, "    12.000000:"},
		{99999000000000, " 99999.000000:"},
		{100000000000005, " 100000.000000:"},
		{10000000000000000, " 10000000.000000:"},
	};
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct orl_record r = record(1001, 1234, times[i].ts);

		assert_non_null(strstr(report(&r), "[000]"));
		assert_memory_equal(strstr(report(&r), "[000]") + 5, times[i].text,
				    strlen(times[i].text));
	}
}

static void report_names_losses_first(void **state)
{
	struct orl_record r = record(1001, 7, 1000000000);

	r.cpu = 1;
	r.missed = ORL_MISSED_UNKNOWN;
	assert_string_equal(
		report(&r),
		"CPU:1 [EVENTS DROPPED]\n"
		"               x-7     [001]     1.000000: query:                a=0\n");
	r.missed = 5;
	assert_string_equal(
		report(&r),
		"CPU:1 [5 EVENTS DROPPED]\n"
		"               x-7     [001]     1.000000: query:                a=0\n");
}

static void report_shows_marker_text_without_its_newline(void **state)
{
	struct orl_record r = record(5, 1234, 2561912088920);

	data.print.ip = 0x1234;
	strcpy(data.print.buf, "hello\n");
	assert_string_equal(
		report(&r),
		"          mysqld-1234  [000]  2561.912089: print:                0x1234: hello\n");
}

static void report_shows_the_scheduler_as_its_plugin_does(void **state)
{
	struct orl_record r = record(1005, 1234, 1000001000);

	strcpy(data.sched.prev_comm, "pcomm");
	strcpy(data.sched.next_comm, "ncomm");
	data.sched.prev_pid = 1234;
	data.sched.prev_prio = 120;
	data.sched.next_pid = 99;
	data.sched.next_prio = 98;
	assert_string_equal(report(&r), "          mysqld-1234  [000]     1.000001: sched_switch:  "
					"       pcomm:1234 [120] R ==> ncomm:99 [98]\n");
	data.sched.prev_state = 0x82;
	assert_non_null(strstr(report(&r), " [120] D|W ==> "));
	data.sched.prev_state = -1;
	assert_non_null(strstr(report(&r), " [120] S|D|T|t|Z|X|x|W ==> "));
	r = record(1006, 7, 1000001000);
	strcpy(data.wakeup.comm, "wcomm");
	data.wakeup.pid = 77;
	data.wakeup.prio = 120;
	data.wakeup.target_cpu = 12;
	assert_string_equal(report(&r), "               x-7     [000]     1.000001: sched_wakeup:  "
					"       wcomm:77 [120] CPU:012\n");
}

static void one_record_is_one_line_also_with_newlines_in_it(void **state)
{
	struct orl_record r = record(1004, 99, 1000000000);

	data.a = 2;
	assert_string_equal(
		report(&r),
		"        tab\\there-99    [000]     1.000000: exactly_twenty_chars: x\\ny=2\n");
	r = record(5, 99, 1000000000);
	strcpy(data.print.buf, "a\nb\x1b[2J\n");
	assert_non_null(strstr(report(&r), "0x0: a\\nb\\x1b[2J\n"));
}

static void trace_lines_are_the_kernels(void **state)
{
	struct orl_record r = record(1001, 1234, 2561912088005);

	data.flags = 0x01;
	data.preempt = 0x02;
	assert_string_equal(trace(&r),
			    "          mysqld-1234    [000] d..2.  2561.912088: query: a=0\n");
	r = record(5, 7, 2561971759000);
	data.preempt = 0x01;
	strcpy(data.print.buf, "marker text\n");
	assert_string_equal(trace(&r), "               x-7       [000] ...1.  2561.971759: "
				       "tracing_mark_write: marker text\n");
	r = record(1005, 0, 2561912088005);
	assert_string_equal(trace(&r), "          <idle>-0       [000] .....  2561.912088: "
				       "sched_switch: prev_pid=0 ==> next_pid=0\n");
}

static void trace_flags_have_the_kernels_letters(void **state)
{
	static const struct {
		uint8_t flags, preempt;
		const char *text;
	} cases[] = {
		{0x80, 0x00, " b...."}, {0x81, 0x00, " D...."}, {0x04, 0x00, " .n..."},
		{0x24, 0x00, " .N..."}, {0x20, 0x00, " .p..."}, {0x26, 0x00, " .B..."},
		{0x08, 0x00, " ..h.."}, {0x10, 0x00, " ..s.."}, {0x18, 0x00, " ..H.."},
		{0x40, 0x00, " ..z.."}, {0x48, 0x00, " ..Z.."}, {0x00, 0x1f, " ...f1"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct orl_record r = record(1001, 1234, 1000000000);

		data.flags = cases[i].flags;
		data.preempt = cases[i].preempt;
		assert_memory_equal(strstr(trace(&r), "[000]") + 5, cases[i].text, 6);
	}
}

static void trace_header_counts_entries(void **state)
{
	orl_text_reset(&out);
	orl_line_trace_header(&out, 22, 25, 2);
	assert_memory_equal(
		orl_text_str(&out),
		"# tracer: nop\n#\n# entries-in-buffer/entries-written: 22/25   #P:2\n#\n",
		strlen("# tracer: nop\n#\n# entries-in-buffer/entries-written: 22/25   #P:2\n#\n"));
	assert_non_null(strstr(orl_text_str(&out),
			       "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"));
}

static void json_lines_hold_the_fields(void **state)
{
	struct orl_record r = record(1001, 1234, 2561912088005);

	data.a = -4;
	r.missed = 3;
	orl_text_reset(&out);
	orl_line_json(&out, formats, comms, &r);
	assert_string_equal(
		orl_text_str(&out),
		"{\"lost\":3,\"ts\":2561912088005,\"cpu\":0,\"pid\":1234,\"comm\":\"mysqld\","
		"\"event\":\"db:query\",\"fields\":{\"a\":-4}}\n");
}

static void unknown_and_broken_records_still_make_a_line(void **state)
{
	struct orl_record r = record(999, 1234, 1000000000);

	assert_string_equal(report(&r),
			    "          mysqld-1234  [000]     1.000000: [UNKNOWN EVENT 999]\n");
	r.len = 4;
	assert_string_equal(report(&r), "CPU:0     1.000000: [RECORD OF 4 BYTES]\n");
	assert_string_equal(trace(&r), "CPU:0     1.000000: [RECORD OF 4 BYTES]\n");
	orl_text_reset(&out);
	orl_line_json(&out, formats, comms, &r);
	assert_string_equal(orl_text_str(&out), "{\"ts\":1000000000,\"cpu\":0}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_lines_are_trace_cmds),
		cmocka_unit_test(report_times_are_rounded_to_microseconds),
		cmocka_unit_test(report_names_losses_first),
		cmocka_unit_test(report_shows_marker_text_without_its_newline),
		cmocka_unit_test(report_shows_the_scheduler_as_its_plugin_does),
		cmocka_unit_test(one_record_is_one_line_also_with_newlines_in_it),
		cmocka_unit_test(trace_lines_are_the_kernels),
		cmocka_unit_test(trace_flags_have_the_kernels_letters),
		cmocka_unit_test(trace_header_counts_entries),
		cmocka_unit_test(json_lines_hold_the_fields),
		cmocka_unit_test(unknown_and_broken_records_still_make_a_line),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
