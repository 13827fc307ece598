// SPDX-License-Identifier: MIT
/*
 * Where a domain is mounted, and what is mounted there.
 *
 * /proc/self/mountinfo says it without touching the mounted file system, whose server may be dead
 * or stopped. Whether it is dead is asked with statfs(2), which the kernel does not answer from
 * memory.
 */
#include "cli/mountpoint.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "fuse/fuse.h"

/* "\040" is a blank; in place. */
static void unescape(char *s)
{
	char *out = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* ID PARENT MAJOR:MINOR ROOT DIR OPTIONS [MORE...] - TYPE SOURCE OPTIONS */
static bool parse_line(char *line, char **dir, char **type, char **source)
{
	char *save = NULL, *word = strtok_r(line, " \n", &save);

	*dir = *type = *source = NULL;
	for (int i = 0; word; i++, word = strtok_r(NULL, " \n", &save)) {
		if (i == 4)
			*dir = word;
		if (i > 5 && !strcmp(word, "-")) {
			*type = strtok_r(NULL, " \n", &save);
			*source = strtok_r(NULL, " \n", &save);
			break;
		}
	}
	if (!*dir || !*type || !*source)
		return false;
	unescape(*dir);
	unescape(*source);
	return true;
}

int orl_mountinfo_foreach(bool (*fn)(const char *dir, const char *type, const char *source,
				     void *arg),
			  void *arg)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *dir, *type, *source;
	size_t cap = 0;

	if (!f)
		return -errno;
	while (getline(&line, &cap, f) > 0)
		if (parse_line(line, &dir, &type, &source) && !fn(dir, type, source, arg))
			break;
	free(line);
	fclose(f);
	return 0;
}

struct look {
	const char *dir;
	struct orl_mounted *m;
};

/* The last one that is mounted there covers those before. */
static bool look_at(const char *dir, const char *type, const char *source, void *arg)
{
	struct look *l = arg;

	if (strcmp(dir, l->dir))
		return true;
	l->m->is_mount = true;
	l->m->is_ours = !strcmp(type, ORL_FUSE_TYPE);
	snprintf(l->m->domain, sizeof(l->m->domain), "%s", source);
	return true;
}

void orl_mountpoint_look(const char *dir, struct orl_mounted *m)
{
	struct look l = { .dir = dir, .m = m };
	struct statfs st;

	memset(m, 0, sizeof(*m));
	orl_mountinfo_foreach(look_at, &l);
	m->is_dead = m->is_ours && statfs(dir, &st) && errno == ENOTCONN;
}

/* "/" + "mnt" -> "/mnt"; frees @parent */
static int join(char dir[ORL_MOUNT_DIR_MAX], char *parent, const char *name)
{
	int len;

	if (!parent)
		return -errno;
	len = snprintf(dir, ORL_MOUNT_DIR_MAX, "%s%s%s",
		       strcmp(parent, "/") || !*name ? parent : "", *name ? "/" : "", name);
	free(parent);
	return len < 0 || (size_t)len >= ORL_MOUNT_DIR_MAX ? -ENAMETOOLONG : 0;
}

/* The directory itself is not looked at, only what it is in; but for "." and the like. */
static int canonical(const char *word, char dir[ORL_MOUNT_DIR_MAX])
{
	char copy[ORL_MOUNT_DIR_MAX];
	size_t len = strlen(word);
	char *slash;

	if (!len || len >= sizeof(copy))
		return len ? -ENAMETOOLONG : -ENOENT;
	memcpy(copy, word, len + 1);
	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	slash = strrchr(copy, '/');
	word = slash ? slash + 1 : copy;
	if (!*word || !strcmp(word, ".") || !strcmp(word, ".."))
		return join(dir, realpath(copy, NULL), "");
	if (!slash)
		return join(dir, realpath(".", NULL), copy);
	*slash = '\0';
	return join(dir, realpath(slash == copy ? "/" : copy, NULL), word);
}

static int default_word(unsigned int flags, char word[ORL_MOUNT_DIR_MAX])
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	int len;

	if (!xdg || xdg[0] != '/') {
		snprintf(word, ORL_MOUNT_DIR_MAX, "/dev/shm/oriel-%u-" ORL_MOUNT_NAME,
			 (unsigned int)geteuid());
		return 0;
	}
	len = snprintf(word, ORL_MOUNT_DIR_MAX, "%s/oriel/" ORL_MOUNT_NAME, xdg);
	if (len < 0 || (size_t)len >= ORL_MOUNT_DIR_MAX)
		return -ENAMETOOLONG;
	if (flags & ORL_MOUNT_MAKE) {
		word[len - (int)sizeof(ORL_MOUNT_NAME)] = '\0';
		mkdir(word, 0700);
		word[len - (int)sizeof(ORL_MOUNT_NAME)] = '/';
	}
	return 0;
}

int orl_mountpoint(const char *word, unsigned int flags, char dir[ORL_MOUNT_DIR_MAX])
{
	char standard[ORL_MOUNT_DIR_MAX] = "XDG_RUNTIME_DIR";
	int rc = word ? 0 : default_word(flags, standard);

	if (!rc)
		rc = canonical(word ? word : standard, dir);
	if (!rc)
		return 0;
	if (!(flags & ORL_MOUNT_QUIET))
		orl_cli_error("%s: %s", word ? word : standard, strerror(-rc));
	return orl_cli_status(rc);
}

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned int nr = 0;

	while (d && nr < 3 && readdir(d))
		nr++;
	if (d)
		closedir(d);
	return nr < 3; /* "." and ".." */
}

int orl_mountpoint_make(const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0700) && errno != EEXIST) {
		orl_cli_error("%s: %s", dir, strerror(errno));
		return orl_cli_status(errno);
	}
	if (lstat(dir, &st) || !S_ISDIR(st.st_mode)) {
		orl_cli_error("%s: not a directory", dir);
		return ORL_EXIT_FAILURE;
	}
	if (st.st_uid != geteuid()) {
		orl_cli_error("%s: it belongs to another user", dir);
		return ORL_EXIT_DENIED;
	}
	if (!is_empty(dir)) {
		orl_cli_error("%s: it is not empty, and the mount would hide what it holds", dir);
		return ORL_EXIT_FAILURE;
	}
	return 0;
}

/* Where umount(2) is for root only; 0 or -errno. */
static int run_fusermount(const char *dir, bool lazy)
{
	const char *const argv[] = { "fusermount3", "-u", lazy ? "-zq" : "-q", dir, NULL };
	int status, ret;
	pid_t pid;

	ret = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ);
	if (ret)
		return -ret;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EBUSY;
}

int orl_mountpoint_unmount(const char *dir, bool *was_busy)
{
	int ret;

	*was_busy = false;
	if (!umount2(dir, UMOUNT_NOFOLLOW))
		return 0;
	if (errno == EBUSY) {
		*was_busy = true;
		return umount2(dir, UMOUNT_NOFOLLOW | MNT_DETACH) ? -errno : 0;
	}
	if (errno != EPERM)
		return -errno;
	ret = run_fusermount(dir, false);
	if (ret != -EBUSY)
		return ret;
	*was_busy = true;
	return run_fusermount(dir, true);
}
