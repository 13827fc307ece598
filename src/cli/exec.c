// SPDX-License-Identifier: MIT
/*
 * oriel exec: a command that finds the domain where it expects the kernel's debugfs and tracefs.
 *
 *   1. a mount namespace of our own; for who is not root, in a user namespace with the same ids
 *   2. a mount of the domain on /sys/kernel/debug, served by a process that ends when this one
 *      does; its tracing/ also on /sys/kernel/tracing and wherever else tracefs is mounted. A
 *      kernel without debugfs has no place for the domain, only for its tracing/.
 *   3. a writable file over /proc/sys/kernel/ftrace_enabled, which trace-cmd record writes, the
 *      names of what writes markers and prints over /proc/kallsyms, which it reads, and the
 *      domain's lines over /proc/dynamic_debug/control, where the kernel has that
 *   4. this process becomes the command
 *
 * So the command's exit status and signals need no forwarding, and whatever ends it ends the mount:
 * the namespace is gone with its last process.
 *
 * trace-cmd and libtracefs take the first mount of type tracefs for the directory. So the kernel's
 * must be mounted beneath ours; where it is not, we mount it in the namespace, which root may.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/mountpoint.h"
#include "cli/place.h"
#include "cli/server.h"

#define TRACING "/sys/kernel/tracing"
#define DEBUG "/sys/kernel/debug"
#define FTRACE_ENABLED "/proc/sys/kernel/ftrace_enabled"

#define NOT_EXECUTABLE 126 /* as the shell has it */
#define NOT_FOUND 127
#define PLACES 8

static int failed(const char *what)
{
	int error = errno;

	orl_cli_error("%s: %s", what, strerror(error));
	return orl_cli_status(error);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, len) == (ssize_t)len ? 0 : errno ? -errno : -EIO;
	close(fd);
	return ret;
}

/* Of the same ids: the command is to find its own files, and the domain its owner. */
static int enter_user_namespace(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];
	int ret;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) {
		orl_cli_error("a mount namespace is not permitted here (%s): neither this user "
			      "nor user namespaces may mount; oriel ls, cat, write and tree do "
			      "without",
			      strerror(errno));
		return ORL_EXIT_DENIED;
	}
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	ret = write_file("/proc/self/uid_map", map);
	if (!ret)
		ret = write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	if (!ret)
		ret = write_file("/proc/self/gid_map", map);
	if (!ret)
		return 0;
	errno = -ret;
	return failed("the ids of the user namespace");
}

static int enter_namespace(void)
{
	int ret = unshare(CLONE_NEWNS) ? -errno : 0;

	if (ret == -EPERM)
		ret = enter_user_namespace();
	else if (ret)
		ret = failed("a mount namespace");
	if (!ret && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		ret = failed("making the mounts private");
	return ret;
}

/* Where tracefs is mounted, besides TRACING. */
struct places {
	char dir[PLACES][256];
	unsigned int nr;
	bool has_tracefs;
	bool has_debug;		/* a directory DEBUG, for all of the domain */
};

static bool add_place(const char *dir, const char *type, const char *source, void *arg)
{
	struct places *p = arg;

	if (strcmp(type, "tracefs"))
		return true;
	p->has_tracefs = true;
	/* What is below DEBUG will be covered with it. */
	if (p->has_debug && !strncmp(dir, DEBUG "/", strlen(DEBUG "/")))
		return true;
	if (strcmp(dir, TRACING) && p->nr < PLACES && strlen(dir) < sizeof(p->dir[0]))
		strcpy(p->dir[p->nr++], dir);
	return true;
}

static int find_places(struct places *p)
{
	struct stat st;

	p->nr = 0;
	p->has_tracefs = false;
	p->has_debug = !lstat(DEBUG, &st) && S_ISDIR(st.st_mode);
	orl_mountinfo_foreach(add_place, p);
	if (lstat(TRACING, &st)) {
		orl_cli_error(TRACING ": %s: this kernel has no place where tools look for "
				      "tracefs; use oriel mount",
			      strerror(errno));
		return ORL_EXIT_FAILURE;
	}
	if (!p->has_tracefs && !mount("tracefs", TRACING, "tracefs", 0, NULL))
		p->has_tracefs = true;
	if (!p->has_tracefs)
		orl_cli_note(
			"the kernel's tracefs is not mounted, and only root can mount it: "
			"trace-cmd and libtracefs, which look for it in /proc/mounts, will not "
			"find the domain; it is at " TRACING " for everything else");
	return 0;
}

static void bind_places(const struct places *p)
{
	for (unsigned int i = 0; i < p->nr; i++)
		/* Where this user may not enter, neither may the command. */
		if (mount(TRACING, p->dir[i], NULL, MS_BIND, NULL) && errno != EACCES)
			orl_cli_note("%s: cannot be shown there as well: %s", p->dir[i],
				     strerror(errno));
}

static int cover(const char *path, const char *by)
{
	int ret;

	if (access(path, F_OK) || !mount(by, path, NULL, MS_BIND, NULL))
		return 0;
	ret = orl_cli_status(errno);
	orl_cli_error("a file over %s: %s", path, strerror(errno));
	return ret;
}

/*
 * A file that trace-cmd writes elsewhere. Ours lives in a file system without a name: mounted on
 * TRACING for the moment, it stays as long as the bind mount does.
 */
static int cover_ftrace_enabled(void)
{
	static const char by[] = TRACING "/ftrace_enabled";
	int fd, ret;

	if (mount("oriel", TRACING, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,mode=700"))
		return failed("a file to put over " FTRACE_ENABLED);
	fd = open(by, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
	ret = fd < 0 || write(fd, "1\n", 2) != 2 ? failed(by) : cover(FTRACE_ENABLED, by);
	if (fd >= 0)
		close(fd);
	if (umount2(TRACING, MNT_DETACH) && !ret)
		ret = failed(TRACING);
	return ret;
}

static int serve_until_we_end(const struct places *p, const char *domain)
{
	struct orl_fuse_options o = {
		.domain = domain,
		.dir = p->has_debug ? DEBUG : TRACING,
		.root = p->has_debug ? "" : "tracing",
		.leave = true, /* a left-over process must not see the kernel's files instead */
	};
	int ret;

	o.until_fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (o.until_fd < 0)
		return failed("pidfd_open");
	ret = orl_server_start(&o);
	close(o.until_fd);
	if (!ret && p->has_debug && mount(DEBUG "/tracing", TRACING, NULL, MS_BIND, NULL))
		ret = failed(TRACING);
	return ret;
}

static int become(const struct orl_args *args, const char *domain)
{
	int error;

	/* As the command's own programs are to be found in it. */
	if (args->domain && setenv("ORIEL_DOMAIN", domain, 1))
		return failed("ORIEL_DOMAIN");
	execvp(args->rest[0], args->rest);
	error = errno;
	orl_cli_error("cannot run %s: %s", args->rest[0], strerror(error));
	return error == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}

int orl_cmd_exec(const struct orl_args *args)
{
	char domain[ORL_DOMAIN_DIR_MAX];
	struct places places;
	int ret = orl_server_check();

	if (!ret)
		ret = orl_place_dir(args, domain);
	if (!ret)
		ret = enter_namespace();
	if (!ret)
		ret = find_places(&places);
	if (!ret)
		ret = cover_ftrace_enabled();
	if (!ret)
		ret = serve_until_we_end(&places, domain);
	/* the tree's own: it grows with the places that print */
	if (!ret)
		ret = cover("/proc/kallsyms", TRACING "/.kallsyms");
	if (!ret && places.has_debug)
		ret = cover("/proc/dynamic_debug/control", DEBUG "/dynamic_debug/control");
	if (ret)
		return ret;
	bind_places(&places);
	return become(args, domain);
}
