// SPDX-License-Identifier: MIT
/*
 * What later objects and children of fork() get: the queries that hold, in the order in which they
 * came.
 */
#include "objects.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>

static struct object a, b;

static void load(struct object *o)
{
	object_init(o);
	object_load(o);
}

static void assert_same_flags(const struct object *x, const struct object *y)
{
	for (unsigned int i = 0; i < NR_SITES; i++) {
		if (x->site[i].flags != y->site[i].flags)
			fail_msg("site %u: %x, %x", i, x->site[i].flags, y->site[i].flags);
		assert_int_equal(is_on(x, i), is_on(y, i));
	}
}

static void a_later_object_gets_the_queries_of_tools(void)
{
	load(&a);
	tool_writes(0, "file x.c +p; func f -p; line 20 +m");
	load(&b);
	assert_same_flags(&a, &b);
	assert_string_equal(flags_of(&b, 1), "pm");
	assert_string_equal(flags_of(&b, 0), "_");
}

static void a_later_object_gets_those_of_the_program(void)
{
	load(&a);
	assert_int_equal(dynamic_debug_exec_queries("file x.c +p", NULL), 2);
	load(&b);
	assert_same_flags(&a, &b);
}

static void the_order_is_that_in_which_they_came(void)
{
	load(&a);
	tool_writes(0, "file x.c +p");
	dynamic_debug_exec_queries("func f =m", NULL);
	tool_writes(0, "line 10 +t");
	tool_writes(getpid(), "file x.c -m");
	dynamic_debug_exec_queries("func g +s", NULL);
	tool_writes(0, "-p");
	load(&b);
	assert_same_flags(&a, &b);
}

static void a_query_for_this_process_holds_for_later_objects(void)
{
	load(&a);
	tool_writes(getpid(), "file x.c +p");
	load(&b);
	assert_true(is_on(&b, 0));
}

/* Any mixture of queries: an object that came first and one that came last are alike. */
static void first_and_last_objects_are_alike(void)
{
	static const char *const words[] = { "", "file x.c ", "func f ", "line 20 ", "class A ",
					     "file s/* ", "format site-3 ", "module mod " };
	static const char *const flags[] = { "+p", "-p", "=p", "=_", "+mf", "-m", "+pt", "=l" };
	char query[64];

	srand(11);
	load(&a);
	for (unsigned int round = 0; round < 150; round++) {
		snprintf(query, sizeof(query), "%s%s", words[rand() % 8], flags[rand() % 8]);
		switch (rand() % 3) {
		case 0:
			tool_writes(0, query);
			break;
		case 1:
			tool_writes(getpid(), query);
			break;
		default:
			assert_true(dynamic_debug_exec_queries(query, NULL) >= 0);
			break;
		}
		load(&b);
		assert_same_flags(&a, &b);
		object_unload(&b);
	}
}

/* ---- fork ---- */

static void in_child(void (*run)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		run();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* Failures in a child must not go on with the parent's tests. */
static void must(bool yes, const char *what)
{
	if (yes)
		return;
	fprintf(stderr, "in the child: %s\n", what);
	_exit(1);
}

static void look_in_child(void)
{
	must(is_on(&a, 0), "the parent's site is on");
	must(nr_shown(getpid()) == NR_SITES, "it shows its own sites");
	must(!strcmp(shown(getpid(), "s/x.c", 10), "p"), "it shows flags");
	tool_writes(0, "file y.c +p");
	must(is_on(&a, 2), "it follows");
	must(!strcmp(shown(getpid(), "y.c", 10), "p"), "it shows what it followed");
}

static void a_child_has_its_parents_flags_and_a_list_of_its_own(void)
{
	load(&a);
	tool_writes(0, "file x.c +p");
	in_child(look_in_child);
	assert_string_equal(shown(getpid(), "y.c", 10), "_");	/* not told yet */
	oriel_control_dispatch();
	assert_string_equal(shown(getpid(), "y.c", 10), "p");
}

static void load_in_child(void)
{
	load(&b);
	must(is_on(&b, 0), "what was for its parent alone holds in it");
	must(is_on(&b, 2), "what the program asked for");
	must(is_on(&b, 3) && b.site[3].flags == (ORL_SITE_PRINT | ORL_SITE_MODULE),
	     "what was for all");
	must(!is_on(&b, 1), "nothing else");
}

static void a_childs_later_objects_get_what_its_parents_would(void)
{
	load(&a);
	tool_writes(getpid(), "file x.c line 10 +p");
	dynamic_debug_exec_queries("file y.c line 10 +p", NULL);
	tool_writes(0, "file y.c line 20 +pm");
	in_child(load_in_child);
}

static void change_in_child(void)
{
	tool_writes(getpid(), "file x.c -p");
	must(!is_on(&a, 0), "its own site is off");
}

static void a_query_for_a_child_leaves_its_parent_alone(void)
{
	load(&a);
	tool_writes(0, "file x.c +p");
	in_child(change_in_child);
	oriel_control_dispatch();
	assert_true(is_on(&a, 0));
	load(&b);
	assert_same_flags(&a, &b);
}

/* As _Fork() makes them: nobody was told. */
static void a_child_that_nobody_knows_leaves_its_parents_list_alone(void)
{
	int status;
	pid_t pid;

	load(&a);
	object_init(&b);
	for (unsigned int i = 0; i < NR_SITES; i++)
		b.site[i].filename = "plugin.c";
	object_load(&b);
	tool_writes(0, "file x.c +p");
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		object_unload(&b);
		dynamic_debug_exec_queries("file y.c +p", NULL);
		must(is_on(&a, 2), "it may switch its own");
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(nr_shown(getpid()), 2 * NR_SITES);
	assert_string_equal(shown(getpid(), "s/x.c", 10), "p");
	assert_string_equal(shown(getpid(), "y.c", 10), "_");
}

int main(int argc, char **argv)
{
	const struct place_test list[] = {
		{ "a later object gets the queries of tools",
		  a_later_object_gets_the_queries_of_tools },
		{ "a later object gets those of the program",
		  a_later_object_gets_those_of_the_program },
		{ "the order is that in which they came", the_order_is_that_in_which_they_came },
		{ "a query for this process holds for later objects",
		  a_query_for_this_process_holds_for_later_objects },
		{ "first and last objects are alike", first_and_last_objects_are_alike },
		{ "a child has its parent's flags and a list of its own",
		  a_child_has_its_parents_flags_and_a_list_of_its_own },
		{ "a child's later objects get what its parent's would",
		  a_childs_later_objects_get_what_its_parents_would },
		{ "a child that nobody knows leaves its parent's list alone",
		  a_child_that_nobody_knows_leaves_its_parents_list_alone },
		{ "a query for a child leaves its parent alone",
		  a_query_for_a_child_leaves_its_parent_alone },
	};

	return place_main(argv[0], list, sizeof(list) / sizeof(*list));
}
