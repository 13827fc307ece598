// SPDX-License-Identifier: MIT
/*
 * One operation on an open file, as the system call of that name does it: its checks, then the
 * file's function, or what a plain value does instead.
 *
 * A call is noted while a function runs, so that removal can wait for it. An open file belongs to
 * its connection and to its node; whoever takes it away from both (detach) has to release() it:
 * its connection when that closes, removal, or the end of the call that removed its own file.
 */
#include <errno.h>
#include <stdlib.h>

#include "debugfs/debugfs.h"

#define DEFAULT_POLL (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)

/* ---- calls ---- */

static void note_locked(struct orl_dcall *call, struct orl_dnode *node, struct orl_dopen *open)
{
	call->node = node;
	call->open = open;
	call->tid = orl_gettid();
	call->interrupted = false;
	call->wq = NULL;
	call->next = orl_debugfs.calls;
	orl_debugfs.calls = call;
	node->refs++;
	if (open)
		open->busy = true;
}

/* Return: false: the file was removed, or none is open. */
bool orl_debugfs_call_begin(struct orl_dcall *call, struct orl_dopen **open)
{
	bool there;

	orl_debugfs_lock();
	there = *open && !(*open)->node->dead;
	if (there)
		note_locked(call, (*open)->node, *open);
	orl_debugfs_unlock();
	return there;
}

/* @open: the connection's pointer. A file that was removed meanwhile is let go. */
void orl_debugfs_call_end(struct orl_dcall *call, struct orl_dopen **open)
{
	struct orl_dopen *gone = NULL;

	orl_debugfs_stay_home();
	orl_debugfs_lock();
	for (struct orl_dcall **p = &orl_debugfs.calls; *p; p = &(*p)->next) {
		if (*p == call) {
			*p = call->next;
			break;
		}
	}
	if (*open) {
		(*open)->busy = false;
		/* unless somebody waits for this call, who does it himself */
		if (call->node->dead && !call->node->parent) {
			gone = *open;
			orl_debugfs_detach_locked(gone);
		}
	}
	orl_debugfs_put_locked(call->node);
	orl_debugfs_changed_locked();
	orl_debugfs_unlock();
	if (gone)
		orl_debugfs_release(gone);
}

void orl_debugfs_detach_locked(struct orl_dopen *open)
{
	for (struct orl_dopen **p = &open->node->opens; *p; p = &(*p)->next) {
		if (*p == open) {
			*p = open->next;
			break;
		}
	}
	*open->owner = NULL;
}

/* ---- operations ---- */

static bool may(const struct orl_dnode *node, uint32_t access)
{
	uint32_t mode = node->inode.i_mode;

	if (!geteuid())
		return true;
	return (access == O_WRONLY || mode & 0400) && (access == O_RDONLY || mode & 0200);
}

/* Of plain values: numbers and arrays are not, in the kernel either. */
static bool is_seekable(uint32_t kind)
{
	return kind == ORL_DFS_BOOL || kind == ORL_DFS_STR || kind == ORL_DFS_BLOB;
}

static uint32_t file_mode(uint32_t flags, const struct orl_dnode *node)
{
	uint32_t access = flags & O_ACCMODE, mode = 0;

	if (access != O_WRONLY)
		mode |= FMODE_READ;
	if (access != O_RDONLY)
		mode |= FMODE_WRITE;
	if (node->kind == ORL_DFS_FILE ? node->inode.i_fop->llseek != NULL
				       : is_seekable(node->kind))
		mode |= FMODE_LSEEK;
	return mode;
}

/* An open file of a node; the node is noted as being in a call. */
static int prepare(struct orl_dcall *call, struct orl_dopen *open, uint32_t index, uint64_t serial,
		   uint32_t flags)
{
	struct orl_dnode *node;
	int err = 0;

	orl_debugfs_lock();
	node = orl_debugfs_nodes_get(index);
	if (!node || node->dead || node->serial != serial || node->kind < ORL_DFS_FILE)
		err = -ENOENT;
	else if ((flags & O_ACCMODE) == O_ACCMODE)
		err = -EINVAL;
	else if (!may(node, flags & O_ACCMODE))
		err = -EACCES;
	if (!err) {
		open->node = node;
		open->file.f_op = node->inode.i_fop;
		open->file.f_inode = &node->inode;
		open->file.f_path.dentry = &node->dentry;
		open->file.f_flags = flags;
		open->file.f_mode = file_mode(flags, node);
		note_locked(call, node, NULL);
	}
	orl_debugfs_unlock();
	return err;
}

/* It is the connection's and the node's from now on. */
static void attach(struct orl_dcall *call, struct orl_dopen *open, struct orl_dopen **owner)
{
	orl_debugfs_lock();
	open->owner = owner;
	*owner = open;
	open->busy = true;
	open->next = open->node->opens;
	open->node->opens = open;
	open->node->refs++;
	call->open = open;
	orl_debugfs_unlock();
}

int orl_debugfs_open(struct orl_dcall *call, struct orl_dopen **owner, uint32_t index,
		     uint64_t serial, uint32_t flags, uint32_t *mode)
{
	struct orl_dopen *open = calloc(1, sizeof(*open));
	int err = open ? prepare(call, open, index, serial, flags) : -ENOMEM;

	if (err) {
		free(open);
		return err;
	}
	if (open->file.f_op && open->file.f_op->open)
		err = open->file.f_op->open(open->file.f_inode, &open->file);
	*mode = open->file.f_mode;
	if (err)
		free(open);
	else
		attach(call, open, owner);
	orl_debugfs_call_end(call, owner);
	return err;
}

/* Functions and plain values may add up positions: none of them ends behind the last one. */
static bool is_range(loff_t pos, size_t len)
{
	loff_t end;

	return pos >= 0 && !__builtin_add_overflow(pos, len, &end);
}

static long read_file(struct orl_dopen *open, char *buf, size_t len, loff_t *pos)
{
	struct file *file = &open->file;
	ssize_t n;

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!is_range(*pos, len))
		return -EINVAL;
	if (open->node->kind != ORL_DFS_FILE)
		return orl_debugfs_plain_read(open, buf, len, pos);
	if (!file->f_op->read)
		return -EINVAL;
	n = file->f_op->read(file, buf, len, pos);
	return n > (ssize_t)len ? -EIO : n;
}

long orl_debugfs_read(struct orl_dopen *open, char *buf, size_t len, loff_t *pos)
{
	long n = read_file(open, buf, len, pos);

	open->file.f_pos = *pos;
	return n;
}

static long write_file(struct orl_dopen *open, const char *buf, size_t len, loff_t *pos)
{
	struct file *file = &open->file;
	ssize_t n;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!is_range(*pos, len))
		return -EINVAL;
	if (open->node->kind != ORL_DFS_FILE)
		return orl_debugfs_plain_write(open, buf, len, pos);
	if (!file->f_op->write)
		return -EINVAL;
	n = file->f_op->write(file, buf, len, pos);
	return n > (ssize_t)len ? -EIO : n;
}

long orl_debugfs_write(struct orl_dopen *open, const char *buf, size_t len, loff_t *pos)
{
	long n = write_file(open, buf, len, pos);

	open->file.f_pos = *pos;
	return n;
}

loff_t orl_debugfs_llseek(struct orl_dopen *open, loff_t off, int whence)
{
	struct file *file = &open->file;

	if (whence < SEEK_SET || whence > SEEK_HOLE)	/* no function is asked for more */
		return -EINVAL;
	if (!(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	if (file->f_op && file->f_op->llseek)
		return file->f_op->llseek(file, off, whence);
	return default_llseek(file, off, whence);
}

uint32_t orl_debugfs_poll(struct orl_dopen *open, uint32_t wanted, bool wait)
{
	struct file *file = &open->file;
	struct poll_table_struct table = { .key = wanted };

	if (!file->f_op || !file->f_op->poll)
		return DEFAULT_POLL;
	return file->f_op->poll(file, wait ? &table : NULL);
}

void orl_debugfs_release(struct orl_dopen *open)
{
	struct file *file = &open->file;

	if (file->f_op && file->f_op->flush)
		file->f_op->flush(file, NULL);
	if (file->f_op && file->f_op->release)
		file->f_op->release(file->f_inode, file);
	free(open->text);
	orl_debugfs_lock();
	orl_debugfs_put_locked(open->node);
	orl_debugfs_unlock();
	free(open);
}

/* The connection closes: release(), as a call that removal waits for. */
void orl_debugfs_close(struct orl_dcall *call, struct orl_dopen **owner)
{
	struct orl_dopen *open;

	orl_debugfs_lock();
	open = *owner;
	if (open) {
		note_locked(call, open->node, NULL);
		orl_debugfs_detach_locked(open);
	}
	orl_debugfs_unlock();
	if (!open)
		return;
	orl_debugfs_release(open);
	orl_debugfs_call_end(call, owner);
}
