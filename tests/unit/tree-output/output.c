// SPDX-License-Identifier: MIT
/*
 * trace, trace_pipe and their kin, read through the tree. Records are markers and stacks, whose
 * formats every domain has.
 */
#include "domain.h"

#include <fcntl.h>
#include <poll.h>

#include "decode/ftrace.h"
#include "reader/control.h"
#include "reader/instance.h"
#include "reader/page.h"
#include "tree/tree.h"

#define TID 4000001			/* beyond what a pid can be: nobody has that number */
#define MS 1000000ULL

static struct orl_tree *tree;

static int make_tree(void **state)
{
	char error[768];

	if (make_domain(state))
		return -1;
	/* ticks are ns from 0 on, so that a test can say what a line must be */
	session.domain.ctl->clock = ORL_CLOCK_MONOTONIC;
	session.domain.ctl->base_ticks = session.domain.ctl->base_ns = 0;
	orl_control_set_tracing(&session, true);
	return orl_tree_open(&tree, dir, 0, error, sizeof(error));
}

static int remove_tree_too(void **state)
{
	orl_tree_close(tree);
	return remove_domain(state);
}

static void marker(uint32_t ring, uint64_t ns, int32_t tid, const char *text)
{
	union {
		uint64_t align;
		struct {
			uint16_t type;
			uint8_t flags, preempt;
			int32_t pid;
			uint64_t ip;
			char text[48];
		} r;
	} u = { 0 };

	u.r.type = ORL_FTRACE_PRINT;
	u.r.pid = tid;
	snprintf(u.r.text, sizeof(u.r.text), "%s\n", text);
	assert_true(append_dying(ring, ns, &u, 64, 0));
}

static struct orl_file *open_file(const char *path, int flags)
{
	struct orl_file *f;

	assert_int_equal(orl_tree_open_file(tree, path, flags, NULL, &f), 0);
	return f;
}

/* All that a file gives from 0 on, in pieces of @step bytes. */
static char *read_all(struct orl_file *f, size_t step)
{
	size_t len = 0, room = 1U << 20;
	char *text = malloc(room);
	ssize_t n;

	while ((n = orl_file_read(f, text + len, step, (off_t)len)) > 0) {
		len += (size_t)n;
		assert_true(len + step < room);
	}
	assert_int_equal(n, 0);
	text[len] = '\0';
	return text;
}

static char *read_path(const char *path)
{
	struct orl_file *f = open_file(path, O_RDONLY);
	char *text = read_all(f, 65536);

	orl_file_close(f);
	return text;
}

static void write_path(const char *path, const char *text)
{
	struct orl_file *f = open_file(path, O_WRONLY);

	assert_int_equal(orl_file_write(f, text, strlen(text), 0, NULL), strlen(text));
	orl_file_close(f);
}

static const char *body(const char *text)
{
	const char *p = strstr(text, "FUNCTION\n");

	assert_non_null(p);
	p = strchr(p + 9, '\n');
	assert_non_null(p);
	return p + 1;
}

static void assert_body(const char *path, const char *expected)
{
	char *text = read_path(path);

	assert_string_equal(body(text), expected);
	free(text);
}

#define LINE(cpu, time, text) \
	"           <...>-4000001 [00" #cpu "] ..... " time ": tracing_mark_write: " text "\n"

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_tree, remove_tree_too)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trace_shows_all_cpus_by_time),
		TEST(a_text_read_in_pieces_is_the_text),
		TEST(truncating_trace_clears),
		TEST(a_cpus_files_show_its_own_and_its_leased_ring),
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
