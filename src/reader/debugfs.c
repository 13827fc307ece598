// SPDX-License-Identifier: MIT
/*
 * Copying a program's nodes.
 *
 * The file changes while it is read. A piece of it is read twice: a node whose bytes are the same
 * both times, with an even seq, was at rest when the second reading began, for a write that was
 * under way in the first has either ended before the second, which then shows it, or has not, and
 * left seq odd. A piece that is not at rest is read again a few times; what still moves then is
 * left out, and the next refresh reads all of it once more.
 */
#include "reader/debugfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/debugfs-impl.h"

#define NODE_SIZE sizeof(struct orl_dfs_node)
#define PIECE_SIZE (ORL_DFS_PIECE * NODE_SIZE)
#define TRIES 8

struct pieces {
	char *first, *second;
};

/* As much as is there of [@off, @off + @len); what is missing reads as zeros. */
static int read_at(int fd, void *buf, size_t len, uint64_t off)
{
	ssize_t n;

	do
		n = pread(fd, buf, len, (off_t)off);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	memset((char *)buf + n, 0, len - (size_t)n);
	return 0;
}

static int read_header(int fd, struct orl_dfs *h)
{
	int rc = read_at(fd, h, sizeof(*h), 0);

	if (rc)
		return rc;
	return h->magic == ORL_DFS_MAGIC && h->version == ORL_DFS_VERSION ? 0 : -EBADMSG;
}

/* Does the file belong to the process that has the slot? */
static bool is_slots(const struct orl_dfs *h, const struct orl_session *s, int slot)
{
	const struct orl_proc *proc = &orl_ctl_procs(s->domain.ctl)[slot];

	return __atomic_load_n(&proc->pid, __ATOMIC_ACQUIRE) == h->pid &&
	       __atomic_load_n(&proc->image, __ATOMIC_RELAXED) == h->image && h->pid &&
	       h->pid <= INT32_MAX;
}

static bool is_name(const char name[ORL_DFS_NAME_MAX + 1])
{
	size_t len = strnlen(name, ORL_DFS_NAME_MAX + 1);

	return len && len <= ORL_DFS_NAME_MAX && !memchr(name, '/', len) && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static bool is_shown(const struct orl_dfs_node *n, uint32_t index)
{
	return index > ORL_DFS_ROOT && n->kind != ORL_DFS_FREE && n->kind != ORL_DFS_TEXT &&
	       n->kind < ORL_DFS_NR_KINDS && n->parent != index && n->parent >= ORL_DFS_ROOT &&
	       is_name(n->name);
}

static int add_name(struct orl_dfs_view *v, const char *name, uint32_t *at)
{
	size_t len = strlen(name) + 1;

	if (v->names_len + len > v->names_cap) {
		size_t cap = v->names_cap ? 2 * v->names_cap : 4096;
		char *more = realloc(v->names, cap);

		if (!more)
			return -ENOMEM;
		v->names = more;
		v->names_cap = cap;
	}
	memcpy(v->names + v->names_len, name, len);
	*at = (uint32_t)v->names_len;
	v->names_len += len;
	return 0;
}

static int add_node(struct orl_dfs_view *v, const struct orl_dfs_node *n, uint32_t index)
{
	struct orl_dfs_known *k;

	if (!is_shown(n, index))
		return 0;
	if (v->nr == v->cap) {
		uint32_t cap = v->cap ? 2 * v->cap : 32;

		k = reallocarray(v->known, cap, sizeof(*k));
		if (!k)
			return -ENOMEM;
		v->known = k;
		v->cap = cap;
	}
	k = &v->known[v->nr++];
	*k = (struct orl_dfs_known){
		.serial = n->serial, .addr = n->addr, .size = n->size, .made_ns = n->made_ns,
		.parent = n->parent, .node = index, .kind = n->kind, .mode = n->mode & 07777,
		.target = n->target,
	};
	return add_name(v, n->name, &k->name);
}

/* How many of @nr nodes at @first were not at rest; the others are added with the last try. */
static int add_piece(struct orl_dfs_view *v, struct pieces *p, uint32_t first, uint32_t nr)
{
	uint32_t moving = 0;
	int rc = 0;

	for (int i = 0; i < TRIES && !rc; i++) {
		const struct orl_dfs_node *a = (const void *)p->first, *b = (const void *)p->second;

		moving = 0;
		rc = read_at(v->fd, p->first, nr * NODE_SIZE, first * NODE_SIZE);
		if (!rc)
			rc = read_at(v->fd, p->second, nr * NODE_SIZE, first * NODE_SIZE);
		for (uint32_t j = 0; j < nr && !rc; j++)
			moving += (a[j].seq & 1) || memcmp(&a[j], &b[j], NODE_SIZE);
		if (moving && i < TRIES - 1)
			continue;
		for (uint32_t j = 0; j < nr && !rc; j++)
			if (!(a[j].seq & 1) && !memcmp(&a[j], &b[j], NODE_SIZE))
				rc = add_node(v, &a[j], first + j);
		break;
	}
	return rc ? rc : (int)moving;
}

static int by_place(const void *a, const void *b, void *arg)
{
	const struct orl_dfs_known *x = a, *y = b;
	const char *names = arg;
	int order;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	order = strcmp(names + x->name, names + y->name);
	if (order)
		return order;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static void drop_twins(struct orl_dfs_view *v)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < v->nr; i++) {
		const struct orl_dfs_known *k = &v->known[i], *last = nr ? &v->known[nr - 1] : NULL;

		if (last && last->parent == k->parent &&
		    !strcmp(v->names + last->name, v->names + k->name))
			continue;
		v->known[nr++] = *k;
	}
	v->nr = nr;
}

static void forget(struct orl_dfs_view *v)
{
	v->nr = 0;
	v->names_len = 0;
	v->is_whole = false;
}

static int load(struct orl_dfs_view *v, const struct orl_dfs *h)
{
	struct pieces p = { malloc(PIECE_SIZE), malloc(PIECE_SIZE) };
	uint32_t nr = h->nr < h->ready ? h->nr : h->ready, moving = 0;
	int rc = p.first && p.second ? 0 : -ENOMEM;

	forget(v);
	nr = nr < ORL_DFS_NODES ? nr : ORL_DFS_NODES;
	for (uint32_t i = ORL_DFS_ROOT; i < nr && rc >= 0; i += ORL_DFS_PIECE) {
		rc = add_piece(v, &p, i, nr - i < ORL_DFS_PIECE ? nr - i : ORL_DFS_PIECE);
		moving += rc > 0;
	}
	free(p.first);
	free(p.second);
	if (rc < 0) {
		forget(v);
		return rc;
	}
	if (v->nr)
		qsort_r(v->known, v->nr, sizeof(*v->known), by_place, v->names);
	drop_twins(v);
	v->gen = h->gen;
	v->is_whole = !moving;
	v->owner.uid = h->uid;
	v->owner.gid = h->gid;
	v->owner.has_socket = h->has_socket == 1;
	return 0;
}

/* The file, if it is one that a program of this user made. */
static int open_file(const struct orl_session *s, int slot)
{
	int dirfd = orl_domain_open_dir(s->domain.dir), fd, rc = 0;
	struct stat st;
	char name[32];

	if (dirfd < 0)
		return dirfd;
	orl_domain_slot_name(name, ORL_DFS_NAME, (uint32_t)slot);
	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		rc = -errno;
	close(dirfd);
	if (rc)
		return rc;
	if (fstat(fd, &st))
		rc = -errno;
	else if (!S_ISREG(st.st_mode))
		rc = -EBADMSG;
	else if (st.st_uid != geteuid() && geteuid())
		rc = -EPERM;
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

int orl_dfs_view_open(struct orl_dfs_view **out, const struct orl_session *s, int slot)
{
	struct orl_dfs_view *v;
	struct orl_dfs h;
	int fd = open_file(s, slot), rc;

	if (fd < 0)
		return fd;
	v = calloc(1, sizeof(*v));
	rc = v ? read_header(fd, &h) : -ENOMEM;
	if (!rc && !is_slots(&h, s, slot))
		rc = -ENOENT;
	if (!rc) {
		v->fd = fd;
		v->owner.slot = slot;
		v->owner.pid = (int32_t)h.pid;
		v->owner.image = h.image;
		rc = load(v, &h);
	}
	if (rc) {
		close(fd);
		if (v) {
			free(v->known);
			free(v->names);
		}
		free(v);
		return rc;
	}
	*out = v;
	return 0;
}

void orl_dfs_view_close(struct orl_dfs_view *v)
{
	if (!v)
		return;
	close(v->fd);
	free(v->known);
	free(v->names);
	free(v);
}

int orl_dfs_view_refresh(struct orl_dfs_view *v, const struct orl_session *s)
{
	struct orl_dfs h;
	struct stat st;
	int rc = fstat(v->fd, &st) ? -errno : read_header(v->fd, &h);

	if (rc)
		return rc;
	if (!st.st_nlink || !is_slots(&h, s, v->owner.slot) ||
	    (int32_t)h.pid != v->owner.pid || h.image != v->owner.image)
		return -ESTALE;
	v->owner.has_socket = h.has_socket == 1;
	return v->is_whole && v->gen == h.gen ? 0 : load(v, &h);
}

int orl_dfs_is_there(int fd, const struct orl_dfs_entry *e)
{
	struct orl_dfs_node n;
	struct orl_dfs h;

	if (read_header(fd, &h) || (int32_t)h.pid != e->owner.pid || h.image != e->owner.image ||
	    read_at(fd, &n, offsetof(struct orl_dfs_node, name), e->node * NODE_SIZE))
		return -EIO;
	return n.serial == e->serial && n.kind == e->kind ? 0 : -EIO;
}

int orl_dfs_text(int fd, uint32_t index, char text[ORL_DFS_LINK_MAX + 1])
{
	struct orl_dfs_node a, b;

	if (index <= ORL_DFS_ROOT || index >= ORL_DFS_NODES)
		return -ENOENT;
	for (int i = 0; i < TRIES; i++) {
		int rc = read_at(fd, &a, sizeof(a), index * NODE_SIZE);

		if (!rc)
			rc = read_at(fd, &b, sizeof(b), index * NODE_SIZE);
		if (rc)
			return rc;
		if ((a.seq & 1) || memcmp(&a, &b, sizeof(a)))
			continue;
		if (a.kind != ORL_DFS_TEXT || !a.text[0] || a.text[ORL_DFS_LINK_MAX])
			return -ENOENT;
		strcpy(text, a.text);
		return 0;
	}
	return -ENOENT;
}
