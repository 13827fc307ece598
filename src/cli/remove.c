// SPDX-License-Identifier: MIT
/*
 * Removing a domain: its files, then its directory. Everything goes through the descriptor of the
 * checked directory, so that nothing is followed out of it.
 */
#include "cli/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/domain.h"

static int64_t remove_file(int dirfd, const char *name, bool dry_run)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (!orl_domain_is_file_name(name) || !(S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode)))
		return -EEXIST;
	if (!dry_run && unlinkat(dirfd, name, 0))
		return -errno;
	return (int64_t)st.st_blocks * 512;
}

static int64_t remove_files(DIR *d, bool dry_run, char *why, size_t why_len)
{
	struct dirent *e;
	int64_t sum = 0, n;

	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		n = remove_file(dirfd(d), e->d_name, dry_run);
		if (n == -EEXIST) {
			snprintf(why, why_len, "'%.60s' in it is none of a domain's files",
				 e->d_name);
			return -EEXIST;
		}
		if (n < 0 && n != -ENOENT) {
			snprintf(why, why_len, "'%.60s': %s", e->d_name, strerror((int)-n));
			return n;
		}
		sum += n > 0 ? n : 0;
	}
	return sum;
}

int64_t orl_domain_remove(const char *dir, bool dry_run, char *why, size_t why_len)
{
	int64_t sum = 0;
	int fd = orl_domain_open_dir(dir);
	DIR *d;

	if (fd < 0) {
		snprintf(why, why_len, "%s", strerror(-fd));
		return fd;
	}
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		snprintf(why, why_len, "%s", strerror(errno));
		return -errno;
	}
	/* All or nothing: a directory that holds something else is somebody's. */
	sum = remove_files(d, true, why, why_len);
	if (sum >= 0 && !dry_run) {
		rewinddir(d);
		sum = remove_files(d, false, why, why_len);
	}
	closedir(d);
	if (sum >= 0 && !dry_run && rmdir(dir)) {
		sum = -errno;
		snprintf(why, why_len, "%s", strerror(errno));
	}
	return sum;
}
