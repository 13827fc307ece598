// SPDX-License-Identifier: MIT
/*
 * Open files of a program's debugfs.
 *
 *   plain value   read and written in the program's memory; nothing in the program runs. A string
 *                 is written by the program itself
 *   the others    asked of the program by its socket; and plain values, where the kernel does not
 *                 let us into its memory and the program has a socket
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/debugfs-client.h"
#include "reader/debugfs-value.h"
#include "tree/debugfs.h"

struct open_file {
	int fd;				/* of the nodes */
	int failed;			/* why it cannot be used; 0 it can */
	struct orl_dfs_client *client;	/* NULL: by memory */
	int mode;			/* ORL_DFS_MODE_*, as the program said */
	struct orl_dfs_memory memory;
	char *text;			/* of a value; NULL: not read yet */
	size_t len;
};

/* What the client has to say about a failure. */
static ssize_t explain(struct orl_file *f, const struct open_file *o, ssize_t rc)
{
	const char *error = orl_dfs_client_error(o->client);

	if (rc < 0 && rc != -EINPROGRESS && *error)
		orl_file_fail(f, 0, "%s", error);
	return rc;
}

static int explain_memory(struct orl_file *f, int rc)
{
	int32_t pid = f->where.pid;

	switch (rc) {
	case -EPERM:
		return orl_file_fail(f, rc,
				     "the kernel lets nobody but root look into process %d "
				     "(kernel.yama.ptrace_scope, or it is not dumpable): start it "
				     "with ORIEL_CONTROL=thread, and it answers itself",
				     pid);
	case -ESRCH:
		return orl_file_fail(f, -EIO, "process %d has ended", pid);
	case -EFAULT:
		return orl_file_fail(f, rc, "process %d has no memory where it said the value is",
				     pid);
	case -EIO:
		return orl_file_fail(f, rc,
				     "it was removed, or process %d runs another program now", pid);
	case -EFBIG:
		return orl_file_fail(f, rc, "an array of more than %u elements", ORL_DFS_ARRAY_MAX);
	default:
		return rc;
	}
}

/* With the tree's lock: the nodes' file, if the node is still the one that was looked up. */
static int find_locked(struct orl_file *f)
{
	struct orl_dfs_view *view;
	struct orl_dfs_entry e;
	const char *rest;
	int rc = orl_dfs_views_find(&f->tree->dfs, &f->tree->top, f->where.pid, f->where.below, &e,
				    &rest, &view);

	if (rc)
		return rc;
	if (*rest || e.serial != f->dfs.serial || e.owner.slot != f->dfs.owner.slot)
		return -ENOENT;
	return orl_dfs_view_reopen(view);
}

static int connect_file(struct orl_file *f, struct open_file *o)
{
	return orl_dfs_client_create(&o->client, f->tree->top.domain.dir, &f->dfs, f->flags);
}

/* Which way it goes. */
static int choose(struct orl_file *f, struct open_file *o)
{
	bool is_write = (f->flags & O_ACCMODE) != O_RDONLY;
	int rc;

	if (f->dfs.kind == ORL_DFS_FILE || (f->dfs.kind == ORL_DFS_STR && is_write))
		return connect_file(f, o);
	rc = orl_dfs_memory_init(&o->memory, &f->dfs.owner);
	if (rc == -EPERM && f->dfs.owner.has_socket)
		return connect_file(f, o);
	o->failed = rc ? explain_memory(f, rc) : 0;
	return 0;
}

static int dfs_open(struct orl_file *f)
{
	struct open_file *o = calloc(1, sizeof(*o));
	int rc;

	if (!o)
		return -ENOMEM;
	pthread_mutex_lock(&f->tree->lock);
	o->fd = find_locked(f);
	pthread_mutex_unlock(&f->tree->lock);
	rc = o->fd < 0 ? o->fd : choose(f, o);
	if (rc) {
		if (o->fd >= 0)
			close(o->fd);
		free(o);
		return rc;
	}
	f->state = o;
	return 0;
}

static void dfs_release(struct orl_file *f)
{
	struct open_file *o = f->state;

	orl_dfs_client_destroy(o->client);
	close(o->fd);
	free(o->text);
	free(o);
}

static int dfs_opened(struct orl_file *f)
{
	struct open_file *o = f->state;
	int rc;

	if (o->failed || !o->client)
		return o->failed;
	rc = orl_dfs_client_open(o->client, f->who);
	if (rc < 0)
		return (int)explain(f, o, rc);
	o->mode = rc;
	return 0;
}

static bool dfs_is_stream(const struct orl_file *f)
{
	const struct open_file *o = f->state;

	return o->client && !(o->mode & ORL_DFS_MODE_LSEEK);
}

/* ---- values ---- */

/* As the kernel's files of values say it to who got past the mode: root. */
static int refuse(const struct orl_file *f, unsigned int bits)
{
	uint32_t kind = f->dfs.kind;

	if (f->dfs.mode & bits || kind == ORL_DFS_BLOB || kind == ORL_DFS_U32_ARRAY)
		return 0;
	return kind == ORL_DFS_BOOL || kind == ORL_DFS_STR ? -EINVAL : -EACCES;
}

static ssize_t copy_text(const struct open_file *o, void *buf, size_t size, off_t off)
{
	if ((uint64_t)off >= o->len)
		return 0;
	if (size > o->len - (size_t)off)
		size = o->len - (size_t)off;
	memcpy(buf, o->text + off, size);
	return (ssize_t)size;
}

static ssize_t read_value(struct orl_file *f, struct open_file *o, void *buf, size_t size,
			  off_t off)
{
	ssize_t n = off < 0 ? -EINVAL : refuse(f, 0444);

	if (n)
		return n;
	if (f->dfs.kind == ORL_DFS_BLOB) {
		n = orl_dfs_blob_read(&o->memory, &f->dfs, buf, size, (uint64_t)off);
	} else if (!off || !o->text) {
		free(o->text);
		o->text = NULL;
		n = orl_dfs_value_text(&o->memory, &f->dfs, &o->text, &o->len);
	}
	/* it was the value if it is still there */
	if (n >= 0 && orl_dfs_is_there(o->fd, &f->dfs))
		n = -EIO;
	if (n < 0)
		return explain_memory(f, (int)n);
	return f->dfs.kind == ORL_DFS_BLOB ? n : copy_text(o, buf, size, off);
}

static ssize_t write_value(struct orl_file *f, struct open_file *o, const void *buf, size_t size)
{
	ssize_t n = refuse(f, 0222);

	if (n)
		return n;
	if (f->dfs.kind == ORL_DFS_U32_ARRAY ||
	    (f->dfs.kind == ORL_DFS_BLOB && !(f->dfs.mode & 0222)))
		return -EINVAL;
	if (f->dfs.kind == ORL_DFS_BLOB)
		n = f->write_off < 0 ? -EINVAL :
				       orl_dfs_blob_write(&o->memory, &f->dfs, o->fd, buf, size,
							  (uint64_t)f->write_off);
	else
		n = orl_dfs_value_store(&o->memory, &f->dfs, o->fd, buf, size);
	if (n < 0)
		return explain_memory(f, (int)n);
	return f->dfs.kind == ORL_DFS_BLOB ? n : (ssize_t)size;
}

/* ---- all of them ---- */

static ssize_t dfs_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	struct open_file *o = f->state;

	if (o->failed)
		return o->failed;
	if (!o->client)
		return read_value(f, o, buf, size, off);
	return explain(f, o,
		       orl_dfs_client_read(o->client, f->who, f->flags, buf, size, (uint64_t)off));
}

static ssize_t dfs_write(struct orl_file *f, const void *buf, size_t size)
{
	struct open_file *o = f->state;

	if (o->failed)
		return o->failed;
	if (!o->client)
		return write_value(f, o, buf, size);
	return explain(f, o,
		       orl_dfs_client_write(o->client, f->who, f->flags, buf, size,
					    (uint64_t)f->write_off));
}

static unsigned int always(const struct orl_file *f)
{
	int access = f->flags & O_ACCMODE;

	return (access != O_WRONLY ? POLLIN | POLLRDNORM : 0U) |
	       (access != O_RDONLY ? POLLOUT | POLLWRNORM : 0U);
}

static int dfs_poll(struct orl_file *f)
{
	struct open_file *o = f->state;

	if (o->failed || !o->client)
		return o->failed ? POLLERR : (int)always(f);
	return (int)explain(f, o, orl_dfs_client_poll(o->client, f->who));
}

static unsigned int dfs_watch(struct orl_file *f, unsigned int events)
{
	struct open_file *o = f->state;

	if (o->failed || !o->client)
		return (o->failed ? POLLERR : always(f)) & (events | POLLERR);
	return orl_dfs_client_watch(o->client, events);
}

static void dfs_cancel(struct orl_file *f)
{
	struct open_file *o = f->state;

	if (o->client)
		orl_dfs_client_cancel(o->client, f->who);
}

static int dfs_wait(struct orl_file *f, short *events, uint64_t *until_ns)
{
	struct open_file *o = f->state;

	if (o->client)
		return orl_dfs_client_wait(o->client, events, until_ns);
	/* what a value is not ready for it never will be */
	*until_ns = UINT64_MAX;
	return -1;
}

static const struct orl_remote remote = {
	.opened = dfs_opened,
	.poll = dfs_poll,
	.watch = dfs_watch,
	.cancel = dfs_cancel,
	.wait = dfs_wait,
	.is_stream = dfs_is_stream,
};

/* The mode is the node's: orl_dfs_check_access(). */
const struct orl_kind orl_kind_debugfs = {
	.name = "",
	.open = dfs_open,
	.read = dfs_read,
	.write = dfs_write,
	.release = dfs_release,
	.remote = &remote,
};
