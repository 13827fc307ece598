/* SPDX-License-Identifier: MIT */
/* A folder of its own for each test program, and a small recording in it. */
#ifndef TEST_TRACEDAT_FOLDER_H
#define TEST_TRACEDAT_FOLDER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export/tracedat.h"
#include "pages.h"

#define NR_CPUS		4u
#define TICKS		50u		/* records in a page */
#define SEC		1000000000ull

static char folder[64], path[96];

static inline int make_folder(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/orl-dat-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/out.dat", folder);
	return 0;
}

static inline unsigned int count_files(void)
{
	DIR *d = opendir(folder);
	unsigned int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return n;
}

static inline int remove_folder(void **state)
{
	char name[400];
	DIR *d = opendir(folder);

	(void)state;
	for (struct dirent *e; d && (e = readdir(d));) {
		snprintf(name, sizeof(name), "%s/%s", folder, e->d_name);
		unlink(name);
	}
	if (d)
		closedir(d);
	return rmdir(folder);
}

/* Page @i of CPU @cpu: ticks with a number of their own, one every 10 us, CPUs interleaved. */
static inline void fill_page(struct builder *b, unsigned int cpu, unsigned int i)
{
	uint64_t t = SEC + i * SEC / 1000 + cpu;

	begin(b, t);
	for (uint32_t k = 0; k < TICKS; k++)
		put_tick(b, t + k * 10000, cpu << 24 | (i * TICKS + k));
	end(b);
}

/* Add @nr pages to every CPU but number 2. */
static inline void add_pages(struct orl_tracedat *t, unsigned int nr)
{
	struct builder b;

	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		for (unsigned int i = 0; i < nr && cpu != 2; i++) {
			fill_page(&b, cpu, i);
			assert_int_equal(orl_tracedat_pages(t, (int)cpu, b.page, 1), 0);
		}
	}
}

static inline struct orl_tracedat *start_writer(void)
{
	struct orl_tracedat *t;
	const char *err = NULL;
	int rc = orl_tracedat_create(&t, path, NR_CPUS, PAGE, "mono", &err);

	if (rc)
		fail_msg("create: %s: %s", err, strerror(-rc));
	return t;
}

static inline int finish_writer(struct orl_tracedat *t)
{
	static const struct orl_tracedat_format events[] = {
		{ "zoo", tick_format, sizeof(tick_format) - 1 },
		{ "aqua", "name: fish\nID: 901\n", 19 },
		{ "zoo", "name: lion\nID: 902\n", 19 },
	};
	static const struct orl_tracedat_format ftrace[] = {
		{ NULL, print_format, sizeof(print_format) - 1 },
	};
	static const char *const stats[NR_CPUS] = { "entries: 1\n", NULL, NULL, "entries: 4\n" };
	static const struct orl_tracedat_meta meta = {
		.ftrace = ftrace, .nr_ftrace = 1,
		.events = events, .nr_events = 3,
		.kallsyms = "0000000000001000 t feed\n",
		.printk = "0xffff : \"hello\"\n",
		.cmdlines = "100 a task\n",
		.cpustat = stats,
	};

	return orl_tracedat_finish(t, &meta);
}

/* A finished file of @nr pages per CPU. */
static inline void write_file(unsigned int nr, bool plain)
{
	struct orl_tracedat *t = start_writer();

	if (plain)
		orl_tracedat_set_plain(t);
	add_pages(t, nr);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
}

#endif /* TEST_TRACEDAT_FOLDER_H */
