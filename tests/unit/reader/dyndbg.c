// SPDX-License-Identifier: MIT
/* Print sites as tools see them, and the queries that they keep; processes are made by hand. */
#include "domain.h"

#include <fcntl.h>
#include <signal.h>

#include "domain/prints.h"
#include "domain/query.h"
#include "reader/dyndbg.h"

#define IMAGE 77U
#define SLOT 3U

static struct orl_registry registry;
static pid_t other;			/* a process besides this one */

static void claim(uint32_t slot, int32_t pid, uint64_t image)
{
	struct orl_proc *proc = orl_ctl_procs(session.domain.ctl) + slot;

	proc->image = image;
	proc->pid = (uint32_t)pid;
}

static int setup(void **state)
{
	if (make_domain(state) || orl_registry_open(&registry, &session.domain))
		return -1;
	other = fork();
	if (!other) {
		pause();
		_exit(0);
	}
	claim(SLOT, getpid(), IMAGE);
	return 0;
}

static void end_other(void)
{
	if (other > 0) {
		kill(other, SIGKILL);
		waitpid(other, NULL, 0);
	}
	other = 0;
}

static int teardown(void **state)
{
	end_other();
	orl_registry_close(&registry);
	return remove_domain(state);
}

static uint32_t add_print(const char *file, uint32_t line, const char *function, uint8_t kind)
{
	struct orl_print_source source = {
		.text = { "shop", file, function, "prefix: ", "order %d\n", NULL },
		.line = line, .kind = kind, .class_id = ORL_PRINT_NO_CLASS,
	};
	int64_t number = orl_registry_add(&registry, &source);

	assert_true(number >= 0);
	return (uint32_t)number;
}

static void write_file(const char *name, const void *buf, size_t len)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, buf, len), len);
	close(fd);
}

static bool has_file(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return !access(path, F_OK);
}

/* The bytes of a file. */
union show {
	struct orl_sites head;
	char bytes[sizeof(struct orl_sites) + 8 * sizeof(struct orl_site)];
};

static union show show_of(int32_t pid, uint64_t image, const struct orl_site *site, uint32_t nr)
{
	union show show = { .head = { .magic = ORL_SITES_MAGIC, .version = ORL_DYNDBG_VERSION,
				       .pid = (uint32_t)pid, .image = image, .nr = nr } };

	memcpy(show.bytes + sizeof(show.head), site, nr * sizeof(*site));
	return show;
}

static void show(uint32_t slot, int32_t pid, uint64_t image, const struct orl_site *site,
		 uint32_t nr)
{
	union show all = show_of(pid, image, site, nr);
	char name[32];

	write_file(orl_domain_slot_name(name, ORL_SITES_NAME, slot), &all,
		   sizeof(all.head) + nr * sizeof(*site));
}

static struct orl_query query_of(const char *text)
{
	struct orl_query_text t;
	struct orl_query q;

	orl_query_begin(&t, text, strlen(text), NULL);
	assert_int_equal(orl_query_next(&t, &q), 1);
	return q;
}

static int keep(const char *text, int32_t pid)
{
	struct orl_query q = query_of(text);

	return orl_dyndbg_keep(&session, pid, &q, 1);
}

static const char *kept(void)
{
	static struct orl_queries list;
	static char all[8192];
	size_t len = 0;

	orl_dyndbg_kept(&session, &list);
	all[0] = '\0';
	for (uint32_t i = 0; i < list.nr; i++) {
		len += orl_query_print(&list.query[i], all + len, sizeof(all) - len);
		len += (size_t)snprintf(all + len, sizeof(all) - len, "|");
	}
	return all;
}

/* "a.c:5 f 1 x2;" flags and number of processes */
static const char *listed(int32_t pid, struct orl_dyndbg_trouble *trouble)
{
	static char all[4096];
	struct orl_dyndbg_sites sites;
	size_t len = 0;

	assert_int_equal(orl_dyndbg_load(&sites, &session, pid), 0);
	all[0] = '\0';
	for (uint32_t i = 0; i < sites.nr; i++)
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s:%u %s %u x%u;",
					sites.site[i].file, sites.site[i].line,
					sites.site[i].function, sites.site[i].flags,
					sites.site[i].nr_processes);
	if (trouble)
		*trouble = sites.trouble;
	orl_dyndbg_fini(&sites);
	return all;
}

static void asking_makes_the_file_and_moves_the_generations_once(void **state)
{
	uint32_t gen = session.domain.ctl->gen;

	(void)state;
	assert_int_equal(session.domain.ctl->dyndbg, 0);
	assert_int_equal(orl_dyndbg_ask(&session), 1);
	assert_int_equal(session.domain.ctl->dyndbg, 1);
	assert_int_equal(session.domain.ctl->gen, gen + 1);
	assert_true(has_file("dyndbg"));
	assert_int_equal(orl_dyndbg_ask(&session), 0);
	assert_int_equal(session.domain.ctl->gen, gen + 1);
}

static void a_session_for_reading_asks_nobody(void **state)
{
	struct orl_query q = query_of("+p");

	(void)state;
	session.flags |= ORL_SESSION_READONLY;
	assert_int_equal(orl_dyndbg_ask(&session), 0);
	assert_int_equal(orl_dyndbg_keep(&session, 0, &q, 1), -EROFS);
	assert_false(has_file("dyndbg"));
}

static void sites_are_sorted_and_same_ones_are_one(void **state)
{
	uint32_t b = add_print("./b.c", 5, "g", ORL_PRINT_DEBUG);
	uint32_t a9 = add_print("../a.c", 9, "f", ORL_PRINT_HEX);
	uint32_t a10 = add_print("a.c", 10, "f", ORL_PRINT_DEBUG);
	const struct orl_site mine[] = { { b, 0 }, { a10, 1 }, { a9, 0 }, { a9, 0 } };
	const struct orl_site others[] = { { a10, 3 }, { b, 0 } };

	(void)state;
	claim(9, other, IMAGE);
	show(SLOT, getpid(), IMAGE, mine, 4);
	show(9, other, IMAGE, others, 2);
	assert_string_equal(listed(0, NULL),
			    "a.c:9 f 0 x1;a.c:10 f 1 x1;a.c:10 f 3 x1;b.c:5 g 0 x2;");
	assert_string_equal(listed(other, NULL), "a.c:10 f 3 x1;b.c:5 g 0 x1;");
}

static void places_of_trace_printk_are_no_sites(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_TRACE), 1 } };
	struct orl_dyndbg_count each, all;
	struct orl_query q = query_of("+p");

	(void)state;
	show(SLOT, getpid(), IMAGE, sites, 1);
	assert_string_equal(listed(0, NULL), "");
	assert_int_equal(orl_dyndbg_count(&session, 0, &q, 1, &each, &all, NULL), 0);
	assert_int_equal(all.nr_sites, 0);
}

static void numbers_that_mean_nothing_are_counted(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_DEBUG), ~0U },
					  { ORL_NO_PRINT, 0 },
					  { ORL_NR_PRINTS, 0 },
					  { 77, 0 } };
	struct orl_dyndbg_trouble trouble;

	(void)state;
	show(SLOT, getpid(), IMAGE, sites, 4);
	assert_string_equal(listed(0, &trouble), "a.c:1 f 63 x1;");
	assert_int_equal(trouble.nr_unnamed, 1);
	assert_int_equal(trouble.nr_damaged, 2);
}

static void a_file_of_another_process_or_image_does_not_count(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_DEBUG), 0 } };
	struct orl_dyndbg_trouble trouble;

	(void)state;
	show(SLOT, getpid(), IMAGE + 1, sites, 1);
	assert_string_equal(listed(0, &trouble), "");
	show(SLOT, other, IMAGE, sites, 1);
	assert_string_equal(listed(0, &trouble), "");
	assert_int_equal(trouble.nr_damaged, 0);
	/* and one in a slot that nobody has */
	show(4, getpid(), IMAGE, sites, 1);
	assert_string_equal(listed(0, &trouble), "");
}

static void the_sites_of_an_ended_process_are_gone(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_DEBUG), 0 } };

	(void)state;
	claim(9, other, IMAGE);
	show(9, other, IMAGE, sites, 1);
	assert_string_equal(listed(0, NULL), "a.c:1 f 0 x1;");
	end_other();
	assert_string_equal(listed(0, NULL), "");
}

static void a_damaged_file_is_counted_and_left_out(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_DEBUG), 0 } };
	union show whole = show_of(getpid(), IMAGE, sites, 1), bad;
	struct orl_dyndbg_trouble trouble;
	char name[] = "sites.3";

	(void)state;
	for (int i = 0; i < 6; i++) {
		size_t len = sizeof(whole.head) + sizeof(sites);

		bad = whole;
		switch (i) {
		case 0: len = 0; break;
		case 1: len = sizeof(bad.head) - 1; break;
		case 2: len--; break;
		case 3: bad.head.magic++; break;
		case 4: bad.head.version++; break;
		case 5: bad.head.nr = UINT32_MAX; break;
		}
		write_file(name, &bad, len);
		assert_string_equal(listed(0, &trouble), "");
		assert_int_equal(trouble.nr_damaged, 1);
	}
}

static void a_link_or_fifo_in_place_of_a_file_is_not_followed(void **state)
{
	const struct orl_site sites[] = { { add_print("a.c", 1, "f", ORL_PRINT_DEBUG), 0 } };
	struct orl_dyndbg_trouble trouble;
	char path[160], target[160];

	(void)state;
	show(8, getpid(), IMAGE, sites, 1);
	snprintf(target, sizeof(target), "%s/sites.8", dir);
	snprintf(path, sizeof(path), "%s/sites.3", dir);
	assert_int_equal(symlink(target, path), 0);
	assert_string_equal(listed(0, &trouble), "");
	assert_int_equal(trouble.nr_damaged, 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_string_equal(listed(0, &trouble), "");
	assert_int_equal(trouble.nr_damaged, 1);
}

static void queries_are_counted_apart_and_together(void **state)
{
	uint32_t a1 = add_print("a.c", 1, "f", ORL_PRINT_DEBUG);
	uint32_t a2 = add_print("a.c", 2, "g", ORL_PRINT_DEBUG);
	uint32_t b = add_print("b.c", 1, "f", ORL_PRINT_DEBUG);
	const struct orl_site mine[] = { { a1, 0 }, { a2, 0 }, { a1, 0 } };
	const struct orl_site others[] = { { a1, 0 }, { b, 0 } };
	struct orl_query q[] = { query_of("file a.c +p"), query_of("func f +p"),
				 query_of("file x.c +p") };
	struct orl_dyndbg_count each[3], all;

	(void)state;
	claim(9, other, IMAGE);
	show(SLOT, getpid(), IMAGE, mine, 3);
	show(9, other, IMAGE, others, 2);
	assert_int_equal(orl_dyndbg_count(&session, 0, q, 3, each, &all, NULL), 0);
	assert_int_equal(each[0].nr_sites, 2);
	assert_int_equal(each[0].nr_processes, 2);
	assert_int_equal(each[1].nr_sites, 2);
	assert_int_equal(each[2].nr_sites, 0);
	assert_int_equal(each[2].nr_processes, 0);
	assert_int_equal(all.nr_sites, 3);
	assert_int_equal(all.nr_processes, 2);
	assert_int_equal(orl_dyndbg_count(&session, other, q, 1, each, &all, NULL), 0);
	assert_int_equal(each[0].nr_sites, 1);
	assert_int_equal(each[0].nr_processes, 1);
}

static void queries_are_kept_in_order_and_numbered(void **state)
{
	struct orl_queries list;
	uint32_t gen, asked;

	(void)state;
	assert_int_equal(keep("file a.c +p", 0), 0);
	gen = session.domain.ctl->gen;
	asked = session.domain.ctl->dyndbg;
	assert_int_equal(keep("func g +m", 0), 0);
	assert_int_equal(session.domain.ctl->gen, gen + 1);
	assert_int_equal(session.domain.ctl->dyndbg, asked + 1);
	assert_int_equal(orl_dyndbg_kept(&session, &list), 0);
	assert_int_equal(list.nr, 2);
	assert_int_equal(list.query[0].seq, 1);
	assert_int_equal(list.query[1].seq, 2);
	assert_string_equal(orl_query_word(&list.query[1], ORL_QUERY_FUNC), "g");
}

static void what_a_query_undoes_is_dropped(void **state)
{
	(void)state;
	keep("file a.c +p", 0);
	keep("func g +p", 0);
	keep("file a.c -p", 0);
	assert_string_equal(kept(), "func g +p|file a.c -p|");
	keep("=_", 0);
	assert_string_equal(kept(), "=_|");
}

static void a_query_for_a_process_names_its_image_and_goes_with_it(void **state)
{
	struct orl_queries list;

	(void)state;
	claim(9, other, 4711);
	assert_int_equal(keep("file a.c +p", other), 0);
	assert_int_equal(orl_dyndbg_kept(&session, &list), 0);
	assert_int_equal(list.query[0].pid, other);
	assert_int_equal(list.query[0].image, 4711);
	keep("func g +p", 0);
	assert_string_equal(kept(), "file a.c +p|func g +p|");
	end_other();
	keep("func h +p", 0);
	assert_string_equal(kept(), "func g +p|func h +p|");
}

static void a_query_for_another_image_of_a_process_goes(void **state)
{
	(void)state;
	keep("file a.c +p", getpid());
	claim(SLOT, getpid(), IMAGE + 1);
	keep("func h +p", 0);
	assert_string_equal(kept(), "func h +p|");
}

static void a_process_that_is_not_there_gets_no_query(void **state)
{
	(void)state;
	keep("func g +p", 0);
	assert_int_equal(keep("file a.c +p", other), -ESRCH);
	assert_non_null(strstr(session.error, "not in the domain"));
	assert_string_equal(kept(), "func g +p|");
}

static void more_queries_than_fit_change_nothing(void **state)
{
	struct orl_queries list;
	char text[32];

	(void)state;
	for (unsigned int i = 0; i < ORL_NR_QUERIES; i++) {
		snprintf(text, sizeof(text), "line %u +p", i + 1);
		assert_int_equal(keep(text, 0), 0);
	}
	assert_int_equal(keep("func g +p", 0), -ENOSPC);
	orl_dyndbg_kept(&session, &list);
	assert_int_equal(list.nr, ORL_NR_QUERIES);
	assert_int_equal(list.query[255].seq, 256);
	/* what undoes them all still fits */
	assert_int_equal(keep("-p", 0), 0);
	assert_string_equal(kept(), "-p|");
}

static void a_damaged_file_of_queries_is_refused(void **state)
{
	(void)state;
	write_file("dyndbg", "nonsense", 8);
	assert_int_equal(orl_dyndbg_ask(&session), -EBADMSG);
	assert_int_equal(keep("+p", 0), -EBADMSG);
	assert_non_null(strstr(session.error, "damaged"));
	assert_string_equal(kept(), "");
}

static void unsound_queries_in_the_file_are_passed_over(void **state)
{
	char path[160];
	struct orl_dyndbg *d = malloc(sizeof(*d));
	int fd;

	(void)state;
	keep("func g +p", 0);
	snprintf(path, sizeof(path), "%s/dyndbg", dir);
	fd = open(path, O_RDWR);
	assert_int_equal(read(fd, d, sizeof(*d)), sizeof(*d));
	for (int i = 0; i < 2; i++) {
		d->list[i].nr = UINT32_MAX;
		d->list[i].query[1] = d->list[i].query[0];
		d->list[i].query[1].word[ORL_QUERY_FUNC] = UINT16_MAX;
	}
	assert_int_equal(pwrite(fd, d, sizeof(*d), 0), sizeof(*d));
	close(fd);
	free(d);
	assert_string_equal(kept(), "func g +p|");
	assert_int_equal(keep("func h +p", 0), 0);
	assert_string_equal(kept(), "func g +p|func h +p|");
}

static void sweeping_takes_files_of_the_dead_alone(void **state)
{
	const struct orl_site sites[] = { { 0, 0 } };
	uint64_t bytes = 0;
	pid_t dead = other;

	(void)state;
	end_other();
	show(SLOT, getpid(), IMAGE, sites, 1);
	show(9, dead, IMAGE, sites, 1);
	write_file("sites.10", "nonsense", 8);
	assert_int_equal(orl_dyndbg_sweep(&session, true, &bytes), 2);
	assert_true(has_file("sites.9"));
	assert_int_equal(orl_dyndbg_sweep(&session, false, &bytes), 2);
	assert_true(bytes > 0);
	assert_true(has_file("sites.3"));
	assert_false(has_file("sites.9"));
	assert_false(has_file("sites.10"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asking_makes_the_file_and_moves_the_generations_once),
		TEST(a_session_for_reading_asks_nobody),
		TEST(sites_are_sorted_and_same_ones_are_one),
		TEST(places_of_trace_printk_are_no_sites),
		TEST(numbers_that_mean_nothing_are_counted),
		TEST(a_file_of_another_process_or_image_does_not_count),
		TEST(the_sites_of_an_ended_process_are_gone),
		TEST(a_damaged_file_is_counted_and_left_out),
		TEST(a_link_or_fifo_in_place_of_a_file_is_not_followed),
		TEST(queries_are_counted_apart_and_together),
		TEST(queries_are_kept_in_order_and_numbered),
		TEST(what_a_query_undoes_is_dropped),
		TEST(a_query_for_a_process_names_its_image_and_goes_with_it),
		TEST(a_query_for_another_image_of_a_process_goes),
		TEST(a_process_that_is_not_there_gets_no_query),
		TEST(more_queries_than_fit_change_nothing),
		TEST(a_damaged_file_of_queries_is_refused),
		TEST(unsound_queries_in_the_file_are_passed_over),
		TEST(sweeping_takes_files_of_the_dead_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
