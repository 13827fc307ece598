/* SPDX-License-Identifier: MIT */
/*
 * A program's debugfs as tools see it: the nodes that stand in "debugfs.SLOT" of the domain.
 *
 * A view is a checked copy of one file's nodes, made anew when the program changed them. The file
 * is read with pread(2) and never mapped: whatever the program does to it, a tool gets an error.
 * Names that no folder can hold ("", ".", "..", those with '/'), nodes that are being written or
 * hang under nothing, and the second of two with one name are not there.
 *
 * A view belongs to one thread at a time. What is open at the program is in debugfs-client.h, what
 * stands in its memory in debugfs-value.h.
 */
#ifndef ORL_READER_DEBUGFS_H
#define ORL_READER_DEBUGFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/debugfs.h"
#include "reader/session.h"

struct orl_dfs_view;

/* Whose nodes: a slot of the process table, as it stood when the view was opened. */
struct orl_dfs_owner {
	int slot;
	int32_t pid;
	uint64_t image;
	uint32_t uid, gid;		/* whom all nodes belong to */
	bool has_socket;		/* somebody listens on "socket.SLOT" */
};

/* A folder, link or file. */
struct orl_dfs_entry {
	struct orl_dfs_owner owner;
	uint32_t kind;			/* ORL_DFS_*: DIR, LINK, FILE or a plain value */
	uint32_t node;			/* index in the file */
	uint64_t serial;
	uint32_t mode;			/* permissions, 07777 at most */
	uint32_t target;		/* LINK */
	uint64_t addr, size, made_ns;
};

/**
 * orl_dfs_view_open() - the nodes of the process in slot @slot
 * @out: receives the view; to be closed with orl_dfs_view_close()
 *
 * Return: 0; -ENOENT: no process there, or it has no debugfs; -EBADMSG: the file is damaged;
 * -ENOMEM, -EMFILE and what open(2) and pread(2) return.
 */
int orl_dfs_view_open(struct orl_dfs_view **out, const struct orl_session *s, int slot);
void orl_dfs_view_close(struct orl_dfs_view *v);

/**
 * orl_dfs_view_refresh() - take over what the program changed since
 * Return: 0; -ESTALE: the slot has another owner, or the file was replaced: open a new view; others
 * as orl_dfs_view_open().
 */
int orl_dfs_view_refresh(struct orl_dfs_view *v, const struct orl_session *s);

const struct orl_dfs_owner *orl_dfs_view_owner(const struct orl_dfs_view *v);

/** orl_dfs_view_reopen() - a descriptor of the file with locks of its own, for orl_dfs_is_there()
 * and orl_dfs_value_store(); or -errno */
int orl_dfs_view_reopen(const struct orl_dfs_view *v);

/**
 * orl_dfs_view_find() - what a path names, or the first link on it
 * @path: relative to the root, "" is the root; slashes that say nothing are passed over
 * @rest: receives what of @path is left behind the link; "" where @e is what the path names
 * Return: 0, -ENOENT, -ENOTDIR.
 */
int orl_dfs_view_find(const struct orl_dfs_view *v, const char *path, struct orl_dfs_entry *e,
		      const char **rest);

/** orl_dfs_view_list() - call @fn for each name in folder @e, sorted, until it returns false */
void orl_dfs_view_list(const struct orl_dfs_view *v, const struct orl_dfs_entry *e,
		       bool (*fn)(const char *name, const struct orl_dfs_entry *e, void *arg),
		       void *arg);

/**
 * orl_dfs_view_readlink() - where a link leads
 * Return: 0; -EINVAL: no link; -ENOENT: it is gone; -ENAMETOOLONG.
 */
int orl_dfs_view_readlink(const struct orl_dfs_view *v, const struct orl_dfs_entry *e, char *buf,
			  size_t size);

/**
 * orl_dfs_is_there() - is @e still what it was when it was found? @fd: of orl_dfs_view_reopen()
 * Return: 0, or -EIO: it was removed, or the file is another's.
 */
int orl_dfs_is_there(int fd, const struct orl_dfs_entry *e);

/* ---- all processes of a domain ---- */

/* The views that were opened so far, one per slot. All zero to begin with. */
struct orl_dfs_views {
	struct orl_dfs_view *view[ORL_NR_PROCS];
};

void orl_dfs_views_fini(struct orl_dfs_views *all);

/**
 * orl_dfs_views_next() - the view of the first slot from @slot on that belongs to process @pid
 * Return: the view, fresh, and its slot in @slot; NULL: there are no more.
 */
struct orl_dfs_view *orl_dfs_views_next(struct orl_dfs_views *all, const struct orl_session *s,
					int32_t pid, int *slot);

/**
 * orl_dfs_views_find() - orl_dfs_view_find() in process @pid; the first of its copies that has it
 * @view: receives where
 * Return: 0, -ENOENT, -ENOTDIR.
 */
int orl_dfs_views_find(struct orl_dfs_views *all, const struct orl_session *s, int32_t pid,
		       const char *path, struct orl_dfs_entry *e, const char **rest,
		       struct orl_dfs_view **view);

/** orl_dfs_sweep() - remove what ended processes left: nodes and sockets; how many. @dry_run: only
 * count */
int orl_dfs_sweep(const struct orl_session *s, bool dry_run, uint64_t *bytes);

#endif /* ORL_READER_DEBUGFS_H */
