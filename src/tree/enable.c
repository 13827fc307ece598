// SPDX-License-Identifier: MIT
/*
 * enable, of an event, a system, and all: single events are switched by name, whole systems by a
 * rule, which also holds for events that are registered later.
 *
 * As in the kernel an event that triggers need counts as on in the files of a system and of all,
 * and has a '*' in its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reader/control.h"
#include "tree/kinds.h"

static bool has_bit(const uint64_t *ids, const struct orl_event *e)
{
	return ids[e->id / 64] >> e->id % 64 & 1;
}

bool orl_event_has_sites_on(const struct orl_session *s, const struct orl_event *e,
			    const uint64_t *triggers)
{
	return has_bit(triggers, e) || orl_event_is_enabled(s, e, 0);
}

int orl_show_enable(struct orl_file *f, struct orl_text *out)
{
	uint64_t triggers[ORL_TRIGGER_EVENTS / 64];
	struct orl_slots slots;
	bool on = false, soft = false;
	int rc = orl_event_slots(f, &slots);

	if (rc)
		return rc;
	orl_trigger_events(f->session, triggers);
	for (uint32_t i = 0; i < slots.nr; i++) {
		const struct orl_event *e = &slots.event[i];
		bool is_soft = orl_soft_get(f->session, (uint32_t)e->id);

		on |= orl_event_is_enabled(f->session, e, 0) && !is_soft;
		soft |= is_soft || has_bit(triggers, e) ||
			orl_trigger_switches(f->session, (uint32_t)e->id);
	}
	orl_text_puts(out, on ? "1" : "0");
	orl_text_puts(out, soft ? "*\n" : "\n");
	return 0;
}

static int parse_switch(const char *buf, size_t len, bool *on)
{
	uint64_t v;
	int rc = orl_store_number(buf, len, &v);

	*on = v == 1;
	return rc ? rc : v > 1 ? -EINVAL : 0;
}

/* Scripts switch off thousands of events that are off: nobody needs to be told. */
static bool is_off(struct orl_file *f, const struct orl_slots *slots)
{
	for (uint32_t i = 0; i < slots->nr; i++)
		if (orl_event_is_enabled(f->session, &slots->event[i], 0))
			return false;
	return true;
}

int orl_store_enable(struct orl_file *f, char *buf, size_t len)
{
	struct orl_slots slots;
	bool on;
	int rc = parse_switch(buf, len, &on);

	if (rc)
		return orl_file_fail(f, rc, "0 or 1 is expected");
	pthread_mutex_lock(&f->tree->lock);
	rc = orl_event_slots(f, &slots);
	f->is_unchanged = !rc && !on && is_off(f, &slots);
	f->is_narrow = !on;
	if (!rc && !f->is_unchanged)
		rc = orl_enable_events(f, slots.event, slots.nr, on);
	pthread_mutex_unlock(&f->tree->lock);
	return rc;
}

int orl_enable_events(struct orl_file *f, const struct orl_event *e, uint32_t nr, bool on)
{
	int rc = 0;

	while (nr && rc >= 0) {
		uint32_t part = nr < 64 ? nr : 64;
		int id[64];

		for (uint32_t i = 0; i < part; i++)
			id[i] = e[i].id;
		rc = orl_control_exact(f->session, id, part, on);
		e += part;
		nr -= part;
	}
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

int orl_enable_pattern(struct orl_file *f, const char *system, bool on)
{
	char pattern[ORL_PATTERN_MAX];
	struct orl_change change = { .pattern = pattern, .enable = on };
	int rc;

	if (snprintf(pattern, sizeof(pattern), "%s:*", system) >= (int)sizeof(pattern))
		return -EINVAL;
	rc = orl_control_change(f->session, &change, 1, 0);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

int orl_show_enable_many(struct orl_file *f, struct orl_text *out)
{
	const struct orl_events *ev = &f->tree->events;
	const char *system = f->where.system;
	uint64_t triggers[ORL_TRIGGER_EVENTS / 64];
	unsigned int set = 0;
	int rc = orl_tree_events_locked(f->tree);

	orl_trigger_events(f->session, triggers);
	for (uint32_t i = 0; i < ev->nr && !rc && set != 3; i++)
		if (!*system || !strcmp(ev->event[i].system, system))
			set |= 1U << orl_event_has_sites_on(f->session, &ev->event[i], triggers);
	orl_text_putc(out, "?01X"[set]);
	orl_text_putc(out, '\n');
	return rc;
}

int orl_store_enable_many(struct orl_file *f, char *buf, size_t len)
{
	const char *system = f->where.system;
	bool on;
	int rc = parse_switch(buf, len, &on);

	if (rc)
		return orl_file_fail(f, rc, "0 or 1 is expected");
	f->is_narrow = !on;
	return orl_enable_pattern(f, *system ? system : "*", on);
}
