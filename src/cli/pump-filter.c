// SPDX-License-Identifier: MIT
/*
 * Which records belong to a recording: those of events that a pattern names, made by the process
 * asked for.
 *
 * The answer is kept by event id and by thread id, so that it costs two loads per record. An id or
 * thread that is new is looked up once. Nothing of a record is trusted: ids are 16 bits, and at
 * most MAX_TASKS thread ids are remembered.
 */
#include "cli/pump-filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/live.h"
#include "decode/ftrace.h"

#define MAX_TASKS (1U << 17)

enum { ID_UNKNOWN, ID_WANTED, ID_UNWANTED };

static bool is_event_wanted(const struct orl_pump *p, const struct orl_event *e)
{
	for (unsigned int i = 0; i < p->nr_patterns; i++)
		if (orl_event_match(e, p->patterns[i]))
			return true;
	return false;
}

int orl_pump_load_events(struct orl_pump *p)
{
	struct orl_events ev;
	int ret = orl_events_load(&ev, p->session);

	if (ret)
		return ret;
	/* markers and stacks belong to every recording, as in the kernel */
	for (const struct orl_ftrace_event *f = orl_ftrace_events; f->name; f++)
		p->id_state[f->id] = ID_WANTED;
	for (uint32_t i = 0; i < ev.nr; i++)
		if (ev.event[i].id >= 0 && ev.event[i].id < (int)ORL_PUMP_IDS)
			p->id_state[ev.event[i].id] =
				is_event_wanted(p, &ev.event[i]) ? ID_WANTED : ID_UNWANTED;
	orl_events_fini(&ev);
	return 0;
}

static struct orl_pump_task *slot_of(const struct orl_pump *p, int32_t tid)
{
	uint32_t i = ((uint32_t)tid * 2654435761U >> 8) & (p->cap_tasks - 1);

	while (p->task[i].tid && p->task[i].tid != tid)
		i = (i + 1) & (p->cap_tasks - 1);
	return &p->task[i];
}

int orl_pump_grow_tasks(struct orl_pump *p)
{
	struct orl_pump_task *old = p->task;
	uint32_t old_cap = p->cap_tasks;

	p->cap_tasks = old_cap ? old_cap * 2 : 256;
	p->task = calloc(p->cap_tasks, sizeof(*p->task));
	if (!p->task) {
		p->task = old;
		p->cap_tasks = old_cap;
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < old_cap; i++)
		if (old[i].tid)
			*slot_of(p, old[i].tid) = old[i];
	free(old);
	return 0;
}

struct owner {
	int32_t tid, pid;
};

static bool find_owner(const struct orl_task_name *task, void *arg)
{
	struct owner *o = arg;

	if (task->tid != o->tid)
		return true;
	o->pid = task->pid;
	return false;
}

/* Is @tid a thread of the process that is recorded? */
static bool is_thread_of(const struct orl_pump *p, int32_t tid)
{
	struct owner o = { .tid = tid };
	char path[64];

	if (tid == p->pid)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/task/%d", p->pid, tid);
	if (!access(path, F_OK))
		return true;
	orl_tasks_foreach(p->session, find_owner, &o);
	return o.pid == p->pid;
}

/* Remember a thread; its name is taken now, while it lives. */
static int see_task(struct orl_pump *p, int32_t tid)
{
	struct orl_pump_task *t = slot_of(p, tid);

	if (!t->tid && tid && p->nr_tasks < MAX_TASKS) {
		if (p->nr_tasks * 2 >= p->cap_tasks) {
			if (orl_pump_grow_tasks(p))
				return -ENOMEM;
			t = slot_of(p, tid);
		}
		t->tid = tid;
		t->is_wanted = !p->pid || is_thread_of(p, tid);
		if (!orl_tasks_find(p->session, tid, t->comm))
			t->comm[0] = '\0';
		p->nr_tasks++;
	}
	p->last_tid = tid;
	p->last_wanted = t->tid ? t->is_wanted : !p->pid || is_thread_of(p, tid);
	return 0;
}

/* 1 wanted, 0 not, or -ENOMEM */
static int is_wanted(struct orl_pump *p, const struct orl_record *rec, uint16_t *id)
{
	int32_t tid;
	int ret;

	if (rec->len < 8)
		return 0;
	memcpy(id, rec->data, sizeof(*id));
	memcpy(&tid, rec->data + 4, sizeof(tid));
	if (p->id_state[*id] == ID_UNKNOWN) {
		/* An event is registered before its first record: an id that is not is damage. */
		if (*id >= ORL_EVENT_ID_FIRST && !orl_live_is_registered(p->session, *id))
			return 0;
		ret = orl_pump_load_events(p);
		if (ret)
			return ret;
		if (p->id_state[*id] == ID_UNKNOWN)
			p->id_state[*id] = ID_UNWANTED; /* its entry is damaged */
	}
	if (p->id_state[*id] == ID_UNWANTED)
		return 0;
	if (tid != p->last_tid && (ret = see_task(p, tid)))
		return ret;
	return p->last_wanted;
}

int orl_pump_walk(struct orl_pump *p, const void *page, struct orl_pump_walk *walk)
{
	struct orl_page_iter it;
	struct orl_record rec;
	uint16_t id;
	int ret;

	walk->nr_wanted = walk->nr_unwanted = 0;
	if (orl_page_iter_init(&it, page, p->session->page_size))
		return 0;
	while (orl_page_iter_next(&it, &rec) > 0) {
		ret = is_wanted(p, &rec, &id);
		if (ret < 0)
			return ret;
		if (ret) {
			walk->nr_wanted++;
			p->count[id]++;
			if (id == ORL_FTRACE_KERNEL_STACK)
				orl_stacks_add(&p->stacks, &rec);
			else if (id == ORL_FTRACE_BPRINT)
				orl_stacks_add_print(&p->stacks, p->prints, &rec);
		} else {
			walk->nr_unwanted++;
		}
	}
	return 0;
}

struct page_writer {
	uint8_t *page;
	uint32_t off;
	uint64_t ts;
};

static void put_u32(struct page_writer *w, uint32_t value)
{
	memcpy(w->page + w->off, &value, sizeof(value));
	w->off += 4;
}

/*
 * In a sound page it fits: what was left out is at least as long as the time extend that its gap
 * may need. Return false if not.
 */
static bool put_record(struct page_writer *w, const struct orl_record *rec, uint32_t size)
{
	uint64_t delta = rec->ts - w->ts;

	if (w->off + 16 + rec->len > size &&
	    w->off + (delta >> 27 ? 8 : 0) + (rec->len && rec->len <= 112 ? 4 : 8) + rec->len >
		    size)
		return false;
	if (delta >> 27) {
		put_u32(w, (uint32_t)(delta & ((1U << 27) - 1)) << 5 | 30);
		put_u32(w, (uint32_t)(delta >> 27));
		delta = 0;
	}
	if (rec->len && rec->len <= 112) {
		put_u32(w, (uint32_t)delta << 5 | rec->len / 4);
	} else {
		put_u32(w, (uint32_t)delta << 5);
		put_u32(w, rec->len + 4);
	}
	memcpy(w->page + w->off, rec->data, rec->len);
	w->off += rec->len;
	w->ts = rec->ts;
	return true;
}

void orl_pump_filter(struct orl_pump *p, void *page, void *scratch)
{
	uint32_t size = p->session->page_size;
	struct page_writer w = { .page = page, .off = ORL_PAGE_HEADER_LEN };
	struct orl_page_iter it;
	struct orl_record rec;
	uint64_t used, missed = 0;
	uint16_t id;

	memcpy(scratch, page, size);
	if (orl_page_iter_init(&it, scratch, size))
		return;
	w.ts = it.ts;
	while (orl_page_iter_next(&it, &rec) > 0) {
		if (rec.missed)
			missed = rec.missed == ORL_MISSED_UNKNOWN ? UINT64_MAX : rec.missed;
		if (is_wanted(p, &rec, &id) > 0 && !put_record(&w, &rec, size))
			break;
	}
	used = w.off - ORL_PAGE_HEADER_LEN;
	memcpy((uint8_t *)page + 8, &used, sizeof(used));
	memset((uint8_t *)page + w.off, 0, size - w.off);
	orl_page_set_missed(page, size, missed);
}
