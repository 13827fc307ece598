// SPDX-License-Identifier: MIT
/*
 * Does what a path names exist? Instances, events, processes and links are asked for here; and
 * what stat(2) says of a file or folder.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "reader/procs.h"
#include "tree/debugfs.h"

#define CPUS_MAX 4096U
#define LINKS_MAX 8			/* on one path */

uint32_t orl_tree_nr_cpus(const struct orl_tree *t)
{
	uint32_t nr = __atomic_load_n(&t->top.domain.ctl->nr_cpus, __ATOMIC_RELAXED);

	return nr < CPUS_MAX ? nr : CPUS_MAX;
}

struct wanted {
	const char *name;
	uint32_t id;
	bool is_found;
};

static bool is_wanted(const char *name, uint32_t id, void *arg)
{
	struct wanted *w = arg;

	if (strcmp(name, w->name))
		return true;
	w->id = id;
	w->is_found = true;
	return false;
}

static bool has_process(struct orl_tree *t, int32_t pid)
{
	const struct orl_proc *procs = orl_ctl_procs(t->top.domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++)
		if (__atomic_load_n(&procs[i].pid, __ATOMIC_ACQUIRE) == (uint32_t)pid &&
		    orl_process_of_slot_is_alive(pid, &procs[i]))
			return true;
	return false;
}

static int check_folder(struct orl_tree *t, const struct orl_where *w)
{
	struct orl_slots slots;
	bool is_there = true;

	if (w->folder == ORL_DIR_SYSTEM)
		is_there = orl_tree_has_system_locked(t, w->system);
	else if (w->folder == ORL_DIR_EVENT)
		is_there = orl_tree_slots_locked(t, w->system, w->event, &slots);
	else if (w->folder == ORL_DIR_CPU)
		is_there = w->cpu < orl_tree_nr_cpus(t);
	else if (w->pid)
		is_there = has_process(t, w->pid);
	return is_there ? 0 : -ENOENT;
}

static int find_link(struct orl_tree *t, const struct orl_where *w, struct orl_node *node)
{
	int32_t pid = orl_byname_find(t, w->leaf);

	if (!pid)
		return -ENOENT;
	snprintf(node->target, sizeof(node->target), ORL_BYNAME_TARGET, pid);
	return 0;
}

/* Of a path on which no link is followed. @upto: its bytes up to the end of the link's name, where
 * there is one. */
static int lookup_plain(struct orl_tree *t, const char *path, struct orl_node *node, size_t *upto)
{
	struct orl_where *w = &node->where;
	int rc = orl_path_parse(w, path, upto), rest;

	memset((char *)node + sizeof(*w), 0, sizeof(*node) - sizeof(*w));
	if (rc && rc != -ENOTDIR)
		return rc;
	node->made_ns = t->made_ns;
	if (w->instance[0]) {
		struct wanted wanted = { .name = w->instance };

		orl_instance_foreach(&t->top, is_wanted, &wanted);
		if (!wanted.is_found)
			return -ENOENT;
		node->instance_id = wanted.id;
	}
	rest = check_folder(t, w);
	if (!rest && w->folder == ORL_DIR_DEBUGFS)
		return orl_dfs_lookup_locked(t, path, node, upto);
	if (rest || !w->leaf[0])
		return rest;
	if (w->folder == ORL_DIR_BYNAME)
		return find_link(t, w, node);
	node->kind = orl_path_kind(w, w->leaf);
	return node->kind ? rc : -ENOENT;
}

int orl_tree_lookup_locked(struct orl_tree *t, const char *path, bool follow,
			   struct orl_node *node)
{
	char on[ORL_PATH_MAX];
	size_t upto;
	int rc;

	for (int i = 0; i < LINKS_MAX; i++) {
		rc = lookup_plain(t, path, node, &upto);
		if (rc || !node->target[0] || (!follow && !path[upto + strspn(path + upto, "/")]))
			return rc;
		if (path != on && snprintf(on, sizeof(on), "%s", path) >= (int)sizeof(on))
			return -ENAMETOOLONG;
		rc = orl_link_lead(on, upto, node->target);
		if (rc)
			return rc;
		path = on;
	}
	return -ELOOP;
}

static int lookup(struct orl_tree *t, const char *path, bool follow, struct orl_node *node)
{
	int rc;

	pthread_mutex_lock(&t->lock);
	rc = orl_tree_lookup_locked(t, path, follow, node);
	pthread_mutex_unlock(&t->lock);
	return rc;
}

int orl_tree_lookup(struct orl_tree *t, const char *path, bool follow, struct orl_node *node)
{
	int rc = lookup(t, path, follow, node);

	return rc == -ENOENT && orl_tree_discover_path(t, path) ? lookup(t, path, follow, node) :
								  rc;
}

static mode_t folder_mode(const struct orl_where *w)
{
	switch (w->folder) {
	case ORL_DIR_TRACING:
		return w->instance[0] ? 0750 : 0700;
	case ORL_DIR_OPTIONS:
	case ORL_DIR_PER_CPU:
	case ORL_DIR_CPU:
	case ORL_DIR_INSTANCES:
		return 0750;
	default:
		return 0755;
	}
}

/* As in tracefs: 1, "nobody counts", below events/. */
static uint32_t folder_links(const struct orl_tree *t, const struct orl_where *w)
{
	switch (w->folder) {
	case ORL_DIR_ROOT:
		return 6;
	case ORL_DIR_TRACING:
		return w->instance[0] ? 5 : 6;
	case ORL_DIR_PER_CPU:
		return 2 + orl_tree_nr_cpus(t);
	case ORL_DIR_OPTIONS:
	case ORL_DIR_CPU:
	case ORL_DIR_DYNDBG:
	case ORL_DIR_BYNAME:
		return 2;
	default:
		return 1;
	}
}

void orl_tree_stat_node(const struct orl_tree *t, const struct orl_node *node,
			struct orl_node_stat *st)
{
	const struct orl_where *w = &node->where;

	memset(st, 0, sizeof(*st));
	st->ino = orl_path_ino(w, node->instance_id);
	st->mtime_ns = node->made_ns;
	st->is_stable = !w->instance[0] && !w->pid && !node->target[0];
	if (w->folder == ORL_DIR_DEBUGFS) {
		orl_dfs_stat(node, st);
	} else if (node->target[0]) {
		st->mode = S_IFLNK | 0777;
		st->nlink = 1;
		st->size = strlen(node->target);
	} else if (node->kind) {
		st->mode = S_IFREG | node->kind->mode;
		st->nlink = 1;
		if (node->kind->flags & ORL_KIND_RAW)
			st->size = ORL_TREE_STREAM;
	} else {
		st->mode = S_IFDIR | folder_mode(w);
		st->nlink = folder_links(t, w);
	}
	if (t->flags & ORL_TREE_READONLY)
		st->mode &= ~(mode_t)(S_ISREG(st->mode) ? 0222 : 0);
}
