// SPDX-License-Identifier: MIT
/* What is written as trace.dat is read again: records in time order, and what describes them. */
#include <errno.h>

#include "decode/ftrace.h"
#include "folder.h"
#include "reader/datfile.h"

#define PAGES	100u		/* per CPU: several chunks */

static struct orl_datfile *open_dat(void)
{
	struct orl_datfile *d;
	char err[512] = "";

	if (orl_datfile_open(&d, path, err, sizeof(err)))
		fail_msg("open: %s", err);
	return d;
}

static void expect_text(struct orl_datfile_text t, const char *want)
{
	assert_int_equal(t.len, strlen(want));
	assert_memory_equal(t.text, want, t.len);
}

static void expect_all_records(struct orl_datfile *d)
{
	uint32_t next[NR_CPUS] = { 0 }, seq;
	struct orl_record r;
	uint64_t last = 0;

	for (unsigned int i = 0; i < 3 * PAGES * TICKS; i++) {
		assert_int_equal(orl_datfile_next(d, &r), 1);
		assert_true(r.ts >= last);
		last = r.ts;
		memcpy(&seq, r.data + 8, 4);
		assert_int_equal(r.len, 12);
		assert_int_equal(r.missed, 0);
		assert_int_equal(seq, (uint32_t)r.cpu << 24 | next[r.cpu]++);
		seq &= 0xffffff;
		assert_int_equal(r.ts, SEC + seq / TICKS * SEC / 1000 + (unsigned int)r.cpu +
				       seq % TICKS * 10000);
	}
	assert_int_equal(orl_datfile_next(d, &r), 0);
	assert_int_equal(orl_datfile_next(d, &r), 0);
	assert_int_equal(next[2], 0);
	assert_null(orl_datfile_damage(d));
}

static void compressed_records_come_back_in_time_order(void **state)
{
	struct orl_datfile *d;

	write_file(PAGES, false);
	d = open_dat();
	expect_all_records(d);
	orl_datfile_close(d);
}

static void uncompressed_records_come_back_in_time_order(void **state)
{
	struct orl_datfile *d;

	write_file(PAGES, true);
	d = open_dat();
	expect_all_records(d);
	orl_datfile_close(d);
}

static void what_describes_comes_back(void **state)
{
	static const char *const events[][2] = { { "aqua", "name: fi" }, { "zoo", "name: ti" },
						 { "zoo", "name: li" } };

	for (int plain = 0; plain < 2; plain++) {
		const struct orl_datfile_format *f;
		const struct orl_datfile_text *stats;
		struct orl_datfile *d;
		unsigned int nr;

		write_file(1, plain);
		d = open_dat();
		assert_int_equal(orl_datfile_version(d), 7);
		assert_int_equal(orl_datfile_nr_cpus(d), NR_CPUS);
		assert_int_equal(orl_datfile_page_size(d), PAGE);
		assert_string_equal(orl_datfile_clock(d), "mono");
		expect_text(orl_datfile_cmdlines(d), "100 a task\n");
		expect_text(orl_datfile_kallsyms(d),
			    "0000000000001000 t feed\n" ORL_FTRACE_KALLSYMS);
		expect_text(orl_datfile_printk(d), "0xffff : \"hello\"\n");
		f = orl_datfile_events(d, &nr);
		assert_int_equal(nr, 3);
		for (unsigned int i = 0; i < nr; i++) {
			assert_string_equal(f[i].system, events[i][0]);
			assert_memory_equal(f[i].text, events[i][1], 8);
		}
		assert_int_equal(f[1].len, sizeof(tick_format) - 1);
		f = orl_datfile_ftrace(d, &nr);
		assert_int_equal(nr, 1);
		assert_string_equal(f[0].system, "ftrace");
		stats = orl_datfile_cpustats(d, &nr);
		assert_int_equal(nr, 2);
		expect_text(stats[0], "CPU: 0\nentries: 1\n");
		expect_text(stats[1], "CPU: 3\nentries: 4\n");
		orl_datfile_close(d);
	}
}

static void a_recording_without_records_is_a_file(void **state)
{
	struct orl_datfile *d;
	struct orl_record r;

	write_file(0, false);
	d = open_dat();
	assert_int_equal(orl_datfile_nr_cpus(d), NR_CPUS);
	assert_int_equal(orl_datfile_next(d, &r), 0);
	orl_datfile_close(d);
}

static void losses_reach_the_first_record_behind_them(void **state)
{
	static const struct {
		uint64_t empty, page;	/* lost before an empty page, and before the next one */
		uint32_t told;
	} cases[] = {
		{ 0, 7, 7 }, { 5, 0, 5 }, { 5, 7, 12 }, { 0, UINT64_MAX, ORL_MISSED_UNKNOWN },
		{ UINT64_MAX, 7, ORL_MISSED_UNKNOWN },
	};
	struct orl_tracedat *t = start_writer();
	struct orl_datfile *d;
	struct orl_record r;
	struct builder b;

	for (unsigned int i = 0; i < 5; i++) {
		begin(&b, SEC);
		orl_page_set_missed(b.page, PAGE, cases[i].empty);
		assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), 0);
		fill_page(&b, 0, i);
		orl_page_set_missed(b.page, PAGE, cases[i].page);
		assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), 0);
	}
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	d = open_dat();
	for (unsigned int i = 0; i < 5 * TICKS; i++) {
		assert_int_equal(orl_datfile_next(d, &r), 1);
		assert_int_equal(r.missed, i % TICKS ? 0 : cases[i / TICKS].told);
	}
	orl_datfile_close(d);
}

static void bytes_behind_the_data_of_a_page_stay_out_of_the_file(void **state)
{
	struct orl_tracedat *t = start_writer();
	static char file[65536];
	struct builder b;
	size_t len;
	FILE *f;

	orl_tracedat_set_plain(t);
	fill_page(&b, 0, 0);
	memcpy(b.page + PAGE - 16, "SECRET OF BEFORE", 16);
	assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), 0);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(file, 1, sizeof(file), f);
	fclose(f);
	assert_true(len > PAGE && len < sizeof(file));
	assert_null(memmem(file, len, "SECRET", 6));
}

static void an_impossible_page_is_refused_and_the_rest_goes_on(void **state)
{
	struct orl_tracedat *t = start_writer();
	struct orl_datfile *d;
	struct orl_record r;
	struct builder b;

	fill_page(&b, 0, 0);
	memset(b.page + 8, 0xff, 3);
	assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), -EBADMSG);
	assert_int_equal(orl_tracedat_pages(t, NR_CPUS, b.page, 1), -EINVAL);
	assert_int_equal(orl_tracedat_pages(t, -1, b.page, 1), -EINVAL);
	fill_page(&b, 0, 0);
	assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), 0);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	d = open_dat();
	for (unsigned int i = 0; i < TICKS; i++)
		assert_int_equal(orl_datfile_next(d, &r), 1);
	assert_int_equal(orl_datfile_next(d, &r), 0);
	orl_datfile_close(d);
}

/* CPU 2 has no pages, CPU 3 has: only what stands behind the last CPU with pages can go. */
static void trimming_keeps_every_cpu_up_to_the_last_with_pages(void **state)
{
	struct orl_tracedat *t = start_writer();
	struct orl_datfile *d;
	struct builder b;

	add_pages(t, 1);
	orl_tracedat_trim(t, 1);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	d = open_dat();
	assert_int_equal(orl_datfile_nr_cpus(d), NR_CPUS);
	orl_datfile_close(d);

	t = start_writer();
	fill_page(&b, 0, 0);
	assert_int_equal(orl_tracedat_pages(t, 0, b.page, 1), 0);
	orl_tracedat_trim(t, 2);
	assert_int_equal(finish_writer(t), 0);
	orl_tracedat_abort(t);
	d = open_dat();
	assert_int_equal(orl_datfile_nr_cpus(d), 2);
	orl_datfile_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compressed_records_come_back_in_time_order),
		cmocka_unit_test(uncompressed_records_come_back_in_time_order),
		cmocka_unit_test(what_describes_comes_back),
		cmocka_unit_test(a_recording_without_records_is_a_file),
		cmocka_unit_test(trimming_keeps_every_cpu_up_to_the_last_with_pages),
		cmocka_unit_test(losses_reach_the_first_record_behind_them),
		cmocka_unit_test(bytes_behind_the_data_of_a_page_stay_out_of_the_file),
		cmocka_unit_test(an_impossible_page_is_refused_and_the_rest_goes_on),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
