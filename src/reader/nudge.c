// SPDX-License-Identifier: MIT
/*
 * Telling the processes that the rules have changed. A queued signal, with a value that only a
 * nudge has, goes to each process that waits for one; nothing is sent to a process that would not
 * catch it. Then the slots are watched: a process has followed when every slot of it says so; a
 * merely linked one gets its slot on the way.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/control.h"
#include "reader/set-impl.h"

#define POLL_MIN_NS 50000L
#define POLL_MAX_NS 2000000L
#define NS_PER_MS 1000000ULL
#define BLOCKED_MS 100U			/* longer than any library blocks signals for a moment */

static void send_nudge(const struct orl_process *p)
{
	const struct timespec pause = { .tv_nsec = POLL_MAX_NS };
	union sigval value = { .sival_int = (int)ORL_NUDGE_VALUE };

	/* the queue of signals may be full for a moment */
	for (int i = 0; i < 10 && sigqueue(p->pid, p->signal, value) && errno == EAGAIN; i++)
		nanosleep(&pause, NULL);
}

/*
 * The number comes from shared memory. Damage there must not turn a nudge into a request to end,
 * for the programs that catch that.
 */
static bool is_nudge_signal(int signal)
{
	switch (signal) {
	case SIGURG:
	case SIGUSR1:
	case SIGUSR2:
	case SIGWINCH:
	case SIGIO:
	case SIGCONT:
		return true;
	default:
		return signal >= SIGRTMIN && signal <= SIGRTMAX;
	}
}

static bool wants_signal(const struct orl_process *p)
{
	return p->alive && p->sig_caught && is_nudge_signal(p->signal) &&
	       (p->slot < 0 || (p->flags & ORL_PROC_CONTROL_SIGNAL));
}

/*
 * Several copies of the library in a process share a handler or have one each: one signal per
 * handler.
 */
static void send_all(const struct orl_processes *list)
{
	for (uint32_t i = 0; i < list->nr; i++) {
		const struct orl_process *p = &list->process[i];
		bool is_done = false;

		for (uint32_t k = i; k-- > 0 && list->process[k].pid == p->pid;)
			is_done |= list->process[k].signal == p->signal &&
				   wants_signal(&list->process[k]);
		if (!is_done && wants_signal(p))
			send_nudge(p);
	}
}

static bool slot_has(const struct orl_proc *slot, uint32_t gen)
{
	return (int32_t)(__atomic_load_n(&slot->applied, __ATOMIC_ACQUIRE) - gen) >= 0;
}

static bool has_followed(const struct orl_session *s, const struct orl_process *p, uint32_t gen)
{
	const struct orl_proc *slot = orl_ctl_procs(s->domain.ctl);

	if (p->slot >= 0) {
		slot += p->slot;
		return __atomic_load_n(&slot->pid, __ATOMIC_ACQUIRE) != (uint32_t)p->pid ||
		       slot_has(slot, gen);
	}
	for (uint32_t i = 0; i < ORL_NR_PROCS; i++)
		if (__atomic_load_n(&slot[i].pid, __ATOMIC_ACQUIRE) == (uint32_t)p->pid &&
		    slot_has(&slot[i], gen))
			return true;
	return false;
}

/*
 * Drop those that have followed or ended. Return how many there are that may still follow. A signal
 * may be blocked for a moment only, as in every change of the library's own state.
 */
static uint32_t sort_out(struct orl_processes *list, const struct orl_session *s, uint32_t gen,
			 bool is_early)
{
	uint32_t nr = 0, nr_hopeful = 0;

	for (uint32_t i = 0; i < list->nr; i++) {
		struct orl_process *p = &list->process[i];

		if (!p->alive || has_followed(s, p, gen))
			continue;
		nr_hopeful += p->reach == ORL_REACH_OK ||
			      (is_early && p->reach == ORL_REACH_BLOCKED);
		list->process[nr++] = *p;
	}
	list->nr = nr;
	return nr_hopeful;
}

/* The time is up: say of each why, as things are now. */
static int diagnose(struct orl_processes *late)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < late->nr; i++) {
		struct orl_process *p = &late->process[i];
		enum orl_reach reach = orl_process_reach(p);

		if (reach == ORL_REACH_DEAD)
			continue;
		p->reach = reach == ORL_REACH_OK ? ORL_REACH_SILENT : reach;
		late->process[nr++] = *p;
	}
	late->nr = nr;
	return (int)nr;
}

static void wait_for(struct orl_processes *list, struct orl_session *s, uint32_t gen,
		     unsigned int timeout_ms)
{
	uint64_t begin = orl_clock_ticks(ORL_CLOCK_MONOTONIC), now = begin;
	struct timespec pause = { .tv_nsec = POLL_MIN_NS };

	/* those that are known to be hindered are not waited for */
	while (sort_out(list, s, gen, now - begin < BLOCKED_MS * NS_PER_MS) &&
	       now - begin < timeout_ms * NS_PER_MS) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < POLL_MAX_NS)
			pause.tv_nsec *= 2;
		for (uint32_t i = 0; i < list->nr; i++)
			list->process[i].alive = orl_process_is_alive(list->process[i].pid);
		now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		for (uint32_t i = 0; i < list->nr; i++)
			if (list->process[i].reach == ORL_REACH_BLOCKED)
				orl_process_reach(&list->process[i]);
	}
}

/* @which: ORL_PROCS_LINKED: those too that have not attached yet, which takes a look at all of
 * /proc */
static int nudge(struct orl_session *s, unsigned int which, unsigned int timeout_ms,
		 struct orl_processes *late)
{
	uint32_t gen = __atomic_load_n(&s->domain.ctl->gen, __ATOMIC_ACQUIRE);
	struct orl_processes list;
	int rc = orl_processes_list(&list, s, which, 0);

	if (rc)
		return orl_session_fail(s, rc, "no memory");
	sort_out(&list, s, gen, true);
	send_all(&list);
	if (timeout_ms)
		wait_for(&list, s, gen, timeout_ms);
	rc = diagnose(&list);
	if (late)
		*late = list;
	else
		orl_processes_fini(&list);
	return rc;
}

int orl_nudge_processes(struct orl_session *s, unsigned int timeout_ms)
{
	return nudge(s, 0, timeout_ms, NULL);
}

int orl_control_nudge(struct orl_session *s, unsigned int timeout_ms, struct orl_processes *late)
{
	if (late)
		memset(late, 0, sizeof(*late));
	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	/* where that fails, the rules that there are still hold, and are told */
	orl_control_drop_dead(s);
	return nudge(s, ORL_PROCS_LINKED, timeout_ms, late);
}
