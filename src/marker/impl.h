/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef ORL_MARKER_IMPL_H
#define ORL_MARKER_IMPL_H

#include "arch/arch.h"
#include "marker/marker.h"
#include "trigger/trigger.h"

/* ---- append.c ---- */

/**
 * orl_marker_append() - append to the rings that the session has mapped, of this CPU
 * @state: receives the state of the ring that refused, for ORL_APPEND_OFF
 * Return: ORL_APPEND_*; NO_CPU when there is no ring for this thread, which is counted.
 */
int orl_marker_append(const struct orl_session *s, uint64_t common, const void *rec, uint32_t len,
		      uint64_t ticks, uint64_t *state);

/** orl_marker_this_cpu() */
uint32_t orl_marker_this_cpu(void);

/* ---- programs.c: the hooks of one event, mapped ---- */

struct orl_marker_hooks {
	struct orl_hook *map;		/* NULL: there are none */
	size_t len;
	uint32_t nr;			/* newest first */
	uint16_t slot[ORL_NR_HOOKS];
};

void orl_marker_hooks_open(struct orl_marker_hooks *h, const struct orl_session *s, uint32_t event);
void orl_marker_hooks_close(struct orl_marker_hooks *h);
bool orl_marker_hooks_pass(const struct orl_marker_hooks *h, const struct orl_occurrence *o);
void orl_marker_hooks_run(const struct orl_marker_hooks *h, struct orl_session *s,
			  const struct orl_occurrence *o);

/* ---- task.c ---- */

/** orl_marker_comm() - a living thread's name, 16 bytes with NULs behind it; false: not known */
bool orl_marker_comm(int32_t tid, uint64_t comm[2]);

/** orl_marker_task() - note a thread's name in the domain, where it can be had */
void orl_marker_task(const struct orl_session *s, int32_t tid);

#endif
