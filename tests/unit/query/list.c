// SPDX-License-Identifier: MIT
/*
 * Lists of queries: what is dropped makes no difference, and the text of a query makes it again.
 */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>

static struct orl_queries list, naive;

static void add(const char *text)
{
	struct orl_query q = one(text);

	assert_int_equal(orl_queries_add(&list, &q), 0);
}

static bool undoes(const char *later, const char *older)
{
	struct orl_query a = one(later), b = one(older);

	return orl_query_undoes(&a, &b);
}

static void the_same_words_undo_the_same_flags(void **state)
{
	assert_true(undoes("file a.c -p", "file a.c +p"));
	assert_true(undoes("file a.c =p", "file a.c +pmf"));
	assert_true(undoes("file a.c -pmf", "file a.c +p"));
	assert_false(undoes("file a.c -p", "file a.c +pm"));
	assert_false(undoes("file a.c -p", "file a.c =p"));
	assert_false(undoes("file a.c -p", "file b.c +p"));
	assert_false(undoes("func a -p", "file a +p"));
}

static void fewer_words_undo_more(void **state)
{
	assert_true(undoes("=_", "file a.c line 5 +pmf"));
	assert_true(undoes("file a.c -p", "file a.c func f +p"));
	assert_true(undoes("file a.c line 1-10 -p", "file a.c line 5 +p"));
	assert_true(undoes("line 5- -p", "line 7-9 +p"));
	assert_false(undoes("file a.c func f -p", "file a.c +p"));
	assert_false(undoes("line 5 -p", "line 1-10 +p"));
	assert_false(undoes("line 5- -p", "+p"));
}

static void a_class_is_undone_by_the_same_class_only(void **state)
{
	assert_true(undoes("class A -p", "class A file x +p"));
	assert_false(undoes("-p", "class A +p"));
	assert_false(undoes("class A -p", "+p"));
	assert_false(undoes("class A -p", "class B +p"));
}

static void a_process_does_not_undo_what_others_have(void **state)
{
	struct orl_query all = one("-p"), mine = one("+p"), other = one("+p"), exec = one("+p");

	mine.pid = 5;
	mine.image = 1;
	other.pid = 6;
	other.image = 1;
	exec.pid = 5;
	exec.image = 2;
	assert_true(orl_query_undoes(&all, &mine));
	assert_true(orl_query_undoes(&mine, &mine));
	assert_false(orl_query_undoes(&mine, &all));
	assert_false(orl_query_undoes(&mine, &other));
	assert_false(orl_query_undoes(&mine, &exec));
}

static void a_list_drops_what_is_undone(void **state)
{
	memset(&list, 0, sizeof(list));
	add("file a.c +p");
	add("func f +p");
	add("file a.c -p");
	assert_int_equal(list.nr, 2);
	add("-p");
	assert_int_equal(list.nr, 1);
	add("-p");
	assert_int_equal(list.nr, 1);
}

static void a_full_list_stays_as_it_was(void **state)
{
	char text[32];
	struct orl_query q;

	memset(&list, 0, sizeof(list));
	for (unsigned int i = 0; i < ORL_NR_QUERIES; i++) {
		snprintf(text, sizeof(text), "line %u +p", i + 1);
		add(text);
	}
	q = one("line 1000 +p");
	assert_int_equal(orl_queries_add(&list, &q), -ENOSPC);
	assert_int_equal(list.nr, ORL_NR_QUERIES);
	q = one("line 1- -p");
	assert_int_equal(orl_queries_add(&list, &q), 0);
	assert_int_equal(list.nr, 1);
}

static bool is_of_5(const struct orl_query *q, void *arg)
{
	return q->pid == *(int *)arg;
}

static void a_sweep_keeps_the_order(void **state)
{
	int pid = 5;

	memset(&list, 0, sizeof(list));
	add("func a +p");
	add("func b +p");
	add("func c +p");
	list.query[1].pid = 5;
	assert_int_equal(orl_queries_sweep(&list, is_of_5, &pid), 1);
	assert_int_equal(list.nr, 2);
	assert_word(&list.query[0], ORL_QUERY_FUNC, "a");
	assert_word(&list.query[1], ORL_QUERY_FUNC, "c");
	list.nr = UINT32_MAX;	/* any bytes */
	orl_queries_sweep(&list, is_of_5, &pid);
	assert_true(list.nr <= ORL_NR_QUERIES);
}

/* ---- against a list of everything ---- */

static const char *const files[] = { "a.c", "d/b.c", "d/c.c" };
static const char *const functions[] = { "f", "ff", "g" };
static const char *const classes[] = { NULL, "A", "B" };

#define NR_SITES (3 * 3 * 3 * 4)

static void site_of(unsigned int i, struct orl_query_site *site)
{
	*site = (struct orl_query_site){ .file = files[i % 3], .function = functions[i / 3 % 3],
					 .module = "m", .format = "x %d",
					 .class_name = classes[i / 9 % 3], .line = 1 + i / 27 };
}

static uint32_t flags_of(const struct orl_queries *of, unsigned int i, int32_t pid)
{
	struct orl_query_site site;
	uint32_t flags = 0;

	site_of(i, &site);
	for (uint32_t k = 0; k < of->nr; k++) {
		const struct orl_query *q = &of->query[k];

		if ((!q->pid || q->pid == pid) && orl_query_match(q, &site))
			flags = orl_query_flags(q, flags);
	}
	return flags;
}

static void make_random(struct orl_query *q)
{
	static const char *const words[][4] = {
		{ "", "file a.c ", "file d/* ", "file * " },
		{ "", "", "func f ", "func f* " },
		{ "", "", "class A ", "class B " },
		{ "", "", "line 2 ", "line 2-3 " },
	};
	static const char *const flags[] = {
		"+p", "-p", "=p", "=_", "+mf", "-m", "+pt", "-pmfslt"
	};
	char text[128] = "";

	for (unsigned int i = 0; i < 4; i++)
		strcat(text, words[i][rand() % 4]);
	strcat(text, flags[rand() % 8]);
	*q = one(text);
	q->pid = rand() % 3 ? 0 : 1 + rand() % 2;
	q->image = q->pid ? 7 : 0;
}

static void what_is_dropped_makes_no_difference(void **state)
{
	srand(4);
	for (unsigned int round = 0; round < 300; round++) {
		list.nr = naive.nr = 0;
		for (unsigned int n = 1 + (unsigned int)rand() % 60; n; n--) {
			struct orl_query q;

			make_random(&q);
			naive.query[naive.nr++] = q;
			assert_int_equal(orl_queries_add(&list, &q), 0);
		}
		for (unsigned int i = 0; i < NR_SITES; i++) {
			for (int32_t pid = 1; pid <= 3; pid++)
				assert_int_equal(flags_of(&list, i, pid), flags_of(&naive, i, pid));
		}
	}
}

/* ---- text ---- */

static void assert_text(const char *from, const char *to)
{
	struct orl_query q = one(from), again;
	char text[ORL_QUERY_PRINT_MAX];

	assert_int_equal(orl_query_print(&q, text, sizeof(text)), strlen(to));
	assert_string_equal(text, to);
	again = one(text);
	assert_memory_equal(&q, &again, sizeof(q));
}

static void a_query_prints_in_one_form(void **state)
{
	assert_text("+p", "+p");
	assert_text("=", "=_");
	assert_text("+", "+_");
	assert_text("-mp", "-pm");
	assert_text("-pmfslt", "=_");
	assert_text("=tlsfmp", "=pmfslt");
	assert_text("func f file a.c:5-9 +p", "file a.c func f line 5-9 +p");
	assert_text("line -9 +p", "line -9 +p");
	assert_text("line 9- +p", "line 9- +p");
	assert_text("line 9 +p", "line 9 +p");
	assert_text("class C module m +p", "module m class C +p");
	assert_text("func 'a b' +p", "func \"a b\" +p");
	assert_text("func 'a \"b' +p", "func 'a \"b' +p");
	assert_text("func a'b +p", "func a'b +p");
	assert_text("func \"\" +p", "func \"\" +p");
	assert_text("func \"#x\" +p", "func \"#x\" +p");
}

static void a_format_prints_with_octal_escapes(void **state)
{
	assert_text("format x +p", "format \"x\" +p");
	assert_text("format 'a \"b\"' +p", "format \"a \\042b\\042\" +p");
	assert_text("format a\\nb\\073\\\\ +p", "format \"a\\012b\\073\\134\" +p");
	assert_text("format '#1' +p", "format \"#1\" +p");
}

static void a_text_that_does_not_fit_is_cut(void **state)
{
	struct orl_query q = one("func hello +p");
	char text[6] = "xxxxx";

	assert_int_equal(orl_query_print(&q, text, 0), 13);
	assert_string_equal(text, "xxxxx");
	assert_int_equal(orl_query_print(&q, text, sizeof(text)), 13);
	assert_string_equal(text, "func ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_words_undo_the_same_flags),
		cmocka_unit_test(fewer_words_undo_more),
		cmocka_unit_test(a_class_is_undone_by_the_same_class_only),
		cmocka_unit_test(a_process_does_not_undo_what_others_have),
		cmocka_unit_test(a_list_drops_what_is_undone),
		cmocka_unit_test(a_full_list_stays_as_it_was),
		cmocka_unit_test(a_sweep_keeps_the_order),
		cmocka_unit_test(what_is_dropped_makes_no_difference),
		cmocka_unit_test(a_query_prints_in_one_form),
		cmocka_unit_test(a_format_prints_with_octal_escapes),
		cmocka_unit_test(a_text_that_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests_name("query-list", tests, NULL, NULL);
}
