// SPDX-License-Identifier: MIT
/*
 * apply(): bring this process in line with the domain's desired state. Idempotent;
 * async-signal-safe.
 *
 *   1. attach to the domain, where there is one
 *   2. read the generation, and decide for each event whether the rules, or ORIEL_EVENTS, want it
 * on
 *   3. map the rings when the first event goes on
 *   4. events and their keys, then the sites of all keys at once
 *   5. acknowledge the generation
 *
 * The rules are read in place. A tool may publish new ones meanwhile: then the generation has
 * moved, and step 2 starts again. An event that goes on has its function set before its sites, and
 * one that goes off loses its sites first: a thread that is already past the site finds either a
 * whole event or none.
 */
#include <string.h>

#include "runtime/runtime.h"

static bool listed(const char *list, const struct trace_event_call *call)
{
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

bool orl_event_wanted(const struct orl_set *set, const struct trace_event_call *call)
{
	if (!call->slot)
		return false;
	return listed(orl_rt.events, call) ||
	       orl_set_wants(set, call->slot - 1, (int32_t)orl_load(&orl_rt.proc->pid),
			     call->system, call->name);
}

static int event_on(struct trace_event_call *call)
{
	struct tracepoint *tp = call->tp;
	int err = orl_rings_locked();

	if (err)
		return err;
	/* once: a thread that read the function before the event went off may be reading these */
	if (!call->rings) {
		call->max_len = (uint16_t)orl_record_max((uint32_t)orl_rt.set.page_mask + 1);
		call->wide = orl_rt.valgrind ? -1 : 4080;
		call->rings = &orl_rt.set;
	}
	if (tp->regfunc && orl_load(&tp->key.key.enabled) == 0)
		tp->regfunc();
	orl_store_release(&call->commit, orl_commit_fn());
	orl_key_add_locked(&tp->key.key, 1);
	return 0;
}

/* Bit 0 of an event's flags: wanted; bit 1: goes off once its sites are off. */
#define WANTED 1U
#define LEAVING 2U

static void decide(const struct orl_set *set)
{
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++) {
			if (orl_event_wanted(set, *p))
				(*p)->flags |= WANTED;
			else
				(*p)->flags &= ~WANTED;
		}
	}
}

static int carry_out(void)
{
	int err = 0;

	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++) {
			struct trace_event_call *call = *p;

			if ((call->flags & WANTED) && !call->commit) {
				int ret = event_on(call);

				if (ret)
					err = ret;
			} else if (!(call->flags & WANTED) && call->commit) {
				call->flags |= LEAVING;
				orl_key_add_locked(&call->tp->key.key, -1);
			}
		}
	}
	return err;
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
	uint32_t gen;
	int err;

	if (orl_rt.inert)
		return;
	orl_attach_locked(orl_rt.events != NULL);
	ctl = orl_rt.domain.ctl;
	if (ctl)
		orl_claim_slot_locked();
	/* no domain, or no free slot in it: a forked child then goes on as its parent did */
	if (!ctl || !orl_rt.proc) {
		orl_sites_sync_locked();
		return;
	}
	do {
		gen = orl_load_acquire(&ctl->gen);
		decide(&ctl->top);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (orl_load(&ctl->gen) != gen);
	err = carry_out();
	orl_sites_sync_locked();
	if (finish())
		orl_sites_sync_locked();
	orl_rt.proc->ring_error = -err;
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
