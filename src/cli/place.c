// SPDX-License-Identifier: MIT
/*
 * Opening the domain that a command works on, and bringing its processes into line before and
 * after.
 */
#include "cli/place.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NUDGE_MS 1000

int orl_place_dir(const struct orl_args *args, char dir[ORL_DOMAIN_DIR_MAX])
{
	const char *name = args->domain ? args->domain : getenv("ORIEL_DOMAIN");
	int ret = orl_domain_path(dir, ORL_DOMAIN_DIR_MAX, name, getenv("XDG_RUNTIME_DIR"),
				  geteuid());

	if (!ret)
		return 0;
	orl_cli_error("domain '%s': %s", name ? name : "",
		      ret == -ENAMETOOLONG ? "the name is too long"
					   : "a domain is a plain name or an absolute path");
	return ORL_EXIT_USAGE;
}

int orl_place_default(char dir[ORL_DOMAIN_DIR_MAX])
{
	int ret = orl_domain_path(dir, ORL_DOMAIN_DIR_MAX, NULL, getenv("XDG_RUNTIME_DIR"),
				  geteuid());
	char *slash = ret ? NULL : strrchr(dir, '/');

	if (!slash) {
		orl_cli_error("XDG_RUNTIME_DIR gives no usable path");
		return ORL_EXIT_USAGE;
	}
	*slash = '\0';
	return 0;
}

int orl_place_failed(const struct orl_session *s, int error)
{
	orl_cli_error("%s", s->error);
	return orl_cli_status(error);
}

int orl_place_open(struct orl_session *s, const struct orl_args *args, unsigned int flags)
{
	int ret;

	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	ret = orl_session_open(s, args->domain, flags);
	if (ret == -EINVAL || ret == -ENAMETOOLONG) {
		orl_cli_error("%s", s->error);
		return ORL_EXIT_USAGE;
	}
	return ret ? orl_place_failed(s, ret) : 0;
}

static void tell_late(const struct orl_process *p)
{
	char name[128];
	const char *advice = orl_reach_advice(p->reach);

	orl_cli_escape(name, sizeof(name), p->comm);
	orl_cli_error("process %d (%s) was not reached: it %s%s%s", p->pid, name,
		      orl_reach_reason(p->reach), *advice ? "; " : "", advice);
}

int orl_place_nudge(struct orl_session *s, bool quiet, pid_t pid)
{
	struct orl_processes late = { 0 };
	int ret = orl_control_nudge(s, NUDGE_MS, &late);
	int status = ORL_EXIT_OK;

	if (ret < 0)
		return orl_place_failed(s, ret);
	for (uint32_t i = 0; i < late.nr; i++) {
		if (pid && late.process[i].pid != pid)
			continue;
		status = ORL_EXIT_UNREACHED;
		if (!quiet)
			tell_late(&late.process[i]);
	}
	orl_processes_fini(&late);
	return status;
}

void orl_place_note_stopped(const struct orl_session *s)
{
	if (!__atomic_load_n(&s->set->tracing_on, __ATOMIC_RELAXED))
		orl_cli_note("%s: tracing_on is 0: nothing is recorded; oriel write tracing_on 1",
			     s->domain.dir);
}

int orl_place_check_pid(struct orl_session *s, pid_t pid)
{
	struct orl_processes list;
	uint32_t nr;

	if (!pid)
		return 0;
	if (orl_processes_list(&list, s, ORL_PROCS_LINKED, pid)) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	nr = list.nr;
	orl_processes_fini(&list);
	if (nr)
		return 0;
	if (!orl_process_is_alive(pid))
		orl_cli_error("process %d: no such process", pid);
	else
		orl_cli_error(
			"process %d is not in the domain %s: it does not use Oriel, or has another "
			"ORIEL_DOMAIN",
			pid, s->domain.dir);
	return ORL_EXIT_UNREACHED;
}

static void offer_all(struct orl_near *near, const struct orl_events *ev)
{
	for (uint32_t i = 0; i < ev->nr; i++)
		orl_near_event(near, ev->event[i].system, ev->event[i].name);
}

int orl_place_no_match(const struct orl_session *s, const struct orl_events *ev,
		       const char *pattern, pid_t pid, const char *hint)
{
	struct orl_near near;
	char text[512], who[48] = "";

	orl_near_init(&near, pattern);
	offer_all(&near, ev);
	if (pid)
		snprintf(who, sizeof(who), " of process %d", pid);
	orl_near_text(&near, "; near: ", text, sizeof(text));
	if (!ev->nr)
		orl_cli_error("no event%s matches '%s': no program with events has run in %s%s",
			      who, pattern, s->domain.dir, hint);
	else
		orl_cli_error("no event%s matches '%s'%s%s", who, pattern,
			      *text ? text : "; see oriel list", hint);
	return ORL_EXIT_NO_MATCH;
}
