/* SPDX-License-Identifier: MIT */
/*
 * Lines that are on: from the arguments of a call to a record of the event bprint.
 *
 *   print-plan.c   when a site goes on: its format, parsed to the kinds of its arguments
 *   print-emit.c   each line: arguments by kind into a record (abi/print.h), and to the console
 *   print-call.c   the event bprint, which no object has: recorded in the top instance
 *   print-hex.c    print_hex_dump()
 *   console.c      the console: standard error, or the program's own
 *
 * A record is made on the stack, of at most ORL_PRINT_RECORD_MAX bytes. Numbers always find room:
 * a plan that cannot be sure of that is not made. Strings share what is left: each takes what it
 * needs or, where that is too much, half of what is there while others follow.
 */
#ifndef ORL_RUNTIME_PRINT_H
#define ORL_RUNTIME_PRINT_H

#include "abi/print.h"
#include "runtime/dyndbg.h"
#include "runtime/text-impl.h"

#pragma GCC visibility push(default)
#include "oriel/printk.h"
#pragma GCC visibility pop

enum orl_print_kind {
	ORL_ARG_U32,			/* as it is */
	ORL_ARG_U64,			/* integers, and addresses */
	ORL_ARG_S16, ORL_ARG_U16, ORL_ARG_S8, ORL_ARG_U8, /* cut to this, in 4 bytes */
	ORL_ARG_WIDTH,			/* '*', for the next but this */
	ORL_ARG_PRECISION,
	ORL_ARG_DOUBLE,
	ORL_ARG_LONG_DOUBLE,		/* recorded as a double */
	ORL_ARG_CHAR,
	ORL_ARG_STRING,			/* at most max bytes */
	ORL_ARG_STRING_STAR,		/* at most as many as the last ORL_ARG_PRECISION said */
	ORL_ARG_TEXT,			/* what %p and a letter print */
	ORL_ARG_NONE,			/* taken, not recorded */
};

struct orl_print_arg {
	uint8_t kind;
	uint8_t is_last;		/* of strings: no other follows */
	uint16_t rest;			/* bytes that arguments behind it need at least */
	uint32_t max;			/* STRING: of its precision; TEXT: which of specs[] */
};

struct orl_print_plan {
	uint32_t nr;
	uint32_t least;			/* bytes that all need at least */
	const struct orl_fmt_spec *specs;
	const char *module;		/* of the site */
	bool is_quick;			/* integers, addresses and strings alone, at most 4 */
	bool is_text;			/* the record has the line as text: one string */
	struct orl_print_arg arg[];
};

static inline const char *orl_print_module(const struct _ddebug *d)
{
	const struct orl_print_plan *plan = orl_load_acquire(&d->plan);

	return d->modname ? d->modname : plan && plan->module ? plan->module : "";
}

/* print-call.c; _locked as in plan.h */
extern struct trace_event_call orl_print_call;

/**
 * orl_print_decide_locked() - look what becomes of lines, once orl_insts_sync_locked() has
 * @is_wanted: some site is on
 * @err:       -errno of what stood in the way, else left alone
 */
void orl_print_decide_locked(bool is_wanted, int *err);
/** orl_print_follow_locked() - carry it out; before the sites of keys are brought in line */
void orl_print_follow_locked(void);

/* console.c */

/** orl_console_init() - read ORIEL_LOGLEVEL */
void orl_console_init(void);

/* Are the lines of sites printed there too? */
extern uint32_t orl_console_debug;

/** orl_console_site() - a site's line, at LOGLEVEL_DEBUG, with what its flags put in front */
void orl_console_site(const struct _ddebug *d, const char *fmt, struct orl_args *args);

#endif
