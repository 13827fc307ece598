// SPDX-License-Identifier: MIT
/*
 * oriel mount, oriel umount: the tree as files for every program of this user.
 *
 * The mount is served by a process of its own, so that neither the command nor a traced program can
 * hold up a reader. The command returns when the mount answers, and prints where it is:
 *
 *   cd "$(oriel mount)/tracing"
 *
 * A server that was killed leaves a mount behind that answers nothing. The next mount or umount of
 * the same place takes it away.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/mountpoint.h"
#include "cli/place.h"
#include "cli/server.h"
#include "fuse/fuse.h"

/* The place must be free; what a dead server left is cleared away. */
static int prepare(const char *dir)
{
	struct orl_mounted m;
	bool was_busy;
	int ret;

	orl_mountpoint_look(dir, &m);
	if (m.is_dead) {
		ret = orl_mountpoint_unmount(dir, &was_busy);
		if (ret) {
			orl_cli_error("%s: the server of the mount there is gone, and it cannot be "
				      "unmounted: %s",
				      dir, strerror(-ret));
			return orl_cli_status(ret);
		}
		orl_cli_note("%s: took away a mount whose server was gone", dir);
		orl_mountpoint_look(dir, &m);
	}
	if (m.is_ours) {
		orl_cli_error("%s already shows %s; oriel umount %s first, or mount on another "
			      "directory",
			      dir, m.domain, dir);
		return ORL_EXIT_FAILURE;
	}
	return orl_mountpoint_make(dir);
}

static int run_here(const struct orl_fuse_options *o)
{
	struct orl_fuse *m;
	char error[768];
	int ret = orl_fuse_create(&m, o, error, sizeof(error));

	if (ret) {
		orl_cli_error("%s", error);
		return orl_cli_status(ret);
	}
	puts(o->dir);
	fflush(stdout);
	ret = orl_fuse_run(m);
	orl_fuse_destroy(m);
	return ret > 0 ? ORL_EXIT_SIGNAL + ret : orl_cli_status(ret);
}

int orl_cmd_mount(const struct orl_args *args)
{
	char domain[ORL_DOMAIN_DIR_MAX], dir[ORL_MOUNT_DIR_MAX];
	struct orl_fuse_options o = {
		.domain = domain,
		.dir = dir,
		.root = "",
		.until_fd = -1,
	};
	int ret = orl_server_check();

	if (!ret)
		ret = orl_place_dir(args, domain);
	if (!ret)
		ret = orl_mountpoint(args->nr_rest ? args->rest[0] : NULL, ORL_MOUNT_MAKE, dir);
	if (!ret)
		ret = prepare(dir);
	if (ret)
		return ret;
	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	if (args->foreground)
		return run_here(&o);
	ret = orl_server_start(&o);
	if (!ret)
		puts(dir);
	return ret;
}

int orl_cmd_umount(const struct orl_args *args)
{
	char dir[ORL_MOUNT_DIR_MAX];
	struct orl_mounted m;
	bool was_busy;
	int ret = orl_mountpoint(args->nr_rest ? args->rest[0] : NULL, 0, dir);

	if (ret)
		return ret;
	orl_mountpoint_look(dir, &m);
	if (!m.is_ours) {
		orl_cli_error("%s: no domain is mounted there", dir);
		return ORL_EXIT_FAILURE;
	}
	ret = orl_mountpoint_unmount(dir, &was_busy);
	if (ret) {
		orl_cli_error("%s: cannot be unmounted: %s", dir, strerror(-ret));
		return orl_cli_status(ret);
	}
	if (was_busy)
		orl_cli_note("%s was in use: whoever has files of it open keeps them, nobody else "
			     "sees it",
			     dir);
	return 0;
}
