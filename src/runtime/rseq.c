// SPDX-License-Identifier: MIT
/*
 * Whose struct rseq the append uses: the C library's where it registered one, else one of our own
 * in static TLS, registered by each thread in its first event. Never registers over somebody
 * else's. Either lies at a fixed distance from the thread pointer, and its cpu_id is out of range
 * while it is not registered, so that an append finds out by the check that it makes anyway.
 */
#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

#ifndef SYS_rseq
#define SYS_rseq 334
#endif

struct rseq_area {
	uint32_t cpu_id_start;
	uint32_t cpu_id;
	uint64_t rseq_cs;
	uint32_t flags;
	uint32_t rest[3];
} __attribute__((aligned(32)));

#define CPU_ID_UNINITIALIZED UINT32_MAX
#define CPU_ID_FAILED (UINT32_MAX - 1)

static __thread struct rseq_area own_area
	__attribute__((tls_model("initial-exec"))) = { .cpu_id = CPU_ID_UNINITIALIZED };

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static bool libc_has_it(void)
{
	return &__rseq_offset && &__rseq_size && __rseq_size;
}

void orl_rseq_init(struct orl_ringset *rs)
{
	if (libc_has_it())
		rs->rseq_off = (uint64_t)__rseq_offset;
	else
		rs->rseq_off = (uint64_t)((char *)&own_area - (char *)__builtin_thread_pointer());
}

uint32_t orl_rseq_flags(void)
{
	if (!ORL_ARCH_HAS_APPEND || orl_rt.no_rseq)
		return ORL_PROC_RSEQ_NONE;
	if (libc_has_it())
		return ORL_PROC_RSEQ_LIBC;
	return own_area.cpu_id == CPU_ID_FAILED ? ORL_PROC_RSEQ_NONE : ORL_PROC_RSEQ_OWN;
}

/* Called when an append found no CPU. True: there is one now, try again. */
bool orl_rseq_thread(const struct orl_ringset *rs)
{
	(void)rs;
	if (!ORL_ARCH_HAS_APPEND || orl_rt.no_rseq || libc_has_it() ||
	    own_area.cpu_id != CPU_ID_UNINITIALIZED)
		return false;
	/* EBUSY: this very area, by a signal handler's event that came in between */
	if (!syscall(SYS_rseq, &own_area, sizeof(own_area), 0, ORL_RSEQ_SIG) || errno == EBUSY)
		return true;
	own_area.cpu_id = CPU_ID_FAILED;
	if (orl_rt.proc)
		orl_rt.proc->flags = (orl_rt.proc->flags & ~ORL_PROC_RSEQ_OWN) | ORL_PROC_RSEQ_NONE;
	return false;
}

/* The CPU that this thread is on, or was a moment ago. No system call where there is rseq. */
uint32_t orl_this_cpu(void)
{
	const struct rseq_area *area = &own_area;
	uint32_t cpu;
	int now;

	if (libc_has_it())
		area = (const struct rseq_area *)(const void *)(
			(const char *)__builtin_thread_pointer() + __rseq_offset);
	cpu = __atomic_load_n(&area->cpu_id, __ATOMIC_RELAXED);
	if (cpu < INT32_MAX)
		return cpu;
	now = sched_getcpu();
	return now < 0 ? 0 : (uint32_t)now;
}
