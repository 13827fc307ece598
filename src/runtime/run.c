// SPDX-License-Identifier: MIT
/*
 * An event's way through its plan, instance by instance, in the kernel's order: its triggers run,
 * also when nothing is recorded; then soft mode, the lists of processes, the filter; then the
 * record is appended, and behind it what a trigger asked for, or the instance's options.
 *
 * What a filter or trigger may ask beside the record comes from this thread's own memory: its name
 * is asked of the kernel once after each apply().
 */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "runtime/plan.h"
#include "runtime/stack.h"

#define STACK_ID 4U			/* kernel_stack */

/* ---- what a program may ask ---- */

static uint32_t op_cpu(const struct orl_occurrence *o)
{
	(void)o;
	return orl_this_cpu();
}

static void op_comm(const struct orl_occurrence *o, char comm[16])
{
	uint32_t applied = orl_load(&orl_rt.applied) + 1;

	(void)o;
	if (orl_tls.vforked) {
		prctl(PR_GET_NAME, comm);
		return;
	}
	if (orl_tls.comm_applied != applied) {
		prctl(PR_GET_NAME, orl_tls.comm);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		orl_tls.comm_applied = applied;
	}
	memcpy(comm, orl_tls.comm, sizeof(orl_tls.comm));
}

static uint64_t op_ticks(const struct orl_occurrence *o)
{
	return orl_clock_ticks(o->clock);
}

static uint32_t op_stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	return orl_stack_walk(o->frame, addr, max);
}

const struct orl_occurrence_ops orl_plan_ops = {
	.cpu = op_cpu,
	.comm = op_comm,
	.ticks = op_ticks,
	.stack = op_stack,
};

/* ---- lists of processes ---- */

static bool is_listed(const struct orl_pids *list, int32_t tid)
{
	uint32_t nr = orl_load(&list->nr);

	for (uint32_t i = 0; i < nr && i < ORL_NR_PIDS; i++) {
		if (orl_load(&list->pid[i]) == tid)
			return true;
	}
	return false;
}

static bool judge(const struct orl_set *set, int32_t tid)
{
	bool pass = true;

	for (int i = 0; i < 4; i++) {
		uint32_t gen = orl_load_acquire(&set->gen);
		const struct orl_pids *pids = &set->pids[gen & 1];

		pass = (!orl_load(&pids->nr) || is_listed(pids, tid)) &&
		       !is_listed(&set->notrace[gen & 1], tid);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (orl_load(&set->gen) == gen)
			break;
	}
	return pass;
}

/* A verdict is one word: the instance, the lists' generation, and in bit 0 what it was. */
static bool pids_pass(const struct orl_inst *inst, uint64_t common)
{
	uint64_t gen = orl_load_acquire(&inst->set->pid_gen);
	uint64_t key = (uint64_t)inst->serial << 32 | (uint32_t)(gen << 1);
	uint64_t *known = &orl_tls.verdict[inst->serial % ORL_NR_VERDICTS], word = orl_load(known);
	int32_t tid = (int32_t)(common >> 32);

	if (orl_tls.vforked)
		return judge(inst->set, tid);
	if ((word & ~1ULL) != key) {
		word = key | judge(inst->set, tid);
		orl_store(known, word);
	}
	return word & 1;
}

/* ---- a plan ---- */

static uint32_t run_triggers(const struct orl_plan *plan, const struct orl_plan_entry *e,
			     const struct orl_occurrence *o, uint32_t from, uint32_t to)
{
	const struct orl_plan_trigger *t = orl_plan_triggers(plan) + e->first;
	struct orl_trigger_host host = { .set = e->inst->set };
	uint32_t todo = 0;

	for (unsigned int h = 0; h < 2; h++) {
		struct orl_half *half = orl_load_acquire(&e->inst->half[h]);

		host.rings[h] = half ? &half->rings : NULL;
	}
	for (uint32_t i = from; i < to; i++)
		todo |= orl_trigger_run(t[i].hook, &host, t[i].hist, o);
	return todo;
}

static bool passes(const struct orl_plan_entry *e, uint32_t slot, const struct orl_occurrence *o)
{
	if (!(e->flags & ORL_PLAN_RECORD))
		return false;
	if ((e->flags & ORL_PLAN_SOFT) &&
	    (orl_load(&e->inst->set->soft[slot / 64]) >> (slot % 64) & 1))
		return false;
	if ((e->flags & ORL_PLAN_PIDS) && !pids_pass(e->inst, o->common))
		return false;
	return !e->filter || orl_plan_filter(e, o);
}

static void append_stack(const struct orl_inst *inst, const struct orl_occurrence *o)
{
	struct {
		uint64_t common;
		int32_t size;
		int32_t pad;
		uint64_t caller[ORL_STACK_MAX];
	} rec;
	uint32_t nr = orl_stack_walk(o->frame, rec.caller, ORL_STACK_MAX);

	rec.size = (int32_t)nr;
	rec.pad = 0;
	orl_append_inst(inst, (o->common & ~0xffffULL) | STACK_ID, &rec,
			(uint32_t)(offsetof(__typeof__(rec), caller) + nr * 8));
}

/* As commit_tsc() does it, where that can be; anything else is for orl_append_inst(). */
static inline int append_here(const struct orl_plan_entry *e, const struct orl_half *half,
			      const struct orl_occurrence *o)
{
	int ret = ORL_APPEND_OFF;

	if (ORL_ARCH_HAS_APPEND && half && half->set.clock == ORL_CLOCK_TSC &&
	    o->len <= ORL_SMALL_MAX && !orl_tls.vforked && !orl_rt.no_rseq)
		ret = orl_arch_append_small(&half->set, o->common, o->rec, o->len);
	return __builtin_expect(ret & 1, 0) ? orl_append_inst(e->inst, o->common, o->rec, o->len) :
					      ret;
}

static void run_entry(const struct orl_plan *plan, const struct orl_plan_entry *e, uint32_t slot,
		      struct orl_occurrence *o)
{
	struct orl_half *half = orl_inst_half(e->inst);
	uint32_t early = e->nr - e->nr_late, todo = 0;

	o->clock = half ? half->set.clock : ORL_CLOCK_MONOTONIC;
	if (early)
		todo = run_triggers(plan, e, o, 0, early);
	if (passes(e, slot, o) && append_here(e, half, o) == ORL_APPEND_OK &&
	    (e->flags & ORL_PLAN_STACK))
		todo |= ORL_DO_STACKTRACE;
	if (todo & ORL_DO_STACKTRACE)
		append_stack(e->inst, o);
	if (e->nr_late)
		run_triggers(plan, e, o, early, e->nr);
}

/* The walk of a stack begins at this function's frame, which the compiler makes for that. */
void orl_plan_commit(struct trace_event_call *call, void *rec, uint32_t len)
{
	const struct orl_plan *plan = orl_load_acquire(&call->reserved[0]);
	struct orl_occurrence o = { .rec = rec,
				    .len = len,
				    .ops = &orl_plan_ops,
				    .frame = __builtin_frame_address(0) };
	uint32_t slot = call->slot - 1;
	int saved = errno;

	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch) || !orl_tls.epoch, 0))
		o.common = orl_common_slow(call);
	else
		o.common = orl_tls.tid | call->id;
	for (uint32_t i = 0; slot < ORL_NR_EVENTS && i < plan->nr_entries; i++)
		run_entry(plan, &plan->entry[i], slot, &o);
	errno = saved;
}
