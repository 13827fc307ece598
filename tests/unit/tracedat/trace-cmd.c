// SPDX-License-Identifier: MIT
/*
 * The real trace-cmd reads what we write: every record, in time order, with its losses; and
 * it converts it to version 6, which we read. Skipped where trace-cmd is not installed.
 */
#include "folder.h"
#include "reader/datfile.h"

#define PAGES 40u

/* A recording with every kind of item, and 42 records lost before page 5 of CPU 0. */
static void write_mixed_file(bool plain)
{
	struct orl_tracedat *t = start_writer();
	struct builder b;

	if (plain)
		orl_tracedat_set_plain(t);
	for (unsigned int i = 0; i < PAGES; i++) {
		for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
			uint64_t ts = SEC + i * SEC * 2 + cpu * 1000;
			uint32_t big[60] = { i };

			if (cpu == 2)
				continue;
			begin(&b, ts);
			put_tick(&b, ts, i);
			put_tick(&b, ts + SEC, i);
			put_padding(&b, 7000, 24);
			put_tick(&b, ts + SEC + 9000, i);
			put_stamp(&b, ts + SEC + 20000);
			put_tick(&b, ts + SEC + 20001, i);
			put_record(&b, ts + SEC + 30000, 900, 101, big, sizeof(big));
			end(&b);
			if (i == 5 && cpu == 0)
				orl_page_set_missed(b.page, PAGE, 42);
			assert_int_equal(orl_tracedat_pages(t, (int)cpu, b.page, 1), 0);
		}
	}
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
}

/* The lines that trace-cmd report must print for the file. */
static void expect_report_of(const char *name)
{
	char command[256], err[512] = "", line[512], pid[16];
	unsigned int nr = 0, seq, cpu, want_seq;
	unsigned long long s, ns;
	struct orl_datfile *d;
	struct orl_record r;
	bool lost = false;
	FILE *out;

	snprintf(command, sizeof(command), "trace-cmd report -t %s 2>/dev/null", name);
	out = popen(command, "r");
	assert_non_null(out);
	if (orl_datfile_open(&d, name, err, sizeof(err)))
		fail_msg("%s", err);
	while (fgets(line, sizeof(line), out)) {
		lost |= !strcmp(line, "CPU:0 [42 EVENTS DROPPED]\n");
		if (sscanf(line, " %*[^-]-%15s [%u] %llu.%llu: tick: seq=%u", pid, &cpu, &s, &ns,
			   &seq) != 5)
			continue;
		assert_int_equal(orl_datfile_next(d, &r), 1);
		assert_int_equal(r.ts, s * SEC + ns);
		assert_int_equal(r.cpu, cpu);
		assert_int_equal(r.missed, nr++ == 5 * 5 * 3 ? 42 : 0);
		memcpy(&want_seq, r.data + 8, 4);
		assert_int_equal(seq, want_seq);
	}
	assert_int_equal(pclose(out), 0);
	assert_int_equal(orl_datfile_next(d, &r), 0);
	assert_int_equal(nr, 5 * 3 * PAGES);
	assert_true(lost);
	orl_datfile_close(d);
}

static void trace_cmd_reports_the_same_records_as_our_reader(void **state)
{
	write_mixed_file(false);
	expect_report_of(path);
	write_mixed_file(true);
	expect_report_of(path);
}

static void files_that_trace_cmd_converted_read_the_same(void **state)
{
	static const char *const how[] = {
		"--file-version 6", "--file-version 7 --compression none",
		"--file-version 7 --compression zstd",
	};
	char command[400], to[128];

	snprintf(to, sizeof(to), "%s/converted.dat", folder);
	write_mixed_file(false);
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		snprintf(command, sizeof(command),
			 "trace-cmd convert -i %s -o %s %s >/dev/null 2>&1", path, to, how[i]);
		assert_int_equal(system(command), 0);
		expect_report_of(to);
	}
	unlink(to);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trace_cmd_reports_the_same_records_as_our_reader),
		cmocka_unit_test(files_that_trace_cmd_converted_read_the_same),
	};

	if (system("command -v trace-cmd >/dev/null")) {
		puts("trace-cmd is not installed");
		return 77;
	}
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
