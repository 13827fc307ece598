// SPDX-License-Identifier: MIT
/*
 * A program written against libtracefs, which knows nothing of Oriel. libtracefs.py runs it under
 * `oriel exec`.
 *
 *   client TEST TRACED     TRACED: the program of traced.c, which this one starts and tells
 *   client --list
 *
 * Exit status 0, or 1 with the line that did not hold on stderr.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <kbuffer.h>
#include <tracefs.h>
#include <unistd.h>

#define CHECK(that, ...) \
	do { \
		if (!(that)) { \
			fprintf(stderr, "client.c:%d: not so: %s:", __LINE__, #that); \
			fprintf(stderr, " " __VA_ARGS__); \
			fputc('\n', stderr); \
			exit(1); \
		} \
	} while (0)

static FILE *to_traced, *from_traced;
static pid_t traced_pid;

static void traced_start(const char *program)
{
	int in[2], out[2];

	CHECK(!pipe(in) && !pipe(out));
	traced_pid = fork();
	CHECK(traced_pid >= 0);
	if (!traced_pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execl(program, program, "obey", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	to_traced = fdopen(in[1], "w");
	from_traced = fdopen(out[0], "r");
}

/* Tell it a line; how many records it wrote. */
static unsigned long tell(const char *line)
{
	unsigned long nr = 0;

	fprintf(to_traced, "%s\n", line);
	fflush(to_traced);
	CHECK(fscanf(from_traced, " ok %lu", &nr) == 1, "the traced program is gone");
	return nr;
}

static void traced_end(void)
{
	fclose(to_traced);
	fclose(from_traced);
	waitpid(traced_pid, NULL, 0);
}

static bool has(char **list, const char *name)
{
	for (int i = 0; list && list[i]; i++)
		if (!strcmp(list[i], name))
			return true;
	return false;
}

/* What an iteration saw. */
struct seen {
	struct tep_handle *tep;
	int records;
	int of_event[65536];
	unsigned long long value_sum;	/* of field @field */
	const char *field;
	int pid;
	char text[256];			/* of the last print */
};

static int see(struct tep_event *event, struct tep_record *record, int cpu, void *arg)
{
	struct seen *seen = arg;
	unsigned long long value;

	CHECK(event, "a record of an event that has no format");
	seen->records++;
	seen->of_event[event->id]++;
	seen->pid = tep_data_pid(event->tep, record);
	if (seen->field && !tep_get_field_val(NULL, event, seen->field, record, &value, 0))
		seen->value_sum += value;
	if (!strcmp(event->name, "print")) {
		struct tep_format_field *field = tep_find_field(event, "buf");

		CHECK(field);
		snprintf(seen->text, sizeof(seen->text), "%.*s",
			 (int)(record->size - field->offset),
			 (char *)record->data + field->offset);
	}
	return 0;
}

static struct seen *iterate(struct tracefs_instance *instance, const char *field)
{
	struct seen *seen = calloc(1, sizeof(*seen));

	CHECK(seen);
	seen->field = field;
	seen->tep = tracefs_local_events(NULL);
	CHECK(seen->tep, "tracefs_local_events");
	CHECK(!tracefs_iterate_raw_events(seen->tep, instance, NULL, 0, see, seen));
	return seen;
}

static int id_of(struct seen *seen, const char *system, const char *name)
{
	struct tep_event *event = tep_find_event_by_name(seen->tep, system, name);

	CHECK(event, "%s:%s", system, name);
	return event->id;
}

static void test_systems_and_events(void)
{
	char **systems = tracefs_event_systems(NULL), **events;

	CHECK(has(systems, "sched") && has(systems, "kmem") && has(systems, "load"));
	events = tracefs_system_events(NULL, "sched");
	CHECK(tracefs_list_size(events) == 4, "%d", tracefs_list_size(events));
	CHECK(has(events, "sched_switch") && has(events, "sched_waking"));
	tracefs_list_free(systems);
	tracefs_list_free(events);
}

static void test_formats_parse(void)
{
	int failures = 0;
	struct tep_handle *tep = tep_alloc();
	struct tep_event *event;
	struct tep_format_field *field;

	CHECK(!tracefs_fill_local_events(NULL, tep, &failures) && !failures, "%d", failures);
	event = tep_find_event_by_name(tep, "kmem", "kmalloc");
	CHECK(event);
	field = tep_find_field(event, "bytes_req");
	CHECK(field && field->offset == 24 && field->size == 8 &&
	      !(field->flags & TEP_FIELD_IS_SIGNED));
	CHECK(tep_find_event_by_name(tep, "ftrace", "print"));
	CHECK(tep_find_event_by_name(tep, "ftrace", "raw_data"));
	tep_free(tep);
}

static void test_enable_and_disable(void)
{
	CHECK(tracefs_event_is_enabled(NULL, "sched", "sched_switch") == TRACEFS_ALL_DISABLED);
	CHECK(!tracefs_event_enable(NULL, "sched", "sched_switch"));
	CHECK(tracefs_event_is_enabled(NULL, "sched", "sched_switch") == TRACEFS_ALL_ENABLED);
	CHECK(tracefs_event_is_enabled(NULL, "sched", NULL) == TRACEFS_SOME_ENABLED);
	CHECK(!tracefs_event_enable(NULL, "kmem", NULL));
	CHECK(tracefs_event_is_enabled(NULL, "kmem", "kfree") == TRACEFS_ALL_ENABLED);
	CHECK(!tracefs_event_disable(NULL, NULL, NULL));
	CHECK(tracefs_event_is_enabled(NULL, "sched", NULL) == TRACEFS_ALL_DISABLED);
	CHECK(tracefs_event_is_enabled(NULL, "kmem", "kfree") == TRACEFS_ALL_DISABLED);
	CHECK(tracefs_event_enable(NULL, "sched", "no_such_event") < 0);
}

static void test_iterate_raw_events(void)
{
	struct seen *seen;

	CHECK(!tracefs_event_enable(NULL, "sched", "sched_waking"));
	CHECK(!tracefs_event_enable(NULL, "kmem", "kmalloc"));
	tell("waking 100");
	tell("kmalloc 50");
	tell("switch 30");
	seen = iterate(NULL, "bytes_req");
	CHECK(seen->records == 150, "%d", seen->records);
	CHECK(seen->of_event[id_of(seen, "sched", "sched_waking")] == 100);
	CHECK(seen->of_event[id_of(seen, "kmem", "kmalloc")] == 50);
	CHECK(seen->value_sum == 10 * (8 + 16 + 32 + 64 + 128), "%llu", seen->value_sum);
	CHECK(seen->pid == traced_pid);
	/* raw pipes consume */
	CHECK(iterate(NULL, NULL)->records == 0);
}

static void test_iterate_many(void)
{
	struct seen *seen;

	CHECK(!tracefs_instance_set_buffer_size(NULL, 8192, -1));
	CHECK(!tracefs_event_enable(NULL, "load", "load_tick"));
	tell("load 50000 4");
	seen = iterate(NULL, "n");
	CHECK(seen->records == 200000, "%d", seen->records);
	CHECK(seen->value_sum == 4ULL * (50000ULL * 49999 / 2), "%llu", seen->value_sum);
}

static int walked;

static int walk(const char *name, void *arg)
{
	walked += !strcmp(name, arg);
	return 0;
}

static void test_instances(void)
{
	struct tracefs_instance *one = tracefs_instance_create("one"), *two;
	struct seen *seen;
	char name[] = "one";

	CHECK(one && tracefs_instance_is_new(one) && tracefs_instance_exists("one"));
	two = tracefs_instance_create("two");
	CHECK(two);
	CHECK(tracefs_instances_walk(walk, name) >= 0 && walked == 1);
	CHECK(!tracefs_event_enable(one, "sched", "sched_switch"));
	CHECK(!tracefs_event_enable(two, "sched", "sched_waking"));
	CHECK(tracefs_event_is_enabled(NULL, "sched", "sched_switch") == TRACEFS_ALL_DISABLED);
	tell("switch 10");
	tell("waking 20");
	seen = iterate(one, NULL);
	CHECK(seen->records == 10 && seen->of_event[id_of(seen, "sched", "sched_switch")] == 10);
	seen = iterate(two, NULL);
	CHECK(seen->records == 20 && seen->of_event[id_of(seen, "sched", "sched_waking")] == 20);
	CHECK(iterate(NULL, NULL)->records == 0);
	CHECK(!tracefs_instance_destroy(one) && !tracefs_instance_exists("one"));
	CHECK(!tracefs_instance_destroy(two));
	tell("switch 10");
}

static void test_an_instance_of_a_second_process(void)
{
	struct tracefs_instance *mine = tracefs_instance_create("mine"), *again;

	again = tracefs_instance_create("mine");
	CHECK(mine && again && !tracefs_instance_is_new(again));
	CHECK(!tracefs_instance_destroy(mine));
	tracefs_instance_free(again);
}

static void test_filters(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	struct tep_event *event = tep_find_event_by_name(tep, "kmem", "kmalloc");
	char *filter = NULL, *text, *error = NULL;
	struct seen *seen;

	CHECK(event);
	CHECK(!tracefs_filter_string_append(event, &filter, TRACEFS_FILTER_COMPARE, "bytes_req",
					    TRACEFS_COMPARE_GE, "64"));
	CHECK(!tracefs_filter_string_append(event, &filter, TRACEFS_FILTER_AND, NULL, 0, NULL));
	CHECK(!tracefs_filter_string_append(event, &filter, TRACEFS_FILTER_COMPARE,
					    "bytes_alloc", TRACEFS_COMPARE_LT, "1000"));
	CHECK(!tracefs_filter_string_verify(event, filter, &error), "%s", error);
	CHECK(tracefs_event_filter_apply(NULL, event, filter) >= 0, "'%s'", filter);
	text = tracefs_event_file_read(NULL, "kmem", "kmalloc", "filter", NULL);
	CHECK(text && !strncmp(text, filter, strlen(filter)), "%s, not %s", text, filter);
	CHECK(!tracefs_event_enable(NULL, "kmem", "kmalloc"));
	tell("kmalloc 50");
	seen = iterate(NULL, "bytes_req");
	CHECK(seen->records == 20 && seen->value_sum == 10 * (64 + 128), "%d %llu", seen->records,
	      seen->value_sum);
	CHECK(tracefs_event_filter_clear(NULL, event) >= 0);
	text = tracefs_event_file_read(NULL, "kmem", "kmalloc", "filter", NULL);
	CHECK(text && !strcmp(text, "none\n"), "%s", text);
	tell("kmalloc 50");
	CHECK(iterate(NULL, NULL)->records == 50);
}

static void test_errors(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	struct tep_event *event = tep_find_event_by_name(tep, "kmem", "kmalloc");
	char *text;

	CHECK(!tracefs_error_clear(NULL));
	CHECK(!tracefs_error_last(NULL));
	CHECK(tracefs_event_filter_apply(NULL, event, "no_such_field == 3") < 0);
	text = tracefs_error_last(NULL);
	CHECK(text && strstr(text, "event filter parse error: error: Field not found") &&
	      strstr(text, "Command: no_such_field == 3"), "%s", text);
	CHECK(tracefs_event_filter_apply(NULL, event, "bytes_req == x") < 0);
	text = tracefs_error_all(NULL);
	CHECK(text && strstr(text, "no_such_field") && strstr(text, "bytes_req"), "%s", text);
	CHECK(!tracefs_error_clear(NULL) && !tracefs_error_last(NULL));
}

static void test_markers(void)
{
	struct { int id; char bytes[12]; } raw = { 77, "hello raw" };
	struct seen *seen;

	CHECK(!tracefs_printf(NULL, "hello %d", 42));
	seen = iterate(NULL, NULL);
	CHECK(seen->records == 1 && !strncmp(seen->text, "hello 42", 8), "%d %s", seen->records,
	      seen->text);
	CHECK(seen->pid == getpid(), "%d, not %d", seen->pid, getpid());
	CHECK(!tracefs_binary_write(NULL, &raw, sizeof(raw)));
	seen = iterate(NULL, "id");
	CHECK(seen->records == 1 && seen->value_sum == 77, "%d %llu", seen->records,
	      seen->value_sum);
	tracefs_print_close(NULL);
	tracefs_binary_close(NULL);
}

static void test_markers_of_an_instance(void)
{
	struct tracefs_instance *one = tracefs_instance_create("one");

	CHECK(one && !tracefs_printf(one, "in one"));
	CHECK(iterate(NULL, NULL)->records == 0);
	CHECK(iterate(one, NULL)->records == 1);
	tracefs_print_close(one);
	CHECK(!tracefs_instance_destroy(one));
}

static void test_on_and_off(void)
{
	CHECK(!tracefs_event_enable(NULL, "sched", "sched_switch"));
	CHECK(tracefs_trace_is_on(NULL) == 1);
	CHECK(!tracefs_trace_off(NULL) && tracefs_trace_is_on(NULL) == 0);
	tell("switch 10");
	CHECK(!tracefs_trace_on(NULL) && tracefs_trace_is_on(NULL) == 1);
	tell("switch 7");
	CHECK(!tracefs_trace_off_fd(tracefs_trace_on_get_fd(NULL)));
	tell("switch 10");
	CHECK(iterate(NULL, NULL)->records == 7);
	CHECK(!tracefs_trace_on(NULL));
}

/* Each option that is there can be set and cleared, and says so. */
static void test_options(void)
{
	const struct tracefs_options_mask *supported = tracefs_options_get_supported(NULL);
	int nr = 0;

	CHECK(supported);
	for (int id = 1; id < TRACEFS_OPTION_MAX; id++) {
		enum tracefs_option_id option = (enum tracefs_option_id)id;
		bool was;

		if (!tracefs_option_is_supported(NULL, option))
			continue;
		nr++;
		was = tracefs_option_is_enabled(NULL, option);
		CHECK(!(was ? tracefs_option_disable : tracefs_option_enable)(NULL, option), "%s",
		      tracefs_option_name(option));
		CHECK(tracefs_option_is_enabled(NULL, option) == !was, "%s",
		      tracefs_option_name(option));
		CHECK(!(was ? tracefs_option_enable : tracefs_option_disable)(NULL, option));
		CHECK(tracefs_option_is_enabled(NULL, option) == was);
	}
	CHECK(nr >= 8, "only %d options", nr);
	CHECK(tracefs_option_is_enabled(NULL, TRACEFS_OPTION_OVERWRITE));
	CHECK(tracefs_option_enable(NULL, TRACEFS_OPTION_BLK_CGNAME) < 0);
}

static char *hist_of(struct tracefs_instance *instance)
{
	char *text = tracefs_event_file_read(instance, "kmem", "kmalloc", "hist", NULL);

	CHECK(text, "no hist file");
	return text;
}

static void test_hist(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	struct tracefs_instance *one = tracefs_instance_create("one");
	struct tracefs_hist *hist;
	char *text;

	hist = tracefs_hist_alloc(tep, "kmem", "kmalloc", "bytes_req", TRACEFS_HIST_KEY_NORMAL);
	CHECK(hist && !tracefs_hist_add_value(hist, "bytes_alloc"));
	CHECK(!tracefs_hist_start(one, hist), "%s", tracefs_error_last(NULL));
	tell("kmalloc 50");
	text = hist_of(one);
	CHECK(strstr(text, "Hits: 50") && strstr(text, "Entries: 5") && strstr(text, "Dropped: 0"),
	      "%s", text);
	CHECK(strstr(text, "bytes_alloc:        160"), "%s", text);
	CHECK(!tracefs_hist_pause(one, hist));
	CHECK(strstr(hist_of(one), "[paused]"), "%s", hist_of(one));
	tell("kmalloc 50");
	CHECK(strstr(hist_of(one), "Hits: 50"));
	CHECK(!tracefs_hist_continue(one, hist));
	tell("kmalloc 5");
	CHECK(strstr(hist_of(one), "Hits: 55"), "%s", hist_of(one));
	CHECK(!tracefs_hist_reset(one, hist));
	CHECK(strstr(hist_of(one), "Hits: 0"), "%s", hist_of(one));
	CHECK(!tracefs_hist_destroy(one, hist));
	text = tracefs_event_file_read(one, "kmem", "kmalloc", "trigger", NULL);
	CHECK(text && !strstr(text, "hist:"), "%s", text);
	tracefs_hist_free(hist);
	CHECK(!tracefs_instance_destroy(one));
}

static void test_hist_of_two_keys(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	struct tracefs_hist *hist;
	char *text, *at;

	hist = tracefs_hist_alloc_2d(tep, "kmem", "kmalloc", "bytes_req", TRACEFS_HIST_KEY_LOG,
				     "node", TRACEFS_HIST_KEY_NORMAL);
	CHECK(hist && !tracefs_hist_add_sort_key(hist, "bytes_req") &&
	      !tracefs_hist_sort_key_direction(hist, "bytes_req", TRACEFS_HIST_SORT_DESCENDING));
	CHECK(!tracefs_hist_add_name(hist, "sizes"));
	CHECK(!tracefs_hist_append_filter(hist, TRACEFS_FILTER_COMPARE, "bytes_req",
					  TRACEFS_COMPARE_GT, "8"));
	CHECK(!tracefs_hist_start(NULL, hist), "%s", tracefs_error_last(NULL));
	tell("kmalloc 50");
	text = hist_of(NULL);
	CHECK(strstr(text, "Hits: 40") && strstr(text, "Entries: 4"), "%s", text);
	at = strstr(text, "~ 2^7");
	CHECK(at && strstr(at, "~ 2^4"), "%s", text);
	CHECK(!tracefs_hist_destroy(NULL, hist));
}

static void test_buffer_size(void)
{
	struct tracefs_instance *one = tracefs_instance_create("one");
	ssize_t kb;

	CHECK(one && !tracefs_instance_set_buffer_size(one, 512, -1));
	kb = tracefs_instance_get_buffer_size(one, 0);
	CHECK(kb >= 512 && kb < 1024, "%zd", kb);
	CHECK(tracefs_instance_get_buffer_size(one, -1) >= kb);
	CHECK(!tracefs_instance_destroy(one));
}

static void test_clock(void)
{
	char *clock = tracefs_get_clock(NULL);

	CHECK(clock && !strcmp(clock, "local"), "%s", clock);
	CHECK(tracefs_instance_file_write(NULL, "trace_clock", "mono") > 0);
	clock = tracefs_get_clock(NULL);
	CHECK(clock && !strcmp(clock, "mono"), "%s", clock);
	CHECK(tracefs_instance_file_write(NULL, "trace_clock", "no_such_clock") < 0);
}

static void test_affinity(void)
{
	char *cpus;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	CHECK(!tracefs_event_enable(NULL, "sched", "sched_switch"));
	CHECK(tracefs_instance_set_affinity(NULL, "1") >= 0);
	cpus = tracefs_instance_get_affinity(NULL);
	CHECK(cpus && !strcmp(cpus, "1"), "%s", cpus);
	tell("affine 0");
	tell("switch 10");
	tell("affine 1");
	tell("switch 3");
	CHECK(iterate(NULL, NULL)->records == 3);
}

/* The pages of one CPU, by read and by splice into a file. */
static void test_pages_of_a_cpu(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	int page_size = tep_get_sub_buffer_size(tep), got;
	struct tracefs_cpu *cpu;
	unsigned char *page = malloc((size_t)page_size);
	struct kbuffer *kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);
	char name[] = "/tmp/oriel-test-XXXXXX";
	int fd = mkstemp(name);
	long records = 0, bytes = 0;

	CHECK(page && kbuf && fd >= 0 && !unlink(name));
	tell("affine 0");
	CHECK(!tracefs_event_enable(NULL, "load", "load_tick"));
	tell("load 1000");
	cpu = tracefs_cpu_open(NULL, 0, true);
	CHECK(cpu && tracefs_cpu_read_size(cpu) == page_size);
	while ((got = tracefs_cpu_read(cpu, page, true)) > 0) {
		unsigned long long ts;

		CHECK(!kbuffer_load_subbuffer(kbuf, page));
		while (kbuffer_read_event(kbuf, &ts)) {
			records++;
			kbuffer_next_event(kbuf, NULL);
		}
	}
	CHECK(records == 1000, "%ld", records);
	tell("load 2000");
	while ((got = tracefs_cpu_write(cpu, fd, true)) > 0)
		bytes += got;
	while ((got = tracefs_cpu_flush_write(cpu, fd)) > 0)
		bytes += got;
	records = 0;
	for (long at = 0; at < bytes; at += page_size) {
		unsigned long long ts;

		CHECK(pread(fd, page, (size_t)page_size, at) == page_size);
		CHECK(!kbuffer_load_subbuffer(kbuf, page));
		for (; kbuffer_read_event(kbuf, &ts); kbuffer_next_event(kbuf, NULL))
			records++;
	}
	CHECK(records == 2000, "%ld in %ld bytes", records, bytes);
	tracefs_cpu_close(cpu);
}

static int followed;

static int follow(struct tep_event *event, struct tep_record *record, int cpu, void *arg)
{
	followed += !strcmp(event->name, arg);
	return 0;
}

static void test_follow_event(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);
	char name[] = "sched_switch";

	CHECK(!tracefs_follow_event(tep, NULL, "sched", name, follow, name));
	CHECK(!tracefs_event_enable(NULL, "sched", NULL));
	tell("switch 10");
	tell("waking 10");
	CHECK(!tracefs_iterate_raw_events(tep, NULL, NULL, 0, NULL, NULL));
	CHECK(followed == 10, "%d", followed);
}

static void test_task_names(void)
{
	struct tep_handle *tep = tracefs_local_events(NULL);

	CHECK(!tracefs_event_enable(NULL, "sched", NULL));
	tell("name a_new_name");
	tell("switch 1");
	CHECK(!tracefs_load_cmdlines(NULL, tep));
	CHECK(!strcmp(tep_data_comm_from_pid(tep, traced_pid), "a_new_name"), "%s",
	      tep_data_comm_from_pid(tep, traced_pid));
}

static void test_pids(void)
{
	char pid[32];

	CHECK(!tracefs_event_enable(NULL, "sched", NULL));
	CHECK(tracefs_instance_file_write(NULL, "set_event_pid", "1") > 0);
	tell("switch 10");
	CHECK(iterate(NULL, NULL)->records == 0);
	snprintf(pid, sizeof(pid), "%d", traced_pid);
	CHECK(tracefs_instance_file_append(NULL, "set_event_pid", pid) > 0);
	tell("switch 10");
	CHECK(iterate(NULL, NULL)->records == 10);
	CHECK(!tracefs_instance_file_clear(NULL, "set_event_pid"));
}

#define TEST(name) { #name, test_##name }
static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(systems_and_events), TEST(formats_parse), TEST(enable_and_disable),
	TEST(iterate_raw_events), TEST(iterate_many), TEST(instances),
	TEST(an_instance_of_a_second_process), TEST(filters), TEST(errors), TEST(markers),
	TEST(markers_of_an_instance), TEST(on_and_off), TEST(options), TEST(hist),
	TEST(hist_of_two_keys), TEST(buffer_size), TEST(clock), TEST(affinity),
	TEST(pages_of_a_cpu), TEST(follow_event), TEST(task_names), TEST(pids),
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (argc == 2 && !strcmp(argv[1], "--list"))
			puts(tests[i].name);
		if (argc != 3 || strcmp(argv[1], tests[i].name) != 0)
			continue;
		traced_start(argv[2]);
		tell("hello");
		tests[i].run();
		traced_end();
		return 0;
	}
	return argc == 2 ? 0 : 2;
}
