// SPDX-License-Identifier: MIT
/*
 * The text of binary prints against libtraceevent: it gets the formats as printk_formats has them.
 */
#include <event-parse.h>
#include <trace-seq.h>

#include "cases.h"
#include "decode/ftrace.h"
#include "decode/kallsyms.h"
#include "decode/print-texts.h"

#define FMT 0x5000u
#define IP 0x1000u

static void quote(struct orl_text *out, const char *s, size_t len)
{
	orl_text_putc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n') {
			orl_text_puts(out, "\\n");
			continue;
		}
		if (s[i] == '"' || s[i] == '\\')
			orl_text_putc(out, '\\');
		orl_text_putc(out, s[i]);
	}
	orl_text_putc(out, '"');
}

static struct tep_handle *new_reference(const char *format)
{
	struct tep_handle *tep = tep_alloc();
	struct orl_text theirs = ORL_TEXT_INIT, line = ORL_TEXT_INIT;

	tep_set_long_size(tep, 8);
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++)
		if (e->id == ORL_FTRACE_BPRINT || e->id == ORL_FTRACE_BPUTS)
			assert_int_equal(tep_parse_event(tep, e->format, strlen(e->format),
							 "ftrace"), 0);
	orl_bprint_export(format, strlen(format), &theirs);
	quote(&line, theirs.buf, theirs.len);
	tep_register_print_string(tep, orl_text_str(&line), FMT);
	tep_register_function(tep, (char *)"my_func", IP, NULL);
	tep_register_function(tep, (char *)"behind", 0x2000, NULL);
	orl_text_fini(&theirs);
	orl_text_fini(&line);
	return tep;
}

static void reference_text(const char *format, struct record *r, char *text, size_t size)
{
	struct tep_record record = { .ts = 1, .size = (int)r->len, .data = r->data };
	struct tep_handle *tep = new_reference(format);
	struct trace_seq s;

	trace_seq_init(&s);
	tep_print_event(tep, &s, &record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&s);
	assert_memory_equal(s.buffer, "my_func: ", 9);
	snprintf(text, size, "%s", s.buffer + 9);
	trace_seq_destroy(&s);
	tep_free(tep);
}

static void every_case_prints_as_in_libtraceevent(void **state)
{
	for (size_t i = 0; i < NR_CASES; i++) {
		const char *want = cases[i].theirs ? cases[i].theirs : cases[i].text;
		struct record r;
		char text[512];

		record_make(&r, IP, FMT, cases[i].words);
		reference_text(cases[i].format, &r, text, sizeof(text));
		if (strcmp(text, want))
			fail_msg("%s\n  is   {%s}\n  want {%s}", cases[i].format, text, want);
	}
}

/* Nothing is rewritten that need not be. */
static void what_it_can_read_is_left_alone(void **state)
{
	static const char *const formats[] = {
		"%d %ld %lld %s %5d %05d %#x %.3d %*d %.*s\n",
		"%p %pS %ps %pM %pMF %pI4 %pI6c %*ph", "%zu %Ld %%", "%y %", "",
	};
	struct orl_text out = ORL_TEXT_INIT;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		orl_text_reset(&out);
		assert_false(orl_bprint_export(formats[i], strlen(formats[i]), &out));
		assert_string_equal(orl_text_str(&out), formats[i]);
	}
	orl_text_fini(&out);
}

/* trace_puts() of the kernel, and other events whose strings stand in its image. */
static void a_pointer_to_a_listed_string_prints_it(void **state)
{
	static const char list[] = "0x5000 : \"text of it\\n\"\n";
	static const char names[] = "1000 t my_func\n2000 t behind\n";
	struct orl_text ours = ORL_TEXT_INIT;
	struct orl_kallsyms *functions;
	struct orl_print_texts *texts;
	struct orl_format *f = NULL;
	char want[512];
	struct record r;

	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++)
		if (e->id == ORL_FTRACE_BPUTS)
			assert_int_equal(orl_format_parse(&f, "ftrace", e->format,
							  strlen(e->format)), 0);
	assert_int_equal(orl_print_texts_parse(&texts, list, strlen(list)), 0);
	assert_int_equal(orl_kallsyms_parse(&functions, names, strlen(names)), 0);
	record_begin(&r, IP, FMT);
	r.data[0] = ORL_FTRACE_BPUTS;
	reference_text("text of it\n", &r, want, sizeof(want));
	assert_string_equal(want, "text of it");
	orl_format_print_named(f, functions, texts, r.data, r.len, &ours);
	assert_string_equal(orl_text_str(&ours), "my_func: text of it");
	orl_format_destroy(f);
	orl_kallsyms_destroy(functions);
	orl_print_texts_destroy(texts);
	orl_text_fini(&ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_prints_as_in_libtraceevent),
		cmocka_unit_test(what_it_can_read_is_left_alone),
		cmocka_unit_test(a_pointer_to_a_listed_string_prints_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
