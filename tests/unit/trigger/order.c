// SPDX-License-Identifier: MIT
/*
 * In a traced program: which records are taken when a trigger switches something, as the kernel
 * does it (observed on 6.18 where its configuration has the trigger).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/events.h"
#include "reader/instance.h"
#include "reader/ring.h"

#define CREATE_TRACE_POINTS
#include "order_trace.h"

#define STACK_ID 4
#define OFF_N 8U

static struct orl_session session;
static uint32_t event;
static struct orl_hook hook;
static int slots[4], nr_slots;

static void publish(int fd)
{
	orl_set_publish(&session, false);
	orl_set_unlock(fd);
}

/* A trigger, with a condition that holds for every n >= @least, or without one. */
static void add(uint32_t cmd, int least)
{
	int fd = orl_set_lock(&session);

	assert_true(fd >= 0);
	memset(&hook, 0, sizeof(hook));
	hook.kind = ORL_HOOK_TRIGGER;
	hook.event = event;
	hook.cmd = cmd;
	hook.count = -1;
	hook.target = event;
	if (least >= 0) {
		hook.flags = ORL_HOOK_HAS_FILTER;
		hook.nr_insns = 1;
		hook.insn[0] = (struct orl_insn){ .op = ORL_LOAD_S32 << 4 | ORL_CMP_GE,
						  .yes = ORL_INSN_PASS, .no = ORL_INSN_FAIL,
						  .off = OFF_N, .size = 4, .imm = (uint64_t)least };
	}
	slots[nr_slots] = orl_hook_add_locked(&session, &hook);
	assert_true(slots[nr_slots++] >= 0);
	publish(fd);
}

static void switch_event(bool on)
{
	int id = (int)event;

	assert_true(orl_control_exact(&session, &id, 1, on) >= 0);
}

static int setup(void **state)
{
	orl_control_set_tracing(&session, true);
	orl_control_clear(&session);
	switch_event(true);
	return 0;
}

static int teardown(void **state)
{
	int fd = orl_set_lock(&session);

	while (nr_slots)
		orl_hook_remove_locked(&session, (uint32_t)slots[--nr_slots]);
	orl_soft_set_locked(&session, event, false);
	publish(fd);
	return 0;
}

/* What stands in the rings of @s: the numbers, and "s" for a stack. */
static void texts(struct orl_session *s, char *out)
{
	struct orl_merge *m;
	struct orl_record r;

	*out = '\0';
	assert_int_equal(orl_merge_open(&m, s, ORL_MERGE_SNAPSHOT), 0);
	while (orl_merge_next(m, &r) == 1) {
		uint16_t id;
		int32_t n;

		memcpy(&id, r.data, sizeof(id));
		memcpy(&n, (const char *)r.data + OFF_N, sizeof(n));
		if (id == STACK_ID)
			strcat(out, "s ");
		else
			sprintf(out + strlen(out), "%d ", n);
	}
	orl_merge_close(m);
}

static void fire(const char *want)
{
	char have[256];

	for (int n = 1; n <= 4; n++)
		trace_order_step(n);
	orl_session_map_rings(&session);
	texts(&session, have);
	assert_string_equal(have, want);
}

static void the_record_that_sets_off_a_traceoff_is_the_last(void **state)
{
	add(ORL_CMD_TRACEOFF, -1);
	fire("1 ");
}

static void with_a_condition_too(void **state)
{
	add(ORL_CMD_TRACEOFF, 3);
	fire("1 2 3 ");
}

static void what_sets_off_a_traceon_is_recorded(void **state)
{
	add(ORL_CMD_TRACEON, -1);
	orl_control_set_tracing(&session, false);
	fire("1 2 3 4 ");
}

static void with_a_condition_it_is_not(void **state)
{
	add(ORL_CMD_TRACEON, 2);
	orl_control_set_tracing(&session, false);
	fire("3 4 ");
}

static void an_event_that_disables_itself_is_not_recorded(void **state)
{
	add(ORL_CMD_DISABLE_EVENT, 3);
	fire("1 2 ");
}

static void a_stack_stands_behind_its_record(void **state)
{
	add(ORL_CMD_STACKTRACE, 4);
	fire("1 2 3 4 s ");
}

static void a_snapshot_has_the_record_that_set_it_off(void **state)
{
	struct orl_session snap;
	char have[256];

	assert_int_equal(orl_snapshot_alloc(&session), 0);
	add(ORL_CMD_SNAPSHOT, 3);
	trace_order_step(1);
	trace_order_step(3);
	trace_order_step(2);
	assert_int_equal(orl_session_open_snapshot(&snap, &session), 0);
	texts(&snap, have);
	orl_session_close(&snap);
	assert_string_equal(have, "1 3 ");
	orl_session_map_rings(&session);
	texts(&session, have);
	assert_string_equal(have, "2 ");
	assert_int_equal(orl_snapshot_free(&session), 0);
}

/* Lines of /proc/self/maps that are executable. */
static void executable_lines(const char *path, bool all, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	char line[4500];
	size_t len = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		const char *mode = strchr(line, ' ');

		if (!all && (!mode || mode[3] != 'x'))
			continue;
		assert_true(len + strlen(line) < size);
		strcpy(out + len, line);
		len += strlen(line);
	}
	fclose(f);
}

static void the_map_is_kept_where_stacks_are_taken(void **state)
{
	static char have[65536], want[65536];
	char path[600] = "", prefix[32];
	struct dirent *e;
	DIR *d;

	add(ORL_CMD_STACKTRACE, 4);
	snprintf(prefix, sizeof(prefix), "maps.%d.", (int)getpid());
	d = opendir(getenv("ORIEL_DOMAIN"));
	assert_non_null(d);
	while ((e = readdir(d))) {
		if (strncmp(e->d_name, prefix, strlen(prefix)))
			continue;
		assert_int_equal(strlen(e->d_name), strlen(prefix) + 16);
		assert_string_equal(path, "");
		snprintf(path, sizeof(path), "%s/%s", getenv("ORIEL_DOMAIN"), e->d_name);
	}
	closedir(d);
	executable_lines(path, true, have, sizeof(have));
	executable_lines("/proc/self/maps", false, want, sizeof(want));
	assert_string_equal(have, want);
}

static void find_event(void)
{
	struct orl_events events;

	assert_int_equal(orl_events_load(&events, &session), 0);
	assert_int_equal(events.nr, 1);
	event = (uint32_t)events.event[0].id;
	orl_events_fini(&events);
}

static int run(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_record_that_sets_off_a_traceoff_is_the_last),
		T(with_a_condition_too),
		T(what_sets_off_a_traceon_is_recorded),
		T(with_a_condition_it_is_not),
		T(an_event_that_disables_itself_is_not_recorded),
		T(a_stack_stands_behind_its_record),
		T(the_map_is_kept_where_stacks_are_taken),
		T(a_snapshot_has_the_record_that_set_it_off),
	};
	int rc;

	if (orl_session_open(&session, NULL, 0)) {
		fprintf(stderr, "%s\n", session.error);
		return 1;
	}
	find_event();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	orl_session_close(&session);
	return rc;
}

static void remove_domain(const char *dir)
{
	char path[512];
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

/* The library reads its environment when it is loaded: so this program starts itself again. */
int main(int argc, char **argv)
{
	char dir[64];
	int status = 1;
	pid_t pid;

	if (argc > 1)
		return run();
	snprintf(dir, sizeof(dir), "/dev/shm/orl-order-%d", (int)getpid());
	setenv("ORIEL_DOMAIN", dir, 1);
	setenv("ORIEL_EVENTS", "none:none", 1);
	pid = fork();
	if (!pid) {
		execl("/proc/self/exe", argv[0], "run", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		perror("fork");
	remove_domain(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
