// SPDX-License-Identifier: MIT
/*
 * trace_pipe and trace_pipe_raw: what is read is taken out.
 */
#include "output.h"

static void a_pipe_is_read_once_and_shared(void **state)
{
	struct orl_file *a = open_file("tracing/trace_pipe", O_RDONLY);
	struct orl_file *b = open_file("tracing/trace_pipe", O_RDONLY);
	char text[4096];
	ssize_t n;

	assert_int_equal(orl_file_poll(a), 0);
	assert_int_equal(orl_file_read(a, text, sizeof(text), 0), -EAGAIN);
	marker(0, 1000 * MS, TID, "one");
	assert_int_equal(orl_file_poll(a) & POLLIN, POLLIN);
	n = orl_file_read(a, text, sizeof(text), 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, LINE(0, "    1.000000", "one"));
	assert_int_equal(orl_file_read(b, text, sizeof(text), 0), -EAGAIN);
	marker(1, 1001 * MS, TID, "two");
	n = orl_file_read(b, text, sizeof(text), 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, LINE(1, "    1.001000", "two"));
	assert_int_equal(orl_file_read(a, text, sizeof(text), 0), -EAGAIN);
	orl_file_close(a);
	orl_file_close(b);
}

static void a_pipe_keeps_the_rest_of_a_line(void **state)
{
	struct orl_file *f = open_file("tracing/trace_pipe", O_RDONLY);
	const char *line = LINE(0, "    1.000000", "long enough to be cut");
	char text[256];
	size_t len = 0;
	ssize_t n;

	marker(0, 1000 * MS, TID, "long enough to be cut");
	while (len < strlen(line) && (n = orl_file_read(f, text + len, 10, 0)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	assert_string_equal(text, line);
	orl_file_close(f);
}

static void a_pipe_is_ready_until_all_was_read(void **state)
{
	struct orl_file *f = open_file("tracing/trace_pipe", O_RDONLY);
	char text[256];
	int lines = 0;
	ssize_t n;

	for (int i = 0; i < 20; i++)
		marker(0, 1000 * MS + (uint64_t)i, TID, "x");
	while (orl_file_poll(f) & POLLIN) {
		n = orl_file_read(f, text, 100, 0);
		assert_true(n > 0);
		while (n-- > 0)
			lines += text[n] == '\n';
	}
	assert_int_equal(lines, 20);
	assert_int_equal(orl_file_read(f, text, 100, 0), -EAGAIN);
	orl_file_close(f);
}

static void a_pipe_ends_when_tracing_is_off_and_something_was_read(void **state)
{
	struct orl_file *f = open_file("tracing/trace_pipe", O_RDONLY);
	char text[256];

	write_path("tracing/tracing_on", "0");
	assert_int_equal(orl_file_read(f, text, sizeof(text), 0), -EAGAIN);
	write_path("tracing/tracing_on", "1");
	marker(0, 1000 * MS, TID, "x");
	write_path("tracing/tracing_on", "0");
	assert_true(orl_file_read(f, text, sizeof(text), 0) > 0);
	assert_int_equal(orl_file_poll(f) & POLLIN, POLLIN);
	assert_int_equal(orl_file_read(f, text, sizeof(text), 0), 0);
	orl_file_close(f);
}

static void a_nonblocking_pipe_gives_what_is_a_moment_old(void **state)
{
	struct orl_file *f = open_file("tracing/trace_pipe", O_RDONLY | O_NONBLOCK);
	char text[256];

	marker(0, orl_clock_ticks(ORL_CLOCK_MONOTONIC), TID, "just now");
	assert_true(orl_file_read(f, text, sizeof(text), 0) > 0);
	assert_int_equal(orl_file_read(f, text, sizeof(text), 0), -EAGAIN);
	orl_file_close(f);
}

static void a_cpus_pipe_leaves_the_others_alone(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu1/trace_pipe", O_RDONLY);
	char text[256];
	ssize_t n;

	marker(0, 1000 * MS, TID, "stays");
	marker(1, 1001 * MS, TID, "goes");
	n = orl_file_read(f, text, sizeof(text) - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, LINE(1, "    1.001000", "goes"));
	orl_file_close(f);
	assert_body("tracing/trace", LINE(0, "    1.000000", "stays"));
}

static void raw_pages_have_their_full_length(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu0/trace_pipe_raw", O_RDONLY);
	_Alignas(8) char page[3 * PAGE];
	struct orl_page_iter it;
	struct orl_record rec;
	uint64_t nr = 0;
	ssize_t n;

	assert_int_equal(orl_file_read(f, page, PAGE, 0), -EAGAIN);
	for (int i = 0; i < 70; i++)
		marker(0, 1000 * MS + (uint64_t)i, TID, "x");
	while ((n = orl_file_read(f, page, sizeof(page), 0)) > 0) {
		assert_int_equal(n % PAGE, 0);
		for (char *p = page; p < page + n; p += PAGE) {
			assert_int_equal(orl_page_iter_init(&it, p, PAGE), 0);
			while (orl_page_iter_next(&it, &rec) == 1)
				assert_int_equal(rec.ts, 1000 * MS + nr++);
		}
	}
	assert_int_equal(n, -EAGAIN);
	assert_int_equal(nr, 70);
	orl_file_close(f);
	assert_body("tracing/trace", "");
}

static void a_raw_page_is_read_in_pieces(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu1/trace_pipe_raw", O_RDONLY);
	_Alignas(8) char page[PAGE];
	struct orl_page_iter it;
	struct orl_record rec;

	marker(1, 1000 * MS, TID, "x");
	assert_int_equal(orl_file_read(f, page, 100, 0), 100);
	assert_int_equal(orl_file_read(f, page + 100, PAGE, 100), PAGE - 100);
	assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
	assert_int_equal(orl_page_iter_next(&it, &rec), 1);
	assert_int_equal(rec.len, 64);
	assert_int_equal(orl_file_ioctl(f, 0), 0);
	assert_int_equal(orl_file_ioctl(f, 1), -ENOTTY);
	orl_file_close(f);
}

static void polling_raw_pages_waits_for_the_percentage(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu0/trace_pipe_raw", O_RDONLY);

	write_path("tracing/buffer_percent", "50");
	marker(0, 1000 * MS, TID, "x");
	assert_int_equal(orl_file_poll(f) & POLLIN, 0);
	write_path("tracing/buffer_percent", "0");
	assert_int_equal(orl_file_poll(f) & POLLIN, POLLIN);
	write_path("tracing/buffer_percent", "50");
	for (int i = 0; i < 120; i++)
		marker(0, 1000 * MS + (uint64_t)i, TID, "x");
	assert_int_equal(orl_file_poll(f) & POLLIN, POLLIN);
	orl_file_close(f);
}

static uint64_t number_after(const char *text, const char *name)
{
	const char *p = strstr(text, name);

	assert_non_null(p);
	return strtoull(p + strlen(name), NULL, 10);
}

static void what_raw_pages_lack_is_in_stats(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu0/trace_pipe_raw", O_RDONLY);
	_Alignas(8) char page[PAGE];
	struct orl_page_iter it;
	struct orl_record rec;
	uint64_t seen = 0;
	bool told = false;
	char *stats;

	for (int i = 0; i < 1000; i++)
		marker(0, 1000 * MS + (uint64_t)i, TID, "x");
	while (orl_file_read(f, page, PAGE, 0) == PAGE) {
		assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
		while (orl_page_iter_next(&it, &rec) == 1) {
			told |= !seen && rec.missed;
			seen++;
		}
	}
	orl_file_close(f);
	assert_true(told);
	stats = read_path("tracing/per_cpu/cpu0/stats");
	assert_int_equal(number_after(stats, "entries: "), 0);
	assert_int_equal(number_after(stats, "read events: "), seen);
	assert_int_equal(number_after(stats, "overrun: "), 1000 - seen);
	free(stats);
}

static void pages_of_a_snapshot_end(void **state)
{
	_Alignas(8) char page[PAGE];
	struct orl_page_iter it;
	struct orl_record rec;
	struct orl_file *f = open_file("tracing/per_cpu/cpu0/snapshot_raw", O_RDONLY);

	assert_int_equal(orl_file_read(f, page, PAGE, 0), 0);
	orl_file_close(f);
	marker(0, 1000 * MS, TID, "kept");
	write_path("tracing/snapshot", "1");
	f = open_file("tracing/per_cpu/cpu0/snapshot_raw", O_RDONLY);
	assert_int_equal(orl_file_read(f, page, PAGE, 0), PAGE);
	assert_int_equal(orl_page_iter_init(&it, page, PAGE), 0);
	assert_int_equal(orl_page_iter_next(&it, &rec), 1);
	assert_int_equal(rec.ts, 1000 * MS);
	assert_int_equal(orl_file_read(f, page, PAGE, 0), 0);
	orl_file_close(f);
}

static void a_pipe_goes_on_with_other_rings(void **state)
{
	struct orl_file *f = open_file("tracing/trace_pipe", O_RDONLY);
	char text[256];
	ssize_t n;

	marker(0, 1000 * MS, TID, "before");
	assert_true(orl_file_read(f, text, sizeof(text), 0) > 0);
	write_path("tracing/buffer_size_kb", "64");
	orl_session_map_rings(&session);
	write_path("tracing/trace_marker", "after");
	for (int i = 0; i < 1000; i++) {
		n = orl_file_read(f, text, sizeof(text) - 1, 0);
		if (n != -EAGAIN)
			break;
		usleep(1000);
	}
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "tracing_mark_write: after\n"));
	orl_file_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pipe_is_read_once_and_shared),
		TEST(a_pipe_keeps_the_rest_of_a_line),
		TEST(a_pipe_is_ready_until_all_was_read),
		TEST(a_pipe_ends_when_tracing_is_off_and_something_was_read),
		TEST(a_nonblocking_pipe_gives_what_is_a_moment_old),
		TEST(a_cpus_pipe_leaves_the_others_alone),
		TEST(raw_pages_have_their_full_length),
		TEST(a_raw_page_is_read_in_pieces),
		TEST(polling_raw_pages_waits_for_the_percentage),
		TEST(what_raw_pages_lack_is_in_stats),
		TEST(pages_of_a_snapshot_end),
		TEST(a_pipe_goes_on_with_other_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
