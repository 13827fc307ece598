// SPDX-License-Identifier: MIT
/*
 * Waiting for the traced processes after a change, so that what a program does next happens under
 * it. Never for long, and not for processes that are known to be hindered.
 */
#include <time.h>

#include "reader/control.h"
#include "reader/procs.h"
#include "reader/set-impl.h"
#include "tree/impl.h"

#define PAUSE_MIN_NS 50000L
#define PAUSE_MAX_NS 2000000L

/* How many of the list may still follow to generation @gen. */
static uint32_t count_behind(const struct orl_session *s, const struct orl_processes *list,
			     uint32_t gen)
{
	const struct orl_proc *slots = orl_ctl_procs(s->domain.ctl);
	uint32_t nr = 0;

	for (uint32_t i = 0; i < list->nr; i++) {
		const struct orl_process *p = &list->process[i];
		const struct orl_proc *slot = &slots[p->slot];

		/* signals are blocked for a moment in every change of the library's own state */
		if (p->reach != ORL_REACH_OK && p->reach != ORL_REACH_BLOCKED)
			continue;
		nr += __atomic_load_n(&slot->pid, __ATOMIC_ACQUIRE) == (uint32_t)p->pid &&
		      (int32_t)(__atomic_load_n(&slot->applied, __ATOMIC_ACQUIRE) - gen) < 0 &&
		      orl_process_of_slot_is_alive(p->pid, slot);
	}
	return nr;
}

static void wait_for_attached(struct orl_session *s)
{
	uint64_t begin = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	uint32_t gen = __atomic_load_n(&s->domain.ctl->gen, __ATOMIC_ACQUIRE);
	struct timespec pause = { .tv_nsec = PAUSE_MIN_NS };
	struct orl_processes list;

	if (orl_processes_list(&list, s, 0, 0))
		return;
	while (count_behind(s, &list, gen) &&
	       orl_clock_ticks(ORL_CLOCK_MONOTONIC) - begin < ORL_NUDGE_MS * 1000000ULL) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < PAUSE_MAX_NS)
			pause.tv_nsec *= 2;
	}
	orl_processes_fini(&list);
}

void orl_file_settle(struct orl_file *f)
{
	if (f->is_unchanged)
		return;
	/*
	 * Programs that have not attached are older than the domain: whoever switches on thousands
	 * of events one by one need not look for them each time.
	 */
	if (f->kind->flags & ORL_KIND_NUDGE) {
		if (f->is_narrow || !orl_tree_discover(f->tree))
			orl_nudge_processes(f->session, ORL_NUDGE_MS);
	} else if (f->kind->flags & ORL_KIND_WAIT) {
		wait_for_attached(f->session);
	}
}
