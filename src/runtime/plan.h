/* SPDX-License-Identifier: MIT */
/*
 * Plans: what becomes of an event's record, in which instances.
 *
 * A plan is made by apply(), never changed and never freed, since an event may be on its way
 * through it; plans of equal content are one plan, so that switching back and forth makes no new
 * ones. The event's call->reserved[0] leads to its plan.
 */
#ifndef ORL_RUNTIME_PLAN_H
#define ORL_RUNTIME_PLAN_H

#include "runtime/filter.h"
#include "runtime/instance.h"

/* struct orl_plan_entry.flags */
#define ORL_PLAN_RECORD 1U		/* the record is wanted */
#define ORL_PLAN_SOFT 2U		/* ... while the event's bit in set->soft is clear */
#define ORL_PLAN_PIDS 4U		/* the instance has lists of processes */
#define ORL_PLAN_STACK 8U		/* a stack record behind each that is taken */

struct orl_plan_trigger {
	struct orl_hook *hook;
	const struct orl_hist *hist;
};

struct orl_plan_entry {
	struct orl_inst *inst;
	struct orl_hook *filter;	/* or NULL */
	const struct orl_numbers *numbers; /* the same, where it only compares numbers */
	uint32_t flags;
	uint32_t first;			/* of its triggers */
	uint32_t nr;
	uint32_t nr_late;		/* the last of them run when the record is appended */
};

/*
 *   kind    what it is                                     commit function
 *   SIMPLE  one instance, and the record is just wanted    commit_tsc, commit_slow, commit_leased
 *   FILTER  the same with a filter                         commit_filter
 *   ANY     everything else                                orl_plan_commit
 */
enum orl_plan_kind { ORL_PLAN_SIMPLE, ORL_PLAN_FILTER, ORL_PLAN_ANY };

struct orl_plan {
	struct orl_plan *next;		/* of the same hash */
	uint64_t hash;
	enum orl_plan_kind kind;
	uint32_t nr_entries;
	uint32_t nr_triggers;
	uint32_t max_len;		/* of a record that fits the pages of all its instances */
	struct orl_plan_entry entry[];	/* and then its struct orl_plan_trigger[] */
};

static inline const struct orl_plan_trigger *orl_plan_triggers(const struct orl_plan *plan)
{
	return (const struct orl_plan_trigger *)(const void *)(plan->entry + plan->nr_entries);
}

/* The instance of a plan that is not ANY, and where its rings are now; NULL when there are none. */
static inline const struct orl_ringset *orl_plan_rings(const struct orl_plan *plan)
{
	struct orl_half *half = orl_inst_half(plan->entry[0].inst);

	return half ? &half->set : NULL;
}

static inline bool orl_plan_filter(const struct orl_plan_entry *e, const struct orl_occurrence *o)
{
	if (e->numbers && o->len >= e->numbers->need)
		return orl_numbers_pass(e->numbers, o->rec);
	return orl_filter_pass(e->filter, o);
}

/* plan.c; under orl_lock() */

/**
 * orl_plan_make_locked() - what is wanted of an event now
 * @err: -errno of what stood in the way, else left alone
 * Return: its plan, or NULL when nothing is wanted of it.
 */
const struct orl_plan *orl_plan_make_locked(const struct trace_event_call *call, int *err);

/** orl_plan_make_print_locked() - the plan for lines that print: recorded in the top instance */
const struct orl_plan *orl_plan_make_print_locked(int *err);

/* apply.c; under orl_lock(): have an event go by a plan from now on */
void orl_plan_follow(struct trace_event_call *call, const struct orl_plan *plan);

/* run.c */
void orl_plan_commit(struct trace_event_call *call, void *rec, uint32_t len);
extern const struct orl_occurrence_ops orl_plan_ops;

/* commit.c: the common fields of a record made here and now, where the fast way has no answer */
uint64_t orl_common_slow(const struct trace_event_call *call);

#endif
