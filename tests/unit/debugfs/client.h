/* SPDX-License-Identifier: MIT */
/*
 * A reader of a process's debugfs, as small as can be: the nodes by pread(), the socket by plain
 * requests. It knows nothing of the library, and nothing of the tools that read for people.
 */
#ifndef TEST_DEBUGFS_CLIENT_H
#define TEST_DEBUGFS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/debugfs.h"

#define NO_ANSWER (-1000)		/* the connection ended */

/** place_begin() - a domain of this process's own; first of all: starts the program again */
void place_begin(char **argv);
void place_end(void);
const char *place_dir(void);
/** place_slot() - the slot of process @pid, by the files that are there; -1: none has one */
int place_slot(uint32_t pid);

/** node_find() - the node that a path names in the file of a slot; false: none */
bool node_find(int slot, const char *path, struct orl_dfs_node *node, uint32_t *index);
/** node_count() - nodes that are not free */
uint32_t node_count(int slot);
bool header_read(int slot, struct orl_dfs *header);

/** dial() - a connection to a slot's socket, or -errno */
int dial(int slot);
void ask(int fd, uint16_t op, const struct orl_dfs_request *rest, const void *data);
/** answer_get() - the next answer; its result, or NO_ANSWER. @data: ORL_DFS_DATA_MAX bytes */
int answer_get(int fd, struct orl_dfs_answer *a, void *data);

/* One operation and its answer. What was done behind sleeps that were told of is the result. */
int file_open(int slot, const char *path, int flags, int *result);
int file_read(int fd, uint64_t off, char *buf, size_t len);
int file_write(int fd, uint64_t off, const char *buf, size_t len);
int64_t file_seek(int fd, int64_t off, int whence);
int file_poll(int fd, uint32_t wanted, uint32_t *events);

/** cat() - the whole file as text, or the first error; in a static buffer */
const char *cat(int slot, const char *path, int *err);
/** put() - write a text: bytes taken or -errno */
int put(int slot, const char *path, const char *text);

#endif
