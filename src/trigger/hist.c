// SPDX-License-Identifier: MIT
/*
 * Counting records in a hist file, by the steps E1..E4 of abi/hook.h. Nobody waits: an entry that
 * somebody else is just making, or never finished, is passed by.
 */
#include <errno.h>

#include "trigger/load.h"
#include "trigger/program.h"

/* What of the header a reader must believe, with bounds within which no product below can wrap. */
static bool is_sound(const struct orl_hist_file *f, size_t len)
{
	uint64_t room = len - ORL_HIST_BLOCK;

	if (!orl_hist_spec_check(&f->spec) || f->nr_vals != f->spec.nr_vals ||
	    f->key_len != f->spec.key_len)
		return false;
	if (f->entry_len != sizeof(struct orl_hist_entry) + 8 * f->nr_vals + f->key_len)
		return false;
	if (!f->nr_slots || f->nr_slots & (f->nr_slots - 1) ||
	    f->nr_slots > 4 * ORL_HIST_SIZE_MAX || !f->size || f->size > f->nr_slots / 2)
		return false;
	return (uint64_t)f->nr_slots * f->entry_len <= room;
}

int orl_hist_check(struct orl_hist *h, void *map, size_t len)
{
	struct orl_hist_file f;

	if (len < ORL_HIST_BLOCK)
		return -EBADMSG;
	memcpy(&f, map, sizeof(f));
	if (f.magic != ORL_HIST_MAGIC)
		return -EBADMSG;
	if (f.version != ORL_HIST_VERSION)
		return -EPROTO;
	if (!is_sound(&f, len))
		return -EBADMSG;
	h->map = map;
	h->map_len = len;
	h->id = f.id;
	h->size = f.size;
	h->nr_slots = f.nr_slots;
	h->entry_len = f.entry_len;
	h->nr_vals = f.nr_vals;
	h->key_len = f.key_len;
	h->spec = f.spec;
	return 0;
}

/* The smallest n with 2^n >= v, 0 for 0: the kernel's ilog2(roundup_pow_of_two(v)) */
static uint64_t log2_up(uint64_t v)
{
	return v <= 1 ? 0 : 64 - (uint64_t)__builtin_clzll(v - 1);
}

/* 0 where the record has no such number. */
static uint64_t number(const struct orl_hist_field *f, const struct orl_occurrence *o)
{
	uint64_t v = 0;

	if (f->load == ORL_LOAD_TIME)
		v = o->ops->ticks(o);
	else
		orl_load_number(o, f->load, f->off, &v);
	switch (f->map) {
	case ORL_MAP_LOG2:
		return log2_up(v);
	case ORL_MAP_BUCKETS:
		return v - v % f->arg;
	case ORL_MAP_DIV:
		return v / f->arg;
	default:
		return v;
	}
}

/* The rest of the key's bytes is zero already. */
static void put_string(const struct orl_hist_field *f, const struct orl_occurrence *o, char *key)
{
	struct orl_span s;
	char comm[16];

	if (!orl_load_string(o, f->load, f->off, f->size, comm, &s))
		return;
	memcpy(key, s.p, s.len < ORL_HIST_STRING ? s.len : ORL_HIST_STRING - 1);
}

static void put_stack(const struct orl_hist_field *f, const struct orl_occurrence *o, char *key)
{
	struct orl_span s;

	if (f->load == ORL_LOAD_STACK)
		o->ops->stack(o, (uint64_t *)(void *)key, ORL_HIST_STACK);
	else if (orl_load_bytes(o, f->load, f->off, f->size, &s))
		memcpy(key, s.p, s.len < 8 * ORL_HIST_STACK ? s.len & ~7U : 8 * ORL_HIST_STACK);
}

static void put_rare(const struct orl_hist_field *f, const struct orl_occurrence *o, char *key)
{
	uint32_t pid = (uint32_t)(o->common >> 32);
	char comm[16];

	if (f->load == ORL_LOAD_PID_COMM) {
		memcpy(key, &pid, sizeof(pid));
		o->ops->comm(o, comm);
		memcpy(key + sizeof(pid), comm, strnlen(comm, sizeof(comm)));
	} else if (orl_load_is_string(f->load)) {
		put_string(f, o, key);
	} else {
		put_stack(f, o, key);
	}
}

static bool is_number(const struct orl_hist_field *f)
{
	return orl_load_is_number(f->load) || f->load == ORL_LOAD_TIME;
}

static void make_key(const struct orl_hist *h, const struct orl_occurrence *o, uint64_t *key)
{
	memset(key, 0, h->key_len);
	for (uint32_t i = 0; i < h->spec.nr_keys; i++) {
		const struct orl_hist_field *f = &h->spec.key[i];

		if (is_number(f))
			key[f->key_off / 8] = number(f, o);
		else
			put_rare(f, o, (char *)key + f->key_off);
	}
}

static inline uint64_t hash_key(const uint64_t *key, uint32_t len)
{
	uint64_t hash = len;

	for (uint32_t i = 0; i < len / 8; i++) {
		hash = (hash ^ key[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	hash *= 0xd6e8feb86659fd93ULL;
	return hash ^ hash >> 32;
}

static struct orl_hist_entry *entry_at(const struct orl_hist *h, uint64_t i)
{
	return (struct orl_hist_entry *)(void *)(h->map + ORL_HIST_BLOCK +
						 (i & (h->nr_slots - 1)) * h->entry_len);
}

static inline bool is_key(const struct orl_hist *h, struct orl_hist_entry *e, const uint64_t *key,
			  uint32_t key_len)
{
	const uint64_t *words = e->words + h->nr_vals;

	for (uint32_t i = 0; i < key_len / 8; i++)
		if (__atomic_load_n(&words[i], __ATOMIC_RELAXED) != key[i])
			return false;
	return true;
}

/* E1 .. E3. On failure @tag is what the entry has now. */
static __attribute__((noinline)) bool claim(const struct orl_hist *h, struct orl_hist_entry *e,
					    const uint64_t *key, uint64_t hash, uint64_t *tag)
{
	uint64_t *words = e->words + h->nr_vals;
	struct orl_hist_file *file = (struct orl_hist_file *)(void *)h->map;

	if (!__atomic_compare_exchange_n(&e->tag, tag, hash | ORL_HIST_CLAIMED, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))	/* E1 */
		return false;
	for (uint32_t i = 0; i < h->key_len / 8; i++)
		__atomic_store_n(&words[i], key[i], __ATOMIC_RELAXED);		/* E2 */
	__atomic_store_n(&e->tag, hash | ORL_HIST_READY, __ATOMIC_RELEASE);	/* E3 */
	__atomic_fetch_add(&file->nr_used, 1, __ATOMIC_RELAXED);
	return true;
}

static inline struct orl_hist_entry *find(const struct orl_hist *h, const uint64_t *key,
					  uint32_t key_len)
{
	const struct orl_hist_file *file = (const struct orl_hist_file *)(const void *)h->map;
	uint64_t hash = hash_key(key, key_len), first = hash >> 24;

	hash &= ~(ORL_HIST_CLAIMED | ORL_HIST_READY);
	for (uint32_t i = 0; i < ORL_HIST_PROBES; i++) {
		struct orl_hist_entry *e = entry_at(h, first + i);
		/* acquire: pairs with E3, whoever sees READY sees the key */
		uint64_t tag = __atomic_load_n(&e->tag, __ATOMIC_ACQUIRE);

		if (!tag) {
			if (__atomic_load_n(&file->nr_used, __ATOMIC_RELAXED) >= h->size)
				return NULL;
			if (claim(h, e, key, hash, &tag))
				return e;
		}
		if (tag == (hash | ORL_HIST_READY) && is_key(h, e, key, key_len))
			return e;
	}
	return NULL;
}

static inline __attribute__((always_inline)) void count(const struct orl_hist *h,
							const struct orl_occurrence *o,
							const uint64_t *key, uint32_t key_len)
{
	struct orl_hist_file *file = (struct orl_hist_file *)(void *)h->map;
	struct orl_hist_entry *e = find(h, key, key_len);

	if (__builtin_expect(!e, 0)) {
		__atomic_fetch_add(&file->dropped, 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_fetch_add(&e->hits, 1, __ATOMIC_RELAXED);			/* E4 */
	for (uint32_t i = 0; i < h->nr_vals; i++)
		__atomic_fetch_add(&e->words[i], number(&h->spec.val[i], o), __ATOMIC_RELAXED);
}

/* With a key of any length. */
static __attribute__((noinline)) void update(const struct orl_hist *h,
					     const struct orl_occurrence *o)
{
	uint64_t key[ORL_HIST_KEY_MAX / 8];

	make_key(h, o, key);
	count(h, o, key, h->key_len);
}

/* Most hists have one number as their key. */
void orl_hist_update(const struct orl_hist *h, const struct orl_occurrence *o)
{
	uint64_t key;

	if (h->key_len != sizeof(key) || !is_number(&h->spec.key[0])) {
		update(h, o);
		return;
	}
	key = number(&h->spec.key[0], o);
	count(h, o, &key, sizeof(key));
}
