// SPDX-License-Identifier: MIT
/*
 * The names in a folder. They are gathered under the lock and handed out without it, so that
 * whoever gets them may use the tree.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/procs.h"
#include "tree/debugfs.h"

struct entry {
	char name[256];
	struct orl_node_stat st;
};

struct listing {
	const struct orl_tree *t;
	struct orl_node node;		/* the folder */
	struct entry *entry;
	size_t nr, cap;
	int rc;
};

static void add(struct listing *l, const char *name, const struct orl_node *node)
{
	struct entry *e;

	if (strlen(name) >= sizeof(e->name) || l->rc)
		return;
	if (l->nr == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;

		e = reallocarray(l->entry, cap, sizeof(*e));
		if (!e) {
			l->rc = -ENOMEM;
			return;
		}
		l->entry = e;
		l->cap = cap;
	}
	e = &l->entry[l->nr++];
	strcpy(e->name, name);
	orl_tree_stat_node(l->t, node, &e->st);
}

static void add_folder(struct listing *l, const char *name, enum orl_folder folder)
{
	struct orl_node node = l->node;

	node.where.folder = folder;
	add(l, name, &node);
}

static void add_files(struct listing *l)
{
	struct orl_node node = l->node;

	for (const struct orl_kind *const *table = orl_path_tables(&node.where); *table; table++)
		for (const struct orl_kind *kind = *table; kind->name; kind++) {
			if (!orl_path_has(&node.where, kind) || (kind->flags & ORL_KIND_HIDDEN))
				continue;
			snprintf(node.where.leaf, sizeof(node.where.leaf), "%s", kind->name);
			node.kind = kind;
			add(l, kind->name, &node);
		}
}

/* Systems, or the events of one: the registry is sorted, so the same names stand together. */
static void add_event(struct listing *l, const char *name, const char **last)
{
	struct orl_node node = l->node;
	bool is_system = node.where.folder == ORL_DIR_EVENTS;

	if ((*last && !strcmp(*last, name)) || strlen(name) >= sizeof(node.where.event))
		return;
	*last = name;
	strcpy(is_system ? node.where.system : node.where.event, name);
	node.where.folder = is_system ? ORL_DIR_SYSTEM : ORL_DIR_EVENT;
	add(l, name, &node);
}

static void add_systems(struct listing *l, struct orl_tree *t)
{
	const char *last = NULL;
	bool has_ftrace = false;

	for (uint32_t i = 0; i < t->events.nr; i++) {
		has_ftrace |= !strcmp(t->events.event[i].system, "ftrace");
		add_event(l, t->events.event[i].system, &last);
	}
	last = NULL;
	if (!has_ftrace)
		add_event(l, "ftrace", &last);
}

static void add_events(struct listing *l, struct orl_tree *t)
{
	const char *system = l->node.where.system, *last = NULL;
	bool is_ftrace = !strcmp(system, "ftrace");

	for (const struct orl_ftrace_event *e = orl_ftrace_events; is_ftrace && e->name; e++)
		add_event(l, e->name, &last);
	for (uint32_t i = 0; i < t->events.nr; i++)
		if (!strcmp(t->events.event[i].system, system) &&
		    !(is_ftrace && orl_tree_ftrace(t->events.event[i].name)))
			add_event(l, t->events.event[i].name, &last);
}

static void add_cpus(struct listing *l, struct orl_tree *t)
{
	struct orl_node node = l->node;
	char name[16];

	node.where.folder = ORL_DIR_CPU;
	for (uint32_t i = 0; i < orl_tree_nr_cpus(t); i++) {
		node.where.cpu = i;
		snprintf(name, sizeof(name), "cpu%u", i);
		add(l, name, &node);
	}
}

static bool add_instance(const char *name, uint32_t id, void *arg)
{
	struct listing *l = arg;
	struct orl_node node = l->node;

	node.where.folder = ORL_DIR_TRACING;
	node.instance_id = id;
	snprintf(node.where.instance, sizeof(node.where.instance), "%s", name);
	add(l, name, &node);
	return true;
}

static void add_processes(struct listing *l, struct orl_tree *t)
{
	struct orl_processes list;
	struct orl_node node = l->node;
	char name[16];

	l->rc = orl_processes_list(&list, &t->top, 0, 0);
	if (l->rc)
		return;
	node.where.folder = ORL_DIR_PROCESS;
	for (uint32_t i = 0; i < list.nr; i++) {
		/* a process has a slot for each copy of the library in it */
		if (i && list.process[i].pid == list.process[i - 1].pid)
			continue;
		node.where.pid = list.process[i].pid;
		snprintf(name, sizeof(name), "%d", node.where.pid);
		add(l, name, &node);
	}
	orl_processes_fini(&list);
}

static void add_link(const char *name, int32_t pid, void *arg)
{
	struct listing *l = arg;
	struct orl_node node = l->node;

	snprintf(node.where.leaf, sizeof(node.where.leaf), "%s", name);
	snprintf(node.target, sizeof(node.target), ORL_BYNAME_TARGET, pid);
	add(l, name, &node);
}

static void add_tracing(struct listing *l)
{
	add_folder(l, "events", ORL_DIR_EVENTS);
	if (!l->node.where.instance[0])
		add_folder(l, "instances", ORL_DIR_INSTANCES);
	add_folder(l, "options", ORL_DIR_OPTIONS);
	add_folder(l, "per_cpu", ORL_DIR_PER_CPU);
}

static void add_node(const char *name, const struct orl_node *node, void *arg)
{
	add(arg, name, node);
}

static void gather_locked(struct listing *l, struct orl_tree *t)
{
	switch (l->node.where.folder) {
	case ORL_DIR_ROOT:
		add_folder(l, "tracing", ORL_DIR_TRACING);
		add_folder(l, "processes", ORL_DIR_PROCESSES);
		add_folder(l, "dynamic_debug", ORL_DIR_DYNDBG);
		add_folder(l, "by-name", ORL_DIR_BYNAME);
		break;
	case ORL_DIR_TRACING:
		add_tracing(l);
		break;
	case ORL_DIR_EVENTS:
	case ORL_DIR_SYSTEM:
		l->rc = orl_tree_events_locked(t);
		if (!l->rc && l->node.where.folder == ORL_DIR_EVENTS)
			add_systems(l, t);
		else if (!l->rc)
			add_events(l, t);
		break;
	case ORL_DIR_PER_CPU:
		add_cpus(l, t);
		break;
	case ORL_DIR_INSTANCES:
		orl_instance_foreach(&t->top, add_instance, l);
		break;
	case ORL_DIR_PROCESSES:
		add_processes(l, t);
		break;
	case ORL_DIR_PROCESS:
		add_folder(l, "dynamic_debug", ORL_DIR_DYNDBG);
		orl_dfs_list_locked(t, &l->node, add_node, l);
		break;
	case ORL_DIR_DEBUGFS:
		orl_dfs_list_locked(t, &l->node, add_node, l);
		break;
	case ORL_DIR_BYNAME:
		orl_byname_foreach(t, add_link, l);
		break;
	default:
		break;
	}
	add_files(l);
}

int orl_tree_list(struct orl_tree *t, const char *path,
		  bool (*fn)(const char *name, const struct orl_node_stat *st, void *arg),
		  void *arg)
{
	struct listing l = { .t = t };

	orl_tree_discover_path(t, path);
	pthread_mutex_lock(&t->lock);
	l.rc = orl_tree_lookup_locked(t, path, ORL_FOLLOW, &l.node);
	if (!l.rc && (l.node.kind || l.node.target[0]))
		l.rc = -ENOTDIR;
	if (!l.rc)
		gather_locked(&l, t);
	pthread_mutex_unlock(&t->lock);
	for (size_t i = 0; i < l.nr && !l.rc; i++)
		if (!fn(l.entry[i].name, &l.entry[i].st, arg))
			break;
	free(l.entry);
	return l.rc;
}
