// SPDX-License-Identifier: MIT
/*
 * oriel record: events into a trace.dat.
 *
 *   with PROG      a private domain, its rules set before PROG starts, gone afterwards
 *   without        the domain as it is; our rules enable besides what is enabled
 *
 * The order of things, and of undoing them: rings, cursors, file; rules, processes told, PROG; the
 * loop; rules back, processes told; what was written until then; the file. Between taking the
 * signals and giving them back nothing can end us but SIGKILL, and then the overlay is void,
 * because its owner is dead, and oriel gc removes the private domain.
 */
#include "cli/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/live.h"
#include "reader/prints.h"

#define SIZE_RESERVE (128ULL << 10)

static const char *const everything[] = { "*:*" };

static int check_arguments(const struct orl_args *args)
{
	const char *wrong = NULL;

	if (args->nr_rest && !args->dashes)
		wrong = "write -- before the program";
	else if (!args->nr_rest && args->dashes)
		wrong = "a program is missing after --";
	else if (args->preload && !args->nr_rest)
		wrong = "--preload needs a program to load into: ... -- PROG ARG...";
	else if (args->pid && args->nr_rest)
		wrong = "-p and a program exclude each other";
	else if (args->domain && args->nr_rest)
		wrong = "a program gets a domain of its own; --domain is for running ones";
	if (!wrong)
		return 0;
	orl_cli_error("record: %s", wrong);
	return ORL_EXIT_USAGE;
}

/* With PROG, its events are known only at the end. */
static int check_patterns(struct orl_record_run *r, pid_t pid)
{
	const char *hint = "";
	struct orl_events ev;
	int status = 0;

	if (orl_events_load(&ev, &r->session)) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	if (r->is_private && !ev.nr && !r->args->preload)
		hint = "; a program that does not use Oriel needs --preload malloc";
	for (unsigned int i = 0; i < r->nr_patterns; i++) {
		bool has_match = false;

		for (uint32_t k = 0; k < ev.nr && !has_match; k++)
			has_match = orl_event_match(&ev.event[k], r->patterns[i]) &&
				    (!pid || orl_event_in_process(&r->session, &ev.event[k], pid));
		if (!has_match)
			status = orl_place_no_match(&r->session, &ev, r->patterns[i], pid, hint);
	}
	orl_events_fini(&ev);
	return status;
}

/* Lines that print are recorded without a pattern. */
static bool has_prints(const struct orl_session *s)
{
	struct orl_print_table *prints;
	struct orl_print_site *site = malloc(sizeof(*site));
	bool has_any = false;

	if (site && !orl_prints_open(&prints, &s->domain)) {
		has_any = orl_prints_next(prints, 0, site);
		orl_prints_close(prints);
	}
	free(site);
	return has_any;
}

static int open_domain(struct orl_record_run *r)
{
	int ret;

	if (r->args->nr_rest)
		return orl_record_private(r);
	ret = orl_place_open(&r->session, r->args, ORL_SESSION_CREATE);
	if (ret)
		return ret;
	r->is_open = true;
	ret = orl_place_check_pid(&r->session, r->args->pid);
	if (ret)
		return ret;
	orl_place_nudge(&r->session, true, r->args->pid);
	if (!r->args->nr_events && has_prints(&r->session))
		return 0;
	return check_patterns(r, r->args->pid);
}

/*
 * The file gets more than what is spooled when the limit is seen: the pages that wait for their
 * chunk to fill, one chunk per CPU, and formats and names.
 */
static uint64_t spool_limit(const struct orl_record_run *r)
{
	uint64_t max = r->args->max_size, reserve = (r->session.nr_cpus + 1) * SIZE_RESERVE;

	return max - (reserve < max / 2 ? reserve : max / 2);
}

/* The cursors stand before the first record that our rules can cause. */
static int open_file(struct orl_record_run *r)
{
	const char *step = "";
	int ret = orl_session_create_rings(&r->session);

	if (ret)
		return orl_place_failed(&r->session, ret);
	ret = orl_tracedat_create(&r->file, r->path, r->session.nr_rings, r->session.page_size,
				  "mono", &step);
	if (ret) {
		orl_cli_error("%s: %s: %s", r->path, step, strerror(-ret));
		return orl_cli_status(ret);
	}
	r->pump = calloc(1, sizeof(*r->pump));
	if (r->pump) {
		r->pump->session = &r->session;
		r->pump->file = r->file;
		r->pump->patterns = r->patterns;
		r->pump->nr_patterns = r->nr_patterns;
		r->pump->pid = r->args->pid;
		r->pump->limit = spool_limit(r);
		r->pump->from = r->is_private ? ORL_FROM_OLDEST : ORL_FROM_NOW;
	}
	if (r->pump && !orl_pump_init(r->pump))
		return 0;
	orl_cli_error("no memory");
	return ORL_EXIT_FAILURE;
}

static int switch_on(struct orl_record_run *r)
{
	struct orl_change changes[ORL_CLI_PATTERNS];
	int ret;

	for (unsigned int i = 0; i < r->nr_patterns; i++)
		changes[i] = (struct orl_change){
			.pattern = r->patterns[i],
			.pid = r->args->pid,
			.enable = true,
		};
	ret = orl_control_change(&r->session, changes, r->nr_patterns, ORL_CHANGE_OVERLAY);
	if (ret)
		return orl_place_failed(&r->session, ret);
	r->begin_ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	if (r->args->nr_rest)
		return orl_record_start(r);
	ret = orl_place_nudge(&r->session, false, r->args->pid);
	r->is_unreached = ret == ORL_EXIT_UNREACHED;
	orl_place_note_stopped(&r->session);
	return r->is_unreached ? 0 : ret;
}

static void switch_off(struct orl_record_run *r)
{
	int ret = orl_control_remove_overlay(&r->session);

	if (ret)
		orl_place_failed(&r->session, ret);
	else
		orl_place_nudge(&r->session, true, r->args->pid);
	r->end_ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
}

static int prog_status(const struct orl_record_run *r)
{
	if (!r->is_child_done || (r->ending != ORL_END_PROGRAM && r->ending != ORL_END_SIGNAL))
		return 0;
	if (WIFSIGNALED(r->child_status))
		return ORL_EXIT_SIGNAL + WTERMSIG(r->child_status);
	return WEXITSTATUS(r->child_status);
}

static int exit_status(const struct orl_record_run *r)
{
	if (r->signals.ended_by)
		return ORL_EXIT_SIGNAL + r->signals.ended_by;
	if (r->pump->nr_damaged)
		return ORL_EXIT_DAMAGED;
	return r->is_unreached ? ORL_EXIT_UNREACHED : prog_status(r);
}

/* From the rules on to everything given back. */
static int record(struct orl_record_run *r)
{
	int status = switch_on(r);
	int unmatched = 0;

	if (!status)
		orl_record_loop(r);
	switch_off(r);
	if (status)
		return status;
	if (r->ending != ORL_END_SIZE && r->ending != ORL_END_ERROR)
		orl_record_drain(r);
	orl_record_close(r);
	orl_record_stop_prog(r);
	if (r->status)
		return r->status;
	/* a program may have prints and no events */
	if (r->is_private && (r->args->nr_events || !r->pump->nr_records))
		unmatched = check_patterns(r, 0);
	if (unmatched && !r->pump->nr_records) {
		orl_cli_note("%s was not written: there are no records", r->path);
		return unmatched;
	}
	status = orl_record_finish(r);
	if (status)
		return status;
	orl_record_summary(r);
	return unmatched ? unmatched : exit_status(r);
}

int orl_cmd_record(const struct orl_args *args)
{
	struct orl_record_run r = {
		.args = args,
		.path = args->output ? args->output : "trace.dat",
		.patterns = args->nr_events ? args->events : everything,
		.nr_patterns = args->nr_events ? args->nr_events : 1,
	};
	int status = check_arguments(args);

	if (status)
		return status;
	orl_signals_take(&r.signals);
	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	status = open_domain(&r);
	if (!status)
		status = open_file(&r);
	if (!status)
		status = record(&r);
	if (r.is_open)
		orl_record_leave(&r);
	if (r.pump)
		orl_pump_fini(r.pump);
	free(r.pump);
	orl_tracedat_abort(r.file);
	if (r.is_open)
		orl_session_close(&r.session);
	orl_signals_give(&r.signals);
	return status;
}
