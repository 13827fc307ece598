// SPDX-License-Identifier: MIT
/*
 * oriel follow: records as they are made, as tracefs trace_pipe gives them: each is taken from the
 * rings and given to one reader. Ends at Ctrl-C, with what it has taken printed.
 *
 * The handler only sets a flag, and a second signal has its default action: so Ctrl-C also ends a
 * follow whose output goes to a pipe that nobody reads, at the price of the lines that did not fit
 * into it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/live.h"
#include "cli/place.h"
#include "reader/ring.h"

/*
 * Looking costs a few loads per ring, so an idle follow is woken a hundred times a second and a
 * busy one sooner.
 */
#define PAUSE_MIN_NS 1000000ULL
#define PAUSE_MAX_NS 10000000ULL

static volatile sig_atomic_t ended_by;

static void on_signal(int sig)
{
	ended_by = sig;
}

static void catch_signals(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND }, old;

	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (!sigaction(ending[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(ending[i], &act, NULL);
}

/* Print what is there. 0, or -errno. */
static int pass(struct orl_live *live, struct orl_merge *merge, struct orl_sink *sink, bool *any)
{
	struct orl_record rec;
	int ret = 0;

	*any = false;
	while (!ended_by && (ret = orl_merge_next(merge, &rec)) > 0) {
		*any = true;
		ret = orl_live_see(live, &rec);
		if (!ret)
			ret = orl_sink_record(sink, &rec);
		if (ret)
			return ret;
	}
	return ret < 0 ? ret : 0;
}

static int follow(struct orl_live *live, struct orl_sink *sink)
{
	uint64_t pause = PAUSE_MIN_NS;
	struct orl_merge *merge;
	uint64_t damaged;
	bool any;
	int ret = orl_merge_open(&merge, live->session, ORL_MERGE_CONSUME);

	if (ret)
		return ret;
	while (!ended_by) {
		ret = pass(live, merge, sink, &any);
		if (!ret)
			ret = orl_sink_flush(sink);
		if (ret)
			break;
		orl_live_rename(live);
		pause = any ? PAUSE_MIN_NS : pause * 2 < PAUSE_MAX_NS ? pause * 2 : PAUSE_MAX_NS;
		nanosleep(&(struct timespec){ .tv_nsec = (long)pause }, NULL);
	}
	damaged = orl_merge_damaged(merge);
	orl_merge_close(merge);
	if (damaged)
		orl_cli_error("%s: %llu damaged pages were left out",
			      live->session->domain.dir, (unsigned long long)damaged);
	return ret;
}

static int run(struct orl_live *live, const struct orl_args *args)
{
	struct orl_sink sink = {
		.style = args->json ? ORL_STYLE_JSON : ORL_STYLE_TRACE,
		.formats = live->formats,
		.comms = live->comms,
		.session = live->session,
	};
	int ret;

	catch_signals();
	orl_place_note_stopped(live->session);
	ret = follow(live, &sink);
	orl_sink_fini(&sink);
	if (ret && !ended_by) {
		orl_cli_error("%s: cannot follow its rings: %s", live->session->domain.dir,
			      strerror(-ret));
		return orl_cli_status(ret);
	}
	clearerr(stdout);
	return ORL_EXIT_SIGNAL + ended_by;
}

int orl_cmd_follow(const struct orl_args *args)
{
	return orl_live_run(args, ORL_SESSION_CREATE, run);
}
