/* SPDX-License-Identifier: MIT */
/*
 * Where records become lines on standard output.
 */
#ifndef ORL_CLI_SINK_H
#define ORL_CLI_SINK_H

#include "decode/line.h"
#include "decode/text.h"
#include "reader/page.h"
#include "reader/session.h"

enum orl_style { ORL_STYLE_TRACE, ORL_STYLE_REPORT, ORL_STYLE_JSON };

struct orl_sink {
	enum orl_style style;
	struct orl_formats *formats; /* not owned */
	struct orl_comms *comms;     /* not owned */
	/* live: whose processes the stacks are of, not owned; NULL: addresses stay numbers */
	const struct orl_session *session;
	struct orl_symbols *symbols;
	int32_t tid, pid; /* the process of the thread asked for last */
	struct orl_text text;
};

/** orl_sink_record() - print one record, sooner or later; 0, -ENOMEM, or -errno of writing */
int orl_sink_record(struct orl_sink *s, const struct orl_record *rec);

/** orl_sink_flush() - print what is still held; 0, -ENOMEM, or -errno of writing */
int orl_sink_flush(struct orl_sink *s);

void orl_sink_fini(struct orl_sink *s);

#endif /* ORL_CLI_SINK_H */
