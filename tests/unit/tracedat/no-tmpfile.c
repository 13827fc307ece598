// SPDX-License-Identifier: MIT
/*
 * Stands in front of libc's openat() and lets a test play a file system without O_TMPFILE.
 * <fcntl.h> would rename or wrap openat() here, depending on the build's flags: not included.
 */
#include <asm/fcntl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

extern bool no_tmpfile;
bool no_tmpfile;

int openat(int dirfd, const char *name, int flags, ...);
int openat64(int dirfd, const char *name, int flags, ...);

static int do_openat(int dirfd, const char *name, int flags, unsigned int mode)
{
	if (no_tmpfile && (flags & __O_TMPFILE)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, dirfd, name, flags, mode);
}

int openat(int dirfd, const char *name, int flags, ...)
{
	va_list ap;
	unsigned int mode;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned int);
	va_end(ap);
	return do_openat(dirfd, name, flags, mode);
}

int openat64(int dirfd, const char *name, int flags, ...)
{
	va_list ap;
	unsigned int mode;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned int);
	va_end(ap);
	return do_openat(dirfd, name, flags, mode);
}
