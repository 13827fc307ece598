// SPDX-License-Identifier: MIT
/*
 * The text of binary prints against libtraceevent: it gets the formats as printk_formats has them.
 */
#include <event-parse.h>
#include <trace-seq.h>

#include "cases.h"
#include "decode/ftrace.h"
#include "decode/kallsyms.h"

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
		if (e->id == ORL_FTRACE_BPRINT)
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
		"%p %pS %ps %pM %pMF %pI4 %pI6c %*ph", "%zu %Ld %%", "%*.*d", "%y %", "",
	};
	struct orl_text out = ORL_TEXT_INIT;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		orl_text_reset(&out);
		assert_false(orl_bprint_export(formats[i], strlen(formats[i]), &out));
		assert_string_equal(orl_text_str(&out), formats[i]);
	}
	orl_text_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_prints_as_in_libtraceevent),
		cmocka_unit_test(what_it_can_read_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
