// SPDX-License-Identifier: MIT
/*
 * The snapshot: a second ring file of the instance, whose rings stand aside until a swap makes them
 * the ones that are written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

#define FOLLOW_MS 200U			/* how long a process is given to map, or to leave, rings */

static uint32_t aside(const struct orl_session *s)
{
	return !(__atomic_load_n(&s->set->active, __ATOMIC_ACQUIRE) & 1);
}

static uint32_t aside_id(const struct orl_session *s)
{
	return __atomic_load_n(&s->set->ring_id[aside(s)], __ATOMIC_ACQUIRE);
}

bool orl_snapshot_exists(const struct orl_session *s)
{
	return aside_id(s) != ORL_NO_RING;
}

int orl_rings_make(struct orl_session *s, const struct orl_set *want, bool is_aside, uint32_t *id)
{
	struct orl_rings r;
	int rc;

	*id = orl_domain_new_id(s);
	rc = orl_rings_create(&s->domain, want, *id);
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "the rings");
	if (!rc)
		rc = orl_rings_map(&r, &s->domain, *id, 0);
	if (rc)
		return orl_session_fail(s, rc, "cannot make rings in %s: %s", s->domain.dir,
					strerror(-rc));
	if (is_aside)
		orl_rings_mark(&r, ORL_RING_ASIDE, ORL_RING_ON);
	orl_rings_unmap(&r);
	return 0;
}

int orl_snapshot_alloc_locked(struct orl_session *s)
{
	uint32_t id;
	int rc;

	if (orl_snapshot_exists(s))
		return 0;
	/* both halves, so that a swap has somewhere to go */
	rc = orl_session_create_rings(s);
	if (!rc)
		rc = orl_rings_make(s, s->set, true, &id);
	if (rc)
		return rc;
	__atomic_store_n(&s->set->ring_id[aside(s)], id, __ATOMIC_RELEASE);
	orl_set_select_locked(s);
	/* one that has not followed takes its records to rings that a swap puts aside: they are
	 * lost */
	orl_nudge_processes(s, FOLLOW_MS);
	return 0;
}

int orl_snapshot_alloc(struct orl_session *s)
{
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	rc = orl_snapshot_alloc_locked(s);
	orl_set_unlock(fd);
	return rc;
}

static void free_locked(struct orl_session *s)
{
	uint32_t id = aside_id(s);
	struct orl_rings r;

	__atomic_store_n(&s->set->ring_id[aside(s)], ORL_NO_RING, __ATOMIC_RELEASE);
	orl_set_select_locked(s);
	orl_nudge_processes(s, FOLLOW_MS);
	/* a trigger may have swapped before its process followed */
	if (aside_id(s) != ORL_NO_RING)
		__atomic_fetch_xor(&s->set->active, 1, __ATOMIC_SEQ_CST);
	if (!orl_rings_map(&r, &s->domain, id, 0)) {
		orl_rings_mark(&r, ORL_RING_RETIRED, ORL_RING_ON);
		orl_rings_unmap(&r);
	}
	orl_domain_unlink(s, ORL_RING_NAME, id);
	orl_states_fix(s);
}

int orl_snapshot_free(struct orl_session *s)
{
	int fd = orl_set_lock(s);

	if (fd < 0)
		return fd;
	/* ring file 0 is made anew by whoever misses it: it must keep being what its set says */
	if (orl_snapshot_exists(s))
		free_locked(s);
	orl_set_unlock(fd);
	return 0;
}

int orl_snapshot_swap(struct orl_session *s)
{
	int fd = orl_set_lock(s), rc;
	struct orl_halves h;

	if (fd < 0)
		return fd;
	rc = orl_snapshot_alloc_locked(s);
	if (!rc)
		rc = orl_halves_open(s, &h);
	if (!rc) {
		if (!orl_rings_swap(&h.host))
			rc = orl_session_fail(s, -ENOENT, "a half of the rings is missing");
		orl_halves_close(&h);
	}
	if (!rc)
		orl_set_publish(s, false);
	orl_set_unlock(fd);
	return rc;
}

int orl_snapshot_clear(struct orl_session *s)
{
	int fd = orl_set_lock(s), rc;
	struct orl_halves h;

	if (fd < 0)
		return fd;
	rc = orl_snapshot_exists(s) ? orl_halves_open(s, &h) :
				      orl_session_fail(s, -EINVAL, "there is no snapshot");
	if (!rc) {
		const struct orl_rings *r = h.host.rings[aside(s)];

		rc = r ? orl_rings_clear(s, r, ORL_ALL_CPUS) : 0;
		orl_halves_close(&h);
	}
	orl_set_unlock(fd);
	return rc;
}

static bool name_of(const struct orl_session *s, char *name)
{
	const struct orl_instance *e = &s->domain.ctl->instance[s->instance];

	name[0] = '\0';
	if (!s->instance)
		return true;
	memcpy(name, e->name, ORL_INSTANCE_NAME_MAX);
	name[ORL_INSTANCE_NAME_MAX - 1] = '\0';
	return !orl_instance_is_gone(s);
}

int orl_session_open_snapshot(struct orl_session *snap, const struct orl_session *s)
{
	char name[ORL_INSTANCE_NAME_MAX];
	int rc = name_of(s, name) ? orl_session_open_instance(snap, s, name) : -ENODEV;

	if (rc)
		return orl_session_fail(snap, rc, "the instance was removed");
	if (snap->instance_id != s->instance_id)
		rc = orl_session_fail(snap, -ENODEV, "the instance was removed");
	if (snap->has_rings)
		orl_session_drop_rings(snap);
	snap->is_snapshot = true;
	snap->flags |= ORL_SESSION_READONLY;
	rc = rc ? rc : orl_session_map_rings(snap);
	if (rc)
		orl_session_close(snap);
	return rc;
}
