// SPDX-License-Identifier: MIT
/*
 * Requests that may have to wait: for data, or for a program that answers for its own file.
 *
 * Each is tried by the worker that took it, and, as long as there is no answer, by the main thread
 * again and again (wait.c). Whoever made the request may be interrupted meanwhile: a read of data
 * that is not there ends at once, what a program is asked for when the program had its chance to
 * end it, for it may have taken the data out of the file already.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "fuse/impl.h"

/* Called by libfuse with the request's own lock held: no more than this. */
static void interrupted(fuse_req_t req, void *arg)
{
	orl_fwait_kick(arg);
}

struct orl_fop *orl_fop_create(struct orl_fuse *m, enum orl_fop_kind kind, fuse_req_t req,
			       struct orl_fhandle *h)
{
	struct orl_fop *op = calloc(1, sizeof(*op));

	if (!op)
		return NULL;
	op->kind = kind;
	op->req = req;
	op->h = h;
	op->wakes = __atomic_load_n(&h->wakes, __ATOMIC_ACQUIRE);
	__atomic_add_fetch(&h->refs, 1, __ATOMIC_RELAXED);
	return op;
}

void orl_fop_destroy(struct orl_fuse *m, struct orl_fop *op)
{
	if (op->ph)
		fuse_pollhandle_destroy(op->ph);
	orl_fhandle_put(m, op->h);
	free(op);
}

/* -EINPROGRESS: no answer yet */
static ssize_t ask(struct orl_fop *op, char *buf)
{
	struct orl_file *f = op->h->file;
	ssize_t n;

	switch (op->kind) {
	case ORL_FOP_OPEN:
		return orl_file_opened(f, op);
	case ORL_FOP_WRITE:
		return orl_file_write_for(f, op, op->data, op->size, op->off, &op->caller);
	case ORL_FOP_POLL:
		return orl_file_poll_for(f, op);
	default:
		n = orl_file_read_for(f, op, buf, op->size, op->off);
		/* nobody has anything: whoever may wait does; but what a program says stands */
		return n == -EAGAIN && !op->is_nonblock && !orl_file_is_remote(f) ? -EINPROGRESS :
										    n;
	}
}

static void reply_open(struct orl_fuse *m, struct orl_fop *op, int rc)
{
	struct fuse_file_info *fi = &op->fi;

	if (rc) {
		orl_fhandle_put(m, op->h);
		/* the program's own answer; the path was looked up a moment ago */
		fuse_reply_err(op->req, -rc);
		return;
	}
	fi->fh = (uintptr_t)op->h;
	fi->direct_io = 1;
	fi->nonseekable = orl_file_is_stream(op->h->file);
	fi->keep_cache = 0;
	if (fuse_reply_open(op->req, fi) == -ENOENT) /* interrupted: nobody will release it */
		orl_fhandle_put(m, op->h);
}

static void reply_poll(struct orl_fuse *m, struct orl_fop *op, unsigned int events)
{
	if (op->ph && !(events & op->wanted)) {
		orl_fwait_poll(m, op->h, op->ph, op->wanted);
		op->ph = NULL;
	}
	fuse_reply_poll(op->req, events);
}

static void reply(struct orl_fuse *m, struct orl_fop *op, ssize_t n, const char *buf)
{
	if (op->kind == ORL_FOP_OPEN)
		reply_open(m, op, (int)n);
	else if (n < 0)
		fuse_reply_err(op->req, (int)-n);
	else if (op->kind == ORL_FOP_READ)
		fuse_reply_buf(op->req, buf, (size_t)n);
	else if (op->kind == ORL_FOP_WRITE)
		fuse_reply_write(op->req, (size_t)n);
	else
		reply_poll(m, op, (unsigned int)n);
}

bool orl_fop_try(struct orl_fuse *m, struct orl_fop *op, char *buf)
{
	bool is_remote = orl_file_is_remote(op->h->file);
	bool is_over = fuse_req_interrupted(op->req) ||
		       __atomic_load_n(&op->h->wakes, __ATOMIC_ACQUIRE) != op->wakes;
	ssize_t n;

	if (is_over && is_remote && !op->is_cancelled) {
		op->is_cancelled = true;
		orl_file_cancel(op->h->file, op);
	}
	n = is_over && !is_remote ? -EINTR : ask(op, buf);
	if (n == -EINPROGRESS)
		return false;
	reply(m, op, n, buf);
	return true;
}

void orl_fop_start(struct orl_fuse *m, struct orl_fop *op, fuse_req_t req, char *buf)
{
	ssize_t n;

	if (!op) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	n = ask(op, buf);
	op->data = NULL;
	if (n == -EINPROGRESS) {
		fuse_req_interrupt_func(req, interrupted, m);
		orl_fwait_add(m, op);
		return;
	}
	reply(m, op, n, buf);
	orl_fop_destroy(m, op);
}
