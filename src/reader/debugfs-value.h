/* SPDX-License-Identifier: MIT */
/*
 * Plain values of a program's debugfs, read and written in its memory from outside.
 *
 * The memory is the process's as long as it runs the program image that published the node: each
 * read takes the image's random bytes (AT_RANDOM) along and looks whether they are still the ones
 * that the image's number was made of, so no other program's memory is taken for it after an exec,
 * or when the process's number was given to another.
 */
#ifndef ORL_READER_DEBUGFS_VALUE_H
#define ORL_READER_DEBUGFS_VALUE_H

#include <sys/types.h>

#include "reader/debugfs.h"

#define ORL_DFS_STR_MAX (1U << 20)	/* bytes of a str that are shown */
#define ORL_DFS_ARRAY_MAX (1U << 22)	/* elements of an array that is shown */

/* The memory of a process. */
struct orl_dfs_memory {
	int32_t tid;			/* a thread that has it */
	uint64_t random;		/* address of AT_RANDOM's bytes */
	uint64_t image;
};

/**
 * orl_dfs_memory_init() - find a process's memory
 *
 * Return: 0; -EPERM: the kernel does not let us (Yama, a process that is not dumpable, another
 * user); -ESRCH: the process has ended; -EIO: another program runs there now.
 */
int orl_dfs_memory_init(struct orl_dfs_memory *m, const struct orl_dfs_owner *owner);

/**
 * orl_dfs_value_text() - what a file of this value shows, but a blob
 * @text: receives it, free() it; at most ORL_DFS_STR_MAX or the text of ORL_DFS_ARRAY_MAX elements
 *
 * A number is read in one piece, however often it changes.
 * Return: 0; as orl_dfs_memory_init(); -EFAULT: there is no memory where the value is said to be;
 * -EFBIG: a larger array; -EINVAL: no such kind; -ENOMEM.
 */
int orl_dfs_value_text(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, char **text,
		       size_t *len);

/**
 * orl_dfs_value_store() - write a number or bool, as orl_value_parse() reads it
 * @fd: of orl_dfs_view_reopen(): a node that is being removed is not written to any more, and one
 *      that is being written to is not removed (abi/debugfs.h)
 *
 * Return: 0; as orl_dfs_value_text(); -EINVAL, -ERANGE: no number; -EIO: it was removed.
 */
int orl_dfs_value_store(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, int fd,
			const char *text, size_t len);

/** orl_dfs_blob_read() - bytes of a blob from @off on; 0 at its end; or as orl_dfs_value_text() */
ssize_t orl_dfs_blob_read(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, void *buf,
			  size_t size, uint64_t off);

/** orl_dfs_blob_write() - into a blob, which keeps its length; bytes taken, 0 at its end */
ssize_t orl_dfs_blob_write(const struct orl_dfs_memory *m, const struct orl_dfs_entry *e, int fd,
			   const void *buf, size_t size, uint64_t off);

#endif /* ORL_READER_DEBUGFS_VALUE_H */
