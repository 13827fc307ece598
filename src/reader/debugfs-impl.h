/* SPDX-License-Identifier: MIT */
/*
 * The inside of a view: what was copied of a program's nodes.
 */
#ifndef ORL_READER_DEBUGFS_IMPL_H
#define ORL_READER_DEBUGFS_IMPL_H

#include "reader/debugfs-value.h"

struct orl_dfs_known {
	uint64_t serial, addr, size, made_ns;
	uint32_t parent, node, kind, mode, target;
	uint32_t name;			/* offset in orl_dfs_view.names */
};

struct orl_dfs_view {
	int fd;
	struct orl_dfs_owner owner;
	uint32_t gen;			/* of the header, when the nodes were copied */
	bool is_whole;			/* none of them was being written */
	uint32_t nr, cap;
	struct orl_dfs_known *known;	/* sorted by parent and name */
	char *names;
	size_t names_len, names_cap;
};

/** orl_dfs_text() - the text of a link, from its TEXT node; 0, -ENOENT or -errno of pread(2) */
int orl_dfs_text(int fd, uint32_t index, char text[ORL_DFS_LINK_MAX + 1]);

/* debugfs-memory.c */
#define RANDOM_SIZE 16U			/* bytes that tell program images apart */

/** orl_dfs_memory_read() - bytes of the image's memory; 0, -EFAULT, -EIO: another image ... */
int orl_dfs_memory_read(const struct orl_dfs_memory *m, uint64_t address, void *buf, size_t len);
/** orl_dfs_memory_value() - the same for up to 8 bytes, all of one moment */
int orl_dfs_memory_value(const struct orl_dfs_memory *m, uint64_t address, void *value,
			 size_t size);

#endif /* ORL_READER_DEBUGFS_IMPL_H */
