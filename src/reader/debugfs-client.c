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
#include "reader/debugfs-client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/debugfs-wire.h"
#include "reader/procs.h"

#define MS 1000000ULL
#define CANCEL_MS 100U			/* what a cancelled function has to come to its end */
#define CONNECT_MS 10U			/* between two attempts, while too many wait there */

enum state { QUEUED, ASKED, DONE };

struct operation {
	struct operation *next;
	const void *who;
	enum state state;
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
	struct operation *first;	/* oldest first */
	struct operation *asked;	/* whose answer is owed; NULL: nobody's, or a WAIT's */
	bool is_owed, is_wait, is_ending;	/* ending: the WAIT was cancelled */
	bool is_dead;
	bool is_stuck;			/* the socket took no more */
	unsigned int watched, told;
	char error[256];
};

static uint64_t now_ns(void)
{
	return orl_clock_ticks(ORL_CLOCK_MONOTONIC);
}

__attribute__((format(printf, 2, 3))) static void say(struct orl_dfs_client *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->error, sizeof(c->error), fmt, args);
	va_end(args);
}

static void finish(struct operation *op, int64_t result)
{
	op->state = DONE;
	op->result = result;
}

/* Nothing more will come: all fail. */
static void die(struct orl_dfs_client *c, int rc)
{
	c->is_dead = true;
	c->is_owed = c->is_wait = false;
	c->asked = NULL;
	orl_dfs_wire_hang_up(&c->wire);
	for (struct operation *op = c->first; op; op = op->next)
		if (op->state != DONE)
			finish(op, rc);
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

static void drop(struct orl_dfs_client *c, struct operation *op)
{
	struct operation **at = &c->first;

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

/* ---- answers ---- */

/* May the program answer this? */
static bool is_sound(const struct operation *op, const struct orl_dfs_answer *a)
{
	bool is_read = op->request.op == ORL_DFS_READ;
	int64_t most = is_read || op->request.op == ORL_DFS_WRITE ? op->request.len : 0;

	if (a->result < -4095 || a->result > most)
		return false;
	return a->len == (is_read && a->result > 0 ? (uint32_t)a->result : 0);
}

static int deliver(struct orl_dfs_client *c, struct operation *op, const struct orl_dfs_answer *a,
		   const char *data)
{
	if (!is_sound(op, a))
		return -EBADMSG;
	if (a->len) {
		op->data = malloc(a->len);
		if (!op->data) {
			finish(op, -ENOMEM);
			return 0;
		}
		memcpy(op->data, data, a->len);
	}
	c->error[0] = '\0';
	op->events = a->events;
	finish(op, a->result);
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
	struct operation *op = c->asked;
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

static struct operation *next_queued(const struct orl_dfs_client *c)
{
	struct operation *op = c->first;

	while (op && op->state != QUEUED)
		op = op->next;
	return op;
}

static int send_op(struct orl_dfs_client *c, struct operation *op)
{
	int rc = orl_dfs_wire_send(&c->wire, &op->request, op->data);

	if (rc <= 0)
		return rc;
	free(op->data);
	op->data = NULL;
	op->state = ASKED;
	c->asked = op;
	c->is_owed = true;
	return 1;
}

static int send_plain(struct orl_dfs_client *c, uint16_t what, unsigned int events)
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
	struct operation *op = next_queued(c);
	int rc;

	if (op) {
		rc = send_op(c, op);
		c->is_stuck = !rc;
		return rc;
	}
	if (!c->watched || c->told)
		return 0;
	rc = send_plain(c, ORL_DFS_WAIT, c->watched);
	if (rc > 0)
		c->is_owed = c->is_wait = true;
	return rc;
}

static int end_wait(struct orl_dfs_client *c)
{
	int rc;

	if (!c->is_wait || c->is_ending || !next_queued(c))
		return 0;
	rc = send_plain(c, ORL_DFS_CANCEL, 0);
	c->is_ending = rc > 0;
	return rc < 0 ? rc : 0;
}

static void end_late(struct orl_dfs_client *c, struct operation *op)
{
	struct timespec now;
	struct tm tm = { 0 };
	char since[16] = "";

	if (op->is_cancelled) {
		finish(op, -EINTR);
	} else {
		clock_gettime(CLOCK_REALTIME, &now);
		now.tv_sec -= (time_t)((now_ns() - op->since_ns) / (1000 * MS));
		localtime_r(&now.tv_sec, &tm);
		strftime(since, sizeof(since), "%H:%M:%S", &tm);
		say(c, "process %d was asked %u seconds ago, at %s, and has not answered: a function of "
		       "its files still runs, or it is stopped",
		    c->entry.owner.pid, ORL_DFS_TIMEOUT_MS / 1000, since);
		finish(op, -ETIMEDOUT);
	}
	if (c->asked == op)
		c->asked = NULL;
}

/* As far as it goes without waiting. */
static void advance(struct orl_dfs_client *c)
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
	now = now_ns();
	for (struct operation *op = c->first; op; op = op->next)
		if (op->state != DONE && now >= op->until_ns)
			end_late(c, op);
}

/* ---- what callers see ---- */

static struct operation *find(struct orl_dfs_client *c, const void *who, uint16_t what)
{
	struct operation *op = c->first;

	while (op && (op->who != who || op->request.op != what))
		op = op->next;
	return op;
}

static struct operation *begin(struct orl_dfs_client *c, const void *who, uint16_t what)
{
	struct operation *op = calloc(1, sizeof(*op)), **at = &c->first;

	if (!op)
		return NULL;
	op->who = who;
	op->request = (struct orl_dfs_request){
		.magic = ORL_DFS_REQUEST, .op = what, .node = c->entry.node,
		.serial = c->entry.serial,
	};
	op->since_ns = now_ns();
	op->until_ns = op->since_ns + ORL_DFS_TIMEOUT_MS * MS;
	while (*at)
		at = &(*at)->next;
	*at = op;
	if (c->is_dead)
		finish(op, -EIO);
	return op;
}

/* The result, -EINPROGRESS if there is none yet. The operation goes with it. */
static int64_t go_on(struct orl_dfs_client *c, struct operation *op, void *buf, uint32_t *events)
{
	int64_t result;

	advance(c);
	if (op->state != DONE)
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
	struct operation *op = find(c, who, ORL_DFS_OPEN);
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
	struct operation *op = find(c, who, ORL_DFS_READ);

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
	struct operation *op = find(c, who, ORL_DFS_WRITE);

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
	struct operation *op = find(c, who, ORL_DFS_POLL);
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
	advance(c);
	told = c->is_dead ? POLLERR | POLLHUP : c->told;
	if (told || !events)
		c->told = c->watched = 0;
	return told;
}

void orl_dfs_client_cancel(struct orl_dfs_client *c, const void *who)
{
	for (struct operation *op = c->first; op; op = op->next) {
		if (op->who != who || op->state == DONE || op->is_cancelled)
			continue;
		op->is_cancelled = true;
		op->until_ns = now_ns();
		if (op->state == ASKED && !c->is_dead && send_plain(c, ORL_DFS_CANCEL, 0) > 0)
			op->until_ns += CANCEL_MS * MS;
	}
}

int orl_dfs_client_wait(const struct orl_dfs_client *c, short *events, uint64_t *until_ns)
{
	*until_ns = UINT64_MAX;
	*events = (short)((c->is_owed ? POLLIN : 0) | (c->is_stuck ? POLLOUT : 0));
	for (const struct operation *op = c->first; op; op = op->next) {
		if (op->state == DONE)
			*until_ns = 0;
		else if (op->until_ns < *until_ns)
			*until_ns = op->until_ns;
	}
	if (!c->is_dead && !c->wire.is_connected && (c->first || c->watched)) {
		uint64_t again = now_ns() + CONNECT_MS * MS;

		*until_ns = again < *until_ns ? again : *until_ns;
	}
	return c->is_dead || !c->wire.is_connected || !*events ? -1 : c->wire.fd;
}

const char *orl_dfs_client_error(const struct orl_dfs_client *c)
{
	return c->error;
}
