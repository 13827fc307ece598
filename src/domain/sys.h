/* SPDX-License-Identifier: MIT */
/*
 * System calls as this folder uses them: the result or -errno, and never a cancellation point,
 * because a thread must not be cancelled inside a traced program's event.
 */
#ifndef ORL_DOMAIN_SYS_H
#define ORL_DOMAIN_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Whatever name is opened, the open must not wait (a fifo) or follow a link. */
#define ORL_OPEN_SAFE (O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/*
 * The thread sanitizer follows descriptors through the C library's calls alone: one that is opened
 * there and closed behind its back looks like a race when its number comes again.
 */
#if defined(__SANITIZE_THREAD__)
#define ORL_SYS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORL_SYS_TSAN 1
#endif
#endif

static inline long orl_sys_result(long rc)
{
	return rc < 0 ? -errno : rc;
}

static inline int orl_sys_openat(int dirfd, const char *path, int flags, mode_t mode)
{
#ifdef ORL_SYS_TSAN
	return (int)orl_sys_result(openat(dirfd, path, flags, mode));
#else
	return (int)orl_sys_result(syscall(SYS_openat, dirfd, path, flags, mode));
#endif
}

static inline void orl_sys_close(int fd)
{
	if (fd < 0)
		return;
#ifdef ORL_SYS_TSAN
	close(fd);
#else
	syscall(SYS_close, fd);
#endif
}

static inline long orl_sys_pread(int fd, void *buf, size_t len, off_t off)
{
	return orl_sys_result(syscall(SYS_pread64, fd, buf, len, off));
}

static inline long orl_sys_pwrite(int fd, const void *buf, size_t len, off_t off)
{
	return orl_sys_result(syscall(SYS_pwrite64, fd, buf, len, off));
}

/* May a file of ours be so long? Where RLIMIT_FSIZE says no the kernel would say it by a signal,
 * which ends the program. */
static inline int orl_sys_may_grow(uint64_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur >= size ? 0 : -EFBIG;
}

static inline int orl_sys_ftruncate(int fd, off_t len)
{
	int rc = orl_sys_may_grow((uint64_t)len);

	if (rc)
		return rc;
	return (int)orl_sys_result(syscall(SYS_ftruncate, fd, len));
}

static inline int orl_sys_mkdir(const char *path, mode_t mode)
{
	return (int)orl_sys_result(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

static inline int orl_sys_linkat(int olddir, const char *old, int newdir, const char *name,
				 int flags)
{
	return (int)orl_sys_result(syscall(SYS_linkat, olddir, old, newdir, name, flags));
}

static inline void orl_sys_unlinkat(int dirfd, const char *name)
{
	syscall(SYS_unlinkat, dirfd, name, 0);
}

/**
 * orl_domain_read_text() - the first bytes of a small file, NUL-terminated; the length or -errno
 */
long orl_domain_read_text(const char *path, char *buf, size_t size);

/*
 * A file that gets its name only when it is whole. Without a name until then where the file system
 * can do that, else under a name of its own; a writer that is killed in between leaves nothing, or
 * that name.
 */
struct orl_new_file {
	int fd;
	char name[40];			/* "": the file has no name yet */
};

/** orl_domain_file_begin() - 0 or -errno */
int orl_domain_file_begin(struct orl_new_file *f, int dirfd);

/**
 * orl_domain_file_allocate() - take the memory of a range (zeros where it was not written); 0,
 * -ENOSPC ...
 */
int orl_domain_file_allocate(int fd, uint64_t off, uint64_t len);

/**
 * orl_domain_file_publish() - give it its name; -EEXIST when the name is taken. Closes it either
 * way.
 */
int orl_domain_file_publish(struct orl_new_file *f, int dirfd, const char *name);

/** orl_domain_file_abandon() - close it and leave nothing behind */
void orl_domain_file_abandon(struct orl_new_file *f, int dirfd);

#endif /* ORL_DOMAIN_SYS_H */
