// SPDX-License-Identifier: MIT
/*
 * Operations on a file that is open at the program.
 *
 *   queued ──sent──► asked ──answer──► done: told to whoever asks next with the same @who
 *      │               │
 *      └── time is up, or cancelled: told so, and a later answer is thrown away
 *
 * The connection owes us at most one answer. While nobody has an operation, and somebody watches
 * the file, it is the answer to a WAIT, which is cancelled when an operation comes.
 */
#include "reader/debugfs-exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/procs.h"

__attribute__((format(printf, 2, 3))) static void say(struct orl_dfs_client *c, const char *fmt,
						      ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->error, sizeof(c->error), fmt, args);
	va_end(args);
}

/* Nothing more will come: all fail. */
static void die(struct orl_dfs_client *c, int rc)
{
	c->is_dead = true;
	c->is_owed = c->is_wait = false;
	c->asked = NULL;
	orl_dfs_wire_hang_up(&c->wire);
	for (struct orl_dfs_op *op = c->first; op; op = op->next)
		if (op->state != ORL_DFS_OP_DONE)
			orl_dfs_finish(op, rc);
	if (c->wire.error[0])
		say(c, "%s", c->wire.error);
}

/* What went wrong is the peer's end, if it has ended. */
static void lose(struct orl_dfs_client *c, int rc)
{
	if (rc == -EIO && !orl_process_is_alive(c->entry.owner.pid))
		snprintf(c->wire.error, sizeof(c->wire.error), "process %d has ended",
			 c->entry.owner.pid);
	die(c, rc);
}

/* ---- answers ---- */

/* May the program answer this? */
static bool is_sound(const struct orl_dfs_op *op, const struct orl_dfs_answer *a)
{
	bool is_read = op->request.op == ORL_DFS_READ;
	int64_t most = is_read || op->request.op == ORL_DFS_WRITE ? op->request.len : 0;

	if (a->result < -4095 || a->result > most)
		return false;
	return a->len == (is_read && a->result > 0 ? (uint32_t)a->result : 0);
}

static int deliver(struct orl_dfs_client *c, struct orl_dfs_op *op, const struct orl_dfs_answer *a,
		   const char *data)
{
	if (!is_sound(op, a))
		return -EBADMSG;
	if (a->len) {
		op->data = malloc(a->len);
		if (!op->data) {
			orl_dfs_finish(op, -ENOMEM);
			return 0;
		}
		memcpy(op->data, data, a->len);
	}
	c->error[0] = '\0';
	op->events = a->events;
	orl_dfs_finish(op, a->result);
	return 0;
}

static int deliver_wait(struct orl_dfs_client *c, const struct orl_dfs_answer *a)
{
	if (a->len)
		return -EBADMSG;
	if (!a->result)
		c->told |= a->events & (c->watched | POLLERR | POLLHUP);
	else if (a->result != -EINTR)
		c->told |= POLLERR;
	/* what holds is told once, and not asked for again before somebody wants it */
	if (c->told)
		c->watched = 0;
	return 0;
}

/* 1: an answer was taken, 0: there is none yet, or -errno */
static int receive(struct orl_dfs_client *c)
{
	struct orl_dfs_op *op = c->asked;
	struct orl_dfs_answer a;
	const char *data;
	int rc = orl_dfs_wire_receive(&c->wire, &a, &data);

	if (rc <= 0)
		return rc;
	if (a.result == ORL_DFS_SLEEPS) {
		/* once in a request: who says it for ever would keep us here */
		if (a.len || c->wire.is_asleep)
			return -EBADMSG;
		c->wire.is_asleep = true;
		if (op && !op->is_cancelled) {
			op->is_asleep = true;
			op->until_ns = UINT64_MAX;
		}
		return 1;
	}
	rc = c->is_wait ? deliver_wait(c, &a) : op ? deliver(c, op, &a, data) : 0;
	c->is_owed = c->is_wait = c->is_ending = c->wire.is_asleep = false;
	c->asked = NULL;
	return rc ? rc : 1;
}

/* ---- requests ---- */

static struct orl_dfs_op *next_queued(const struct orl_dfs_client *c)
{
	struct orl_dfs_op *op = c->first;

	while (op && op->state != ORL_DFS_OP_QUEUED)
		op = op->next;
	return op;
}

static int send_op(struct orl_dfs_client *c, struct orl_dfs_op *op)
{
	int rc = orl_dfs_wire_send(&c->wire, &op->request, op->data);

	if (rc <= 0)
		return rc;
	free(op->data);
	op->data = NULL;
	op->state = ORL_DFS_OP_ASKED;
	c->asked = op;
	c->is_owed = true;
	return 1;
}

int orl_dfs_send_plain(struct orl_dfs_client *c, uint16_t what, unsigned int events)
{
	struct orl_dfs_request r = {
		.magic = ORL_DFS_REQUEST, .op = what, .node = c->entry.node,
		.serial = c->entry.serial, .flags = events,
	};

	return orl_dfs_wire_send(&c->wire, &r, NULL);
}

/* 1: something was sent that will be answered, 0: nothing to send or no room, or -errno */
static int send_next(struct orl_dfs_client *c)
{
	struct orl_dfs_op *op = next_queued(c);
	int rc;

	c->is_stuck = false;
	if (op) {
		rc = send_op(c, op);
		c->is_stuck = !rc;
		return rc;
	}
	if (!c->watched || c->told)
		return 0;
	rc = orl_dfs_send_plain(c, ORL_DFS_WAIT, c->watched);
	if (rc > 0)
		c->is_owed = c->is_wait = true;
	return rc;
}

static int end_wait(struct orl_dfs_client *c)
{
	int rc;

	if (!c->is_wait || c->is_ending || !next_queued(c))
		return 0;
	rc = orl_dfs_send_plain(c, ORL_DFS_CANCEL, 0);
	c->is_ending = rc > 0;
	return rc < 0 ? rc : 0;
}

static void end_late(struct orl_dfs_client *c, struct orl_dfs_op *op)
{
	struct timespec now;
	struct tm tm = { 0 };
	char since[16] = "";

	if (op->is_cancelled) {
		orl_dfs_finish(op, -EINTR);
	} else {
		clock_gettime(CLOCK_REALTIME, &now);
		now.tv_sec -= (time_t)((orl_dfs_now_ns() - op->since_ns) / (1000 * MS));
		localtime_r(&now.tv_sec, &tm);
		strftime(since, sizeof(since), "%H:%M:%S", &tm);
		say(c,
		    "process %d was asked %u seconds ago, at %s, and has not answered: a function "
		    "of "
		    "its files still runs, or it is stopped",
		    c->entry.owner.pid, ORL_DFS_TIMEOUT_MS / 1000, since);
		orl_dfs_finish(op, -ETIMEDOUT);
	}
	if (c->asked == op)
		c->asked = NULL;
}

/* As far as it goes without waiting. */
void orl_dfs_exchange(struct orl_dfs_client *c)
{
	uint64_t now;
	int rc = 0;

	if (!c->is_dead)
		rc = orl_dfs_wire_connect(&c->wire);
	while (!c->is_dead && rc > 0) {
		if (c->is_owed)
			rc = receive(c);
		if (rc > 0 && !c->is_owed)
			rc = send_next(c);
	}
	if (!rc && !c->is_dead)
		rc = end_wait(c);
	if (rc == -EBADMSG)
		snprintf(c->wire.error, sizeof(c->wire.error),
			 "process %d gave an answer that makes no sense", c->entry.owner.pid);
	if (rc < 0 && !c->is_dead)
		lose(c, rc == -EBADMSG ? -EIO : rc);
	now = orl_dfs_now_ns();
	for (struct orl_dfs_op *op = c->first; op; op = op->next)
		if (op->state != ORL_DFS_OP_DONE && now >= op->until_ns)
			end_late(c, op);
}
