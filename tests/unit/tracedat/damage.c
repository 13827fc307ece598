// SPDX-License-Identifier: MIT
/* Files that are cut short, damaged or of another kind: one line of error, all whole records. */
#include <errno.h>
#include <fcntl.h>

#include "folder.h"
#include "reader/datfile.h"
#include "reader/datfile-layout.h"

#define PAGES	100u
#define RECORDS	(3 * PAGES * TICKS)

static uint8_t *file;
static size_t file_len;

/* Write a file and bring it into memory. */
static void load(unsigned int pages, bool plain)
{
	struct stat st;
	int fd;

	write_file(pages, plain);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	file_len = (size_t)st.st_size;
	free(file);
	file = malloc(file_len);
	assert_non_null(file);
	assert_int_equal(read(fd, file, file_len), file_len);
	close(fd);
}

/* Put the first @len bytes of what is in memory on the disk. */
static void store(size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, len), len);
	close(fd);
}

static uint8_t *find(const char *what, size_t len)
{
	uint8_t *p = memmem(file, file_len, what, len);

	assert_non_null(p);
	return p;
}

struct outcome {
	int opened;		/* 0 or -errno */
	int end;		/* of reading */
	unsigned int records, gaps;
	char text[600];		/* of open's error or of the damage */
};

static struct outcome read_file(void)
{
	struct outcome o = { 0 };
	struct orl_datfile *d;
	struct orl_record r;

	o.opened = orl_datfile_open(&d, path, o.text, sizeof(o.text));
	if (o.opened)
		return o;
	while ((o.end = orl_datfile_next(d, &r)) > 0) {
		o.records++;
		o.gaps += r.missed == ORL_MISSED_UNKNOWN;
	}
	assert_int_equal(orl_datfile_next(d, &r), 0);
	if (orl_datfile_damage(d))
		snprintf(o.text, sizeof(o.text), "%s", orl_datfile_damage(d));
	orl_datfile_close(d);
	return o;
}

static void expect_one_line_naming_the_file(const struct outcome *o)
{
	assert_int_equal(strncmp(o->text, path, strlen(path)), 0);
	assert_null(strchr(o->text, '\n'));
}

static void expect_refused(int rc, const char *words)
{
	struct outcome o = read_file();

	assert_int_equal(o.opened, rc);
	expect_one_line_naming_the_file(&o);
	if (!strstr(o.text, words))
		fail_msg("\"%s\" does not say \"%s\"", o.text, words);
}

static void a_file_cut_anywhere_gives_its_whole_records_and_an_error(void **state)
{
	for (int plain = 0; plain < 2; plain++) {
		unsigned int last = 0;

		load(PAGES, plain);
		for (size_t len = 0; len < file_len; len += len < 3000 ? 7 : 9973) {
			struct outcome o;

			store(len);
			o = read_file();
			expect_one_line_naming_the_file(&o);
			assert_true(o.records >= last && o.records < RECORDS);
			assert_true(o.opened < 0 || o.end == -EBADMSG);
			last = o.records;
		}
		assert_true(last > RECORDS / 2);
	}
}

static void a_byte_changed_anywhere_does_no_harm(void **state)
{
	for (int plain = 0; plain < 2; plain++) {
		load(2, plain);
		for (size_t i = 0; i < file_len; i += i < 3000 ? 1 : 61) {
			struct outcome o;
			uint8_t was = file[i];

			file[i] ^= (uint8_t)(1 << i % 8);
			store(file_len);
			file[i] = was;
			o = read_file();
			if (o.opened || o.end)
				expect_one_line_naming_the_file(&o);
			assert_true(o.records <= 3 * 2 * PAGE / 12);
		}
	}
}

static void a_damaged_chunk_costs_only_its_own_records(void **state)
{
	static const char frame[] = "\x28\xb5\x2f\xfd";
	struct outcome o;
	uint8_t *chunk;

	load(PAGES, false);
	/* the first chunk of the records: behind the first page, where CPU 0 begins */
	chunk = memmem(file + PAGE, file_len - PAGE, frame, 4);
	assert_non_null(chunk);
	chunk[100] ^= 0x40;
	store(file_len);
	o = read_file();
	assert_int_equal(o.opened, 0);
	assert_int_equal(o.end, -EBADMSG);
	expect_one_line_naming_the_file(&o);
	assert_non_null(strstr(o.text, "CPU 0: a damaged chunk"));
	assert_int_equal(o.records, RECORDS - 32 * TICKS);
	assert_int_equal(o.gaps, 1);
}

static void a_damaged_page_costs_only_its_own_records(void **state)
{
	struct outcome o;

	load(PAGES, true);
	/* page 1 of CPU 0 claims too much; record 30 of page 3 passes its end */
	file[2 * PAGE + 9] = 0xff;
	memset(file + 4 * PAGE + 16 + 30 * 16, 0, 4);
	memset(file + 4 * PAGE + 16 + 30 * 16 + 4, 0xff, 4);
	store(file_len);
	o = read_file();
	assert_int_equal(o.end, -EBADMSG);
	expect_one_line_naming_the_file(&o);
	assert_int_equal(o.records, RECORDS - TICKS - (TICKS - 30));
	assert_int_equal(o.gaps, 2);
}

static void other_kinds_of_files_are_named(void **state)
{
	load(1, false);
	memcpy(find("zstd", 5), "zlib", 5);
	store(file_len);
	expect_refused(-ENOTSUP, "compressed with zlib");

	load(1, false);
	file[10] = '5';
	store(file_len);
	expect_refused(-ENOTSUP, "version 5");

	load(1, false);
	file[12] = 1;
	store(file_len);
	expect_refused(-ENOTSUP, "big endian");

	memcpy(file, "plain text", 10);
	store(file_len);
	expect_refused(-ENOTSUP, "not a trace.dat");

	load(1, true);
	memcpy(find("commit;\toffset:8;\tsize:8", 24), "commit;\toffset:8;\tsize:4", 24);
	store(file_len);
	expect_refused(-ENOTSUP, "32-bit");

	unlink(path);
	expect_refused(-ENOENT, strerror(ENOENT));
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_refused(-ENOTSUP, "not a regular file");
	unlink(path);
}

/* Where, in memory, the first section with this id is; sections lie one behind the other. */
static uint8_t *section(uint16_t id)
{
	uint8_t *p = memchr(find("none", 5) + 5, '\0', 1);

	for (p += 1 + 8; p < file + file_len;) {
		uint64_t size;

		if ((p[0] | p[1] << 8) == id)
			return p;
		memcpy(&size, p + 8, 8);
		p += ORL_DAT_SECTION_LEN + size;
	}
	fail_msg("no section %u", id);
	return NULL;
}

/* The data of the first option with this id. */
static uint8_t *option(uint16_t id)
{
	uint8_t *p = section(ORL_DAT_OPTIONS) + ORL_DAT_SECTION_LEN;
	uint32_t len;

	for (;; p += 6 + len) {
		memcpy(&len, p + 2, 4);
		if ((p[0] | p[1] << 8) == id)
			return p + 6;
	}
}

static void options_that_run_in_a_circle_end(void **state)
{
	uint64_t self;

	load(1, true);
	self = (uint64_t)(section(ORL_DAT_OPTIONS) - file);
	memcpy(option(ORL_DAT_DONE), &self, 8);
	/* without its buffer, or that would be refused first */
	option(ORL_DAT_BUFFER)[-6] = 99;
	store(file_len);
	expect_refused(-EBADMSG, "circle");
}

static void cpus_that_share_bytes_are_refused(void **state)
{
	uint8_t *cpu1;

	load(4, true);
	cpu1 = option(ORL_DAT_BUFFER) + 8 + 1 + 5 + 4 + 4 + 20;
	memcpy(cpu1 + 4, cpu1 - 20 + 4, 8);
	store(file_len);
	expect_refused(-EBADMSG, "overlap");

	load(4, true);
	cpu1 = option(ORL_DAT_BUFFER) + 8 + 1 + 5 + 4 + 4 + 20;
	memset(cpu1, 0, 4);
	store(file_len);
	expect_refused(-EBADMSG, "CPU 0 twice");
}

static void numbers_too_large_to_be_true_are_refused(void **state)
{
	uint8_t *buffer;

	load(1, true);
	buffer = option(ORL_DAT_BUFFER);
	memset(buffer + 8 + 1 + 5, 0xff, 4);
	store(file_len);
	expect_refused(-EBADMSG, "impossible size");

	load(1, true);
	memset(option(ORL_DAT_BUFFER) + 8 + 1 + 5 + 4, 0xff, 4);
	store(file_len);
	expect_refused(-EBADMSG, "table of CPUs");

	load(1, true);
	memset(option(ORL_DAT_CPUCOUNT), 0xff, 4);
	store(file_len);
	expect_refused(-EBADMSG, "number of CPUs");

	load(1, true);
	memset(section(ORL_DAT_EVENT_FORMATS) + ORL_DAT_SECTION_LEN, 0xff, 4);
	store(file_len);
	expect_refused(-EBADMSG, "event formats");
}

static void names_in_errors_cannot_steer_a_terminal(void **state)
{
	load(1, false);
	memcpy(find("zstd", 5), "\x1b[2J", 5);
	store(file_len);
	expect_refused(-ENOTSUP, "compressed with ?[2J");
}

/* Whatever its bytes say: all records, no names, one line of error. */
static void without_its_functions_a_file_has_all_records(void **state)
{
	static const struct {
		int at; /* from the begin of the section */
		uint32_t value;
	} damages[] = {
		{ 0, 99 },		     /* another section */
		{ 2, ORL_DAT_PACKED },	     /* that is not compressed */
		{ 8, 1U << 30 },	     /* longer than the file */
		{ 8, 2 },		     /* too short for the length of the text */
		{ ORL_DAT_SECTION_LEN, UINT32_MAX }, /* the text is longer than the section */
	};

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct outcome o;

		load(2, true);
		memcpy(section(ORL_DAT_KALLSYMS) + damages[i].at, &damages[i].value,
		       damages[i].at < 8 ? 2 : 4);
		store(file_len);
		o = read_file();
		assert_int_equal(o.opened, 0);
		assert_int_equal(o.end, -EBADMSG);
		assert_int_equal(o.records, 3 * 2 * TICKS);
		expect_one_line_naming_the_file(&o);
	}
}

static int clean_up(void **state)
{
	free(file);
	return remove_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_anywhere_gives_its_whole_records_and_an_error),
		cmocka_unit_test(a_byte_changed_anywhere_does_no_harm),
		cmocka_unit_test(a_damaged_chunk_costs_only_its_own_records),
		cmocka_unit_test(a_damaged_page_costs_only_its_own_records),
		cmocka_unit_test(other_kinds_of_files_are_named),
		cmocka_unit_test(options_that_run_in_a_circle_end),
		cmocka_unit_test(cpus_that_share_bytes_are_refused),
		cmocka_unit_test(numbers_too_large_to_be_true_are_refused),
		cmocka_unit_test(without_its_functions_a_file_has_all_records),
		cmocka_unit_test(names_in_errors_cannot_steer_a_terminal),
	};

	return cmocka_run_group_tests(tests, make_folder, clean_up);
}
