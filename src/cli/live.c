// SPDX-License-Identifier: MIT
/*
 * Formats and names of a live domain, looked up when a record needs them.
 *
 * The registry is append-only and an id is never reused, so a format once read stays right. It is
 * read again only when a record has an id that the registry holds and we do not; each such id is
 * looked up once. A thread's name is asked for when its first record is seen, and the table of
 * names is read again once a second.
 */
#include "cli/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/place.h"
#include "decode/ftrace.h"
#include "reader/tasks.h"

#define RENAME_NS 1000000000ULL

bool orl_live_is_registered(const struct orl_session *s, unsigned int id)
{
	return id >= ORL_EVENT_ID_FIRST && id - ORL_EVENT_ID_FIRST < ORL_NR_EVENTS &&
	       __atomic_load_n(&orl_ctl_index(s->domain.ctl)[id - ORL_EVENT_ID_FIRST],
			       __ATOMIC_ACQUIRE);
}

static bool is_id_known(const struct orl_live *l, unsigned int id)
{
	return l->id_known[id / 8] >> (id % 8) & 1;
}

static int load_formats(struct orl_live *l)
{
	struct orl_events ev;
	int ret = orl_events_load(&ev, l->session);

	if (ret)
		return ret;
	for (uint32_t i = 0; i < ev.nr && !ret; i++) {
		const struct orl_event *e = &ev.event[i];
		struct orl_format *f;

		if (e->id < 0 || e->id >= (int)ORL_LIVE_IDS || is_id_known(l, (unsigned int)e->id))
			continue;
		l->id_known[e->id / 8] |= (uint8_t)(1U << (e->id % 8));
		/* A format that cannot be read leaves its records as unknown ones. */
		ret = orl_format_parse(&f, e->system, e->format, e->format_len);
		if (!ret && orl_formats_add(l->formats, f) == -ENOMEM)
			ret = -ENOMEM;
		else if (ret != -ENOMEM)
			ret = 0;
	}
	orl_events_fini(&ev);
	return ret;
}

/* Markers and stacks, which are in no registry. */
static int load_ftrace_formats(struct orl_live *l)
{
	int ret = 0;

	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name && !ret; e++) {
		struct orl_format *f;

		ret = orl_format_parse(&f, "ftrace", e->format, strlen(e->format));
		if (!ret)
			ret = orl_formats_add(l->formats, f);
	}
	return ret;
}

static bool add_name(const struct orl_task_name *task, void *arg)
{
	return !orl_comms_set(arg, task->tid, task->comm, sizeof(task->comm));
}

static void load_names(struct orl_live *l)
{
	orl_tasks_foreach(l->session, add_name, l->comms);
	l->named_ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
}

int orl_live_create(struct orl_live **out, struct orl_session *s)
{
	struct orl_live *l = calloc(1, sizeof(*l));
	int ret;

	if (!l)
		return -ENOMEM;
	l->session = s;
	ret = orl_formats_create(&l->formats);
	if (!ret)
		ret = orl_comms_create(&l->comms);
	if (!ret)
		ret = orl_print_texts_live(&l->prints, &s->domain);
	if (!ret)
		ret = load_formats(l);
	if (!ret)
		ret = load_ftrace_formats(l);
	if (ret) {
		orl_live_destroy(l);
		return ret;
	}
	orl_formats_set_prints(l->formats, l->prints);
	load_names(l);
	*out = l;
	return 0;
}

void orl_live_destroy(struct orl_live *l)
{
	orl_formats_destroy(l->formats);
	orl_comms_destroy(l->comms);
	orl_print_texts_destroy(l->prints);
	free(l);
}

static int see_thread(struct orl_live *l, int32_t tid)
{
	char comm[ORL_COMM_LEN + 1];

	if (tid < 0 || tid >= (int32_t)ORL_LIVE_TIDS || l->tid_known[tid / 8] >> (tid % 8) & 1)
		return 0;
	l->tid_known[tid / 8] |= (uint8_t)(1U << (tid % 8));
	return orl_tasks_find(l->session, tid, comm)
		       ? orl_comms_set(l->comms, tid, comm, sizeof(comm))
		       : 0;
}

int orl_live_see(struct orl_live *l, const struct orl_record *rec)
{
	uint16_t id;
	int32_t tid;
	int ret;

	if (rec->len < 8)
		return 0;
	memcpy(&id, rec->data, sizeof(id));
	memcpy(&tid, rec->data + 4, sizeof(tid));
	ret = see_thread(l, tid);
	if (ret || is_id_known(l, id) || !orl_live_is_registered(l->session, id))
		return ret;
	ret = load_formats(l);
	l->id_known[id / 8] |= (uint8_t)(1U << (id % 8)); /* also if its entry is damaged */
	return ret;
}

void orl_live_rename(struct orl_live *l)
{
	if (orl_clock_ticks(ORL_CLOCK_MONOTONIC) - l->named_ns >= RENAME_NS)
		load_names(l);
}

int orl_live_run(const struct orl_args *args, unsigned int flags,
		 int (*what)(struct orl_live *live, const struct orl_args *args))
{
	struct orl_session s;
	struct orl_live *live;
	int ret = orl_place_open(&s, args, flags);

	if (ret)
		return ret;
	if (!orl_live_create(&live, &s)) {
		ret = what(live, args);
		orl_live_destroy(live);
	} else {
		orl_cli_error("no memory");
		ret = ORL_EXIT_FAILURE;
	}
	orl_session_close(&s);
	return ret;
}
