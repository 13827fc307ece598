// SPDX-License-Identifier: MIT
/* What a line's record holds: its head, its arguments' places, its cuts; and what else it leaves
 * alone. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emitted.h"

/* Arguments are wider than h and hh on purpose. */
#pragma GCC diagnostic ignored "-Wformat"

static uint64_t word(uint32_t off)
{
	uint64_t v;

	memcpy(&v, emitted.data + off, sizeof(v));
	return v;
}

static int32_t number(uint32_t off)
{
	int32_t v;

	memcpy(&v, emitted_args() + off, sizeof(v));
	return v;
}

static void a_record_begins_with_the_address_and_number_of_its_site(void **state)
{
	EMIT("nothing\n");
	assert_int_equal(emitted.len, ORL_PRINT_OFF_ARGS);
	assert_true(word(ORL_PRINT_OFF_IP) == orl_print_ip(EMITTED_NUMBER));
	assert_true(word(ORL_PRINT_OFF_FMT) == orl_print_fmt(EMITTED_NUMBER, 0));
}

static void decorations_are_the_variant_and_the_thread_is_an_argument(void **state)
{
	static const struct {
		uint16_t flags;
		uint32_t decor;
	} cases[] = {
		{ _DPRINTK_FLAGS_INCL_MODNAME, ORL_DECOR_MODULE },
		{ _DPRINTK_FLAGS_INCL_FUNCNAME, ORL_DECOR_FUNCTION },
		{ _DPRINTK_FLAGS_INCL_SOURCENAME, ORL_DECOR_SOURCE },
		{ _DPRINTK_FLAGS_INCL_LINENO, ORL_DECOR_LINE },
		{ _DPRINTK_FLAGS_INCL_TID, ORL_DECOR_TID },
		{ _DPRINTK_FLAGS_INCL_ANY, 31 },
	};
	static struct _ddebug site;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool tid = cases[i].decor & ORL_DECOR_TID;

		emitted_site(&site, "%d\n", _DPRINTK_FLAGS_PRINT | cases[i].flags);
		oriel_dyndbg_emit(&site, "%d\n", 42);
		assert_true(word(ORL_PRINT_OFF_FMT) ==
			    orl_print_fmt(EMITTED_NUMBER, cases[i].decor));
		assert_int_equal(emitted.len, ORL_PRINT_OFF_ARGS + (tid ? 8 : 4));
		assert_int_equal(number(tid ? 4 : 0), 42);
		if (tid)
			assert_int_equal(number(0), gettid());
	}
}

static void numbers_lie_at_multiples_of_four(void **state)
{
	EMIT("%d %lld %d %lu\n", 1, 2LL, 3, 4UL);
	assert_int_equal(emitted.len, ORL_PRINT_OFF_ARGS + 4 + 8 + 4 + 8);
	assert_int_equal(number(0), 1);
	assert_int_equal(number(4), 2);
	assert_int_equal(number(8), 0);
	assert_int_equal(number(12), 3);
	assert_int_equal(number(16), 4);
}

static void arguments_beyond_the_registers_follow(void **state)
{
	EMIT("%d %d %d %d %d %ld %f %d\n", 1, 2, 3, 4, 5, 6L, 7.5, 8);
	for (int i = 0; i < 5; i++)
		assert_int_equal(number(4 * (uint32_t)i), i + 1);
	assert_int_equal(number(20), 6);
	assert_int_equal(number(36), 8);
}

static void short_numbers_are_cut_first(void **state)
{
	EMIT("%hhd %hhu %hd %hu %d\n", 300, 300, 70000, -1, 9);
	assert_int_equal(number(0), 44);
	assert_int_equal(number(4), 44);
	assert_int_equal(number(8), 4464);
	assert_int_equal(number(12), 65535);
	assert_int_equal(number(16), 9);
}

static void a_string_lies_at_any_offset_and_zeros_behind_it(void **state)
{
	EMIT("%s%s %d\n", "ab", "cd", 5);
	assert_memory_equal(emitted_args(), "ab\0cd\0\0", 8);
	assert_int_equal(number(8), 5);
	EMIT("%d %s\n", 5, "a string of more than sixteen bytes");
	assert_string_equal(emitted_args() + 4, "a string of more than sixteen bytes");
	assert_int_equal(emitted.len, ORL_PRINT_OFF_ARGS + 4 + 36);
	EMIT("%s", "a");
	assert_memory_equal(emitted_args(), "a\0\0", 4);
}

static void no_string_is_read_where_there_is_none(void **state)
{
	const char *volatile null = NULL, *volatile error = (const char *)-5L;

	EMIT("%s", null);
	assert_string_equal(emitted_args(), "(null)");
	EMIT("%s", error);
	assert_string_equal(emitted_args(), "(efault)");
	EMIT("%d %d %d %d %s", 1, 2, 3, 4, null);
	assert_string_equal(emitted_args() + 16, "(null)");
	EMIT("%pM", (const void *)null);
	assert_string_equal(emitted_args(), "(null)");
}

/* Behind the last byte that a precision allows there may be nothing to read. */
static void a_precision_bounds_what_is_read(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *last = map + page - 3;

	assert_ptr_not_equal(map, MAP_FAILED);
	mprotect(map + page, (size_t)page, PROT_NONE);
	memcpy(last, "abc", 3);
	EMIT("%.3s", last);
	assert_string_equal(emitted_args(), "abc");
	EMIT("%.*s %d", 2, last, 7);
	assert_int_equal(number(0), 2);
	assert_string_equal(emitted_args() + 4, "ab");
	assert_int_equal(number(8), 7);
	last[2] = '\0';
	EMIT("%s", last);
	assert_string_equal(emitted_args(), "ab");
	munmap(map, 2 * (size_t)page);
}

static char *long_string(size_t len)
{
	static char s[5000];

	memset(s, 'x', len);
	s[len] = '\0';
	return s;
}

static void a_record_is_never_longer_than_it_may_be(void **state)
{
	EMIT("%s", long_string(4000));
	assert_int_equal(emitted.len, ORL_PRINT_RECORD_MAX);
	assert_int_equal(strlen((const char *)emitted_args()), ORL_PRINT_RECORD_MAX - 24 - 1);
	emitted_room(100);
	EMIT("%s", long_string(4000));
	assert_int_equal(emitted.len, 100);
	emitted_room(4000);
}

static void what_follows_a_cut_string_is_there(void **state)
{
	const char *args = (const char *)emitted_args();
	uint32_t first, second, at;

	EMIT("%s %s %d %ld", long_string(4000), long_string(4000), 5, 6L);
	first = (uint32_t)strlen(args);
	second = (uint32_t)strlen(args + first + 1);
	assert_true(first > 450 && second > 450);
	at = (first + second + 2 + 3) & ~3U;
	assert_int_equal(number(at), 5);
	assert_int_equal(number(at + 4), 6);
	assert_true(emitted.len <= ORL_PRINT_RECORD_MAX);
}

static void strings_of_every_length_are_whole(void **state)
{
	for (size_t len = 0; len < 990; len++) {
		EMIT("%s %d", long_string(len), 77);
		assert_int_equal(strlen((const char *)emitted_args()), len);
		assert_int_equal(number(((uint32_t)len + 1 + 3) & ~3U), 77);
	}
}

static void characters_and_rendered_pointers_are_strings(void **state)
{
	static const unsigned char mac[] = { 0, 1, 2, 3, 4, 5 };

	EMIT("%c%c %d", 'a', 'b', 5);
	assert_memory_equal(emitted_args(), "a\0b\0", 4);
	assert_int_equal(number(4), 5);
	EMIT("%pM %d", mac, 5);
	assert_string_equal(emitted_args(), "00:01:02:03:04:05");
	assert_int_equal(number(20), 5);
	EMIT("%*ph %pe", 3, mac, (void *)(intptr_t)-ENOENT);
	assert_int_equal(number(0), 3);
	assert_memory_equal(emitted_args() + 4, "00 01 02\0-ENOENT", 17);
	EMIT("%*ph %s", 0, mac, "next");
	assert_memory_equal(emitted_args() + 4, "\0next", 6);
}

static void floats_are_doubles(void **state)
{
	double d;

	EMIT("%f %Lf %d", 1.5, (long double)2.5, 3);
	memcpy(&d, emitted_args(), sizeof(d));
	assert_true(d == 1.5);
	memcpy(&d, emitted_args() + 8, sizeof(d));
	assert_true(d == 2.5);
	assert_int_equal(number(16), 3);
}

static void a_dump_is_one_string_for_each_line(void **state)
{
	static struct _ddebug site;
	uint32_t nr = emitted.nr;
	char want[100];

	site = (struct _ddebug){ .format = "hex", .kind = ORIEL_PRINT_HEX, .id = 1,
				 .flags = _DPRINTK_FLAGS_PRINT };
	assert_int_equal(orl_print_plan_locked(&site), 0);
	oriel_dyndbg_hex_dump(&site, "p ", DUMP_PREFIX_OFFSET, 16, 1, "0123456789abcdefgh", 18, 1);
	assert_int_equal(emitted.nr, nr + 2);
	snprintf(want, sizeof(want), "p 00000010: %-49s%s\n", "67 68", "gh");
	assert_string_equal(emitted_args(), want);
}

static void a_format_that_is_none_is_recorded_as_text(void **state)
{
	static struct _ddebug site;
	char many[3 * 70 + 1] = "";

	errno = EIO;
	EMIT("%m %d|", 5);
	assert_string_equal(emitted_args(), "EIO 5|");
	assert_int_equal(errno, EIO);
	for (int i = 0; i < 70; i++)
		memcpy(many + 3 * i, "%d,", 4);
	emitted_site(&site, many, _DPRINTK_FLAGS_PRINT);
	assert_true(orl_print_is_text_locked(&site));
}

static void a_site_that_is_off_records_nothing(void **state)
{
	static struct _ddebug site;
	uint32_t nr = emitted.nr;

	emitted_site(&site, "x", _DPRINTK_FLAGS_INCL_TID);
	oriel_dyndbg_emit(&site, "x");
	assert_int_equal(emitted.nr, nr);
}

static void errno_stays(void **state)
{
	errno = 77;
	EMIT("%pe %s %f %pM", (void *)(intptr_t)-EINVAL, long_string(2000), 0.1, "abcdef");
	assert_int_equal(errno, 77);
}

static uint32_t seen_in_handler;

static void handler(int sig)
{
	EMIT("in the handler %d %s", sig, "s");
	seen_in_handler = emitted.len;
}

/* Records one inside the other: the outer one's function is interrupted while it is appended. */
static void interrupted(struct trace_event_call *call, void *record, uint32_t len)
{
	struct emitted outer = { .len = len };

	memcpy(outer.data, record, len);
	emitted_begin();
	raise(SIGUSR1);
	assert_int_equal(len, outer.len);
	assert_memory_equal(record, outer.data, len);
	orl_print_call.commit(call, record, len);
}

static void a_handler_may_print_inside_a_line(void **state)
{
	static struct _ddebug site;

	signal(SIGUSR1, handler);
	emitted_site(&site, "%d %s", _DPRINTK_FLAGS_PRINT);
	orl_print_call.commit = interrupted;
	oriel_dyndbg_emit(&site, "%d %s", 5, "outer");
	assert_int_equal(seen_in_handler, ORL_PRINT_OFF_ARGS + 8);
	assert_int_equal(number(0), 5);
	assert_string_equal(emitted_args() + 4, "outer");
	signal(SIGUSR1, SIG_DFL);
}

static int setup(void **state)
{
	emitted_begin();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_begins_with_the_address_and_number_of_its_site),
		cmocka_unit_test(decorations_are_the_variant_and_the_thread_is_an_argument),
		cmocka_unit_test(numbers_lie_at_multiples_of_four),
		cmocka_unit_test(arguments_beyond_the_registers_follow),
		cmocka_unit_test(short_numbers_are_cut_first),
		cmocka_unit_test(a_string_lies_at_any_offset_and_zeros_behind_it),
		cmocka_unit_test(no_string_is_read_where_there_is_none),
		cmocka_unit_test(a_precision_bounds_what_is_read),
		cmocka_unit_test(a_record_is_never_longer_than_it_may_be),
		cmocka_unit_test(what_follows_a_cut_string_is_there),
		cmocka_unit_test(strings_of_every_length_are_whole),
		cmocka_unit_test(characters_and_rendered_pointers_are_strings),
		cmocka_unit_test(floats_are_doubles),
		cmocka_unit_test(a_dump_is_one_string_for_each_line),
		cmocka_unit_test(a_format_that_is_none_is_recorded_as_text),
		cmocka_unit_test(a_site_that_is_off_records_nothing),
		cmocka_unit_test(errno_stays),
		cmocka_unit_test(a_handler_may_print_inside_a_line),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
