// SPDX-License-Identifier: MIT
/* Where lines go that are printed at once, and what is let through. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <oriel/printk.h>

static int old_stderr, taken;
static char text[16384];

static void take_stderr(void)
{
	old_stderr = dup(STDERR_FILENO);
	taken = memfd_create("stderr", 0);
	dup2(taken, STDERR_FILENO);
}

static const char *taken_text(void)
{
	ssize_t len = pread(taken, text, sizeof(text) - 1, 0);

	dup2(old_stderr, STDERR_FILENO);
	close(old_stderr);
	close(taken);
	text[len < 0 ? 0 : len] = '\0';
	return text;
}

#define assert_prints(want, ...) \
	do { \
		take_stderr(); \
		__VA_ARGS__; \
		assert_string_equal(taken_text(), want); \
	} while (0)

static void all_but_debug_is_shown(void **state)
{
	assert_prints("0\n1\n2\n3\n4\n5\n6\nno level\n", pr_emerg("0\n"); pr_alert("1\n");
		      pr_crit("2\n"); pr_err("3\n"); pr_warn("4\n"); pr_notice("5\n");
		      pr_info("6\n"); printk(KERN_DEBUG "7\n"); printk("no level\n"));
}

static void the_level_says_what_is_shown(void **state)
{
	assert_int_equal(oriel_set_loglevel(-1), 7);
	assert_int_equal(oriel_set_loglevel(4), 7);
	assert_prints("error\n", pr_err("error\n"); pr_warn("warning\n"); printk("as warning\n"));
	assert_int_equal(oriel_set_loglevel(8), 4);
	assert_prints("debug\n", printk(KERN_DEBUG "debug\n"));
	oriel_set_loglevel(0);
	assert_prints("", pr_emerg("emerg\n"));
	oriel_set_loglevel(7);
}

static void a_level_may_come_as_an_argument(void **state)
{
	assert_prints("text\n", printk("%stext\n", KERN_ERR); printk("%shidden\n", KERN_DEBUG));
	assert_int_equal(printk(KERN_INFO "%s", ""), 0);
}

static void a_line_goes_on_or_ends(void **state)
{
	assert_prints("one two three\nfour\nfive\nsix\n", pr_info("one"); pr_cont(" two");
		      pr_cont(" three\n"); pr_info("four"); pr_info("five"); pr_info("six\n"));
}

static void what_goes_on_has_the_level_of_its_line(void **state)
{
	assert_prints("", printk(KERN_DEBUG "hidden"); pr_cont(" hidden too\n"));
}

static void a_terminal_gets_no_control_characters(void **state)
{
	assert_prints("a\\x1b[1m\\x07\t\\x0d\\x7f\\xff\xc3\xa4\\xc2\\x9b\n",
		      pr_info("a\033[1m\a\t\r\177\xff\xc3\xa4\xc2\x9b\n"));
}

static void a_long_line_is_cut_and_still_ends(void **state)
{
	static char s[3000];
	size_t len;

	memset(s, 'x', sizeof(s) - 1);
	take_stderr();
	pr_info("%s\n", s);
	pr_info("next\n");
	taken_text();
	len = strspn(text, "x");
	assert_true(len > 1000 && len < 1024);
	assert_string_equal(text + len, "\nnext\n");
}

static void a_long_line_of_escapes_is_cut_and_still_ends(void **state)
{
	static char s[900];

	memset(s, '\a', sizeof(s) - 1);
	take_stderr();
	pr_info("%s\n", s);
	taken_text();
	assert_true(strlen(text) > 1000);
	assert_string_equal(text + strlen(text) - 5, "\\x07\n");
}

static struct {
	int level, nr;
	char text[1100];
} got;

static void sink(int level, const char *line, size_t len, void *arg)
{
	assert_ptr_equal(arg, &got);
	assert_int_equal(strlen(line), len);
	got.level = level;
	got.nr++;
	strcpy(got.text, line);
	if (got.nr == 1)
		pr_err("from the console\n");
}

static void a_program_may_take_every_line_itself(void **state)
{
	oriel_set_console(sink, &got);
	assert_prints("from the console\n", printk(KERN_DEBUG "x\033 %d\n", 5));
	assert_int_equal(got.level, LOGLEVEL_DEBUG);
	assert_string_equal(got.text, "x\033 5\n");
	assert_prints("", pr_err("error"); pr_cont(" more\n"));
	assert_int_equal(got.level, LOGLEVEL_ERR);
	assert_string_equal(got.text, " more\n");
	assert_int_equal(got.nr, 3);
	oriel_set_console(NULL, NULL);
	assert_prints("back\n", pr_info("back\n"));
}

static void limited(void)
{
	pr_warn_ratelimited("limited\n");
}

static void no_more_than_ten_lines_in_five_seconds(void **state)
{
	take_stderr();
	for (int i = 0; i < 30; i++)
		limited();
	taken_text();
	assert_int_equal(strlen(text), 10 * strlen("limited\n"));
}

static void what_was_left_out_is_told_later(void **state)
{
	struct ratelimit_state rs = RATELIMIT_STATE_INIT(rs, 3600 * HZ, 2);

	assert_int_equal(__ratelimit(&rs) + __ratelimit(&rs), 2);
	assert_int_equal(__ratelimit(&rs) + __ratelimit(&rs), 0);
	rs.begin = 1;			/* as if the interval were over */
	rs.interval = 1;
	assert_prints("what_was_left_out_is_told_later: 2 callbacks suppressed\n",
		      assert_int_equal(__ratelimit(&rs), 1));
	rs.interval = 0;
	for (int i = 0; i < 10; i++)
		assert_int_equal(__ratelimit(&rs), 1);
}

static void a_dump_is_laid_out_as_the_kernels(void **state)
{
	static const unsigned char b[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char line[128];

	assert_int_equal(hex_dump_to_buffer(b, 16, 16, 1, line, sizeof(line), true), 65);
	assert_string_equal(line,
			    "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef");
	assert_int_equal(hex_dump_to_buffer(b, 4, 16, 4, line, sizeof(line), false), 8);
	assert_string_equal(line, "33323130");
	assert_int_equal(hex_dump_to_buffer(b, 3, 16, 4, line, sizeof(line), false), 8);
	assert_string_equal(line, "30 31 32");
	hex_dump_to_buffer(b, 32, 32, 8, line, sizeof(line), false);
	assert_string_equal(line, "3736353433323130 6665646362613938 6e6d6c6b6a696867 "
				  "767574737271706f");
	assert_int_equal(hex_dump_to_buffer(b, 4, 16, 1, line, 6, false), 11);
	assert_string_equal(line, "30 31");
	assert_int_equal(hex_dump_to_buffer(b, 0, 16, 1, line, sizeof(line), true), 0);
	assert_string_equal(line, "");
}

static void errno_stays(void **state)
{
	errno = 33;
	assert_prints("x -2\n", pr_err("x %d\n", -2));
	errno = 33;
	close(dup(0));
	pr_err_ratelimited("%s", "");
	assert_int_equal(errno, 33);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_but_debug_is_shown),
		cmocka_unit_test(the_level_says_what_is_shown),
		cmocka_unit_test(a_level_may_come_as_an_argument),
		cmocka_unit_test(a_line_goes_on_or_ends),
		cmocka_unit_test(what_goes_on_has_the_level_of_its_line),
		cmocka_unit_test(a_terminal_gets_no_control_characters),
		cmocka_unit_test(a_long_line_is_cut_and_still_ends),
		cmocka_unit_test(a_long_line_of_escapes_is_cut_and_still_ends),
		cmocka_unit_test(a_program_may_take_every_line_itself),
		cmocka_unit_test(no_more_than_ten_lines_in_five_seconds),
		cmocka_unit_test(what_was_left_out_is_told_later),
		cmocka_unit_test(a_dump_is_laid_out_as_the_kernels),
		cmocka_unit_test(errno_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
