/* SPDX-License-Identifier: MIT */
/*
 * Instances as this process has them: what is wanted of them, mapped; their rings; their hooks.
 *
 * Events read all of this without a lock, and may be interrupted while they do. So nothing is ever
 * given back or used a second time: an instance that is gone, or a ring file that was replaced,
 * leaves its struct and its range of addresses behind (retire.c). Pointers in them change by one
 * store each.
 *
 * An instance is known by its place in the control file and its id; a place that is used again
 * makes another struct orl_inst.
 */
#ifndef ORL_RUNTIME_INSTANCE_H
#define ORL_RUNTIME_INSTANCE_H

#include "runtime/runtime.h"
#include "trigger/trigger.h"

/* One ring file, mapped. A pointer to set is one to this. */
struct orl_half {
	struct orl_ringset set;
	struct orl_rings rings;
	struct orl_inst *inst;
	struct orl_half *next;		/* of those to be given up */
	uint32_t serial;		/* never used twice in this process */
};

/* A mapped hist. */
struct orl_inst_hist {
	struct orl_hist hist;
	struct orl_inst_hist *next;
	bool is_used;			/* a trigger leads to it */
};

/* A hook that matters here: of an event that this process has, or with one as its target. */
struct orl_inst_hook {
	struct orl_hook *hook;		/* in the mapped file: may change at any moment */
	const struct orl_hist *hist;	/* of ORL_CMD_HIST, NULL when it cannot be used */
	uint64_t order;
	uint32_t event;			/* common_type; 0: only its target is here */
	uint32_t kind;
	uint32_t target;		/* common_type of what it switches, or 0 */
	bool has_stack;			/* it leads to addresses that somebody will want names of */
};

struct orl_inst {
	struct orl_set *set;
	struct orl_half *half[2];	/* of set->ring_id[]; NULL: not mapped */
	struct orl_inst *next;		/* of those that are gone */
	uint32_t id;
	uint32_t serial;		/* never used twice in this process */
	/* for apply() alone */
	struct orl_hook *hooks;		/* ORL_NR_HOOKS, or NULL */
	struct orl_inst_hist *hists;
	struct orl_inst_hook *list;	/* hooks that matter, newest first */
	uint32_t nr_list, room;
	bool asked_rings;		/* in this apply() */
	bool is_moving;			/* a hook was being written: the list may not be right */
	int error;			/* of mapping something, -errno, in this apply() */
};

/* arena.c */

/** orl_arena_alloc() - private memory, zeroed, never given back; NULL when there is none */
void *orl_arena_alloc(size_t size, size_t align);
/** orl_arena_undo() - give the newest allocation back */
void orl_arena_undo(void *at, size_t size);

/* instance.c; under orl_lock() */

/** orl_insts_sync_locked() - take up new instances, put aside those that are gone, read hooks */
void orl_insts_sync_locked(void);
/** orl_inst_rings_locked() - map the rings of an instance, once in an apply(); 0 or -errno */
int orl_inst_rings_locked(struct orl_inst *inst);

/* The half that is written now, or the other one where this one is not mapped here, or NULL. */
static inline struct orl_half *orl_inst_half(const struct orl_inst *inst)
{
	uint32_t active = orl_load(&inst->set->active) & 1;
	struct orl_half *half = orl_load_acquire(&inst->half[active]);

	return __builtin_expect(half != NULL, 1) ? half : orl_load_acquire(&inst->half[!active]);
}

/* retire.c; under orl_lock() */
void orl_retire_half_locked(struct orl_half *half);
void orl_retire_inst_locked(struct orl_inst *inst);
/** orl_retire_locked() - give up what was put aside; nothing that goes on from here refers to it */
void orl_retire_locked(void);

/* append.c */

/**
 * orl_append_inst() - append one record to the half of an instance that is written now
 * Any context. What is neither appended nor refused because recording is off is counted. Return:
 * ORL_APPEND_*.
 */
int orl_append_inst(const struct orl_inst *inst, uint64_t common, const void *rec, uint32_t len);

/* lease.c; @ring: which one refused, for ORL_APPEND_OFF */
int orl_append_leased(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len,
		      struct orl_ring **ring);
int orl_append_vforked(const struct orl_ringset *rs, uint64_t common, const void *rec,
		       uint32_t len, struct orl_ring **ring);

#endif
