// SPDX-License-Identifier: MIT
/* Uses the event, and all that comes with it. The tests compile it as C and as C++. */
#include "sched_trace.h"

static int nr_probed;

static void probe(void *data, struct task_struct *prev, struct task_struct *next)
{
	if (prev->pid == 7 && next->pid == 8)
		nr_probed += *(int *)data;
}

int main(void)
{
	struct task_struct one = { "one", 7, 120, 1 }, two = { "two", 8, 98, -2 };
	int weight = 10;
	int ret = register_trace_sched_switch(probe, &weight);

	trace_sched_switch(&one, &two);
#ifdef ORIEL_DISABLE
	return ret != -ENOSYS || nr_probed || trace_sched_switch_enabled() ||
	       unregister_trace_sched_switch(probe, &weight) != -ENOSYS;
#else
	if (ret || !trace_sched_switch_enabled() || unregister_trace_sched_switch(probe, &weight))
		return 1;
	trace_sched_switch(&one, &two);
	return nr_probed != 10;
#endif
}
