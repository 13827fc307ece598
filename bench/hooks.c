// SPDX-License-Identifier: MIT
/*
 * What filters and triggers add to an enabled event: the same event with and without, in turns, on
 * one CPU.
 */
#include "bench.h"
#include "hooks_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/hook.h"
#include "reader/events.h"
#include "reader/instance.h"

#define SLICE 30000UL
#define ROUNDS 600U
#define WARM 700000UL			/* once around the ring */
#define KEYS 64U
#define OFF_SIZE 16U			/* of the field "size" in the record */

#define VARIANT(name) \
	static void run_##name(unsigned long n) \
	{ \
		for (unsigned long i = 0; i < n; i++) \
			trace_hook_##name(i, (uint32_t)i % KEYS, 3); \
	}

VARIANT(none)
VARIANT(pass)
VARIANT(fail)
VARIANT(both)
VARIANT(hist)
VARIANT(count)

/* Frames for the walk to find, as many as a small program has. */
static __attribute__((noinline)) void deep(unsigned int levels, unsigned long n)
{
	if (levels) {
		deep(levels - 1, n);
		__asm__ volatile("");
		return;
	}
	for (unsigned long i = 0; i < n; i++)
		trace_hook_stack(i, (uint32_t)i % KEYS, 3);
}

static void run_stack(unsigned long n)
{
	deep(8, n);
}

/* ---- what hangs on the events ---- */

static uint32_t id_of(const struct orl_session *s, const char *name)
{
	struct orl_events events;
	uint32_t id = 0;

	if (orl_events_load(&events, s))
		bench_die("no memory");
	for (uint32_t i = 0; i < events.nr; i++)
		if (!strcmp(events.event[i].name, name))
			id = (uint32_t)events.event[i].id;
	orl_events_fini(&events);
	if (!id)
		bench_die("the event %s is not registered", name);
	return id;
}

/* "size cmp value" as a hook's only instruction. */
static void compare(struct orl_hook *hook, uint32_t cmp, uint64_t value)
{
	hook->insn[hook->nr_insns++] = (struct orl_insn){
		.op = (uint8_t)(ORL_LOAD_U32 << 4 | cmp), .yes = ORL_INSN_PASS,
		.no = ORL_INSN_FAIL, .off = OFF_SIZE, .size = 4, .imm = value };
}

static void add(struct orl_session *s, struct orl_hook *hook)
{
	int fd = orl_set_lock(s);

	if (fd < 0 || orl_hook_add_locked(s, hook) < 0)
		bench_die("%s", s->error);
	orl_set_publish(s, false);
	orl_set_unlock(fd);
}

static void add_filter(struct orl_session *s, const char *name, uint32_t cmp, uint64_t value)
{
	struct orl_hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		bench_die("no memory");
	hook->kind = ORL_HOOK_FILTER;
	hook->event = id_of(s, name);
	compare(hook, cmp, value);
	add(s, hook);
	free(hook);
}

static void add_trigger(struct orl_session *s, const char *name, uint32_t cmd)
{
	struct orl_hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		bench_die("no memory");
	hook->kind = ORL_HOOK_TRIGGER;
	hook->event = id_of(s, name);
	hook->cmd = cmd;
	hook->count = -1;
	if (cmd == ORL_CMD_HIST) {
		int id;

		hook->hist = (struct orl_hist_spec){ .nr_keys = 1, .key_len = 8 };
		hook->hist.key[0] =
			(struct orl_hist_field){ .load = ORL_LOAD_U32, .off = OFF_SIZE, .size = 4 };
		id = orl_hist_create(s, &hook->hist, 2048);
		if (id < 0)
			bench_die("%s", s->error);
		hook->hist_id = (uint32_t)id;
	}
	add(s, hook);
	free(hook);
}

static void add_hooks(void)
{
	struct orl_session s;

	if (orl_session_open(&s, NULL, 0))
		bench_die("%s", s.error);
	add_filter(&s, "hook_pass", ORL_CMP_LT, KEYS);
	add_filter(&s, "hook_fail", ORL_CMP_GE, KEYS);
	add_trigger(&s, "hook_hist", ORL_CMD_HIST);
	add_trigger(&s, "hook_count", ORL_CMD_HIST);
	add_filter(&s, "hook_count", ORL_CMP_GE, KEYS);
	add_trigger(&s, "hook_stack", ORL_CMD_STACKTRACE);
	add_trigger(&s, "hook_both", ORL_CMD_HIST);
	add_filter(&s, "hook_both", ORL_CMP_LT, KEYS);
	orl_session_close(&s);
}

/* ---- */

struct row {
	const char *what;
	void (*run)(unsigned long n);
	double target;
	unsigned int records;		/* that one event writes */
};

static const struct row rows[] = {
	{ "event as it is", run_none, 0, 1 },
	{ "event with a filter that passes", run_pass, 1.3, 1 },
	{ "event with a filter that rejects", run_fail, 0.6, 0 },
	{ "event with a hist of one key", run_hist, 3, 1 },
	{ "hist of one key, the event not recorded", run_count, 0, 0 },
	{ "event with a filter that passes and a hist", run_both, 0, 1 },
	{ "event with a stacktrace of about 12 frames", run_stack, 0, 2 },
};

#define NR (sizeof(rows) / sizeof(rows[0]))

static void check_written(const struct row *r)
{
	uint64_t before = bench_written();

	r->run(1000);
	before = bench_written() - before;
	if (before != 1000ULL * r->records)
		bench_die("%s: %llu records instead of %u", r->what, (unsigned long long)before,
			  1000 * r->records);
}

int main(int argc, char **argv)
{
	struct bench_variant v[NR];

	(void)argc;
	bench_traced(argv, "bench_hooks:*");
	bench_pin();
	add_hooks();
	for (unsigned int i = 0; i < NR; i++) {
		v[i] = (struct bench_variant){ .name = rows[i].what, .run = rows[i].run };
		check_written(&rows[i]);
	}
	bench_hurry(false);
	run_none(WARM);
	bench_compare(v, NR, SLICE, bench_rounds(ROUNDS));
	for (unsigned int i = 1; i < NR; i++)
		bench_print(&(struct bench_result){
			.what = rows[i].what,
			.value = v[i].min / v[0].min,
			.unit = "x event",
			.target = rows[i].target,
			.min = v[i].min,
			.median = v[i].median,
			.floor_min = v[0].min,
			.floor_median = v[0].median,
			.floor = "the event as it is, ns",
		});
	return 0;
}
