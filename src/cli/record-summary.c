// SPDX-License-Identifier: MIT
/*
 * What oriel record says at its end: records per event, lost per CPU, bytes, elapsed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/record.h"
#include "decode/ftrace.h"

static const char *const endings[] = {
	[ORL_END_NONE] = "",	 [ORL_END_PROGRAM] = "program", [ORL_END_DURATION] = "duration",
	[ORL_END_SIZE] = "size", [ORL_END_SIGNAL] = "signal",	[ORL_END_ERROR] = "error",
};

static uint64_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

static double elapsed(const struct orl_record_run *r)
{
	return (double)(r->end_ns - r->begin_ns) / 1e9;
}

static void json_event(struct orl_json *j, const char *system, const char *name, uint64_t records)
{
	if (!records)
		return;
	orl_json_open(j, NULL, '{');
	orl_json_str(j, "system", system);
	orl_json_str(j, "name", name);
	orl_json_u64(j, "records", records);
	orl_json_close(j, '}');
}

static void summary_json(const struct orl_record_run *r, const struct orl_events *ev)
{
	struct orl_json j = { 0 };

	orl_json_open(&j, NULL, '{');
	orl_json_u64(&j, "version", ORL_CLI_JSON_VERSION);
	orl_json_str(&j, "file", r->path);
	orl_json_u64(&j, "bytes", file_size(r->path));
	orl_json_f(&j, "elapsed", elapsed(r));
	orl_json_str(&j, "ended_by", endings[r->ending]);
	orl_json_u64(&j, "records", r->pump->nr_records);
	orl_json_u64(&j, "lost", r->pump->nr_lost);
	orl_json_u64(&j, "no_ring", orl_pump_lease_dropped(r->pump));
	orl_json_u64(&j, "too_large", orl_pump_too_large(r->pump));
	orl_json_u64(&j, "damaged_pages", r->pump->nr_damaged);
	orl_json_open(&j, "events", '[');
	for (uint32_t i = 0; i < ev->nr; i++)
		json_event(&j, ev->event[i].system, ev->event[i].name,
			   r->pump->count[ev->event[i].id]);
	json_event(&j, "ftrace", "bprint", r->pump->count[ORL_FTRACE_BPRINT]);
	orl_json_close(&j, ']');
	orl_json_open(&j, "cpus", '[');
	for (uint32_t i = 0; i < r->pump->nr_rings; i++) {
		const struct orl_pump_ring *ring = &r->pump->ring[i];

		if (!ring->is_open)
			continue;
		orl_json_open(&j, NULL, '{');
		orl_json_u64(&j, "cpu", i);
		orl_json_bool(&j, "leased", i >= r->session.nr_cpus);
		orl_json_u64(&j, "records", ring->records);
		orl_json_u64(&j, "lost", ring->cursor.lost);
		orl_json_u64(&j, "dropped", orl_pump_dropped(r->pump, i));
		orl_json_close(&j, '}');
	}
	orl_json_close(&j, ']');
	orl_json_close(&j, '}');
	orl_json_end(&j);
}

static void summary_cpus(const struct orl_record_run *r)
{
	for (uint32_t i = 0; i < r->pump->nr_rings; i++) {
		const struct orl_pump_ring *ring = &r->pump->ring[i];
		uint64_t dropped = orl_pump_dropped(r->pump, i);

		if (!ring->is_open || (i >= r->session.nr_cpus && !ring->records))
			continue;
		fprintf(stderr, "%12" PRIu64 "  CPU %u%s, %" PRIu64 " lost", ring->records, i,
			i >= r->session.nr_cpus ? " (leased ring)" : "", ring->cursor.lost);
		if (dropped)
			fprintf(stderr, ", %" PRIu64 " dropped", dropped);
		fputc('\n', stderr);
	}
}

static void summary_text(const struct orl_record_run *r, const struct orl_events *ev)
{
	uint64_t no_ring = orl_pump_lease_dropped(r->pump);
	uint64_t too_large = orl_pump_too_large(r->pump);
	char size[24], name[160];

	for (uint32_t i = 0; i < ev->nr; i++) {
		const struct orl_event *e = &ev->event[i];
		uint64_t sum = r->pump->count[e->id];

		if (!sum)
			continue;
		/*
		 * Programs that give one event different fields have an id each; sorted, they are
		 * neighbours.
		 */
		while (i + 1 < ev->nr && !strcmp(ev->event[i + 1].system, e->system) &&
		       !strcmp(ev->event[i + 1].name, e->name))
			sum += r->pump->count[ev->event[++i].id];
		snprintf(name, sizeof(name), "%s:%s", e->system, e->name);
		fprintf(stderr, "%12" PRIu64 "  %s\n", sum, name);
	}
	if (r->pump->count[ORL_FTRACE_BPRINT])
		fprintf(stderr, "%12" PRIu64 "  ftrace:bprint\n",
			r->pump->count[ORL_FTRACE_BPRINT]);
	summary_cpus(r);
	if (no_ring)
		fprintf(stderr, "%12" PRIu64 "  lost for want of a ring\n", no_ring);
	if (too_large)
		fprintf(stderr, "%12" PRIu64 "  lost: too large for a page\n", too_large);
	if (r->pump->nr_damaged)
		fprintf(stderr, "%12" PRIu64 "  damaged pages left out\n", r->pump->nr_damaged);
	fprintf(stderr, "%s: %" PRIu64 " records, %" PRIu64 " lost, %s, %.3f s\n", r->path,
		r->pump->nr_records, r->pump->nr_lost, orl_cli_bytes(size, file_size(r->path)),
		elapsed(r));
}

void orl_record_summary(const struct orl_record_run *r)
{
	struct orl_events ev;

	if (orl_events_load(&ev, &r->session))
		return;
	if (r->args->json)
		summary_json(r, &ev);
	else if (!r->args->quiet)
		summary_text(r, &ev);
	orl_events_fini(&ev);
}
