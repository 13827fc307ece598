// SPDX-License-Identifier: MIT
/*
 * The tree as a whole: opening it, and what is done to a path rather than to an open file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/control.h"
#include "tree/debugfs.h"

#define INVITE_MS 100U

/* A door closes a file a moment after the program did: an instance is in use only after this. */
#define BUSY_TRIES 100
#define BUSY_PAUSE_NS 1000000L

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

/*
 * Programs that merely link the library attach to a domain that exists when they start; those that
 * are older than it wait for a first nudge.
 */
static void invite(struct orl_session *s)
{
	struct orl_processes list;

	if (s->flags & ORL_SESSION_READONLY || orl_processes_list(&list, s, 0, 0))
		return;
	if (!list.nr)
		orl_control_nudge(s, INVITE_MS, NULL);
	orl_processes_fini(&list);
}

int orl_tree_open(struct orl_tree **out, const char *domain, unsigned int flags, char *error,
		  size_t error_size)
{
	struct orl_tree *t = calloc(1, sizeof(*t));
	unsigned int how = (flags & ORL_TREE_CREATE ? ORL_SESSION_CREATE : 0) |
			   (flags & ORL_TREE_READONLY ? ORL_SESSION_READONLY : 0);
	int rc;

	if (!t || orl_formats_create(&t->formats)) {
		snprintf(error, error_size, "out of memory");
		free(t);
		return -ENOMEM;
	}
	rc = orl_session_open(&t->top, domain, how);
	if (rc) {
		snprintf(error, error_size, "%s", t->top.error);
		orl_formats_destroy(t->formats);
		free(t);
		return rc;
	}
	if (flags & ORL_TREE_CREATE)
		invite(&t->top);
	t->flags = flags;
	t->made_ns = now_ns();
	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_init(&t->scout_lock, NULL);
	*out = t;
	return 0;
}

void orl_tree_close(struct orl_tree *t)
{
	struct orl_shared *next;

	if (!t)
		return;
	for (struct orl_shared *i = t->shared; i; i = next) {
		next = i->next;
		orl_session_close(&i->s);
		free(i);
	}
	orl_dfs_views_fini(&t->dfs);
	orl_events_fini(&t->events);
	orl_formats_destroy(t->formats);
	orl_text_fini(&t->again[0].text);
	orl_text_fini(&t->again[1].text);
	orl_tree_discover_fini(t);
	orl_session_close(&t->top);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

const char *orl_tree_domain(const struct orl_tree *t)
{
	return t->top.domain.dir;
}

static void drop_gone_locked(struct orl_tree *t)
{
	struct orl_shared **link = &t->shared, *i;

	while ((i = *link)) {
		bool is_used = false;

		for (struct orl_file *f = t->files; f; f = f->next)
			is_used |= f->session == &i->s;
		if (is_used || !orl_instance_is_gone(&i->s)) {
			link = &i->next;
			continue;
		}
		*link = i->next;
		orl_session_close(&i->s);
		free(i);
	}
}

int orl_tree_shared_locked(struct orl_tree *t, const char *instance, struct orl_session **out)
{
	struct orl_shared *i;
	int rc;

	*out = &t->top;
	if (!instance[0])
		return 0;
	drop_gone_locked(t);
	for (i = t->shared; i; i = i->next)
		if (!strcmp(i->name, instance) && !orl_instance_is_gone(&i->s))
			break;
	if (!i) {
		i = calloc(1, sizeof(*i));
		if (!i)
			return -ENOMEM;
		rc = orl_session_open_instance(&i->s, &t->top, instance);
		if (rc) {
			free(i);
			return rc;
		}
		strcpy(i->name, instance);
		i->next = t->shared;
		t->shared = i;
	}
	*out = &i->s;
	return 0;
}

int orl_tree_stat(struct orl_tree *t, const char *path, struct orl_node_stat *st)
{
	struct orl_node node;
	int rc = orl_tree_lookup(t, path, ORL_NOFOLLOW, &node);

	if (!rc)
		orl_tree_stat_node(t, &node, st);
	return rc;
}

int orl_tree_stat_target(struct orl_tree *t, const char *path, struct orl_node_stat *st)
{
	struct orl_node node;
	int rc = orl_tree_lookup(t, path, ORL_FOLLOW, &node);

	if (!rc)
		orl_tree_stat_node(t, &node, st);
	return rc;
}

int orl_tree_readlink(struct orl_tree *t, const char *path, char *buf, size_t size)
{
	struct orl_node node;
	int rc = orl_tree_lookup(t, path, ORL_NOFOLLOW, &node);

	if (rc)
		return rc;
	if (!node.target[0])
		return -EINVAL;
	snprintf(buf, size, "%s", node.target);
	return 0;
}

/* The name in instances/NAME, or NULL for any other path. */
static const char *instance_name(const char *path)
{
	static const char folder[] = "tracing/instances/";

	while (*path == '/')
		path++;
	if (strncmp(path, folder, sizeof(folder) - 1))
		return NULL;
	path += sizeof(folder) - 1;
	return *path && !strchr(path, '/') ? path : NULL;
}

static bool has_parent_locked(struct orl_tree *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = strndup(path, slash ? (size_t)(slash - path) : 0);
	struct orl_node node;
	bool is_there = parent && !orl_tree_lookup_locked(t, parent, ORL_FOLLOW, &node) &&
			!node.kind;

	free(parent);
	return is_there;
}

int orl_tree_mkdir(struct orl_tree *t, const char *path)
{
	const char *name = instance_name(path);
	struct orl_node node;
	int rc;

	pthread_mutex_lock(&t->lock);
	rc = orl_tree_lookup_locked(t, path, ORL_NOFOLLOW, &node);
	if (!rc)
		rc = -EEXIST;
	else if (rc == -ENOENT && t->flags & ORL_TREE_READONLY)
		rc = -EROFS;
	else if (rc == -ENOENT && name)
		rc = orl_instance_create(&t->top, name);
	else if (rc == -ENOENT && has_parent_locked(t, path))
		rc = -EPERM;
	pthread_mutex_unlock(&t->lock);
	return rc;
}

static bool is_busy_locked(const struct orl_tree *t, uint32_t instance_id)
{
	for (const struct orl_file *f = t->files; f; f = f->next)
		if (f->instance_id == instance_id)
			return true;
	return false;
}

static int rmdir_locked(struct orl_tree *t, const char *path)
{
	struct orl_node node;
	int rc = orl_tree_lookup_locked(t, path, ORL_NOFOLLOW, &node);

	if (rc)
		return rc;
	if (node.kind || node.target[0])
		return -ENOTDIR;
	if (node.where.folder != ORL_DIR_TRACING || !node.where.instance[0])
		return -EPERM;
	if (t->flags & ORL_TREE_READONLY)
		return -EROFS;
	if (is_busy_locked(t, node.instance_id))
		return -EBUSY;
	rc = orl_instance_remove(&t->top, node.where.instance);
	drop_gone_locked(t);
	return rc;
}

int orl_tree_rmdir(struct orl_tree *t, const char *path)
{
	const struct timespec pause = { .tv_nsec = BUSY_PAUSE_NS };
	int rc = -EBUSY;

	for (int i = 0; i < BUSY_TRIES && rc == -EBUSY; i++) {
		if (i)
			nanosleep(&pause, NULL);
		pthread_mutex_lock(&t->lock);
		rc = rmdir_locked(t, path);
		pthread_mutex_unlock(&t->lock);
	}
	return rc;
}

int orl_tree_truncate(struct orl_tree *t, const char *path, const struct orl_caller *caller)
{
	struct orl_file *f;
	struct orl_node node;
	int rc = orl_tree_lookup(t, path, ORL_FOLLOW, &node);

	/* what is a program's own means nothing by it, and is not opened for it */
	if (!rc && node.kind == &orl_kind_debugfs)
		return orl_dfs_check_access(&node.dfs, caller, false, true);
	if (!rc)
		rc = orl_tree_open_file(t, path, O_WRONLY | O_TRUNC, caller, &f);
	if (!rc)
		orl_file_close(f);
	return rc;
}
