// SPDX-License-Identifier: MIT
/* When a recording gets its name, and what is left where it never does. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "folder.h"

extern bool no_tmpfile;		/* no-tmpfile.c */

static void make_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void expect_file(const char *name, const char *text)
{
	char got[64] = "";
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	assert_non_null(fgets(got, sizeof(got), f));
	assert_string_equal(got, text);
	fclose(f);
}

static void the_name_appears_when_the_file_is_whole(void **state)
{
	struct orl_tracedat *t = start_writer();
	struct stat st;

	add_pages(t, 100);
	assert_true(orl_tracedat_bytes(t) > 0);
	assert_int_equal(count_files(), 0);
	assert_int_equal(finish_writer(t), 0);
	assert_string_equal(orl_tracedat_error(t), "");
	orl_tracedat_abort(t);
	assert_int_equal(count_files(), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	unlink(path);
}

static void an_older_file_stays_until_the_new_one_is_whole(void **state)
{
	struct orl_tracedat *t;

	make_file(path, "older");
	t = start_writer();
	add_pages(t, 100);
	expect_file(path, "older");
	orl_tracedat_abort(t);
	expect_file(path, "older");
	assert_int_equal(count_files(), 1);
	write_file(10, false);
	assert_int_equal(count_files(), 1);
	expect_file(path, "\x17\x08\x44tracing7");
	unlink(path);
}

static void a_link_is_replaced_and_what_it_names_untouched(void **state)
{
	char target[128];
	struct stat st;

	snprintf(target, sizeof(target), "%s/target", folder);
	make_file(target, "mine");
	assert_int_equal(symlink(target, path), 0);
	write_file(1, false);
	expect_file(target, "mine");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	unlink(path);
	unlink(target);
}

static void a_kill_leaves_nothing(void **state)
{
	int status, ready[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct orl_tracedat *t = start_writer();

		add_pages(t, 100);
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(count_files(), 0);
}

/* RLIMIT_FSIZE stands for a full disk: a write stops short, then fails. */
static void expect_error_when_files_end_at(rlim_t limit, unsigned int pages)
{
	struct rlimit old, small = { limit, 0 };
	struct orl_tracedat *t;
	struct builder b;
	int rc = 0;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	make_file(path, "older");
	t = start_writer();
	orl_tracedat_set_plain(t);
	for (unsigned int i = 0; i < pages && !rc; i++) {
		fill_page(&b, i % 2, i);
		rc = orl_tracedat_pages(t, (int)(i % 2), b.page, 1);
	}
	rc = finish_writer(t);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -EFBIG);
	assert_non_null(strstr(orl_tracedat_error(t), path));
	assert_non_null(strstr(orl_tracedat_error(t), strerror(EFBIG)));
	/* and it stays so */
	assert_int_equal(finish_writer(t), -EFBIG);
	assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), -EFBIG);
	orl_tracedat_abort(t);
	expect_file(path, "older");
	assert_int_equal(count_files(), 1);
	unlink(path);
}

static void a_full_disk_while_recording_names_the_file_and_leaves_nothing(void **state)
{
	expect_error_when_files_end_at(300000, 1000);
}

static void a_full_disk_at_the_end_names_the_file_and_leaves_nothing(void **state)
{
	/* each CPU's spool fits, both in one file do not */
	expect_error_when_files_end_at(300000, 120);
}

static void a_file_system_without_nameless_files_will_do(void **state)
{
	struct orl_tracedat *t;
	struct stat st;

	no_tmpfile = true;
	t = start_writer();
	add_pages(t, 100);
	/* the spools have lost their names already */
	assert_int_equal(count_files(), 0);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	assert_int_equal(count_files(), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	unlink(path);
	expect_error_when_files_end_at(300000, 120);
	assert_int_equal(count_files(), 0);
	no_tmpfile = false;
}

static void names_that_cannot_be_files_are_refused(void **state)
{
	struct orl_tracedat *t;
	const char *err = NULL;
	char name[128];

	assert_int_equal(orl_tracedat_create(&t, folder, 1, PAGE, "mono", &err), -EISDIR);
	assert_non_null(err);
	snprintf(name, sizeof(name), "%s/", folder);
	assert_int_equal(orl_tracedat_create(&t, name, 1, PAGE, "mono", &err), -EISDIR);
	snprintf(name, sizeof(name), "%s/none/out.dat", folder);
	assert_int_equal(orl_tracedat_create(&t, name, 1, PAGE, "mono", &err), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(orl_tracedat_create(&t, path, 1, PAGE, "mono", &err), -EEXIST);
	unlink(path);
	assert_int_equal(orl_tracedat_create(&t, path, 0, PAGE, "mono", &err), -EINVAL);
	assert_int_equal(orl_tracedat_create(&t, path, 1, 5000, "mono", NULL), -EINVAL);
	assert_int_equal(count_files(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_appears_when_the_file_is_whole),
		cmocka_unit_test(an_older_file_stays_until_the_new_one_is_whole),
		cmocka_unit_test(a_link_is_replaced_and_what_it_names_untouched),
		cmocka_unit_test(a_kill_leaves_nothing),
		cmocka_unit_test(a_full_disk_while_recording_names_the_file_and_leaves_nothing),
		cmocka_unit_test(a_full_disk_at_the_end_names_the_file_and_leaves_nothing),
		cmocka_unit_test(a_file_system_without_nameless_files_will_do),
		cmocka_unit_test(names_that_cannot_be_files_are_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
