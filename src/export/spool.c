// SPDX-License-Identifier: MIT
/*
 * A file that must not be seen before it is whole is made without a name (O_TMPFILE), so
 * that a kill at any moment leaves nothing behind. Its name comes last: link under a
 * temporary one, since link never replaces, then rename over the real one.
 *
 * Some file systems (NFS, old overlayfs) have no O_TMPFILE. There a spool is created under
 * a random name and unlinked at once; the output keeps its random name until the rename.
 */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_LEN	32
#define NAME_TRIES	16
#define COPY_STEP	(8u << 20)

static void random_name(char name[NAME_LEN])
{
	uint64_t r;

	if (getrandom(&r, sizeof(r), 0) != sizeof(r))
		r = (uint64_t)getpid() << 32 | (uint32_t)(uintptr_t)name;
	snprintf(name, NAME_LEN, ".oriel-%016llx", (unsigned long long)r);
}

static int open_named(int dirfd, char name[NAME_LEN])
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		random_name(name);
		fd = openat(dirfd, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

int orl_spool_open(struct orl_spool *s, int dirfd, char *temp)
{
	char name[NAME_LEN];

	s->len = 0;
	if (temp)
		temp[0] = '\0';
	s->fd = openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		s->fd = open_named(dirfd, name);
		if (s->fd >= 0 && temp)
			memcpy(temp, name, NAME_LEN);
		else if (s->fd >= 0)
			unlinkat(dirfd, name, 0);
	}
	if (s->fd < 0)
		return -errno;
	/* the umask may only take away; what it took from the owner is given back */
	fchmod(s->fd, 0600);
	return 0;
}

int orl_spool_write(struct orl_spool *s, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(s->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
		s->len += (uint64_t)n;
	}
	return 0;
}

int orl_spool_pad(struct orl_spool *s, uint32_t align)
{
	static const char zeros[4096];
	uint64_t pad = (align - s->len % align) % align;
	int rc = 0;

	while (pad && !rc) {
		size_t n = pad < sizeof(zeros) ? pad : sizeof(zeros);

		rc = orl_spool_write(s, zeros, n);
		pad -= n;
	}
	return rc;
}

/* One step of a copy where copy_file_range() is not to be had. Return bytes or -errno. */
static ssize_t copy_by_hand(struct orl_spool *to, int from, off_t at, size_t len)
{
	char buf[32768];
	ssize_t n;
	int rc;

	do {
		n = pread(from, buf, len < sizeof(buf) ? len : sizeof(buf), at);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : -EIO;
	rc = orl_spool_write(to, buf, (size_t)n);
	return rc ? rc : n;
}

static ssize_t copy_step(struct orl_spool *to, int from, off_t at, size_t len, bool *by_hand)
{
	ssize_t n;

	if (*by_hand)
		return copy_by_hand(to, from, at, len);
	do {
		off_t off = at;

		n = copy_file_range(from, &off, to->fd, NULL, len, 0);
	} while (n < 0 && errno == EINTR);
	if (n > 0) {
		to->len += (uint64_t)n;
		return n;
	}
	if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO))
		return -errno;
	*by_hand = true;
	return copy_by_hand(to, from, at, len);
}

int orl_spool_move(struct orl_spool *to, struct orl_spool *from)
{
	bool by_hand = false;
	uint64_t at = 0;

	while (at < from->len) {
		uint64_t left = from->len - at;
		ssize_t n = copy_step(to, from->fd, (off_t)at,
				      left < COPY_STEP ? left : COPY_STEP, &by_hand);

		if (n < 0)
			return (int)n;
		/* if it cannot, the disk merely needs more room */
		(void)!fallocate(from->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at,
				 n);
		at += (uint64_t)n;
	}
	close(from->fd);
	from->fd = -1;
	return 0;
}

static int link_nameless(int fd, int dirfd, char name[NAME_LEN])
{
	char proc[40];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	for (int i = 0; i < NAME_TRIES; i++) {
		random_name(name);
		if (!linkat(AT_FDCWD, proc, dirfd, name, AT_SYMLINK_FOLLOW) ||
		    (errno == ENOENT && !linkat(fd, "", dirfd, name, AT_EMPTY_PATH)))
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -errno;
}

int orl_spool_publish(struct orl_spool *s, int dirfd, const char *temp, const char *name)
{
	char linked[NAME_LEN];
	int rc;

	if (!temp[0]) {
		rc = link_nameless(s->fd, dirfd, linked);
		if (rc)
			return rc;
		temp = linked;
	}
	if (renameat(dirfd, temp, dirfd, name)) {
		rc = -errno;
		unlinkat(dirfd, temp, 0);
		return rc;
	}
	return 0;
}

void orl_spool_close(struct orl_spool *s, int dirfd, const char *temp)
{
	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	if (temp && temp[0])
		unlinkat(dirfd, temp, 0);
}
