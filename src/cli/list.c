// SPDX-License-Identifier: MIT
/*
 * oriel list: the events of a domain, one a line.
 *
 * A program that merely links the library has registered nothing yet; so all are nudged first.
 * Programs that give one event different fields make two entries of the registry; as text they are
 * one line, in JSON two.
 */
#include <string.h>

#include "cli/place.h"

struct listing {
	struct orl_session session;
	struct orl_events events;
	struct orl_processes processes;
	const struct orl_args *args;
	const char *pattern; /* NULL: all */
};

/* Asked of the slot itself: orl_event_in_process() would search the slots for each pid. */
static bool has_event(const struct listing *l, const struct orl_process *p,
		      const struct orl_event *e)
{
	const struct orl_proc *proc = orl_ctl_procs(l->session.domain.ctl);

	return p->slot >= 0 &&
	       __atomic_load_n(&proc[p->slot].events[e->slot / 64], __ATOMIC_RELAXED) >>
			       (e->slot % 64) &
		       1;
}

static unsigned int count_processes(const struct listing *l, const struct orl_event *e)
{
	unsigned int nr = 0;
	int32_t last = 0;

	for (uint32_t i = 0; i < l->processes.nr; i++) {
		const struct orl_process *p = &l->processes.process[i];

		if (p->pid == last || !has_event(l, p, e))
			continue;
		last = p->pid; /* sorted: the copies of one process follow each other */
		nr++;
	}
	return nr;
}

static bool is_wanted(const struct listing *l, const struct orl_event *e)
{
	if (l->pattern && !orl_event_match(e, l->pattern))
		return false;
	return !l->args->pid || orl_event_in_process(&l->session, e, l->args->pid);
}

static bool is_same_name(const struct orl_event *a, const struct orl_event *b)
{
	return !strcmp(a->system, b->system) && !strcmp(a->name, b->name);
}

static unsigned int print_text(const struct listing *l)
{
	const struct orl_event *last = NULL;
	unsigned int nr = 0, procs = 0;
	size_t width = 0;

	for (uint32_t i = 0; i < l->events.nr; i++) {
		size_t len = strlen(l->events.event[i].system) + strlen(l->events.event[i].name);

		if (is_wanted(l, &l->events.event[i]) && len > width)
			width = len;
	}
	width = width > 60 ? 60 : width;
	for (uint32_t i = 0; i < l->events.nr; i++) {
		const struct orl_event *e = &l->events.event[i];
		int rest = (int)(width - strlen(e->system));

		if (!is_wanted(l, e) || (last && is_same_name(last, e)))
			continue;
		last = e;
		nr++;
		if (!l->args->verbose) {
			printf("%s:%s\n", e->system, e->name);
			continue;
		}
		procs = count_processes(l, e);
		printf("%s:%-*s  %-3s  %u process%s\n", e->system, rest > 0 ? rest : 0, e->name,
		       orl_event_is_enabled(&l->session, e, l->args->pid) ? "on" : "off", procs,
		       procs == 1 ? "" : "es");
	}
	return nr;
}

static void json_event(const struct listing *l, struct orl_json *j, const struct orl_event *e)
{
	int32_t last = 0;

	orl_json_open(j, NULL, '{');
	orl_json_str(j, "system", e->system);
	orl_json_str(j, "name", e->name);
	orl_json_u64(j, "id", (uint64_t)e->id);
	orl_json_bool(j, "enabled", orl_event_is_enabled(&l->session, e, l->args->pid));
	orl_json_open(j, "pids", '[');
	for (uint32_t i = 0; i < l->processes.nr; i++) {
		const struct orl_process *p = &l->processes.process[i];

		if (p->pid != last && has_event(l, p, e)) {
			orl_json_u64(j, NULL, (uint64_t)p->pid);
			last = p->pid;
		}
	}
	orl_json_close(j, ']');
	if (l->args->verbose)
		orl_json_str(j, "format", e->format);
	orl_json_close(j, '}');
}

static unsigned int print_json(const struct listing *l)
{
	struct orl_json j = { 0 };
	unsigned int nr = 0;

	orl_json_open(&j, NULL, '{');
	orl_json_u64(&j, "version", ORL_CLI_JSON_VERSION);
	orl_json_str(&j, "domain", l->session.domain.dir);
	orl_json_open(&j, "events", '[');
	for (uint32_t i = 0; i < l->events.nr; i++) {
		if (!is_wanted(l, &l->events.event[i]))
			continue;
		json_event(l, &j, &l->events.event[i]);
		nr++;
	}
	orl_json_close(&j, ']');
	orl_json_close(&j, '}');
	if (nr || !l->pattern)
		orl_json_end(&j);
	orl_text_fini(&j.text);
	return nr;
}

static int print(const struct listing *l)
{
	unsigned int nr = l->args->json ? print_json(l) : print_text(l);

	if (!nr && l->pattern)
		return orl_place_no_match(&l->session, &l->events, l->pattern, l->args->pid, "");
	if (!nr)
		orl_cli_note("%s has no events yet: no program with events has run in it",
			     l->session.domain.dir);
	if (l->events.nr_damaged)
		orl_cli_error("%s: %u entries of the registry are damaged and left out",
			      l->session.domain.dir, l->events.nr_damaged);
	return l->events.nr_damaged ? ORL_EXIT_DAMAGED : ORL_EXIT_OK;
}

int orl_cmd_list(const struct orl_args *args)
{
	struct listing l = { .args = args, .pattern = args->nr_rest ? args->rest[0] : NULL };
	int ret = orl_place_open(&l.session, args, ORL_SESSION_CREATE);

	if (ret)
		return ret;
	ret = orl_place_check_pid(&l.session, args->pid);
	/* Those that do not answer have registered before, or are told by oriel doctor. */
	if (!ret)
		orl_place_nudge(&l.session, true, args->pid);
	if (!ret && (orl_events_load(&l.events, &l.session) ||
		     orl_processes_list(&l.processes, &l.session, 0, args->pid))) {
		orl_cli_error("no memory");
		ret = ORL_EXIT_FAILURE;
	}
	if (!ret)
		ret = print(&l);
	orl_processes_fini(&l.processes);
	orl_events_fini(&l.events);
	orl_session_close(&l.session);
	return ret;
}
