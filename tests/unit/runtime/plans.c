// SPDX-License-Identifier: MIT
/*
 * What becomes of an event's record, by what instances want. This program is the traced process and
 * the tool in one; each test has a process and a domain of its own.
 */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>

#include "plans_trace.h"
#include "reader/control.h"
#include "reader/ring.h"

#define STACK 4				/* common_type of a stack record */

static void filter_on_numbers(void)
{
	int slot;

	enable(&top, "one", true);
	slot = add_number_filter(&top, "one", ORL_CMP_GE, 10);
	for (unsigned int i = 8; i < 12; i++)
		trace_one(i, "x");
	drop(&top, slot);
	trace_one(3, "x");
	assert_recorded(&top, 10, 11, 3);
}

static void filter_on_strings(void)
{
	struct orl_hook hook = { .kind = ORL_HOOK_FILTER, .event = id_of("one"), .count = -1 };
	char large[400];

	memset(large, 'y', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	enable(&top, "one", true);
	put_string(&hook, ORL_LOAD_DATA_LOC, 12, "apple");
	add(&top, &hook);
	trace_one(1, "apple");
	trace_one(2, "pear");
	trace_one(3, large);
	trace_one(4, "apple");
	assert_recorded(&top, 1, 4);
}

static void filter_of_large_records(void)
{
	char large[400];

	memset(large, 'y', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	enable(&top, "one", true);
	add_number_filter(&top, "one", ORL_CMP_LT, 2);
	trace_one(1, large);
	trace_one(2, large);
	assert_recorded(&top, 1);
}

static void filter_on_comm_and_cpu(void)
{
	struct orl_hook hook = { .kind = ORL_HOOK_FILTER, .event = id_of("one"), .count = -1 };

	enable(&top, "one", true);
	put_string(&hook, ORL_LOAD_COMM, 8, "tester");
	add(&top, &hook);
	trace_one(1, "x");
	prctl(PR_SET_NAME, "tester");
	trace_one(2, "x");		/* the name is asked for once after each change */
	oriel_control_dispatch();
	trace_one(3, "x");
	assert_recorded(&top, 3);
}

static void several_instances(void)
{
	struct orl_session a, b;

	make_instance(&a, "a");
	make_instance(&b, "b");
	enable(&a, "one", true);
	trace_one(1, "x");
	enable(&b, "one", true);
	add_number_filter(&b, "one", ORL_CMP_EQ, 2);
	trace_one(2, "x");
	enable(&top, "one", true);
	trace_one(3, "x");
	enable(&a, "one", false);
	trace_one(4, "x");
	assert_recorded(&a, 1, 2, 3);
	assert_recorded(&b, 2);
	assert_recorded(&top, 3, 4);
	orl_session_close(&a);
	orl_session_close(&b);
}

static void instance_removed_and_made_again(void)
{
	struct orl_session a;

	for (unsigned int i = 0; i < 3; i++) {
		make_instance(&a, "a");
		enable(&a, "one", true);
		assert_true(trace_one_enabled());
		trace_one(i, "x");
		assert_recorded(&a, i);
		orl_session_close(&a);
		ok(orl_instance_remove(&top, "a"));
		oriel_control_dispatch();
		assert_false(trace_one_enabled());
		trace_one(9, "x");
	}
}

static void trigger_switches_tracing(void)
{
	enable(&top, "one", true);
	add_trigger(&top, "two", ORL_CMD_TRACEOFF, 0, 1);
	assert_true(trace_two_enabled());	/* its sites are on for the trigger alone */
	trace_one(1, "x");
	trace_two(2, "x");
	trace_one(3, "x");
	ok(orl_control_set_tracing(&top, true));
	trace_two(4, "x");			/* the count is used up */
	trace_one(5, "x");
	assert_recorded(&top, 1, 5);
}

static void soft_mode(void)
{
	int fd = orl_set_lock(&top), slot;

	ok(orl_session_create_rings(&top));
	orl_soft_set_locked(&top, id_of("two"), true);
	orl_set_publish(&top, true);
	orl_set_unlock(fd);
	slot = add_trigger(&top, "one", ORL_CMD_ENABLE_EVENT, id_of("two"), -1);
	assert_true(trace_two_enabled());
	trace_two(1, "x");
	trace_one(2, "x");
	trace_two(3, "x");
	assert_recorded(&top, 3);
	drop(&top, slot);
	add_trigger(&top, "one", ORL_CMD_DISABLE_EVENT, id_of("two"), -1);
	trace_two(4, "x");
	trace_one(5, "x");
	trace_two(6, "x");
	assert_recorded(&top, 3, 4);
}

static void *fire_in_thread(void *tid)
{
	*(int32_t *)tid = (int32_t)syscall(SYS_gettid);
	trace_one(7, "x");
	return NULL;
}

static void lists_of_threads(void)
{
	int32_t self = (int32_t)syscall(SYS_gettid), other = 1, tid;
	pthread_t thread;

	enable(&top, "one", true);
	ok(orl_set_pids(&top, false, &other, 1, false));
	oriel_control_dispatch();
	trace_one(1, "x");
	ok(orl_set_pids(&top, false, &self, 1, true));
	oriel_control_dispatch();
	trace_one(2, "x");
	pthread_create(&thread, NULL, fire_in_thread, &tid);
	pthread_join(thread, NULL);
	ok(orl_set_pids(&top, true, &self, 1, false));
	trace_one(3, "x");
	oriel_control_dispatch();
	trace_one(4, "x");
	ok(orl_set_pids(&top, true, NULL, 0, false));
	ok(orl_set_pids(&top, false, NULL, 0, false));
	oriel_control_dispatch();
	pthread_create(&thread, NULL, fire_in_thread, &tid);
	pthread_join(thread, NULL);
	assert_recorded(&top, 2, 7);
}

static void children(void)
{
	struct orl_hook hook = { .kind = ORL_HOOK_FILTER, .event = id_of("one"), .count = -1 };
	struct orl_session a;
	pid_t pid;

	make_instance(&a, "a");
	enable(&a, "one", true);
	enable(&top, "one", true);
	put_string(&hook, ORL_LOAD_DATA_LOC, 12, "apple");
	add(&top, &hook);
	pid = vfork();
	if (!pid) {
		trace_one(1, "apple");
		trace_one(2, "pear");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	trace_one(3, "apple");
	pid = fork();
	if (!pid) {
		trace_one(4, "apple");
		trace_one(5, "pear");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	assert_recorded(&top, 1, 3, 4);
	assert_recorded(&a, 1, 2, 3, 4, 5);
	orl_session_close(&a);
}

/* A handler on the program's own small stack, in the middle of an event's plan. */
/* As _Fork() makes them: nobody was told. One that ends takes its objects out of its own place. */
static void unknown_children(void)
{
	struct orl_proc *proc = orl_ctl_procs(top.domain.ctl);
	uint32_t nr;
	int status;
	pid_t pid;

	while (proc->pid != (uint32_t)getpid())
		proc++;
	nr = proc->nr_events;
	assert_true(nr > 0);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		exit(0);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(proc->nr_events, nr);
}

static void in_handler(int sig)
{
	(void)sig;
	trace_one(1, "x");
}

static void handlers(void)
{
	static char stack[16 << 10];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_handler = in_handler, .sa_flags = SA_ONSTACK };

	enable(&top, "one", true);
	add_number_filter(&top, "one", ORL_CMP_EQ, 1);
	add_trigger(&top, "one", ORL_CMD_STACKTRACE, 0, 1);
	assert_int_equal(sigaltstack(&alternate, NULL), 0);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	assert_int_equal(look(&top).nr, 2);
	alternate.ss_flags = SS_DISABLE;
	sigaltstack(&alternate, NULL);
}

static void stacks(void)
{
	struct seen seen;
	char path[600];
	DIR *d;
	bool found = false;

	enable(&top, "one", true);
	ok(orl_set_options(&top, ORL_OPT_STACKTRACE, 0));
	oriel_control_dispatch();
	trace_one(1, "x");
	ok(orl_set_options(&top, 0, ORL_OPT_STACKTRACE));
	oriel_control_dispatch();
	add_trigger(&top, "two", ORL_CMD_STACKTRACE, 0, 1);
	trace_two(2, "x");
	trace_two(3, "x");
	trace_one(4, "x");
	seen = look(&top);
	assert_int_equal(seen.nr, 4);
	assert_int_equal(seen.type[0], id_of("one"));
	assert_int_equal(seen.type[1], STACK);
	assert_int_equal(seen.type[2], STACK);
	assert_int_equal(seen.type[3], id_of("one"));
	for (unsigned int i = 1; i < 3; i++) {
		assert_in_range(seen.value[i], 1, 32);
		assert_true(seen.caller[i]);
	}
	snprintf(path, sizeof(path), "%s", top.domain.dir);
	d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));)
		found |= !strncmp(e->d_name, "maps.", 5);
	closedir(d);
	assert_true(found);
}

static void snapshot_by_trigger(void)
{
	struct orl_session snap;

	enable(&top, "one", true);
	ok(orl_snapshot_alloc(&top));
	oriel_control_dispatch();
	add_trigger(&top, "two", ORL_CMD_SNAPSHOT, 0, -1);
	trace_one(1, "x");
	trace_two(0, "x");
	trace_one(2, "x");
	trace_one(3, "x");
	ok(orl_session_open_snapshot(&snap, &top));
	assert_recorded(&snap, 1);
	assert_recorded(&top, 2, 3);
	orl_session_close(&snap);
}

static void hist_of_an_event_that_is_off(void)
{
	struct orl_hist_spec spec = { .nr_keys = 1, .key_len = 8,
				      .key = { { .load = ORL_LOAD_U32, .off = 8, .size = 4 } } };
	struct orl_hook hook = { .kind = ORL_HOOK_TRIGGER, .cmd = ORL_CMD_HIST,
				 .event = id_of("one"), .count = -1, .hist = spec };
	int id = orl_hist_create(&top, &spec, 128);
	void *copy;
	size_t len;

	ok(id);
	hook.hist_id = (uint32_t)id;
	add(&top, &hook);		/* there are no rings either */
	trace_one(1, "x");
	trace_one(1, "x");
	trace_one(2, "x");
	ok(orl_hist_read(&top, (uint32_t)id, &copy, &len));
	assert_int_equal(((struct orl_hist_file *)copy)->nr_used, 2);
	free(copy);
}

static void small_pages_cut_strings(void)
{
	struct orl_session a;
	char large[8000];

	memset(large, 'y', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	make_instance(&a, "a");
	ok(orl_set_size(&a, 0, 65536));
	enable(&a, "one", true);
	trace_one(1, large);
	enable(&top, "one", true);
	trace_one(2, large);
	assert_recorded(&a, 1, 2);
	assert_recorded(&top, 2);
	orl_session_close(&a);
}

static void resize_moves_on(void)
{
	enable(&top, "one", true);
	trace_one(1, "x");
	ok(orl_set_size(&top, 128 << 10, 0));
	oriel_control_dispatch();
	trace_one(2, "x");
	ok(orl_set_size(&top, 64 << 10, 0));
	trace_one(3, "x");
	oriel_control_dispatch();
	trace_one(4, "x");
	assert_recorded(&top, 4);	/* 3 came to rings that were replaced */
}

static const struct place_test tests[] = {
	{ "a filter on numbers", filter_on_numbers },
	{ "a filter on strings", filter_on_strings },
	{ "a filter of records that are large", filter_of_large_records },
	{ "a filter on the thread's name", filter_on_comm_and_cpu },
	{ "each instance takes what it wants", several_instances },
	{ "an instance removed and made again", instance_removed_and_made_again },
	{ "a trigger switches tracing off", trigger_switches_tracing },
	{ "soft mode", soft_mode },
	{ "lists of threads", lists_of_threads },
	{ "children of fork and vfork", children },
	{ "a child that nobody knows leaves its parent's events alone", unknown_children },
	{ "a handler on a small stack", handlers },
	{ "stacks behind records", stacks },
	{ "a snapshot taken by a trigger", snapshot_by_trigger },
	{ "a hist of an event that is off", hist_of_an_event_that_is_off },
	{ "strings are cut for the smallest page", small_pages_cut_strings },
	{ "records go to the rings of the new size", resize_moves_on },
};

int main(int argc, char **argv)
{
	(void)argc;
	return place_main(argv[0], tests, sizeof(tests) / sizeof(tests[0]));
}
