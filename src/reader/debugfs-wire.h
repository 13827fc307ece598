/* SPDX-License-Identifier: MIT */
/*
 * The connection to a program's "socket.SLOT": whole messages, never waiting.
 */
#ifndef ORL_READER_DEBUGFS_WIRE_H
#define ORL_READER_DEBUGFS_WIRE_H

#include "reader/debugfs.h"

struct orl_dfs_wire {
	int fd, dirfd;
	struct orl_dfs_owner owner;
	bool is_connected;
	bool is_asleep;			/* the server said ORL_DFS_SLEEPS of this request */
	char *buf;			/* of one answer */
	char error[160];		/* what broke it, in words */
};

/** orl_dfs_wire_init() - 0 or -ENOMEM; @dir: of the domain */
int orl_dfs_wire_init(struct orl_dfs_wire *w, const char *dir, const struct orl_dfs_owner *owner);
void orl_dfs_wire_fini(struct orl_dfs_wire *w);

/** orl_dfs_wire_connect() - 1: connected, to the right process; 0: too many wait there, try again;
 * -EIO, -EPERM with text, or what socket(2) returns */
int orl_dfs_wire_connect(struct orl_dfs_wire *w);

/** orl_dfs_wire_send() - 1: sent, 0: no room now, -EIO with text. @data: request->len bytes of a
 * WRITE */
int orl_dfs_wire_send(struct orl_dfs_wire *w, const struct orl_dfs_request *request,
		      const char *data);

/** orl_dfs_wire_receive() - 1: an answer and the a->len bytes behind it, which stay until the next
 * one; 0: none yet; -EIO with text; -EBADMSG: no answer by its looks */
int orl_dfs_wire_receive(struct orl_dfs_wire *w, struct orl_dfs_answer *a, const char **data);

/** orl_dfs_wire_hang_up() - the descriptor stays, so that its number is nobody else's */
void orl_dfs_wire_hang_up(struct orl_dfs_wire *w);

#endif /* ORL_READER_DEBUGFS_WIRE_H */
