// SPDX-License-Identifier: MIT
/*
 * Lines are collected and written in blocks: one write per 64 KiB, whatever standard output is.
 */
#include "cli/sink.h"

#include <errno.h>
#include <stdio.h>

#include "abi/set.h"
#include "cli/cli.h"
#include "reader/tasks.h"
#include "symbols/symbols.h"

#define BLOCK (64U << 10)

static void put_symbol(void *arg, int32_t tid, uint64_t addr, bool with_size, struct orl_text *out)
{
	struct orl_sink *s = arg;

	if (s->tid != tid) {
		s->pid = orl_tasks_process(s->session, tid);
		s->tid = tid;
	}
	orl_symbols_print(&s->symbols, s->session->domain.dir, s->pid ? s->pid : tid, addr,
			  with_size, out);
}

static void put_trace(struct orl_sink *s, const struct orl_record *rec)
{
	const struct orl_line_style style = {
		.options = ORL_OPT_DEFAULT,
		.symbol = s->session ? put_symbol : NULL,
		.arg = s,
	};

	orl_line_styled(&s->text, &style, s->formats, s->comms, rec);
}

int orl_sink_record(struct orl_sink *s, const struct orl_record *rec)
{
	switch (s->style) {
	case ORL_STYLE_TRACE:
		put_trace(s, rec);
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
	orl_symbols_destroy(s->symbols);
	orl_text_fini(&s->text);
}
