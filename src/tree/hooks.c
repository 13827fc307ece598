// SPDX-License-Identifier: MIT
/*
 * What filter and trigger files share: the events they stand for, finding hooks, soft mode.
 */
#include "tree/hooks.h"

#include <string.h>

void orl_subjects(struct orl_file *f, const struct orl_slots *slots, struct orl_subjects *out)
{
	const struct orl_event *newest;

	memset(out, 0, sizeof(*out));
	if (slots->ftrace) {
		out->id[out->nr++] = slots->ftrace->id;
		return;
	}
	newest = orl_tree_newest_locked(f->tree, slots);
	/* the one that is shown is the first */
	out->id[out->nr++] = newest->id;
	for (uint32_t i = 0; i < slots->nr && out->nr < ORL_SUBJECTS_MAX; i++)
		if (slots->event[i].id != newest->id)
			out->id[out->nr++] = slots->event[i].id;
}

int orl_subjects_of_file(struct orl_file *f, struct orl_subjects *out)
{
	struct orl_slots slots;
	int rc = orl_event_slots(f, &slots);

	if (!rc)
		orl_subjects(f, &slots, out);
	return rc;
}

static bool collect(const struct orl_hook *hook, uint32_t i, void *arg)
{
	struct orl_hook_list *list = arg;

	if (list->nr < ORL_HOOK_LIST_MAX && (!list->pass || list->pass(hook, list->arg)))
		list->slot[list->nr++] = i;
	return true;
}

void orl_hook_list(struct orl_hook_list *list, const struct orl_session *s, int event,
		   uint32_t kind, bool (*pass)(const struct orl_hook *hook, const void *arg),
		   const void *arg)
{
	list->nr = 0;
	list->pass = pass;
	list->arg = arg;
	orl_hook_foreach(s, (uint32_t)event, kind, collect, list);
}

void orl_trigger_events(const struct orl_session *s, uint64_t *ids)
{
	memset(ids, 0, ORL_TRIGGER_EVENTS / 8);
	for (uint32_t i = 0; i < ORL_NR_HOOKS; i++) {
		uint32_t word = __atomic_load_n(&s->set->hook[i], __ATOMIC_RELAXED);

		if (word >> 16 == ORL_HOOK_TRIGGER)
			ids[(word & 0xffff) / 64] |= 1ULL << word % 64;
	}
}

static bool is_switched_by(const struct orl_hook *hook, uint32_t i, void *arg)
{
	uint32_t *event = arg;

	(void)i;
	if (!orl_hook_has_target(hook) || hook->target != *event)
		return true;
	*event = 0;
	return false;
}

bool orl_trigger_switches(const struct orl_session *s, uint32_t event_id)
{
	orl_hook_foreach(s, 0, ORL_HOOK_TRIGGER, is_switched_by, &event_id);
	return !event_id;
}

void orl_soft_begin_locked(struct orl_file *f, int id)
{
	const struct orl_event *e = orl_events_find(&f->tree->events, id);

	/* an event that is off: its sites go on, and it records nothing */
	if (e && !orl_event_is_enabled(f->session, e, 0))
		orl_soft_set_locked(f->session, (uint32_t)id, true);
}

void orl_soft_end_locked(struct orl_file *f, uint32_t id)
{
	if (!orl_trigger_switches(f->session, id))
		orl_soft_set_locked(f->session, id, false);
}
