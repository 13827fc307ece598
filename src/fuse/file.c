// SPDX-License-Identifier: MIT
/*
 * Open files: read, write, poll, ioctl.
 *
 * Every file is direct_io: a read(2) is one request with the caller's own size and offset, and a
 * write(2) up to 1 MiB is one command. splice(2) alone goes through the page cache, a page a
 * request; the tree answers it with whole pages, for a short answer would end the stream.
 *
 * Whether a read may wait is asked of the flags that come with it, for tools set O_NONBLOCK long
 * after they opened the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "fuse/impl.h"

static struct orl_fhandle *handle(const struct fuse_file_info *fi)
{
	return (struct orl_fhandle *)(uintptr_t)fi->fh;
}

void orl_fhandle_put(struct orl_fuse *m, struct orl_fhandle *h)
{
	if (__atomic_sub_fetch(&h->refs, 1, __ATOMIC_ACQ_REL))
		return;
	pthread_mutex_lock(&m->wait.lock);
	*h->at = h->next;
	if (h->next)
		h->next->at = h->at;
	pthread_mutex_unlock(&m->wait.lock);
	orl_file_close(h->file);
	free(h);
}

void orl_fhandle_keep(struct orl_fuse *m, struct orl_fhandle *h)
{
	pthread_mutex_lock(&m->wait.lock);
	h->refs = 1;
	h->next = m->wait.all;
	h->at = &m->wait.all;
	if (h->next)
		h->next->at = &h->next;
	m->wait.all = h;
	pthread_mutex_unlock(&m->wait.lock);
}

static void do_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	const char *path = orl_fnode_of(&m->nodes, ino)->path;
	struct orl_caller caller = orl_fuse_caller(req);
	struct orl_fhandle *h = calloc(1, sizeof(*h));
	int flags = fi->flags & (O_ACCMODE | O_TRUNC | O_APPEND | O_NONBLOCK);
	int rc = h ? orl_tree_open_file(m->tree, path, flags, &caller, &h->file) : -ENOMEM;
	struct orl_node_stat st;
	struct orl_fop *op;

	if (rc) {
		free(h);
		fuse_reply_err(req, orl_fuse_gone(rc));
		return;
	}
	orl_fhandle_keep(m, h);
	h->is_stream = !orl_file_is_remote(h->file) && !orl_tree_stat(m->tree, path, &st) &&
		       st.size == ORL_TREE_STREAM;
	op = orl_fop_create(m, ORL_FOP_OPEN, req, h);
	if (op)
		op->fi = *fi;
	else
		orl_fhandle_put(m, h);
	orl_fop_start(m, op, req, NULL);
}

static void do_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct orl_fhandle *h = handle(fi);

	orl_fwait_forget(m, h);
	orl_fhandle_put(m, h);
	fuse_reply_err(req, 0);
}

/* A program's file is read as an operation from the beginning; of others only what must wait is. */
static void read_remote(fuse_req_t req, size_t size, off_t off, struct fuse_file_info *fi,
			char *buf)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct orl_fop *op = buf ? orl_fop_create(m, ORL_FOP_READ, req, handle(fi)) : NULL;

	if (op) {
		op->size = size < ORL_FUSE_READ_MAX ? size : ORL_FUSE_READ_MAX;
		op->off = off;
		op->is_nonblock = fi->flags & O_NONBLOCK;
	}
	orl_fop_start(m, op, req, buf);
}

static void do_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		    struct fuse_file_info *fi)
{
	struct orl_file *f = handle(fi)->file;
	char *buf = malloc(size ? size : 1);
	ssize_t n;

	orl_file_set_nonblock(f, fi->flags & O_NONBLOCK);
	if (orl_file_is_remote(f)) {
		read_remote(req, size, off, fi, buf);
		free(buf);
		return;
	}
	n = buf ? orl_file_read(f, buf, size, off) : -ENOMEM;
	if (n == -EAGAIN && !(fi->flags & O_NONBLOCK))
		read_remote(req, size, off, fi, buf);
	else if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, buf, (size_t)n);
	free(buf);
}

static void do_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
		     struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct orl_caller caller = orl_fuse_caller(req);
	struct orl_fop *op;
	ssize_t n;

	if (orl_file_is_remote(handle(fi)->file)) {
		orl_file_set_nonblock(handle(fi)->file, fi->flags & O_NONBLOCK);
		op = orl_fop_create(m, ORL_FOP_WRITE, req, handle(fi));
		if (op) {
			op->size = size;
			op->off = off;
			op->data = buf;
			op->caller = caller;
		}
		orl_fop_start(m, op, req, NULL);
		return;
	}
	n = orl_file_write(handle(fi)->file, buf, size, off, &caller);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_write(req, (size_t)n);
}

static void do_poll(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
		    struct fuse_pollhandle *ph)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct orl_fop *op = orl_fop_create(m, ORL_FOP_POLL, req, handle(fi));

	if (op) {
		op->ph = ph;
		op->wanted = fi->poll_events | POLLERR | POLLHUP;
	} else if (ph) {
		fuse_pollhandle_destroy(ph);
	}
	orl_fop_start(m, op, req, NULL);
}

static void do_ioctl(fuse_req_t req, fuse_ino_t ino, unsigned int cmd, void *arg,
		     struct fuse_file_info *fi, unsigned int flags, const void *in_buf,
		     size_t in_size, size_t out_size)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct orl_fhandle *h;
	int rc;

	if (flags & FUSE_IOCTL_DIR) {
		fuse_reply_err(req, ENOTTY);
		return;
	}
	h = handle(fi);
	rc = orl_file_ioctl(h->file, cmd);
	if (rc < 0) {
		fuse_reply_err(req, -rc);
		return;
	}
	__atomic_add_fetch(&h->wakes, 1, __ATOMIC_RELEASE);
	orl_fwait_kick(m);
	fuse_reply_ioctl(req, rc, NULL, 0);
}

/* Nothing is kept back, so there is nothing to bring out. */
static void do_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	fuse_reply_err(req, 0);
}

void orl_fuse_file_ops(struct fuse_lowlevel_ops *ops)
{
	ops->open = do_open;
	ops->release = do_release;
	ops->read = do_read;
	ops->write = do_write;
	ops->poll = do_poll;
	ops->ioctl = do_ioctl;
	ops->fsync = do_fsync;
}
