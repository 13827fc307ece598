// SPDX-License-Identifier: MIT
/*
 * Following the table of instances: which there are, what their files say. Nothing read here is
 * trusted but for whether it is wanted: sizes and ids are checked, and what leads to an address is
 * kept in private memory.
 *
 * An instance costs a process one small mapping until one of its events is wanted here, or one of
 * its hooks is for an event of ours.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/dyndbg.h"
#include "runtime/instance.h"

static uint32_t serial;

static struct orl_inst *new_inst(uint32_t id, struct orl_set *set)
{
	struct orl_inst *inst = orl_arena_alloc(sizeof(*inst), 64);

	if (!inst)
		return NULL;
	inst->set = set;
	inst->id = id;
	inst->serial = ++serial;
	return inst;
}

/* NULL when it is not there, or shorter than it must be. */
static void *map_file(const char *base, uint32_t id, size_t min, size_t *len)
{
	char name[32];
	void *map;
	int err;

	map = orl_domain_map(&orl_rt.domain, orl_domain_name(name, base, id), true, len, &err);
	if (map && *len < min) {
		munmap(map, *len);
		map = NULL;
	}
	return map;
}

static struct orl_inst *map_inst(uint32_t id)
{
	struct orl_inst *inst = NULL;
	size_t len;
	struct orl_set *set = map_file(ORL_SET_NAME, id, ORL_SET_SIZE, &len);

	if (!set)
		return NULL;
	if (set->magic == ORL_SET_MAGIC && set->version == ORL_SET_VERSION && set->id == id &&
	    !orl_load(&set->dead))
		inst = new_inst(id, set);
	if (!inst)
		munmap(set, len);
	return inst;
}

/* ---- rings ---- */

static void fill_half(struct orl_half *half)
{
	const struct orl_ring_file *file = &half->rings.file;
	struct orl_ringset *set = &half->set;
	char *map = half->rings.map;

	set->base = map + file->cpu_off;
	set->stride = file->cpu_stride;
	set->data_off = orl_ring_data_off(file->cpu_data_size, file->page_size);
	set->mask = file->cpu_data_size - 1;
	set->page_mask = file->page_size - 1;
	set->page_shift = (uint32_t)__builtin_ctz(file->page_size);
	set->nr_cpus = file->nr_cpus;
	set->clock = file->clock;
	set->nr_leases = file->nr_leases;
	set->lease_base = map + file->lease_off;
	set->lease_stride = file->lease_stride;
	set->lease_data_off = orl_ring_data_off(file->lease_data_size, file->page_size);
	set->lease_mask = file->lease_data_size - 1;
	set->lease_dropped = &((struct orl_ring_file *)(void *)map)->lease_dropped;
	orl_rseq_init(set);
}

static int map_half(struct orl_half **out, struct orl_inst *inst, uint32_t id)
{
	struct orl_half *half = orl_arena_alloc(sizeof(*half), 64);
	int err;

	if (!half)
		return -ENOMEM;
	err = orl_rings_map(&half->rings, &orl_rt.domain, id, 0);
	/* a program that was asked to record makes the first rings itself */
	if (err == -ENOENT && !inst->id && (orl_rt.events || orl_dyndbg_asks())) {
		err = orl_rings_create(&orl_rt.domain, inst->set, id);
		if (!err)
			err = orl_rings_map(&half->rings, &orl_rt.domain, id, 0);
	}
	if (err) {
		orl_arena_undo(half, sizeof(*half));
		return err;
	}
	half->inst = inst;
	half->serial = ++serial;
	fill_half(half);
	orl_rt.proc->flags = (orl_rt.proc->flags & ~7U) | orl_rseq_flags();
	*out = half;
	return 0;
}

/* One half follows its file. What it was is put aside once the new one is there. */
static int follow_half(struct orl_inst *inst, unsigned int h)
{
	uint32_t id = orl_load(&inst->set->ring_id[h]);
	struct orl_half *old = inst->half[h], *new = NULL;
	int err = 0;

	if (old && old->rings.id == id)
		return 0;
	if (id != ORL_NO_RING)
		err = map_half(&new, inst, id);
	if (err)
		return err;
	orl_store_release(&inst->half[h], new);
	if (old)
		orl_retire_half_locked(old);
	return 0;
}

int orl_inst_rings_locked(struct orl_inst *inst)
{
	uint32_t active = orl_load(&inst->set->active) & 1;
	int err;

	if (inst->asked_rings)
		return orl_inst_half(inst) ? 0 : inst->error;
	inst->asked_rings = true;
	err = follow_half(inst, active);
	if (!err)
		err = follow_half(inst, !active);
	inst->error = err;
	if (orl_inst_half(inst))
		return 0;
	return err ? err : -ENOENT;
}

/* ---- hooks ---- */

static bool is_ours(uint32_t event)
{
	uint32_t slot = event - ORL_EVENT_ID_FIRST;

	return slot < ORL_NR_EVENTS &&
	       (orl_load(&orl_rt.proc->events[slot / 64]) >> (slot % 64) & 1);
}

static const struct orl_hist *find_hist(struct orl_inst *inst, uint32_t id)
{
	struct orl_inst_hist *h;
	size_t len;
	void *map;

	for (h = inst->hists; h; h = h->next) {
		if (h->hist.id != id)
			continue;
		h->is_used = true;
		return &h->hist;
	}
	map = map_file(ORL_HIST_NAME, id, ORL_HIST_BLOCK, &len);
	h = map ? orl_arena_alloc(sizeof(*h), 64) : NULL;
	if (!h || orl_hist_check(&h->hist, map, len) || h->hist.id != id) {
		if (h)
			orl_arena_undo(h, sizeof(*h));
		if (map)
			munmap(map, len);
		return NULL;
	}
	h->is_used = true;
	h->next = inst->hists;
	inst->hists = h;
	return &h->hist;
}

static struct orl_inst_hook *add_hook(struct orl_inst *inst)
{
	if (inst->nr_list == inst->room) {
		uint32_t room = inst->room ? 2 * inst->room : 16;
		struct orl_inst_hook *list = orl_arena_alloc(room * sizeof(*list), 16);

		if (!list)
			return NULL;
		if (inst->nr_list)
			memcpy(list, inst->list, inst->nr_list * sizeof(*list));
		inst->list = list;
		inst->room = room;
	}
	return &inst->list[inst->nr_list++];
}

static bool is_stack(const struct orl_hist_field *f)
{
	return f->load == ORL_LOAD_STACK || f->load == ORL_LOAD_ARRAY_STACK;
}

static bool has_stack(uint32_t cmd, const struct orl_hist *hist)
{
	bool found = cmd == ORL_CMD_STACKTRACE;

	for (uint32_t i = 0; hist && i < ORL_HIST_KEYS; i++)
		found |= i < hist->spec.nr_keys && is_stack(&hist->spec.key[i]);
	return found;
}

static void look_at_hook(struct orl_inst *inst, struct orl_hook *hook, uint32_t kind,
			 uint32_t event)
{
	uint32_t cmd = orl_load(&hook->cmd), target = 0, hist_id = orl_load(&hook->hist_id);
	struct orl_inst_hook *h;

	/* taken as it is while it is written: whoever runs it looks at every byte himself */
	if (orl_load_acquire(&hook->seq) & 1)
		inst->is_moving = true;
	else if (orl_hook_check(hook, orl_record_max(ORL_PAGE_MAX)))
		return;
	if (kind == ORL_HOOK_TRIGGER &&
	    (cmd == ORL_CMD_ENABLE_EVENT || cmd == ORL_CMD_DISABLE_EVENT))
		target = orl_load(&hook->target);
	if (!is_ours(target))
		target = 0;
	if (!is_ours(event))
		event = 0;
	h = event || target ? add_hook(inst) : NULL;
	if (!h)
		return;
	*h = (struct orl_inst_hook){ .hook = hook,
				     .order = orl_load(&hook->order),
				     .event = event,
				     .kind = kind,
				     .target = target };
	if (!event || kind != ORL_HOOK_TRIGGER)
		return;
	if (cmd == ORL_CMD_HIST)
		h->hist = find_hist(inst, hist_id);
	h->has_stack = has_stack(cmd, h->hist);
}

/* Newest first, as the kernel runs them. They come almost in order. */
static void sort_hooks(struct orl_inst *inst)
{
	for (uint32_t i = 1; i < inst->nr_list; i++) {
		struct orl_inst_hook h = inst->list[i];
		uint32_t at = i;

		for (; at && inst->list[at - 1].order < h.order; at--)
			inst->list[at] = inst->list[at - 1];
		inst->list[at] = h;
	}
}

static bool map_hooks(struct orl_inst *inst)
{
	size_t len;

	if (!inst->hooks)
		inst->hooks = map_file(ORL_HOOKS_NAME, inst->id,
				       (size_t)ORL_NR_HOOKS * ORL_HOOK_SIZE, &len);
	return inst->hooks;
}

static void read_hooks(struct orl_inst *inst)
{
	inst->nr_list = 0;
	inst->is_moving = false;
	for (struct orl_inst_hist *h = inst->hists; h; h = h->next)
		h->is_used = false;
	/* from the end: the newer ones tend to stand there */
	for (uint32_t i = ORL_NR_HOOKS; i-- > 0;) {
		uint32_t index = orl_load(&inst->set->hook[i]);

		if (!index)
			continue;
		if (!map_hooks(inst))
			return;
		look_at_hook(inst, &inst->hooks[i], index >> 16, index & 0xffff);
	}
	sort_hooks(inst);
}

/* ---- the table ---- */

static void sync_inst(struct orl_ctl *ctl, uint32_t i)
{
	uint32_t id = i ? orl_load_acquire(&ctl->instance[i].id) : 0;
	struct orl_inst *inst = orl_rt.inst[i];

	if (inst && i && (inst->id != id || orl_load(&inst->set->dead))) {
		orl_rt.inst[i] = NULL;
		orl_retire_inst_locked(inst);
		inst = NULL;
	}
	if (!inst && (id || !i)) {
		inst = id ? map_inst(id) : new_inst(0, &ctl->top);
		orl_rt.inst[i] = inst;
	}
	if (!inst)
		return;
	inst->asked_rings = false;
	inst->error = 0;
	/* rings that are mapped follow a resize also when no event is on */
	if (inst->half[0] || inst->half[1])
		orl_inst_rings_locked(inst);
	read_hooks(inst);
}

void orl_insts_sync_locked(void)
{
	for (uint32_t i = 0; i < ORL_NR_INSTANCES; i++)
		sync_inst(orl_rt.domain.ctl, i);
}
