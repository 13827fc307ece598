/* SPDX-License-Identifier: MIT */
/*
 * One record, one line: the forms in which records are shown to people and programs.
 *
 *   orl_line_trace    the tracefs files trace and trace_pipe, in their default form
 *   orl_line_report   trace-cmd report, as of 3.1.6 with its plugins for the scheduler
 *   orl_line_json     one JSON object
 *
 * Each appends whole lines with their newline; a record that follows a loss is preceded by a line
 * (in JSON: has a member) that says so. Records may be damaged; a line comes out regardless.
 * Times are taken as nanoseconds.
 */
#ifndef ORL_DECODE_LINE_H
#define ORL_DECODE_LINE_H

#include "abi/set.h"
#include "decode/formats.h"
#include "reader/page.h"

/**
 * orl_line_trace_header() - the comment lines at the top of the trace file
 * @entries: records that can be read
 * @written: records that were written, the overwritten ones included
 */
void orl_line_trace_header(struct orl_text *out, uint64_t entries, uint64_t written,
			   unsigned int nr_cpus);

/** orl_line_trace() - a line of the trace file */
void orl_line_trace(struct orl_text *out, const struct orl_formats *formats,
		    const struct orl_comms *comms, const struct orl_record *rec);

/*
 * How the trace file shows records: the options of an instance, and who knows what a record does
 * not say itself.
 */
struct orl_line_style {
	uint64_t options;		/* ORL_OPT_* of abi/set.h */
	bool is_counter;		/* times are plain numbers, not ns */
	uint64_t nr;			/* records shown before this one: latency-format, verbose */
	uint64_t next_ts; /* time of the record behind it, or its own: latency-format */
	/* process of a thread, 0 unknown; may be NULL */
	int32_t (*tgid)(void *arg, int32_t tid);
	/* append "function+0x12/0x34", "+0x12" alone without @with_size, or "0x..."; NULL: 0x... */
	void (*symbol)(void *arg, int32_t tid, uint64_t addr, bool with_size,
		       struct orl_text *out);
	void *arg;
};

/* What stands above the records. */
struct orl_line_title {
	uint64_t entries, written;	/* see orl_line_trace_header() */
	unsigned int nr_cpus;
	const char *release;		/* of the kernel, for latency-format */
};

/** orl_line_title() - the comment lines at the top, as the options want them; @t NULL: "tracer"
 * only
 */
void orl_line_title(struct orl_text *out, const struct orl_line_style *style,
		    const struct orl_line_title *t);

/**
 * orl_line_styled() - a record as the options want it
 * One line with its newline, but: a stack has a line per address, `hex` an empty one behind it, and
 * `bin` is no text at all.
 */
void orl_line_styled(struct orl_text *out, const struct orl_line_style *style,
		     const struct orl_formats *formats, const struct orl_comms *comms,
		     const struct orl_record *rec);

/** orl_line_report() - a line of trace-cmd report */
void orl_line_report(struct orl_text *out, const struct orl_formats *formats,
		     const struct orl_comms *comms, const struct orl_record *rec);

/**
 * orl_line_json() - a JSON object
 *
 * Members: "ts" (ns), "cpu", "pid", "comm", "event" ("system:name"), "fields" (see
 * orl_format_json()); with a loss before it also "lost" (the number, or true when unknown).
 */
void orl_line_json(struct orl_text *out, const struct orl_formats *formats,
		   const struct orl_comms *comms, const struct orl_record *rec);

#endif /* ORL_DECODE_LINE_H */
