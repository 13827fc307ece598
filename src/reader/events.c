// SPDX-License-Identifier: MIT
/*
 * Copying the registry out of shared memory: each entry is copied first and judged then, so that
 * nobody can change it in between. Entries of a sound registry do not overlap; the sum of the sizes
 * is bounded by that.
 */
#include "reader/events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/control.h"
#include "reader/procs.h"

#define HEAD_MAX 32			/* "ID: 8255\n" and the like */

/* A name that can stand in a pattern, a path and a line of output. */
static bool is_name(const char *s, size_t len)
{
	if (!len || memchr(s, '\0', len) || s[len])
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~' || strchr(":/,*?[]\"'\\", s[i]))
			return false;
	return strcmp(s, ".") && strcmp(s, "..");
}

/* The file "format" of an event: two lines of ours before the text of the registry. */
static int build(struct orl_event *e, const struct orl_entry *head, const char *text)
{
	const char *system = text, *name = system + head->system_len + 1;
	const char *format = name + head->name_len + 1;
	size_t size;
	char *copy;
	int len;

	if (!is_name(system, head->system_len) || !is_name(name, head->name_len) ||
	    memchr(format, '\0', head->format_len) || format[head->format_len])
		return -EBADMSG;
	size = (size_t)head->system_len + 2 * (size_t)head->name_len + head->format_len + HEAD_MAX;
	copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	e->system = memcpy(copy, system, head->system_len + 1U);
	copy += head->system_len + 1;
	e->name = memcpy(copy, name, head->name_len + 1U);
	copy += head->name_len + 1;
	len = snprintf(copy, size - (size_t)(copy - e->system), "name: %s\nID: %d\n%s", name, e->id,
		       format);
	e->format = copy;
	e->format_len = (size_t)len;
	return 0;
}

static uint64_t entry_need(const struct orl_entry *head)
{
	return sizeof(*head) + (uint64_t)head->system_len + head->name_len + head->format_len + 3;
}

/* Copy the entry that an index word leads to. @budget: bytes that sound entries can still have. */
static int load(struct orl_event *e, const char *data, uint64_t word, uint32_t *budget)
{
	uint64_t off = ((word & UINT32_MAX) - 1) * 8;
	struct orl_entry head;
	char *text;
	int rc;

	if (off > ORL_REGISTRY_DATA - sizeof(head))
		return -EBADMSG;
	memcpy(&head, data + off, sizeof(head));
	if (head.len > ORL_ENTRY_MAX || head.len > ORL_REGISTRY_DATA - off || head.len > *budget ||
	    head.len < entry_need(&head))
		return -EBADMSG;
	*budget -= head.len;
	text = malloc(head.len - sizeof(head));
	if (!text)
		return -ENOMEM;
	memcpy(text, data + off + sizeof(head), head.len - sizeof(head));
	rc = build(e, &head, text);
	free(text);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	const struct orl_event *x = a, *y = b;
	int order = strcmp(x->system, y->system);

	if (!order)
		order = strcmp(x->name, y->name);
	return order ? order : x->id - y->id;
}

int orl_events_load(struct orl_events *ev, const struct orl_session *s)
{
	const uint64_t *index = orl_ctl_index(s->domain.ctl);
	const char *data = orl_ctl_data(s->domain.ctl);
	uint32_t budget = ORL_REGISTRY_DATA, nr = 0;

	memset(ev, 0, sizeof(*ev));
	ev->nr_refused = __atomic_load_n(&s->domain.ctl->events_full, __ATOMIC_RELAXED);
	for (uint32_t i = 0; i < ORL_NR_EVENTS; i++)
		nr += __atomic_load_n(&index[i], __ATOMIC_RELAXED) != 0;
	if (!nr)
		return 0;
	ev->event = calloc(nr, sizeof(*ev->event));
	if (!ev->event)
		return -ENOMEM;
	for (uint32_t i = 0; i < ORL_NR_EVENTS && ev->nr < nr; i++) {
		struct orl_event *e = &ev->event[ev->nr];
		/*
		 * acquire: pairs with the writer's compare-and-swap, the entry is whole behind it
		 */
		uint64_t word = __atomic_load_n(&index[i], __ATOMIC_ACQUIRE);
		int rc;

		if (!word)
			continue;
		e->slot = i;
		e->id = (int)(ORL_EVENT_ID_FIRST + i);
		rc = load(e, data, word, &budget);
		if (rc == -ENOMEM) {
			orl_events_fini(ev);
			return rc;
		}
		if (rc)
			ev->nr_damaged++;
		else
			ev->nr++;
	}
	qsort(ev->event, ev->nr, sizeof(*ev->event), by_name);
	return 0;
}

void orl_events_fini(struct orl_events *ev)
{
	/* the three strings of an event are one allocation that begins with the system's */
	for (uint32_t i = 0; i < ev->nr; i++)
		free((char *)ev->event[i].system);
	free(ev->event);
	memset(ev, 0, sizeof(*ev));
}

const struct orl_event *orl_events_find(const struct orl_events *ev, int id)
{
	for (uint32_t i = 0; i < ev->nr; i++)
		if (ev->event[i].id == id)
			return &ev->event[i];
	return NULL;
}

bool orl_event_match(const struct orl_event *e, const char *pattern)
{
	return orl_rule_match(pattern, e->system, e->name);
}

uint32_t orl_events_match(const struct orl_events *ev, const char *pattern)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < ev->nr; i++)
		nr += orl_event_match(&ev->event[i], pattern);
	return nr;
}

bool orl_event_in_process(const struct orl_session *s, const struct orl_event *e, int32_t pid)
{
	const struct orl_proc *procs = orl_ctl_procs(s->domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		uint32_t owner = __atomic_load_n(&procs[i].pid, __ATOMIC_ACQUIRE);
		uint64_t word;

		if (!owner || owner > INT32_MAX || (pid && (int32_t)owner != pid))
			continue;
		word = __atomic_load_n(&procs[i].events[e->slot / 64], __ATOMIC_RELAXED);
		if ((word >> e->slot % 64 & 1) &&
		    (pid || orl_process_of_slot_is_alive((int32_t)owner, &procs[i])))
			return true;
	}
	return false;
}

bool orl_event_is_enabled(const struct orl_session *s, const struct orl_event *e, int32_t pid)
{
	struct orl_rules rules;

	if (orl_set_wants(s->set, e->slot, pid, e->system, e->name))
		return true;
	if (pid)
		return false;
	orl_control_rules(s, &rules);
	for (uint32_t i = 0; i < rules.nr; i++)
		if (rules.rule[i].pid && orl_set_wants(s->set, e->slot, rules.rule[i].pid,
						       e->system, e->name))
			return true;
	return false;
}
