// SPDX-License-Identifier: MIT
/*
 * Making plans: for each event, look at every instance.
 *
 *   wanted              by the set's rules and switches, or by ORIEL_EVENTS in the top instance
 *   soft mode           some trigger of the instance switches the event: then its bit in set->soft
 *                       decides, whether it is wanted or not
 *   filter, triggers    its hooks
 *
 * An instance takes part when the event is wanted, is in soft mode, or has triggers there; a filter
 * alone is no reason. Where its rings cannot be mapped, its triggers still run.
 */
#include <string.h>

#include "runtime/plan.h"

#define NR_BUCKETS 256U

static struct orl_plan *buckets[NR_BUCKETS];

/* What one instance wants of an event; flags and nr are 0: nothing. */
static struct orl_plan_entry look(struct orl_inst *inst, const struct trace_event_call *call)
{
	struct orl_plan_entry e = { .inst = inst };
	const struct orl_set *set = inst->set;
	unsigned int copy = orl_load_acquire(&set->gen) & 1;

	if (orl_set_wants(set, call->slot - 1, (int32_t)orl_load(&orl_rt.proc->pid), call->system,
			  call->name))
		e.flags = ORL_PLAN_RECORD;
	for (uint32_t i = 0; i < inst->nr_list; i++) {
		const struct orl_inst_hook *h = &inst->list[i];

		if (h->target == call->id)
			e.flags = ORL_PLAN_RECORD | ORL_PLAN_SOFT;
		if (h->event != call->id)
			continue;
		orl_rt.stacks |= h->has_stack;
		if (h->kind == ORL_HOOK_TRIGGER)
			e.nr++;
		else if (h->kind == ORL_HOOK_FILTER && !e.filter)
			e.filter = h->hook;
	}
	if (!e.flags && !inst->id && orl_event_listed(call))
		e.flags = ORL_PLAN_RECORD;
	if (!e.flags) {
		e.filter = NULL;
		return e;
	}
	if (e.filter)
		e.numbers = orl_numbers_make_locked(e.filter);
	if (orl_load(&set->pids[copy].nr) || orl_load(&set->notrace[copy].nr))
		e.flags |= ORL_PLAN_PIDS;
	if (orl_load(&set->options) & ORL_OPT_STACKTRACE) {
		e.flags |= ORL_PLAN_STACK;
		orl_rt.stacks = true;
	}
	return e;
}

static uint32_t page_max(const struct orl_inst *inst)
{
	uint32_t max = orl_record_max(ORL_PAGE_MAX);

	for (unsigned int h = 0; h < 2; h++) {
		uint32_t here = inst->half[h]
					? orl_record_max((uint32_t)inst->half[h]->set.page_mask + 1)
					: max;

		if (here < max)
			max = here;
	}
	return max;
}

/*
 * Does it switch recording off under a record that is still to be appended? As in the kernel, the
 * record that sets off a traceoff or a snapshot is the last one, and what sets off a traceon is
 * recorded where no condition had to be looked at first.
 */
static bool is_late(const struct orl_hook *hook)
{
	switch (orl_load(&hook->cmd)) {
	case ORL_CMD_TRACEOFF:
	case ORL_CMD_SNAPSHOT:
		return true;
	case ORL_CMD_TRACEON:
		return orl_load(&hook->flags) & ORL_HOOK_HAS_FILTER;
	default:
		return false;
	}
}

static uint32_t put_triggers(struct orl_plan_trigger *t, const struct orl_inst *inst, uint32_t id,
			     uint32_t room, bool late)
{
	uint32_t nr = 0;

	for (uint32_t k = 0; nr < room && k < inst->nr_list; k++) {
		const struct orl_inst_hook *h = &inst->list[k];

		if (h->event == id && h->kind == ORL_HOOK_TRIGGER && is_late(h->hook) == late)
			t[nr++] = (struct orl_plan_trigger){ h->hook, h->hist };
	}
	return nr;
}

/* A command that changes while this looks may stand twice or not at all: apply() comes again. */
static void fill_triggers(struct orl_plan *plan, uint32_t id)
{
	struct orl_plan_trigger *t =
		(struct orl_plan_trigger *)(void *)(plan->entry + plan->nr_entries);

	for (uint32_t i = 0; i < plan->nr_entries; i++) {
		struct orl_plan_entry *e = &plan->entry[i];
		uint32_t nr = put_triggers(t + e->first, e->inst, id, e->nr, false);

		e->nr_late = put_triggers(t + e->first + nr, e->inst, id, e->nr - nr, true);
		e->nr = nr + e->nr_late;
	}
}

static uint64_t hash_of(const struct orl_plan *plan, size_t size)
{
	const char *at = (const char *)&plan->kind, *end = (const char *)plan + size;
	uint64_t hash = 0, word;

	for (; at + sizeof(word) <= end; at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	return hash;
}

/* The plan of this content that there is already, or this one. */
static struct orl_plan *unite(struct orl_plan *plan, size_t size)
{
	size_t from = offsetof(struct orl_plan, hash);
	struct orl_plan **bucket;

	plan->hash = hash_of(plan, size);
	bucket = &buckets[plan->hash % NR_BUCKETS];
	for (struct orl_plan *p = *bucket; p; p = p->next) {
		if (p->hash == plan->hash && p->nr_entries == plan->nr_entries &&
		    p->nr_triggers == plan->nr_triggers &&
		    !memcmp((char *)p + from, (char *)plan + from, size - from)) {
			orl_arena_undo(plan, size);
			return p;
		}
	}
	plan->next = *bucket;
	orl_store_release(bucket, plan);
	return plan;
}

static enum orl_plan_kind kind_of(const struct orl_plan_entry *e, uint32_t nr_entries)
{
	if (nr_entries != 1 || e->nr || e->flags != ORL_PLAN_RECORD)
		return ORL_PLAN_ANY;
	return e->filter ? ORL_PLAN_FILTER : ORL_PLAN_SIMPLE;
}

/* Rings, where they are wanted; without them there is nothing to record, but triggers may run. */
static bool take_part(struct orl_plan_entry *e, int *err)
{
	int ret;

	if (!e->flags && !e->nr)
		return false;
	ret = orl_inst_rings_locked(e->inst);
	if (!ret)
		return true;
	if (e->flags)
		*err = ret;
	e->flags = 0;
	e->filter = NULL;
	e->numbers = NULL;
	return e->nr;
}

static const struct orl_plan *build(const struct orl_plan_entry *entry, uint32_t nr,
				    uint32_t nr_triggers, uint32_t max_len, uint32_t id)
{
	size_t size = sizeof(struct orl_plan) + nr * sizeof(entry[0]) +
		      nr_triggers * sizeof(struct orl_plan_trigger);
	struct orl_plan *plan = orl_arena_alloc(size, 16);

	if (!plan)
		return NULL;
	plan->kind = kind_of(entry, nr);
	plan->nr_entries = nr;
	plan->nr_triggers = nr_triggers;
	plan->max_len = max_len;
	memcpy(plan->entry, entry, nr * sizeof(entry[0]));
	fill_triggers(plan, id);
	return unite(plan, size);
}

const struct orl_plan *orl_plan_make_print_locked(int *err)
{
	struct orl_inst *top = orl_rt.inst[0];
	struct orl_plan_entry entry = { .inst = top, .flags = ORL_PLAN_RECORD };

	if (!top)
		return NULL;
	if (orl_load(&top->set->options) & ORL_OPT_STACKTRACE) {
		entry.flags |= ORL_PLAN_STACK;
		orl_rt.stacks = true;
	}
	if (!take_part(&entry, err))
		return NULL;
	return build(&entry, 1, 0, page_max(top), 0);
}

const struct orl_plan *orl_plan_make_locked(const struct trace_event_call *call, int *err)
{
	static struct orl_plan_entry entry[ORL_NR_INSTANCES];
	uint32_t nr = 0, nr_triggers = 0, max_len = orl_record_max(ORL_PAGE_MAX);

	if (!call->slot)
		return NULL;
	for (uint32_t i = 0; i < ORL_NR_INSTANCES; i++) {
		struct orl_inst *inst = orl_rt.inst[i];

		if (!inst)
			continue;
		entry[nr] = look(inst, call);
		if (!take_part(&entry[nr], err))
			continue;
		if (entry[nr].flags && page_max(inst) < max_len)
			max_len = page_max(inst);
		entry[nr].first = nr_triggers;
		nr_triggers += entry[nr++].nr;
	}
	if (!nr)
		return NULL;
	return build(entry, nr, nr_triggers, max_len, call->id);
}
