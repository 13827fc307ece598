// SPDX-License-Identifier: MIT
/*
 * The service's descriptors: the socket that it listens on, and a pipe by which it is kicked.
 *
 * A program may close descriptors that are not its own (closefrom(3), daemons), and their numbers
 * are then others'. So each is looked at before it is used: does it still lead to what it led to?
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "debugfs/server.h"
#include "domain/sys.h"

#define BACKLOG 64

struct orl_debugfs_fds orl_debugfs_fds = {
	.listen = { .fd = -1 }, .kicked = { .fd = -1 }, .kick = { .fd = -1 },
};

void orl_dfd_set(struct orl_dfd *d, int fd)
{
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st)) {
		d->dev = st.st_dev;
		d->ino = st.st_ino;
	}
	__atomic_store_n(&d->fd, fd, __ATOMIC_RELEASE);
}

bool orl_dfd_is_ours(const struct orl_dfd *d)
{
	int fd = __atomic_load_n(&d->fd, __ATOMIC_ACQUIRE);
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && st.st_dev == d->dev && st.st_ino == d->ino;
}

void orl_dfd_close(struct orl_dfd *d)
{
	int fd = d->fd;

	if (orl_dfd_is_ours(d)) {
		__atomic_store_n(&d->fd, -1, __ATOMIC_RELEASE);
		orl_sys_close(fd);
	}
	__atomic_store_n(&d->fd, -1, __ATOMIC_RELEASE);
}

/* The listening socket under its name, closed to others before it has one. */
static int bind_socket(int fd)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int dir = orl_domain_open_dir(orl_rt.domain.dir), err = 0;
	char name[32], place[64];

	if (dir < 0)
		return dir;
	orl_debugfs_file_name(name, ORL_DFS_SOCKET, orl_debugfs.slot);
	orl_sys_unlinkat(dir, name);
	orl_debugfs_fd_path(place, dir, name);
	memcpy(addr.sun_path, place, strlen(place) + 1);
	if (fchmod(fd, 0600) || bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(fd, BACKLOG))
		err = -errno;
	orl_sys_close(dir);
	return err;
}

static int open_listen(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = bind_socket(fd);
	if (err) {
		orl_sys_close(fd);
		return err;
	}
	orl_dfd_set(&orl_debugfs_fds.listen, fd);
	return 0;
}

static int open_pipe(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	orl_dfd_set(&orl_debugfs_fds.kicked, fds[0]);
	orl_dfd_set(&orl_debugfs_fds.kick, fds[1]);
	return 0;
}

/* Have the listening thread look at everything again. Async-signal-safe. */
void orl_debugfs_kick(void)
{
	int saved = errno;

	if (orl_dfd_is_ours(&orl_debugfs_fds.kick))
		syscall(SYS_write, orl_debugfs_fds.kick.fd, "", 1L);
	errno = saved;
}

int orl_debugfs_fds_open(void)
{
	int err = open_pipe();

	return err ? err : open_listen();
}

void orl_debugfs_fds_close(void)
{
	orl_dfd_close(&orl_debugfs_fds.listen);
	orl_dfd_close(&orl_debugfs_fds.kicked);
	orl_dfd_close(&orl_debugfs_fds.kick);
}

/* Without a pipe nobody is woken, without a socket nobody comes in; what cannot be made now is
 * tried again with the next event, or after a while. */
void orl_debugfs_fds_mend(void)
{
	if (!orl_dfd_is_ours(&orl_debugfs_fds.kicked) || !orl_dfd_is_ours(&orl_debugfs_fds.kick)) {
		orl_dfd_close(&orl_debugfs_fds.kicked);
		orl_dfd_close(&orl_debugfs_fds.kick);
		open_pipe();
	}
	if (!orl_dfd_is_ours(&orl_debugfs_fds.listen)) {
		orl_dfd_close(&orl_debugfs_fds.listen);
		open_listen();
	}
}
