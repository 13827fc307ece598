// SPDX-License-Identifier: MIT
/*
 * Switching single events, and soft mode: an event whose sites are on because a trigger may switch
 * it at any moment. Such an event has its exact bits on; its soft bit, which triggers change, says
 * whether it records. What a user switches is then the soft bit.
 */
#include <errno.h>

#include "reader/control.h"
#include "reader/set-impl.h"

static bool has_bit(const uint64_t *bits, uint32_t slot)
{
	return __atomic_load_n(&bits[slot / 64], __ATOMIC_ACQUIRE) >> slot % 64 & 1;
}

static void put_soft(struct orl_set *set, uint32_t slot, bool disabled)
{
	uint64_t bit = 1ULL << slot % 64;

	if (disabled)
		__atomic_fetch_or(&set->soft[slot / 64], bit, __ATOMIC_ACQ_REL);
	else
		__atomic_fetch_and(&set->soft[slot / 64], ~bit, __ATOMIC_ACQ_REL);
}

static void put_exact(struct orl_session *s, uint32_t slot, bool on)
{
	struct orl_exact *exact = &s->set->exact[orl_set_copy_locked(s)];
	uint64_t bit = 1ULL << slot % 64;

	exact->known[slot / 64] |= bit;
	if (on)
		exact->on[slot / 64] |= bit;
	else
		exact->on[slot / 64] &= ~bit;
}

void orl_exact_set_locked(struct orl_session *s, uint32_t slot, bool on, const uint64_t *targets)
{
	bool is_target = has_bit(targets, slot);

	put_soft(s->set, slot, is_target && !on);
	put_exact(s, slot, is_target || on);
}

static int slot_of(struct orl_session *s, int id)
{
	if (id < (int)ORL_EVENT_ID_FIRST || id >= (int)(ORL_EVENT_ID_FIRST + ORL_SET_EVENTS))
		return orl_session_fail(s, -EINVAL, "no event has the id %d", id);
	return id - (int)ORL_EVENT_ID_FIRST;
}

int orl_control_exact(struct orl_session *s, const int *id, uint32_t nr, bool enable)
{
	uint64_t targets[ORL_SET_EVENTS / 64];
	int fd, rc = 0;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	for (uint32_t i = 0; i < nr && rc >= 0; i++)
		rc = slot_of(s, id[i]);
	if (rc < 0 || !nr)
		return rc;
	rc = enable ? orl_session_create_rings(s) : 0;
	if (rc)
		return rc;
	fd = orl_set_lock(s);
	if (fd < 0)
		return fd;
	orl_hooks_targets(s, targets);
	for (uint32_t i = 0; i < nr; i++)
		orl_exact_set_locked(s, (uint32_t)slot_of(s, id[i]), enable, targets);
	orl_set_select_locked(s);
	orl_set_unlock(fd);
	return 0;
}

void orl_soft_set_locked(struct orl_session *s, uint32_t event_id, bool soft_disabled)
{
	int slot = slot_of(s, (int)event_id);
	bool was;

	if (slot < 0)
		return;
	was = has_bit(s->set->soft, (uint32_t)slot);
	if (was == soft_disabled)
		return;
	/* the end of soft mode finds an event that was to record nothing: it is off then */
	put_exact(s, (uint32_t)slot, soft_disabled);
	put_soft(s->set, (uint32_t)slot, soft_disabled);
}

bool orl_soft_get(const struct orl_session *s, uint32_t event_id)
{
	uint32_t slot = event_id - ORL_EVENT_ID_FIRST;

	return slot < ORL_SET_EVENTS && has_bit(s->set->soft, slot);
}
