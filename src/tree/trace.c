// SPDX-License-Identifier: MIT
/*
 * trace and snapshot: the records that are there, as text.
 *
 * The text is never there as a whole: reading from 0 takes a snapshot of where the rings end, and
 * each read goes on with it. A window of text reaches from the last read's offset on. Who seeks
 * back behind it gets the text made anew, in which what was overwritten meanwhile is missing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/out.h"

const char orl_is_snapshot[] = "snapshot";

struct trace {
	struct orl_out *out;
	struct orl_session snap;
	bool has_snap;
	bool is_begun;			/* window is of use */
	bool is_ended;			/* the text ends with the window */
	bool has_paused;		/* we switched tracing off */
	int hold;			/* keeps the instance, or -1 */
	struct orl_text window;
	uint64_t start;			/* offset of the window's first byte */
};

static bool is_snapshot(const struct orl_file *f)
{
	return f->kind->arg == orl_is_snapshot;
}

static bool is_on(const struct orl_session *s)
{
	return __atomic_load_n(&s->set->tracing_on, __ATOMIC_RELAXED);
}

int orl_trace_open(struct orl_file *f)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	f->state = t;
	t->hold = -1;
	if (f->where.instance[0]) {
		t->hold = orl_instance_hold(f->session);
		if (t->hold < 0) {
			int rc = t->hold;

			free(t);
			return rc;
		}
	}
	if ((f->flags & O_ACCMODE) != O_WRONLY && !is_snapshot(f) && is_on(f->session) &&
	    (f->session->set->options & ORL_OPT_PAUSE_ON_TRACE) &&
	    orl_control_set_tracing(f->session, false) >= 0)
		t->has_paused = true;
	return 0;
}

static void end_text(struct trace *t)
{
	orl_out_destroy(t->out);
	t->out = NULL;
	if (t->has_snap)
		orl_session_close(&t->snap);
	t->has_snap = false;
	t->is_begun = false;
	orl_text_reset(&t->window);
}

void orl_trace_release(struct orl_file *f)
{
	struct trace *t = f->state;

	if (t->has_paused)
		orl_control_set_tracing(f->session, true);
	end_text(t);
	orl_text_fini(&t->window);
	if (t->hold >= 0)
		close(t->hold);
	free(t);
}

static void put_snapshot_help(struct orl_file *f, struct orl_text *text)
{
	bool all = orl_out_cpu(f) == ORL_ALL_CPUS;

	orl_text_puts(text, orl_snapshot_exists(f->session) ?
				    "#\n# * Snapshot is allocated *\n#\n" :
				    "#\n# * Snapshot is freed *\n#\n");
	orl_text_puts(text, "# Snapshot commands:\n");
	if (all)
		orl_text_puts(text,
			      "# echo 0 > snapshot : frees the snapshot\n"
			      "# echo 1 > snapshot : takes one of all CPUs, with room for it "
			      "if there is none yet\n"
			      "# echo 2 > snapshot : empties it (any number but 0 and 1 does)\n");
	else
		orl_text_puts(text,
			      "# echo 0 > snapshot : is refused here\n"
			      "# echo 1 > snapshot : is refused here: it is taken of all CPUs, "
			      "by the main snapshot file\n"
			      "# echo 2 > snapshot : empties this CPU's (any number but 0 and "
			      "1 does)\n");
}

static int begin(struct orl_file *f, struct trace *t)
{
	struct orl_session *s = f->session;
	int rc = 0;

	end_text(t);
	t->start = 0;
	t->is_ended = false;
	if (is_snapshot(f)) {
		rc = orl_session_open_snapshot(&t->snap, s);
		t->has_snap = !rc;
		s = &t->snap;
		if (rc && rc != -ENOENT)
			return orl_file_fail_session(f, rc);
	} else {
		orl_session_map_rings(s);
	}
	if (!rc)
		rc = orl_out_create(&t->out, f, s);
	if (!rc)
		rc = orl_out_begin(t->out, ORL_MERGE_SNAPSHOT);
	if (rc && rc != -ENOENT)
		return rc;
	t->is_begun = true;
	if (!rc && (orl_out_title(t->out, &t->window) || !is_snapshot(f)))
		return 0;
	/* a snapshot without a record says how to take one */
	orl_text_reset(&t->window);
	orl_line_title(&t->window, &(struct orl_line_style){ 0 }, NULL);
	put_snapshot_help(f, &t->window);
	t->is_ended = true;
	return 0;
}

/* Forget what lies before @off. */
static void move_window(struct trace *t, uint64_t off)
{
	size_t n = off - t->start < t->window.len ? (size_t)(off - t->start) : t->window.len;

	if (!n)
		return;
	memmove(t->window.buf, t->window.buf + n, t->window.len - n);
	t->window.len -= n;
	t->window.newline_end = 0;
	t->start += n;
}

#define STEP (256U << 10)		/* of text that is only passed over */

ssize_t orl_trace_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	struct trace *t = f->state;
	uint64_t at = (uint64_t)off;
	int rc = 0;

	if (off < 0)
		return -EINVAL;
	if (!t->is_begun || !off || at < t->start)
		rc = begin(f, t);
	while (!rc && !t->is_ended && at + size > t->start + t->window.len) {
		size_t want;

		move_window(t, at);
		want = at > t->start ? STEP : size;
		rc = orl_out_some(t->out, &t->window, want);
		t->is_ended = !rc;
		rc = rc < 0 ? rc : 0;
	}
	if (rc) {
		end_text(t);
		return rc;
	}
	if (at >= t->start + t->window.len)
		return 0;
	if (size > t->start + t->window.len - at)
		size = t->start + t->window.len - at;
	memcpy(buf, t->window.buf + (at - t->start), size);
	return (ssize_t)size;
}

/* What is written is taken and means nothing, as in the kernel: opening with O_TRUNC clears. */
ssize_t orl_trace_write(struct orl_file *f, const void *buf, size_t size)
{
	(void)f;
	(void)buf;
	return (ssize_t)size;
}

int orl_trace_trunc(struct orl_file *f)
{
	uint32_t cpu = orl_out_cpu(f);
	int rc = cpu == ORL_ALL_CPUS ? orl_control_clear(f->session) :
				       orl_control_clear_cpu(f->session, cpu);

	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

static int store_whole(struct orl_file *f, uint64_t v)
{
	int rc;

	if (!v)
		rc = orl_snapshot_free(f->session);
	else if (v == 1)
		rc = orl_snapshot_swap(f->session);
	else
		rc = orl_snapshot_exists(f->session) ? orl_snapshot_clear(f->session) : 0;
	if (rc < 0)
		orl_file_fail_session(f, rc);
	return rc == -ENOSPC ? -ENOMEM : rc < 0 ? rc : 0;
}

int orl_snapshot_store(struct orl_file *f, char *buf, size_t len)
{
	struct trace *t = f->state;
	struct orl_session snap;
	uint64_t v;
	int rc = orl_store_number(buf, len, &v);

	if (rc)
		return rc;
	t->is_begun = false;
	if (orl_out_cpu(f) == ORL_ALL_CPUS)
		return store_whole(f, v);
	if (v <= 1)
		return orl_file_fail(f, -EINVAL, "a snapshot is of all CPUs: write to %s",
				     "the instance's snapshot");
	rc = orl_session_open_snapshot(&snap, f->session);
	if (rc)
		return rc == -ENOENT ? 0 : orl_file_fail_session(f, rc);
	rc = orl_control_clear_cpu(&snap, orl_out_cpu(f));
	orl_session_close(&snap);
	return rc < 0 ? rc : 0;
}
