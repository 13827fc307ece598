// SPDX-License-Identifier: MIT
/*
 * Lines and titles of the trace file as the options of an instance change them. What is expected
 * was printed by a kernel (6.18) for records with the same content.
 */
#include "sample.h"

#include "decode/ftrace.h"
#include "decode/line.h"

static struct orl_formats *formats;
static struct orl_comms *comms;
static struct orl_text out;
static struct orl_line_style style;

static union {
	uint64_t align[8];
	struct {
		uint16_t type;
		uint8_t flags, preempt;
		int32_t pid;
		union {
			struct {
				uint64_t ip;
				char text[40];
			} print;
			struct {
				uint32_t id;
				uint8_t bytes[36];
			} raw;
			struct {
				int32_t size, pad;
				uint64_t caller[3];
			} stack;
			struct {
				int32_t number;
				int16_t small;
				char letter;
				uint8_t code;
				char name[8];
			} fields;
		};
	} r;
} data;

static int setup(void **state)
{
	static const char names[] = "2569 bash\n7 x\n";
	static const char event[] =
		"name: ev\nID: 366\nformat:\n"
		"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
		"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
		"\tfield:int number;\toffset:8;\tsize:4;\tsigned:1;\n"
		"\tfield:short small;\toffset:12;\tsize:2;\tsigned:1;\n"
		"\tfield:char letter;\toffset:14;\tsize:1;\tsigned:1;\n"
		"\tfield:u8 code;\toffset:15;\tsize:1;\tsigned:0;\n"
		"\tfield:char name[8];\toffset:16;\tsize:8;\tsigned:0;\n\n"
		"print fmt: \"number=%d\", REC->number\n";
	struct orl_format *f;

	orl_formats_create(&formats);
	orl_comms_create(&comms);
	orl_comms_load(comms, names, strlen(names));
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++) {
		assert_int_equal(orl_format_parse(&f, "ftrace", e->format, strlen(e->format)), 0);
		assert_int_equal(orl_formats_add(formats, f), 0);
	}
	assert_int_equal(orl_format_parse(&f, "t", event, strlen(event)), 0);
	assert_int_equal(orl_formats_add(formats, f), 0);
	return 0;
}

static int teardown(void **state)
{
	orl_formats_destroy(formats);
	orl_comms_destroy(comms);
	orl_text_fini(&out);
	return 0;
}

static struct orl_record record(uint16_t type, uint64_t ts, uint32_t len)
{
	memset(&data, 0, sizeof(data));
	memset(&style, 0, sizeof(style));
	style.options = ORL_OPT_DEFAULT;
	data.r.type = type;
	data.r.pid = 2569;
	data.r.preempt = 1;
	return (struct orl_record){.ts = ts, .data = (const uint8_t *)&data, .len = len};
}

static const char *line(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_styled(&out, &style, formats, comms, r);
	return orl_text_str(&out);
}

static const char *title(uint64_t options)
{
	const struct orl_line_title t = {
		.entries = 10, .written = 10, .nr_cpus = 2, .release = "6.18"};

	memset(&style, 0, sizeof(style));
	style.options = options;
	orl_text_reset(&out);
	orl_line_title(&out, &style, &t);
	return orl_text_str(&out);
}

static void the_table_of_ftrace_events_is_sorted_and_prints(void **state)
{
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++) {
		const struct orl_format *f = orl_formats_find(formats, (unsigned int)e->id);

		assert_non_null(f);
		assert_string_equal(orl_format_name(f), e->name);
		assert_true(orl_format_can_print(f, ORL_PRINT_KERNEL));
		assert_true(orl_format_can_print(f, ORL_PRINT_TEP));
		assert_true(!e[1].name || strcmp(e->name, e[1].name) < 0);
	}
}

static void titles_follow_the_options(void **state)
{
	assert_string_equal(title(ORL_OPT_DEFAULT & ~ORL_OPT_CONTEXT_INFO), "# tracer: nop\n#\n");
	assert_string_equal(title(ORL_OPT_DEFAULT | ORL_OPT_VERBOSE), "# tracer: nop\n#\n");
	assert_string_equal(title(ORL_OPT_DEFAULT & ~ORL_OPT_IRQ_INFO),
			    "# tracer: nop\n#\n"
			    "# entries-in-buffer/entries-written: 10/10   #P:2\n#\n"
			    "#           TASK-PID     CPU#     TIMESTAMP  FUNCTION\n"
			    "#              | |         |         |         |\n");
	assert_string_equal(
		title(ORL_OPT_DEFAULT | ORL_OPT_RECORD_TGID),
		"# tracer: nop\n#\n# entries-in-buffer/entries-written: 10/10   #P:2\n#\n"
		"#                                          _-----=> irqs-off/BH-disabled\n"
		"#                                         / _----=> need-resched\n"
		"#                                        | / _---=> hardirq/softirq\n"
		"#                                        || / _--=> preempt-depth\n"
		"#                                        ||| / _-=> migrate-disable\n"
		"#                                        |||| /     delay\n"
		"#           TASK-PID       TGID    CPU#  |||||  TIMESTAMP  FUNCTION\n"
		"#              | |           |       |   |||||     |         |\n");
	assert_non_null(strstr(title(ORL_OPT_DEFAULT | ORL_OPT_LATENCY_FORMAT),
			       "# nop latency trace v1.1.5 on 6.18\n"));
	assert_non_null(strstr(orl_text_str(&out),
			       "#  cmd     pid     |||||| time  |   caller     \n"));
}

static void raw_hex_and_bin_have_numbers(void **state)
{
	struct orl_record r = record(366, 13368212145755, 24);

	style.options |= ORL_OPT_RAW;
	assert_string_equal(line(&r), "2569 0 13368212145755 type: 366\n");
	style.options |= ORL_OPT_HEX;
	assert_string_equal(line(&r), "00000a09 00000000 00000c288789465b type: 366\n\n");
	style.options |= ORL_OPT_BIN;
	line(&r);
	assert_int_equal(out.len, 16 + 10);
	assert_memory_equal(out.buf, "\x09\x0a\0\0\0\0\0\0\x5b\x46\x89\x87\x28\x0c\0\0type: 366\n",
			    26);
	style.options &= ~ORL_OPT_CONTEXT_INFO;
	assert_string_equal(line(&r), "type: 366\n");
}

static void markers_are_shown_in_raw_too(void **state)
{
	struct orl_record r = record(5, 13368211057625, 32);

	data.r.print.ip = 0xffffffff8149ab1a;
	strcpy(data.r.print.text, "hello world\n");
	style.options |= ORL_OPT_RAW;
	assert_string_equal(line(&r), "2569 0 13368211057625 # ffffffff8149ab1a hello world\n");
	style.options = ORL_OPT_DEFAULT | ORL_OPT_PRINTK_MSGONLY;
	assert_string_equal(line(&r), "hello world\n");
}

static void raw_data_is_its_id_and_bytes(void **state)
{
	struct orl_record r = record(19, 13368216539000, 20);

	data.r.raw.id = 0x44434241;
	memcpy(data.r.raw.bytes, "efghijk", 8);
	assert_string_equal(line(&r), "            bash-2569    [000] ...1. 13368.216539: "
				      "# 44434241 buf: 65 66 67 68 69 6a 6b 00\n");
	r.len = 12;
	assert_string_equal(line(&r), "            bash-2569    [000] ...1. 13368.216539: "
				      "# 44434241 buf:\n");
}

static void fields_are_hex_and_decimal(void **state)
{
	struct orl_record r = record(366, 1000000000, 24);

	data.r.fields.number = 2569;
	data.r.fields.small = -2;
	data.r.fields.letter = 'x';
	data.r.fields.code = 200;
	strcpy(data.r.fields.name, "bash");
	style.options |= ORL_OPT_FIELDS;
	assert_string_equal(line(&r), "            bash-2569    [000] ...1.     1.000000: ev: "
				      "number=0xa09 (2569) small=0xfffe (65534) letter='x'(120) "
				      "code=(200) name=bash\n");
}

static void latency_lines_mark_the_gap_behind_them(void **state)
{
	static const struct {
		uint64_t gap_us;
		char mark;
	} gaps[] = {{0, ' '},	    {10, ' '},	  {11, '+'},	 {101, '!'},
		    {1001, '#'}, {10001, '*'}, {100001, '@'}, {1000001, '$'}};
	struct orl_record r = record(366, 13368211058000, 24);
	char expected[128];

	style.options |= ORL_OPT_LATENCY_FORMAT;
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		style.next_ts = r.ts + gaps[i].gap_us * 1000;
		snprintf(expected, sizeof(expected),
			 "    bash-2569      0...1. 13368211058us%c: ev: number=0\n", gaps[i].mark);
		assert_string_equal(line(&r), expected);
	}
}

static void verbose_latency_lines_have_it_all(void **state)
{
	struct orl_record r = record(366, 13368211057625, 24);

	style.options |= ORL_OPT_LATENCY_FORMAT | ORL_OPT_VERBOSE;
	style.next_ts = 13368212145755;
	assert_string_equal(line(&r), "            bash    2569   0 0 00000001 00000000 "
				      "[31cceb672] 13368211.058ms (+1.088ms): ev: number=0\n");
}

static void counters_are_plain_numbers(void **state)
{
	struct orl_record r = record(366, 7, 24);

	style.is_counter = true;
	assert_string_equal(line(&r), "            bash-2569    [000] ...1.            7: "
				      "ev: number=0\n");
	r.ts = 35424319676679;
	assert_non_null(strstr(line(&r), "...1. 35424319676679: "));
}

static void context_and_flags_can_be_left_out(void **state)
{
	struct orl_record r = record(366, 13368211058000, 24);

	style.options &= ~ORL_OPT_IRQ_INFO;
	assert_string_equal(line(&r), "            bash-2569    [000]  13368.211058: "
				      "ev: number=0\n");
	style.options &= ~ORL_OPT_CONTEXT_INFO;
	assert_string_equal(line(&r), "ev: number=0\n");
}

static int32_t tgid(void *arg, int32_t tid)
{
	(void)arg;
	return tid == 2569 ? 77 : 0;
}

static void processes_stand_beside_threads(void **state)
{
	struct orl_record r = record(366, 13368211058000, 24);

	style.options |= ORL_OPT_RECORD_TGID;
	assert_string_equal(line(&r), "            bash-2569    (-------) [000] ...1. "
				      "13368.211058: ev: number=0\n");
	style.tgid = tgid;
	assert_string_equal(line(&r), "            bash-2569    (     77) [000] ...1. "
				      "13368.211058: ev: number=0\n");
}

static void symbol(void *arg, int32_t tid, uint64_t addr, bool with_size, struct orl_text *to)
{
	(void)arg;
	orl_text_printf(to, "f%d_%llu+0x1%s", tid, (unsigned long long)addr,
			with_size ? "/0x2" : "");
}

static void stacks_have_a_line_for_each_address(void **state)
{
	struct orl_record r = record(4, 13368211058000, 40);

	data.r.stack.size = 2;
	data.r.stack.caller[0] = 10;
	data.r.stack.caller[1] = 20;
	assert_string_equal(line(&r), "            bash-2569    [000] ...1. 13368.211058: "
				      "<stack trace>\n => 0xa\n => 0x14\n");
	style.symbol = symbol;
	style.options |= ORL_OPT_SYM_OFFSET | ORL_OPT_SYM_ADDR;
	assert_non_null(strstr(line(&r), "<stack trace>\n => f2569_10+0x1/0x2 <000000000000000a>\n"
					 " => f2569_20+0x1/0x2 <0000000000000014>\n"));
}

static void a_stacks_number_of_addresses_is_not_trusted(void **state)
{
	struct orl_record r = record(4, 13368211058000, 32);
	const char *text;
	int lines = 0;

	data.r.stack.size = -1;
	for (text = line(&r); *text; text++)
		lines += *text == '\n';
	assert_int_equal(lines, 3);
	r.len = 12;
	assert_non_null(strstr(line(&r), "<stack trace>\n"));
}

static void a_report_has_stacks_as_trace_cmd_without_symbols(void **state)
{
	struct orl_record r = record(4, 13368211058000, 32);

	data.r.stack.size = 2;
	data.r.stack.caller[0] = 0x10;
	data.r.stack.caller[1] = 0x20;
	orl_text_reset(&out);
	orl_line_report(&out, formats, comms, &r);
	assert_string_equal(orl_text_str(&out),
			    "            bash-2569  [000] 13368.211058: kernel_stack:         "
			    "<stack trace >\n=> 10\n=> 20\n");
}

static void json_has_all_addresses_of_a_stack(void **state)
{
	struct orl_record r = record(4, 1, 16 + 10 * 8);
	uint64_t rec[12] = { 0 };

	data.r.stack.size = 10;
	memcpy(rec, &data, 16);
	rec[2] = 1;
	rec[11] = 10;
	r.data = (const uint8_t *)rec;
	orl_text_reset(&out);
	orl_line_json(&out, formats, comms, &r);
	assert_non_null(strstr(orl_text_str(&out),
			       "\"size\":10,\"caller\":[1,0,0,0,0,0,0,0,0,10]}"));
	r.len = 32;
	orl_text_reset(&out);
	orl_line_json(&out, formats, comms, &r);
	assert_non_null(strstr(orl_text_str(&out), "\"size\":10,\"caller\":[1,0]}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_ftrace_events_is_sorted_and_prints),
		cmocka_unit_test(titles_follow_the_options),
		cmocka_unit_test(raw_hex_and_bin_have_numbers),
		cmocka_unit_test(markers_are_shown_in_raw_too),
		cmocka_unit_test(raw_data_is_its_id_and_bytes),
		cmocka_unit_test(fields_are_hex_and_decimal),
		cmocka_unit_test(latency_lines_mark_the_gap_behind_them),
		cmocka_unit_test(verbose_latency_lines_have_it_all),
		cmocka_unit_test(counters_are_plain_numbers),
		cmocka_unit_test(context_and_flags_can_be_left_out),
		cmocka_unit_test(processes_stand_beside_threads),
		cmocka_unit_test(stacks_have_a_line_for_each_address),
		cmocka_unit_test(a_stacks_number_of_addresses_is_not_trusted),
		cmocka_unit_test(a_report_has_stacks_as_trace_cmd_without_symbols),
		cmocka_unit_test(json_has_all_addresses_of_a_stack),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
