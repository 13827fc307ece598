/* SPDX-License-Identifier: MIT */
/*
 * processes/PID/...: the nodes of a program's debugfs in the tree (debugfs.c) and its open files
 * (debugfs-file.c).
 */
#ifndef ORL_TREE_DEBUGFS_H
#define ORL_TREE_DEBUGFS_H

#include "tree/impl.h"

/** orl_dfs_lookup_locked() - look up node->where; @path and @upto as of orl_path_parse() */
int orl_dfs_lookup_locked(struct orl_tree *t, const char *path, struct orl_node *node,
			  size_t *upto);

/** orl_dfs_stat() - what of @st the node says itself */
void orl_dfs_stat(const struct orl_node *node, struct orl_node_stat *st);

/** orl_dfs_list_locked() - call @fn for what is in a folder: processes/PID or one below */
void orl_dfs_list_locked(struct orl_tree *t, const struct orl_node *folder,
			 void (*fn)(const char *name, const struct orl_node *node, void *arg),
			 void *arg);

/** orl_dfs_check_access() - 0 or -EACCES, by the mode; root may all. A caller with tid 0 is us. */
int orl_dfs_check_access(const struct orl_dfs_entry *e, const struct orl_caller *caller, bool read,
			 bool write);

#endif /* ORL_TREE_DEBUGFS_H */
