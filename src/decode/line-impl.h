/* SPDX-License-Identifier: MIT */
/* What line.c and line-trace.c share: the fields that every record has, and common pieces of text.
 */
#ifndef ORL_DECODE_LINE_IMPL_H
#define ORL_DECODE_LINE_IMPL_H

#include "decode/line.h"
#include "decode/program.h"

/* What the common fields say, and whose they are. */
struct orl_line_head {
	const struct orl_format *format;	/* NULL: no such event */
	unsigned int type;
	uint8_t flags, preempt;
	int32_t pid;
	const char *comm;
};

/** orl_line_head() - false: the record is too short to have common fields */
bool orl_line_head(struct orl_line_head *h, const struct orl_formats *formats,
		   const struct orl_comms *comms, const struct orl_record *rec);

/** orl_line_name() - "            comm-pid  ", the pid padded to @pid_width */
void orl_line_name(struct orl_text *out, const struct orl_line_head *h, size_t pid_width);

/** orl_line_cpu() - "[003]" */
void orl_line_cpu(struct orl_text *out, int cpu);

/** orl_line_time() - "  seconds.micros", rounded to the nearest, seconds at least 5 wide behind a
 * blank */
void orl_line_time(struct orl_text *out, uint64_t ns);

/** orl_line_lost() - "CPU:1 [LOST 5 EVENTS]" and newline */
void orl_line_lost(struct orl_text *out, const struct orl_record *rec, const char *before,
		   const char *after);

void orl_line_broken(struct orl_text *out, const struct orl_record *rec);
void orl_line_unknown(struct orl_text *out, const struct orl_line_head *h);

/** orl_line_text() - the text of a string field, escaped, without a newline at its end */
void orl_line_text(struct orl_text *out, const struct orl_format *f, const char *field,
		   const struct orl_record *rec);

/* ---- line-bprint.c: records of ftrace:bprint ---- */

/** orl_line_bprint_report() - "function: text", as libtraceevent has it */
void orl_line_bprint_report(struct orl_text *out, const struct orl_formats *formats,
			    const struct orl_record *rec);

/** orl_line_bprint() - the same as the kernel's trace file has it; @msg_only: the text alone */
void orl_line_bprint(struct orl_text *out, const struct orl_line_style *style,
		     const struct orl_formats *formats, const struct orl_record *rec,
		     bool msg_only);

/** orl_line_bprint_json() - the members of "fields": ip, function, fmt, msg */
void orl_line_bprint_json(struct orl_text *out, const struct orl_formats *formats,
			  const struct orl_record *rec);

#endif
