// SPDX-License-Identifier: MIT
/*
 * The tree's copy of the event registry. The registry only grows, so the copy is good for as long
 * as nothing was added; formats are parsed when they are first asked for, and kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tree/impl.h"

/*
 * An entry takes its bytes (data_used) before it is published. One that was taken and not yet
 * published when we looked is found by counting, which is done this often.
 */
#define RECOUNT_NS 10000000ULL

static uint64_t count_words(const struct orl_ctl *ctl)
{
	const uint64_t *index = orl_ctl_index((struct orl_ctl *)ctl);
	uint64_t nr = 0;

	for (uint32_t i = 0; i < ORL_NR_EVENTS; i++)
		nr += __atomic_load_n(&index[i], __ATOMIC_RELAXED) != 0;
	return nr;
}

int orl_tree_events_locked(struct orl_tree *t)
{
	const struct orl_ctl *ctl = t->top.domain.ctl;
	uint64_t used = __atomic_load_n(&ctl->data_used, __ATOMIC_ACQUIRE);
	uint64_t now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	struct orl_events events;
	uint64_t stamp;
	int rc;

	if (t->has_events && used == t->events_stamp >> 16 && now - t->events_ns < RECOUNT_NS)
		return 0;
	stamp = used << 16 | count_words(ctl);
	t->events_ns = now;
	if (t->has_events && stamp == t->events_stamp)
		return 0;
	rc = orl_events_load(&events, &t->top);
	if (rc)
		return rc;
	orl_events_fini(&t->events);
	t->events = events;
	t->events_stamp = stamp;
	t->has_events = true;
	return 0;
}

/* Index of the first event that is not before system:name; name NULL: of the system. */
static uint32_t lower_bound(const struct orl_events *ev, const char *system, const char *name)
{
	uint32_t low = 0, high = ev->nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = strcmp(ev->event[mid].system, system);

		if (!order && name)
			order = strcmp(ev->event[mid].name, name);
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct orl_ftrace_event *orl_tree_ftrace(const char *name)
{
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++)
		if (!strcmp(e->name, name))
			return e;
	return NULL;
}

bool orl_tree_has_system_locked(struct orl_tree *t, const char *system)
{
	uint32_t i;

	if (!strcmp(system, "ftrace"))
		return true;
	if (orl_tree_events_locked(t))
		return false;
	i = lower_bound(&t->events, system, NULL);
	return i < t->events.nr && !strcmp(t->events.event[i].system, system);
}

bool orl_tree_slots_locked(struct orl_tree *t, const char *system, const char *event,
			   struct orl_slots *slots)
{
	const struct orl_events *ev = &t->events;
	uint32_t i;

	memset(slots, 0, sizeof(*slots));
	if (!strcmp(system, "ftrace"))
		slots->ftrace = orl_tree_ftrace(event);
	if (slots->ftrace)
		return true;
	if (orl_tree_events_locked(t))
		return false;
	i = lower_bound(ev, system, event);
	if (i == ev->nr)
		return false;
	slots->event = ev->event + i;
	while (i + slots->nr < ev->nr && !strcmp(slots->event[slots->nr].system, system) &&
	       !strcmp(slots->event[slots->nr].name, event))
		slots->nr++;
	return slots->nr > 0;
}

/* Entries are laid down one behind the other: the later one is the younger. */
static uint32_t place_of(const struct orl_tree *t, const struct orl_event *e)
{
	return (uint32_t)__atomic_load_n(&orl_ctl_index(t->top.domain.ctl)[e->slot],
					 __ATOMIC_RELAXED);
}

const struct orl_event *orl_tree_newest_locked(const struct orl_tree *t,
					       const struct orl_slots *slots)
{
	const struct orl_event *best = slots->event;
	bool best_lives = false;

	for (uint32_t i = 0; slots->nr > 1 && i < slots->nr; i++) {
		const struct orl_event *e = &slots->event[i];
		bool lives = orl_event_in_process(&t->top, e, 0);

		if (lives < best_lives ||
		    (lives == best_lives && place_of(t, e) < place_of(t, best)))
			continue;
		best = e;
		best_lives = lives;
	}
	return best;
}

static int add_format(struct orl_formats *formats, const char *system, const char *text,
		      size_t len)
{
	struct orl_format *f;
	int rc = orl_format_parse(&f, system, text, len);

	/* what cannot be parsed is not there; its records are shown as unknown ones */
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	rc = orl_formats_add(formats, f);
	return rc == -EEXIST || rc == -EINVAL ? 0 : rc;
}

const struct orl_format *orl_tree_format_locked(struct orl_tree *t, int id)
{
	const struct orl_format *f = orl_formats_find(t->formats, (unsigned int)id);
	const struct orl_event *e;

	if (f || orl_tree_events_locked(t))
		return f;
	e = orl_events_find(&t->events, id);
	if (e)
		add_format(t->formats, e->system, e->format, e->format_len);
	for (const struct orl_ftrace_event *p = orl_ftrace_events; !e && p->name; p++)
		if (p->id == id)
			add_format(t->formats, "ftrace", p->format, strlen(p->format));
	return orl_formats_find(t->formats, (unsigned int)id);
}

int orl_tree_formats(struct orl_tree *t, struct orl_formats **out)
{
	struct orl_formats *formats;
	int rc = orl_formats_create(&formats);

	if (rc)
		return rc;
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name && !rc; e++)
		rc = add_format(formats, "ftrace", e->format, strlen(e->format));
	pthread_mutex_lock(&t->lock);
	if (!rc)
		rc = orl_tree_events_locked(t);
	for (uint32_t i = 0; i < t->events.nr && !rc; i++) {
		const struct orl_event *e = &t->events.event[i];

		rc = add_format(formats, e->system, e->format, e->format_len);
	}
	pthread_mutex_unlock(&t->lock);
	if (rc)
		orl_formats_destroy(formats);
	else
		*out = formats;
	return rc;
}
