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
