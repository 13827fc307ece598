/* SPDX-License-Identifier: MIT */
/* See hooks.c. All functions are called with the tree's lock. */
#ifndef ORL_TREE_HOOKS_H
#define ORL_TREE_HOOKS_H

#include "tree/kinds.h"

/*
 * In orl_hook.flags of a filter: its text says what was wrong with the last write, and its program
 * lets everything pass. It stands among the filters, so that every tool shows it.
 */
#define ORL_HOOK_NOTE 0x80000000U

#define ORL_SUBJECTS_MAX 64U
#define ORL_HOOK_LIST_MAX 1024U

/* The events that a file stands for; the first is the one that is shown. */
struct orl_subjects {
	uint32_t nr;
	int id[ORL_SUBJECTS_MAX];
};

void orl_subjects(struct orl_file *f, const struct orl_slots *slots, struct orl_subjects *out);
/** orl_subjects_of_file() - of the file's path: 0 or -ENODEV */
int orl_subjects_of_file(struct orl_file *f, struct orl_subjects *out);

/* Slots of hooks, oldest first. */
struct orl_hook_list {
	uint32_t nr;
	uint32_t slot[ORL_HOOK_LIST_MAX];
	bool (*pass)(const struct orl_hook *hook, const void *arg);
	const void *arg;
};

/** orl_hook_list() - the hooks of an event (0: of all) that @pass lets through (NULL: all) */
void orl_hook_list(struct orl_hook_list *list, const struct orl_session *s, int event,
		   uint32_t kind, bool (*pass)(const struct orl_hook *hook, const void *arg),
		   const void *arg);

static inline bool orl_hook_has_target(const struct orl_hook *hook)
{
	return hook->cmd == ORL_CMD_ENABLE_EVENT || hook->cmd == ORL_CMD_DISABLE_EVENT;
}

/** orl_soft_begin_locked() - a trigger comes that switches the event. The set is locked. */
void orl_soft_begin_locked(struct orl_file *f, int id);
/** orl_soft_end_locked() - one has gone: unless others are left, soft mode ends */
void orl_soft_end_locked(struct orl_file *f, uint32_t id);

/* ---- hist.c; the set is locked ---- */

/** orl_hist_add_locked() - give a new hist its table, or the one of its name */
int orl_hist_add_locked(struct orl_file *f, const struct orl_trigger_text *t,
			struct orl_hook *hook);
/** orl_hist_change_locked() - pause, continue, clear; -EEXIST if none of them was asked for */
int orl_hist_change_locked(struct orl_file *f, const struct orl_trigger_text *t,
			   const struct orl_hook_list *same);
/* ---- names.c: what a hist prints beside numbers ---- */

#define ORL_NAMES_PROCS 64U

struct orl_names {
	const struct orl_session *s;
	struct orl_symbols *symbols;	/* made when first needed */
	uint32_t nr;
	int32_t pid[ORL_NAMES_PROCS];
};

/** orl_names_symbol(), orl_names_ns() - as struct orl_hist_view has them; @arg: struct orl_names */
bool orl_names_symbol(void *arg, uint64_t addr, int32_t tid, struct orl_text *out);
uint64_t orl_names_ns(void *arg, uint64_t ticks);
void orl_names_fini(struct orl_names *n);

/** orl_hist_drop_locked() - a hook of the table has gone: with the last one the table goes */
void orl_hist_drop_locked(struct orl_file *f, uint32_t id);

#endif
