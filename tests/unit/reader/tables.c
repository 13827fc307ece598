// SPDX-License-Identifier: MIT
/* What the control file holds besides rules: events, processes, thread names; and the time base. */
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "domain.h"
#include "reader/control.h"
#include "reader/events.h"
#include "reader/tasks.h"

#define FORMAT "format:\n\tfield:int id;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n"

/* Put an event into the registry as the library does. */
static struct orl_entry *put_event(uint32_t slot, uint32_t off, const char *system,
				   const char *name)
{
	struct orl_ctl *ctl = session.domain.ctl;
	struct orl_entry *e = (void *)(orl_ctl_data(ctl) + off);
	char *to = e->text;

	e->system_len = (uint16_t)strlen(system);
	e->name_len = (uint16_t)strlen(name);
	e->format_len = sizeof(FORMAT) - 1;
	memcpy(to, system, strlen(system) + 1);
	to += strlen(system) + 1;
	memcpy(to, name, strlen(name) + 1);
	to += strlen(name) + 1;
	memcpy(to, FORMAT, sizeof(FORMAT));
	e->len = 512;
	orl_ctl_index(ctl)[slot] = off / 8 + 1;
	return e;
}

static void events_come_sorted_with_their_format_files(void **state)
{
	const struct orl_event *e;
	struct orl_events ev;

	put_event(5, 512, "shop", "sale");
	put_event(9, 0, "shop", "order");
	put_event(8191, 1024, "db", "query");
	assert_int_equal(orl_events_load(&ev, &session), 0);
	assert_int_equal(ev.nr, 3);
	assert_string_equal(ev.event[0].name, "query");
	assert_string_equal(ev.event[1].name, "order");
	assert_string_equal(ev.event[2].name, "sale");
	e = orl_events_find(&ev, ORL_EVENT_ID_FIRST + 9);
	assert_ptr_equal(e, &ev.event[1]);
	assert_string_equal(e->format, "name: order\nID: 73\n" FORMAT);
	assert_int_equal(e->format_len, strlen(e->format));
	assert_int_equal(orl_events_match(&ev, "shop"), 2);
	assert_int_equal(orl_events_match(&ev, "*:q*"), 1);
	assert_null(orl_events_find(&ev, 7));
	orl_events_fini(&ev);
}

static void unsound_entries_are_left_out_and_counted(void **state)
{
	struct orl_events ev;
	uint32_t nr = 0;

	put_event(1, 0, "shop", "order");
	put_event(2, 512, "shop", "has:colon");
	put_event(3, 1024, "", "x");
	put_event(4, 1536, "..", "x");
	put_event(5, 2048, "shop", "long")->format_len = 60000;
	put_event(6, 2560, "shop", "short")->len = 40;
	put_event(7, 3072, "shop", "nul")->name_len = 2;
	orl_ctl_index(session.domain.ctl)[20] = 0xffffffff;
	orl_ctl_index(session.domain.ctl)[21] = ORL_REGISTRY_DATA / 8;
	orl_ctl_index(session.domain.ctl)[22] = 1ULL << 40;
	assert_int_equal(orl_events_load(&ev, &session), 0);
	assert_int_equal(ev.nr, 1);
	assert_int_equal(ev.nr_damaged, 9);
	orl_events_fini(&ev);
	/* all slots lead to one large entry: no more is copied than the registry can hold */
	put_event(1, 0, "shop", "order")->len = ORL_ENTRY_MAX;
	for (uint32_t i = 0; i < ORL_NR_EVENTS; i++)
		orl_ctl_index(session.domain.ctl)[i] = 1;
	assert_int_equal(orl_events_load(&ev, &session), 0);
	assert_int_equal(ev.nr, ORL_REGISTRY_DATA / ORL_ENTRY_MAX);
	for (uint32_t i = 0; i < ev.nr; i++)
		nr += ev.event[i].name != NULL;
	assert_int_equal(nr, ev.nr);
	orl_events_fini(&ev);
}

static void an_event_is_enabled_where_the_rules_say_so(void **state)
{
	struct orl_change c = { "shop:order", 42, true };
	struct orl_proc *slot = orl_ctl_procs(session.domain.ctl);
	struct orl_events ev;

	put_event(70, 0, "shop", "order");
	put_event(71, 512, "shop", "sale");
	slot[3].pid = (uint32_t)getpid();
	slot[3].events[1] = 1ULL << 6;
	assert_int_equal(orl_control_change(&session, &c, 1, 0), 0);
	assert_int_equal(orl_events_load(&ev, &session), 0);
	assert_true(orl_event_is_enabled(&session, &ev.event[0], 42));
	assert_true(orl_event_is_enabled(&session, &ev.event[0], 0));
	assert_false(orl_event_is_enabled(&session, &ev.event[0], 43));
	assert_false(orl_event_is_enabled(&session, &ev.event[1], 0));
	assert_true(orl_event_in_process(&session, &ev.event[0], getpid()));
	assert_true(orl_event_in_process(&session, &ev.event[0], 0));
	assert_false(orl_event_in_process(&session, &ev.event[1], getpid()));
	orl_events_fini(&ev);
}

/* A child that sits there until it is killed. */
static pid_t start_child(void (*prepare)(void))
{
	char byte = 0;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		if (prepare)
			prepare();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(fds[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void fill_slot(uint32_t i, pid_t pid, uint32_t flags)
{
	struct orl_proc *slot = &orl_ctl_procs(session.domain.ctl)[i];

	slot->pid = (uint32_t)pid;
	slot->flags = flags;
	slot->signal = ORL_NUDGE_SIGNAL;
	slot->applied = session.domain.ctl->gen - 1;
	memcpy(slot->comm, "sixteen-bytes-xx", 16);
}

static struct orl_proc *acknowledging;

static void acknowledge(int sig)
{
	(void)sig;
	__atomic_store_n(&acknowledging->applied, session.domain.ctl->gen, __ATOMIC_RELEASE);
}

static void handle(void)
{
	signal(ORL_NUDGE_SIGNAL, acknowledge);
}

static void block(void)
{
	sigset_t set;

	handle();
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

static void a_nudged_process_acknowledges(void **state)
{
	struct orl_processes late;
	pid_t pid;

	acknowledging = orl_ctl_procs(session.domain.ctl);
	pid = start_child(handle);
	fill_slot(0, pid, ORL_PROC_CONTROL_SIGNAL);
	assert_int_equal(orl_control_nudge(&session, 10000, &late), 0);
	assert_int_equal(late.nr, 0);
	orl_processes_fini(&late);
	assert_int_equal(acknowledging->applied, session.domain.ctl->gen);
	end_child(pid);
}

static void who_does_not_follow_is_named_with_the_reason(void **state)
{
	static const struct {
		void (*prepare)(void);
		uint32_t flags;
		int signal;
		enum orl_reach reach;
	} t[] = {
		{ block, ORL_PROC_CONTROL_SIGNAL, 0, ORL_REACH_BLOCKED },
		{ NULL, ORL_PROC_CONTROL_SIGNAL, 0, ORL_REACH_REPLACED },
		{ handle, ORL_PROC_CONTROL_NONE, 0, ORL_REACH_NO_CONTROL },
		{ handle, ORL_PROC_CONTROL_SIGNAL, SIGSTOP, ORL_REACH_STOPPED },
		{ handle, ORL_PROC_CONTROL_POLL, 0, ORL_REACH_SILENT },
	};

	acknowledging = &orl_ctl_procs(session.domain.ctl)[100];
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		pid_t pid = start_child(t[i].prepare);
		struct orl_processes late;

		if (t[i].signal) {
			kill(pid, t[i].signal);
			waitpid(pid, NULL, WUNTRACED);
		}
		fill_slot(1, pid, t[i].flags);
		assert_int_equal(orl_control_nudge(&session, 20, &late), 1);
		assert_int_equal(late.process[0].pid, pid);
		assert_int_equal(late.process[0].reach, t[i].reach);
		assert_true(orl_reach_reason(late.process[0].reach)[0]);
		assert_true(orl_reach_advice(late.process[0].reach)[0]);
		orl_processes_fini(&late);
		end_child(pid);
		assert_int_equal(orl_control_nudge(&session, 20, NULL), 0);
		assert_int_equal(orl_ctl_procs(session.domain.ctl)[1].pid, 0);
	}
}

static void processes_are_listed_and_dead_slots_freed(void **state)
{
	struct orl_processes list;
	pid_t pid = start_child(handle);

	fill_slot(7, pid, ORL_PROC_CONTROL_SIGNAL | ORL_PROC_RSEQ_LIBC);
	fill_slot(8, getpid(), ORL_PROC_CONTROL_THREAD);
	fill_slot(9, 0x7fffff0, 0);
	orl_ctl_procs(session.domain.ctl)[10].pid = 0x7fffff1 | ORL_PROC_CLAIMING;
	assert_int_equal(orl_processes_list(&list, &session, ORL_PROCS_DEAD, 0), 0);
	assert_int_equal(list.nr, 3);
	orl_processes_fini(&list);
	assert_int_equal(orl_processes_list(&list, &session, 0, 0), 0);
	assert_int_equal(list.nr, 2);
	assert_int_equal(list.process[1].pid, pid);
	assert_int_equal(list.process[1].slot, 7);
	assert_true(list.process[1].sig_caught && !list.process[1].sig_blocked);
	assert_false(list.process[1].is_current);
	assert_int_equal(list.process[1].reach, ORL_REACH_OK);
	orl_processes_fini(&list);
	assert_int_equal(orl_ctl_procs(session.domain.ctl)[9].pid, 0);
	assert_int_equal(orl_ctl_procs(session.domain.ctl)[10].pid, 0);
	end_child(pid);
	assert_false(orl_process_is_alive(pid));
	assert_true(orl_process_is_alive(getpid()));
}

static void a_slot_whose_number_another_process_has_is_free(void **state)
{
	struct orl_proc *slot = &orl_ctl_procs(session.domain.ctl)[3];
	struct orl_processes list;
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	slot->began_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
	slot->pid = (uint32_t)getpid();
	assert_true(orl_process_of_slot_is_alive(getpid(), slot));
	assert_int_equal(orl_processes_list(&list, &session, 0, getpid()), 0);
	assert_int_equal(list.nr, 1);
	orl_processes_fini(&list);
	slot->began_ns = 1;		/* the machine's first moment: before anybody's */
	assert_false(orl_process_of_slot_is_alive(getpid(), slot));
	assert_int_equal(orl_processes_list(&list, &session, ORL_PROCS_DEAD, getpid()), 0);
	assert_int_equal(list.nr, 1);
	assert_int_equal(list.process[0].reach, ORL_REACH_DEAD);
	orl_processes_fini(&list);
	assert_int_equal(orl_processes_list(&list, &session, 0, getpid()), 0);
	assert_int_equal(list.nr, 0);
	orl_processes_fini(&list);
	assert_int_equal(slot->pid, 0);
}

static void put_task(int32_t tid, int32_t pid, const char *name)
{
	struct orl_task *t = &orl_ctl_tasks(session.domain.ctl)[orl_task_slot((uint32_t)tid)];

	t->key = (uint32_t)tid | (uint64_t)(uint32_t)pid << 32;
	memset(t->comm, 0, sizeof(t->comm));
	memcpy(t->comm, name, strlen(name));
	t->check = t->key ^ t->comm[0] ^ t->comm[1] ^ ORL_CTL_MAGIC;
}

static bool count_task(const struct orl_task_name *task, void *arg)
{
	assert_string_equal(task->comm, "gone");
	(*(int *)arg)++;
	return true;
}

static void names_outlive_their_threads(void **state)
{
	char comm[ORL_COMM_LEN + 1];
	int nr = 0;

	put_task(0x7fffff0, 0x7fffff0, "gone");
	assert_true(orl_tasks_find(&session, 0x7fffff0, comm));
	assert_string_equal(comm, "gone");
	orl_tasks_foreach(&session, count_task, &nr);
	assert_int_equal(nr, 1);
	assert_false(orl_tasks_find(&session, 0x7fffff1, comm));
	assert_false(orl_tasks_find(&session, -1, comm));
	/* one of a live thread, whose id now belongs to another process */
	put_task(getpid(), 0x7fffff0, "before");
	assert_true(orl_tasks_find(&session, getpid(), comm));
	assert_string_equal(comm, "before");
	put_task(getpid(), getpid(), "before");
	prctl(PR_SET_NAME, "after");
	assert_true(orl_tasks_find(&session, getpid(), comm));
	assert_string_equal(comm, "after");
}

static void a_torn_name_is_ignored(void **state)
{
	char comm[ORL_COMM_LEN + 1];

	put_task(0x7fffff0, 0x7fffff0, "gone");
	orl_ctl_tasks(session.domain.ctl)[orl_task_slot(0x7fffff0)].comm[1] ^= 1;
	assert_false(orl_tasks_find(&session, 0x7fffff0, comm));
}

static void ticks_become_nanoseconds_on_both_sides_of_the_base(void **state)
{
	struct orl_timebase t;
	uint64_t base_ticks = 1ULL << 40, ns = 1ULL << 50, before = 0;

	/* 2.5 GHz */
	assert_int_equal(orl_timebase_init(&t, ORL_CLOCK_TSC, base_ticks, ns, base_ticks + 25000000,
					   ns + 10000000), 0);
	assert_int_equal(orl_timebase_ns(&t, base_ticks), ns);
	assert_int_equal(orl_timebase_ns(&t, base_ticks + 2500), ns + 1000);
	assert_int_equal(orl_timebase_ns(&t, base_ticks - 2500), ns - 1000);
	/* a century on: right to a nanosecond per second */
	assert_in_range(orl_timebase_ns(&t, base_ticks + 2500000000ULL * 3153600000ULL),
			ns + 1000000000ULL * 3153600000ULL - 3153600000ULL,
			ns + 1000000000ULL * 3153600000ULL);
	for (uint64_t i = 0; i < 10000; i++) {
		uint64_t now = orl_timebase_ns(&t, base_ticks - 5000 + i);

		assert_true(now >= before);
		before = now;
	}
	assert_int_equal(orl_timebase_ns(&t, base_ticks + (1ULL << 63)), 0);
	assert_int_equal(orl_timebase_ticks(&t, 1000), 2500);
	assert_int_equal(orl_timebase_init(&t, ORL_CLOCK_TSC, 5, 5, 5, 6), -EINVAL);
	assert_int_equal(orl_timebase_init(&t, ORL_CLOCK_TSC, 5, 5, 6, UINT64_MAX), -EINVAL);
	assert_int_equal(orl_timebase_init(&t, ORL_CLOCK_TSC, 5, 5, UINT64_MAX, 6), -EINVAL);
	assert_int_equal(orl_timebase_init(&t, ORL_CLOCK_MONOTONIC, 0, 0, 0, 0), 0);
	assert_int_equal(orl_timebase_ns(&t, 12345), 12345);
}

static void the_session_tells_the_time(void **state)
{
	uint64_t before = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	uint64_t now = orl_session_ns(&session, orl_session_now(&session));
	uint64_t after = orl_clock_ticks(ORL_CLOCK_MONOTONIC);

	/* the slope was measured over 10 ms or more, so some microseconds either way */
	assert_in_range(now, before - 100000, after + 100000);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(events_come_sorted_with_their_format_files),
		T(unsound_entries_are_left_out_and_counted),
		T(an_event_is_enabled_where_the_rules_say_so),
		T(a_nudged_process_acknowledges),
		T(who_does_not_follow_is_named_with_the_reason),
		T(processes_are_listed_and_dead_slots_freed),
		T(a_slot_whose_number_another_process_has_is_free),
		T(names_outlive_their_threads),
		T(a_torn_name_is_ignored),
		cmocka_unit_test(ticks_become_nanoseconds_on_both_sides_of_the_base),
		T(the_session_tells_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
