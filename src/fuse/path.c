// SPDX-License-Identifier: MIT
/*
 * Requests about a path: lookup, attributes, links, making and removing.
 *
 * What the kernel may remember: a stable node practically for ever, others for a second; of files
 * in a program's debugfs, which may be removed at any moment, that they are there not at all. That
 * a path is missing is never remembered, so a new event is there at once. A node that vanished
 * while it was remembered answers ESTALE, upon which the kernel looks the whole path up again.
 *
 * The files whose pages splice(2) takes (ORL_TREE_STREAM) go through the page cache of their inode.
 * So each lookup of one gives a new inode: two readers share no pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuse/impl.h"

#define STABLE_S 3600.0
#define FLEETING_S 1.0

void orl_fuse_attr(const struct orl_fuse *m, const struct orl_node_stat *st, struct stat *attr)
{
	memset(attr, 0, sizeof(*attr));
	attr->st_ino = st->ino;
	attr->st_mode = st->mode;
	attr->st_nlink = st->nlink ? st->nlink : 1;
	attr->st_uid = st->has_owner ? st->uid : m->uid;
	attr->st_gid = st->has_owner ? st->gid : m->gid;
	attr->st_size = (off_t)st->size;
	attr->st_blksize = 4096;
	attr->st_mtim.tv_sec = (time_t)(st->mtime_ns / 1000000000U);
	attr->st_mtim.tv_nsec = (long)(st->mtime_ns % 1000000000U);
	attr->st_atim = attr->st_ctim = attr->st_mtim;
}

static double memory(const struct orl_node_stat *st)
{
	return st->is_stable ? STABLE_S : FLEETING_S;
}

/* Of the path. What is in a folder that is there no more is not there either, whoever remembers the
 * folder. */
static double entry_memory(const struct orl_node_stat *st)
{
	return st->size == ORL_TREE_STREAM || (st->is_volatile && !S_ISDIR(st->mode)) ? 0 :
										      memory(st);
}

int orl_fuse_entry(struct orl_fuse *m, const char *path, const struct orl_node_stat *st,
		   struct fuse_entry_param *e)
{
	bool is_stream = st->size == ORL_TREE_STREAM;
	struct orl_fnode *node = orl_fnode_get(&m->nodes, path, is_stream);

	if (!node)
		return -ENOMEM;
	memset(e, 0, sizeof(*e));
	e->ino = orl_fnode_ino(&m->nodes, node);
	e->entry_timeout = entry_memory(st);
	e->attr_timeout = memory(st);
	orl_fuse_attr(m, st, &e->attr);
	return 0;
}

struct orl_caller orl_fuse_caller(fuse_req_t req)
{
	const struct fuse_ctx *ctx = fuse_req_ctx(req);

	return (struct orl_caller){ .tid = ctx->pid, .uid = ctx->uid, .gid = ctx->gid };
}

int orl_fuse_gone(int rc)
{
	return rc == -ENOENT || rc == -ENOTDIR ? ESTALE : -rc;
}

static void reply_entry(fuse_req_t req, struct orl_fuse *m, const char *path)
{
	struct orl_node_stat st;
	struct fuse_entry_param e;
	int rc = orl_tree_stat(m->tree, path, &st);

	if (!rc)
		rc = orl_fuse_entry(m, path, &st, &e);
	if (rc)
		fuse_reply_err(req, -rc);
	else if (fuse_reply_entry(req, &e) == -ENOENT) /* interrupted: the kernel has not got it */
		orl_fnode_put(&m->nodes, orl_fnode_of(&m->nodes, e.ino), 1);
}

static void do_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	char path[ORL_FUSE_PATH_MAX];
	int rc = orl_fnode_join(path, orl_fnode_of(&m->nodes, parent)->path, name);

	if (rc)
		fuse_reply_err(req, -rc);
	else
		reply_entry(req, m, path);
}

static void do_forget(fuse_req_t req, fuse_ino_t ino, uint64_t nlookup)
{
	struct orl_fuse *m = fuse_req_userdata(req);

	orl_fnode_put(&m->nodes, orl_fnode_of(&m->nodes, ino), nlookup);
	fuse_reply_none(req);
}

static void do_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	struct orl_fuse *m = fuse_req_userdata(req);

	for (size_t i = 0; i < count; i++)
		orl_fnode_put(&m->nodes, orl_fnode_of(&m->nodes, forgets[i].ino),
			      forgets[i].nlookup);
	fuse_reply_none(req);
}

static void reply_attr(fuse_req_t req, struct orl_fuse *m, const char *path)
{
	struct orl_node_stat st;
	struct stat attr;
	int rc = orl_tree_stat(m->tree, path, &st);

	if (rc) {
		fuse_reply_err(req, orl_fuse_gone(rc));
		return;
	}
	orl_fuse_attr(m, &st, &attr);
	fuse_reply_attr(req, &attr, memory(&st));
}

static void do_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);

	reply_attr(req, m, orl_fnode_of(&m->nodes, ino)->path);
}

/* Sizes of 0 truncate, times are let pass (touch, cp -p), and modes and owners are the domain's. */
static void do_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
		       struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	const char *path = orl_fnode_of(&m->nodes, ino)->path;
	struct orl_caller caller = orl_fuse_caller(req);
	int rc = 0;

	if (to_set & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID))
		rc = -EPERM;
	else if (to_set & FUSE_SET_ATTR_SIZE)
		rc = attr->st_size ? -EINVAL : orl_tree_truncate(m->tree, path, &caller);
	if (rc)
		fuse_reply_err(req, orl_fuse_gone(rc));
	else
		reply_attr(req, m, path);
}

static void do_readlink(fuse_req_t req, fuse_ino_t ino)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	char target[ORL_FUSE_PATH_MAX];
	int rc = orl_tree_readlink(m->tree, orl_fnode_of(&m->nodes, ino)->path, target,
				   sizeof(target));

	if (rc < 0)
		fuse_reply_err(req, orl_fuse_gone(rc));
	else
		fuse_reply_readlink(req, target);
}

static void do_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	char path[ORL_FUSE_PATH_MAX];
	int rc = orl_fnode_join(path, orl_fnode_of(&m->nodes, parent)->path, name);

	if (!rc)
		rc = orl_tree_mkdir(m->tree, path);
	if (rc)
		fuse_reply_err(req, -rc);
	else
		reply_entry(req, m, path);
}

static void do_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	char path[ORL_FUSE_PATH_MAX];
	int rc = orl_fnode_join(path, orl_fnode_of(&m->nodes, parent)->path, name);

	if (!rc)
		rc = orl_tree_rmdir(m->tree, path);
	if (!rc)
		orl_fnode_drop(&m->nodes, path);
	fuse_reply_err(req, -rc);
}

/* As on a file system that has no such operations; without these FUSE says ENOSYS. */

static void do_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		      struct fuse_file_info *fi)
{
	fuse_reply_err(req, EACCES);
}

static void do_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
	fuse_reply_err(req, EPERM);
}

static void do_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	fuse_reply_err(req, EPERM);
}

static void do_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name)
{
	fuse_reply_err(req, EPERM);
}

static void do_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
		      const char *newname, unsigned int flags)
{
	fuse_reply_err(req, EPERM);
}

static void do_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent, const char *newname)
{
	fuse_reply_err(req, EPERM);
}

void orl_fuse_path_ops(struct fuse_lowlevel_ops *ops)
{
	ops->lookup = do_lookup;
	ops->forget = do_forget;
	ops->forget_multi = do_forget_multi;
	ops->getattr = do_getattr;
	ops->setattr = do_setattr;
	ops->readlink = do_readlink;
	ops->mkdir = do_mkdir;
	ops->rmdir = do_rmdir;
	ops->create = do_create;
	ops->mknod = do_mknod;
	ops->unlink = do_unlink;
	ops->symlink = do_symlink;
	ops->rename = do_rename;
	ops->link = do_link;
}
