// SPDX-License-Identifier: MIT
/*
 * A mount served in the background.
 *
 * The server is the child of a child that ends at once, so that whoever we become (oriel exec
 * becomes the command) has no child that it did not start. It reports through a pipe: nothing when
 * the mount answers, else the exit status and the message.
 */
#include "cli/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

struct report {
	int status;
	char error[768];
};

int orl_server_check(void)
{
	const char *preload = getenv("LD_PRELOAD");

	if (!preload || !strstr(preload, "liboriel"))
		return 0;
	orl_cli_error("LD_PRELOAD makes this command itself a traced program; give it to the "
		      "program alone: oriel exec -- env LD_PRELOAD=... PROG");
	return ORL_EXIT_USAGE;
}

static void send_report(int fd, const struct report *r)
{
	const char *at = (const char *)r;
	size_t left = sizeof(*r);

	while (left) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno != EINTR)
			return;
		at += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
}

/* Nothing of ours may be kept open by the server: the other end of a pipe would wait for it. */
static int let_go(int report_fd, int until_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int low = report_fd < until_fd || until_fd < 0 ? report_fd : until_fd;
	int high = report_fd < until_fd ? until_fd : report_fd;

	if (null < 0)
		return -errno;
	for (int i = 0; i < 3; i++)
		if (dup2(null, i) < 0)
			return -errno;
	if (null > 2)
		close(null);
	if (low > 3)
		close_range(3, (unsigned int)low - 1, 0);
	if (high - low > 1)
		close_range((unsigned int)low + 1, (unsigned int)high - 1, 0);
	close_range((unsigned int)high + 1, ~0U, 0);
	return chdir("/") ? -errno : 0;
}

static void serve(const struct orl_fuse_options *o, int fd)
{
	struct report r = { 0 };
	struct orl_fuse *m;
	int ret;

	setsid();
	ret = let_go(fd, o->until_fd);
	if (ret)
		snprintf(r.error, sizeof(r.error), "the mount's server: %s", strerror(-ret));
	else
		ret = orl_fuse_create(&m, o, r.error, sizeof(r.error));
	if (ret) {
		r.status = orl_cli_status(ret);
		send_report(fd, &r);
		return;
	}
	send_report(fd, &r);
	close(fd);
	orl_fuse_run(m);
	orl_fuse_destroy(m);
}

static int read_report(int fd)
{
	struct report r;
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(r)) {
		n = read(fd, (char *)&r + len, sizeof(r) - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (len < sizeof(r)) {
		orl_cli_error("the mount's server ended before it was ready");
		return ORL_EXIT_FAILURE;
	}
	r.error[sizeof(r.error) - 1] = '\0';
	if (r.status)
		orl_cli_error("%s", r.error);
	return r.status;
}

int orl_server_start(const struct orl_fuse_options *o)
{
	int fds[2], status, ret;
	pid_t pid;

	fflush(NULL);
	if (pipe2(fds, O_CLOEXEC)) {
		orl_cli_error("cannot start the mount's server: %s", strerror(errno));
		return ORL_EXIT_FAILURE;
	}
	pid = fork();
	if (!pid) {
		close(fds[0]);
		if (!fork())
			serve(o, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0) {
		orl_cli_error("cannot start the mount's server: %s", strerror(errno));
		ret = ORL_EXIT_FAILURE;
	} else {
		ret = read_report(fds[0]);
	}
	close(fds[0]);
	return ret;
}
