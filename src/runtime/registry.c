// SPDX-License-Identifier: MIT
/*
 * Registering events in the domain: the same event of every process, with the same format, has one
 * id, for as long as the domain exists.
 *
 * The registry is a hash table in the control file, append-only. An entry is written to data that
 * nobody else has, and then published by compare-and-swap of an index word; a process that dies in
 * between wastes the data. Names and format together make the hash: another format of the same name
 * is another entry.
 */
#include <string.h>

#include "runtime/runtime.h"

#define HASH_SEED 0xcbf29ce484222325ULL

static void write_names(struct orl_sink *sink, const struct trace_event_call *call)
{
	orl_sink_text(sink, call->system, strlen(call->system) + 1);
	orl_sink_text(sink, call->name, strlen(call->name) + 1);
	orl_format_write(sink, call);
	orl_sink_text(sink, "", 1);
}

static const struct orl_entry *entry_of(struct orl_ctl *ctl, uint64_t word)
{
	uint64_t off = ((word & 0xffffffffU) - 1) * 8;
	const struct orl_entry *entry;

	if (!(word & 0xffffffffU) || off + sizeof(*entry) > ORL_REGISTRY_DATA)
		return NULL;
	entry = (const struct orl_entry *)(const void *)(orl_ctl_data(ctl) + off);
	return entry->len > ORL_ENTRY_MAX || off + entry->len > ORL_REGISTRY_DATA ? NULL : entry;
}

static bool same_entry(struct orl_ctl *ctl, uint64_t word, const struct trace_event_call *call,
		       const struct orl_sink *text)
{
	const struct orl_entry *entry = entry_of(ctl, word);
	struct orl_sink sink = { .hash = HASH_SEED };

	if (!entry || word >> 32 != text->hash >> 32 || entry->hash != text->hash ||
	    entry->len < sizeof(*entry) + text->len ||
	    (size_t)entry->system_len + entry->name_len + entry->format_len + 3 != text->len)
		return false;
	sink.cmp = entry->text;
	write_names(&sink, call);
	return !sink.differs;
}

/* Return: the index word of a new entry, or 0 when there is no room. */
static uint64_t write_entry(struct orl_ctl *ctl, const struct trace_event_call *call,
			    const struct orl_sink *text)
{
	uint64_t len = (sizeof(struct orl_entry) + text->len + 7) & ~7ULL;
	struct orl_entry *entry;
	struct orl_sink sink = { .hash = HASH_SEED };
	uint64_t off;

	if (len > ORL_ENTRY_MAX || orl_load(&ctl->data_used) + len > ORL_REGISTRY_DATA)
		return 0;
	off = __atomic_fetch_add(&ctl->data_used, len, __ATOMIC_RELAXED);
	if (off % 8 || off > ORL_REGISTRY_DATA - len)
		return 0;
	entry = (struct orl_entry *)(void *)(orl_ctl_data(ctl) + off);
	entry->hash = text->hash;
	entry->len = (uint32_t)len;
	entry->system_len = (uint16_t)strlen(call->system);
	entry->name_len = (uint16_t)strlen(call->name);
	entry->format_len = (uint32_t)(text->len - entry->system_len - entry->name_len - 3);
	sink.dst = entry->text;
	write_names(&sink, call);
	return (text->hash >> 32 << 32) | (off / 8 + 1);
}

/* Return: the slot, or ORL_NR_EVENTS when there is no room. */
static uint32_t find_or_add(struct orl_ctl *ctl, const struct trace_event_call *call,
			    const struct orl_sink *text)
{
	uint64_t *index = orl_ctl_index(ctl);
	uint64_t mine = 0;

	for (uint32_t probe = 0; probe < ORL_NR_EVENTS; probe++) {
		uint32_t slot = ((uint32_t)text->hash + probe) & (ORL_NR_EVENTS - 1);
		uint64_t word = orl_load_acquire(&index[slot]);

		if (!word) {
			if (!mine)
				mine = write_entry(ctl, call, text);
			if (!mine)
				return ORL_NR_EVENTS;
			if (__atomic_compare_exchange_n(&index[slot], &word, mine, false,
							__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				return slot;
		}
		if (same_entry(ctl, word, call, text))
			return slot;
	}
	return ORL_NR_EVENTS;
}

void orl_event_register_locked(struct trace_event_call *call)
{
	struct orl_ctl *ctl = orl_rt.domain.ctl;
	struct orl_sink text = { .hash = HASH_SEED };

	if (!orl_rt.proc)
		return;
	if (!call->slot) {
		uint32_t slot;

		write_names(&text, call);
		slot = find_or_add(ctl, call, &text);
		if (slot == ORL_NR_EVENTS) {
			__atomic_fetch_add(&ctl->events_full, 1, __ATOMIC_RELAXED);
			orl_rt.proc->refused++;
			return;
		}
		call->id = (uint16_t)(ORL_EVENT_ID_FIRST + slot);
		call->slot = slot + 1;
	}
	__atomic_fetch_or(&orl_rt.proc->events[(call->slot - 1) / 64],
			  1ULL << ((call->slot - 1) % 64), __ATOMIC_RELEASE);
	orl_rt.proc->nr_events++;
}

/* Several objects may have the same event, which is one slot. */
static bool is_elsewhere(const struct trace_event_call *call)
{
	for (const struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (struct trace_event_call *const *p = dso->events_start; p < dso->events_end;
		     p++)
			if (*p != call && (*p)->slot == call->slot)
				return true;
	}
	return false;
}

void orl_event_forget_locked(struct trace_event_call *call)
{
	if (!call->slot)
		return;
	if (orl_slot_is_ours_locked()) {
		if (!is_elsewhere(call))
			__atomic_fetch_and(&orl_rt.proc->events[(call->slot - 1) / 64],
					   ~(1ULL << ((call->slot - 1) % 64)), __ATOMIC_RELEASE);
		orl_rt.proc->nr_events--;
	}
	call->slot = 0;
}
