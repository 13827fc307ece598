// SPDX-License-Identifier: MIT
/*
 * Names in folders: a list of each folder's, the newest first, and one table of all, by folder and
 * name, for some drivers make a file for each of thousands of objects. The table doubles when it
 * has as many names as buckets; where there is no memory for that it stays as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "debugfs/debugfs.h"

#define FEW 64U

/* Under the lock. */
static struct {
	struct orl_dnode *few[FEW];	/* what it begins with */
	struct orl_dnode **buckets;	/* NULL: few */
	uint32_t size, nr;
} names = { .size = FEW };

static struct orl_dnode **bucket_of(uint32_t hash)
{
	return (names.buckets ? names.buckets : names.few) + (hash & (names.size - 1));
}

static uint32_t hash_of(const struct orl_dnode *parent, const char *name)
{
	uint64_t hash = 14695981039346656037U ^ parent->serial;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211U;
	return (uint32_t)(hash ^ hash >> 32);
}

static void grow(void)
{
	struct orl_dnode **old = names.buckets, **from = bucket_of(0);
	struct orl_dnode **buckets = calloc(names.size * 2U, sizeof(*buckets));
	uint32_t size = names.size;

	if (!buckets)
		return;
	names.buckets = buckets;
	names.size = size * 2U;
	for (uint32_t i = 0; i < size; i++) {
		for (struct orl_dnode *node = from[i], *next; node; node = next) {
			struct orl_dnode **bucket = bucket_of(node->hash);

			next = node->same_hash;
			node->same_hash = *bucket;
			*bucket = node;
		}
	}
	free(old);
}

struct orl_dnode *orl_debugfs_find_locked(const struct orl_dnode *parent, const char *name)
{
	uint32_t hash = hash_of(parent, name);
	struct orl_dnode *node = *bucket_of(hash);

	while (node && (node->hash != hash || node->parent != parent || strcmp(node->name, name)))
		node = node->same_hash;
	return node;
}

void orl_debugfs_link_locked(struct orl_dnode *node, struct orl_dnode *parent)
{
	struct orl_dnode **bucket;

	node->parent = parent;
	node->dentry.d_parent = &parent->dentry;
	node->at = &parent->children;
	node->next = parent->children;
	if (node->next)
		node->next->at = &node->next;
	parent->children = node;
	if (names.nr++ >= names.size)
		grow();
	node->hash = hash_of(parent, node->name);
	bucket = bucket_of(node->hash);
	node->same_hash = *bucket;
	*bucket = node;
}

void orl_debugfs_hide_locked(struct orl_dnode *node)
{
	for (struct orl_dnode **p = bucket_of(node->hash); *p; p = &(*p)->same_hash) {
		if (*p == node) {
			*p = node->same_hash;
			names.nr--;
			break;
		}
	}
}

void orl_debugfs_unlink_locked(struct orl_dnode *node)
{
	orl_debugfs_hide_locked(node);
	*node->at = node->next;
	if (node->next)
		node->next->at = node->at;
	node->next = NULL;
}

struct orl_dnode *orl_debugfs_next(const struct orl_dnode *node, const struct orl_dnode *top)
{
	if (node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}
