// SPDX-License-Identifier: MIT
/*
 * Writing one record as its author would have: on his CPU, with his thread id.
 *
 * The record is appended before its triggers run, because the kernel takes a marker's place in the
 * ring first: a traceoff or snapshot that it sets off has it as the last record.
 */
#include "marker/marker.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "marker/impl.h"

#define MAX_TRIES 8			/* a swap or a resize may come in between */
#define MAX_CPUS 8192U

struct mask {
	unsigned long word[MAX_CPUS / (8 * sizeof(long))];
};

/* Move to @cpu. Return: bytes of the mask that was, 0 when the thread stays where it is. */
static long move_to(int cpu, struct mask *was)
{
	struct mask just = { { 0 } };
	long len;

	if (cpu < 0 || cpu >= (int)MAX_CPUS)
		return 0;
	len = syscall(SYS_sched_getaffinity, 0, sizeof(*was), was);
	if (len <= 0)
		return 0;
	just.word[(size_t)cpu / (8 * sizeof(long))] |= 1UL << (size_t)cpu % (8 * sizeof(long));
	return syscall(SYS_sched_setaffinity, 0, sizeof(just), &just) ? 0 : len;
}

static void move_back(long len, const struct mask *was)
{
	if (len)
		syscall(SYS_sched_setaffinity, 0, (size_t)len, was);
}

/* ---- what a program may ask ---- */

struct author {
	struct orl_occurrence o;	/* first */
	uint64_t ticks;
};

static uint32_t op_cpu(const struct orl_occurrence *o)
{
	return orl_marker_this_cpu();
}

static void op_comm(const struct orl_occurrence *o, char comm[16])
{
	uint64_t words[2] = { 0 };

	orl_marker_comm((int32_t)(o->common >> 32), words);
	memcpy(comm, words, 16);
}

static uint64_t op_ticks(const struct orl_occurrence *o)
{
	return ((const struct author *)(const void *)o)->ticks;
}

/* The author's stack is his own. */
static uint32_t op_stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	return 0;
}

static const struct orl_occurrence_ops ops = {
	.cpu = op_cpu,
	.comm = op_comm,
	.ticks = op_ticks,
	.stack = op_stack,
};

/* ---- the record ---- */

/* Into the half that is written now, whichever that is. */
static int append(struct orl_session *s, const struct orl_occurrence *o, uint64_t ticks)
{
	for (int i = 0; i < MAX_TRIES; i++) {
		uint64_t state = 0;
		int rc = orl_session_create_rings(s);

		if (rc)
			return rc;
		if (o->len > orl_record_max(s->page_size))
			return -EINVAL;
		rc = orl_marker_append(s, o->common, o->rec, o->len, ticks, &state);
		if (rc == ORL_APPEND_OK)
			return 0;
		if (rc == ORL_APPEND_NO_CPU)
			return -EAGAIN;
		if (rc != ORL_APPEND_OFF ||
		    !(state & (ORL_RING_ASIDE | ORL_RING_RETIRED | ORL_RING_ON)))
			return -EBADF;
	}
	return -EBADF;
}

static int write_here(struct orl_session *s, struct author *a)
{
	struct orl_marker_hooks hooks;
	int rc = 0;

	orl_marker_hooks_open(&hooks, s, (uint16_t)a->o.common);
	if (orl_marker_hooks_pass(&hooks, &a->o))
		rc = append(s, &a->o, a->ticks);
	if (!rc)
		orl_marker_hooks_run(&hooks, s, &a->o);
	orl_marker_hooks_close(&hooks);
	return rc;
}

int orl_marker_write(struct orl_session *s, int32_t tid, int cpu, uint16_t id, const void *rec,
		     uint32_t len)
{
	struct author a = { .o = { .rec = rec, .len = len, .ops = &ops } };
	struct mask was;
	long moved;
	int rc;

	if (len < 8 || len % 4 || len > orl_record_max(ORL_PAGE_MAX))
		return -EINVAL;
	if (s->flags & ORL_SESSION_READONLY)
		return -EROFS;
	if (orl_instance_is_gone(s))
		return -ENODEV;
	if (__atomic_load_n(&s->set->options, __ATOMIC_RELAXED) & ORL_OPT_RECORD_CMD)
		orl_marker_task(s, tid);
	a.o.common = (uint64_t)(uint32_t)tid << 32 | id;
	moved = move_to(cpu, &was);
	a.ticks = orl_session_now(s);
	a.o.clock = s->domain.ctl->clock;
	rc = write_here(s, &a);
	move_back(moved, &was);
	return rc;
}
