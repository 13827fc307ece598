// SPDX-License-Identifier: MIT
/*
 * Open files: one lock each, and the way from read(2) and write(2) to show() and store().
 *
 * A file's lock is taken before the tree's, never the other way round.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree/debugfs.h"

int orl_file_fail(struct orl_file *f, int rc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->error, sizeof(f->error), fmt, args);
	va_end(args);
	return rc;
}

int orl_file_fail_session(struct orl_file *f, int rc)
{
	return orl_file_fail(f, rc, "%s", f->session->error);
}

static bool can_read(int flags)
{
	return (flags & O_ACCMODE) != O_WRONLY;
}

static bool can_write(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

static int check_access(const struct orl_tree *t, const struct orl_node *node, int flags,
			const struct orl_caller *caller)
{
	const struct orl_kind *kind = node->kind;

	if (kind == &orl_kind_debugfs) {
		int rc = orl_dfs_check_access(&node->dfs, caller, can_read(flags),
					      can_write(flags));

		if (rc)
			return rc;
	} else if ((can_read(flags) && !(kind->mode & 0444)) ||
		   (can_write(flags) && !(kind->mode & 0222)))
		return -EACCES;
	return can_write(flags) && (t->flags & ORL_TREE_READONLY) ? -EROFS : 0;
}

/* With the tree's lock: the session, and a place among the open files. */
static int begin_locked(struct orl_file *f)
{
	struct orl_tree *t = f->tree;
	int rc = 0;

	if (f->kind->remote) {
		f->session = &t->top;	/* not used */
	} else if ((f->kind->flags & ORL_KIND_SHARED) && !can_write(f->flags)) {
		rc = orl_tree_shared_locked(t, f->where.instance, &f->session);
	} else {
		rc = orl_session_open_instance(&f->s, &t->top, f->where.instance);
		f->session = &f->s;
	}
	if (rc)
		return rc;
	f->instance_id = f->session->instance_id;
	f->next = t->files;
	t->files = f;
	return 0;
}

static void end(struct orl_file *f)
{
	struct orl_tree *t = f->tree;
	struct orl_file **link = &t->files;

	pthread_mutex_lock(&t->lock);
	while (*link && *link != f)
		link = &(*link)->next;
	if (*link)
		*link = f->next;
	pthread_mutex_unlock(&t->lock);
	if (f->session == &f->s)
		orl_session_close(&f->s);
	orl_text_fini(&f->text);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static int start(struct orl_file *f)
{
	int rc = f->kind->open ? f->kind->open(f) : 0;

	if (!rc && (f->flags & O_TRUNC) && can_write(f->flags) && f->kind->trunc) {
		rc = f->kind->trunc(f);
		if (rc < 0 && f->kind->release)
			f->kind->release(f);
		if (rc >= 0)
			orl_file_settle(f);
	}
	return rc;
}

int orl_tree_open_file(struct orl_tree *t, const char *path, int flags,
		       const struct orl_caller *caller, struct orl_file **out)
{
	struct orl_file *f = calloc(1, sizeof(*f));
	struct orl_node node;
	int rc;

	if (!f)
		return -ENOMEM;
	pthread_mutex_init(&f->lock, NULL);
	f->tree = t;
	f->flags = flags;
	if (caller)
		f->caller = *caller;
	rc = orl_tree_lookup(t, path, ORL_FOLLOW, &node);
	if (!rc && !node.kind)
		rc = -EISDIR;
	if (!rc)
		rc = check_access(t, &node, flags, &f->caller);
	if (!rc) {
		if (node.kind->flags & ORL_KIND_DISCOVER)
			orl_tree_discover(t);
		f->kind = node.kind;
		f->where = node.where;
		f->dfs = node.dfs;
		pthread_mutex_lock(&t->lock);
		rc = begin_locked(f);
		pthread_mutex_unlock(&t->lock);
	}
	if (rc) {
		free(f);
		return rc;
	}
	rc = start(f);
	if (rc < 0) {
		end(f);
		return rc;
	}
	*out = f;
	return 0;
}

void orl_file_close(struct orl_file *f)
{
	if (!f)
		return;
	if (f->kind->release)
		f->kind->release(f);
	end(f);
}

static int show(struct orl_file *f)
{
	bool is_shared = f->kind->flags & ORL_KIND_SHARED;
	int rc;

	orl_text_reset(&f->text);
	if (is_shared)
		pthread_mutex_lock(&f->tree->lock);
	rc = f->kind->show(f, &f->text);
	if (is_shared)
		pthread_mutex_unlock(&f->tree->lock);
	if (rc >= 0 && f->text.failed)
		rc = -ENOMEM;
	f->is_shown = rc >= 0;
	return rc < 0 ? rc : 0;
}

static ssize_t read_text(struct orl_file *f, void *buf, size_t size, off_t off)
{
	int rc;

	if (off < 0)
		return -EINVAL;
	if (!off || !f->is_shown) {
		rc = show(f);
		if (rc)
			return rc;
	}
	if ((uint64_t)off >= f->text.len)
		return 0;
	if (size > f->text.len - (size_t)off)
		size = f->text.len - (size_t)off;
	memcpy(buf, f->text.buf + off, size);
	return (ssize_t)size;
}

ssize_t orl_file_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	ssize_t rc = orl_file_read_for(f, f, buf, size, off);

	return rc == -EINPROGRESS ? -EAGAIN : rc;
}

ssize_t orl_file_read_for(struct orl_file *f, const void *who, void *buf, size_t size, off_t off)
{
	ssize_t rc;

	if (!can_read(f->flags))
		return -EBADF;
	pthread_mutex_lock(&f->lock);
	f->error[0] = '\0';
	f->who = who;
	if (f->where.instance[0] && orl_instance_is_gone(f->session))
		rc = -ENODEV;
	else if (f->kind->read)
		rc = f->kind->read(f, buf, size, off);
	else if (f->kind->show)
		rc = read_text(f, buf, size, off);
	else
		rc = -EINVAL;
	pthread_mutex_unlock(&f->lock);
	return rc;
}

void orl_file_set_nonblock(struct orl_file *f, bool on)
{
	pthread_mutex_lock(&f->lock);
	f->flags = on ? f->flags | O_NONBLOCK : f->flags & ~O_NONBLOCK;
	pthread_mutex_unlock(&f->lock);
}

static ssize_t store(struct orl_file *f, const void *buf, size_t size)
{
	size_t max = f->kind->flags & ORL_KIND_LONG ? ORL_WRITE_LONG : ORL_WRITE_MAX;
	char *copy;
	int rc;

	if (size > max) {
		if (!(f->kind->flags & ORL_KIND_LONG))
			return orl_file_fail(f, -EINVAL, "a command has at most %zu bytes", max);
		size = max;
	}
	copy = malloc(size + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, buf, size);
	copy[size] = '\0';
	f->is_unchanged = f->is_narrow = false;
	rc = f->kind->store(f, copy, size);
	free(copy);
	f->is_shown = false;
	if (rc >= 0)
		orl_file_settle(f);
	return rc ? rc : (ssize_t)size;
}

ssize_t orl_file_write(struct orl_file *f, const void *buf, size_t size, off_t off,
		       const struct orl_caller *caller)
{
	ssize_t rc = orl_file_write_for(f, f, buf, size, off, caller);

	return rc == -EINPROGRESS ? -EAGAIN : rc;
}

ssize_t orl_file_write_for(struct orl_file *f, const void *who, const void *buf, size_t size,
			   off_t off, const struct orl_caller *caller)
{
	ssize_t rc;

	if (!can_write(f->flags))
		return -EBADF;
	pthread_mutex_lock(&f->lock);
	f->error[0] = '\0';
	f->who = who;
	f->write_off = off;
	if (caller)
		f->caller = *caller;
	if (f->where.instance[0] && orl_instance_is_gone(f->session))
		rc = -ENODEV;
	else if (f->kind->write)
		rc = f->kind->write(f, buf, size);
	else if (f->kind->store)
		rc = store(f, buf, size);
	else
		rc = -EINVAL;
	pthread_mutex_unlock(&f->lock);
	return rc;
}

unsigned int orl_file_poll(struct orl_file *f)
{
	unsigned int events;

	if (f->kind->remote)
		return orl_file_watch(f, POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
	if (!f->kind->poll)
		return (can_read(f->flags) ? POLLIN | POLLRDNORM : 0U) |
		       (can_write(f->flags) ? POLLOUT | POLLWRNORM : 0U);
	pthread_mutex_lock(&f->lock);
	events = f->where.instance[0] && orl_instance_is_gone(f->session) ? POLLERR | POLLHUP :
									    f->kind->poll(f);
	pthread_mutex_unlock(&f->lock);
	return events;
}

int orl_file_ioctl(struct orl_file *f, unsigned int cmd)
{
	int rc;

	if (!f->kind->ioctl)
		return -ENOTTY;
	pthread_mutex_lock(&f->lock);
	rc = f->kind->ioctl(f, cmd);
	pthread_mutex_unlock(&f->lock);
	return rc;
}

bool orl_file_is_stream(const struct orl_file *f)
{
	return (f->kind->flags & ORL_KIND_STREAM) ||
	       (f->kind->remote && f->kind->remote->is_stream(f));
}

const char *orl_file_error(const struct orl_file *f)
{
	return f->error;
}
