// SPDX-License-Identifier: MIT
/* Lines of records of ftrace:bprint, with formats from a domain and from a list, and the lists. */
#include "registry.h"

#include "decode/ftrace.h"
#include "decode/line.h"
#include "decode/print-list.h"
#include "record.h"

#define NUMBER 700u

static struct orl_formats *formats;
static struct orl_comms *comms;
static struct orl_print_texts *texts;
static struct orl_text out, list;
static struct orl_line_style style;
static struct record rec;

static void set_texts(struct orl_print_texts *t)
{
	orl_print_texts_destroy(texts);
	texts = t;
	orl_formats_set_prints(formats, t);
}

static int setup(void **state)
{
	struct orl_print_texts *live;

	if (make_registry(state) || orl_formats_create(&formats) || orl_comms_create(&comms) ||
	    orl_print_texts_live(&live, &domain))
		return -1;
	set_texts(live);
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++) {
		struct orl_format *f;

		if (orl_format_parse(&f, "ftrace", e->format, strlen(e->format)) ||
		    orl_formats_add(formats, f))
			return -1;
	}
	style = (struct orl_line_style){ .options = ORL_OPT_DEFAULT };
	return orl_comms_set(comms, 12, "prog", 4);
}

static int teardown(void **state)
{
	set_texts(NULL);
	orl_formats_destroy(formats);
	orl_comms_destroy(comms);
	orl_text_fini(&out);
	orl_text_fini(&list);
	return remove_registry(state);
}

static struct orl_record record_of(uint32_t number, uint32_t decor,
				   const char *const words[MAX_WORDS])
{
	record_make(&rec, orl_print_ip(number), orl_print_fmt(number, decor), words);
	return (struct orl_record){ .ts = 5000000123456789, .cpu = 1, .data = rec.data,
				    .len = rec.len };
}

#define RECORD(decor, ...) \
	record_of(NUMBER, decor, (const char *const[MAX_WORDS]){ __VA_ARGS__ })

static const char *trace(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_styled(&out, &style, formats, comms, r);
	return orl_text_str(&out);
}

static const char *report(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_report(&out, formats, comms, r);
	return orl_text_str(&out);
}

static const char *json(const struct orl_record *r)
{
	orl_text_reset(&out);
	orl_line_json(&out, formats, comms, r);
	return orl_text_str(&out);
}

static void the_trace_file_has_function_and_text(void **state)
{
	struct orl_record r = RECORD(0, "i5", "sx");

	add_debug(NUMBER, "send", 12, "sent %d %s\n");
	assert_string_equal(trace(&r), "            prog-12      [001] ..... 5000000.123457: "
				       "send: sent 5 x\n");
}

static void a_decoration_stands_in_front_of_the_text(void **state)
{
	struct orl_record r = RECORD(ORL_NR_DECORS - 1, "i12", "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	assert_non_null(strstr(trace(&r), ": send: [12] mod:send:main.c:12: sent 5\n"));
}

static void the_option_printk_msg_only_leaves_the_text(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	style.options |= ORL_OPT_PRINTK_MSGONLY;
	assert_string_equal(trace(&r), "sent 5\n");
}

static void the_option_raw_has_the_address(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	style.options |= ORL_OPT_RAW;
	assert_string_equal(trace(&r),
			    "12 1 5000000123456789 : ffff8f727000af00 : sent 5\n");
}

static void the_option_hex_has_the_type(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	style.options |= ORL_OPT_HEX;
	assert_non_null(strstr(trace(&r), "type: 6\n\n"));
}

static void the_option_fields_has_the_numbers(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	style.options |= ORL_OPT_FIELDS;
	assert_non_null(strstr(trace(&r), "bprint: ip=0xffff8f727000af00"));
}

static void report_has_the_events_name(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	assert_string_equal(report(&r), "            prog-12    [001] 5000000.123457: bprint:"
					"               send: sent 5\n");
}

static void a_format_that_nobody_knows_is_said(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	assert_non_null(strstr(report(&r), "0xffff8f727000af00: (NO FORMAT FOUND at "
					   "ffff8f727800af00)\n"));
	assert_non_null(strstr(trace(&r), "(NO FORMAT FOUND at "));
	assert_non_null(strstr(json(&r), "\"fmt\":\"0xffff8f727800af00\",\"msg\":null}"));
	set_texts(NULL);
	assert_non_null(strstr(trace(&r), "(NO FORMAT FOUND at "));
}

static void a_place_that_comes_later_is_printed_then(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	assert_non_null(strstr(trace(&r), "(NO FORMAT FOUND at "));
	add_debug(NUMBER, "send", 12, "sent %d\n");
	assert_non_null(strstr(trace(&r), "send: sent 5\n"));
}

static void json_has_format_and_text(void **state)
{
	struct orl_record r = RECORD(0, "i5", "sa\"\x1b");

	add_debug(NUMBER, "send", 12, "sent %d %s\n");
	assert_non_null(strstr(json(&r),
		"\"event\":\"ftrace:bprint\",\"fields\":{\"ip\":\"0xffff8f727000af00\","
		"\"function\":\"send\",\"fmt\":\"sent %d %s\\u000a\","
		"\"msg\":\"sent 5 a\\\"\\u001b\"}}\n"));
}

static void a_record_that_is_cut_short_has_a_line(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	for (r.len = 8; r.len < 28; r.len++) {
		assert_non_null(strstr(trace(&r), "cut short]\n"));
		assert_non_null(strstr(report(&r), "cut short]\n"));
		json(&r);
		assert_ptr_equal(strchr(out.buf, '\n'), out.buf + out.len - 1);
	}
}

static void an_address_of_another_place_is_no_name(void **state)
{
	struct orl_record r = RECORD(0, "i5");

	add_debug(NUMBER, "send", 12, "sent %d\n");
	rec.data[ORL_PRINT_OFF_IP]++;
	assert_non_null(strstr(trace(&r), ": 0xffff8f727000af01: sent 5\n"));
}

static const char *list_formats(void)
{
	orl_text_reset(&list);
	assert_int_equal(orl_print_list_formats(&list, &domain), 0);
	return orl_text_str(&list);
}

static void every_decoration_that_was_used_is_listed(void **state)
{
	struct orl_print *p = add_debug(1, "f", 3, "a \"%d\"\t\\\x1b\n");

	p->decors = 1u << 0 | 1u << (ORL_DECOR_FUNCTION | ORL_DECOR_TID);
	add_debug(2, "g", 4, "%%\n");
	assert_string_equal(list_formats(),
		"0xffff8f7278000040 : \"a \\\"%d\\\"\\t\\\\\\\\x1b\\n\"\n"
		"0xffff8f7278000052 : \"[%d] f: a \\\"%d\\\"\\t\\\\\\\\x1b\\n\"\n"
		"0xffff8f7278000080 : \"%%\\n\"\n");
}

static void what_never_printed_is_not_listed(void **state)
{
	add_debug(1, "f", 3, "x\n")->decors = 0;
	assert_string_equal(list_formats(), "");
	orl_text_reset(&list);
	assert_int_equal(orl_print_list_functions(&list, &domain), 0);
	assert_int_equal(list.len, 0);
}

static void a_format_that_libtraceevent_cannot_read_is_listed_twice(void **state)
{
	add_debug(1, "f", 3, "%c|%-5d\n");
	assert_string_equal(list_formats(), "0xffff8f7278000040 : \"%s|%5d\\n\"\n"
					    "0xffff8f7278000060 : \"%c|%-5d\\n\"\n");
}

static void functions_are_listed_by_address(void **state)
{
	add_debug(9, "odd name", 3, "x\n");
	add_debug(1, "f", 3, "x\n");
	assert_int_equal(orl_print_list_functions(&list, &domain), 0);
	assert_string_equal(orl_text_str(&list), "ffff8f7270000040 t f\n"
						 "ffff8f7270000240 t odd?name\n");
}

static void a_list_prints_what_the_domain_prints(void **state)
{
	struct orl_record r = RECORD(0, "sA", "i5");
	struct orl_kallsyms *functions;
	struct orl_text names = ORL_TEXT_INIT;
	struct orl_print_texts *t;

	add_debug(NUMBER, "send", 12, "%c\t%-4d| \"q\" \\n\n");
	list_formats();
	orl_text_puts(&names, ORL_FTRACE_KALLSYMS);
	assert_int_equal(orl_print_list_functions(&names, &domain), 0);
	assert_int_equal(orl_kallsyms_parse(&functions, names.buf, names.len), 0);
	assert_int_equal(orl_print_texts_parse(&t, list.buf, list.len), 0);
	set_texts(t);
	orl_formats_set_functions(formats, functions);
	assert_non_null(strstr(report(&r), " send: A\t5   | \"q\" \\n\n"));
	assert_non_null(strstr(trace(&r), ": send: A\t5   | \"q\" \\n\n"));
	orl_kallsyms_destroy(functions);
	orl_text_fini(&names);
}

static void a_list_of_any_bytes_is_read(void **state)
{
	static const char text[] = "\n0x\n0x5 \n0x6 : \"\n0x7 : no quotes\\\n: \"x\"\nzz\n"
				   "0x8:\"a\"\n0xfffffffffffffffff : \"long\"\n0x9 : \"b";
	static const struct {
		uint64_t fmt;
		const char *format;
	} want[] = { { 5, "" }, { 6, "" }, { 7, "no quotes\\" }, { 8, "a" }, { 9, "b" } };
	struct orl_print_text found;
	struct orl_print_texts *t;

	assert_int_equal(orl_print_texts_parse(&t, text, strlen(text)), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_true(orl_print_texts_find(t, 1, want[i].fmt, &found));
		assert_int_equal(found.len, strlen(want[i].format));
		assert_memory_equal(found.format, want[i].format, found.len);
		assert_true(found.is_kernel);
	}
	assert_false(orl_print_texts_find(t, 1, 10, &found));
	assert_false(orl_print_texts_find(t, 1, 0, &found));
	orl_print_texts_destroy(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_trace_file_has_function_and_text),
		TEST(a_decoration_stands_in_front_of_the_text),
		TEST(the_option_printk_msg_only_leaves_the_text),
		TEST(the_option_raw_has_the_address),
		TEST(the_option_hex_has_the_type),
		TEST(the_option_fields_has_the_numbers),
		TEST(report_has_the_events_name),
		TEST(a_format_that_nobody_knows_is_said),
		TEST(a_place_that_comes_later_is_printed_then),
		TEST(json_has_format_and_text),
		TEST(a_record_that_is_cut_short_has_a_line),
		TEST(an_address_of_another_place_is_no_name),
		TEST(every_decoration_that_was_used_is_listed),
		TEST(what_never_printed_is_not_listed),
		TEST(a_format_that_libtraceevent_cannot_read_is_listed_twice),
		TEST(functions_are_listed_by_address),
		TEST(a_list_prints_what_the_domain_prints),
		TEST(a_list_of_any_bytes_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
