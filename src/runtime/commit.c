// SPDX-License-Identifier: MIT
/*
 * What an event calls to append its record. One function for each way to append; which one holds in
 * this process is decided when an event is switched on, so that the event itself has nothing to
 * decide. An event that one instance wants as it is finds that instance's rings in call->rings; any
 * other finds its plan (plan.h).
 *
 * call->rings is a guess: after a snapshot the other half is written, after a resize another file.
 * Rings that are written no more refuse; then the instance is asked, and the guess corrected.
 *
 * A thread's first event, and its first after a fork, finds that its epoch is not the process's and
 * takes the slow way once: it asks for its thread id and name, and registers rseq where the C
 * library has not.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/plan.h"

__thread struct orl_tls orl_tls __attribute__((tls_model("initial-exec")));

void orl_thread_begin(void)
{
	uint32_t tid = orl_gettid();

	if (!orl_load(&orl_wipe.epoch))
		orl_store(&orl_wipe.epoch, (uint32_t)syscall(SYS_getpid));
	if (orl_tls.tid != (uint64_t)tid << 32) {
		memset(orl_tls.lease, 0, sizeof(orl_tls.lease));
		memset(orl_tls.verdict, 0, sizeof(orl_tls.verdict));
		orl_tls.comm_applied = 0;
		orl_tls.depth = 0;
	}
	orl_tls.tid = (uint64_t)tid << 32;
	orl_tls.epoch = orl_load(&orl_wipe.epoch);
	orl_task_record(tid);
}

/* The child of a vfork() has a thread id of its own, and nowhere to keep it. */
orl_cold uint64_t orl_common_slow(const struct trace_event_call *call)
{
	if (orl_tls.vforked) {
		uint32_t tid = orl_gettid();

		orl_task_record(tid);
		return (uint64_t)tid << 32 | call->id;
	}
	if (orl_tls.epoch != orl_load(&orl_wipe.epoch) || !orl_tls.epoch)
		orl_thread_begin();
	return orl_tls.tid | call->id;
}

/* The event's rings refused, or cannot be asked in the fast way. */
static void append_slow(struct trace_event_call *call, struct orl_inst *inst, uint64_t common,
			const void *rec, uint32_t len)
{
	const void *guess = orl_load_acquire(&call->rings);
	const struct orl_half *now;

	/* rings that take nothing may be no better than those that refused */
	if (orl_append_inst(inst, common, rec, len) != ORL_APPEND_OK)
		return;
	now = orl_inst_half(inst);
	/* apply() may have given the event to another instance meanwhile: then its word counts */
	if (now && now != guess && ((const struct orl_half *)guess)->inst == inst)
		__atomic_compare_exchange_n(&call->rings, &guess, now, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED);
}

static orl_cold void commit_slow(struct trace_event_call *call, void *rec, uint32_t len)
{
	const struct orl_half *guess = orl_load_acquire(&call->rings);
	int saved = errno;

	append_slow(call, guess->inst, orl_common_slow(call), rec, len);
	errno = saved;
}

static void commit_tsc(struct trace_event_call *call, void *rec, uint32_t len)
{
	int ret;

	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch) || len > ORL_SMALL_MAX,
			     0)) {
		commit_slow(call, rec, len);
		return;
	}
	ret = orl_arch_append_small(call->rings, orl_tls.tid | call->id, rec, len);
	if (__builtin_expect(ret & 1, 0))	/* OFF, NO_CPU */
		commit_slow(call, rec, len);
}
_Static_assert(!(ORL_APPEND_OK & 1) && !(ORL_APPEND_DROPPED & 1) && (ORL_APPEND_OFF & 1) &&
		       (ORL_APPEND_NO_CPU & 1),
	       "what commit_tsc() tells apart by one bit");

/* The first event, too: where restartable sequences are unwanted, libc may still have them. */
static void commit_leased(struct trace_event_call *call, void *rec, uint32_t len)
{
	const struct orl_half *half = orl_load_acquire(&call->rings);
	struct orl_ring *ring;
	int ret;

	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch) || len > ORL_SMALL_MAX,
			     0)) {
		commit_slow(call, rec, len);
		return;
	}
	ret = orl_append_leased(&half->set, orl_tls.tid | call->id, rec, len, &ring);
	if (__builtin_expect(ret == ORL_APPEND_OFF || ret == ORL_APPEND_GONE, 0))
		commit_slow(call, rec, len);
}

static orl_cold void commit_filtered(struct trace_event_call *call, const struct orl_plan *plan,
				     const void *rec, uint32_t len)
{
	int saved = errno;

	append_slow(call, plan->entry[0].inst, orl_tls.tid | call->id, rec, len);
	errno = saved;
}

/* A filter that does more than compare numbers. */
static __attribute__((noinline)) bool filter_passes(const struct orl_plan *plan, uint64_t common,
						    const void *rec, uint32_t len)
{
	struct orl_occurrence o = { .rec = rec, .common = common, .len = len,
				    .ops = &orl_plan_ops };

	return orl_filter_pass(plan->entry[0].filter, &o);
}

/* One instance, one filter. */
static void commit_filter(struct trace_event_call *call, void *rec, uint32_t len)
{
	const struct orl_plan *plan = orl_load_acquire(&call->reserved[0]);
	const struct orl_half *half = orl_load_acquire(&call->rings);
	const struct orl_numbers *numbers = plan->entry[0].numbers;
	uint64_t common;

	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch) || len > ORL_SMALL_MAX ||
				     plan->kind != ORL_PLAN_FILTER,
			     0)) {
		orl_plan_commit(call, rec, len);
		return;
	}
	common = orl_tls.tid | call->id;
	if (__builtin_expect(numbers && len >= numbers->need, 1)) {
		if (!orl_numbers_pass(numbers, rec))
			return;
	} else if (!filter_passes(plan, common, rec, len)) {
		return;
	}
	/* rings of another instance: apply() is at work on this event */
	if (__builtin_expect(half->inst != plan->entry[0].inst, 0) ||
	    __builtin_expect(orl_arch_append_small(&half->set, common, rec, len) & 1, 0))
		commit_filtered(call, plan, rec, len);
}

oriel_commit_fn orl_commit_fn(const struct orl_plan *plan)
{
	const struct orl_ringset *rs = plan->kind != ORL_PLAN_ANY ? orl_plan_rings(plan) : NULL;
	bool tsc = ORL_ARCH_HAS_APPEND && !orl_rt.no_rseq && rs && rs->clock == ORL_CLOCK_TSC;

	if (!rs)
		return orl_plan_commit;
	if (plan->kind == ORL_PLAN_FILTER)
		return tsc ? commit_filter : orl_plan_commit;
	if (!ORL_ARCH_HAS_APPEND || orl_rt.no_rseq)
		return commit_leased;
	return tsc ? commit_tsc : commit_slow;
}

void oriel_event_drop(struct trace_event_call *call)
{
	struct orl_proc *proc = orl_rt.proc;

	(void)call;
	if (proc)
		__atomic_fetch_add(&proc->dropped, 1, __ATOMIC_RELAXED);
	if (orl_rt.domain.ctl)
		__atomic_fetch_add(&orl_rt.domain.ctl->too_large, 1, __ATOMIC_RELAXED);
}
