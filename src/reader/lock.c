// SPDX-License-Identifier: MIT
/*
 * Locks between tools: flock() on the file they change. The kernel releases the lock of a tool that
 * dies. One that is stopped while it holds the lock (some microseconds per use) is waited for, then
 * reported: a tool never hangs.
 */
#include "reader/ring-impl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 3000			/* of a millisecond each */

int orl_session_lock_open(struct orl_session *s, const char *name)
{
	int dirfd = orl_domain_open_dir(s->domain.dir);
	int fd = dirfd;

	if (dirfd >= 0) {
		fd = openat(dirfd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
		if (fd < 0)
			fd = -errno;
		close(dirfd);
	}
	if (fd < 0)
		return orl_session_fail(s, fd, "cannot open %s/%s: %s", s->domain.dir, name,
					strerror(-fd));
	return fd;
}

/* A file that was removed while its lock was waited for is nobody's any more. */
static int check_there(struct orl_session *s, int fd, const char *name)
{
	struct stat st;

	if (!fstat(fd, &st) && st.st_nlink)
		return 0;
	return orl_session_fail(s, -ESTALE,
				"%s/%s was removed meanwhile, as 'oriel gc' does with an unused "
				"domain: run the command again", s->domain.dir, name);
}

int orl_session_lock(struct orl_session *s, int fd, const char *name)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return check_there(s, fd, name);
		if (errno != EWOULDBLOCK && errno != EINTR)
			return orl_session_fail(s, -errno, "cannot lock %s/%s: %s", s->domain.dir,
						name, strerror(errno));
		nanosleep(&pause, NULL);
	}
	return orl_session_fail(s, -EBUSY,
				"another tool holds the lock on %s/%s and does not let go: see "
				"'fuser %s/%s', and continue or end it",
				s->domain.dir, name, s->domain.dir, name);
}

void orl_session_unlock(int fd)
{
	flock(fd, LOCK_UN);
}
