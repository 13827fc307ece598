// SPDX-License-Identifier: MIT
/*
 * Which ring file a session reads: the half of its instance that is written, or for a session of
 * the snapshot the other one. A resize and a snapshot put other files there; whoever maps again
 * finds them.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "reader/guard.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

#define TRIES 8				/* ids that may change while their file is opened */
#define LINGER_NS 1000000000ULL		/* longer than a resize takes */

static uint32_t wanted(const struct orl_session *s)
{
	uint32_t half = __atomic_load_n(&s->set->active, __ATOMIC_ACQUIRE) & 1;

	return __atomic_load_n(&s->set->ring_id[s->is_snapshot ? !half : half], __ATOMIC_ACQUIRE);
}

bool orl_session_rings_moved(const struct orl_session *s)
{
	return s->has_rings && wanted(s) != s->rings.id;
}

bool orl_session_rings_left(const struct orl_session *s, uint64_t *since_ns)
{
	uint64_t now, state;

	if (!orl_session_rings_moved(s)) {
		*since_ns = 0;
		return false;
	}
	state = __atomic_load_n(&orl_rings_get(&s->rings, 0)->state, __ATOMIC_ACQUIRE);
	now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	if (!*since_ns)
		*since_ns = now;
	return (state & (ORL_RING_RETIRED | ORL_RING_ASIDE)) || now - *since_ns > LINGER_NS ||
	       orl_instance_is_gone(s);
}

static int fail_rings(struct orl_session *s, int rc, uint32_t id)
{
	const char *dir = s->domain.dir, *what = rc == -EBADMSG ? "damaged" : "of another version";
	char name[32];

	if (rc == -ENOENT && s->is_snapshot)
		return orl_session_fail(s, rc, "there is no snapshot in %s", dir);
	if (rc == -ENOENT)
		return orl_session_fail(s, rc, "no event was ever switched on in %s", dir);
	orl_domain_name(name, ORL_RING_NAME, id);
	if (rc == -EBADMSG || rc == -EPROTO)
		return orl_session_fail(s, rc,
					"the ring file %s/%s is %s: end the traced "
					"programs and remove the directory", dir, name, what);
	return orl_session_fail(s, rc, "cannot map %s/%s: %s", dir, name, strerror(-rc));
}

void orl_session_drop_rings(struct orl_session *s)
{
	if (!s->has_rings)
		return;
	orl_guard_remove(s->rings.map);
	orl_rings_unmap(&s->rings);
	s->has_rings = false;
	s->nr_rings = s->nr_cpus = 0;
	s->ring_gen++;
}

static void adopt(struct orl_session *s, const struct orl_rings *rings)
{
	orl_session_drop_rings(s);
	s->rings = *rings;
	orl_guard_add(s->rings.map, s->rings.size);
	s->has_rings = true;
	s->ring_gen++;
	s->nr_cpus = s->rings.file.nr_cpus;
	s->nr_rings = s->nr_cpus + s->rings.file.nr_leases;
	s->page_size = s->rings.file.page_size;
}

int orl_session_map_rings(struct orl_session *s)
{
	int flags = s->flags & ORL_SESSION_READONLY ? ORL_RINGS_READONLY : 0;
	struct orl_rings rings;
	uint32_t id = wanted(s);
	int rc = -ENOENT;

	for (int i = 0; i < TRIES; i++) {
		if (s->has_rings && s->rings.id == id)
			return 0;
		if (id != ORL_NO_RING)
			rc = orl_rings_map(&rings, &s->domain, id, flags);
		if (rc != -ENOENT || id == wanted(s))
			break;
		id = wanted(s);
	}
	/* what is no longer there was removed with its instance: the session keeps what it has */
	if (rc == -ENOENT && s->has_rings)
		return 0;
	if (rc)
		return fail_rings(s, rc, id);
	adopt(s, &rings);
	return 0;
}

int orl_session_create_rings(struct orl_session *s)
{
	char name[32];
	int rc;

	if (s->has_rings || !orl_session_map_rings(s))
		return orl_session_map_rings(s);
	if (s->is_snapshot || wanted(s) == ORL_NO_RING)
		return orl_session_fail(s, -EINVAL, "no rings can be made here");
	rc = orl_rings_create(&s->domain, s->set, wanted(s));
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, s->domain.dir, "the rings");
	if (rc)
		return orl_session_fail(s, rc, "cannot make %s/%s: %s", s->domain.dir,
					orl_domain_name(name, ORL_RING_NAME, wanted(s)),
					rc == -EBADMSG ? "the control file gives impossible sizes" :
							 strerror(-rc));
	return orl_session_map_rings(s);
}

int orl_rings_lock(struct orl_session *s, const struct orl_rings *r)
{
	char name[32];
	int fd, rc;

	orl_domain_name(name, ORL_RING_NAME, r->id);
	fd = orl_session_lock_open(s, name);
	if (fd < 0)
		return fd;
	rc = orl_session_lock(s, fd, name);
	if (!rc)
		return fd;
	close(fd);
	return rc;
}
