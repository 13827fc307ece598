// SPDX-License-Identifier: MIT
/*
 * The loop of oriel record: pump, show progress, look for a reason to end, pause.
 *
 * The pause follows the load: before each pass it is seen how far the fullest ring has got since
 * the last one, and the next pause is such that it gets no further than a quarter. A CPU's ring of
 * the default 16 MiB lasts 100 ms at 5 million records of 32 bytes a second; a leased ring is much
 * smaller.
 *
 * Reasons to end: PROG or the process of -p is gone, time or size is used up, a signal. A first
 * signal while PROG runs only asks PROG to end (it may want to say goodbye, and that is part of
 * the recording); a second one, or GRACE_NS, ends the recording.
 */
#include "cli/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/live.h"

#define PAUSE_MIN_NS 100000ULL
#define PAUSE_MAX_NS 10000000ULL
#define PROGRESS_NS 200000000ULL
#define get(at) __atomic_load_n(at, __ATOMIC_RELAXED) /* of the writing thread */
#define GRACE_NS 2000000000ULL
static bool is_time_up(const struct orl_record_run *r, uint64_t now)
{
	return r->args->duration > 0 && (double)(now - r->begin_ns) >= r->args->duration * 1e9;
}

static void on_signal(struct orl_record_run *r, int sig, uint64_t now)
{
	if (sig == SIGCHLD) {
		orl_record_reap(r);
		return;
	}
	if (!r->child || r->stop_by_ns) {
		r->ending = ORL_END_SIGNAL;
		return;
	}
	/* From the keyboard, PROG has got it too. */
	if (!r->signals.from_terminal)
		kill(r->child, sig);
	r->stop_by_ns = now + GRACE_NS;
}

static void look_for_end(struct orl_record_run *r, uint64_t now)
{
	if (r->ending != ORL_END_NONE)
		return;
	if (r->is_child_done || (r->args->pid && !orl_process_is_alive(r->args->pid)))
		r->ending = r->signals.ended_by ? ORL_END_SIGNAL : ORL_END_PROGRAM;
	else if (r->stop_by_ns && now >= r->stop_by_ns)
		r->ending = ORL_END_SIGNAL;
	else if (is_time_up(r, now))
		r->ending = ORL_END_DURATION;
	else if (get(&r->pump->is_full))
		r->ending = ORL_END_SIZE;
}

static void show_progress(const struct orl_record_run *r, uint64_t now)
{
	char size[24];

	orl_cli_bytes(size, get(&r->pump->spooled));
	fprintf(stderr, "\r%.1f s, %llu records, %s, %llu lost\033[K",
		(double)(now - r->begin_ns) / 1e9, (unsigned long long)get(&r->pump->nr_records),
		size, (unsigned long long)r->pump->nr_lost);
	fflush(stderr);
}

static void fail(struct orl_record_run *r, int error)
{
	const char *text = orl_tracedat_error(r->file);

	orl_cli_error("%s", *text ? text : strerror(-error));
	r->ending = ORL_END_ERROR;
	r->status = orl_cli_status(error);
}

/* @fill: what gathered in @ns, in 1/1000 of the fullest ring */
static uint64_t next_pause(uint64_t pause, unsigned int fill, uint64_t ns)
{
	if (fill >= 250)
		return 0;
	pause = fill ? ns / fill * 250 : pause * 2;
	if (pause < PAUSE_MIN_NS)
		return PAUSE_MIN_NS;
	return pause > PAUSE_MAX_NS ? PAUSE_MAX_NS : pause;
}

void orl_record_loop(struct orl_record_run *r)
{
	bool has_progress = orl_cli_is_terminal();
	uint64_t pause = PAUSE_MIN_NS, shown = 0, passed = r->begin_ns, now;
	unsigned int fill;
	uint32_t pages;
	int ret, sig;

	/*
	 * Where we may: what is recorded wants every CPU, and a recorder that waits its turn loses
	 * records. PROG was started before this and keeps the priority it was given.
	 */
	setpriority(PRIO_PROCESS, 0, ORL_PUMP_PRIORITY);
	while (r->ending == ORL_END_NONE) {
		now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		fill = orl_pump_fill(r->pump);
		pause = next_pause(pause, fill, now - passed);
		passed = now;
		ret = orl_pump_pass(r->pump, false, &pages);
		now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		if (ret) {
			fail(r, ret);
			break;
		}
		if (has_progress && now - shown >= PROGRESS_NS) {
			show_progress(r, now);
			shown = now;
		}
		sig = orl_signals_wait(&r->signals, pause);
		now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		if (sig)
			on_signal(r, sig, now);
		look_for_end(r, now);
	}
	if (has_progress && shown)
		fputs("\r\033[K", stderr);
}

void orl_record_drain(struct orl_record_run *r)
{
	uint32_t pages;
	int ret;

	orl_pump_end(r->pump);
	do
		ret = orl_pump_pass(r->pump, true, &pages);
	while (!ret && pages && !get(&r->pump->is_full));
}

void orl_record_close(struct orl_record_run *r)
{
	int ret = orl_pump_close(r->pump);

	if (ret && !r->status)
		fail(r, ret);
	else if (r->pump->is_full)
		r->ending = ORL_END_SIZE;
}
