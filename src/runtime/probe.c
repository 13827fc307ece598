// SPDX-License-Identifier: MIT
/*
 * A program's own probes: register_trace_<name>() and the grace period of
 * unregister_trace_<name>().
 *
 * A tracepoint's probes are a list that is read without a lock. A reader counts itself in and out
 * of the current one of two phases; whoever removes a probe unlinks it, turns to the other phase,
 * and waits until nobody is left in the first; twice, for a reader may have read the phase just
 * before it was turned. One thread at a time waits: with another's turn between its two it would
 * wait for the same phase twice. This is the path of probes only: records take no part in it.
 */
#include <errno.h>
#include <sched.h>

#include "runtime/runtime.h"

static struct oriel_probe pool[ORL_NR_PROBES];

struct oriel_probe *oriel_probes_enter(struct tracepoint *tp, int *phase)
{
	*phase = (int)(__atomic_load_n(&orl_wipe.phase, __ATOMIC_SEQ_CST) & 1);
	__atomic_fetch_add(&orl_wipe.readers[*phase], 1, __ATOMIC_SEQ_CST);
	orl_tls.probes[*phase]++;
	return orl_load_acquire(&tp->probes);
}

void oriel_probes_leave(int phase)
{
	orl_tls.probes[phase]--;
	__atomic_fetch_sub(&orl_wipe.readers[phase], 1, __ATOMIC_SEQ_CST);
}

static struct oriel_probe **find(struct tracepoint *tp, const void *func, const void *data)
{
	struct oriel_probe **p = &tp->probes;

	while (*p && ((*p)->func != func || (*p)->data != data))
		p = &(*p)->next;
	return p;
}

static struct oriel_probe *free_probe(void)
{
	for (unsigned int i = 0; i < ORL_NR_PROBES; i++) {
		/* acquire, pairs with the release behind the grace period: nobody reads it */
		if (!orl_load_acquire(&pool[i].func))
			return &pool[i];
	}
	return NULL;
}

static int add_locked(struct tracepoint *tp, void *func, void *data)
{
	struct oriel_probe **end = find(tp, func, data);
	struct oriel_probe *new = free_probe();
	int err;

	if (*end)
		return -EEXIST;
	if (!new)
		return -ENOSPC;
	if (tp->regfunc && orl_load(&tp->key.key.enabled) == 0) {
		err = tp->regfunc();
		if (err)
			return err;
	}
	new->func = func;
	new->data = data;
	new->next = NULL;
	orl_store_release(end, new);
	orl_key_add_locked(&tp->key.key, 1);
	orl_sites_sync_locked();
	return 0;
}

int oriel_probe_register(struct tracepoint *tp, void *func, void *data)
{
	struct orl_lock_state state;
	int err;

	orl_init();
	if (!func)
		return -EINVAL;
	if (!orl_lock(&state, true))
		return -EDEADLK;
	err = add_locked(tp, func, data);
	orl_unlock(&state);
	return err;
}

static void wait_for_readers(void)
{
	while (__atomic_exchange_n(&orl_wipe.waiting, 1, __ATOMIC_SEQ_CST))
		sched_yield();
	for (int turn = 0; turn < 2; turn++) {
		uint32_t old = __atomic_fetch_add(&orl_wipe.phase, 1, __ATOMIC_SEQ_CST) & 1;

		while (__atomic_load_n(&orl_wipe.readers[old], __ATOMIC_SEQ_CST) > 0)
			sched_yield();
	}
	__atomic_store_n(&orl_wipe.waiting, 0, __ATOMIC_SEQ_CST);
}

int oriel_probe_unregister(struct tracepoint *tp, void *func, void *data)
{
	struct orl_lock_state state;
	struct oriel_probe **at, *probe;

	if (!orl_lock(&state, true))
		return -EDEADLK;
	at = find(tp, func, data);
	probe = *at;
	if (!probe) {
		orl_unlock(&state);
		return -ENOENT;
	}
	orl_key_add_locked(&tp->key.key, -1);
	orl_sites_sync_locked();
	orl_store_release(at, probe->next);
	if (tp->unregfunc && orl_load(&tp->key.key.enabled) == 0) {
		tp->unregfunc();
		orl_sites_sync_locked();	/* of keys that it has changed */
	}
	orl_unlock(&state);
	wait_for_readers();
	orl_store_release(&probe->func, NULL);
	return 0;
}
