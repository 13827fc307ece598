// SPDX-License-Identifier: MIT
/*
 * oriel enable, oriel disable: change the rules of a domain, then tell the processes.
 *
 * All patterns are looked at before any rule is changed: a pattern that matches nothing changes
 * nothing.
 */
#include <string.h>

#include "cli/place.h"

/* A rule for events to come is taken back by its own pattern, though nothing matches it yet. */
static bool is_rule(const struct orl_rules *rules, const char *pattern, pid_t pid)
{
	for (uint32_t i = 0; i < rules->nr && i < ORL_NR_RULES; i++)
		if (!(rules->rule[i].flags & ORL_RULE_OVERLAY) && rules->rule[i].pid == pid &&
		    !strncmp(rules->rule[i].pattern, pattern, ORL_PATTERN_MAX))
			return true;
	return false;
}

static bool has_match(const struct orl_session *s, const struct orl_events *ev, const char *pattern,
		      pid_t pid)
{
	for (uint32_t i = 0; i < ev->nr; i++)
		if (orl_event_match(&ev->event[i], pattern) &&
		    (!pid || orl_event_in_process(s, &ev->event[i], pid)))
			return true;
	return false;
}

static int check_patterns(const struct orl_session *s, const struct orl_args *args, bool enable)
{
	struct orl_rules rules;
	struct orl_events ev;
	int ret = 0;

	if (orl_events_load(&ev, s)) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	orl_control_rules(s, &rules);
	for (int i = 0; i < args->nr_rest; i++) {
		const char *pattern = args->rest[i];

		if (args->future || has_match(s, &ev, pattern, args->pid) ||
		    (!enable && is_rule(&rules, pattern, args->pid)))
			continue;
		ret = orl_place_no_match(s, &ev, pattern, args->pid,
					 enable ? " (--future: for programs to come)" : "");
	}
	orl_events_fini(&ev);
	return ret;
}

static int change(struct orl_session *s, const struct orl_args *args, bool enable)
{
	struct orl_change changes[ORL_CLI_PATTERNS];
	int ret;

	if (args->nr_rest > (int)ORL_CLI_PATTERNS) {
		orl_cli_error("more than %u patterns; use globs", ORL_CLI_PATTERNS);
		return ORL_EXIT_USAGE;
	}
	for (int i = 0; i < args->nr_rest; i++)
		changes[i] = (struct orl_change){
			.pattern = args->rest[i],
			.pid = args->pid,
			.enable = enable,
		};
	ret = orl_control_change(s, changes, (uint32_t)args->nr_rest, 0);
	return ret ? orl_place_failed(s, ret) : 0;
}

static int run(const struct orl_args *args, bool enable)
{
	struct orl_session s;
	int ret = orl_place_open(&s, args, ORL_SESSION_CREATE);

	if (ret)
		return ret;
	ret = orl_place_check_pid(&s, args->pid);
	if (!ret) {
		/*
		 * First so that every event is known by name, then so that every process follows.
		 */
		orl_place_nudge(&s, true, args->pid);
		ret = check_patterns(&s, args, enable);
	}
	if (!ret)
		ret = change(&s, args, enable);
	if (!ret)
		ret = orl_place_nudge(&s, false, args->pid);
	if (enable && (!ret || ret == ORL_EXIT_UNREACHED))
		orl_place_note_stopped(&s);
	orl_session_close(&s);
	return ret;
}

int orl_cmd_enable(const struct orl_args *args)
{
	return run(args, true);
}

int orl_cmd_disable(const struct orl_args *args)
{
	return run(args, false);
}
