// SPDX-License-Identifier: MIT
/*
 * All connections: who comes in, whom a thread of the service listens to, who is woken.
 *
 *   room and descriptors   poll() watches the listening socket
 *   ORL_DFS_CONNS of them  it does not, until one of them ends
 *   no descriptor          it does not, for STARVED_MS; then it is tried again. The same where the
 *                          program closed ours and there is none for others
 *
 * Whoever is not taken stays in the socket's backlog; to him the answer is late.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "debugfs/server.h"
#include "domain/sys.h"

#define STARVED_MS 100

/* Under the baton. */
static struct {
	struct orl_dconn conns[ORL_DFS_CONNS];
	bool full, starved;
} table;

void orl_dconns_forget(void)
{
	for (uint32_t i = 0; i < ORL_DFS_CONNS; i++) {
		if (table.conns[i].used)
			orl_dfd_close(&table.conns[i].fd);
		memset(&table.conns[i], 0, sizeof(table.conns[i]));
	}
	table.full = table.starved = false;
}

static struct orl_dconn *free_connection(void)
{
	for (uint32_t i = 0; i < ORL_DFS_CONNS; i++) {
		if (!table.conns[i].used)
			return &table.conns[i];
	}
	return NULL;
}

static void take_connection(void)
{
	struct orl_dfs_answer sorry = { .magic = ORL_DFS_ANSWER, .result = -EACCES };
	struct orl_dconn *conn = free_connection();
	int fd = -1;

	if (!conn)
		return;
	fd = accept4(orl_debugfs_fds.listen.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		/* EMFILE and the like: he stays there, and poll() would say so again at once */
		table.starved = errno != EAGAIN && errno != EINTR && errno != ECONNABORTED;
	} else if (!orl_dconn_begin(conn, fd)) {
		send(fd, &sorry, sizeof(sorry), MSG_DONTWAIT | MSG_NOSIGNAL);
		orl_sys_close(fd);
	}
}

void orl_dconns_has_room(void)
{
	if (table.full)
		orl_debugfs_kick();
}

static void wake_all(struct orl_dworker *w)
{
	char bytes[64];

	while (syscall(SYS_read, orl_debugfs_fds.kicked.fd, bytes, sizeof(bytes)) > 0)
		;
	for (uint32_t i = 0; i < ORL_DFS_CONNS; i++) {
		if (table.conns[i].used && !table.conns[i].busy)
			orl_dconn_wakeup(&table.conns[i], w);
	}
}

static bool is_deaf(void)
{
	return orl_debugfs_fds.listen.fd < 0 || orl_debugfs_fds.kicked.fd < 0;
}

/* Everybody who can say something. A busy one may: that its peer gives up. */
void orl_dconns_collect(struct orl_dwatch *watch)
{
	struct pollfd *fds = watch->fds;
	nfds_t n = 2;

	table.full = !free_connection();
	watch->limit_ms = table.starved || is_deaf() ? STARVED_MS : -1;
	fds[0] = (struct pollfd){ .fd = orl_debugfs_fds.kicked.fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = orl_debugfs_fds.listen.fd, .events = POLLIN };
	if (table.full || table.starved)
		fds[1].fd = -1;
	table.starved = false;
	for (uint32_t i = 0; i < ORL_DFS_CONNS; i++) {
		if (!table.conns[i].used || table.conns[i].gone)
			continue;
		fds[n] = (struct pollfd){ .fd = table.conns[i].fd.fd, .events = POLLIN };
		watch->conns[n++] = &table.conns[i];
	}
	watch->nr = n;
}

void orl_dconns_serve(const struct orl_dwatch *watch, struct orl_dworker *w)
{
	if (watch->fds[0].revents)
		wake_all(w);
	if (watch->fds[1].revents)
		take_connection();
	for (nfds_t i = 2; i < watch->nr; i++) {
		struct orl_dconn *conn = watch->conns[i];

		if (watch->fds[i].revents && conn->used && conn->fd.fd == watch->fds[i].fd)
			orl_dconn_input(conn, w);
	}
}
