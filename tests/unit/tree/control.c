// SPDX-License-Identifier: MIT
/* dynamic_debug/control and by-name of a process made by hand: ourselves. */
#include "place.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include "abi/dyndbg.h"
#include "domain/prints.h"
#include "reader/dyndbg.h"

#define SLOT 3U
#define IMAGE 77U
#define CONTROL "dynamic_debug/control"
#define TITLE "# filename:lineno [module]function flags format\n"

static struct orl_session session;	/* a second look at the domain */
static struct orl_registry registry;
static char own[64];			/* "processes/PID" */

static void claim(uint32_t slot, int32_t pid)
{
	struct orl_proc *proc = orl_ctl_procs(session.domain.ctl) + slot;

	proc->image = IMAGE;
	/* told of everything: nobody waits for it */
	proc->applied = INT32_MAX;
	proc->flags = ORL_PROC_CONTROL_NONE;
	proc->pid = (uint32_t)pid;
}

/* The bytes of a file. */
union show {
	struct orl_sites head;
	char bytes[sizeof(struct orl_sites) + 8 * sizeof(struct orl_site)];
};

static void show_sites(uint32_t slot, int32_t pid, const struct orl_site *site, uint32_t nr)
{
	union show show = { .head = { .magic = ORL_SITES_MAGIC, .version = ORL_DYNDBG_VERSION,
				       .pid = (uint32_t)pid, .image = IMAGE, .nr = nr } };
	char path[160];
	int fd;

	memcpy(show.bytes + sizeof(show.head), site, nr * sizeof(*site));
	snprintf(path, sizeof(path), "%s/sites.%u", dir, slot);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, &show, sizeof(show)), sizeof(show));
	close(fd);
}

static uint32_t add_print(const char *file, uint32_t line, const char *function,
			  const char *format, const char *class_name)
{
	struct orl_print_source source = {
		.text = { "shop", file, function, "prefix: ", format, class_name },
		.line = line, .class_id = class_name ? 1 : ORL_PRINT_NO_CLASS,
	};
	int64_t number = orl_registry_add(&registry, &source);

	assert_true(number >= 0);
	return (uint32_t)number;
}

static int setup(void **state)
{
	struct orl_site site[3];

	if (make_place(state) || orl_session_open(&session, dir, 0) ||
	    orl_registry_open(&registry, &session.domain))
		return -1;
	claim(SLOT, getpid());
	snprintf(own, sizeof(own), "processes/%d", getpid());
	site[0] = (struct orl_site){ add_print("../src/main.c", 12, "main", "go %d\n", NULL), 0 };
	site[1] = (struct orl_site){ add_print("src/cart.c", 7, "add",
					       "\tsaid \"%s\"\033[1m\\\r\n", NULL), 43 };
	site[2] = (struct orl_site){ add_print("src/cart.c", 9, "add", "x", "DRM_CORE"), 20 };
	show_sites(SLOT, getpid(), site, 3);
	return 0;
}

static int teardown(void **state)
{
	orl_registry_close(&registry);
	orl_session_close(&session);
	return remove_place(state);
}

static uint32_t nr_kept(void)
{
	struct orl_queries list;

	orl_dyndbg_kept(&session, &list);
	return list.nr;
}

static void the_listing_has_the_kernels_form(void **state)
{
	static const char expected[] =
		TITLE
		"src/cart.c:7 [shop]add =pmsl \"\\tsaid \"%s\"\\x1b[1m\\\\r\\n\"\n"
		"src/cart.c:9 [shop]add =ft \"x\" class:DRM_CORE\n"
		"src/main.c:12 [shop]main =_ \"go %d\\n\"\n";
	char path[96];

	(void)state;
	/* flags stand in the order of the kernel's letters: pmfslt */
	assert_string_equal(content(CONTROL), expected);
	snprintf(path, sizeof(path), "%s/" CONTROL, own);
	assert_string_equal(content(path), expected);
}

static void a_class_without_a_name_is_listed_by_its_number(void **state)
{
	const struct orl_site site[] = { { add_print("a.c", 1, "f", "x", ""), 1 } };

	(void)state;
	show_sites(SLOT, getpid(), site, 1);
	assert_string_equal(content(CONTROL),
			    TITLE "a.c:1 [shop]f =p \"x\" class unknown, _id:1\n");
}

static void opening_it_asks_processes_to_show_their_lines(void **state)
{
	(void)state;
	assert_int_equal(session.domain.ctl->dyndbg, 0);
	content(CONTROL);
	assert_int_equal(session.domain.ctl->dyndbg, 1);
}

static void a_query_that_matches_is_kept(void **state)
{
	struct orl_queries list;

	(void)state;
	assert_int_equal(echo(CONTROL, "file cart.c line 1-8 +p\n"), 24);
	assert_int_equal(orl_dyndbg_kept(&session, &list), 0);
	assert_int_equal(list.nr, 1);
	assert_int_equal(list.query[0].pid, 0);
	assert_int_equal(list.query[0].set, ORL_SITE_PRINT);
}

static void no_match_is_silent_and_not_kept(void **state)
{
	(void)state;
	assert_all(CONTROL, 0, "file nosuch.c +p", "func main line 13 +p", "class NONE =p");
	assert_int_equal(nr_kept(), 0);
}

static void comments_and_blanks_are_taken(void **state)
{
	(void)state;
	assert_all(CONTROL, 0, "# nothing", "\n", " ; ;\n# x\n", "  +p # main");
}

static void one_bad_query_fails_the_write_and_the_others_hold(void **state)
{
	(void)state;
	assert_int_equal(echo(CONTROL, "func main +p\nfunc\nfunc add +p\n"), -EINVAL);
	assert_int_equal(nr_kept(), 2);
	assert_all(CONTROL, -EINVAL, "func main", "+q", "file a.c file b.c +p", "nosuch x +p");
	assert_int_equal(nr_kept(), 2);
}

static void a_mistake_is_told_with_a_caret(void **state)
{
	static const char *const told[][2] = {
		{ "+p; wrong x +p", "\n  wrong x +p\n  ^^^^^\n" },
		{ "+p\n\tfile a.c lnie 3 +p\n+p", "\n  file a.c lnie 3 +p\n           ^^^^\n" },
		/* what takes another room on the screen than in the text */
		{ "file \xc3\xa4\033 lnie 3 +p",
		  "\n  file \xc3\xa4\\x1b lnie 3 +p\n             ^^^^\n" },
	};
	struct orl_file *f;

	(void)state;
	assert_int_equal(orl_tree_open_file(tree, CONTROL, O_WRONLY, NULL, &f), 0);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		assert_int_equal(orl_file_write(f, told[i][0], strlen(told[i][0]), 0, NULL),
				 -EINVAL);
		if (!strstr(orl_file_error(f), told[i][1]))
			fail_msg("%s", orl_file_error(f));
	}
	orl_file_close(f);
}

static void a_write_of_a_page_is_too_big(void **state)
{
	char big[4097];

	(void)state;
	memset(big, ' ', sizeof(big));
	big[4096] = '\0';
	assert_int_equal(echo(CONTROL, big), -E2BIG);
	big[4095] = '\0';
	assert_int_equal(echo(CONTROL, big), 4095);
}

static void a_hundred_queries_in_a_write_are_taken(void **state)
{
	char many[4096] = "";

	(void)state;
	for (int i = 0; i < 100; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "line %d- +p\n", i % 9);
	assert_taken(echo(CONTROL, many), many);
	assert_true(nr_kept() > 0);
}

static void a_process_of_its_own_is_asked_alone(void **state)
{
	struct orl_queries list;
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/" CONTROL, own);
	assert_int_equal(echo(path, "func main +p"), 12);
	assert_int_equal(orl_dyndbg_kept(&session, &list), 0);
	assert_int_equal(list.query[0].pid, getpid());
	assert_int_equal(list.query[0].image, IMAGE);
}

static void a_process_that_ended_has_no_control(void **state)
{
	char path[96];
	struct orl_file *f;
	pid_t child = fork();

	(void)state;
	if (!child) {
		pause();
		_exit(0);
	}
	claim(9, child);
	snprintf(path, sizeof(path), "processes/%d/" CONTROL, child);
	assert_int_equal(orl_tree_open_file(tree, path, O_RDWR, NULL, &f), 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(orl_file_read(f, text, 10, 0), -ENODEV);
	assert_int_equal(orl_file_write(f, "+p", 2, 0, NULL), -ENODEV);
	orl_file_close(f);
	assert_string_equal(content(path), "E2");
}

static void a_tree_for_reading_shows_and_refuses(void **state)
{
	char error[768];

	(void)state;
	orl_tree_close(tree);
	assert_int_equal(orl_tree_open(&tree, dir, ORL_TREE_READONLY, error, sizeof(error)), 0);
	assert_non_null(strstr(content(CONTROL), "cart.c"));
	assert_int_equal(echo(CONTROL, "+p"), -EROFS);
	assert_int_equal(session.domain.ctl->dyndbg, 0);
}

static void mode_of_control_is_the_kernels(void **state)
{
	struct orl_node_stat st;

	(void)state;
	assert_int_equal(orl_tree_stat(tree, CONTROL, &st), 0);
	assert_int_equal(st.mode, S_IFREG | 0644);
}

struct found {
	char name[4][32];
	unsigned int nr;
};

static bool take(const char *name, const struct orl_node_stat *st, void *arg)
{
	struct found *found = arg;

	assert_true(S_ISLNK(st->mode));
	strcpy(found->name[found->nr++ % 4], name);
	return true;
}

static void a_name_leads_to_its_process(void **state)
{
	char target[64], expected[64], path[96];
	struct found found = { .nr = 0 };
	struct orl_node_stat st;

	(void)state;
	prctl(PR_SET_NAME, "cashier");
	snprintf(expected, sizeof(expected), "../processes/%d", getpid());
	assert_int_equal(orl_tree_list(tree, "by-name", take, &found), 0);
	assert_int_equal(found.nr, 1);
	assert_string_equal(found.name[0], "cashier");
	assert_int_equal(orl_tree_readlink(tree, "by-name/cashier", target, sizeof(target)), 0);
	assert_string_equal(target, expected);
	assert_int_equal(orl_tree_stat(tree, "by-name/cashier", &st), 0);
	assert_true(S_ISLNK(st.mode));
	assert_int_equal(st.size, strlen(expected));
	assert_int_equal(orl_tree_stat_target(tree, "by-name/cashier", &st), 0);
	assert_true(S_ISDIR(st.mode));
	snprintf(path, sizeof(path), "by-name/cashier/" CONTROL);
	assert_non_null(strstr(content(path), "cart.c"));
	assert_int_equal(orl_tree_readlink(tree, own, target, sizeof(target)), -EINVAL);
	assert_int_equal(orl_tree_readlink(tree, "by-name/nobody", target, sizeof(target)),
			 -ENOENT);
}

static void a_name_leads_to_the_newest(void **state)
{
	char target[64], expected[64];
	pid_t child;

	(void)state;
	prctl(PR_SET_NAME, "cashier");
	child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	claim(0, child);
	snprintf(expected, sizeof(expected), "../processes/%d", child);
	assert_int_equal(orl_tree_readlink(tree, "by-name/cashier", target, sizeof(target)), 0);
	assert_string_equal(target, expected);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(expected, sizeof(expected), "../processes/%d", getpid());
	assert_int_equal(orl_tree_readlink(tree, "by-name/cashier", target, sizeof(target)), 0);
	assert_string_equal(target, expected);
}

static void names_that_no_file_can_have_are_changed(void **state)
{
	static const char *const names[][2] = {
		{ "a/b", "a_b" }, { ".", "_" }, { "..", "__" },
		{ "x\033[1my", "x_[1my" }, { "a) R (b", "a) R (b" },
	};
	struct found found;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		prctl(PR_SET_NAME, names[i][0]);
		found.nr = 0;
		assert_int_equal(orl_tree_list(tree, "by-name", take, &found), 0);
		assert_int_equal(found.nr, 1);
		assert_string_equal(found.name[0], names[i][1]);
	}
	prctl(PR_SET_NAME, "");
	found.nr = 0;
	assert_int_equal(orl_tree_list(tree, "by-name", take, &found), 0);
	assert_int_equal(found.nr, 0);
	prctl(PR_SET_NAME, "test");
}

/* The size of a file as a thread reads it; 0: a command of its own */
static size_t size_for(int32_t tid, const char *path)
{
	struct orl_caller caller = { .tid = tid, .uid = getuid(), .gid = getgid() };
	struct orl_file *f;
	ssize_t n;

	assert_int_equal(orl_tree_open_file(tree, path, O_RDONLY, &caller, &f), 0);
	n = orl_file_read(f, text, sizeof(text), 0);
	orl_file_close(f);
	assert_true(n >= 0);
	return (size_t)n;
}

/* trace-cmd gives up where the second reading brings another size. */
static void who_reads_formats_twice_gets_them_twice(void **state)
{
	static const char *const paths[] = { "tracing/printk_formats", "tracing/.kallsyms" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		size_t first = size_for(7, paths[i]);
		char name[8];

		snprintf(name, sizeof(name), "new%zu", i);
		orl_registry_note_decor(&registry, add_print("x.c", 1, name, "new\n", NULL), 0);
		assert_int_equal(size_for(7, paths[i]), first);
		assert_true(size_for(0, paths[i]) > first);
		assert_true(size_for(8, paths[i]) > first);
		assert_true(size_for(7, paths[i]) > first);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_listing_has_the_kernels_form),
		TEST(a_class_without_a_name_is_listed_by_its_number),
		TEST(opening_it_asks_processes_to_show_their_lines),
		TEST(a_query_that_matches_is_kept),
		TEST(no_match_is_silent_and_not_kept),
		TEST(comments_and_blanks_are_taken),
		TEST(one_bad_query_fails_the_write_and_the_others_hold),
		TEST(a_mistake_is_told_with_a_caret),
		TEST(a_write_of_a_page_is_too_big),
		TEST(a_hundred_queries_in_a_write_are_taken),
		TEST(a_process_of_its_own_is_asked_alone),
		TEST(a_process_that_ended_has_no_control),
		TEST(a_tree_for_reading_shows_and_refuses),
		TEST(mode_of_control_is_the_kernels),
		TEST(a_name_leads_to_its_process),
		TEST(a_name_leads_to_the_newest),
		TEST(names_that_no_file_can_have_are_changed),
		TEST(who_reads_formats_twice_gets_them_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
