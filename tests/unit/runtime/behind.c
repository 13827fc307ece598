// SPDX-License-Identifier: MIT
/*
 * A process that is behind what is wanted, cannot follow it, or lacks what it needs: what it fires
 * is recorded, or counted where tools find it.
 */
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>
#include <oriel/trace_event.h>

#include "plans_trace.h"
#include "reader/control.h"
#include "reader/ring.h"

/* As another process's tool does it: this one does not follow. */
static void resize(uint64_t bytes)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct orl_session s;

		_exit(orl_session_open(&s, getenv("ORIEL_DOMAIN"), 0) ||
		      orl_set_size(&s, bytes, 0));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static uint64_t count(struct orl_session *s, uint64_t *dropped)
{
	uint64_t written = 0;

	ok(orl_session_map_rings(s));
	for (uint32_t i = 0; i < s->nr_rings; i++) {
		struct orl_ring_stats st;

		ok(orl_ring_stats(s, i, &st));
		written += st.written;
		*dropped += st.dropped;
	}
	return written;
}

static void fire(unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		trace_one(i, "x");
}

/* A generation that never holds still: apply() must come to an end all the same. */
static bool is_over;

static void *change_always(void *gen)
{
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
		__atomic_fetch_add((uint32_t *)gen, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void always_changing(void)
{
	struct orl_session a[100];
	char name[] = "00";
	pthread_t thread;

	enable(&top, "one", true);
	/* many, so that a look at them takes its time */
	for (unsigned int i = 0; i < 100; i++) {
		name[0] = (char)('0' + i / 10);
		name[1] = (char)('0' + i % 10);
		make_instance(&a[i], name);
		orl_session_close(&a[i]);
	}
	pthread_create(&thread, NULL, change_always, &top.domain.ctl->gen);
	for (int i = 0; i < 50; i++)
		oriel_control_dispatch();
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	trace_one(1, "x");
	assert_recorded(&top, 1);
}

/* Two objects have the same event. One goes: the other's filter stays. */
static void same_event_in_an_object_that_goes(void)
{
	struct tracepoint *tp = &__tracepoint_one, tp_copy = { .name = tp->name };
	struct trace_event_call copy = { .tp = &tp_copy }, *list[1] = { &copy };
	struct oriel_dso dso = { .version = ORIEL_DSO_VERSION, .events_start = list,
				 .events_end = list + 1 };
	extern struct trace_event_call *const __start_oriel_events[]
		__attribute__((weak, visibility("hidden")));
	struct trace_event_call *const *one = __start_oriel_events;

	while (strcmp((*one)->name, "one"))
		one++;
	copy.system = (*one)->system;
	copy.name = (*one)->name;
	copy.print_fmt = (*one)->print_fmt;
	copy.fields = (*one)->fields;
	enable(&top, "one", true);
	add_number_filter(&top, "one", ORL_CMP_GE, 10);
	oriel_dso_register(&dso);
	assert_int_equal(copy.slot, (*one)->slot);
	oriel_dso_unregister(&dso);
	oriel_control_dispatch();
	enable(&top, "two", true);
	trace_one(2, "x");
	trace_one(20, "x");
	assert_recorded(&top, 20);
}

/* What tracing_cpumask keeps off is not wanted, and not dropped by rings that were replaced. */
static void masked_before_a_resize(void)
{
	const uint64_t mask[1] = { 2 };
	uint64_t dropped = 0;
	cpu_set_t set;

	if (top.domain.ctl->nr_cpus < 2 ||
	    (getenv("ORIEL_RSEQ") && !strcmp(getenv("ORIEL_RSEQ"), "off"))) {
		print_message("skipped: no CPU to mask, or leased rings, which are no CPU's\n");
		skip();
	}
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	enable(&top, "one", true);
	fire(1);
	ok(orl_set_cpumask(&top, mask, 1));
	fire(2);
	resize(128 << 10);
	fire(5);
	oriel_control_dispatch();
	resize(256 << 10);
	oriel_control_dispatch();
	assert_int_equal(count(&top, &dropped), 1);
	assert_int_equal(dropped, 0);
}

/* A process that cannot open the new rings goes on with the old ones, which count what they refuse
 * until it can. */
static void new_rings_cannot_be_mapped(void)
{
	struct orl_proc *proc = orl_ctl_procs(top.domain.ctl);
	struct rlimit was, none;
	uint64_t dropped = 0;
	int fd;

	enable(&top, "one", true);
	fire(1);
	resize(128 << 10);
	getrlimit(RLIMIT_NOFILE, &was);
	none = (struct rlimit){ 3, was.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	oriel_control_dispatch();
	setrlimit(RLIMIT_NOFILE, &was);
	assert_int_equal(proc->ring_error, EMFILE);
	fire(5);
	fd = orl_set_lock(&top);
	ok(fd);
	assert_int_equal(orl_size_finish_locked(&top), 1);
	orl_set_unlock(fd);
	fire(7);
	oriel_control_dispatch();
	assert_int_equal(proc->ring_error, 0);
	fd = orl_set_lock(&top);
	ok(fd);
	assert_int_equal(orl_size_finish_locked(&top), 0);
	orl_set_unlock(fd);
	assert_int_equal(count(&top, &dropped), 1);
	assert_int_equal(dropped, 12);
}

/* A snapshot is taken in rings that a resize has replaced. */
static void snapshot_behind_a_resize(void)
{
	uint64_t written, dropped = 0;
	struct orl_session snap;

	enable(&top, "one", true);
	ok(orl_snapshot_alloc(&top));
	oriel_control_dispatch();
	add_trigger(&top, "two", ORL_CMD_SNAPSHOT, 0, -1);
	fire(1);
	resize(128 << 10);
	trace_two(0, "x");
	fire(5);
	oriel_control_dispatch();
	fire(2);
	resize(64 << 10);
	oriel_control_dispatch();
	written = count(&top, &dropped);
	ok(orl_session_open_snapshot(&snap, &top));
	written += count(&snap, &dropped);
	orl_session_close(&snap);
	assert_int_equal(dropped, 5);
	assert_int_equal(written, 3);
}

/* As on a file system that cannot allocate. */
static void forbid_fallocate(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fallocate, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		print_message("skipped: no seccomp: %s\n", strerror(errno));
		skip();
	}
}

/* A ring that is leased for one record, and again for the next one, keeps the first. */
static void rings_leased_again(void)
{
	forbid_fallocate();
	enable(&top, "one", true);
	for (unsigned int i = 1; i <= 3; i++) {
		pid_t pid = vfork();

		if (!pid) {
			trace_one(i, "x");
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	assert_recorded(&top, 1, 2, 3);
}

static const struct place_test tests[] = {
	{ "sets that change all the time", always_changing },
	{ "the same event in an object that goes", same_event_in_an_object_that_goes },
	{ "masked before a resize", masked_before_a_resize },
	{ "new rings that cannot be mapped", new_rings_cannot_be_mapped },
	{ "a snapshot behind a resize", snapshot_behind_a_resize },
	{ "rings that are leased again", rings_leased_again },
};

int main(int argc, char **argv)
{
	(void)argc;
	return place_main(argv[0], tests, sizeof(tests) / sizeof(tests[0]));
}
