// SPDX-License-Identifier: MIT
/*
 * The tree of folders and files in the program's memory; names.c finds what is in it.
 *
 * A node lives as long as somebody leads to it: the tree, an open file, debugfs_lookup(). Its place
 * in the file is free as soon as it is out of the tree, for tools know nodes by serial.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "debugfs/debugfs.h"

struct orl_debugfs orl_debugfs = { .lock = PTHREAD_MUTEX_INITIALIZER };

void orl_debugfs_lock(void)
{
	pthread_mutex_lock(&orl_debugfs.lock);
}

void orl_debugfs_unlock(void)
{
	pthread_mutex_unlock(&orl_debugfs.lock);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

static void free_node(struct orl_dnode *node)
{
	free(node->name);
	free(node->target);
	free(node->owned);
	free(node);
}

void orl_debugfs_put_locked(struct orl_dnode *node)
{
	if (!--node->refs)
		free_node(node);
}

/* Return: 0 or -errno; on an error what was taken is for free_node(). */
static int fill(struct orl_dnode *node, const struct orl_dnode_spec *spec, umode_t type)
{
	node->kind = spec->kind;
	node->refs = 1;
	node->made_ns = now_ns();
	node->name = strdup(spec->name);
	node->target = spec->target ? strdup(spec->target) : NULL;
	node->inode.i_mode = (umode_t)(type | (spec->mode & 07777));
	node->inode.i_uid = geteuid();
	node->inode.i_gid = getegid();
	node->inode.i_size = spec->size;
	node->inode.i_private = spec->data;
	node->inode.i_fop = spec->fops;
	node->dentry.d_inode = &node->inode;
	node->dentry.d_name.name = node->name;
	node->dentry.d_name.len = (unsigned int)strlen(spec->name);
	return node->name && (node->target || !spec->target) ? 0 : -ENOMEM;
}

static umode_t type_of(uint32_t kind)
{
	return kind == ORL_DFS_DIR ? S_IFDIR : kind == ORL_DFS_LINK ? S_IFLNK : S_IFREG;
}

/* A node with its places in the file, in no folder yet. */
static int make_node(struct orl_dnode **out, const struct orl_dnode_spec *spec)
{
	struct orl_dnode *node = calloc(1, sizeof(*node));
	int err = node ? fill(node, spec, type_of(spec->kind)) : -ENOMEM;

	if (!err && spec->target) {
		err = orl_debugfs_nodes_take(NULL);
		if (err > 0)
			node->text = (uint32_t)err;
	}
	if (err >= 0)
		err = orl_debugfs_nodes_take(node);
	if (err < 0) {
		if (node && node->text)
			orl_debugfs_nodes_give(node->text);
		if (node)
			free_node(node);
		return err;
	}
	node->index = (uint32_t)err;
	node->inode.i_ino = node->index;
	node->serial = orl_debugfs_nodes_serial();
	node->owned = spec->owned;
	*out = node;
	return 0;
}

static int make_root(void)
{
	struct orl_dnode_spec spec = { .name = "", .mode = 0755, .kind = ORL_DFS_DIR };
	int err = make_node(&orl_debugfs.root, &spec);

	if (err)
		return err;
	orl_debugfs.root->dentry.d_parent = &orl_debugfs.root->dentry;
	orl_debugfs_nodes_publish(orl_debugfs.root);
	return 0;
}

/* Asking for files is asking for a domain. Return: 0, and where this process stands in it. */
static int attach(uint32_t *slot, uint64_t *image)
{
	struct orl_lock_state state;
	int err;

	orl_init();
	if (orl_rt.inert || !orl_rt.dir[0])
		return -ENODEV;
	if (!orl_lock(&state, true))
		return -EDEADLK;
	err = orl_attach_locked(true);
	if (!err) {
		orl_claim_slot_locked();
		err = orl_rt.proc ? 0 : -ENOSPC;
	}
	if (!err) {
		*slot = (uint32_t)(orl_rt.proc - orl_ctl_procs(orl_rt.domain.ctl));
		*image = orl_rt.proc->image;
	}
	orl_unlock(&state);
	if (!err)
		orl_apply(true);
	return err;
}

int orl_debugfs_attach_locked(void)
{
	uint64_t image;
	int err = attach(&orl_debugfs.slot, &image);

	if (!err)
		err = orl_debugfs_nodes_open(orl_debugfs.slot, image);
	if (!err)
		orl_debugfs.pid = (uint32_t)syscall(SYS_getpid);
	return err;
}

int orl_debugfs_ready_locked(void)
{
	int err;

	if (orl_debugfs.pid && orl_debugfs.pid == (uint32_t)syscall(SYS_getpid)) {
		orl_debugfs_resume_locked();
		return 0;
	}
	/* a child that nobody announced, or one that found no slot so far */
	if (orl_debugfs.root)
		return orl_debugfs_adopt_locked();
	err = orl_debugfs_attach_locked();
	if (err)
		return err;
	err = make_root();
	if (err) {
		orl_debugfs.pid = 0;
		orl_debugfs_nodes_close();
		return err;
	}
	orl_debugfs_fork_init();
	return 0;
}

/* Signal handlers and whatever runs under orl_lock() cannot use debugfs, nor a child of vfork(). */
bool orl_debugfs_may_use(void)
{
	return orl_load(&orl_wipe.lock) != orl_gettid() && !orl_tls.vforked;
}

/* Names of the tree's own, at the top. */
static bool is_reserved(const char *name)
{
	return !strcmp(name, "info") || !strcmp(name, "dynamic_debug") || !strcmp(name, "metrics");
}

int orl_debugfs_check_locked(const struct orl_dnode *parent, const char *name)
{
	if (!name || !*name || !strcmp(name, ".") || !strcmp(name, "..") || strchr(name, '/'))
		return -EACCES;
	if (strlen(name) > ORL_DFS_NAME_MAX)
		return -ENAMETOOLONG;
	if (parent->dead)
		return -ENOENT;
	if (parent->kind != ORL_DFS_DIR)
		return -ENOTDIR;
	if (parent == orl_debugfs.root && is_reserved(name))
		return -EEXIST;
	return orl_debugfs_find_locked(parent, name) ? -EEXIST : 0;
}

static int create_locked(const struct orl_dnode_spec *spec, struct orl_dnode **out)
{
	struct orl_dnode *parent;
	int err = orl_debugfs_ready_locked();

	if (err)
		return err;
	parent = spec->parent ? orl_dnode_of(spec->parent) : orl_debugfs.root;
	err = orl_debugfs_check_locked(parent, spec->name);
	if (!err && spec->target && strlen(spec->target) > ORL_DFS_LINK_MAX)
		err = -ENAMETOOLONG;
	if (!err && orl_debugfs_wants_server(spec))
		err = orl_debugfs_serve_locked();
	if (!err)
		err = make_node(out, spec);
	if (err)
		return err;
	orl_debugfs_link_locked(*out, parent);
	orl_debugfs_nodes_publish(*out);
	return 0;
}

struct dentry *orl_debugfs_create(const struct orl_dnode_spec *spec)
{
	struct orl_dnode *node = NULL;
	int err;

	if (IS_ERR(spec->parent)) {
		free(spec->owned);
		return spec->parent;
	}
	if (!orl_debugfs_may_use()) {
		free(spec->owned);
		return ERR_PTR(-EDEADLK);
	}
	orl_debugfs_lock();
	err = create_locked(spec, &node);
	orl_debugfs_unlock();
	if (!err)
		return &node->dentry;
	free(spec->owned);
	return ERR_PTR(err);
}
