// SPDX-License-Identifier: MIT
/*
 * From text to queries: each keyword, each mistake, and the examples of the kernel's documentation.
 */
#include "query.h"

/* ---- words ---- */

static void each_keyword_gives_its_word(void **state)
{
	struct orl_query q = one("file a.c func f module m format t class C line 7 +p");

	assert_word(&q, ORL_QUERY_FILE, "a.c");
	assert_word(&q, ORL_QUERY_FUNC, "f");
	assert_word(&q, ORL_QUERY_MODULE, "m");
	assert_word(&q, ORL_QUERY_FORMAT, "t");
	assert_word(&q, ORL_QUERY_CLASS, "C");
	assert_int_equal(q.first_line, 7);
	assert_int_equal(q.last_line, 7);
}

static void the_order_of_keywords_makes_no_difference(void **state)
{
	struct orl_query a = one("file a.c func f +p"), b = one("func f   file\ta.c +p");

	assert_memory_equal(&a, &b, sizeof(a));
}

static void flags_alone_match_everything(void **state)
{
	struct orl_query q = one("+p");

	assert_int_equal(q.given, 0);
	assert_int_equal(q.first_line, 0);
	assert_int_equal(q.last_line, 0);
}

static void quotes_hold_a_word_together(void **state)
{
	struct orl_query q = one("format \"a b\" file 'c d.c' +p");

	assert_word(&q, ORL_QUERY_FORMAT, "a b");
	assert_word(&q, ORL_QUERY_FILE, "c d.c");
	q = one("format 'say \"x\"' +p");
	assert_word(&q, ORL_QUERY_FORMAT, "say \"x\"");
	q = one("func a\"b +p");	/* only at a word's beginning */
	assert_word(&q, ORL_QUERY_FUNC, "a\"b");
	q = one("func \"f\"+p");	/* the quote ends the word */
	assert_word(&q, ORL_QUERY_FUNC, "f");
	q = one("func \"\" +p");
	assert_word(&q, ORL_QUERY_FUNC, "");
}

static void a_file_may_bring_lines_or_a_function(void **state)
{
	struct orl_query q = one("file inode.c:start_* +p");

	assert_word(&q, ORL_QUERY_FILE, "inode.c");
	assert_word(&q, ORL_QUERY_FUNC, "start_*");
	q = one("file inode.c:*x +p");
	assert_word(&q, ORL_QUERY_FUNC, "*x");
	q = one("file inode.c:?x +p");
	assert_word(&q, ORL_QUERY_FUNC, "?x");
	q = one("file inode.c:1-100 +p");
	assert_word(&q, ORL_QUERY_FUNC, NULL);
	assert_int_equal(q.first_line, 1);
	assert_int_equal(q.last_line, 100);
	q = one("file inode.c: +p");	/* no line is any line */
	assert_int_equal(q.last_line, 0);
}

static void a_format_has_the_kernels_escapes(void **state)
{
	struct orl_query q = one("format a\\040b\\n\\t\\\\\\\"\\e\\a +p");

	assert_word(&q, ORL_QUERY_FORMAT, "a b\n\t\\\"\033\a");
	q = one("format \\r\\v\\f\\1x\\12x\\377\\400 +p");
	assert_word(&q, ORL_QUERY_FORMAT, "\r\v\f\1x\12x\377\0400");
	q = one("format a\\qb\\ +p");	/* none: the backslash stays */
	assert_word(&q, ORL_QUERY_FORMAT, "a\\qb\\");
	q = one("format ab\\000cd +p");	/* the kernel's strings end there */
	assert_word(&q, ORL_QUERY_FORMAT, "ab");
	q = one("func a\\040b +p");	/* in formats only */
	assert_word(&q, ORL_QUERY_FUNC, "a\\040b");
}

/* ---- lines ---- */

static void assert_lines(const char *range, uint32_t first, uint32_t last)
{
	char text[64] = "line ";
	struct orl_query q;

	strcat(strcat(text, range), " +p");
	q = one(text);
	assert_int_equal(q.first_line, first);
	assert_int_equal(q.last_line, last);
}

static void lines_are_one_or_a_range(void **state)
{
	assert_lines("1603", 1603, 1603);
	assert_lines("1600-1605", 1600, 1605);
	assert_lines("-1605", 0, 1605);
	assert_lines("1600-", 1600, UINT32_MAX);
	assert_lines("5-5", 5, 5);
	assert_lines("4294967295", UINT32_MAX, UINT32_MAX);
	assert_lines("+5", 5, 5);
}

static void line_0_is_any_line(void **state)
{
	assert_lines("0", 0, 0);
	assert_lines("-", 0, 0);
	assert_lines("0-0", 0, 0);
	assert_lines("7-0", 7, UINT32_MAX);
	assert_lines("\"\"", 0, 0);
}

/* ---- flags ---- */

static void assert_flags(const char *text, uint32_t set, uint32_t clear)
{
	struct orl_query q = one(text);

	assert_int_equal(q.set, set);
	assert_int_equal(q.clear, clear);
}

static void flags_are_added_removed_or_set(void **state)
{
	assert_flags("+p", ORL_SITE_PRINT, 0);
	assert_flags("-p", 0, ORL_SITE_PRINT);
	assert_flags("=p", ORL_SITE_PRINT, ORL_SITE_FLAGS);
	assert_flags("+pmfslt", ORL_SITE_FLAGS, 0);
	assert_flags("+ppp", ORL_SITE_PRINT, 0);
	assert_flags("=_", 0, ORL_SITE_FLAGS);
	assert_flags("+_", 0, 0);
	assert_flags("+", 0, 0);
	assert_flags("=", 0, ORL_SITE_FLAGS);
	assert_flags("-mt", 0, ORL_SITE_MODULE | ORL_SITE_TID);
	assert_flags("+f_s", ORL_SITE_FUNCTION | ORL_SITE_SOURCE, 0);
	assert_flags("=l", ORL_SITE_LINE, ORL_SITE_FLAGS);
}

static void flags_apply_as_they_say(void **state)
{
	struct orl_query q = one("-pm");

	assert_int_equal(orl_query_flags(&q, ORL_SITE_FLAGS),
			 ORL_SITE_FLAGS & ~(ORL_SITE_PRINT | ORL_SITE_MODULE));
	q = one("=f");
	assert_int_equal(orl_query_flags(&q, ORL_SITE_PRINT), ORL_SITE_FUNCTION);
	q = one("+p");
	assert_int_equal(orl_query_flags(&q, ORL_SITE_TID), ORL_SITE_TID | ORL_SITE_PRINT);
}

/* ---- mistakes ---- */

/* @at: where the part that is wrong begins, @part: what it is. */
static void assert_refused(const char *text, uint32_t at, const char *part)
{
	struct orl_query_text t;
	struct orl_query q;

	orl_query_begin(&t, text, strlen(text), NULL);
	if (orl_query_next(&t, &q) != -EINVAL)
		fail_msg("%s: not refused", text);
	assert_non_null(t.mistake);
	assert_int_equal(t.mistake_at, at);
	assert_int_equal(t.mistake_len, strlen(part));
	assert_memory_equal(text + at, part, strlen(part));
}

static void unknown_keywords_are_refused(void **state)
{
	assert_refused("mode foo +p", 0, "mode");
	assert_refused("file a.c lines 5 +p", 9, "lines");
	assert_refused("FILE a.c +p", 0, "FILE");
	assert_refused("\"\" a.c +p", 1, "");
}

static void flags_that_are_none_are_refused(void **state)
{
	assert_refused("file a.c", 5, "a.c");
	assert_refused("file a.c p", 9, "p");
	assert_refused("file a.c +px", 11, "x");
	assert_refused("+P", 1, "P");
	assert_refused("*p", 0, "*p");
	assert_refused("file a.c \"\"", 10, "");
}

static void a_keyword_without_its_word_is_refused(void **state)
{
	assert_refused("file +p", 0, "file");
	assert_refused("file a.c line +p", 9, "line");
}

static void a_repeated_keyword_is_refused(void **state)
{
	assert_refused("file a.c file b.c +p", 14, "b.c");
	assert_refused("func a func a +p", 12, "a");
	assert_refused("module a module b +p", 16, "b");
	assert_refused("format a format b +p", 16, "b");
	assert_refused("class a class b +p", 14, "b");
	assert_refused("line 1 line 2 +p", 12, "2");
	assert_refused("file a.c:1-5 line 3 +p", 18, "3");
	assert_refused("file a.c:f func g +p", 16, "g");
	assert_refused("line - line 3 +p", 12, "3");
}

static void lines_that_are_none_are_refused(void **state)
{
	assert_refused("line x +p", 5, "x");
	assert_refused("line 5x +p", 5, "5x");
	assert_refused("line 9-5 +p", 5, "9-5");
	assert_refused("line 1-2-3 +p", 5, "1-2-3");
	assert_refused("line 4294967296 +p", 5, "4294967296");
	assert_refused("line 0x10 +p", 5, "0x10");
	assert_refused("line + +p", 5, "+");
	assert_refused("line 1 - 30 +p", 7, "-");
	assert_refused("file a.c:_f +p", 9, "_f");	/* as the kernel's */
}

static void an_open_quote_is_refused(void **state)
{
	assert_refused("format \"abc +p", 7, "\"abc +p");
	assert_refused("format 'abc\" +p", 7, "'abc\" +p");
	assert_refused("format \"a;b\" +p", 7, "\"a");	/* ';' ends the query in quotes too */
}

static void too_many_words_are_refused(void **state)
{
	assert_refused("file a func b module c format d class e line 1 a b +p", 49, "b +p");
}

static void words_that_are_too_long_are_refused(void **state)
{
	char text[2000] = "format ";
	struct orl_query_text t;
	struct orl_query q;

	memset(text + 7, 'x', 967);
	strcpy(text + 7 + 967, " +p");
	q = one(text);
	assert_int_equal(q.len, sizeof(q.text));
	memset(text + 7, 'x', 968);
	strcpy(text + 7 + 968, " +p");
	orl_query_begin(&t, text, strlen(text), NULL);
	assert_int_equal(orl_query_next(&t, &q), -E2BIG);
	assert_int_equal(t.mistake_at, 7);
}

/* ---- several queries ---- */

static int count(const char *text, size_t len)
{
	struct orl_query_text t;
	struct orl_query q;
	int n = 0, rc;

	orl_query_begin(&t, text, len, NULL);
	while ((rc = orl_query_next(&t, &q))) {
		assert_int_equal(rc, 1);
		n++;
	}
	return n;
}

static void queries_are_separated_by_semicolons_and_newlines(void **state)
{
	const char text[] = "func a +p; func b +p\nfunc c +p";

	assert_int_equal(count(text, strlen(text)), 3);
}

static void empty_queries_and_comments_are_none(void **state)
{
	const char text[] = " ;;\n# all of it\n  #x; \n\t\nfunc a +p # why\n";

	assert_int_equal(count(text, strlen(text)), 1);
	assert_int_equal(count("", 0), 0);
	assert_int_equal(count("\n", 1), 0);
}

static void a_hash_within_a_word_is_no_comment(void **state)
{
	struct orl_query q = one("func a#b +p");

	assert_word(&q, ORL_QUERY_FUNC, "a#b");
	q = one("format '#1' +p");
	assert_word(&q, ORL_QUERY_FORMAT, "#1");
}

static void a_text_ends_at_a_nul(void **state)
{
	assert_int_equal(count("func a +p\0func", 14), 1);
}

static void what_follows_a_mistake_is_still_read(void **state)
{
	const char text[] = "func a +p; bad; func b +p";
	struct orl_query_text t;
	struct orl_query q;

	orl_query_begin(&t, text, strlen(text), NULL);
	assert_int_equal(orl_query_next(&t, &q), 1);
	assert_int_equal(orl_query_next(&t, &q), -EINVAL);
	assert_int_equal(t.mistake_at, 11);
	assert_int_equal(orl_query_next(&t, &q), 1);
	assert_word(&q, ORL_QUERY_FUNC, "b");
	assert_int_equal(orl_query_next(&t, &q), 0);
}

static void a_module_from_outside_stands_in_every_query(void **state)
{
	const char text[] = "func a +p; module x +p";
	struct orl_query_text t;
	struct orl_query q;

	orl_query_begin(&t, text, strlen(text), "mine");
	assert_int_equal(orl_query_next(&t, &q), 1);
	assert_word(&q, ORL_QUERY_MODULE, "mine");
	assert_int_equal(orl_query_next(&t, &q), -EINVAL);
}

static void the_documentations_examples_are_right(void **state)
{
	static const char *const examples[] = {
		"file svcsock.c line 1603 +p",
		"  file   svcsock.c     line  1603 +p  ",
		"-p; module main func run* +p",
		"func pnpacpi_get_resources +p; func pnp_assign_mem +p",
		"file drivers/usb/* +p",
		"format svcrdma: +p",
		"format nfsd:\\040SETATTR +p",
		"format \"nfsd: SETATTR\" +p",
		"class DRM_UT_KMS +p",
		"line -1605 +p",
		"format \"nfsd: READ\" +p",
		"+mf",
		"file init/* +p #cmt ; func parse_one +p",
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		assert_true(count(examples[i], strlen(examples[i])) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_keyword_gives_its_word),
		cmocka_unit_test(the_order_of_keywords_makes_no_difference),
		cmocka_unit_test(flags_alone_match_everything),
		cmocka_unit_test(quotes_hold_a_word_together),
		cmocka_unit_test(a_file_may_bring_lines_or_a_function),
		cmocka_unit_test(a_format_has_the_kernels_escapes),
		cmocka_unit_test(lines_are_one_or_a_range),
		cmocka_unit_test(line_0_is_any_line),
		cmocka_unit_test(flags_are_added_removed_or_set),
		cmocka_unit_test(flags_apply_as_they_say),
		cmocka_unit_test(unknown_keywords_are_refused),
		cmocka_unit_test(flags_that_are_none_are_refused),
		cmocka_unit_test(a_keyword_without_its_word_is_refused),
		cmocka_unit_test(a_repeated_keyword_is_refused),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(an_open_quote_is_refused),
		cmocka_unit_test(too_many_words_are_refused),
		cmocka_unit_test(words_that_are_too_long_are_refused),
		cmocka_unit_test(queries_are_separated_by_semicolons_and_newlines),
		cmocka_unit_test(empty_queries_and_comments_are_none),
		cmocka_unit_test(a_hash_within_a_word_is_no_comment),
		cmocka_unit_test(a_text_ends_at_a_nul),
		cmocka_unit_test(what_follows_a_mistake_is_still_read),
		cmocka_unit_test(a_module_from_outside_stands_in_every_query),
		cmocka_unit_test(the_documentations_examples_are_right),
	};

	return cmocka_run_group_tests_name("query-parse", tests, NULL, NULL);
}
