// SPDX-License-Identifier: MIT
/*
 * The text of a record against libtraceevent, which is the reference: a table of print fmts, and
 * every event of the running kernel with zero, filled and random records.
 *
 * Both texts are compared after the reference's control characters have been escaped. A newline at
 * the end of an event's text is not part of it here, as it is not in a line of trace-cmd report.
 */
#include "sample.h"

#include <event-parse.h>
#include <signal.h>
#include <sys/wait.h>
#include <trace-seq.h>
#include <unistd.h>

#include "cases.h"
#include "decode/kallsyms.h"
#include "events.h"

/* libtraceevent calls this for each warning. */
int tep_vprint(const char *name, enum tep_loglevel level, bool print_err, const char *fmt,
	       va_list ap);
int tep_vprint(const char *name, enum tep_loglevel level, bool print_err, const char *fmt,
	       va_list ap)
{
	return 0;
}

static struct tep_handle *new_reference(void)
{
	struct tep_handle *tep = tep_alloc();

	assert_non_null(tep);
	tep_set_long_size(tep, 8);
	tep_set_page_size(tep, 4096);
	return tep;
}

static void reference_print(struct tep_handle *tep, void *rec, uint32_t len, struct orl_text *out)
{
	struct tep_record record = {.ts = 1, .size = (int)len, .data = rec};
	struct trace_seq s;
	size_t n;

	trace_seq_init(&s);
	tep_print_event(tep, &s, &record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&s);
	n = strlen(s.buffer);
	if (n && s.buffer[n - 1] == '\n')
		n--;
	orl_text_reset(out);
	orl_text_escape(out, s.buffer, n);
	trace_seq_destroy(&s);
}

/* Our text, with the tabs of the format escaped as those of the reference are. */
static void our_print(const struct orl_format *f, const void *rec, uint32_t len,
		      struct orl_text *out)
{
	struct orl_text t = ORL_TEXT_INIT;
	size_t i;

	orl_format_print(f, rec, len, &t);
	orl_text_reset(out);
	for (i = 0; i < t.len; i++) {
		if (t.buf[i] == '\t')
			orl_text_puts(out, "\\t");
		else
			orl_text_putc(out, t.buf[i]);
	}
	orl_text_fini(&t);
}

static void every_case_prints_the_same(void **state)
{
	FILE *cases = cases_open("cases-same.txt");
	struct orl_text ours = ORL_TEXT_INIT, want = ORL_TEXT_INIT;
	unsigned int nr = 0, differ = 0;
	char line[4096];
	struct sample s;

	sample_fill(&s);
	for (; cases_next(cases, line, sizeof(line)); nr++) {
		struct tep_handle *tep = new_reference();
		struct orl_format *f = sample_format(line);
		const char *text = sample_text(line);

		tep_parse_event(tep, text, strlen(text), "test");
		reference_print(tep, &s, sizeof(s), &want);
		our_print(f, &s, sizeof(s), &ours);
		if (strcmp(orl_text_str(&want), orl_text_str(&ours))) {
			print_error("%s\n  reference {%s}\n  ours      {%s}\n", line,
				    orl_text_str(&want), orl_text_str(&ours));
			differ++;
		}
		orl_format_destroy(f);
		tep_free(tep);
	}
	print_message("%u cases\n", nr);
	assert_true(nr > 300);
	assert_int_equal(differ, 0);
	fclose(cases);
	orl_text_fini(&ours);
	orl_text_fini(&want);
}

/* Starts of functions, some twice, and what lies around them. */
static void every_address_gets_the_same_name(void **state)
{
	static const char *const fmts[] = {
		"\"%pS\", REC->p",
		"\"%ps|%pF|%pf|%pB\", REC->p, REC->p, REC->p, REC->p",
		"\"%pSR %20ps %p\", REC->p, REC->p, REC->p",
	};
	struct orl_text lines = ORL_TEXT_INIT, ours = ORL_TEXT_INIT, want = ORL_TEXT_INIT;
	struct orl_kallsyms *functions;
	struct sample s;
	char name[16];

	sample_fill(&s);
	for (unsigned int i = 0; i < 60; i++)
		orl_text_printf(&lines, "%016x t f%u\n", 4096 + i * 7919 % 40 * 16, i);
	assert_int_equal(orl_kallsyms_parse(&functions, orl_text_str(&lines), lines.len), 0);
	assert_int_equal(orl_kallsyms_nr(functions), 60);
	for (size_t k = 0; k < sizeof(fmts) / sizeof(fmts[0]); k++) {
		struct tep_handle *tep = new_reference();
		struct orl_format *f = sample_format(fmts[k]);
		const char *text = sample_text(fmts[k]);

		for (unsigned int i = 0; i < 60; i++) {
			snprintf(name, sizeof(name), "f%u", i);
			tep_register_function(tep, name, 4096 + i * 7919 % 40 * 16, NULL);
		}
		tep_parse_event(tep, text, strlen(text), "test");
		for (s.p = 4000; s.p < 5000; s.p++) {
			reference_print(tep, &s, sizeof(s), &want);
			orl_text_reset(&ours);
			orl_format_print_named(f, functions, NULL, &s, sizeof(s), &ours);
			assert_string_equal(orl_text_str(&ours), orl_text_str(&want));
		}
		orl_format_destroy(f);
		tep_free(tep);
	}
	orl_kallsyms_destroy(functions);
	orl_text_fini(&lines);
	orl_text_fini(&ours);
	orl_text_fini(&want);
}

static void what_the_reference_cannot_print_is_printed(void **state)
{
	FILE *cases = cases_open("cases-better.txt");
	struct orl_text out = ORL_TEXT_INIT;
	char fmt[4096], want[4096];

	while (cases_next(cases, fmt, sizeof(fmt))) {
		assert_non_null(cases_next(cases, want, sizeof(want)));
		assert_memory_equal(want, "=> ", 3);
		if (strcmp(sample_print(fmt, ORL_PRINT_TEP, &out), want + 3))
			fail_msg("%s\n  is   {%s}\n  want {%s}", fmt, orl_text_str(&out), want + 3);
	}
	fclose(cases);
	orl_text_fini(&out);
}

/* What may come out of a comparison; the first two are no explanation of a difference. */
enum outcome {
	SAME,
	UNEXPLAINED,
	NO_PARSE,
	NO_CHAR,
	NEGATIVE_PRECISION,
	NO_BITMAP,
	NO_PRINTK,
	HEX_BEYOND,
	CRASH,
	NR_OUTCOMES,
};

static const char *const outcomes[NR_OUTCOMES] = {
	[SAME] = "the same",
	[UNEXPLAINED] = "different, and nobody knows why",
	[NO_PARSE] = "the reference cannot parse the print fmt",
	[NO_CHAR] = "the reference has no %c",
	[NEGATIVE_PRECISION] = "the reference prints no string for a negative precision",
	[NO_BITMAP] = "the reference has no %*pbl",
	[NO_PRINTK] = "texts of trace_printk are looked up elsewhere",
	[HEX_BEYOND] = "the reference prints bytes from beyond an array",
	[CRASH] = "the reference crashes",
};

static enum outcome explain(const char *text, const char *want, bool we_can)
{
	if (!strncmp(want, "[FAILED TO PARSE]", 17) && we_can)
		return NO_PARSE;
	if (strstr(want, ">c<"))
		return NO_CHAR;
	if (strstr(want, "%.*s"))
		return NEGATIVE_PRECISION;
	if (strstr(want, "(nil)bl"))
		return NO_BITMAP;
	if (strstr(want, "(NO FORMAT FOUND"))
		return NO_PRINTK;
	return strstr(text, "__print_hex") ? HEX_BEYOND : UNEXPLAINED;
}

/*
 * A handle for each record: once the reference has found a string of a dumped field unprintable,
 * it shows that field as an array of numbers for good.
 */
static enum outcome compare_record(const struct kernel_event *event, const struct orl_format *f,
				   int round)
{
	struct orl_text ours = ORL_TEXT_INIT, want = ORL_TEXT_INIT;
	struct tep_handle *tep = new_reference();
	uint32_t len = event_fill(f, round);
	enum outcome outcome = SAME;

	tep_parse_event(tep, event->text, event->len, event->system);
	our_print(f, event_record, len, &ours);
	reference_print(tep, event_record, len, &want);
	if (strcmp(orl_text_str(&want), orl_text_str(&ours)))
		outcome = explain(event->text, orl_text_str(&want),
				  orl_format_can_print(f, ORL_PRINT_TEP));
	if (outcome == UNEXPLAINED)
		print_error("%s\n  reference {%s}\n  ours      {%s}\n", event->path,
			    orl_text_str(&want), orl_text_str(&ours));
	tep_free(tep);
	orl_text_fini(&ours);
	orl_text_fini(&want);
	return outcome;
}

/* In a process of its own, since some print fmts with some values crash the reference. */
static enum outcome compare_event(const struct kernel_event *event, const struct orl_format *f)
{
	enum outcome outcome = SAME;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGFPE, SIG_DFL);
		for (int round = 0; round < EVENT_ROUNDS && outcome == SAME; round++)
			outcome = compare_record(event, f, round);
		fflush(NULL);
		_exit((int)outcome);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) < CRASH ? (enum outcome)WEXITSTATUS(status)
								 : CRASH;
}

static void every_event_of_this_kernel_prints_the_same(void **state)
{
	unsigned int nr[NR_OUTCOMES] = {0};
	struct kernel_event event;
	struct orl_format *f;

	if (!events_mount()) {
		print_message("skipped: the kernel's events are not to be had here (%s)\n",
			      events_mount_error());
		skip();
	}
	events_open();
	while (events_next(&event)) {
		if (orl_format_parse(&f, event.system, event.text, event.len))
			fail_msg("%s: not parsed", event.path);
		nr[compare_event(&event, f)]++;
		orl_format_destroy(f);
	}
	events_close();
	for (int i = 0; i < NR_OUTCOMES; i++)
		if (nr[i])
			print_message("%6u events: %s\n", nr[i], outcomes[i]);
	assert_int_equal(nr[UNEXPLAINED], 0);
}

/* libtraceevent 1.7 reads memory that it has freed while it parses some of the cases. */
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

int main(void)
{
#ifdef UNDER_ASAN
	puts("skipped: the reference itself does not pass the address sanitizer");
	return 77;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_prints_the_same),
		cmocka_unit_test(every_address_gets_the_same_name),
		cmocka_unit_test(what_the_reference_cannot_print_is_printed),
		cmocka_unit_test(every_event_of_this_kernel_prints_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
