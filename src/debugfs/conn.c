// SPDX-License-Identifier: MIT
/*
 * One connection: one open file of one peer, and what he asks (abi/debugfs.h). A peer is trusted
 * for nothing: whatever is no request, or comes at a time when none may, ends his connection, and
 * with it his open file.
 *
 *   state      a request                CANCEL                    the peer goes
 *   new        OPEN alone               ends the connection       forgotten
 *   open       carried out, answered    nothing                   release()
 *   waiting    ends the connection      WAIT's answer is -EINTR   release()
 *   busy       ends it, later           interrupts the function   the same, and release() later
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "debugfs/server.h"
#include "domain/sys.h"

#define POLL_ALWAYS ((uint32_t)(POLLERR | POLLHUP))

bool orl_dconn_begin(struct orl_dconn *conn, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int size = (int)(4 * ORL_DEBUGFS_ANSWER_MAX);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) ||
	    (peer.uid != geteuid() && peer.uid != 0))
		return false;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	memset(conn, 0, sizeof(*conn));
	orl_dfd_set(&conn->fd, fd);
	conn->used = true;
	return true;
}

/* Return: false: the file was removed, or none is open. */
static bool begin(struct orl_dconn *conn, struct orl_dworker *w)
{
	conn->told = false;
	if (!orl_debugfs_call_begin(&conn->call, &conn->open))
		return false;
	conn->busy = true;
	w->conn = conn;
	return true;
}

static void end(struct orl_dconn *conn, struct orl_dworker *w)
{
	orl_debugfs_call_end(&conn->call, &conn->open);
	conn->busy = false;
	w->conn = NULL;
}

void orl_dconn_close(struct orl_dconn *conn, struct orl_dworker *w)
{
	conn->told = true;		/* nobody is there to be told anything */
	conn->busy = true;
	w->conn = conn;
	orl_debugfs_close(&conn->call, &conn->open);
	w->conn = NULL;
	if (orl_dfd_is_ours(&conn->fd))
		shutdown(conn->fd.fd, SHUT_RDWR);	/* a child may have it too */
	orl_dfd_close(&conn->fd);
	memset(conn, 0, sizeof(*conn));
	orl_dconns_has_room();
}

static bool send_answer(const struct orl_dconn *conn, const void *answer, size_t len)
{
	return orl_dfd_is_ours(&conn->fd) &&
	       send(conn->fd.fd, answer, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
}

/* @result: of the operation; @len: bytes that stand behind the answer already */
static void answer(struct orl_dconn *conn, struct orl_dworker *w, long result, loff_t off,
		   uint32_t events, size_t len)
{
	struct orl_dfs_answer *a = &w->answer;

	if (result <= -ERESTARTSYS && result >= -516)	/* and the kernel's others of that kind */
		result = -EINTR;
	else if (result < -MAX_ERRNO)
		result = -EIO;
	*a = (struct orl_dfs_answer){
		.magic = ORL_DFS_ANSWER,
		.result = (int32_t)result,
		.off = (uint64_t)off,
		.events = events,
		.len = (uint32_t)len,
	};
	if (conn->gone || !send_answer(conn, a, sizeof(*a) + len))
		orl_dconn_close(conn, w);
}

void orl_dconn_tell(struct orl_dconn *conn)
{
	struct orl_dfs_answer a = { .magic = ORL_DFS_ANSWER, .result = ORL_DFS_SLEEPS };

	if (!conn->told)
		send_answer(conn, &a, sizeof(a));
	conn->told = true;
}

/* ---- requests ---- */

static void do_open(struct orl_dconn *conn, struct orl_dworker *w, const struct orl_dfs_request *r)
{
	uint32_t mode = 0;
	int err;

	conn->busy = true;
	conn->told = false;
	w->conn = conn;
	err = orl_debugfs_open(&conn->call, &conn->open, r->node, r->serial, r->flags, &mode);
	conn->busy = false;
	w->conn = NULL;
	conn->opened = !err;
	answer(conn, w, err, 0, mode, 0);
}

/* As it is now: whoever has the file open may have changed it. */
static void set_flags(struct orl_dopen *open, uint32_t flags)
{
	open->file.f_flags = (open->file.f_flags & ~(uint32_t)O_NONBLOCK) | (flags & O_NONBLOCK);
}

static void do_read(struct orl_dconn *conn, struct orl_dworker *w, const struct orl_dfs_request *r)
{
	size_t len = r->len < ORL_DFS_DATA_MAX ? r->len : ORL_DFS_DATA_MAX;
	char *data = w->answer_bytes + sizeof(w->answer);
	loff_t pos = (loff_t)r->off;
	long n = -EIO;

	if (begin(conn, w)) {
		memset(data, 0, len);	/* another file's may stand there */
		set_flags(conn->call.open, r->flags);
		n = orl_debugfs_read(conn->call.open, data, len, &pos);
		end(conn, w);
	}
	answer(conn, w, n, pos, 0, n > 0 ? (size_t)n : 0);
}

static void do_write(struct orl_dconn *conn, struct orl_dworker *w,
		     const struct orl_dfs_request *r)
{
	loff_t pos = (loff_t)r->off;
	long n = -EIO;

	if (begin(conn, w)) {
		set_flags(conn->call.open, r->flags);
		n = orl_debugfs_write(conn->call.open, w->request_bytes + sizeof(*r), r->len, &pos);
		end(conn, w);
	}
	answer(conn, w, n, pos, 0, 0);
}

static void do_llseek(struct orl_dconn *conn, struct orl_dworker *w,
		      const struct orl_dfs_request *r)
{
	loff_t pos = -EIO;

	if (begin(conn, w)) {
		pos = orl_debugfs_llseek(conn->call.open, (loff_t)r->off, (int)r->flags);
		end(conn, w);
	}
	answer(conn, w, pos < 0 ? (long)pos : 0, pos < 0 ? 0 : pos, 0, 0);
}

static uint32_t poll_file(struct orl_dconn *conn, struct orl_dworker *w, uint32_t wanted, bool wait)
{
	uint32_t events = POLLHUP;	/* removed */

	if (begin(conn, w)) {
		events = orl_debugfs_poll(conn->call.open, wanted, wait);
		end(conn, w);
	}
	return events & (wanted | POLL_ALWAYS);
}

void orl_dconn_wakeup(struct orl_dconn *conn, struct orl_dworker *w)
{
	uint32_t events;

	if (!conn->waiting)
		return;
	events = poll_file(conn, w, conn->wanted, true);
	if (!events && !conn->gone)
		return;
	conn->waiting = false;
	answer(conn, w, 0, 0, events, 0);
}

static void carry_out(struct orl_dconn *conn, struct orl_dworker *w,
		      const struct orl_dfs_request *r)
{
	switch (r->op) {
	case ORL_DFS_READ:
		do_read(conn, w, r);
		break;
	case ORL_DFS_WRITE:
		do_write(conn, w, r);
		break;
	case ORL_DFS_LSEEK:
		do_llseek(conn, w, r);
		break;
	case ORL_DFS_POLL:
		answer(conn, w, 0, 0, poll_file(conn, w, r->flags, false), 0);
		break;
	case ORL_DFS_WAIT:
		conn->waiting = true;
		conn->wanted = r->flags;
		orl_dconn_wakeup(conn, w);
		break;
	case ORL_DFS_CANCEL:		/* came too late */
		break;
	default:
		orl_dconn_close(conn, w);
	}
}

static bool is_request(const struct orl_dfs_request *r, ssize_t len)
{
	size_t data = r->op == ORL_DFS_WRITE ? r->len : 0;

	return len >= (ssize_t)sizeof(*r) && r->magic == ORL_DFS_REQUEST &&
	       data <= ORL_DFS_DATA_MAX && (size_t)len == sizeof(*r) + data;
}

/* While its function sleeps, in another thread, that alone may be ended. */
static void disturb(struct orl_dconn *conn, bool is_cancel)
{
	if (!is_cancel)
		conn->gone = true;
	orl_debugfs_lock();
	orl_debugfs_interrupt_locked(&conn->call);
	orl_debugfs_unlock();
}

void orl_dconn_input(struct orl_dconn *conn, struct orl_dworker *w)
{
	const struct orl_dfs_request *r = &w->request;
	bool good;
	ssize_t n;

	if (!orl_dfd_is_ours(&conn->fd)) {
		n = 0;
	} else {
		n = recv(conn->fd.fd, w->request_bytes, sizeof(w->request_bytes),
			 MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
	}
	good = n > 0 && is_request(r, n);
	if (conn->busy) {
		disturb(conn, good && r->op == ORL_DFS_CANCEL);
	} else if (conn->waiting && good && r->op == ORL_DFS_CANCEL) {
		conn->waiting = false;
		answer(conn, w, -EINTR, 0, 0, 0);
	} else if (!good || conn->waiting || (r->op == ORL_DFS_OPEN) == conn->opened) {
		orl_dconn_close(conn, w);
	} else if (r->op == ORL_DFS_OPEN) {
		do_open(conn, w, r);
	} else {
		carry_out(conn, w, r);
	}
}
