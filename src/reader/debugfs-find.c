// SPDX-License-Identifier: MIT
/*
 * Paths and folders in what was copied of a program's nodes.
 *
 * A path is walked from the root down, name by name, so nothing is found that hangs under no
 * folder, and nodes that are each other's parents are never entered.
 */
#include "reader/debugfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/debugfs-impl.h"
#include "reader/left.h"
#include "reader/procs.h"

#define DEPTH_MAX 512			/* names in a path */

const struct orl_dfs_owner *orl_dfs_view_owner(const struct orl_dfs_view *v)
{
	return &v->owner;
}

int orl_dfs_view_reopen(const struct orl_dfs_view *v)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", v->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The first node at or behind (@parent, @name). */
static uint32_t lower_bound(const struct orl_dfs_view *v, uint32_t parent, const char *name,
			    size_t len)
{
	uint32_t low = 0, high = v->nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct orl_dfs_known *k = &v->known[mid];
		const char *its = v->names + k->name;
		int order = strncmp(its, name, len);

		if (!order && its[len])
			order = 1;
		if (k->parent < parent || (k->parent == parent && order < 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct orl_dfs_known *find_child(const struct orl_dfs_view *v, uint32_t parent,
					      const char *name, size_t len)
{
	uint32_t i = lower_bound(v, parent, name, len);
	const struct orl_dfs_known *k;

	if (i >= v->nr)
		return NULL;
	k = &v->known[i];
	return k->parent == parent && !strncmp(v->names + k->name, name, len) &&
			       !v->names[k->name + len] ?
		       k :
		       NULL;
}

static void fill(struct orl_dfs_entry *e, const struct orl_dfs_view *v,
		 const struct orl_dfs_known *k)
{
	*e = (struct orl_dfs_entry){
		.owner = v->owner, .kind = k->kind, .node = k->node, .serial = k->serial,
		.mode = k->mode, .target = k->target, .addr = k->addr, .size = k->size,
		.made_ns = k->made_ns,
	};
}

int orl_dfs_view_find(const struct orl_dfs_view *v, const char *path, struct orl_dfs_entry *e,
		      const char **rest)
{
	*e = (struct orl_dfs_entry){
		.owner = v->owner, .kind = ORL_DFS_DIR, .node = ORL_DFS_ROOT, .mode = 0755,
	};
	path += strspn(path, "/");
	for (int depth = 0; *path; depth++) {
		size_t len = strcspn(path, "/");
		const struct orl_dfs_known *k;

		if (e->kind == ORL_DFS_LINK)
			break;
		if (e->kind != ORL_DFS_DIR)
			return -ENOTDIR;
		k = depth < DEPTH_MAX ? find_child(v, e->node, path, len) : NULL;
		if (!k)
			return -ENOENT;
		fill(e, v, k);
		path += len;
		path += strspn(path, "/");
	}
	*rest = path;
	return 0;
}

void orl_dfs_view_list(const struct orl_dfs_view *v, const struct orl_dfs_entry *e,
		       bool (*fn)(const char *name, const struct orl_dfs_entry *e, void *arg),
		       void *arg)
{
	if (e->kind != ORL_DFS_DIR)
		return;
	for (uint32_t i = lower_bound(v, e->node, "", 0);
	     i < v->nr && v->known[i].parent == e->node; i++) {
		struct orl_dfs_entry child;

		fill(&child, v, &v->known[i]);
		if (!fn(v->names + v->known[i].name, &child, arg))
			return;
	}
}

int orl_dfs_view_readlink(const struct orl_dfs_view *v, const struct orl_dfs_entry *e, char *buf,
			  size_t size)
{
	char text[ORL_DFS_LINK_MAX + 1];
	int rc;

	if (e->kind != ORL_DFS_LINK)
		return -EINVAL;
	rc = orl_dfs_text(v->fd, e->target, text);
	if (rc)
		return rc;
	if (strlen(text) >= size)
		return -ENAMETOOLONG;
	strcpy(buf, text);
	return 0;
}

void orl_dfs_views_fini(struct orl_dfs_views *all)
{
	for (int i = 0; i < (int)ORL_NR_PROCS; i++) {
		orl_dfs_view_close(all->view[i]);
		all->view[i] = NULL;
	}
}

/* The view of a slot, fresh; NULL: its process has none. */
static struct orl_dfs_view *take(struct orl_dfs_views *all, const struct orl_session *s, int slot)
{
	struct orl_dfs_view **v = &all->view[slot];

	if (*v && orl_dfs_view_refresh(*v, s)) {
		orl_dfs_view_close(*v);
		*v = NULL;
	}
	if (!*v && orl_dfs_view_open(v, s, slot))
		*v = NULL;
	return *v;
}

struct orl_dfs_view *orl_dfs_views_next(struct orl_dfs_views *all, const struct orl_session *s,
					int32_t pid, int *slot)
{
	const struct orl_proc *procs = orl_ctl_procs(s->domain.ctl);

	for (; *slot < (int)ORL_NR_PROCS; (*slot)++) {
		uint32_t its_pid = __atomic_load_n(&procs[*slot].pid, __ATOMIC_ACQUIRE);
		struct orl_dfs_view *v;

		if (its_pid != (uint32_t)pid) {
			if (!its_pid && all->view[*slot]) {
				orl_dfs_view_close(all->view[*slot]);
				all->view[*slot] = NULL;
			}
			continue;
		}
		v = take(all, s, *slot);
		if (v)
			return v;
	}
	return NULL;
}

int orl_dfs_views_find(struct orl_dfs_views *all, const struct orl_session *s, int32_t pid,
		       const char *path, struct orl_dfs_entry *e, const char **rest,
		       struct orl_dfs_view **view)
{
	struct orl_dfs_view *v;
	int rc = -ENOENT;

	for (int slot = 0; (v = orl_dfs_views_next(all, s, pid, &slot)); slot++) {
		int one = orl_dfs_view_find(v, path, e, rest);

		if (!one) {
			*view = v;
			return 0;
		}
		rc = one == -ENOTDIR ? one : rc;
	}
	return rc;
}

/* Is this the nodes' file of a process that has ended? One that makes no sense is nobody's. */
static bool is_left(int dirfd, const char *name, uint32_t slot)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct orl_dfs h;
	bool is_whole = fd >= 0 && pread(fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h);

	(void)slot;
	if (fd < 0)
		return false;
	close(fd);
	return !is_whole || h.magic != ORL_DFS_MAGIC || !h.pid || h.pid > INT32_MAX ||
	       !orl_process_is_alive((int32_t)h.pid);
}

/* A socket belongs to the nodes beside it, which are made before it. */
static bool is_left_socket(int dirfd, const char *name, uint32_t slot)
{
	char nodes[32];
	struct stat st;

	(void)name;
	orl_domain_slot_name(nodes, ORL_DFS_NAME, slot);
	return fstatat(dirfd, nodes, &st, AT_SYMLINK_NOFOLLOW) || is_left(dirfd, nodes, slot);
}

int orl_dfs_sweep(const struct orl_session *s, bool dry_run, uint64_t *bytes)
{
	int nr = orl_left_sweep(s, ORL_DFS_SOCKET, is_left_socket, dry_run, bytes);

	return nr + orl_left_sweep(s, ORL_DFS_NAME, is_left, dry_run, bytes);
}
