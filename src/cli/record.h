/* SPDX-License-Identifier: MIT */
/*
 * The parts of oriel record.
 */
#ifndef ORL_CLI_RECORD_H
#define ORL_CLI_RECORD_H

#include "cli/place.h"
#include "cli/pump.h"
#include "cli/signals.h"

enum orl_ending {
	ORL_END_NONE,
	ORL_END_PROGRAM, /* PROG, or the process of -p, has ended */
	ORL_END_DURATION,
	ORL_END_SIZE,
	ORL_END_SIGNAL,
	ORL_END_ERROR,
};

struct orl_record_run {
	const struct orl_args *args;
	const char *path; /* of the file */
	const char *const *patterns;
	unsigned int nr_patterns;
	struct orl_session session;
	bool is_open;	 /* session */
	bool is_private; /* the domain is ours and goes with us */
	struct orl_tracedat *file;
	struct orl_pump *pump;
	struct orl_signals signals;
	bool is_unreached; /* some process did not follow */
	/* PROG */
	pid_t child;	  /* 0: none, or reaped */
	int child_status; /* of waitpid */
	bool is_child_done;
	/* how it went */
	enum orl_ending ending;
	int status; /* of a failure that was reported, 0: none */
	uint64_t begin_ns, end_ns;
	uint64_t stop_by_ns; /* a signal asked for the end: when patience ends, 0: none did */
};

/* ---- record-prog.c ---- */

/** orl_record_private() - make a domain for this recording; 0 or an exit status after a message */
int orl_record_private(struct orl_record_run *r);

/** orl_record_start() - start PROG in it; 0 or an exit status after a message */
int orl_record_start(struct orl_record_run *r);

/** orl_record_reap() - take PROG's status if it has ended */
void orl_record_reap(struct orl_record_run *r);

/** orl_record_stop_prog() - ask PROG to end, and wait for it for a while */
void orl_record_stop_prog(struct orl_record_run *r);

/** orl_record_leave() - remove the private domain */
void orl_record_leave(struct orl_record_run *r);

/* ---- record-loop.c ---- */

/** orl_record_loop() - record until there is a reason to end; sets r->ending */
void orl_record_loop(struct orl_record_run *r);

/** orl_record_drain() - take what was written up to now */
void orl_record_drain(struct orl_record_run *r);

/** orl_record_close() - wait until what was taken is in the file; reports an error of it */
void orl_record_close(struct orl_record_run *r);

/* ---- record-meta.c ---- */

/**
 * orl_record_finish() - write the file with formats, names and statistics; 0 or an exit status
 * after a message
 */
int orl_record_finish(struct orl_record_run *r);

/* ---- record-functions.c ---- */

/**
 * orl_record_functions() - append the functions of the stacks that were recorded, one a line as in
 * /proc/kallsyms, sorted
 */
void orl_record_functions(struct orl_record_run *r, struct orl_text *out);

/* ---- record-summary.c ---- */

/** orl_record_summary() - say what was recorded */
void orl_record_summary(const struct orl_record_run *r);

#endif /* ORL_CLI_RECORD_H */
