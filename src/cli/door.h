/* SPDX-License-Identifier: MIT */
/*
 * The door of the commands ls, cat, write and tree: the tree of the domain, without a mount.
 *
 * All of these print what went wrong themselves and return 0 or the exit status.
 */
#ifndef ORL_CLI_DOOR_H
#define ORL_CLI_DOOR_H

#include "cli/cli.h"
#include "tree/tree.h"

#define ORL_DOOR_PATH_MAX 1024U

/** orl_door_open() - open the tree of --domain; @flags: ORL_TREE_* */
int orl_door_open(struct orl_tree **out, const struct orl_args *args, unsigned int flags);

/**
 * orl_door_path() - the tree's path that a person means
 *
 * "tracing/events", with or without slashes around it; "events", when the tree's root has no such
 * name and tracing/ has; and what the kernel's documents say, /sys/kernel/tracing/events,
 * /proc/dynamic_debug/control.
 */
int orl_door_path(struct orl_tree *t, const char *word, char path[ORL_DOOR_PATH_MAX]);

/** orl_door_failed() - say that @path failed; the exit status for @rc */
int orl_door_failed(const char *path, int rc);

/** orl_door_file_failed() - the same with what the file itself says of its failure */
int orl_door_file_failed(const char *path, const struct orl_file *f, int rc);

/* What a folder holds, sorted as people count: cpu2 before cpu10. */
struct orl_door_entry {
	char *name;
	struct orl_node_stat st;
};

struct orl_door_list {
	struct orl_door_entry *entry;
	size_t nr, cap;
	bool failed;
};

int orl_door_list(struct orl_tree *t, const char *path, struct orl_door_list *list);
void orl_door_list_fini(struct orl_door_list *list);

#endif /* ORL_CLI_DOOR_H */
