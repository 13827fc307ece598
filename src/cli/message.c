// SPDX-License-Identifier: MIT
/*
 * What the program says to a person: one line each, on standard error, nothing that a terminal
 * would act on.
 *
 * A message names the file or process it is about and, where there is one, the way out. Names
 * come from shared memory and files that others wrote, so the finished line is escaped as a whole.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_quiet;

void orl_cli_setup(bool quiet)
{
	is_quiet = quiet;
}

const char *orl_cli_escape(char *buf, size_t size, const char *s)
{
	struct orl_text text = ORL_TEXT_INIT;
	size_t len;

	orl_text_escape(&text, s, strlen(s));
	len = text.len < size ? text.len : size - 1;
	if (len)
		memcpy(buf, text.buf, len);
	buf[len] = '\0';
	orl_text_fini(&text);
	return buf;
}

int orl_cli_put(struct orl_text *text)
{
	int ret = 0;

	if (text->failed)
		ret = -ENOMEM;
	else if (text->len && fwrite(text->buf, 1, text->len, stdout) != text->len)
		ret = errno ? -errno : -EIO;
	orl_text_reset(text);
	return ret;
}

static void say(const char *fmt, va_list ap)
{
	char line[2048], safe[2 * sizeof(line)];

	vsnprintf(line, sizeof(line), fmt, ap);
	orl_cli_escape(safe, sizeof(safe), line);
	fflush(stdout);
	fprintf(stderr, "oriel: %s\n", safe);
}

void orl_cli_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void orl_cli_note(const char *fmt, ...)
{
	va_list ap;

	if (is_quiet)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

int orl_cli_status(int error)
{
	switch (error < 0 ? -error : error) {
	case 0:
		return ORL_EXIT_OK;
	case EPERM:
	case EACCES:
	case ELOOP: /* a link where there must be none */
		return ORL_EXIT_DENIED;
	case EBADMSG:
	case EPROTO:
		return ORL_EXIT_DAMAGED;
	case ETIMEDOUT: /* a process does not answer */
		return ORL_EXIT_UNREACHED;
	default:
		return ORL_EXIT_FAILURE;
	}
}

int orl_cli_flush(int status)
{
	int failed = ferror(stdout);

	if (fflush(stdout) || failed) {
		orl_cli_error("cannot write to standard output: %s", strerror(errno));
		return ORL_EXIT_FAILURE;
	}
	return status;
}

bool orl_cli_is_terminal(void)
{
	const char *term = getenv("TERM");

	return !is_quiet && isatty(STDERR_FILENO) && !(term && !strcmp(term, "dumb"));
}

const char *orl_cli_bytes(char buf[24], uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes;
	unsigned int unit = 0;

	while (n >= 1024 && unit < 4) {
		n /= 1024;
		unit++;
	}
	snprintf(buf, 24, unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
	return buf;
}
