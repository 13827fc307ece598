/* SPDX-License-Identifier: MIT */
/*
 * A domain in which this very process has the first slot, and nodes in "debugfs.0" that are written
 * by hand.
 */
#ifndef TEST_DEBUGFS_READER_PLACE_H
#define TEST_DEBUGFS_READER_PLACE_H

#include <sys/auxv.h>

#include "../tree/place.h"
#include "reader/debugfs.h"

static struct orl_session session;
static struct orl_dfs_node *nodes;	/* the whole file, mapped */
static struct orl_dfs *header;
static uint32_t last;			/* node that was made */

static inline void attach_us(void)
{
	struct orl_domain d;
	struct orl_proc *slot;

	assert_int_equal(orl_domain_open(&d, dir, 0), 0);
	slot = orl_ctl_procs(d.ctl);
	slot->image = orl_image_number((const void *)getauxval(AT_RANDOM));
	__atomic_store_n(&slot->pid, (uint32_t)getpid(), __ATOMIC_RELEASE);
	orl_domain_close(&d);
}

static inline int make_nodes(void **state)
{
	size_t len;
	char path[128];
	int fd, err;

	if (make_place(state) || orl_session_open(&session, dir, 0))
		return -1;
	attach_us();
	snprintf(path, sizeof(path), "%s/debugfs.0", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)ORL_DFS_SIZE))
		return -1;
	close(fd);
	nodes = orl_domain_map(&session.domain, "debugfs.0", true, &len, &err);
	if (!nodes)
		return -1;
	header = (struct orl_dfs *)(void *)nodes;
	*header = (struct orl_dfs){
		.magic = ORL_DFS_MAGIC,
		.version = ORL_DFS_VERSION,
		.pid = (uint32_t)getpid(),
		.image = orl_image_number((const void *)getauxval(AT_RANDOM)),
		.nr = 2,
		.ready = ORL_DFS_PIECE,
		.uid = geteuid(),
		.gid = getegid(),
	};
	last = ORL_DFS_ROOT;
	return 0;
}

static inline int remove_nodes(void **state)
{
	orl_session_close(&session);
	return remove_place(state);
}

/* The next node; its index. */
static inline uint32_t add(const char *name, uint32_t kind, uint32_t parent, uint32_t mode,
			   const void *address)
{
	struct orl_dfs_node *n = &nodes[++last];

	n->seq = 2;
	n->kind = kind;
	n->serial = 100 + last;
	n->parent = parent;
	n->mode = mode;
	n->addr = (uint64_t)(uintptr_t)address;
	strcpy(n->name, name);
	header->nr = last + 1;
	header->gen++;
	return last;
}

#endif
