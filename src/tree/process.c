// SPDX-License-Identifier: MIT
/*
 * processes/PID/info: a process as `oriel list` knows it.
 */
#include <errno.h>
#include <string.h>

#include "reader/procs.h"
#include "tree/kinds.h"

/* Line "what   value"; names of all lines are aligned. */
#define LINE "%-10s "

static void show_events(struct orl_file *f, struct orl_text *out)
{
	const struct orl_events *ev = &f->tree->events;

	for (uint32_t i = 0; i < ev->nr; i++)
		if (orl_event_in_process(f->session, &ev->event[i], f->where.pid))
			orl_text_printf(out, "  %s:%s%s\n", ev->event[i].system, ev->event[i].name,
					orl_event_is_enabled(f->session, &ev->event[i],
							     f->where.pid) ? " on" : "");
}

static void show_copy(const struct orl_process *p, struct orl_text *out)
{
	const char *how = p->flags & ORL_PROC_CONTROL_SIGNAL ? "signal" :
			  p->flags & ORL_PROC_CONTROL_THREAD ? "thread" :
			  p->flags & ORL_PROC_CONTROL_POLL   ? "poll" : "none";

	orl_text_printf(out, LINE "%s%s%s\n", "reach:",
			p->reach == ORL_REACH_OK ? "ok" : orl_reach_reason(p->reach),
			p->reach == ORL_REACH_OK ? "" : "; ", orl_reach_advice(p->reach));
	orl_text_printf(out, LINE "%s\n", "control:", how);
	orl_text_printf(out, LINE "%u%s\n", "applied:", p->applied,
			p->is_current ? "" : " (not the newest)");
	orl_text_printf(out, LINE "%u\n", "sites:", p->nr_sites);
	orl_text_printf(out, LINE "%llu\n", "dropped:", (unsigned long long)p->dropped);
	if (p->patch_error)
		orl_text_printf(out, LINE "%s\n", "patching:", strerror(p->patch_error));
	if (p->ring_error)
		orl_text_printf(out, LINE "%s\n", "rings:", strerror(p->ring_error));
	orl_text_printf(out, LINE "%u\n", "events:", p->nr_events);
}

static int show_info(struct orl_file *f, struct orl_text *out)
{
	struct orl_processes list;
	int rc = orl_tree_events_locked(f->tree);

	if (!rc)
		rc = orl_processes_list(&list, f->session, 0, f->where.pid);
	if (rc)
		return rc;
	if (list.nr) {
		orl_text_printf(out, LINE "%d\n" LINE, "pid:", f->where.pid, "comm:");
		orl_text_escape(out, list.process[0].comm, strlen(list.process[0].comm));
		orl_text_printf(out, "\n" LINE "%c\n", "state:", list.process[0].state);
	} else {
		rc = -ENODEV;
	}
	for (uint32_t i = 0; i < list.nr; i++)
		show_copy(&list.process[i], out);
	if (!rc)
		show_events(f, out);
	orl_processes_fini(&list);
	return rc;
}

const struct orl_kind orl_kinds_process[] = {
	{ "info", 0440, ORL_KIND_SHARED, show_info },
	{ NULL },
};
