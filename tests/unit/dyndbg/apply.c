// SPDX-License-Identifier: MIT
/*
 * Queries and a process's sites: which go on, with what flags, and what tools see of them.
 */
#include "objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <oriel/oriel.h>

#include "abi/print.h"
#include "domain/domain.h"
#include "domain/query.h"

static struct object a;

static struct orl_proc *me(void)
{
	struct orl_proc *procs = orl_ctl_procs(top.domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		if (procs[i].pid == (uint32_t)getpid())
			return &procs[i];
	}
	fail_msg("not in the domain");
	return NULL;
}

static bool has_file(const char *name)
{
	char path[ORL_DOMAIN_DIR_MAX + 40];

	snprintf(path, sizeof(path), "%s/%s", top.domain.dir, name);
	return !access(path, F_OK);
}

static void load(void)
{
	object_init(&a);
	object_load(&a);
}

static void nothing_is_shown_until_a_tool_asks(void)
{
	load();
	oriel_control_dispatch();
	assert_false(has_file(ORL_PRINTS_NAME));
	assert_int_equal(a.site[0].id, 0);
	assert_null(a.site[0].owner);
	assert_int_equal(me()->nr_prints, 0);
}

static void a_tool_that_asks_sees_every_site_once(void)
{
	load();
	tool_asks();
	assert_int_equal(nr_shown(getpid()), NR_SITES);
	assert_int_equal(me()->nr_prints, NR_SITES);
	assert_int_equal(me()->nr_prints_on, 0);
	assert_int_equal(me()->prints_error, 0);
	assert_string_equal(shown(getpid(), "s/x.c", 10), "_");
	assert_int_not_equal(a.site[0].id, 0);
}

static void a_query_switches_the_sites_that_match(void)
{
	load();
	tool_writes(0, "file x.c +p");
	assert_true(is_on(&a, 0) && is_on(&a, 1));
	assert_false(is_on(&a, 2) || is_on(&a, 3) || is_on(&a, 4));
	assert_string_equal(shown(getpid(), "s/x.c", 10), "p");
	assert_int_equal(me()->nr_prints_on, 2);
	tool_writes(0, "func f -p");
	assert_false(is_on(&a, 0));
	assert_true(is_on(&a, 1));
	assert_string_equal(shown(getpid(), "s/x.c", 10), "_");
	assert_int_equal(me()->nr_prints_on, 1);
}

static void flags_without_p_switch_nothing_on(void)
{
	load();
	tool_writes(0, "file x.c +mfslt");
	assert_false(is_on(&a, 0));
	assert_string_equal(flags_of(&a, 0), "mfslt");
	assert_string_equal(shown(getpid(), "s/x.c", 10), "mfslt");
	tool_writes(0, "file x.c +p");
	assert_true(is_on(&a, 0));
	assert_string_equal(flags_of(&a, 0), "pmfslt");
	tool_writes(0, "file x.c =_");
	assert_false(is_on(&a, 0));
	assert_string_equal(flags_of(&a, 0), "_");
}

static void a_class_is_switched_by_its_name_alone(void)
{
	load();
	tool_writes(0, "+p");
	assert_true(is_on(&a, 0));
	assert_false(is_on(&a, 4) || is_on(&a, 5));
	tool_writes(0, "class A +p");
	assert_true(is_on(&a, 4));
	assert_false(is_on(&a, 5));
}

static void a_query_is_applied_once(void)
{
	load();
	tool_writes(0, "file x.c +p");
	assert_int_equal(dynamic_debug_exec_queries("file x.c -p", NULL), 2);
	assert_false(is_on(&a, 0));
	tool_writes(0, "file y.c +p");
	assert_false(is_on(&a, 0));
	assert_true(is_on(&a, 2));
}

static void a_query_for_another_process_is_none_of_ours(void)
{
	load();
	tool_writes(getpid(), "file x.c +p");
	assert_true(is_on(&a, 0));
	/* as left by an earlier program of the same process */
	me()->image++;
	tool_keeps(getpid(), "file y.c +p");
	me()->image--;
	oriel_control_dispatch();
	assert_false(is_on(&a, 2));
}

static void sites_that_are_on_from_the_start_are_so(void)
{
	object_init(&a);
	a.site[1].flags = ORL_SITE_PRINT;
	object_load(&a);
	assert_true(is_on(&a, 1));
	assert_false(is_on(&a, 0));
	assert_int_not_equal(a.site[1].id, 0);	/* for its records */
	assert_int_equal(a.site[0].id, 0);
	tool_asks();
	assert_string_equal(shown(getpid(), "s/x.c", 20), "p");
}

static void places_of_trace_printk_are_no_queries_business(void)
{
	object_init(&a);
	a.site[3].flags = ORL_SITE_PRINT;
	a.site[3].kind = ORIEL_PRINT_TRACE;
	object_load(&a);
	tool_writes(0, "-p");
	assert_true(is_on(&a, 3));
	assert_int_equal(nr_shown(getpid()), NR_SITES - 1);
}

/* What the registry has of a site. */
static struct orl_print entry_of(const struct _ddebug *d)
{
	struct orl_print entry;
	uint64_t word;
	size_t len;
	int err;
	char *map = orl_domain_map(&top.domain, ORL_PRINTS_NAME, false, &len, &err);

	assert_non_null(map);
	memcpy(&word, map + ORL_PRINTS_OFF_INDEX + (d->id - 1) * 8UL, sizeof(word));
	memcpy(&entry, map + ORL_PRINTS_OFF_DATA + ((uint32_t)word - 1) * 8UL, sizeof(entry));
	munmap(map, len);
	return entry;
}

static void decorations_are_kept_for_those_who_read_records(void)
{
	load();
	tool_writes(0, "file x.c line 10 +pmt; file x.c line 10 -m");
	assert_int_equal(entry_of(&a.site[0]).decors,
			 1U << (ORL_DECOR_MODULE | ORL_DECOR_TID) | 1U << ORL_DECOR_TID);
}

/* Whoever reads such records must not look for arguments in them. */
static void a_format_that_records_cannot_follow_is_registered_as_text(void)
{
	object_init(&a);
	a.site[0].text = a.site[0].format = "cannot open: %m %d\n";
	a.site[1].text = a.site[1].format = "cannot open: %m %d\n";
	a.site[1].kind = ORIEL_PRINT_TRACE;
	object_load(&a);
	tool_writes(0, "+p");
	assert_int_equal(entry_of(&a.site[0]).kind, ORL_PRINT_HEX);
	assert_int_equal(entry_of(&a.site[1]).kind, ORL_PRINT_TRACE);
	assert_int_equal(entry_of(&a.site[1]).text_len[ORL_PRINT_FORMAT], 2);
	assert_int_equal(entry_of(&a.site[2]).kind, ORL_PRINT_DEBUG);
}

static void the_program_itself_counts_what_matches(void)
{
	load();
	assert_int_equal(dynamic_debug_exec_queries("file x.c +p; func f +m", NULL), 4);
	assert_int_equal(dynamic_debug_exec_queries("file nowhere.c +p", NULL), 0);
	assert_int_equal(dynamic_debug_exec_queries("", NULL), 0);
	assert_int_equal(dynamic_debug_exec_queries(NULL, NULL), -EINVAL);
	assert_int_equal(dynamic_debug_exec_queries("func g +p", "mod"), 2);
	assert_int_equal(dynamic_debug_exec_queries("func g +p", "other"), 0);
	assert_int_equal(dynamic_debug_exec_queries("module mod +p", "mod"), -EINVAL);
}

static void what_is_right_in_a_text_with_mistakes_holds(void)
{
	load();
	assert_int_equal(dynamic_debug_exec_queries("file x.c +p; bad; file y.c +p", NULL),
			 -EINVAL);
	assert_true(is_on(&a, 0));
	assert_true(is_on(&a, 2));
}

static void an_object_that_is_gone_is_shown_no_more(void)
{
	struct object b;

	load();
	object_init(&b);
	for (unsigned int i = 0; i < NR_SITES; i++)
		b.site[i].filename = "plugin.c";
	object_load(&b);
	tool_writes(0, "+p");
	assert_int_equal(nr_shown(getpid()), 2 * NR_SITES);
	object_unload(&b);
	assert_int_equal(nr_shown(getpid()), NR_SITES);
	assert_false(is_on(&b, 0));
	oriel_control_dispatch();
	assert_int_equal(me()->nr_prints_on, 4);
}

static void a_site_without_a_module_has_the_programs_name(void)
{
	object_init(&a);
	for (unsigned int i = 0; i < NR_SITES; i++)
		a.site[i].modname = NULL;
	object_load(&a);
	tool_writes(0, "module test-dyndbg-apply +p");
	assert_true(is_on(&a, 0));
}

static void a_list_that_is_damaged_switches_nothing(void)
{
	struct orl_dyndbg *d;
	size_t len;
	int err;

	load();
	tool_writes(0, "file x.c +p");
	d = orl_domain_map(&top.domain, ORL_DYNDBG_NAME, true, &len, &err);
	assert_non_null(d);
	memset(d->list, 0xff, sizeof(d->list));
	d->gen++;
	top.domain.ctl->dyndbg++;
	oriel_control_dispatch();
	assert_true(is_on(&a, 0));
	srand(1);
	for (size_t i = 0; i < sizeof(d->list); i++)
		((char *)d->list)[i] = (char)rand();
	top.domain.ctl->dyndbg++;
	oriel_control_dispatch();
	assert_string_equal(flags_of(&a, 0), "p");
	munmap(d, len);
}

static void a_full_registry_leaves_sites_that_work(void)
{
	struct orl_prints *head;
	size_t len;
	int err;

	load();
	assert_int_equal(dynamic_debug_exec_queries("file x.c line 10 +p", NULL), 1);
	head = orl_domain_map(&top.domain, ORL_PRINTS_NAME, true, &len, &err);
	assert_non_null(head);
	head->data_used = ORL_PRINTS_DATA;
	tool_writes(0, "+p");
	assert_true(is_on(&a, 1));
	assert_int_equal(a.site[1].id, 0);
	assert_int_equal(me()->prints_refused, NR_SITES - 1);
	assert_true(head->full > 0);
	munmap(head, len);
}

int main(int argc, char **argv)
{
	const struct place_test list[] = {
		{ "nothing is shown until a tool asks", nothing_is_shown_until_a_tool_asks },
		{ "a tool that asks sees every site once", a_tool_that_asks_sees_every_site_once },
		{ "a query switches the sites that match", a_query_switches_the_sites_that_match },
		{ "flags without p switch nothing on", flags_without_p_switch_nothing_on },
		{ "a class is switched by its name alone", a_class_is_switched_by_its_name_alone },
		{ "a query is applied once", a_query_is_applied_once },
		{ "a query for another process is none of ours",
		  a_query_for_another_process_is_none_of_ours },
		{ "sites that are on from the start are so",
		  sites_that_are_on_from_the_start_are_so },
		{ "places of trace_printk are no query's business",
		  places_of_trace_printk_are_no_queries_business },
		{ "decorations are kept for those who read records",
		  decorations_are_kept_for_those_who_read_records },
		{ "a format that records cannot follow is registered as text",
		  a_format_that_records_cannot_follow_is_registered_as_text },
		{ "the program itself counts what matches",
		  the_program_itself_counts_what_matches },
		{ "what is right in a text with mistakes holds",
		  what_is_right_in_a_text_with_mistakes_holds },
		{ "an object that is gone is shown no more",
		  an_object_that_is_gone_is_shown_no_more },
		{ "a site without a module has the program's name",
		  a_site_without_a_module_has_the_programs_name },
		{ "a list that is damaged switches nothing",
		  a_list_that_is_damaged_switches_nothing },
		{ "a full registry leaves sites that work",
		  a_full_registry_leaves_sites_that_work },
	};

	return place_main(argv[0], list, sizeof(list) / sizeof(*list));
}
