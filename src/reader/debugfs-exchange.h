/* SPDX-License-Identifier: MIT */
/*
 * The operations of a file that is open at the program, and what goes to and fro for them. Their
 * callers' side is debugfs-client.c.
 */
#ifndef ORL_READER_DEBUGFS_EXCHANGE_H
#define ORL_READER_DEBUGFS_EXCHANGE_H

#include "reader/debugfs-client.h"
#include "reader/debugfs-wire.h"

#define MS 1000000ULL
#define CANCEL_MS 100U			/* what a cancelled function has to come to its end */
#define CONNECT_MS 10U			/* between two attempts, while too many wait there */

enum orl_dfs_op_state { ORL_DFS_OP_QUEUED, ORL_DFS_OP_ASKED, ORL_DFS_OP_DONE };

struct orl_dfs_op {
	struct orl_dfs_op *next;
	const void *who;
	enum orl_dfs_op_state state;
	bool is_cancelled, is_asleep;
	struct orl_dfs_request request;
	char *data;			/* WRITE: to send; READ: what came */
	uint64_t since_ns, until_ns;
	int64_t result;
	uint32_t events;
};

struct orl_dfs_client {
	struct orl_dfs_wire wire;
	struct orl_dfs_entry entry;
	int flags;
	struct orl_dfs_op *first;	/* oldest first */
	struct orl_dfs_op *asked;	/* whose answer is owed; NULL: nobody's, or a WAIT's */
	bool is_owed, is_wait, is_ending;	/* ending: the WAIT was cancelled */
	bool is_dead;
	bool is_stuck;			/* the socket took no more */
	unsigned int watched, told;
	char error[256];
};

static inline uint64_t orl_dfs_now_ns(void)
{
	return orl_clock_ticks(ORL_CLOCK_MONOTONIC);
}

/** orl_dfs_exchange() - send, receive and give up as far as it goes without waiting */
void orl_dfs_exchange(struct orl_dfs_client *c);

/** orl_dfs_send_plain() - a request without data: 1 sent, 0 no room, or -errno */
int orl_dfs_send_plain(struct orl_dfs_client *c, uint16_t what, unsigned int events);

/** orl_dfs_finish() - an operation has a result */
static inline void orl_dfs_finish(struct orl_dfs_op *op, int64_t result)
{
	op->state = ORL_DFS_OP_DONE;
	op->result = result;
}

#endif /* ORL_READER_DEBUGFS_EXCHANGE_H */
