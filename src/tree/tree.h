/* SPDX-License-Identifier: MIT */
/*
 * The files that a domain shows: path -> list, read, write, poll, mkdir, rmdir.
 *
 *   tracing/         as the kernel's tracefs
 *   dynamic_debug/   as in the kernel's debugfs
 *   processes/       one folder per process of the domain
 *   by-name/         a link to the newest process of each name
 *
 * The doors (command, mount, HTTP) hand requests over and know nothing about what a file means.
 * Everything is worked out from shared memory; no call ever waits for a traced process.
 *
 * Paths are relative to the tree's root, without a leading '/': "tracing/events/db/enable"; "" is
 * the root. No call blocks: a read that would have to wait returns -EAGAIN, and the door asks again
 * (orl_file_poll() says when it is worth it).
 *
 * What a program's own functions answer takes as long as they take (orl_file_is_remote()). Opening,
 * reading, writing and polling such a file returns -EINPROGRESS until the answer is there, or
 * orl_file_cancel() was called, or the program's time is over (-ETIMEDOUT); the door sleeps as
 * orl_file_wait() says and calls the same function again. @who tells operations from each other:
 * any address that is the operation's own meanwhile.
 *
 * Threads: all functions may be called by any thread at any time; calls on one orl_file are
 * serialised inside.
 */
#ifndef ORL_TREE_TREE_H
#define ORL_TREE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct orl_tree;
struct orl_file;

/* The process on whose behalf a file is used: of trace_marker's records, of pids in messages. */
struct orl_caller {
	int32_t tid;			/* 0: this thread */
	uid_t uid;
	gid_t gid;
};

struct orl_node_stat {
	mode_t mode;			/* S_IFDIR, S_IFREG or S_IFLNK, and permissions */
	uint64_t ino;			/* the same for the same path as long as it exists */
	uint64_t size; /* 0 but for trace_pipe_raw and snapshot_raw: ORL_TREE_STREAM */
	uint32_t nlink;
	uint64_t mtime_ns;
	bool is_stable; /* a door may remember that the path is there, and its mode */
	bool is_volatile; /* a door must ask each time */
	bool has_owner;	/* uid, gid hold; else they are the domain's */
	uid_t uid;
	gid_t gid;
};

/* Reported as the size of files whose pages splice(2) takes through the page cache. */
#define ORL_TREE_STREAM (1ULL << 40)

#define ORL_TREE_CREATE 1U		/* make the domain where it is missing */
#define ORL_TREE_READONLY 2U

/**
 * orl_tree_open() - show a domain
 * @domain: as of ORIEL_DOMAIN, NULL: take the environment
 * @error:  receives one line with the cause and the remedy when it fails
 * Return: 0 or -errno of orl_session_open().
 */
int orl_tree_open(struct orl_tree **out, const char *domain, unsigned int flags, char *error,
		  size_t error_size);
void orl_tree_close(struct orl_tree *t);

/** orl_tree_domain() - the domain's directory */
const char *orl_tree_domain(const struct orl_tree *t);

/** orl_tree_stat() - 0, -ENOENT, -ENOTDIR */
int orl_tree_stat(struct orl_tree *t, const char *path, struct orl_node_stat *st);

/** orl_tree_list() - call @fn for each name of a folder, "." and ".." not among them; stops when it
 * returns false. 0, -ENOENT, -ENOTDIR, -ENOMEM. */
int orl_tree_list(struct orl_tree *t, const char *path,
		  bool (*fn)(const char *name, const struct orl_node_stat *st, void *arg),
		  void *arg);

/** orl_tree_stat_target() - the same, of what a link leads to; -ELOOP too */
int orl_tree_stat_target(struct orl_tree *t, const char *path, struct orl_node_stat *st);

/** orl_tree_readlink() - 0, -ENOENT, -EINVAL: it is no link. Cut at @size with its NUL. */
int orl_tree_readlink(struct orl_tree *t, const char *path, char *buf, size_t size);

/** orl_tree_mkdir(), orl_tree_rmdir() - instances/NAME; elsewhere -EPERM as in tracefs */
int orl_tree_mkdir(struct orl_tree *t, const char *path);
int orl_tree_rmdir(struct orl_tree *t, const char *path);

/**
 * orl_tree_truncate() - what truncate(2) to 0, or a SETATTR of size 0, does: the meaning that
 * opening with O_TRUNC has
 */
int orl_tree_truncate(struct orl_tree *t, const char *path, const struct orl_caller *caller);

/**
 * orl_tree_open_file() - open a file; of one that is remote, orl_file_opened() says how it went
 * @flags: O_RDONLY, O_WRONLY or O_RDWR, with O_TRUNC, O_APPEND, O_NONBLOCK. O_TRUNC has the meaning
 *         that tracefs gives it for this file.
 * Return: 0, -ENOENT, -EISDIR, -EACCES (the file cannot be read, or written), -EBUSY, -EROFS,
 *         -ENODEV (its instance is gone), or what the file's kind returns.
 */
int orl_tree_open_file(struct orl_tree *t, const char *path, int flags,
		       const struct orl_caller *caller, struct orl_file **out);
void orl_file_close(struct orl_file *f);

/**
 * orl_file_read() - read
 * @off: where; trace_pipe and the raw pipes take what is next whatever it is
 * Return: bytes, 0 at the end, -EAGAIN when there is nothing yet, -ENODEV, ...
 */
ssize_t orl_file_read(struct orl_file *f, void *buf, size_t size, off_t off);

/** orl_file_read_for(), orl_file_write_for() - the same as an operation of @who. From a file that
 * is remote, -EAGAIN is the program's own answer: it is not to be waited for. */
ssize_t orl_file_read_for(struct orl_file *f, const void *who, void *buf, size_t size, off_t off);
ssize_t orl_file_write_for(struct orl_file *f, const void *who, const void *buf, size_t size,
			   off_t off, const struct orl_caller *caller);

/** orl_file_is_remote() - do a program's functions, or its memory, stand behind it? */
bool orl_file_is_remote(const struct orl_file *f);

/** orl_file_opened() - 0, or why it cannot be used: then it is only to be closed; -EINPROGRESS */
int orl_file_opened(struct orl_file *f, const void *who);

/** orl_file_poll_for() - orl_file_poll() of any file, as an operation; events or -EINPROGRESS */
int orl_file_poll_for(struct orl_file *f, const void *who);

/** orl_file_watch() - which of @events hold; of a file that is remote, as far as the program has
 * told since this was first called, which then ends it; 0 none yet */
unsigned int orl_file_watch(struct orl_file *f, unsigned int events);

/** orl_file_cancel() - have an operation end soon, with what it has or with -EINTR */
void orl_file_cancel(struct orl_file *f, const void *who);

/**
 * orl_file_wait() - what the operations of a file wait for
 * @events:   POLL* on the descriptor
 * @until_ns: CLOCK_MONOTONIC, to ask again at the latest; UINT64_MAX: no limit
 * Return: the descriptor, -1: only the limit holds. Of a file that is not remote: -1, and the limit
 * is 0; it cannot be slept on.
 */
int orl_file_wait(struct orl_file *f, short *events, uint64_t *until_ns);

/** orl_file_set_nonblock() - O_NONBLOCK was set, or taken away, since the file was opened: who must
 * not wait gets what is there, however young */
void orl_file_set_nonblock(struct orl_file *f, bool on);

/** orl_file_write() - one write is one command; the whole length, or -errno */
ssize_t orl_file_write(struct orl_file *f, const void *buf, size_t size, off_t off,
		       const struct orl_caller *caller);

/** orl_file_poll() - POLLIN, POLLOUT, POLLERR, POLLHUP as they hold now */
unsigned int orl_file_poll(struct orl_file *f);

/** orl_file_is_stream() - is what is read next whatever the offset? Then there is no seeking. */
bool orl_file_is_stream(const struct orl_file *f);

/** orl_file_ioctl() - 0 on trace_pipe_raw wakes who waits on it; else -ENOTTY */
int orl_file_ioctl(struct orl_file *f, unsigned int cmd);

/** orl_file_error() - the last failure of this file in words, "" if it left none: for a person */
const char *orl_file_error(const struct orl_file *f);

#endif
