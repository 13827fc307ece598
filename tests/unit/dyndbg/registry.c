// SPDX-License-Identifier: MIT
/*
 * The registry of print sites: one number for one site, whoever adds it, and whoever dies
 * meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "domain/prints.h"

static char dir[64];
static struct orl_domain domain;
static struct orl_registry r;

static int set_up(void **state)
{
	strcpy(dir, "/dev/shm/oriel-prints-XXXXXX");
	if (!mkdtemp(dir) || orl_domain_open(&domain, dir, ORL_DOMAIN_CREATE))
		return -1;
	return orl_registry_open(&r, &domain);
}

static int tear_down(void **state)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	orl_registry_close(&r);
	orl_domain_close(&domain);
	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	return rmdir(dir);
}

static int64_t add(struct orl_registry *to, const char *format, uint32_t line)
{
	const struct orl_print_source s = {
		.text = { "mod", "a.c", "f", NULL, format, NULL },
		.line = line, .kind = ORL_PRINT_DEBUG, .class_id = ORL_PRINT_NO_CLASS,
	};

	return orl_registry_add(to, &s);
}

static const struct orl_print *entry(int64_t number)
{
	const uint64_t *index = (const void *)((const char *)r.head + ORL_PRINTS_OFF_INDEX);
	uint64_t off = ((uint32_t)index[number] - 1) * 8ULL;

	return (const void *)((const char *)r.head + ORL_PRINTS_OFF_DATA + off);
}

static void the_same_site_has_the_same_number(void **state)
{
	struct orl_registry other;
	int64_t number = add(&r, "x %d\n", 5);

	assert_true(number >= 0);
	assert_int_equal(add(&r, "x %d\n", 5), number);
	assert_int_not_equal(add(&r, "x %d\n", 6), number);
	assert_int_not_equal(add(&r, "y %d\n", 5), number);
	assert_int_equal(orl_registry_open(&other, &domain), 0);
	assert_int_equal(add(&other, "x %d\n", 5), number);
	orl_registry_close(&other);
}

static void an_entry_is_as_the_abi_says(void **state)
{
	const struct orl_print_source s = {
		.text = { "m", "a.c", "f", "h: ", "x\n", "C" }, .line = 9, .kind = ORL_PRINT_HEX,
		.class_id = 3,
	};
	static const char texts[] = "m\0a.c\0f\0h: \0x\n\0C";
	const struct orl_print *e = entry(orl_registry_add(&r, &s));

	assert_int_equal(e->len, (offsetof(struct orl_print, text) + sizeof(texts) + 7) / 8 * 8);
	assert_int_equal(e->line, 9);
	assert_int_equal(e->kind, ORL_PRINT_HEX);
	assert_int_equal(e->class_id, 3);
	assert_int_equal(e->decors, 0);
	assert_int_equal(e->text_len[ORL_PRINT_HEAD], 3);
	assert_memory_equal(e->text, texts, sizeof(texts));
}

static void decorations_add_up(void **state)
{
	int64_t number = add(&r, "x", 1);

	orl_registry_note_decor(&r, (uint32_t)number, 0);
	orl_registry_note_decor(&r, (uint32_t)number, 31);
	orl_registry_note_decor(&r, (uint32_t)number, 31);
	orl_registry_note_decor(&r, UINT32_MAX, 1);
	orl_registry_note_decor(&r, (uint32_t)(number + 1) % ORL_NR_PRINTS, 1);
	assert_int_equal(entry(number)->decors, 0x80000001U);
}

static void names_are_cut_and_formats_are_not(void **state)
{
	static char name[5000], format[5000];
	struct orl_print_source s = { .text = { name, name, name, "", format, name } };
	const struct orl_print *e;

	memset(name, 'n', sizeof(name) - 1);
	memset(format, 'f', 2000);
	e = entry(orl_registry_add(&r, &s));
	assert_int_equal(e->text_len[ORL_PRINT_FORMAT], 2000);
	assert_int_equal(e->text_len[ORL_PRINT_FILE], 400);
	memset(format, 'f', sizeof(format) - 1);
	assert_int_equal(orl_registry_add(&r, &s), -E2BIG);
	assert_int_equal(r.head->full, 1);
}

static void memory_comes_when_it_is_needed(void **state)
{
	char format[512];
	struct stat st;
	int fd, dirfd = open(dir, O_RDONLY | O_DIRECTORY);

	assert_int_equal(r.head->data_ready, ORL_PRINTS_PIECE);
	memset(format, 'x', sizeof(format));
	format[sizeof(format) - 1] = '\0';
	for (uint32_t line = 0; line < 1000; line++)
		assert_true(add(&r, format, line) >= 0);
	assert_int_equal(r.head->data_ready % ORL_PRINTS_PIECE, 0);
	assert_in_range(r.head->data_used, 500000, r.head->data_ready);
	assert_true(r.head->data_ready - r.head->data_used <= ORL_PRINTS_PIECE);
	fd = openat(dirfd, ORL_PRINTS_NAME, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, ORL_PRINTS_SIZE);
	assert_true((uint64_t)st.st_blocks * 512 < (uint64_t)ORL_PRINTS_SIZE / 4);
	close(fd);
	close(dirfd);
}

static void a_full_registry_says_so(void **state)
{
	int64_t number = add(&r, "x", 1);

	r.head->data_used = ORL_PRINTS_DATA - 32;
	assert_int_equal(add(&r, "y", 1), -ENOSPC);
	assert_int_equal(add(&r, "x", 1), number);
	assert_int_equal(r.head->full, 1);
}

static void a_file_that_is_damaged_is_refused(void **state)
{
	struct orl_registry other;

	r.head->size--;
	assert_int_equal(orl_registry_open(&other, &domain), -EBADMSG);
	r.head->version++;
	assert_int_equal(orl_registry_open(&other, &domain), -EPROTO);
	r.head->magic = 0;
	assert_int_equal(orl_registry_open(&other, &domain), -EBADMSG);
	assert_null(other.head);
}

static void any_bytes_lead_nowhere_else(void **state)
{
	uint64_t *index = (void *)((char *)r.head + ORL_PRINTS_OFF_INDEX);
	char *data = (char *)r.head + ORL_PRINTS_OFF_DATA;

	srand(7);
	for (uint32_t i = 0; i < ORL_NR_PRINTS; i++)
		index[i] = (uint64_t)rand() << 34 ^ (uint64_t)rand() % 20000;
	for (uint32_t i = 0; i < ORL_PRINTS_PIECE; i++)
		data[i] = (char)rand();
	for (uint32_t line = 0; line < 300; line++) {
		add(&r, "x", line);
		orl_registry_note_decor(&r, line, line);
	}
	r.head->data_ready = UINT64_MAX;
	add(&r, "x", 1);
	orl_registry_note_decor(&r, 1, 1);
}

/* ---- several processes ---- */

#define NR_LINES 3000

static void child(uint32_t seed)
{
	struct orl_registry mine;

	if (orl_registry_open(&mine, &domain))
		_exit(1);
	for (uint32_t i = 0; i < NR_LINES; i++) {
		if (add(&mine, "site %d of many", (i + seed * 700) % NR_LINES) < 0)
			_exit(2);
	}
	_exit(0);
}

static void assert_each_line_once(void)
{
	const uint64_t *index = (const void *)((const char *)r.head + ORL_PRINTS_OFF_INDEX);
	static uint8_t seen[NR_LINES];
	uint32_t nr = 0;

	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < ORL_NR_PRINTS; i++) {
		if (!index[i])
			continue;
		assert_true(entry(i)->line < NR_LINES);
		assert_string_equal(entry(i)->text, "mod");
		assert_false(seen[entry(i)->line]++);
		nr++;
	}
	assert_int_equal(nr, NR_LINES);
}

static void processes_that_add_at_once_agree(void **state)
{
	pid_t pid[4];
	int status;

	for (uint32_t i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i])
			child(i);
	}
	for (uint32_t i = 0; i < 4; i++) {
		waitpid(pid[i], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_each_line_once();
}

/* Killed wherever they are: the next one finds what they left, and goes on. */
static void processes_that_are_killed_leave_no_damage(void **state)
{
	struct timespec pause = { 0 };
	int status;

	srand(3);
	for (uint32_t i = 0; i < 60; i++) {
		pid_t pid = fork();

		if (!pid)
			child(i);
		pause.tv_nsec = rand() % 2000000;
		nanosleep(&pause, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	for (uint32_t line = 0; line < NR_LINES; line++)
		assert_true(add(&r, "site %d of many", line) >= 0);
	assert_each_line_once();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same_site_has_the_same_number),
		TEST(an_entry_is_as_the_abi_says),
		TEST(decorations_add_up),
		TEST(names_are_cut_and_formats_are_not),
		TEST(memory_comes_when_it_is_needed),
		TEST(a_full_registry_says_so),
		TEST(a_file_that_is_damaged_is_refused),
		TEST(any_bytes_lead_nowhere_else),
		TEST(processes_that_add_at_once_agree),
		TEST(processes_that_are_killed_leave_no_damage),
	};

	return cmocka_run_group_tests_name("dyndbg-registry", tests, NULL, NULL);
}
