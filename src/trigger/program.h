/* SPDX-License-Identifier: MIT */
/* What the parts of this folder share about programs and specs. */
#ifndef ORL_TRIGGER_PROGRAM_H
#define ORL_TRIGGER_PROGRAM_H

#include "trigger/trigger.h"

enum orl_verdict {
	ORL_VERDICT_NO,
	ORL_VERDICT_YES,
	ORL_VERDICT_STALE		/* being rewritten, or another event's by now */
};

/* What orl_program_run() read of a trigger, all of one moment. */
struct orl_trigger_head {
	uint32_t cmd, flags, target;
};

/** orl_program_run() - run a hook's program on a record; @kind: what the hook must be; @head:
 * filled in for a trigger, NULL for a filter */
enum orl_verdict orl_program_run(const struct orl_hook *hook, uint32_t kind,
				 const struct orl_occurrence *o, struct orl_trigger_head *head);

/** orl_hist_key_size() - bytes that a field takes in a key, 0 when it cannot be one */
uint32_t orl_hist_key_size(uint32_t load);

/** orl_hist_spec_check() - do the keys lie in the key, and can all fields be loaded? */
bool orl_hist_spec_check(const struct orl_hist_spec *spec);

#endif
