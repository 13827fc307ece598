// SPDX-License-Identifier: MIT
/*
 * Giving up the memory of rings that were replaced and of instances that were removed, under events
 * that may still be on their way into them.
 *
 *   G1  nothing leads here any more: apply() has stored the new pointers
 *   G2  nr_cpus = 0: an append that begins finds no CPU, and looks for the instance's rings again
 *   G3  membarrier restarts every sequence that is under way: it begins again, and meets G2
 *   G4  anonymous memory takes the place of the file, unless somebody is just writing to rings in C
 *       (append.c): then the next apply() does it. Whatever else still looks there (a state, a
 *       switch of the instance's rings, a hook, a hist) finds zeros, and what it writes goes
 *       nowhere
 *
 * An append to a leased ring is no sequence and cannot be restarted: a process that has leased one
 * keeps the file instead.
 */
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/instance.h"

#define CMD_RSEQ (1 << 7)		/* MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ */
#define CMD_REGISTER_RSEQ (1 << 8)

static struct orl_half *halves;
static struct orl_inst *insts;

void orl_retire_half_locked(struct orl_half *half)
{
	half->next = halves;
	halves = half;
}

void orl_retire_inst_locked(struct orl_inst *inst)
{
	for (unsigned int h = 0; h < 2; h++) {
		struct orl_half *half = inst->half[h];

		orl_store_release(&inst->half[h], (struct orl_half *)NULL);
		if (half)
			orl_retire_half_locked(half);
	}
	inst->next = insts;
	insts = inst;
}

static bool restart_sequences(void)
{
	if (!ORL_ARCH_HAS_APPEND || orl_rt.valgrind)
		return false;
	return !syscall(SYS_membarrier, CMD_REGISTER_RSEQ, 0, 0) &&
	       !syscall(SYS_membarrier, CMD_RSEQ, 0, 0);
}

static void overlay(void *map, size_t len)
{
	if (map && len)
		mmap(map, len, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
}

static void give_up_halves(void)
{
	if (!halves)
		return;
	for (struct orl_half *half = halves; half; half = half->next) {
		__atomic_store_n(&half->set.nr_cpus, 0, __ATOMIC_SEQ_CST);
		orl_store(&half->set.nr_leases, 0);
	}
	if (!restart_sequences() || orl_load(&orl_rt.leases)) {
		halves = NULL;
		return;
	}
	if (__atomic_load_n(&orl_wipe.busy, __ATOMIC_SEQ_CST) > 0)
		return;
	for (; halves; halves = halves->next)
		overlay(halves->rings.map, halves->rings.size);
}

/* Hists that no trigger leads to any more. */
static void give_up_hists(struct orl_inst *inst)
{
	for (struct orl_inst_hist **h = &inst->hists; *h;) {
		if ((*h)->is_used) {
			h = &(*h)->next;
			continue;
		}
		overlay((*h)->hist.map, (*h)->hist.map_len);
		*h = (*h)->next;
	}
}

void orl_retire_locked(void)
{
	give_up_halves();
	for (uint32_t i = 0; i < ORL_NR_INSTANCES; i++) {
		if (orl_rt.inst[i] && !orl_rt.inst[i]->is_moving)
			give_up_hists(orl_rt.inst[i]);
	}
	for (; insts; insts = insts->next) {
		if (insts->id)
			overlay(insts->set, ORL_SET_SIZE);
		overlay(insts->hooks, (size_t)ORL_NR_HOOKS * ORL_HOOK_SIZE);
		for (struct orl_inst_hist *h = insts->hists; h; h = h->next)
			overlay(h->hist.map, h->hist.map_len);
	}
}
