// SPDX-License-Identifier: MIT
/*
 * Other clocks are CLOCK_MONOTONIC and a distance.
 */
#include "reader/clocks.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "reader/control.h"
#include "reader/set-impl.h"

static const char *const names[ORL_NR_TRACE_CLOCKS] = {
	[ORL_TRACE_LOCAL] = "local", [ORL_TRACE_GLOBAL] = "global",
	[ORL_TRACE_MONO] = "mono",   [ORL_TRACE_BOOT] = "boot",
	[ORL_TRACE_TAI] = "tai",     [ORL_TRACE_X86_TSC] = "x86-tsc",
};

static bool has_tsc(const struct orl_session *s)
{
#if defined(__x86_64__) || defined(__i386__)
	return s->domain.ctl->clock == ORL_CLOCK_TSC;
#else
	(void)s;
	return false;
#endif
}

const char *orl_clock_name(const struct orl_session *s, uint32_t clock)
{
	if (clock >= ORL_NR_TRACE_CLOCKS || (clock == ORL_TRACE_X86_TSC && !has_tsc(s)))
		return NULL;
	return names[clock];
}

enum orl_trace_clock orl_session_clock(const struct orl_session *s)
{
	uint32_t clock = __atomic_load_n(&s->set->clock, __ATOMIC_RELAXED);

	return orl_clock_name(s, clock) ? (enum orl_trace_clock)clock : ORL_TRACE_LOCAL;
}

int orl_session_set_clock(struct orl_session *s, const char *name)
{
	uint32_t clock = 0;
	int fd;

	while (clock < ORL_NR_TRACE_CLOCKS &&
	       (!orl_clock_name(s, clock) || strcmp(names[clock], name)))
		clock++;
	if (clock == ORL_NR_TRACE_CLOCKS)
		return orl_session_fail(s, -EINVAL, "'%.32s' is no clock of this domain", name);
	fd = orl_set_lock(s);
	if (fd < 0)
		return fd;
	__atomic_store_n(&s->set->clock, clock, __ATOMIC_RELEASE);
	orl_set_unlock(fd);
	return orl_control_clear(s);
}

static int64_t now_ns(clockid_t id)
{
	struct timespec t = { .tv_sec = 0 };

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Of several readings the narrowest, so that a pause between two of them does no harm. */
static int64_t distance(clockid_t id)
{
	int64_t best = INT64_MAX, result = 0;

	for (int i = 0; i < 5; i++) {
		int64_t before = now_ns(CLOCK_MONOTONIC), there = now_ns(id);
		int64_t after = now_ns(CLOCK_MONOTONIC);

		if (after - before < best) {
			best = after - before;
			result = there - before - best / 2;
		}
	}
	return result;
}

void orl_session_clock_conv(const struct orl_session *s, enum orl_trace_clock clock,
			    struct orl_clock_conv *conv)
{
	memset(conv, 0, sizeof(*conv));
	conv->time = s->time;
	conv->is_raw = clock == ORL_TRACE_X86_TSC;
	if (clock == ORL_TRACE_BOOT)
		conv->offset_ns = distance(CLOCK_BOOTTIME);
	else if (clock == ORL_TRACE_TAI)
		conv->offset_ns = distance(CLOCK_TAI);
}

uint64_t orl_clock_conv(void *arg, uint64_t ticks)
{
	const struct orl_clock_conv *c = arg;
	uint64_t ns, distance;

	if (c->is_raw)
		return ticks;
	ns = orl_timebase_ns(&c->time, ticks);
	distance = c->offset_ns < 0 ? -(uint64_t)c->offset_ns : (uint64_t)c->offset_ns;
	if (c->offset_ns < 0)
		return ns > distance ? ns - distance : 0;
	return ns > UINT64_MAX - distance ? UINT64_MAX : ns + distance;
}

bool orl_clock_in_ns(enum orl_trace_clock clock)
{
	return clock != ORL_TRACE_X86_TSC;
}
