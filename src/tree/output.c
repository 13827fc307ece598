// SPDX-License-Identifier: MIT
/*
 * The files through which records and names come out, and the small ones among them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/tasks.h"
#include "tree/kinds.h"
#include "tree/out.h"

static void put_stamp(struct orl_text *out, const char *name, uint64_t t, bool in_ns)
{
	if (in_ns)
		orl_text_printf(out, "%s: %5llu.%06llu\n", name,
				(unsigned long long)(t / 1000000000),
				(unsigned long long)(t % 1000000000 / 1000));
	else
		orl_text_printf(out, "%s: %llu\n", name, (unsigned long long)t);
}

/* Counts give ns of CLOCK_MONOTONIC; the file speaks in the clock that is set. */
static uint64_t to_clock(const struct orl_session *s, enum orl_trace_clock clock, uint64_t ns)
{
	struct orl_clock_conv conv;
	uint64_t ticks;

	if (!ns)
		return 0;
	orl_session_clock_conv(s, clock, &conv);
	if (!conv.is_raw)
		return ns + (uint64_t)conv.offset_ns;
	ticks = orl_timebase_ticks(&s->time, ns > s->time.base_ns ? ns - s->time.base_ns
								   : s->time.base_ns - ns);
	return ns > s->time.base_ns ? s->time.base_ticks + ticks : s->time.base_ticks - ticks;
}

static int show_stats(struct orl_file *f, struct orl_text *out)
{
	struct orl_session *s = f->session;
	enum orl_trace_clock clock = orl_session_clock(s);
	bool in_ns = orl_clock_in_ns(clock);
	struct orl_ring_stats st = { 0 };
	int rc;

	orl_session_map_rings(s);
	rc = orl_cpu_stats(s, f->where.cpu, &st);
	if (rc && rc != -ENOENT)
		return rc;
	if (rc)
		st.now_ns = orl_session_ns(s, orl_session_now(s));
	orl_text_printf(out, "entries: %llu\noverrun: %llu\ncommit overrun: 0\nbytes: %llu\n",
			(unsigned long long)st.entries, (unsigned long long)st.overrun,
			(unsigned long long)st.bytes);
	put_stamp(out, "oldest event ts", to_clock(s, clock, st.oldest_ns), in_ns);
	put_stamp(out, "now ts", to_clock(s, clock, st.now_ns), in_ns);
	orl_text_printf(out, "dropped events: %llu\nread events: %llu\n",
			(unsigned long long)st.dropped, (unsigned long long)st.read);
	return 0;
}

/* Names of threads */

struct names {
	struct orl_task_name *task;
	uint32_t nr, room;
};

static bool add_name(const struct orl_task_name *task, void *arg)
{
	struct names *n = arg;

	if (n->nr == n->room) {
		uint32_t room = n->room ? n->room * 2 : 256;
		struct orl_task_name *more = realloc(n->task, room * sizeof(*more));

		if (!more)
			return false;
		n->task = more;
		n->room = room;
	}
	n->task[n->nr++] = *task;
	return true;
}

static int by_tid(const void *a, const void *b)
{
	const struct orl_task_name *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static int list_names(struct orl_file *f, struct names *n)
{
	memset(n, 0, sizeof(*n));
	orl_tasks_foreach(f->session, add_name, n);
	if (n->nr)
		qsort(n->task, n->nr, sizeof(*n->task), by_tid);
	return 0;
}

static int show_cmdlines(struct orl_file *f, struct orl_text *out)
{
	const uint32_t most = __atomic_load_n(&f->session->domain.ctl->saved_cmdlines_size,
					      __ATOMIC_RELAXED);
	struct names n;

	list_names(f, &n);
	for (uint32_t i = 0; i < n.nr && i < most; i++) {
		char comm[ORL_COMM_LEN + 2];

		/* one that lives may have another name by now */
		if (!orl_tasks_find(f->session, n.task[i].tid, comm))
			memcpy(comm, n.task[i].comm, sizeof(n.task[i].comm));
		orl_text_printf(out, "%d ", n.task[i].tid);
		orl_text_escape(out, comm, strnlen(comm, sizeof(n.task[i].comm)));
		orl_text_putc(out, '\n');
	}
	free(n.task);
	return 0;
}

static int show_tgids(struct orl_file *f, struct orl_text *out)
{
	struct names n;

	list_names(f, &n);
	for (uint32_t i = 0; i < n.nr; i++)
		orl_text_printf(out, "%d %d\n", n.task[i].tid, n.task[i].pid);
	free(n.task);
	return 0;
}

#define TEXT \
	{ .name = "trace", .mode = 0640, .open = orl_trace_open, .trunc = orl_trace_trunc, \
	  .read = orl_trace_read, .write = orl_trace_write, .release = orl_trace_release }
#define SNAPSHOT \
	{ .name = "snapshot", .mode = 0640, .open = orl_trace_open, .store = orl_snapshot_store, \
	  .read = orl_trace_read, .release = orl_trace_release, .arg = orl_is_snapshot }
#define PIPE \
	{ .name = "trace_pipe", .mode = 0440, .flags = ORL_KIND_STREAM, .open = orl_pipe_open, \
	  .read = orl_pipe_read, .poll = orl_pipe_poll, .release = orl_pipe_release }
#define PAGES \
	{ .name = "trace_pipe_raw", .mode = 0440, .flags = ORL_KIND_STREAM | ORL_KIND_RAW, \
	  .open = orl_raw_open, .read = orl_raw_read, .poll = orl_raw_poll, \
	  .ioctl = orl_raw_ioctl, .release = orl_raw_release }
#define SNAPSHOT_PAGES \
	{ .name = "snapshot_raw", .mode = 0440, .flags = ORL_KIND_STREAM | ORL_KIND_RAW, \
	  .open = orl_snapshot_raw_open, .read = orl_snapshot_raw_read, \
	  .ioctl = orl_raw_ioctl, .release = orl_snapshot_raw_release }

const struct orl_kind orl_kinds_tracing_output[] = {
	{ .name = "saved_cmdlines", .mode = 0440, .flags = ORL_KIND_SHARED | ORL_KIND_TOP,
	  .show = show_cmdlines },
	{ .name = "saved_tgids", .mode = 0440, .flags = ORL_KIND_SHARED | ORL_KIND_TOP,
	  .show = show_tgids },
	SNAPSHOT,
	TEXT,
	{ .name = "trace_marker", .mode = 0220, .write = orl_marker_file_write },
	{ .name = "trace_marker_raw", .mode = 0220, .write = orl_marker_file_write_raw },
	PIPE,
	{ NULL },
};

const struct orl_kind orl_kinds_cpu[] = {
	{ .name = "buffer_size_kb", .mode = 0440, .flags = ORL_KIND_SHARED, .show = orl_show_size },
	SNAPSHOT,
	SNAPSHOT_PAGES,
	{ .name = "stats", .mode = 0440, .flags = ORL_KIND_SHARED, .show = show_stats },
	TEXT,
	PIPE,
	PAGES,
	{ NULL },
};
