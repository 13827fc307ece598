// SPDX-License-Identifier: MIT
/*
 * Where memory maps come from: /proc while the process lives, and its files "maps.PID.IMAGE" in the
 * domain's directory: one for each program image that ran under this process id, in this domain.
 *
 * A live process is taken for ours when it has the domain's control file mapped: the number alone
 * may belong to another process by now.
 */
#include "symbols/impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/ctl.h"
#include "domain/domain.h"
#include "reader/proc.h"

#define MAPS_MAX (32U << 20)
#define FILES_MAX 8U			/* newest files of one process id that are considered */

int orl_mappings_live(struct orl_mappings *m, int32_t pid, const char *dir)
{
	char path[ORL_DOMAIN_DIR_MAX + 16], *text;
	size_t len;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/maps", orl_proc_thread(pid));
	text = orl_proc_read_all(path, MAPS_MAX, &len);
	if (!text)
		return -ESRCH;
	snprintf(path, sizeof(path), " %s/" ORL_CTL_NAME, dir ? dir : "");
	rc = dir && !strstr(text, path) ? -ESRCH : orl_mappings_parse(m, text);
	free(text);
	return rc;
}

static int read_file(struct orl_mappings *m, int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	size_t done = 0;
	ssize_t n = 0;
	char *text;
	int rc;

	if (fd < 0)
		return -errno;
	text = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= MAPS_MAX ?
		       malloc((size_t)st.st_size + 1) : NULL;
	while (text && done < (size_t)st.st_size &&
	       (n = read(fd, text + done, (size_t)st.st_size - done)) > 0)
		done += (size_t)n;
	close(fd);
	if (!text)
		return -ENOMEM;
	text[done] = '\0';
	rc = orl_mappings_parse(m, text);
	free(text);
	return rc;
}

struct found {
	char name[64];
	struct timespec when;
};

static int newest_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->when.tv_sec != y->when.tv_sec)
		return x->when.tv_sec > y->when.tv_sec ? -1 : 1;
	if (x->when.tv_nsec != y->when.tv_nsec)
		return x->when.tv_nsec > y->when.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* "maps.PID." and 16 hexadecimal digits: without anything behind, it is whole. */
static bool is_whole(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && strspn(name + len, "0123456789abcdef") == 16 &&
	       !name[len + 16];
}

int orl_mappings_left(struct orl_mappings *m, int32_t pid, const char *dir, uint32_t nth)
{
	struct found found[FILES_MAX];
	struct dirent *entry;
	char prefix[32];
	uint32_t nr = 0;
	struct stat st;
	int rc;
	DIR *d = dir ? opendir(dir) : NULL;

	if (!d)
		return -ESRCH;
	snprintf(prefix, sizeof(prefix), "maps.%d.", pid);
	while ((entry = readdir(d))) {
		if (!is_whole(entry->d_name, prefix) ||
		    fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (nr == FILES_MAX) {
			/* the oldest gives way */
			qsort(found, nr, sizeof(found[0]), newest_first);
			nr--;
		}
		memcpy(found[nr].name, entry->d_name, strlen(entry->d_name) + 1);
		found[nr++].when = st.st_mtim;
	}
	qsort(found, nr, sizeof(found[0]), newest_first);
	rc = nth < nr ? read_file(m, dirfd(d), found[nth].name) : -ESRCH;
	closedir(d);
	return rc;
}
