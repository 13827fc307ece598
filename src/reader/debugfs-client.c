// SPDX-License-Identifier: MIT
/*
 * The callers' side of the operations on a file that is open at the program: beginning one, asking
 * for its result again and again, giving it up. What goes to and fro is in debugfs-exchange.c.
 */
#include "reader/debugfs-client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "reader/debugfs-exchange.h"

int orl_dfs_client_create(struct orl_dfs_client **out, const char *dir,
			  const struct orl_dfs_entry *e, int flags)
{
	struct orl_dfs_client *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	if (orl_dfs_wire_init(&c->wire, dir, &e->owner)) {
		free(c);
		return -ENOMEM;
	}
	c->entry = *e;
	c->flags = flags;
	*out = c;
	return 0;
}

static void drop(struct orl_dfs_client *c, struct orl_dfs_op *op)
{
	struct orl_dfs_op **at = &c->first;

	while (*at != op)
		at = &(*at)->next;
	*at = op->next;
	if (c->asked == op)
		c->asked = NULL;
	free(op->data);
	free(op);
}

void orl_dfs_client_destroy(struct orl_dfs_client *c)
{
	if (!c)
		return;
	while (c->first)
		drop(c, c->first);
	orl_dfs_wire_fini(&c->wire);
	free(c);
}

static struct orl_dfs_op *find(struct orl_dfs_client *c, const void *who, uint16_t what)
{
	struct orl_dfs_op *op = c->first;

	while (op && (op->who != who || op->request.op != what))
		op = op->next;
	return op;
}

static struct orl_dfs_op *begin(struct orl_dfs_client *c, const void *who, uint16_t what)
{
	struct orl_dfs_op *op = calloc(1, sizeof(*op)), **at = &c->first;

	if (!op)
		return NULL;
	op->who = who;
	op->request = (struct orl_dfs_request){
		.magic = ORL_DFS_REQUEST, .op = what, .node = c->entry.node,
		.serial = c->entry.serial,
	};
	op->since_ns = orl_dfs_now_ns();
	op->until_ns = op->since_ns + ORL_DFS_TIMEOUT_MS * MS;
	while (*at)
		at = &(*at)->next;
	*at = op;
	if (c->is_dead)
		orl_dfs_finish(op, -EIO);
	return op;
}

/* The result, -EINPROGRESS if there is none yet. The operation goes with it. */
static int64_t go_on(struct orl_dfs_client *c, struct orl_dfs_op *op, void *buf, uint32_t *events)
{
	int64_t result;

	orl_dfs_exchange(c);
	if (op->state != ORL_DFS_OP_DONE)
		return -EINPROGRESS;
	result = op->result;
	if (result > 0 && buf)
		memcpy(buf, op->data, (size_t)result);
	if (events)
		*events = op->events;
	drop(c, op);
	/* nobody but us says this */
	return result == -EINPROGRESS ? -EIO : result;
}

int orl_dfs_client_open(struct orl_dfs_client *c, const void *who)
{
	struct orl_dfs_op *op = find(c, who, ORL_DFS_OPEN);
	uint32_t mode = 0;
	int64_t rc;

	if (!op) {
		op = begin(c, who, ORL_DFS_OPEN);
		if (!op)
			return -ENOMEM;
		op->request.flags = (uint32_t)c->flags;
	}
	rc = go_on(c, op, NULL, &mode);
	return rc < 0 ? (int)rc : (int)(mode & 7);
}

ssize_t orl_dfs_client_read(struct orl_dfs_client *c, const void *who, int flags, void *buf,
			    size_t size, uint64_t off)
{
	struct orl_dfs_op *op = find(c, who, ORL_DFS_READ);

	if (!op) {
		op = begin(c, who, ORL_DFS_READ);
		if (!op)
			return -ENOMEM;
		op->request.flags = (uint32_t)flags & O_NONBLOCK;
		op->request.off = off;
		op->request.len = size < ORL_DFS_DATA_MAX ? (uint32_t)size : ORL_DFS_DATA_MAX;
	}
	/* the answer is no longer than what was asked for, by whoever asked first */
	if (size < op->request.len)
		return -EINVAL;
	return (ssize_t)go_on(c, op, buf, NULL);
}

ssize_t orl_dfs_client_write(struct orl_dfs_client *c, const void *who, int flags, const void *buf,
			     size_t size, uint64_t off)
{
	struct orl_dfs_op *op = find(c, who, ORL_DFS_WRITE);

	if (!op) {
		op = begin(c, who, ORL_DFS_WRITE);
		if (!op)
			return -ENOMEM;
		op->request.flags = (uint32_t)flags & O_NONBLOCK;
		op->request.off = off;
		op->request.len = size < ORL_DFS_DATA_MAX ? (uint32_t)size : ORL_DFS_DATA_MAX;
		op->data = malloc(op->request.len + 1);
		if (!op->data) {
			drop(c, op);
			return -ENOMEM;
		}
		memcpy(op->data, buf, op->request.len);
	}
	return (ssize_t)go_on(c, op, NULL, NULL);
}

int orl_dfs_client_poll(struct orl_dfs_client *c, const void *who)
{
	struct orl_dfs_op *op = find(c, who, ORL_DFS_POLL);
	uint32_t events = 0;
	int64_t rc;

	if (!op) {
		op = begin(c, who, ORL_DFS_POLL);
		if (!op)
			return -ENOMEM;
		op->request.flags = POLLIN | POLLOUT | POLLPRI | POLLERR | POLLHUP | POLLRDNORM |
				    POLLWRNORM;
	}
	rc = go_on(c, op, NULL, &events);
	return rc < 0 ? (int)rc : (int)(events & 0xffff);
}

unsigned int orl_dfs_client_watch(struct orl_dfs_client *c, unsigned int events)
{
	unsigned int told;

	if (events != c->watched && !c->told)
		c->watched = events;
	if (c->is_dead)
		return POLLERR | POLLHUP;
	orl_dfs_exchange(c);
	told = c->is_dead ? POLLERR | POLLHUP : c->told;
	if (told || !events)
		c->told = c->watched = 0;
	return told;
}

void orl_dfs_client_cancel(struct orl_dfs_client *c, const void *who)
{
	for (struct orl_dfs_op *op = c->first; op; op = op->next) {
		if (op->who != who || op->state == ORL_DFS_OP_DONE || op->is_cancelled)
			continue;
		op->is_cancelled = true;
		op->until_ns = orl_dfs_now_ns();
		if (op->state == ORL_DFS_OP_ASKED && !c->is_dead &&
		    orl_dfs_send_plain(c, ORL_DFS_CANCEL, 0) > 0)
			op->until_ns += CANCEL_MS * MS;
	}
}

int orl_dfs_client_wait(const struct orl_dfs_client *c, short *events, uint64_t *until_ns)
{
	*until_ns = UINT64_MAX;
	*events = (short)((c->is_owed ? POLLIN : 0) | (c->is_stuck ? POLLOUT : 0));
	for (const struct orl_dfs_op *op = c->first; op; op = op->next) {
		if (op->state == ORL_DFS_OP_DONE)
			*until_ns = 0;
		else if (op->until_ns < *until_ns)
			*until_ns = op->until_ns;
	}
	if (!c->is_dead && !c->wire.is_connected && (c->first || c->watched)) {
		uint64_t again = orl_dfs_now_ns() + CONNECT_MS * MS;

		*until_ns = again < *until_ns ? again : *until_ns;
	}
	return c->is_dead || !c->wire.is_connected || !*events ? -1 : c->wire.fd;
}

const char *orl_dfs_client_error(const struct orl_dfs_client *c)
{
	return c->error;
}
