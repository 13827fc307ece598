// SPDX-License-Identifier: MIT
/*
 * The event bprint. It has the kernel's id and stands in no object's table, so that nobody can
 * enable it: what prints are the sites, and what they print goes to the top instance.
 */
#include "runtime/plan.h"
#include "runtime/print.h"

static struct tracepoint tracepoint = { .name = "bprint" };

/* Its place in the registry is none: nothing of a plan of its own looks there. */
struct trace_event_call orl_print_call = {
	.id = ORL_PRINT_ID,
	.tp = &tracepoint,
	.system = "ftrace",
	.name = "bprint",
	.slot = 1,
};

static const struct orl_plan *decided;

void orl_print_decide_locked(bool is_wanted, int *err)
{
	decided = is_wanted ? orl_plan_make_print_locked(err) : NULL;
}

/* When nothing is wanted any more, who is on the way to a record still finds all it needs. */
void orl_print_follow_locked(void)
{
	if (decided)
		orl_plan_follow(&orl_print_call, decided);
}
