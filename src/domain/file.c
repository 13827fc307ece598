// SPDX-License-Identifier: MIT
/*
 * Making files that are whole from the moment they have a name: open without a name (O_TMPFILE),
 * allocate and fill, then link. Of two processes that make the same file at once, the link of one
 * fails with EEXIST.
 */
#include "domain/sys.h"

#include <string.h>

#include "domain/domain.h"

/*
 * fallocate() on tmpfs gives up and undoes its work when a signal is pending; small pieces get done
 * between two signals.
 */
#define ALLOCATE_STEP (256U << 10)

long orl_domain_read_text(const char *path, char *buf, size_t size)
{
	int fd = orl_sys_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
	long n;

	if (fd < 0)
		return fd;
	do
		n = orl_sys_pread(fd, buf, size - 1, 0);
	while (n == -EINTR);
	orl_sys_close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static char *put_hex(char *p, uint64_t v)
{
	for (int shift = 60; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	*p = '\0';
	return p;
}

int orl_domain_file_begin(struct orl_new_file *f, int dirfd)
{
	char *p;

	f->name[0] = '\0';
	f->fd = orl_sys_openat(dirfd, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (f->fd >= 0)
		return 0;
	if (f->fd != -EOPNOTSUPP && f->fd != -EISDIR && f->fd != -EINVAL)
		return f->fd;
	memcpy(f->name, "tmp-", 4);
	p = put_hex(f->name + 4, orl_clock_ticks(ORL_CLOCK_MONOTONIC));
	put_hex(p, (uint64_t)syscall(SYS_gettid));
	f->fd = orl_sys_openat(dirfd, f->name, O_RDWR | O_CREAT | O_EXCL | ORL_OPEN_SAFE, 0600);
	return f->fd < 0 ? f->fd : 0;
}

/*
 * For file systems that cannot fallocate(): write zeros. Only ever called on ranges that nobody has
 * written.
 */
static int write_zeros(int fd, uint64_t off, uint64_t len)
{
	static const char zeros[4096];

	while (len) {
		size_t n = len < sizeof(zeros) ? len : sizeof(zeros);
		long rc = orl_sys_pwrite(fd, zeros, n, (off_t)off);

		if (rc == -EINTR)
			continue;
		if (rc <= 0)
			return rc ? (int)rc : -EIO;
		off += (uint64_t)rc;
		len -= (uint64_t)rc;
	}
	return 0;
}

int orl_domain_file_allocate(int fd, uint64_t off, uint64_t len)
{
	struct stat st;
	int err = fstat(fd, &st) ? -errno : 0;

	if (!err && (uint64_t)st.st_size < off + len)
		err = orl_sys_may_grow(off + len);
	if (err)
		return err;
	while (len) {
		uint64_t n = len < ALLOCATE_STEP ? len : ALLOCATE_STEP;
		int rc = (int)orl_sys_result(syscall(SYS_fallocate, fd, 0, off, n));

		if (rc == -EINTR)
			continue;
		if (rc == -EOPNOTSUPP)
			return write_zeros(fd, off, len);
		if (rc < 0)
			return rc;
		off += n;
		len -= n;
	}
	return 0;
}

/*
 * Link an unnamed file. The way over /proc works for everybody; the other needs no /proc but a new
 * kernel.
 */
static int link_unnamed(int fd, int dirfd, const char *name)
{
	char path[40] = "/proc/self/fd/", digits[12];
	unsigned int v = (unsigned int)fd, n = 0, at = 14;
	int rc;

	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		path[at++] = digits[--n];
	rc = orl_sys_linkat(AT_FDCWD, path, dirfd, name, AT_SYMLINK_FOLLOW);
	if (rc == -ENOENT || rc == -EACCES)
		rc = orl_sys_linkat(fd, "", dirfd, name, AT_EMPTY_PATH);
	return rc;
}

int orl_domain_file_publish(struct orl_new_file *f, int dirfd, const char *name)
{
	int rc;

	if (f->name[0])
		rc = orl_sys_linkat(dirfd, f->name, dirfd, name, 0);
	else
		rc = link_unnamed(f->fd, dirfd, name);
	orl_domain_file_abandon(f, dirfd);
	return rc;
}

void orl_domain_file_abandon(struct orl_new_file *f, int dirfd)
{
	if (f->name[0])
		orl_sys_unlinkat(dirfd, f->name);
	orl_sys_close(f->fd);
	f->fd = -1;
}
