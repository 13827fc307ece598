// SPDX-License-Identifier: MIT
/* Markers: where they go, what they set off, and what stops them. */
#include "domain.h"

#include <sched.h>

#include "decode/ftrace.h"
#include "marker/marker.h"
#include "reader/control.h"
#include "reader/tasks.h"

struct marker {
	uint64_t common, ip;
	char text[16];
};

static int write_text(const char *text, int cpu)
{
	struct marker m = { .ip = 0x1234 };

	strncpy(m.text, text, sizeof(m.text) - 1);
	return orl_marker_write(&session, (int32_t)getpid(), cpu, ORL_FTRACE_PRINT, &m, sizeof(m));
}

/* Texts of all markers, in order of time, of one CPU and its leased rings, or of all (-1). */
static void texts(char *out, size_t size, int cpu)
{
	struct orl_merge *m;
	struct orl_record r;
	int rc;

	*out = '\0';
	assert_int_equal(orl_merge_open(&m, &session, ORL_MERGE_SNAPSHOT), 0);
	while ((rc = orl_merge_next(m, &r)) == 1) {
		struct marker rec;

		assert_int_equal(r.len, sizeof(rec));
		memcpy(&rec, r.data, sizeof(rec));
		assert_int_equal(rec.common, (uint64_t)getpid() << 32 | ORL_FTRACE_PRINT);
		assert_int_equal(rec.ip, 0x1234);
		if (cpu >= 0 && r.cpu != cpu)
			continue;
		snprintf(out + strlen(out), size - strlen(out), "%s ", rec.text);
	}
	assert_int_equal(rc, 0);
	orl_merge_close(m);
}

static void texts_are(const char *want)
{
	char have[256];

	texts(have, sizeof(have), -1);
	assert_string_equal(have, want);
}

/* A hook of the print event whose program is "ip == @ip", or none. */
static uint32_t add_hook(uint32_t kind, uint32_t cmd, uint64_t ip)
{
	struct orl_hook *hook = calloc(1, sizeof(*hook));
	int fd = orl_set_lock(&session), slot;

	assert_true(hook && fd >= 0);
	hook->kind = kind;
	hook->cmd = cmd;
	hook->event = ORL_FTRACE_PRINT;
	hook->count = -1;
	if (ip) {
		hook->nr_insns = 1;
		hook->flags = ORL_HOOK_HAS_FILTER;
		hook->insn[0] = (struct orl_insn){ .op = ORL_LOAD_U64 << 4 | ORL_CMP_EQ,
						   .yes = ORL_INSN_PASS, .no = ORL_INSN_FAIL,
						   .off = 8, .size = 8, .imm = ip };
	}
	if (cmd == ORL_CMD_HIST) {
		hook->hist = (struct orl_hist_spec){ .nr_keys = 1, .key_len = ORL_HIST_STRING };
		hook->hist.key[0] = (struct orl_hist_field){ .load = ORL_LOAD_STRING, .off = 16,
							     .size = 16 };
		hook->hist_id = (uint32_t)orl_hist_create(&session, &hook->hist, 128);
		assert_true((int32_t)hook->hist_id > 0);
	}
	slot = orl_hook_add_locked(&session, hook);
	assert_true(slot >= 0);
	orl_set_publish(&session, false);
	orl_set_unlock(fd);
	free(hook);
	return (uint32_t)slot;
}

static void a_marker_stands_in_the_ring_of_its_cpu(void **state)
{
	cpu_set_t was, now;
	char have[64];

	assert_int_equal(sched_getaffinity(0, sizeof(was), &was), 0);
	if (!CPU_ISSET(0, &was))
		skip();
	assert_int_equal(write_text("one", 0), 0);
	assert_int_equal(write_text("two", 0), 0);
	texts(have, sizeof(have), 0);
	assert_string_equal(have, "one two ");
	assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
	assert_true(CPU_EQUAL(&was, &now));
}

static void a_cpu_that_is_not_there_is_no_reason_to_lose_it(void **state)
{
	assert_int_equal(write_text("one", 4000), 0);
	assert_int_equal(write_text("two", 100000), 0);
	texts_are("one two ");
}

static void lengths_that_no_record_has_are_refused(void **state)
{
	_Alignas(8) static char large[ORL_PAGE_MAX];
	uint32_t max = orl_record_max(PAGE);

	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, 4), -EINVAL);
	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, 13), -EINVAL);
	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, max + 4), -EINVAL);
	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, ORL_PAGE_MAX), -EINVAL);
	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, max), 0);
	assert_int_equal(orl_marker_write(&session, 1, -1, 5, large, 8), 0);
}

static void with_tracing_off_a_marker_is_refused(void **state)
{
	assert_int_equal(orl_control_set_tracing(&session, false), 0);
	assert_int_equal(write_text("lost", -1), -EBADF);
	assert_int_equal(orl_control_set_tracing(&session, true), 0);
	assert_int_equal(write_text("kept", -1), 0);
	texts_are("kept ");
}

static void its_author_is_remembered(void **state)
{
	char comm[ORL_COMM_LEN + 1];
	pid_t pid = fork();
	int status;

	if (!pid) {
		uint64_t rec[2] = { 0 };

		_exit(orl_marker_write(&session, (int32_t)getpid(), -1, 5, rec, sizeof(rec)));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(orl_tasks_find(&session, (int32_t)pid, comm));
	assert_string_equal(comm, "test-marker");
}

static void a_filter_keeps_markers_out(void **state)
{
	uint32_t slot = add_hook(ORL_HOOK_FILTER, 0, 99);
	int fd;

	assert_int_equal(write_text("lost", -1), 0);
	fd = orl_set_lock(&session);
	orl_hook_remove_locked(&session, slot);
	orl_set_publish(&session, false);
	orl_set_unlock(fd);
	add_hook(ORL_HOOK_FILTER, 0, 0x1234);
	assert_int_equal(write_text("kept", -1), 0);
	texts_are("kept ");
}

static void what_a_marker_switches_off_has_it_as_its_last(void **state)
{
	add_hook(ORL_HOOK_TRIGGER, ORL_CMD_TRACEOFF, 0x1234);
	add_hook(ORL_HOOK_TRIGGER, ORL_CMD_STACKTRACE, 0);
	assert_int_equal(write_text("last", -1), 0);
	assert_int_equal(write_text("lost", -1), -EBADF);
	assert_int_equal(session.set->tracing_on, 0);
	texts_are("last ");
}

static void a_snapshot_takes_the_marker_with_it(void **state)
{
	add_hook(ORL_HOOK_TRIGGER, ORL_CMD_SNAPSHOT, 0);
	assert_int_equal(orl_snapshot_alloc(&session), 0);
	assert_int_equal(write_text("one", -1), 0);
	assert_int_equal(session.set->active, 1);
	assert_int_equal(orl_session_map_rings(&session), 0);
	texts_are("");
	assert_int_equal(write_text("two", -1), 0);
	assert_int_equal(session.set->active, 0);
	assert_int_equal(orl_session_map_rings(&session), 0);
	texts_are("one ");
}

static void a_hist_counts_markers(void **state)
{
	struct orl_hook hook;
	struct orl_hist_file *file;
	uint32_t slot = add_hook(ORL_HOOK_TRIGGER, ORL_CMD_HIST, 0);
	uint64_t hits = 0;
	void *copy;
	size_t len;

	for (int i = 0; i < 5; i++)
		assert_int_equal(write_text(i & 1 ? "odd" : "even", -1), 0);
	assert_true(orl_hook_get(&session, slot, &hook));
	assert_int_equal(orl_hist_read(&session, hook.hist_id, &copy, &len), 0);
	file = copy;
	assert_int_equal(file->nr_used, 2);
	for (uint32_t i = 0; i < file->nr_slots; i++) {
		const struct orl_hist_entry *e = (const struct orl_hist_entry *)(const void *)(
			(char *)copy + ORL_HIST_BLOCK + (size_t)i * file->entry_len);

		hits += e->hits;
	}
	assert_int_equal(hits, 5);
	free(copy);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)
	const struct CMUnitTest tests[] = {
		T(a_marker_stands_in_the_ring_of_its_cpu),
		T(a_cpu_that_is_not_there_is_no_reason_to_lose_it),
		T(lengths_that_no_record_has_are_refused),
		T(with_tracing_off_a_marker_is_refused),
		T(its_author_is_remembered),
		T(a_filter_keeps_markers_out),
		T(what_a_marker_switches_off_has_it_as_its_last),
		T(a_snapshot_takes_the_marker_with_it),
		T(a_hist_counts_markers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
