// SPDX-License-Identifier: MIT
/*
 * Any bytes as a filter program, a trigger, a hist spec and a hist file, run on any record: nothing
 * outside the record, the hook and the file is touched, all ends, and a hist's counts add up.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/ctl.h"
#include "trigger/trigger.h"

#define EVENT 77u
#define RECORD_MAX 700u

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* What is left of the input; zeros behind its end. */
struct input {
	const uint8_t *p;
	size_t len;
};

static void take(struct input *in, void *to, size_t len)
{
	size_t n = len < in->len ? len : in->len;

	memset(to, 0, len);
	memcpy(to, in->p, n);
	in->p += n;
	in->len -= n;
}

static uint32_t cpu(const struct orl_occurrence *o)
{
	return o->len % 70;
}

static void comm(const struct orl_occurrence *o, char to[16])
{
	memset(to, 'c', 16);		/* as no thread is named: without an end */
}

static uint64_t ticks(const struct orl_occurrence *o)
{
	return o->common;
}

static uint32_t stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	for (uint32_t i = 0; i < max; i++)
		addr[i] = o->len + i;
	return max;
}

static const struct orl_occurrence_ops ops = {
	.cpu = cpu, .comm = comm, .ticks = ticks, .stack = stack,
};

/* A file as a tool makes it for this spec, or does not. */
static void *make_hist(const struct orl_hist_spec *spec, struct orl_hist *h)
{
	uint32_t entry = (uint32_t)sizeof(struct orl_hist_entry) + 8 * (spec->nr_vals & 15) +
			 (spec->key_len & 511);
	size_t len = ORL_HIST_BLOCK + 8 * (size_t)entry;
	struct orl_hist_file *f = calloc(1, len);

	if (!f)
		return NULL;
	f->magic = ORL_HIST_MAGIC;
	f->version = ORL_HIST_VERSION;
	f->size = 4;
	f->nr_slots = 8;
	f->entry_len = entry;
	f->nr_vals = spec->nr_vals;
	f->key_len = spec->key_len;
	f->spec = *spec;
	if (!orl_hist_check(h, f, len))
		return f;
	free(f);
	return NULL;
}

static void counts_add_up(const struct orl_hist *h, uint64_t updates)
{
	const struct orl_hist_file *f = (const struct orl_hist_file *)(const void *)h->map;
	uint64_t hits = 0;

	for (uint32_t i = 0; i < h->nr_slots; i++) {
		const struct orl_hist_entry *e = (const struct orl_hist_entry *)(const void *)(
			h->map + ORL_HIST_BLOCK + (size_t)i * h->entry_len);

		hits += e->hits;
	}
	require(hits + f->dropped == updates && f->nr_used <= h->size);
}

/* A filter and a trigger's condition are run by two interpreters. */
static void answers_agree(struct orl_hook *hook, const struct orl_occurrence *o)
{
	struct orl_hook *same = malloc(sizeof(*same));
	bool pass = orl_filter_pass(hook, o);

	if (!same)
		return;
	memcpy(same, hook, sizeof(*same));
	same->kind = ORL_HOOK_TRIGGER;
	same->cmd = ORL_CMD_STACKTRACE;
	same->flags = ORL_HOOK_HAS_FILTER;
	same->count = -1;
	require((orl_trigger_run(same, NULL, NULL, o) == ORL_DO_STACKTRACE) == pass);
	require(!pass || hook->nr_insns);
	free(same);
}

/* Does a hist trigger count this record? */
static bool is_counted(struct orl_hook *hook, const struct orl_occurrence *o)
{
	bool yes = hook->cmd == ORL_CMD_HIST && !(hook->flags & ORL_HOOK_PAUSED);

	hook->kind = ORL_HOOK_FILTER;
	yes = yes && (!(hook->flags & ORL_HOOK_HAS_FILTER) || orl_filter_pass(hook, o));
	hook->kind = ORL_HOOK_TRIGGER;
	return yes;
}

static void run_trigger(struct orl_hook *hook, const struct orl_occurrence *o, struct orl_set *set)
{
	struct orl_trigger_host host = { .set = set };
	struct orl_hist h;
	void *file = make_hist(&hook->hist, &h);
	int64_t count = hook->count;
	uint64_t updates = 0;

	hook->kind = ORL_HOOK_TRIGGER;
	for (int i = 0; i < 3; i++)
		require(orl_trigger_run(hook, &host, file ? &h : NULL, o) <= ORL_DO_STACKTRACE);
	require(count < 0 ? hook->count == count : hook->count <= count && hook->count >= 0);
	if (file) {
		for (; updates < 9; updates++)
			orl_hist_update(&h, o);
		counts_add_up(&h, updates + 3 * is_counted(hook, o));
	}
	free(file);
}

/* The file itself is the input. Its counters may say anything. */
static void run_file(struct input *in, const struct orl_occurrence *o)
{
	size_t len = ORL_HIST_BLOCK + in->len;
	char *file = malloc(len);
	struct orl_hist h;

	if (!file)
		return;
	take(in, file, ORL_HIST_BLOCK < in->len ? ORL_HIST_BLOCK : len);
	take(in, file + ORL_HIST_BLOCK, len - ORL_HIST_BLOCK);
	((struct orl_hist_file *)(void *)file)->magic = ORL_HIST_MAGIC;
	((struct orl_hist_file *)(void *)file)->version = ORL_HIST_VERSION;
	if (!orl_hist_check(&h, file, len))
		orl_hist_update(&h, o);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct orl_hook hook;
	static struct orl_set set;
	struct input in = { data, size };
	struct orl_occurrence o = { .ops = &ops };
	uint16_t head[4];
	char *rec;

	take(&in, head, sizeof(head));
	o.len = 8 + head[0] % RECORD_MAX;
	o.common = (uint64_t)head[1] << 32 | EVENT;
	rec = malloc(o.len);		/* exactly: one byte too far is seen */
	if (!rec)
		return 0;
	take(&in, rec, o.len);
	o.rec = rec;
	memset(&hook, 0, sizeof(hook));
	take(&in, &hook.hist, head[2] & 1 ? sizeof(hook.hist) : 0);
	take(&in, hook.data, head[2] & 2 ? 64 : 0);
	hook.data_len = 64;
	hook.kind = ORL_HOOK_FILTER;
	hook.event = EVENT;
	hook.cmd = head[2] >> 4 & 7;
	hook.flags = head[2] >> 2 & 3;
	hook.target = ORL_EVENT_ID_FIRST + head[3];
	hook.count = (int64_t)(head[2] >> 8) - 1;
	hook.nr_insns = head[3] & 255;
	if (head[2] & 128) {
		run_file(&in, &o);
	} else {
		take(&in, hook.insn, sizeof(hook.insn));
		answers_agree(&hook, &o);
		orl_hook_check(&hook, o.len);
		run_trigger(&hook, &o, &set);
		orl_hook_check(&hook, o.len);
	}
	free(rec);
	return 0;
}
