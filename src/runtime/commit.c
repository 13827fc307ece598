// SPDX-License-Identifier: MIT
/*
 * What an event calls to append its record. One function for each way to append; which one holds in
 * this process is decided when an event is switched on, so that the event itself has nothing to
 * decide.
 *
 * A thread's first event, and its first after a fork, finds that its epoch is not the process's and
 * takes the slow way once: it asks for its thread id and name, and registers rseq where the C
 * library has not.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

__thread struct orl_tls orl_tls __attribute__((tls_model("initial-exec")));

void orl_thread_begin(void)
{
	uint32_t tid = orl_gettid();

	if (!orl_load(&orl_wipe.epoch))
		orl_store(&orl_wipe.epoch, (uint32_t)syscall(SYS_getpid));
	if (orl_tls.tid != (uint64_t)tid << 32) {
		for (unsigned int i = 0; i < ORL_MAX_NESTING; i++)
			orl_tls.lease[i] = 0;
		orl_tls.depth = 0;
	}
	orl_tls.tid = (uint64_t)tid << 32;
	orl_tls.epoch = orl_load(&orl_wipe.epoch);
	orl_task_record(tid);
}

static int append(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len)
{
	if (rs->clock == ORL_CLOCK_TSC)
		return orl_arch_append(rs, common, rec, len);
	return orl_arch_append_at(rs, common, rec, len, orl_clock_ticks(rs->clock));
}

static orl_cold void commit_slow(struct trace_event_call *call, void *rec, uint32_t len)
{
	const struct orl_ringset *rs = call->rings;
	int saved = errno;
	uint64_t common;
	int ret;

	if (!orl_tls.vforked && (orl_tls.epoch != orl_load(&orl_wipe.epoch) || !orl_tls.epoch))
		orl_thread_begin();
	common = orl_tls.tid | call->id;
	if (orl_tls.vforked) {
		uint32_t tid = orl_gettid();

		orl_task_record(tid);
		orl_append_vforked(rs, (uint64_t)tid << 32 | call->id, rec, len);
		errno = saved;
		return;
	}
	ret = append(rs, common, rec, len);
	if (ret == ORL_APPEND_NO_CPU && orl_rseq_thread(rs))
		ret = append(rs, common, rec, len);
	if (ret == ORL_APPEND_NO_CPU)
		orl_append_leased(rs, common, rec, len);
	errno = saved;
}

static void commit_tsc(struct trace_event_call *call, void *rec, uint32_t len)
{
	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch) || len > ORL_SMALL_MAX,
			     0)) {
		commit_slow(call, rec, len);
		return;
	}
	if (__builtin_expect(orl_arch_append_small(call->rings, orl_tls.tid | call->id, rec, len) ==
				     ORL_APPEND_NO_CPU,
			     0))
		commit_slow(call, rec, len);
}

/* The first event, too: where restartable sequences are unwanted, libc may still have them. */
static void commit_leased(struct trace_event_call *call, void *rec, uint32_t len)
{
	if (__builtin_expect(orl_tls.epoch != orl_load(&orl_wipe.epoch), 0)) {
		int saved = errno;

		orl_thread_begin();
		errno = saved;
	}
	orl_append_leased(call->rings, orl_tls.tid | call->id, rec, len);
}

oriel_commit_fn orl_commit_fn(void)
{
	if (!ORL_ARCH_HAS_APPEND || orl_rt.no_rseq)
		return commit_leased;
	return orl_rt.set.clock == ORL_CLOCK_TSC ? commit_tsc : commit_slow;
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
