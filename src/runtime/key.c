// SPDX-License-Identifier: MIT
/*
 * Static keys: a count of uses; the sites follow when it leaves or reaches zero.
 *
 * Counts change under orl_lock() only: the phases of a change of sites must all see the same count.
 * The one caller that finds the lock its own is an event's registration function, called by
 * apply(), which brings the sites in line afterwards.
 */
#include "runtime/runtime.h"

void orl_key_add_locked(struct static_key *key, int n)
{
	__atomic_fetch_add(&key->enabled, n, __ATOMIC_SEQ_CST);
}

enum change { INC, DEC, ENABLE, DISABLE };

static void change_count(struct static_key *key, enum change change)
{
	int count = orl_load(&key->enabled);

	if (change == INC || (change == ENABLE && count == 0))
		orl_key_add_locked(key, 1);
	else if (change == DEC || (change == DISABLE && count == 1))
		orl_key_add_locked(key, -1);
}

static void change_key(struct static_key *key, enum change change)
{
	struct orl_lock_state state;

	orl_init();
	if (!orl_lock(&state, true)) {
		change_count(key, change);
		return;
	}
	change_count(key, change);
	orl_sites_sync_locked();
	orl_unlock(&state);
}

void static_key_slow_inc(struct static_key *key)
{
	change_key(key, INC);
}

void static_key_slow_dec(struct static_key *key)
{
	change_key(key, DEC);
}

void static_key_enable(struct static_key *key)
{
	change_key(key, ENABLE);
}

void static_key_disable(struct static_key *key)
{
	change_key(key, DISABLE);
}
