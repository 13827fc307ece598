// SPDX-License-Identifier: MIT
/*
 * A line's way from the call to its text: what the library records is printed by our decoder and by
 * libtraceevent, and must be what the same format and arguments print at once.
 */
#include <errno.h>

#include <event-parse.h>
#include <trace-seq.h>

#include "decode/bprint.h"
#include "decode/ftrace.h"
#include "emitted.h"

/* Arguments are wider than h and hh on purpose. */
#pragma GCC diagnostic ignored "-Wformat"

#define NAME "site: "

static void assert_ours(const char *format, const char *want)
{
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_bprint b = { .format = format, .format_len = strlen(format),
				.args = emitted_args(),
				.args_len = emitted.len - ORL_PRINT_OFF_ARGS,
				.mode = ORL_PRINT_KERNEL };

	orl_bprint_print(&b, &out);
	if (strcmp(orl_text_str(&out), want))
		fail_msg("%s\n  is   {%s}\n  want {%s}", format, orl_text_str(&out), want);
	orl_text_fini(&out);
}

static void assert_theirs(const char *format, const char *want)
{
	struct tep_record record = { .ts = 1, .size = (int)emitted.len, .data = emitted.data };
	struct tep_handle *tep = tep_alloc();
	char line[2048];
	struct trace_seq s;

	tep_set_long_size(tep, 8);
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++) {
		if (e->id == ORL_PRINT_ID)
			assert_int_equal(tep_parse_event(tep, e->format, strlen(e->format),
							 "ftrace"), 0);
	}
	snprintf(line, sizeof(line), "\"%s\"", format);
	tep_register_print_string(tep, line, orl_print_fmt(EMITTED_NUMBER, 0));
	tep_register_function(tep, (char *)"site", orl_print_ip(EMITTED_NUMBER), NULL);
	trace_seq_init(&s);
	tep_print_event(tep, &s, &record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&s);
	if (strncmp(s.buffer, NAME, strlen(NAME)) || strcmp(s.buffer + strlen(NAME), want))
		fail_msg("%s\n  is   {%s}\n  want {%s}", format, s.buffer, want);
	trace_seq_destroy(&s);
	tep_free(tep);
}

/* Libtraceevent prints what its format can be left as it is for. */
static void check(const char *format, const char *want)
{
	struct orl_text theirs = ORL_TEXT_INIT;

	assert_ours(format, want);
	if (!orl_bprint_export(format, strlen(format), &theirs))
		assert_theirs(format, want);
	orl_text_fini(&theirs);
}

#define CHECK(fmt, ...) \
	do { \
		char want_[1200]; \
		orl_snprintf(want_, sizeof(want_), fmt, ##__VA_ARGS__); \
		EMIT(fmt, ##__VA_ARGS__); \
		check(fmt, want_); \
	} while (0)

static void integers(void **state)
{
	CHECK("plain");
	CHECK("%d %i %u %x %o", -5, 6, 4294967295U, 255, 8);
	CHECK("%ld %lld %lu %llx|%d", -6L, 7LL, 8UL, -1LL, 5);
	CHECK("%zu %zd|%d", (size_t)6, (ssize_t)-255, 5);
	CHECK("%5d|%05d|%.3d|%#x|%X", 5, 5, 5, 5, 255);
	CHECK("%*d|%.*d|%-*d|%d", 6, 5, 3, 5, 4, 2, 7);
	CHECK("%-5d|%+d|% d", 1, 2, 3);
	CHECK("%hd %hhu %hhx|%d", 70000, 300, -1, 5);
	CHECK("%td %jd|%d", (ptrdiff_t)1, (intmax_t)2, 5);
	CHECK("%d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
}

static void strings(void **state)
{
	const char *volatile null = NULL;

	CHECK("%s|%d", "abc", 5);
	CHECK("%s%s%s", "a", "", "bc");
	CHECK("%5s|%.2s|%*s|%.*s|%d", "abc", "abc", 5, "abc", 1, "abc", 9);
	CHECK("%s|%d", null, 5);
	CHECK("50%% of %s", "x");
	CHECK("%s %d", "a string that is longer than sixteen bytes", 5);
	CHECK("%c%c|%5c|%d", 'A', 'B', 'C', 5);
}

static void pointers(void **state)
{
	static const unsigned char bytes[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
	const unsigned long map = 0x10f;

	CHECK("%pM %pMF %pm|%d", bytes, bytes, bytes, 5);
	CHECK("%pI4 %pi4 %pI6 %pI6c|%d", bytes, bytes, bytes, bytes, 5);
	CHECK("%pUb %pUL|%d", bytes, bytes, 5);
	CHECK("%*ph|%*phC|%3phN|%d", 3, bytes, 4, bytes, bytes, 5);
	CHECK("%pe|%d", (void *)(intptr_t)-ENOENT, 5);
	CHECK("%*pbl|%d", 16, &map, 5);
	CHECK("%p|%px|%d", (void *)0x1234, (void *)0x5678, 5);
}

static void floats(void **state)
{
	CHECK("%f|%.2e|%G|%10.3f|%-8.1f|%d", 1.5, 2.5, 1e10, 3.14159, 2.0, 5);
	CHECK("%d %f %d %f %s %f", 1, 0.1, 2, 0.2, "x", -0.3);
}

static uint32_t chance;

static uint32_t below(uint32_t n)
{
	chance = chance * 1664525U + 1013904223U;
	return (chance >> 8) % n;
}

/* A conversion of one of @convs, with any flags, width and precision that it may have. */
static void put_conversion(char *to, const char *length, const char *convs)
{
	static const char flags[] = "-+ #0";
	char conv = convs[below((uint32_t)strlen(convs))];
	bool is_string = conv == 's';

	to += sprintf(to, "%.*s%%", (int)below(3), "ab");
	for (uint32_t n = below(3); n && !is_string; n--)
		*to++ = flags[below(5)];
	if (is_string && below(2))
		*to++ = '-';
	if (below(2))
		to += sprintf(to, "%u", 1 + below(20));
	if (below(2))
		to += sprintf(to, ".%u", below(12));
	sprintf(to, "%s%c", length, conv);
}

static void any_flags_and_widths_print_the_same(void **state)
{
	static const char *const lengths[] = { "", "h", "hh", "l", "ll", "z", "j" };

	for (int i = 0; i < 20000; i++) {
		struct _ddebug site = { .plan = NULL };
		char format[256] = "", want[600];
		const char *length = lengths[below(3)], *longer = lengths[3 + below(4)];

		put_conversion(format, length, "diuxXo");
		put_conversion(format + strlen(format), "", "s");
		put_conversion(format + strlen(format), longer, "diuxXo");
		put_conversion(format + strlen(format), "", "feg");
		put_conversion(format + strlen(format), length, "diuxXo");
		put_conversion(format + strlen(format), "", "s");
		orl_snprintf(want, sizeof(want), format, i * 7919 - 60000, "a string",
			     (long)i * 1000003L - 9999999L, i / 7.0, -i, "");
		emitted_site(&site, format, _DPRINTK_FLAGS_PRINT);
		oriel_dyndbg_emit(&site, format, i * 7919 - 60000, "a string",
				  (long)i * 1000003L - 9999999L, i / 7.0, -i, "");
		assert_ours(format, want);
	}
}

static int setup(void **state)
{
	emitted_begin();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(strings),
		cmocka_unit_test(pointers),
		cmocka_unit_test(floats),
		cmocka_unit_test(any_flags_and_widths_print_the_same),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
