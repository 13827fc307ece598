// SPDX-License-Identifier: MIT
/*
 * oriel write PATH [TEXT]: echo TEXT > PATH, or without TEXT: cat > PATH. One write(2) either way,
 * because one write is one command.
 *
 * A file that refuses a text says why in words, with a caret below the place; error_log keeps the
 * same.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/door.h"
#include "domain/domain.h"

#define WRITE_MAX (1U << 20)

/* All of standard input; 0 or the exit status. */
static int read_input(char *buf, size_t *len)
{
	*len = 0;
	while (*len <= WRITE_MAX) {
		ssize_t n = read(STDIN_FILENO, buf + *len, WRITE_MAX + 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			orl_cli_error("standard input: %s", strerror(errno));
			return ORL_EXIT_FAILURE;
		}
		if (!n)
			return 0;
		*len += (size_t)n;
	}
	orl_cli_error("standard input is longer than 1 MiB, and one write is one command");
	return ORL_EXIT_FAILURE;
}

/* @text and the newline that echo puts behind it */
static int take_text(char *buf, size_t *len, const char *text)
{
	*len = strlen(text);
	if (*len + 1 > WRITE_MAX) {
		orl_cli_error("the text is longer than 1 MiB");
		return ORL_EXIT_USAGE;
	}
	memcpy(buf, text, *len);
	buf[(*len)++] = '\n';
	return 0;
}

/* The columns of a caret hold only if each line stands by itself. */
static void explain(const char *text)
{
	char line[1024], safe[2 * sizeof(line)];

	fflush(stdout);
	while (*text) {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		if (len)
			fprintf(stderr, "%s\n", orl_cli_escape(safe, sizeof(safe), line));
		text += len + (text[len] == '\n');
	}
}

/* Until the program may have answered. A signal ends us, and with us what was asked. */
static void wait_for_program(struct orl_file *f)
{
	struct pollfd p = { .fd = -1 };
	uint64_t until_ns, now_ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	struct timespec limit = { 0, 0 };

	p.fd = orl_file_wait(f, &p.events, &until_ns);
	if (until_ns > now_ns && until_ns != UINT64_MAX) {
		limit.tv_sec = (time_t)((until_ns - now_ns) / 1000000000U);
		limit.tv_nsec = (long)((until_ns - now_ns) % 1000000000U);
	}
	ppoll(&p, 1, until_ns == UINT64_MAX ? NULL : &limit, NULL);
}

/* One write, or as many as a program's file takes; 0 or -errno */
static int put(struct orl_file *f, const char *buf, size_t len)
{
	static const struct orl_caller self = { 0 };
	size_t done = 0;

	while (done < len) {
		ssize_t n = orl_file_write_for(f, buf, buf + done, len - done, (off_t)done, &self);

		if (n == -EINPROGRESS)
			wait_for_program(f);
		else if (n <= 0)
			return n ? (int)n : -ENOSPC;
		else
			done += orl_file_is_remote(f) ? (size_t)n : len;
	}
	return 0;
}

static int store(struct orl_tree *t, const char *path, int flags, const char *buf, size_t len)
{
	static const struct orl_caller self = { 0 };
	struct orl_file *f;
	int rc = orl_tree_open_file(t, path, O_WRONLY | flags, &self, &f);

	if (rc)
		return orl_door_failed(path, rc);
	while ((rc = orl_file_opened(f, buf)) == -EINPROGRESS)
		wait_for_program(f);
	if (!rc)
		rc = put(f, buf, len);
	if (rc && orl_file_is_remote(f)) {
		orl_door_file_failed(path, f, rc);
	} else if (rc) {
		orl_door_failed(path, rc);
		explain(orl_file_error(f));
	}
	orl_file_close(f);
	return rc ? orl_cli_status(rc) : 0;
}

int orl_cmd_write(const struct orl_args *args)
{
	char path[ORL_DOOR_PATH_MAX], *buf = malloc(WRITE_MAX + 1);
	struct orl_tree *t;
	size_t len;
	int ret;

	if (!buf) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	ret = args->nr_rest > 1 ? take_text(buf, &len, args->rest[1]) : read_input(buf, &len);
	if (!ret)
		ret = orl_door_open(&t, args, ORL_TREE_CREATE);
	if (!ret) {
		ret = orl_door_path(t, args->rest[0], path);
		if (!ret)
			ret = store(t, path, args->append ? O_APPEND : O_TRUNC, buf, len);
		orl_tree_close(t);
	}
	free(buf);
	return ret;
}
