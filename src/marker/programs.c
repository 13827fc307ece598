// SPDX-License-Identifier: MIT
/*
 * Filter and triggers of a tool's own record. There are seldom any: then nothing is mapped. Where
 * there are, the files are mapped for the one record.
 */
#include <sys/mman.h>

#include "marker/impl.h"
#include "reader/guard.h"
#include "reader/set-impl.h"

static void *map(const struct orl_session *s, const char *base, uint32_t id, size_t min,
		 size_t *len)
{
	char name[32];
	int rc;
	void *at = orl_domain_map(&s->domain, orl_domain_name(name, base, id), true, len, &rc);

	if (at && *len < min) {
		munmap(at, *len);
		return NULL;
	}
	if (at)
		orl_guard_add(at, *len);
	return at;
}

static void unmap(void *at, size_t len)
{
	orl_guard_remove(at);
	munmap(at, len);
}

static uint64_t order_of(const struct orl_marker_hooks *h, uint32_t slot)
{
	return __atomic_load_n(&h->map[slot].order, __ATOMIC_RELAXED);
}

static void sort(struct orl_marker_hooks *h)
{
	for (uint32_t i = 1; i < h->nr; i++) {
		uint16_t slot = h->slot[i];
		uint32_t at = i;

		for (; at && order_of(h, h->slot[at - 1]) < order_of(h, slot); at--)
			h->slot[at] = h->slot[at - 1];
		h->slot[at] = slot;
	}
}

void orl_marker_hooks_open(struct orl_marker_hooks *h, const struct orl_session *s, uint32_t event)
{
	h->map = NULL;
	h->nr = 0;
	for (uint32_t i = 0; i < ORL_NR_HOOKS; i++) {
		uint32_t word = __atomic_load_n(&s->set->hook[i], __ATOMIC_ACQUIRE);

		if (word && (word & 0xffff) == event)
			h->slot[h->nr++] = (uint16_t)i;
	}
	if (!h->nr)
		return;
	h->map = map(s, ORL_HOOKS_NAME, s->instance_id, (size_t)ORL_NR_HOOKS * ORL_HOOK_SIZE,
		     &h->len);
	if (h->map)
		sort(h);
	else
		h->nr = 0;
}

void orl_marker_hooks_close(struct orl_marker_hooks *h)
{
	if (h->map)
		unmap(h->map, h->len);
	h->map = NULL;
}

static bool is_kind(const struct orl_hook *hook, uint32_t kind)
{
	return __atomic_load_n(&hook->kind, __ATOMIC_RELAXED) == kind;
}

bool orl_marker_hooks_pass(const struct orl_marker_hooks *h, const struct orl_occurrence *o)
{
	for (uint32_t i = 0; i < h->nr; i++) {
		const struct orl_hook *hook = &h->map[h->slot[i]];

		if (is_kind(hook, ORL_HOOK_FILTER) && !orl_filter_pass(hook, o))
			return false;
	}
	return true;
}

static void run(struct orl_hook *hook, const struct orl_session *s,
		const struct orl_trigger_host *host, const struct orl_occurrence *o)
{
	uint32_t id = __atomic_load_n(&hook->hist_id, __ATOMIC_RELAXED);
	struct orl_hist hist = { .map = NULL };
	bool is_sound = false;
	void *file = NULL;
	size_t len;

	if (__atomic_load_n(&hook->cmd, __ATOMIC_RELAXED) == ORL_CMD_HIST)
		file = map(s, ORL_HIST_NAME, id, ORL_HIST_BLOCK, &len);
	if (file)
		is_sound = !orl_hist_check(&hist, file, len) && hist.id == id;
	orl_trigger_run(hook, host, is_sound ? &hist : NULL, o);
	if (file)
		unmap(file, len);
}

void orl_marker_hooks_run(const struct orl_marker_hooks *h, struct orl_session *s,
			  const struct orl_occurrence *o)
{
	struct orl_halves halves;
	bool have_halves = false;

	for (uint32_t i = 0; i < h->nr; i++) {
		struct orl_hook *hook = &h->map[h->slot[i]];

		if (!is_kind(hook, ORL_HOOK_TRIGGER))
			continue;
		if (!have_halves && orl_halves_open(s, &halves))
			return;
		have_halves = true;
		run(hook, s, &halves.host, o);
	}
	if (have_halves)
		orl_halves_close(&halves);
}
