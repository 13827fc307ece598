/* SPDX-License-Identifier: MIT */
/*
 * A file that is open at the program: its functions are asked over "socket.SLOT" (abi/debugfs.h).
 *
 * No call waits. An operation is begun by calling its function, which says -EINPROGRESS until it is
 * over; the caller sleeps as orl_dfs_client_wait() says and calls again, with the same @who, which
 * tells operations from each other: any address that is the caller's own meanwhile. Several may be
 * under way; the program is asked for one at a time, in order.
 *
 * What a program says is believed as far as it concerns its own file, and no further.
 *
 * Errors of all operations, besides those that the program answers with:
 *   -EINPROGRESS  ask again
 *   -ETIMEDOUT    no answer within ORL_DFS_TIMEOUT_MS; a late one is thrown away, and the next
 *                 operation is asked for behind it
 *   -EINTR        it was cancelled
 *   -EIO          the program has ended, or hung up, or answered what makes no sense
 *   -EPERM        somebody else listens there
 *   -ENOMEM
 *
 * A client belongs to one thread at a time.
 */
#ifndef ORL_READER_DEBUGFS_CLIENT_H
#define ORL_READER_DEBUGFS_CLIENT_H

#include <sys/types.h>

#include "reader/debugfs.h"

struct orl_dfs_client;

/**
 * orl_dfs_client_create() - to open a file
 * @dir:   of the domain
 * @flags: O_*, as the file is opened
 * Return: 0 or -ENOMEM. Whether the program is there shows when it is asked.
 */
int orl_dfs_client_create(struct orl_dfs_client **out, const char *dir,
			  const struct orl_dfs_entry *e, int flags);

/** orl_dfs_client_destroy() - hang up, which closes the file there */
void orl_dfs_client_destroy(struct orl_dfs_client *c);

/** orl_dfs_client_open() - the first operation; ORL_DFS_MODE_* of the file */
int orl_dfs_client_open(struct orl_dfs_client *c, const void *who);

#define ORL_DFS_MODE_LSEEK 4		/* as FMODE_LSEEK: the file can be sought */

/** orl_dfs_client_read() - bytes, at most ORL_DFS_DATA_MAX; 0 at the end. @flags: O_NONBLOCK */
ssize_t orl_dfs_client_read(struct orl_dfs_client *c, const void *who, int flags, void *buf,
			    size_t size, uint64_t off);

/** orl_dfs_client_write() - bytes taken, at most ORL_DFS_DATA_MAX; @buf is copied by the first call
 */
ssize_t orl_dfs_client_write(struct orl_dfs_client *c, const void *who, int flags, const void *buf,
			     size_t size, uint64_t off);

/** orl_dfs_client_poll() - POLL* that hold now */
int orl_dfs_client_poll(struct orl_dfs_client *c, const void *who);

/**
 * orl_dfs_client_watch() - have the program tell when one of @events holds
 * Return: those that it has told since, 0 none yet; they are told once. @events 0 ends it.
 */
unsigned int orl_dfs_client_watch(struct orl_dfs_client *c, unsigned int events);

/** orl_dfs_client_cancel() - end an operation soon: it goes on with what it has, or with -EINTR */
void orl_dfs_client_cancel(struct orl_dfs_client *c, const void *who);

/**
 * orl_dfs_client_wait() - what the operations wait for
 * @events:   POLL* on the descriptor that is returned
 * @until_ns: CLOCK_MONOTONIC, to ask again at the latest; UINT64_MAX: no limit
 * Return: the descriptor, or -1: there is none, only the limit.
 */
int orl_dfs_client_wait(const struct orl_dfs_client *c, short *events, uint64_t *until_ns);

/** orl_dfs_client_error() - the last failure that was not the program's answer, in words; "" none
 */
const char *orl_dfs_client_error(const struct orl_dfs_client *c);

#endif /* ORL_READER_DEBUGFS_CLIENT_H */
