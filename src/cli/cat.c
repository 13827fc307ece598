// SPDX-License-Identifier: MIT
/*
 * oriel cat: read files of the tree as they are.
 *
 * trace_pipe and the raw pipes have no end: cat waits for more until a signal comes, looking at
 * growing intervals. A file that a program answers for is waited for as the tree says.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/door.h"
#include "cli/signals.h"

#define READ_SIZE (128U << 10)
#define WRITE_SIZE 4096U
#define SHORT_NS 1000000U
#define LONG_NS 20000000U

struct cat {
	struct orl_tree *tree;
	struct orl_signals signals;
	char *buf;
};

/* A signal is to be seen also while nobody takes what we write: what may be written at all has room
 * for a page, and then the write does not wait. */
static int put(struct cat *c, const char *buf, size_t len)
{
	while (len) {
		ssize_t n;

		orl_signals_wait_for(&c->signals, STDOUT_FILENO, POLLOUT, UINT64_MAX);
		if (c->signals.ended_by)
			return 0;
		n = write(STDOUT_FILENO, buf, len < WRITE_SIZE ? len : WRITE_SIZE);
		if (n < 0 && errno != EINTR && errno != EAGAIN) {
			orl_cli_error("cannot write to standard output: %s", strerror(errno));
			return ORL_EXIT_FAILURE;
		}
		buf += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Until the program may have answered, or a signal came. */
static void wait_for_program(struct cat *c, struct orl_file *f)
{
	uint64_t until_ns;
	short events;
	int fd = orl_file_wait(f, &events, &until_ns);

	orl_signals_wait_for(&c->signals, fd, events, until_ns);
}

/* Until there may be more of what has no end. */
static void wait_for_more(struct cat *c, uint64_t *wait_ns)
{
	/* Also without a pause a signal is to be seen. */
	orl_signals_wait(&c->signals, *wait_ns);
	*wait_ns = *wait_ns < SHORT_NS ? SHORT_NS : *wait_ns * 2;
	*wait_ns = *wait_ns > LONG_NS ? LONG_NS : *wait_ns;
}

static int copy(struct cat *c, const char *path, struct orl_file *f)
{
	uint64_t wait_ns = SHORT_NS;
	off_t off = 0;
	int ret = 0;

	while (!ret && !c->signals.ended_by) {
		ssize_t n = orl_file_read_for(f, c, c->buf, READ_SIZE, off);

		if (!n)
			return 0;
		if (n == -EINPROGRESS) {
			wait_for_program(c, f);
			continue;
		}
		if (n > 0) {
			ret = put(c, c->buf, (size_t)n);
			off += n;
			wait_ns = 0;
		} else if (n != -EAGAIN || orl_file_is_remote(f)) {
			return orl_door_file_failed(path, f, (int)n);
		}
		wait_for_more(c, &wait_ns);
	}
	return ret;
}

static int cat(struct cat *c, const char *word)
{
	static const struct orl_caller self = { 0 };
	char path[ORL_DOOR_PATH_MAX];
	struct orl_file *f;
	int ret = orl_door_path(c->tree, word, path);

	if (ret)
		return ret;
	ret = orl_tree_open_file(c->tree, path, O_RDONLY, &self, &f);
	if (ret)
		return orl_door_failed(path, ret);
	while ((ret = orl_file_opened(f, c)) == -EINPROGRESS && !c->signals.ended_by)
		wait_for_program(c, f);
	if (ret)
		ret = c->signals.ended_by ? 0 : orl_door_file_failed(path, f, ret);
	else
		ret = copy(c, path, f);
	orl_file_close(f);
	return ret;
}

int orl_cmd_cat(const struct orl_args *args)
{
	struct cat c = { .buf = malloc(READ_SIZE) };
	int status;

	if (!c.buf) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	status = orl_door_open(&c.tree, args, 0);
	if (!status) {
		orl_signals_take(&c.signals);
		signal(SIGPIPE, SIG_DFL); /* oriel cat trace | head ends as cat does */
		for (int i = 0; i < args->nr_rest && !c.signals.ended_by; i++) {
			int ret = cat(&c, args->rest[i]);

			status = ret ? ret : status;
		}
		orl_tree_close(c.tree);
		orl_signals_give(&c.signals);
		if (c.signals.ended_by)
			status = ORL_EXIT_SIGNAL + c.signals.ended_by;
	}
	free(c.buf);
	return status;
}
