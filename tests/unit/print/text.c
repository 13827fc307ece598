// SPDX-License-Identifier: MIT
/* The runtime's formatter: as the C library where that has the conversion, as the kernel elsewhere.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "oriel/fs.h"
#include "oriel/printk.h"
#include "runtime/text.h"

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wformat-invalid-specifier"
#pragma GCC diagnostic ignored "-Wformat-pedantic"
#endif

#define AS_LIBC(...) \
	do { \
		char want_[2000], got_[2000]; \
		int len_ = snprintf(want_, sizeof(want_), __VA_ARGS__); \
		assert_int_equal(orl_snprintf(got_, sizeof(got_), __VA_ARGS__), len_); \
		assert_string_equal(got_, want_); \
	} while (0)

#define PRINTS(want, ...) \
	do { \
		char got_[600]; \
		assert_int_equal(orl_snprintf(got_, sizeof(got_), __VA_ARGS__), strlen(want)); \
		assert_string_equal(got_, want); \
	} while (0)

static void integers_are_as_in_the_c_library(void **state)
{
	AS_LIBC("%d %i %u %x %X %o %#x %#o %+d % d", 1, -2, 3U, 0xabc, 0xabc, 8, 255, 8, 5, 6);
	AS_LIBC("%05d %-5d| %5d %.3d %8.3d %08.3d %.0d|", -42, 42, 42, 7, 7, 7, 0);
	AS_LIBC("%hhd %hd %ld %lld %zu %td %jd %hhu %hu", 300, 70000, -5L, -6LL, (size_t)7,
		(ptrdiff_t)-8, (intmax_t)9, 300, 70000);
	AS_LIBC("%*d|%-*d|%*d|%.*d|%.*d", 5, 1, 5, 2, -5, 3, 4, 5, -1, 6);
	AS_LIBC("%#x %#o %#X %.0o|%#.0o|%.0x|", 0, 0, 0, 0, 0, 0);
	AS_LIBC("%lld %llu %d %ld", INT64_MIN, UINT64_MAX, INT32_MIN, INT64_MIN);
}

static void strings_are_as_in_the_c_library(void **state)
{
	AS_LIBC("%s|%10s|%-10s|%.2s|%*s|%.*s|%c|%5c|%-5c|%%", "abc", "abc", "abc", "abc", 6, "abc",
		1, "abc", 'x', 'y', 'z');
	AS_LIBC("%s %s", "", "a");
}

static const char *const float_formats[] = {
	"%f", "%e", "%g", "%.0f", "%.0e", "%.0g", "%.1f", "%.3g", "%#.0f", "%20.3f|", "%-20.3e|",
	"%020.3f|", "%+f", "% f", "%.17g", "%.20f", "%F", "%E", "%G", "%a", "%A", "%.0a", "%.3a",
	"%#.0e", "%.30e", "%20a|", "%020a|", "%.13a", "%.15a",
};

static void floats_are_as_in_the_c_library(void **state)
{
	static const double values[] = {
		0, -0.0, 1, -1.5, 0.1, 123456789.125, 1e10, 1e-10, 1e308, 5e-324, 999999.5,
		2.2250738585072014e-308, 9.9999995, 0.5, 1.5, 2.5, 1e21, 1e22, 1e23, 100000,
		1000000, 0.0001, 0.00001, 123456.7, 1.0 / 3, 2.0 / 3, 1e100, 8.5, 9.5, 99.95,
		INFINITY, -INFINITY, NAN, 4.35, 1234567.0, 0.000123456,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		for (size_t k = 0; k < sizeof(float_formats) / sizeof(float_formats[0]); k++)
			AS_LIBC(float_formats[k], values[i]);
	}
}

/* Any bits; what would be longer than a line is not compared. */
static void any_float_is_as_in_the_c_library(void **state)
{
	uint64_t bits = 1;

	for (int i = 0; i < 20000; i++) {
		const char *format = float_formats[i % (sizeof(float_formats) /
							sizeof(float_formats[0]))];
		char want[2000], got[2000];
		double d;

		bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
		memcpy(&d, &bits, sizeof(d));
		snprintf(want, sizeof(want), format, d);
		if (strlen(want) >= 500)
			continue;
		orl_snprintf(got, sizeof(got), format, d);
		assert_string_equal(got, want);
	}
}

static const unsigned char mac[] = { 0, 1, 2, 0xab, 0xcd, 0xef };
static const unsigned char ip4[] = { 127, 0, 0, 1 };
static const unsigned char ip6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

static void addresses_of_networks_are_as_in_the_kernel(void **state)
{
	static const unsigned char mapped[16] = { [10] = 0xff, 0xff, 1, 2, 3, 4 }, none[16];
	static const unsigned char two_runs[16] = { 0xfe, 0x80, 0, 1, [7] = 1, [13] = 5 };

	PRINTS("00:01:02:ab:cd:ef", "%pM", mac);
	PRINTS("00-01-02-ab-cd-ef", "%pMF", mac);
	PRINTS("ef:cd:ab:02:01:00", "%pMR", mac);
	PRINTS("000102abcdef", "%pm", mac);
	PRINTS("[00:01:02:ab:cd:ef   ]", "[%-20pM]", mac);
	PRINTS("127.0.0.1 127.000.000.001 1.0.0.127", "%pI4 %pi4 %pI4l", ip4, ip4, ip4);
	PRINTS("2001:0db8:0000:0000:0000:0000:0000:0001", "%pI6", ip6);
	PRINTS("20010db8000000000000000000000001", "%pi6", ip6);
	PRINTS("2001:db8::1", "%pI6c", ip6);
	PRINTS("::ffff:1.2.3.4", "%pI6c", mapped);
	PRINTS("::", "%pI6c", none);
	PRINTS("fe80:1:0:1::5:0", "%pI6c", two_runs);
}

static void buffers_are_as_in_the_kernel(void **state)
{
	static const unsigned char b[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const unsigned long map = 0x10f;

	PRINTS("00010203-0405-0607-0809-0a0b0c0d0e0f", "%pU", b);
	PRINTS("03020100-0504-0706-0809-0A0B0C0D0E0F", "%pUL", b);
	PRINTS("00 01 02|00:01:02|00-01-02|000102", "%*ph|%*phC|%*phD|%3phN", 3, b, 3, b, 3, b, b);
	PRINTS("a\\nb\\\\\\001", "%*pE", 5, "a\nb\\\1");
	PRINTS("0-3,8|10f", "%*pbl|%*pb", 16, &map, 12, &map);
}

static void of_a_buffer_without_bytes_nothing_is_printed_or_read(void **state)
{
	char *end = (char *)malloc(1) + 1;

	PRINTS("[] [] []", "[%*ph] [%*phC] [%*pE]", 0, end, 0, end, 0, end);
	PRINTS("[]", "[%*ph]", 0, NULL);
	free(end - 1);
}

static void pointers_are_as_in_the_kernel(void **state)
{
	struct dentry dentry = { .d_name = { .name = "name" } };
	struct file file = { .f_path = { .dentry = &dentry } };

	PRINTS("0000000000000000 00000000deadbeef 0xdead", "%p %px %pS", NULL, (void *)0xdeadbeefUL,
	       (void *)0xdeadUL);
	PRINTS("-ENOENT|-4000|0000000000001000", "%pe|%pe|%pe", (void *)-2L, (void *)-4000L,
	       (void *)4096L);
	PRINTS("8000000000000000", "%pe", (void *)INTPTR_MIN);
	PRINTS("name name", "%pd %pD", &dentry, &file);
}

static void what_leads_nowhere_is_not_read(void **state)
{
	const char *volatile null = NULL, *volatile error = (const char *)-5L;

	PRINTS("(null)|(efault)|    (null)|(null)", "%s|%s|%10s|%pM", null, error, null,
	       (const void *)null);
	PRINTS("(efault)", "%pI4", (void *)16L);
}

static int by_va_format(char *to, size_t size, const char *fmt, ...)
{
	struct va_format v = { .fmt = fmt };
	va_list ap;
	int len;

	va_start(ap, fmt);
	v.va = &ap;
	len = orl_snprintf(to, size, "<%pV> <%pV> %d", &v, &v, 3);
	va_end(ap);
	return len;
}

static void a_format_may_be_inside_another_twice(void **state)
{
	char got[64];

	assert_int_equal(by_va_format(got, sizeof(got), "%d %s", 5, "x"), 13);
	assert_string_equal(got, "<5 x> <5 x> 3");
}

static void what_does_not_fit_is_cut_and_counted(void **state)
{
	char got[5] = "zzzz";

	assert_int_equal(orl_snprintf(got, sizeof(got), "%s", "abcdefgh"), 8);
	assert_string_equal(got, "abcd");
	assert_int_equal(orl_snprintf(got, 1, "%d", 123), 3);
	assert_string_equal(got, "");
	assert_int_equal(orl_snprintf(NULL, 0, "%d", 123), 3);
}

static void behind_a_conversion_that_is_none_all_is_text(void **state)
{
	PRINTS("x 1 %y %d z\n", "x %d %y %d z\n", 1);
	PRINTS("x %", "x %");
	PRINTS("%'d\n", "%'d\n", 1);
}

static void m_prints_errno(void **state)
{
	errno = ENOENT;
	PRINTS("x: ENOENT 1", "x: %m %d", 1);
	errno = 4000;
	PRINTS("x: 4000", "x: %m");
}

static void errno_stays(void **state)
{
	char got[64];

	errno = 55;
	orl_snprintf(got, sizeof(got), "%f %s %pe", 0.1, "x", (void *)-2L);
	assert_int_equal(errno, 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_as_in_the_c_library),
		cmocka_unit_test(strings_are_as_in_the_c_library),
		cmocka_unit_test(floats_are_as_in_the_c_library),
		cmocka_unit_test(any_float_is_as_in_the_c_library),
		cmocka_unit_test(addresses_of_networks_are_as_in_the_kernel),
		cmocka_unit_test(buffers_are_as_in_the_kernel),
		cmocka_unit_test(of_a_buffer_without_bytes_nothing_is_printed_or_read),
		cmocka_unit_test(pointers_are_as_in_the_kernel),
		cmocka_unit_test(what_leads_nowhere_is_not_read),
		cmocka_unit_test(a_format_may_be_inside_another_twice),
		cmocka_unit_test(what_does_not_fit_is_cut_and_counted),
		cmocka_unit_test(behind_a_conversion_that_is_none_all_is_text),
		cmocka_unit_test(m_prints_errno),
		cmocka_unit_test(errno_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
