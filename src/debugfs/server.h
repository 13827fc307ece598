/* SPDX-License-Identifier: MIT */
/*
 * Between the service thread (server.c), its descriptors (socket.c) and its connections (conns.c,
 * each of them conn.c).
 * All of it under the baton.
 */
#ifndef ORL_DEBUGFS_SERVER_H
#define ORL_DEBUGFS_SERVER_H

#include "debugfs/debugfs.h"

/* A descriptor of ours. The program may close it behind our back (closefrom(3)), and its number may
 * then be another's; so what it leads to is known too. */
struct orl_dfd {
	int fd;				/* -1: none */
	dev_t dev;
	ino_t ino;
};

/* A connection: one open file. */
struct orl_dconn {
	struct orl_dfd fd;
	bool used;
	bool busy;			/* a function of its file runs, or sleeps */
	bool gone;			/* its peer has gone while it was busy */
	bool opened;
	bool waiting;			/* a WAIT is pending ... */
	uint32_t wanted;		/* ... for these */
	bool told;			/* that the function sleeps */
	struct orl_dopen *open;		/* under the lock; NULL: removed */
	struct orl_dcall call;		/* while busy */
};

#define ORL_DEBUGFS_REQUEST_MAX (sizeof(struct orl_dfs_request) + ORL_DFS_DATA_MAX)
#define ORL_DEBUGFS_ANSWER_MAX (sizeof(struct orl_dfs_answer) + ORL_DFS_DATA_MAX)

/* A thread of the service. */
struct orl_dworker {
	uint32_t pid;			/* a child that comes back from a function is not it */
	struct orl_dconn *conn;		/* that it is busy with, or NULL */
	struct orl_dworker *next;
	union {
		struct orl_dfs_request request;
		char request_bytes[ORL_DEBUGFS_REQUEST_MAX];
	};
	union {
		struct orl_dfs_answer answer;
		char answer_bytes[ORL_DEBUGFS_ANSWER_MAX];
	};
};

struct orl_debugfs_fds {
	struct orl_dfd listen, kicked, kick;	/* kick is the end of the pipe that is written to */
};
extern struct orl_debugfs_fds orl_debugfs_fds;

/** orl_debugfs_fds_open() - all of them; 0 or -errno, and then some may be open */
int orl_debugfs_fds_open(void);
void orl_debugfs_fds_close(void);
/** orl_debugfs_fds_mend() - make again what the program closed */
void orl_debugfs_fds_mend(void);

void orl_dfd_set(struct orl_dfd *d, int fd);
bool orl_dfd_is_ours(const struct orl_dfd *d);
void orl_dfd_close(struct orl_dfd *d);

/** orl_dconn_begin() - a new connection on @fd; false: its peer is none of ours */
bool orl_dconn_begin(struct orl_dconn *conn, int fd);
/** orl_dconn_input() - its peer sent something, or has gone */
void orl_dconn_input(struct orl_dconn *conn, struct orl_dworker *w);
/** orl_dconn_wakeup() - somebody was woken: look at a pending WAIT again */
void orl_dconn_wakeup(struct orl_dconn *conn, struct orl_dworker *w);
void orl_dconn_close(struct orl_dconn *conn, struct orl_dworker *w);
/** orl_dconn_tell() - the function sleeps; once for each request */
void orl_dconn_tell(struct orl_dconn *conn);

/* What a thread of the service sleeps on, and what it found. */
struct orl_dwatch {
	struct orl_dconn *conns[2 + ORL_DFS_CONNS];
	struct pollfd fds[2 + ORL_DFS_CONNS];	/* the pipe, the socket, the connections */
	nfds_t nr;
	int limit_ms;			/* of poll() */
};

/* conns.c */
void orl_dconns_collect(struct orl_dwatch *watch);
/** orl_dconns_serve() - whatever poll() found; what it found may be old */
void orl_dconns_serve(const struct orl_dwatch *watch, struct orl_dworker *w);
/** orl_dconns_has_room() - a connection has ended: who waits for one may come in */
void orl_dconns_has_room(void);
/** orl_dconns_forget() - in the child: close them all, tell nobody */
void orl_dconns_forget(void);

#endif
