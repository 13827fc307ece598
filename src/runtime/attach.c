// SPDX-License-Identifier: MIT
/*
 * Attaching this process to its domain: the control file, a process slot, and the rings once an
 * event needs them.
 *
 * A program that is merely linked attaches when it starts if the domain exists, else when the first
 * tool nudges it. Only a program that was asked to (ORIEL_EVENTS, oriel_start()) makes a domain.
 */
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/runtime.h"

union orl_wipe_page orl_wipe_page __attribute__((aligned(4096)));

static bool process_is_dead(uint32_t pid)
{
	return syscall(SYS_kill, (long)(pid & ~ORL_PROC_CLAIMING), 0) && errno == ESRCH;
}

static uint64_t image_number(void)
{
	const void *bytes = (const void *)getauxval(AT_RANDOM);

	return bytes ? orl_image_number(bytes) : 1;
}

static uint64_t boottime_ns(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_BOOTTIME, &ts))
		return 0;
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

static void fill_slot(struct orl_proc *proc, uint32_t pid)
{
	memset(&proc->applied, 0, sizeof(*proc) - offsetof(struct orl_proc, applied));
	proc->copy = (uint64_t)(uintptr_t)&orl_rt;
	proc->signal = (uint32_t)orl_rt.signal;
	prctl(PR_GET_NAME, proc->comm);
	proc->flags = orl_rseq_flags() | (orl_rt.valgrind ? ORL_PROC_VALGRIND : 0);
	if (orl_rt.control == ORL_CONTROL_THREAD || orl_load(&orl_wipe.thread))
		proc->flags |= ORL_PROC_CONTROL_THREAD;
	if (orl_rt.control == ORL_CONTROL_POLL)
		proc->flags |= ORL_PROC_CONTROL_POLL;
	if (orl_rt.handler)
		proc->flags |= ORL_PROC_CONTROL_SIGNAL;
	if (!(proc->flags &
	      (ORL_PROC_CONTROL_THREAD | ORL_PROC_CONTROL_POLL | ORL_PROC_CONTROL_SIGNAL)))
		proc->flags |= ORL_PROC_CONTROL_NONE;
	proc->nr_sites = orl_rt.nr_sites;
	proc->applied = orl_rt.domain.ctl->gen - 1;
	proc->image = image_number();
	proc->began_ns = boottime_ns();
	orl_store_release(&proc->pid, pid);
}

/* Slots with this process's number are another copy's, or left by the image before an exec, or by a
 * dead process of that number. */
static void drop_stale_slots(struct orl_proc *procs, uint32_t pid)
{
	uint64_t image = image_number();

	for (unsigned int i = 0; i < ORL_NR_PROCS; i++) {
		uint32_t old = pid;

		if (orl_load(&procs[i].pid) == pid &&
		    (orl_load(&procs[i].image) != image ||
		     orl_load(&procs[i].copy) == (uint64_t)(uintptr_t)&orl_rt))
			__atomic_compare_exchange_n(&procs[i].pid, &old, 0, false, __ATOMIC_ACQ_REL,
						    __ATOMIC_RELAXED);
	}
}

static struct orl_proc *find_slot(struct orl_ctl *ctl, uint32_t pid)
{
	struct orl_proc *procs = orl_ctl_procs(ctl);

	drop_stale_slots(procs, pid);
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned int i = 0; i < ORL_NR_PROCS; i++) {
			uint32_t old = orl_load(&procs[i].pid);

			if (old && (!pass || !process_is_dead(old)))
				continue;
			if (__atomic_compare_exchange_n(&procs[i].pid, &old,
							pid | ORL_PROC_CLAIMING, false,
							__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
				return &procs[i];
		}
	}
	return NULL;
}

/* After a fork that no handler was called for the slot is the parent's. */
bool orl_slot_is_ours_locked(void)
{
	uint32_t pid = (uint32_t)syscall(SYS_getpid);

	return orl_rt.proc && orl_load(&orl_rt.proc->pid) == pid &&
	       orl_load(&orl_wipe.epoch) == pid;
}

void orl_claim_slot_locked(void)
{
	uint32_t pid = (uint32_t)syscall(SYS_getpid);
	struct orl_ctl *ctl = orl_rt.domain.ctl;

	if (orl_slot_is_ours_locked())
		return;
	orl_rt.proc = find_slot(ctl, pid);
	if (!orl_rt.proc) {
		/* tried again with each change, counted once */
		if (orl_load(&orl_wipe.epoch) != pid)
			__atomic_fetch_add(&ctl->procs_full, 1, __ATOMIC_RELAXED);
		orl_store(&orl_wipe.epoch, pid);
		return;
	}
	orl_store(&orl_wipe.epoch, pid);
	fill_slot(orl_rt.proc, pid);
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++)
			orl_event_register_locked(*p);
	}
}

/* Return: 0, or why there is no domain. */
int orl_attach_locked(bool create)
{
	int err;

	if (orl_rt.domain.ctl)
		return 0;
	if (!orl_rt.dir[0])
		return -EINVAL;
	err = orl_domain_open(&orl_rt.domain, orl_rt.dir, create ? ORL_DOMAIN_CREATE : 0);
	if (err) {
		orl_rt.domain.ctl = NULL;
		return err;
	}
	/* Kernels without it leave _Fork() and clone() without notice; fork() is covered by fork.c.
	 */
	madvise(&orl_wipe_page, sizeof(orl_wipe_page), MADV_WIPEONFORK);
	orl_claim_slot_locked();
	return 0;
}
