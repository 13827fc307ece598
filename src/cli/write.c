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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/door.h"

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

static int store(struct orl_tree *t, const char *path, int flags, const char *buf, size_t len)
{
	static const struct orl_caller self = { 0 };
	struct orl_file *f;
	ssize_t n = orl_tree_open_file(t, path, O_WRONLY | flags, &self, &f);

	if (n)
		return orl_door_failed(path, (int)n);
	n = len ? orl_file_write(f, buf, len, 0, &self) : 0;
	if (n < 0) {
		orl_door_failed(path, (int)n);
		explain(orl_file_error(f));
	}
	orl_file_close(f);
	return n < 0 ? orl_cli_status((int)n) : 0;
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
