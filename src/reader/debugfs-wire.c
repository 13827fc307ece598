// SPDX-License-Identifier: MIT
/*
 * Who is at the other end is asked of the kernel (SO_PEERCRED): the process that published the
 * nodes, as this user or root. A domain's path may be longer than a socket's address can be, so the
 * name goes through the directory's descriptor.
 */
#include "reader/debugfs-wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int orl_dfs_wire_init(struct orl_dfs_wire *w, const char *dir, const struct orl_dfs_owner *owner)
{
	*w = (struct orl_dfs_wire){ .fd = -1, .owner = *owner };
	w->buf = malloc(sizeof(struct orl_dfs_answer) + ORL_DFS_DATA_MAX);
	if (!w->buf)
		return -ENOMEM;
	w->dirfd = orl_domain_open_dir(dir);
	return 0;
}

void orl_dfs_wire_fini(struct orl_dfs_wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->dirfd >= 0)
		close(w->dirfd);
	free(w->buf);
}

__attribute__((format(printf, 3, 4))) static int fail(struct orl_dfs_wire *w, int rc,
						      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(w->error, sizeof(w->error), fmt, args);
	va_end(args);
	return rc;
}

static int check_peer(struct orl_dfs_wire *w)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	uid_t me = geteuid();

	if (getsockopt(w->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) || len != sizeof(peer))
		return -errno;
	if (peer.pid != w->owner.pid)
		return fail(w, -EPERM, "process %d listens in the place of process %d",
			    (int)peer.pid, w->owner.pid);
	if (peer.uid != me && peer.uid && (me || peer.uid != w->owner.uid))
		return fail(w, -EPERM, "process %d runs as user %u, who is not trusted",
			    w->owner.pid, (unsigned int)peer.uid);
	return 0;
}

int orl_dfs_wire_connect(struct orl_dfs_wire *w)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int rc;

	if (w->is_connected)
		return 1;
	if (w->dirfd < 0)
		return fail(w, w->dirfd, "the domain's directory cannot be opened: %s",
			    strerror(-w->dirfd));
	if (w->fd < 0)
		w->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return -errno;
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d/" ORL_DFS_SOCKET ".%d",
		 w->dirfd, w->owner.slot);
	if (connect(w->fd, (struct sockaddr *)&to, sizeof(to))) {
		if (errno == EAGAIN || errno == EINTR)
			return 0;
		return fail(w, -EIO, "process %d does not serve its files: %s", w->owner.pid,
			    strerror(errno));
	}
	rc = check_peer(w);
	w->is_connected = !rc;
	return rc ? rc : 1;
}

int orl_dfs_wire_send(struct orl_dfs_wire *w, const struct orl_dfs_request *request,
		      const char *data)
{
	struct iovec part[2] = {
		{ (void *)(uintptr_t)request, sizeof(*request) },
		{ (void *)(uintptr_t)data, request->len },
	};
	struct msghdr msg = {
		.msg_iov = part,
		.msg_iovlen = request->op == ORL_DFS_WRITE && request->len ? 2 : 1,
	};
	ssize_t n;

	do
		n = sendmsg(w->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 1;
	if (errno == EAGAIN || errno == ENOBUFS)
		return 0;
	return fail(w, -EIO, "process %d hung up", w->owner.pid);
}

int orl_dfs_wire_receive(struct orl_dfs_wire *w, struct orl_dfs_answer *a, const char **data)
{
	size_t most = sizeof(*a) + ORL_DFS_DATA_MAX;
	ssize_t n;

	do
		n = recv(w->fd, w->buf, most, MSG_DONTWAIT | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return fail(w, -EIO, "process %d hung up before it answered", w->owner.pid);
	if ((size_t)n < sizeof(*a) || (size_t)n > most)
		return -EBADMSG;
	memcpy(a, w->buf, sizeof(*a));
	*data = w->buf + sizeof(*a);
	return a->magic == ORL_DFS_ANSWER && (size_t)n == sizeof(*a) + a->len ? 1 : -EBADMSG;
}

void orl_dfs_wire_hang_up(struct orl_dfs_wire *w)
{
	if (w->fd >= 0)
		shutdown(w->fd, SHUT_RDWR);
}
