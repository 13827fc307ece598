// SPDX-License-Identifier: MIT
/*
 * Lines are collected and written in blocks: one write per 64 KiB, whatever standard output is.
 */
#include "cli/sink.h"

#include <errno.h>
#include <stdio.h>

#include "cli/cli.h"

#define BLOCK (64U << 10)

int orl_sink_record(struct orl_sink *s, const struct orl_record *rec)
{
	switch (s->style) {
	case ORL_STYLE_TRACE:
		orl_line_trace(&s->text, s->formats, s->comms, rec);
		break;
	case ORL_STYLE_REPORT:
		orl_line_report(&s->text, s->formats, s->comms, rec);
		break;
	case ORL_STYLE_JSON:
		orl_line_json(&s->text, s->formats, s->comms, rec);
		break;
	}
	return s->text.len < BLOCK && !s->text.failed ? 0 : orl_cli_put(&s->text);
}

int orl_sink_flush(struct orl_sink *s)
{
	int ret = orl_cli_put(&s->text);

	if (fflush(stdout) && !ret)
		ret = -EIO;
	return ret;
}

void orl_sink_fini(struct orl_sink *s)
{
	orl_text_fini(&s->text);
}
