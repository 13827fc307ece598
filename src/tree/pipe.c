// SPDX-License-Identifier: MIT
/*
 * trace_pipe: records as text, each taken out of the rings when it is read. Two readers share the
 * stream. The rest of a line that a reader had no room for is kept for its next read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tree/out.h"

#define MOST (256U << 10)		/* of text that one read makes */
#define TRIES 3

struct pipe {
	struct orl_out *out;
	struct orl_text text;
	size_t pos;			/* up to there it was read */
	int hold;
	bool has_read;
	bool has_more;			/* records were taken out that are not text yet */
};

int orl_pipe_open(struct orl_file *f)
{
	struct pipe *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return -ENOMEM;
	p->hold = f->where.instance[0] ? orl_instance_hold(f->session) : -1;
	rc = f->where.instance[0] && p->hold < 0 ? p->hold : 0;
	if (!rc)
		rc = orl_out_create(&p->out, f, f->session);
	if (!rc)
		rc = orl_out_begin(p->out, ORL_MERGE_CONSUME);
	f->state = p;
	if (rc)
		orl_pipe_release(f);
	return rc;
}

void orl_pipe_release(struct orl_file *f)
{
	struct pipe *p = f->state;

	orl_out_destroy(p->out);
	orl_text_fini(&p->text);
	if (p->hold >= 0)
		close(p->hold);
	free(p);
	f->state = NULL;
}

static bool has_unread(const struct orl_file *f)
{
	struct orl_ring_stats st;

	orl_session_map_rings(f->session);
	return !orl_out_stats(f->session, orl_out_cpu(f), &st) && st.entries;
}

static bool is_off(const struct orl_file *f)
{
	return !__atomic_load_n(&f->session->set->tracing_on, __ATOMIC_RELAXED);
}

/*
 * What is younger than ORL_MERGE_SLACK_NS is not delivered yet. Who does not want to wait, and who
 * is about to be told that this is the end, gets it all the same: the moment is passed here.
 */
static int make_text(struct orl_file *f, struct pipe *p, size_t size)
{
	const struct timespec slack = {.tv_nsec = ORL_MERGE_SLACK_NS + 100000};
	bool at_once = (f->flags & O_NONBLOCK) || is_off(f);
	int rc = 0;

	orl_text_reset(&p->text);
	p->pos = 0;
	/* many wait here, and ask again and again: do not take the rings' lock for nothing */
	if (!p->has_more && !has_unread(f))
		return 0;
	for (int i = 0; i < TRIES; i++) {
		rc = orl_out_some(p->out, &p->text, size < MOST ? size : MOST);
		p->has_more = rc > 0;
		if (rc < 0 || p->text.len || !at_once || !has_unread(f))
			break;
		nanosleep(&slack, NULL);
	}
	return rc < 0 ? rc : 0;
}

ssize_t orl_pipe_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	struct pipe *p = f->state;
	int rc;

	(void)off;
	if (!size)
		return 0;
	if (p->pos == p->text.len) {
		rc = make_text(f, p, size);
		if (rc)
			return rc;
	}
	if (p->pos == p->text.len) {
		/* as in the kernel: the end is where tracing is off, for who has read something */
		if (p->has_read && !(f->flags & O_NONBLOCK) && is_off(f) && !has_unread(f))
			return 0;
		return -EAGAIN;
	}
	if (size > p->text.len - p->pos)
		size = p->text.len - p->pos;
	memcpy(buf, p->text.buf + p->pos, size);
	p->pos += size;
	p->has_read = true;
	return (ssize_t)size;
}

unsigned int orl_pipe_poll(struct orl_file *f)
{
	struct pipe *p = f->state;

	if (p->pos == p->text.len && p->has_more && make_text(f, p, 1))
		return POLLERR;
	/* the option block: who polls is sent to wait in read */
	if (p->pos < p->text.len || (f->session->set->options & ORL_OPT_BLOCK) || has_unread(f))
		return POLLIN | POLLRDNORM;
	if (p->has_read && !(f->flags & O_NONBLOCK) && is_off(f))
		return POLLIN | POLLRDNORM | POLLHUP;
	return 0;
}
