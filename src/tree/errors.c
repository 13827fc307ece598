// SPDX-License-Identifier: MIT
/*
 * error_log: what was wrong with commands, with a caret under the place.
 */
#include <stdlib.h>
#include <string.h>

#include "tree/kinds.h"

int orl_show_errors(struct orl_file *f, struct orl_text *out)
{
	char *copy = NULL;
	size_t len = 0;
	int rc = orl_errors_read(f->session, &copy, &len);

	if (!rc)
		orl_text_write(out, copy, len);
	free(copy);
	return rc;
}

int orl_trunc_errors(struct orl_file *f)
{
	int rc = orl_errors_clear(f->session);

	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

/* As in the kernel a write is taken and does nothing: it is O_TRUNC that clears. */
int orl_store_errors(struct orl_file *f, char *buf, size_t len)
{
	(void)f;
	(void)buf;
	(void)len;
	return 0;
}

void orl_tree_mistake(struct orl_file *f, const char *text, uint32_t len,
		      const struct orl_mistake *m)
{
	uint64_t ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	struct orl_text out = ORL_TEXT_INIT;
	uint32_t from = m->from < len ? m->from : len, pos = m->pos;
	const char *shown;

	if (pos > len - from)
		pos = len - from;
	orl_text_printf(&out, "[%5llu.%06llu] %s: error: %s\n  Command: ",
			(unsigned long long)(ns / 1000000000ULL),
			(unsigned long long)(ns / 1000 % 1000000ULL), m->prefix, m->message);
	orl_text_escape(&out, text + from, len - from);
	orl_text_putc(&out, '\n');
	/* "  Command: " has 11 columns */
	orl_text_pad(&out, ' ', 11 + pos);
	orl_text_puts(&out, "^\n");
	shown = orl_text_str(&out);
	shown = shown ? strchr(shown, '\n') : NULL;
	orl_file_fail(f, m->err, "%s: %s%s", m->prefix, m->message, shown ? shown : "");
	if (!out.failed)
		orl_errors_add(f->session, out.buf, out.len);
	orl_text_fini(&out);
}
