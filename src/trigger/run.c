// SPDX-License-Identifier: MIT
/* Triggers: when one runs, how often it still may, and what it does. */
#include "abi/ctl.h"
#include "trigger/program.h"

#define MAX_TRIES 64

/* Take one run. A count below zero has no limit. */
static bool take_count(struct orl_hook *hook)
{
	int64_t count = __atomic_load_n(&hook->count, __ATOMIC_RELAXED);

	for (int i = 0; i < MAX_TRIES; i++) {
		if (count < 0)
			return true;
		if (!count)
			return false;
		if (__atomic_compare_exchange_n(&hook->count, &count, count - 1, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static void switch_rings(struct orl_hook *hook, const struct orl_trigger_host *host, bool on)
{
	bool is_on = __atomic_load_n(&host->set->tracing_on, __ATOMIC_RELAXED);

	if (is_on != on && take_count(hook))
		orl_rings_switch(host, on);
}

static void switch_event(struct orl_hook *hook, const struct orl_trigger_host *host,
			 uint32_t target, bool on)
{
	uint32_t slot = target - ORL_EVENT_ID_FIRST;
	uint64_t bit = 1ULL << (slot % 64), *word;
	bool is_on;

	if (slot >= ORL_SET_EVENTS)
		return;
	word = &host->set->soft[slot / 64];
	is_on = !(__atomic_load_n(word, __ATOMIC_RELAXED) & bit);
	if (is_on == on || !take_count(hook))
		return;
	if (on)
		__atomic_fetch_and(word, ~bit, __ATOMIC_RELAXED);
	else
		__atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static __attribute__((noinline)) uint32_t run(struct orl_hook *hook,
					      const struct orl_trigger_host *host,
					      const struct orl_hist *hist,
					      const struct orl_occurrence *o)
{
	struct orl_trigger_head head;

	if (orl_program_run(hook, ORL_HOOK_TRIGGER, o, &head) != ORL_VERDICT_YES)
		return 0;
	switch (head.cmd) {
	case ORL_CMD_HIST:
		if (hist && !(head.flags & ORL_HOOK_PAUSED))
			orl_hist_update(hist, o);
		break;
	case ORL_CMD_TRACEON:
	case ORL_CMD_TRACEOFF:
		switch_rings(hook, host, head.cmd == ORL_CMD_TRACEON);
		break;
	case ORL_CMD_ENABLE_EVENT:
	case ORL_CMD_DISABLE_EVENT:
		switch_event(hook, host, head.target, head.cmd == ORL_CMD_ENABLE_EVENT);
		break;
	case ORL_CMD_SNAPSHOT:
		if (take_count(hook))
			orl_rings_swap(host);
		break;
	case ORL_CMD_STACKTRACE:
		return take_count(hook) ? ORL_DO_STACKTRACE : 0;
	default:
		break;
	}
	return 0;
}

/* A hist without a filter runs at every record: the same in fewer steps. */
uint32_t orl_trigger_run(struct orl_hook *hook, const struct orl_trigger_host *host,
			 const struct orl_hist *hist, const struct orl_occurrence *o)
{
	uint32_t seq = __atomic_load_n(&hook->seq, __ATOMIC_ACQUIRE);

	if ((seq & 1) || !hist || __atomic_load_n(&hook->cmd, __ATOMIC_RELAXED) != ORL_CMD_HIST ||
	    __atomic_load_n(&hook->kind, __ATOMIC_RELAXED) != ORL_HOOK_TRIGGER ||
	    __atomic_load_n(&hook->flags, __ATOMIC_RELAXED) ||
	    __atomic_load_n(&hook->event, __ATOMIC_RELAXED) != (uint16_t)o->common)
		return run(hook, host, hist, o);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* as in orl_program_run() */
	if (__atomic_load_n(&hook->seq, __ATOMIC_RELAXED) != seq)
		return run(hook, host, hist, o);
	orl_hist_update(hist, o);
	return 0;
}
