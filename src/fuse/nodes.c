// SPDX-License-Identifier: MIT
/*
 * Paths that the kernel knows by number.
 *
 * The tree speaks of paths, the kernel of numbers that it was given by a lookup and gives back with
 * forget. A number is the node's address. Nodes of one path are one node while the path is there;
 * one whose path went away is found no more and lives on until the kernel forgets it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuse/impl.h"

static unsigned int hash(const char *path)
{
	uint32_t h = 2166136261U;

	for (; *path; path++)
		h = (h ^ (unsigned char)*path) * 16777619U;
	return (h ^ h >> 16) % ORL_FUSE_BUCKETS;
}

static struct orl_fnode *make(const char *path)
{
	size_t len = strlen(path);
	struct orl_fnode *node = calloc(1, sizeof(*node) + len + 1);

	if (node)
		memcpy(node->path, path, len);
	return node;
}

int orl_fnodes_init(struct orl_fnodes *n, const char *root)
{
	memset(n->bucket, 0, sizeof(n->bucket));
	n->root = make(root);
	if (!n->root)
		return -ENOMEM;
	pthread_mutex_init(&n->lock, NULL);
	return 0;
}

void orl_fnodes_fini(struct orl_fnodes *n)
{
	if (!n->root)
		return;
	for (size_t i = 0; i < ORL_FUSE_BUCKETS; i++) {
		while (n->bucket[i]) {
			struct orl_fnode *node = n->bucket[i];

			n->bucket[i] = node->next;
			free(node);
		}
	}
	free(n->root);
	pthread_mutex_destroy(&n->lock);
}

struct orl_fnode *orl_fnode_of(struct orl_fnodes *n, fuse_ino_t ino)
{
	return ino == FUSE_ROOT_ID ? n->root : (struct orl_fnode *)(uintptr_t)ino;
}

fuse_ino_t orl_fnode_ino(const struct orl_fnodes *n, const struct orl_fnode *node)
{
	return node == n->root ? FUSE_ROOT_ID : (fuse_ino_t)(uintptr_t)node;
}

static struct orl_fnode *find_locked(struct orl_fnodes *n, const char *path)
{
	struct orl_fnode *node = n->bucket[hash(path)];

	while (node && (!node->is_shared || strcmp(node->path, path)))
		node = node->next;
	return node;
}

struct orl_fnode *orl_fnode_get(struct orl_fnodes *n, const char *path, bool fresh)
{
	struct orl_fnode **bucket = &n->bucket[hash(path)], *node;

	pthread_mutex_lock(&n->lock);
	node = fresh ? NULL : find_locked(n, path);
	if (!node) {
		node = make(path);
		if (node) {
			node->is_shared = !fresh;
			node->next = *bucket;
			*bucket = node;
		}
	}
	if (node)
		node->nlookup++;
	pthread_mutex_unlock(&n->lock);
	return node;
}

static void unlink_locked(struct orl_fnodes *n, struct orl_fnode *node)
{
	struct orl_fnode **at = &n->bucket[hash(node->path)];

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
}

void orl_fnode_put(struct orl_fnodes *n, struct orl_fnode *node, uint64_t nlookup)
{
	bool is_forgotten;

	if (node == n->root)
		return;
	pthread_mutex_lock(&n->lock);
	node->nlookup -= nlookup < node->nlookup ? nlookup : node->nlookup;
	is_forgotten = !node->nlookup;
	if (is_forgotten)
		unlink_locked(n, node);
	pthread_mutex_unlock(&n->lock);
	if (is_forgotten)
		free(node);
}

void orl_fnode_drop(struct orl_fnodes *n, const char *path)
{
	struct orl_fnode *node;

	pthread_mutex_lock(&n->lock);
	node = find_locked(n, path);
	if (node)
		node->is_shared = false;
	pthread_mutex_unlock(&n->lock);
}

int orl_fnode_join(char buf[ORL_FUSE_PATH_MAX], const char *folder, const char *name)
{
	int len = snprintf(buf, ORL_FUSE_PATH_MAX, "%s%s%s", folder, *folder ? "/" : "", name);

	return len < 0 || (size_t)len >= ORL_FUSE_PATH_MAX ? -ENAMETOOLONG : 0;
}
