/* SPDX-License-Identifier: MIT */
/*
 * The clocks that trace_clock offers. Rings hold ticks of one counter whatever is chosen; a reader
 * converts. orl_set.clock is one of these numbers.
 */
#ifndef ORL_READER_CLOCKS_H
#define ORL_READER_CLOCKS_H

#include "reader/session.h"

enum orl_trace_clock {
	ORL_TRACE_LOCAL,		/* CLOCK_MONOTONIC in ns, as global and mono: see DESIGN */
	ORL_TRACE_GLOBAL,
	ORL_TRACE_MONO,
	ORL_TRACE_BOOT,			/* CLOCK_BOOTTIME */
	ORL_TRACE_TAI,
	ORL_TRACE_X86_TSC,		/* the counter itself; only where the rings have it */
	ORL_NR_TRACE_CLOCKS,
};

/** orl_clock_name() - "local", ...; NULL when this domain has no such clock */
const char *orl_clock_name(const struct orl_session *s, uint32_t clock);

/** orl_session_clock() - the one that is set, checked */
enum orl_trace_clock orl_session_clock(const struct orl_session *s);

/** orl_session_set_clock() - choose one by name, and clear the rings, as the kernel does; 0,
 * -EINVAL or -errno with text */
int orl_session_set_clock(struct orl_session *s, const char *name);

struct orl_clock_conv {
	struct orl_timebase time;
	int64_t offset_ns;
	bool is_raw;
};

/**
 * orl_session_clock_conv() - how to convert the session's ticks to a clock, as things are now (the
 * offsets of boot and tai move when the machine sleeps, or a leap second comes)
 */
void orl_session_clock_conv(const struct orl_session *s, enum orl_trace_clock clock,
			    struct orl_clock_conv *conv);

/** orl_clock_conv() - ticks to that clock, never decreasing; @arg: struct orl_clock_conv. In the
 * form that orl_merge_set_clock(), orl_consumer_open() and orl_page_convert() take. */
uint64_t orl_clock_conv(void *arg, uint64_t ticks);

/** orl_clock_in_ns() - does a clock count ns? (x86-tsc does not) */
bool orl_clock_in_ns(enum orl_trace_clock clock);

#endif /* ORL_READER_CLOCKS_H */
