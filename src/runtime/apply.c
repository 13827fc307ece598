// SPDX-License-Identifier: MIT
/*
 * apply(): bring this process in line with the domain's desired state. Idempotent;
 * async-signal-safe.
 *
 *   1. attach to the domain, where there is one
 *   2. read the generation, apply queries to print sites (dyndbg.h), follow the instances
 *      (instance.c), and decide for each event what becomes of its records (plan.c); rings are
 *      mapped when the first event needs them
 *   3. events and their keys, then the sites of all keys at once
 *   4. give up what nothing leads to any more (retire.c)
 *   5. acknowledge the generation
 *
 * The sets are read in place. A tool may publish new ones meanwhile: then the generation has
 * moved, and step 2 starts again; but not for ever, since signals are blocked. The generation that
 * is acknowledged is the one before the last look, and whoever made a newer one nudges. An event
 * that goes on has its function set before its sites, and one that goes off loses its sites first:
 * a thread that is already past the site finds either a whole event or none. An event that stays on
 * gets its plan and its rings before the function that looks at them; what its old function looks
 * at is left as it was.
 */
#include <string.h>

#include "runtime/dyndbg.h"
#include "runtime/plan.h"
#include "runtime/print.h"
#include "runtime/stack.h"

/* call->reserved[]: [0] the plan that its function follows, [1] the one decided on, or NULL */
#define PLAN 0
#define DECIDED 1

/* Bit 1 of an event's flags: goes off once its sites are off. */
#define LEAVING 2U

#define MAX_LOOKS 8			/* at sets that change all the time */

bool orl_event_listed(const struct trace_event_call *call)
{
	const char *list = orl_rt.events;
	char pattern[ORL_PATTERN_MAX];

	while (list && *list) {
		size_t len = strcspn(list, ",");

		if (len && len < sizeof(pattern)) {
			memcpy(pattern, list, len);
			pattern[len] = '\0';
			if (orl_rule_match(pattern, call->system, call->name))
				return true;
		}
		list += len;
		list += *list == ',';
	}
	return false;
}

/* Words that an event under way may read change only when they must. */
void orl_plan_follow(struct trace_event_call *call, const struct orl_plan *plan)
{
	const void *rings = plan->kind != ORL_PLAN_ANY ? orl_plan_rings(plan) : NULL;
	oriel_commit_fn fn = orl_commit_fn(plan);

	if (call->max_len != plan->max_len)
		orl_store(&call->max_len, (uint16_t)plan->max_len);
	if (!call->wide)
		orl_store(&call->wide, orl_rt.valgrind ? -1 : 4080);
	if (rings && orl_load(&call->rings) != rings)
		orl_store_release(&call->rings, rings);
	if (orl_load(&call->reserved[PLAN]) != plan)
		orl_store_release(&call->reserved[PLAN], (void *)(uintptr_t)plan);
	if (orl_load(&call->commit) != fn)
		orl_store_release(&call->commit, fn);
}

static void event_on(struct trace_event_call *call)
{
	struct tracepoint *tp = call->tp;

	if (tp->regfunc && orl_load(&tp->key.key.enabled) == 0)
		tp->regfunc();
	orl_plan_follow(call, call->reserved[DECIDED]);
	orl_key_add_locked(&tp->key.key, 1);
}

static int decide(void)
{
	int err = 0;

	orl_rt.stacks = false;
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++)
			(*p)->reserved[DECIDED] =
				(void *)(uintptr_t)orl_plan_make_locked(*p, &err);
	}
	/* rings that could not be followed, where events go on to those that they replaced */
	for (uint32_t i = 0; !err && i < ORL_NR_INSTANCES; i++)
		err = orl_rt.inst[i] ? orl_rt.inst[i]->error : 0;
	return err;
}

static void carry_out(void)
{
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++) {
			struct trace_event_call *call = *p;

			if (call->reserved[DECIDED] && !call->commit) {
				event_on(call);
			} else if (call->reserved[DECIDED]) {
				orl_plan_follow(call, call->reserved[DECIDED]);
			} else if (call->commit) {
				call->flags |= LEAVING;
				orl_key_add_locked(&call->tp->key.key, -1);
			}
		}
	}
}

/* Return: was a function of the program's called? It may have changed keys. */
static bool finish(void)
{
	bool called = false;

	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++) {
			struct trace_event_call *call = *p;

			if (!(call->flags & LEAVING))
				continue;
			call->flags &= ~LEAVING;
			orl_store_release(&call->commit, (oriel_commit_fn)0);
			if (!call->tp->unregfunc || orl_load(&call->tp->key.key.enabled))
				continue;
			call->tp->unregfunc();
			called = true;
		}
	}
	return called;
}

void orl_apply_locked(void)
{
	struct orl_ctl *ctl;
	uint32_t gen = 0;
	bool is_whole = true;
	int err = 0;

	if (orl_rt.inert)
		return;
	orl_attach_locked(orl_rt.events != NULL || orl_dyndbg_asks());
	ctl = orl_rt.domain.ctl;
	if (ctl)
		orl_claim_slot_locked();
	/* no domain, or no free slot in it: a forked child then goes on as its parent did */
	if (!ctl || !orl_rt.proc) {
		orl_dyndbg_sync_locked();
		orl_sites_sync_locked();
		return;
	}
	for (int i = 0; i < MAX_LOOKS; i++) {
		gen = orl_load_acquire(&ctl->gen);
		is_whole = orl_dyndbg_sync_locked();
		orl_insts_sync_locked();
		err = decide();
		orl_print_decide_locked(orl_dyndbg_nr_on() != 0, &err);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (orl_load(&ctl->gen) == gen)
			break;
	}
	carry_out();
	orl_print_follow_locked();
	orl_sites_sync_locked();
	if (finish())
		orl_sites_sync_locked();
	orl_retire_locked();
	if (orl_rt.stacks || orl_rt.names)
		orl_maps_record();
	orl_store(&orl_rt.applied, orl_rt.applied + 1);
	orl_rt.proc->ring_error = -err;
	if (is_whole)
		orl_store_release(&orl_rt.proc->applied, gen);
}

/* With wait false, as in a signal handler, another thread that holds the lock does the work. */
void orl_apply(bool wait)
{
	struct orl_lock_state state;

	if (orl_rt.inert)
		return;
	__atomic_store_n(&orl_wipe.pending, 1, __ATOMIC_SEQ_CST);
	if (!orl_lock(&state, wait))
		return;
	if (orl_lock_pending())
		orl_apply_locked();
	orl_unlock(&state);
}
