// SPDX-License-Identifier: MIT
/*
 * oriel doctor, the mount: what oriel mount and oriel exec ask of the machine. Nothing else needs
 * it, so nothing here is worse than a warning.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/doctor.h"
#include "cli/mountpoint.h"

static bool is_in_path(const char *program)
{
	const char *path = getenv("PATH");
	char file[1024];

	while (path && *path) {
		size_t len = strcspn(path, ":");

		if ((size_t)snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, program) <
			    sizeof(file) &&
		    !access(file, X_OK))
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static bool check_device(struct orl_checks *c)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC), error = errno;

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (error == EACCES || error == EPERM)
		orl_check_add(c, ORL_CHECK_WARN, "mount", "as root: chmod 666 /dev/fuse",
			      "this user may not open /dev/fuse: oriel mount and exec do not work, "
			      "oriel ls, cat, write and tree do");
	else
		orl_check_add(c, ORL_CHECK_WARN, "mount", "modprobe fuse, or run on the host",
			      "/dev/fuse: %s: oriel mount and exec do not work, oriel ls, cat, "
			      "write and tree do",
			      strerror(error));
	return false;
}

void orl_doctor_mount(struct orl_checks *c)
{
	char dir[ORL_MOUNT_DIR_MAX];
	struct orl_mounted m = { 0 };

	if (!check_device(c))
		return;
	if (geteuid() && !is_in_path("fusermount3")) {
		orl_check_add(c, ORL_CHECK_WARN, "mount", "install fuse3",
			      "there is no fusermount3, by which users mount");
		return;
	}
	if (!orl_mountpoint(NULL, ORL_MOUNT_QUIET, dir))
		orl_mountpoint_look(dir, &m);
	if (m.is_dead)
		orl_check_add(c, ORL_CHECK_WARN, "mount", "oriel umount",
			      "the server of the mount at %s is gone", dir);
	else if (m.is_ours)
		orl_check_add(c, ORL_CHECK_OK, "mount", NULL, "%s is mounted at %s", m.domain, dir);
	else
		orl_check_add(c, ORL_CHECK_OK, "mount", NULL, "the tree can be mounted");
}
