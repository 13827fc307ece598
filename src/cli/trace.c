// SPDX-License-Identifier: MIT
/*
 * oriel trace: what the rings hold, as tracefs `trace` shows it. Reads, and changes nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/live.h"
#include "reader/ring.h"

static void print_header(struct orl_session *s, struct orl_text *out)
{
	struct orl_ring_stats stats;
	uint64_t entries = 0, written = 0;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (uint32_t i = 0; i < s->nr_rings; i++) {
		if (orl_ring_stats(s, i, &stats))
			continue;
		entries += stats.entries;
		written += stats.written;
	}
	orl_line_trace_header(out, entries, written, cpus > 0 ? (unsigned int)cpus : 1);
}

static int print_records(struct orl_live *live, struct orl_merge *merge, struct orl_sink *sink)
{
	struct orl_record rec;
	int ret;

	while ((ret = orl_merge_next(merge, &rec)) > 0) {
		ret = orl_live_see(live, &rec);
		if (!ret)
			ret = orl_sink_record(sink, &rec);
		if (ret)
			return ret;
	}
	return ret ? ret : orl_sink_flush(sink);
}

static int print_trace(struct orl_live *live, const struct orl_args *args)
{
	struct orl_sink sink = {
		.style = args->json ? ORL_STYLE_JSON : ORL_STYLE_TRACE,
		.formats = live->formats,
		.comms = live->comms,
		.session = live->session,
	};
	struct orl_merge *merge = NULL;
	uint64_t damaged = 0;
	int ret;

	if (!args->json)
		print_header(live->session, &sink.text);
	ret = orl_merge_open(&merge, live->session, ORL_MERGE_SNAPSHOT);
	if (!ret) {
		ret = print_records(live, merge, &sink);
		damaged = orl_merge_damaged(merge);
		orl_merge_close(merge);
	}
	orl_sink_fini(&sink);
	if (ret) {
		orl_cli_error("%s: the rings could not be printed: %s", live->session->domain.dir,
			      strerror(-ret));
		return orl_cli_status(ret);
	}
	if (damaged)
		orl_cli_error("%s: %llu damaged pages were left out", live->session->domain.dir,
			      (unsigned long long)damaged);
	return damaged ? ORL_EXIT_DAMAGED : ORL_EXIT_OK;
}

int orl_cmd_trace(const struct orl_args *args)
{
	return orl_live_run(args, ORL_SESSION_READONLY, print_trace);
}
