// SPDX-License-Identifier: MIT
/*
 * processes/PID/...: what the program made with debugfs_create_*(), beside the tree's own files.
 *
 * Several copies of the library in one process have folders of their own; here they are one. Where
 * two have the same name, the first copy's counts, but for folders, which show what is in both.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/debugfs.h"

/* How many bytes of @path, a path of the whole tree, reach up to the @nr-th name of it. */
static size_t length_of(const char *path, unsigned int nr)
{
	size_t at = 0;

	while (nr--) {
		at += strspn(path + at, "/");
		at += strcspn(path + at, "/");
	}
	return at;
}

static unsigned int count_names(const char *path, const char *end)
{
	unsigned int nr = 0;

	for (const char *c = path; c < end; c++)
		nr += *c != '/' && (c == path || c[-1] == '/');
	return nr;
}

int orl_dfs_lookup_locked(struct orl_tree *t, const char *path, struct orl_node *node, size_t *upto)
{
	const char *below = node->where.below, *rest;
	struct orl_dfs_view *view;
	int rc = orl_dfs_views_find(&t->dfs, &t->top, node->where.pid, below, &node->dfs, &rest,
				    &view);

	if (rc)
		return rc;
	node->made_ns = node->dfs.made_ns;
	*upto = length_of(path, 2 + count_names(below, rest));
	if (node->dfs.kind == ORL_DFS_LINK)
		return orl_dfs_view_readlink(view, &node->dfs, node->target, sizeof(node->target));
	if (node->dfs.kind != ORL_DFS_DIR)
		node->kind = &orl_kind_debugfs;
	return 0;
}

void orl_dfs_stat(const struct orl_node *node, struct orl_node_stat *st)
{
	const struct orl_dfs_entry *e = &node->dfs;

	st->ino += e->serial * 0x9e3779b97f4a7c15ULL;
	st->mode = e->mode & 07777;
	st->has_owner = st->is_volatile = true;
	st->uid = e->owner.uid;
	st->gid = e->owner.gid;
	st->nlink = 1;
	if (e->kind == ORL_DFS_LINK)
		st->mode = S_IFLNK | 0777;
	else
		st->mode |= e->kind == ORL_DFS_DIR ? S_IFDIR : S_IFREG;
	st->size = e->size < ORL_TREE_STREAM ? e->size : 0;
}

int orl_dfs_check_access(const struct orl_dfs_entry *e, const struct orl_caller *caller, bool read,
			 bool write)
{
	bool is_us = !caller->tid;
	uid_t uid = is_us ? geteuid() : caller->uid;
	gid_t gid = is_us ? getegid() : caller->gid;
	unsigned int shift = uid == e->owner.uid ? 6 : gid == e->owner.gid ? 3 : 0;
	unsigned int may = e->mode >> shift;

	if (!uid)
		return 0;
	return (read && !(may & 4)) || (write && !(may & 2)) ? -EACCES : 0;
}

/* ---- folders ---- */

struct walk {
	struct orl_tree *t;
	struct orl_node node;		/* the folder, then each of what is in it */
	size_t below_len;
	int slot;			/* of the copy that is listed */
	bool is_top;
	void (*fn)(const char *name, const struct orl_node *node, void *arg);
	void *arg;
};

/* Has a copy before this one something of that name? */
static bool is_known(struct walk *w, const char *path)
{
	struct orl_dfs_entry e;
	const char *rest;

	/* as they were when they were listed: a fresh look could take the list away under us */
	for (int slot = 0; slot < w->slot; slot++) {
		const struct orl_dfs_view *view = w->t->dfs.view[slot];

		if (view && orl_dfs_view_owner(view)->pid == w->node.where.pid &&
		    !orl_dfs_view_find(view, path, &e, &rest) && !*rest)
			return true;
	}
	return false;
}

static bool add_child(const char *name, const struct orl_dfs_entry *e, void *arg)
{
	struct walk *w = arg;
	char *below = w->node.where.below;
	int len = snprintf(below + w->below_len, ORL_BELOW_MAX - w->below_len, "%s%s",
			   w->below_len ? "/" : "", name);

	if (len < 0 || (size_t)len >= ORL_BELOW_MAX - w->below_len ||
	    (w->is_top && orl_path_is_own(name)) || is_known(w, below))
		return true;
	w->node.dfs = *e;
	w->node.made_ns = e->made_ns;
	/* what it leads to is asked of those that are followed; here it says only: a link */
	strcpy(w->node.target, e->kind == ORL_DFS_LINK ? "?" : "");
	w->node.kind = e->kind == ORL_DFS_DIR || e->kind == ORL_DFS_LINK ? NULL :
									   &orl_kind_debugfs;
	w->fn(name, &w->node, w->arg);
	return true;
}

void orl_dfs_list_locked(struct orl_tree *t, const struct orl_node *folder,
			 void (*fn)(const char *name, const struct orl_node *node, void *arg),
			 void *arg)
{
	struct walk w = { .t = t, .node = *folder, .fn = fn, .arg = arg };
	char path[ORL_BELOW_MAX];
	struct orl_dfs_view *view;
	struct orl_dfs_entry e;
	const char *rest;

	strcpy(path, folder->where.below);
	w.below_len = strlen(path);
	w.is_top = !w.below_len;
	w.node.where.folder = ORL_DIR_DEBUGFS;
	for (w.slot = 0; (view = orl_dfs_views_next(&t->dfs, &t->top, folder->where.pid, &w.slot));
	     w.slot++)
		if (!orl_dfs_view_find(view, path, &e, &rest) && !*rest)
			orl_dfs_view_list(view, &e, add_child, &w);
}
