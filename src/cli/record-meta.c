// SPDX-License-Identifier: MIT
/*
 * What a recording knows besides its records: the formats of its events, the names of its threads
 * and of the functions in its stacks, and what each CPU's ring says of itself; and with them the
 * file is finished.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/live.h"
#include "cli/record.h"
#include "decode/ftrace.h"
#include "decode/print-list.h"

#define MAX_FTRACE 32U

/* trace-cmd wants the kernel's own events to be described; those that everybody has come with them.
 */
static unsigned int ftrace_formats(struct orl_tracedat_format out[MAX_FTRACE])
{
	unsigned int nr = 0;

	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name && nr < MAX_FTRACE; e++)
		out[nr++] = (struct orl_tracedat_format){ NULL, e->format, strlen(e->format) };
	return nr;
}

/* "PID COMM" lines. A name is one line, whatever a program called itself. */
static void add_names(struct orl_record_run *r, struct orl_text *out)
{
	for (uint32_t i = 0; i < r->pump->cap_tasks; i++) {
		struct orl_pump_task *t = &r->pump->task[i];
		char now[ORL_COMM_LEN + 1];

		if (!t->tid)
			continue;
		/* A thread may have got its name after its first record. */
		if (orl_tasks_find(&r->session, t->tid, now))
			memcpy(t->comm, now, sizeof(now));
		if (!t->comm[0])
			continue;
		for (char *c = t->comm; *c; c++)
			if ((unsigned char)*c < ' ')
				*c = '?';
		orl_text_printf(out, "%d %s\n", t->tid, t->comm);
	}
}

/* As per_cpu/cpuN/stats of tracefs. */
static void add_stats(const struct orl_record_run *r, uint32_t i, struct orl_text *out)
{
	const struct orl_pump_ring *ring = &r->pump->ring[i];

	orl_text_printf(out, "entries: %llu\noverrun: %llu\ncommit overrun: 0\n",
			(unsigned long long)ring->records, (unsigned long long)ring->cursor.lost);
	orl_text_printf(out, "oldest event ts: %5llu.%06llu\nnow ts: %5llu.%06llu\n",
			(unsigned long long)(ring->oldest_ns / 1000000000U),
			(unsigned long long)(ring->oldest_ns / 1000U % 1000000U),
			(unsigned long long)(r->end_ns / 1000000000U),
			(unsigned long long)(r->end_ns / 1000U % 1000000U));
	orl_text_printf(out, "dropped events: %llu\nread events: %llu\n",
			(unsigned long long)orl_pump_dropped(r->pump, i),
			(unsigned long long)ring->records);
}

/* Formats of all events that the patterns name: also of those that did not happen. */
static unsigned int pick_formats(const struct orl_record_run *r, const struct orl_events *ev,
				 struct orl_tracedat_format *out)
{
	unsigned int nr = 0;

	for (uint32_t i = 0; i < ev->nr; i++) {
		const struct orl_event *e = &ev->event[i];
		bool is_wanted = false;

		for (unsigned int k = 0; k < r->nr_patterns && !is_wanted; k++)
			is_wanted = orl_event_match(e, r->patterns[k]);
		if (is_wanted)
			out[nr++] =
				(struct orl_tracedat_format){ e->system, e->format, e->format_len };
	}
	return nr;
}

static int write_file(struct orl_record_run *r, struct orl_tracedat_meta *m,
		      const struct orl_events *ev, struct orl_text *stats, const char **cpustat)
{
	struct orl_tracedat_format ftrace[MAX_FTRACE];
	struct orl_tracedat_format *formats = calloc(ev->nr + 1, sizeof(*formats));
	struct orl_text names = ORL_TEXT_INIT, functions = ORL_TEXT_INIT, prints = ORL_TEXT_INIT;
	struct orl_text places = ORL_TEXT_INIT;
	int ret = formats ? 0 : -ENOMEM;

	add_names(r, &names);
	orl_record_functions(r, &functions);
	orl_print_list_functions(&places, &r->session.domain);
	orl_print_list_formats(&prints, &r->session.domain);
	for (uint32_t i = 0; i < r->pump->nr_rings; i++)
		if (r->pump->ring[i].records || i < r->session.nr_cpus) {
			add_stats(r, i, &stats[i]);
			cpustat[i] = orl_text_str(&stats[i]);
		}
	if (names.failed || functions.failed || places.failed || prints.failed)
		ret = -ENOMEM;
	if (!ret) {
		m->ftrace = ftrace;
		m->nr_ftrace = ftrace_formats(ftrace);
		m->events = formats;
		m->nr_events = pick_formats(r, ev, formats);
		m->kallsyms = orl_text_str(&functions);
		m->kallsyms_above = orl_text_str(&places);
		m->printk = orl_text_str(&prints);
		m->cmdlines = orl_text_str(&names);
		m->cpustat = cpustat;
		orl_tracedat_trim(r->file, r->session.nr_cpus);
		ret = orl_tracedat_finish(r->file, m);
	}
	orl_text_fini(&names);
	orl_text_fini(&functions);
	orl_text_fini(&places);
	orl_text_fini(&prints);
	free(formats);
	return ret;
}

int orl_record_finish(struct orl_record_run *r)
{
	struct orl_text *stats = calloc(r->pump->nr_rings + 1, sizeof(*stats));
	const char **cpustat = calloc(r->pump->nr_rings + 1, sizeof(*cpustat));
	struct orl_tracedat_meta m = { 0 };
	struct orl_events ev = { 0 };
	const char *text;
	int ret = stats && cpustat ? orl_events_load(&ev, &r->session) : -ENOMEM;

	if (!ret)
		ret = write_file(r, &m, &ev, stats, cpustat);
	orl_events_fini(&ev);
	for (uint32_t i = 0; stats && i < r->pump->nr_rings; i++)
		orl_text_fini(&stats[i]);
	free(stats);
	free(cpustat);
	if (!ret)
		return 0;
	text = orl_tracedat_error(r->file);
	orl_cli_error("%s", *text ? text : strerror(-ret));
	return orl_cli_status(ret);
}
