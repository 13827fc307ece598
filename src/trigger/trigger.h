/* SPDX-License-Identifier: MIT */
/*
 * Running filters, triggers and hists on a record, in the traced process; and in a tool, for the
 * records that it writes itself (trace_marker).
 *
 * Libc only, no malloc, no lock, no system call but what the callbacks make. Everything here may be
 * called in a signal handler that interrupted the same function, and on hooks whose bytes anybody
 * may change at any moment: each instruction is loaded once and checked as it runs, and every loop
 * is bounded by a constant.
 */
#ifndef ORL_TRIGGER_TRIGGER_H
#define ORL_TRIGGER_TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/hook.h"
#include "abi/set.h"

/* The record in question, and what else a program may ask about. */
struct orl_occurrence {
	const void *rec;		/* its first 8 bytes are not valid: */
	uint64_t common;		/* these are; the low half word is the event's id */
	uint32_t len;			/* bytes of the record */
	const struct orl_occurrence_ops *ops;
	/* for the ops alone, NULL and 0 where they do not use them */
	const void *frame;		/* __builtin_frame_address() of what the event called */
	uint32_t clock;			/* ORL_CLOCK_* of the rings */
};

/* Each is called at most a few times per record, and only by programs that ask. */
struct orl_occurrence_ops {
	uint32_t (*cpu)(const struct orl_occurrence *o);
	/* the thread's name: writes 16 bytes with NUL */
	void (*comm)(const struct orl_occurrence *o, char comm[16]);
	uint64_t (*ticks)(const struct orl_occurrence *o);
	/* return addresses, innermost first; returns how many of at most @max */
	uint32_t (*stack)(const struct orl_occurrence *o, uint64_t *addr, uint32_t max);
};

/**
 * orl_filter_pass() - does a filter hook let a record through?
 * At most ORL_NR_INSNS instructions, each bounded by the record's length; one that asks for bytes
 * outside the record ends with "no". Any context, any bytes. A hook that is being rewritten, or
 * that is by now another event's, lets everything through: nothing is lost by a change of filters.
 */
bool orl_filter_pass(const struct orl_hook *hook, const struct orl_occurrence *o);

/**
 * orl_hook_check() - is a hook what the tools' compiler may produce?
 * Targets lead forward, offsets of fixed fields lie in a record of @max_len bytes, constants lie in
 * data, the hist spec's key fits. A process uses no hook that fails. That a hook passed is no
 * promise: its bytes may change, and all is checked again as it runs. Return: 0 or -EINVAL.
 */
int orl_hook_check(const struct orl_hook *hook, uint32_t max_len);

/* A mapped hist: addresses come from this checked copy, never from the file. */
struct orl_hist {
	char *map;
	size_t map_len;
	uint32_t id;
	uint32_t size, nr_slots, entry_len, nr_vals, key_len;
	struct orl_hist_spec spec;
};

/** orl_hist_check() - fill in @h from a mapped file of @len bytes; 0, -EBADMSG or -EPROTO */
int orl_hist_check(struct orl_hist *h, void *map, size_t len);

/** orl_hist_update() - count one record: steps E1..E4 of abi/hook.h. Any context. */
void orl_hist_update(const struct orl_hist *h, const struct orl_occurrence *o);

/** orl_glob_bounded() - orl_glob_match() of @s, which ends at a NUL or after @len bytes, by a
 * pattern of @pattern_len bytes; no recursion, time at most the product of both lengths */
bool orl_glob_bounded(const char *pattern, uint32_t pattern_len, const char *s, uint32_t len);

/*
 * What a trigger acts upon: one instance, as the running process or tool has it mapped. Ring states
 * are changed by atomic instructions only.
 */
struct orl_trigger_host {
	struct orl_set *set;
	/* switch all rings of half 0 or 1 of the instance on or off, see orl_rings_switch(); NULL
	 * where that half is not there */
	struct orl_rings *rings[2];
};

/*
 * Both switches work from any context and any number of processes at once; of two that disagree
 * the one whose store to the set is last wins. Steps of orl_rings_swap(): S1 flip set->active; S2
 * the new half's rings lose ASIDE and go on; S3 the old half's get ASIDE and go off. Between S2 and
 * S3 both take records, so that none is dropped.
 */
/** orl_rings_switch() - tracing_on: S1 store set->tracing_on, then the rings */
void orl_rings_switch(const struct orl_trigger_host *host, bool on);
/** orl_rings_swap() - take a snapshot, and count it in set->snapshots; false when the second half
 * is not there */
bool orl_rings_swap(const struct orl_trigger_host *host);
/** orl_rings_settle() - bring the rings' states in line with the set's tracing_on and active; what
 * both switches do after S1. MASKED and RETIRED are the caller's to change before. */
void orl_rings_settle(const struct orl_trigger_host *host);

/* What is left to the caller of orl_trigger_run(). */
#define ORL_DO_STACKTRACE 1U		/* append a stack record behind this one */

/**
 * orl_trigger_run() - run one trigger hook on a record
 * @hist: of hook->hist_id, or NULL
 *
 * Checks the hook's filter and takes from its count, then acts. What switches something
 * (traceon, traceoff, enable_event, disable_event) takes from the count only when it changes
 * something, as in the kernel. Return: ORL_DO_*.
 */
uint32_t orl_trigger_run(struct orl_hook *hook, const struct orl_trigger_host *host,
			 const struct orl_hist *hist, const struct orl_occurrence *o);

#endif
