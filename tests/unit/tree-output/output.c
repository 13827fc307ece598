// SPDX-License-Identifier: MIT
/*
 * trace, snapshot, stats, markers and names, read and written through the tree.
 */
#include "output.h"

static void trace_shows_all_cpus_by_time(void **state)
{
	char *text;

	marker(0, 1000 * MS, TID, "first");
	marker(1, 1001 * MS, TID, "second");
	marker(0, 1002 * MS, TID, "third");
	text = read_path("tracing/trace");
	assert_memory_equal(text,
			    "# tracer: nop\n#\n# entries-in-buffer/entries-written: 3/3   #P:", 61);
	assert_string_equal(body(text), LINE(0, "    1.000000", "first")
					LINE(1, "    1.001000", "second")
					LINE(0, "    1.002000", "third"));
	free(text);
	/* and reads again the same */
	assert_body("tracing/trace", LINE(0, "    1.000000", "first")
				     LINE(1, "    1.001000", "second")
				     LINE(0, "    1.002000", "third"));
}

static void a_text_read_in_pieces_is_the_text(void **state)
{
	struct orl_file *f;
	char *whole, *pieces, *again, middle[16];

	for (int i = 0; i < 100; i++)
		marker((uint32_t)i % 2, 1000 * MS + (uint64_t)i, TID, "a line of text");
	whole = read_path("tracing/trace");
	f = open_file("tracing/trace", O_RDONLY);
	pieces = read_all(f, 7);
	again = read_all(f, 4096);
	assert_string_equal(whole, pieces);
	assert_string_equal(whole, again);
	assert_int_equal(orl_file_read(f, middle, sizeof(middle), 1000), sizeof(middle));
	assert_memory_equal(middle, whole + 1000, sizeof(middle));
	assert_int_equal(orl_file_read(f, middle, sizeof(middle), 10 << 20), 0);
	orl_file_close(f);
	free(whole);
	free(pieces);
	free(again);
}

static void truncating_trace_clears(void **state)
{
	marker(0, 1000 * MS, TID, "gone");
	marker(1, 1000 * MS, TID, "gone too");
	orl_file_close(open_file("tracing/per_cpu/cpu0/trace", O_WRONLY | O_TRUNC));
	assert_body("tracing/trace", LINE(1, "    1.000000", "gone too"));
	orl_file_close(open_file("tracing/trace", O_WRONLY | O_TRUNC));
	assert_body("tracing/trace", "");
}

static void a_cpus_files_show_its_own_and_its_leased_ring(void **state)
{
	marker(0, 1000 * MS, TID, "of cpu 0");
	marker(1, 1001 * MS, TID, "of cpu 1");
	marker(2, 1002 * MS, TID, "leased");
	assert_body("tracing/per_cpu/cpu0/trace", LINE(0, "    1.000000", "of cpu 0")
						  LINE(0, "    1.002000", "leased"));
	assert_body("tracing/per_cpu/cpu1/trace", LINE(1, "    1.001000", "of cpu 1"));
}

static void stats_have_the_kernels_lines(void **state)
{
	char *text;

	marker(1, 2562049694000ULL, TID, "x");
	text = read_path("tracing/per_cpu/cpu1/stats");
	assert_memory_equal(text, "entries: 1\noverrun: 0\ncommit overrun: 0\nbytes: 68\n"
				  "oldest event ts:  2562.049694\nnow ts: ", 85);
	assert_non_null(strstr(text, "\ndropped events: 0\nread events: 0\n"));
	free(text);
}

static void options_change_the_text(void **state)
{
	char *text;

	marker(0, 1000 * MS, TID, "x");
	write_path("tracing/trace_options", "nocontext-info");
	text = read_path("tracing/trace");
	assert_string_equal(text, "# tracer: nop\n#\ntracing_mark_write: x\n");
	free(text);
	write_path("tracing/trace_options", "context-info");
	write_path("tracing/trace_options", "raw");
	assert_body("tracing/trace", "4000001 0 1000000000 # 0 x\n");
	write_path("tracing/trace_options", "noraw");
	write_path("tracing/trace_options", "latency-format");
	marker(0, 1002 * MS, TID, "y");
	text = read_path("tracing/trace");
	assert_non_null(strstr(text,
			       "   <...>-4000001   0..... 1000000us#: tracing_mark_write: x\n"
			       "   <...>-4000001   0..... 1002000us : tracing_mark_write: y\n"));
	free(text);
}

static void annotations_say_where_a_buffer_begins(void **state)
{
	char *text;

	write_path("tracing/trace_options", "annotate");
	for (int i = 0; i < 400; i++)
		marker(0, 1000 * MS + (uint64_t)i, TID, "x");
	marker(1, 1001 * MS, TID, "y");
	text = read_path("tracing/trace");
	assert_non_null(strstr(text, "x\n##### CPU 1 buffer started ####\n"));
	assert_null(strstr(text, "CPU 0 buffer"));
	free(text);
}

static void the_clock_of_the_text_is_the_one_set(void **state)
{
	char *text;
	double t;

	write_path("tracing/trace_clock", "tai");
	marker(0, 1000 * MS, TID, "x");
	text = read_path("tracing/trace");
	t = strtod(strstr(body(text), "] .....") + 7, NULL);
	/* CLOCK_TAI is decades from CLOCK_MONOTONIC */
	assert_true(t > 1e9);
	free(text);
}

static void stacks_have_the_names_of_functions(void **state)
{
	union {
		uint64_t words[4];
		struct {
			uint16_t type, flags;
			int32_t pid;
			int32_t size, pad;
			uint64_t caller[2];
		} r;
	} u = { 0 };
	char *text;

	u.r.type = ORL_FTRACE_KERNEL_STACK;
	u.r.pid = getpid();
	u.r.size = 2;
	u.r.caller[0] = (uintptr_t)append_dying + 1;
	u.r.caller[1] = 16;
	assert_true(append_dying(0, 1000 * MS, &u, sizeof(u), 0));
	text = read_path("tracing/trace");
	assert_non_null(strstr(text, ": <stack trace>\n => append_dying+0x1\n => 0x10\n"));
	free(text);
}

static void a_snapshot_is_taken_shown_and_freed(void **state)
{
	char *text = read_path("tracing/snapshot");

	assert_memory_equal(text, "# tracer: nop\n#\n#\n# * Snapshot is freed *\n#\n", 44);
	free(text);
	marker(0, 1000 * MS, TID, "kept");
	write_path("tracing/snapshot", "1");
	assert_body("tracing/snapshot", LINE(0, "    1.000000", "kept"));
	assert_body("tracing/trace", "");
	write_path("tracing/snapshot", "2");
	text = read_path("tracing/snapshot");
	assert_non_null(strstr(text, "# * Snapshot is allocated *\n"));
	free(text);
	write_path("tracing/snapshot", "0");
	text = read_path("tracing/snapshot");
	assert_non_null(strstr(text, "# * Snapshot is freed *\n"));
	free(text);
}

static void a_cpu_has_no_snapshot_of_its_own(void **state)
{
	struct orl_file *f = open_file("tracing/per_cpu/cpu0/snapshot", O_WRONLY);

	assert_int_equal(orl_file_write(f, "1", 1, 0, NULL), -EINVAL);
	assert_int_equal(orl_file_write(f, "0", 1, 0, NULL), -EINVAL);
	assert_int_equal(orl_file_write(f, "2", 1, 0, NULL), 1);
	orl_file_close(f);
}

static void markers_are_written_in_the_callers_name(void **state)
{
	struct orl_file *f = open_file("tracing/trace_marker", O_WRONLY);
	struct orl_caller me = { .tid = getpid() };
	char *text, name[64];

	assert_int_equal(orl_file_write(f, "hello", 5, 0, &me), 5);
	assert_int_equal(orl_file_write(f, "hello\n", 6, 0, &me), 6);
	orl_file_close(f);
	text = read_path("tracing/trace");
	snprintf(name, sizeof(name), "-%d ", getpid());
	assert_non_null(strstr(text, name));
	assert_non_null(strstr(text, "tracing_mark_write: hello\n"));
	assert_null(strstr(text, "hello\\n"));
	free(text);
}

static void markers_have_the_kernels_limits(void **state)
{
	struct orl_file *f = open_file("tracing/trace_marker", O_WRONLY);
	struct orl_file *raw = open_file("tracing/trace_marker_raw", O_WRONLY);
	static char big[6000];

	memset(big, 'A', sizeof(big));
	assert_int_equal(orl_file_write(f, big, 4054, 0, NULL), 4054);
	assert_int_equal(orl_file_write(f, big, 4055, 0, NULL), 4054);
	assert_int_equal(orl_file_write(f, big, sizeof(big), 0, NULL), 4054);
	assert_int_equal(orl_file_write(f, big, 0, 0, NULL), 0);
	assert_int_equal(orl_file_write(raw, big, 3, 0, NULL), -EINVAL);
	assert_int_equal(orl_file_write(raw, big, 4, 0, NULL), 4);
	assert_int_equal(orl_file_write(raw, big, 4064, 0, NULL), 4064);
	assert_int_equal(orl_file_write(raw, big, 4080, 0, NULL), -EINVAL);
	write_path("tracing/tracing_on", "0");
	assert_int_equal(orl_file_write(f, big, 5, 0, NULL), -EBADF);
	write_path("tracing/tracing_on", "1");
	write_path("tracing/trace_options", "nomarkers");
	assert_int_equal(orl_file_write(f, big, 5, 0, NULL), -EINVAL);
	assert_int_equal(orl_file_write(raw, big, 5, 0, NULL), -EINVAL);
	orl_file_close(f);
	orl_file_close(raw);
}

static void names_of_threads_are_listed(void **state)
{
	struct orl_task *task = orl_ctl_tasks(session.domain.ctl) + orl_task_slot(TID);
	char *text;

	memcpy(task->comm, "worker\0\0\0\0\0\0\0\0\0\0", 16);
	task->key = TID | 77ULL << 32;
	task->check = task->key ^ task->comm[0] ^ task->comm[1] ^ ORL_CTL_MAGIC;
	text = read_path("tracing/saved_cmdlines");
	assert_string_equal(text, "4000001 worker\n");
	free(text);
	text = read_path("tracing/saved_tgids");
	assert_string_equal(text, "4000001 77\n");
	free(text);
	marker(0, 1000 * MS, TID, "x");
	write_path("tracing/trace_options", "record-tgid");
	assert_body("tracing/trace", "          worker-4000001 (     77) [000] .....     1.000000: "
				     "tracing_mark_write: x\n");
}

static void tracing_pauses_while_trace_is_read(void **state)
{
	struct orl_file *f;
	char *text;

	write_path("tracing/trace_options", "pause-on-trace");
	f = open_file("tracing/trace", O_RDONLY);
	text = read_path("tracing/tracing_on");
	assert_string_equal(text, "0\n");
	free(text);
	orl_file_close(f);
	text = read_path("tracing/tracing_on");
	assert_string_equal(text, "1\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trace_shows_all_cpus_by_time),
		TEST(a_text_read_in_pieces_is_the_text),
		TEST(truncating_trace_clears),
		TEST(a_cpus_files_show_its_own_and_its_leased_ring),
		TEST(stats_have_the_kernels_lines),
		TEST(options_change_the_text),
		TEST(annotations_say_where_a_buffer_begins),
		TEST(the_clock_of_the_text_is_the_one_set),
		TEST(stacks_have_the_names_of_functions),
		TEST(a_snapshot_is_taken_shown_and_freed),
		TEST(a_cpu_has_no_snapshot_of_its_own),
		TEST(markers_are_written_in_the_callers_name),
		TEST(markers_have_the_kernels_limits),
		TEST(names_of_threads_are_listed),
		TEST(tracing_pauses_while_trace_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
