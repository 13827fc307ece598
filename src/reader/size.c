// SPDX-License-Identifier: MIT
/*
 * Rings of another size. A ring file never changes; another one takes its place:
 *
 *   Z1  make the new file; set->retired_ring = the old one's id
 *   Z2  set->ring_id[] = the new one's; tell the processes, and give them time to follow
 *   Z3  the old rings take no more: RETIRED; what they counted goes on in the new ones' counts
 *   Z4  every process has followed: the same with what the old rings refused since; unlink the old
 *       file, set->retired_ring = none
 *
 * Between Z2 and Z3 both take records. A tool that dies after Z1 leaves retired_ring; the next one
 * goes on at Z3. The file keeps its name until Z4, because a process that is on the way to map it
 * must find it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

#define FOLLOW_MS 200U
#define CPU_BYTES_MAX (1ULL << 32)

/*
 * The counts of an old ring go on in the new one, the unread records among the overwritten, and
 * begin anew in the old one: with what is counted here, since writers may add to it meanwhile.
 * Return: unread records.
 */
static uint64_t carry(const struct orl_ring_view *old, const struct orl_ring_view *new)
{
	uint64_t written, dropped = orl_load(&old->ring->dropped);
	struct orl_ring_rd from, to;
	struct orl_ring_stats st;
	struct orl_head head;

	if (orl_ring_counts(old, &st) || orl_rd_load(old, &from) || orl_ring_head(old, &head) ||
	    orl_rd_load(new, &to))
		return 0;
	written = head.count - from.base;
	if (!(written | from.read | (dropped - from.dropped_base)))
		return 0;
	to.base -= written;
	to.read += from.read;
	to.dropped_base -= dropped - from.dropped_base;
	orl_rd_store_locked(new, &to);
	from.pos = head.pos;
	from.seq = from.base = head.count;
	from.read = 0;
	from.dropped_base = dropped;
	orl_rd_store_locked(old, &from);
	return st.entries + written - st.written;
}

static int carry_all(struct orl_session *s, const struct orl_rings *old,
		     const struct orl_rings *new)
{
	uint32_t nr = old->file.nr_cpus + old->file.nr_leases;
	int old_fd = orl_rings_lock(s, old);
	int new_fd = old_fd < 0 ? old_fd : orl_rings_lock(s, new);
	uint64_t lost = 0;

	for (uint32_t i = 0; new_fd >= 0 && i < nr; i++) {
		struct orl_ring_view from, to;

		if (!orl_ring_view_of(&from, old, i) && !orl_ring_view_of(&to, new, i))
			lost += carry(&from, &to);
	}
	if (new_fd >= 0) {
		struct orl_ring_file *f = (void *)old->map, *g = (void *)new->map;

		__atomic_fetch_add(&g->lease_dropped,
				   __atomic_exchange_n(&f->lease_dropped, 0, __ATOMIC_RELAXED),
				   __ATOMIC_RELAXED);
		__atomic_fetch_add(&s->set->lost_records, lost, __ATOMIC_RELAXED);
		close(new_fd);
	}
	if (old_fd >= 0)
		close(old_fd);
	return new_fd < 0 ? new_fd : 0;
}

/* Z3, and the counts of Z4 */
static void retire(struct orl_session *s, uint32_t id)
{
	uint32_t now = s->set->ring_id[s->set->active & 1];
	struct orl_rings old, new;

	if (orl_rings_map(&old, &s->domain, id, 0))
		return;
	orl_rings_mark(&old, ORL_RING_RETIRED, ORL_RING_ON);
	if (now != ORL_NO_RING && !orl_rings_map(&new, &s->domain, now, 0)) {
		carry_all(s, &old, &new);
		orl_rings_unmap(&new);
	}
	orl_rings_unmap(&old);
}

/* Attached processes in which the change of now does not hold yet, or that could not map rings. */
static int nr_behind(struct orl_session *s)
{
	uint32_t gen = __atomic_load_n(&s->domain.ctl->gen, __ATOMIC_ACQUIRE);
	const struct orl_proc *p = orl_ctl_procs(s->domain.ctl);
	int nr = 0;

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		uint32_t pid = __atomic_load_n(&p[i].pid, __ATOMIC_ACQUIRE);
		uint32_t applied = __atomic_load_n(&p[i].applied, __ATOMIC_ACQUIRE);

		nr += pid && pid <= INT32_MAX &&
		      ((int32_t)(applied - gen) < 0 ||
		       __atomic_load_n(&p[i].ring_error, __ATOMIC_RELAXED)) &&
		      orl_process_of_slot_is_alive((int32_t)pid, &p[i]);
	}
	return nr;
}

int orl_size_finish_locked(struct orl_session *s)
{
	uint32_t id = s->set->retired_ring;
	int nr;

	if (id == ORL_NO_RING)
		return 0;
	/* died between Z1 and Z2; ring file 0 is the top instance's, whatever a damaged set says */
	if (id == s->set->ring_id[0] || id == s->set->ring_id[1] || (!id && s->instance)) {
		__atomic_store_n(&s->set->retired_ring, ORL_NO_RING, __ATOMIC_RELEASE);
		return 0;
	}
	retire(s, id);
	nr = nr_behind(s);
	if (nr)
		return nr;
	retire(s, id);
	orl_domain_unlink(s, ORL_RING_NAME, id);
	__atomic_store_n(&s->set->retired_ring, ORL_NO_RING, __ATOMIC_RELEASE);
	return 0;
}

/* The last resize is over whoever is still behind: he has its rings mapped, and they are off. */
static void finish_by_force(struct orl_session *s)
{
	if (!orl_size_finish_locked(s))
		return;
	orl_nudge_processes(s, FOLLOW_MS);
	if (!orl_size_finish_locked(s))
		return;
	orl_domain_unlink(s, ORL_RING_NAME, s->set->retired_ring);
	__atomic_store_n(&s->set->retired_ring, ORL_NO_RING, __ATOMIC_RELEASE);
}

/* The set's numbers as they shall be. */
static int plan(struct orl_session *s, struct orl_set *want, uint64_t cpu_bytes,
		uint32_t page_bytes)
{
	if (page_bytes) {
		if (page_bytes < ORL_PAGE_MIN || page_bytes > ORL_PAGE_MAX ||
		    (page_bytes & (page_bytes - 1)))
			return orl_session_fail(s, -EINVAL,
						"a page has %u to %u bytes, a power of two",
						ORL_PAGE_MIN, ORL_PAGE_MAX);
		want->page_size = page_bytes;
	}
	if (cpu_bytes > CPU_BYTES_MAX)
		return orl_session_fail(s, -EINVAL, "a ring has at most 4 GiB");
	if (cpu_bytes)
		for (want->cpu_data_size = ORL_PAGE_MIN; want->cpu_data_size < cpu_bytes;)
			want->cpu_data_size *= 2;
	if (want->cpu_data_size < 2ULL * want->page_size)
		want->cpu_data_size = 2ULL * want->page_size;
	if (want->lease_data_size < 2ULL * want->page_size)
		want->lease_data_size = 2ULL * want->page_size;
	return 0;
}

static void put_numbers(struct orl_set *set, const struct orl_set *want)
{
	__atomic_store_n(&set->page_size, want->page_size, __ATOMIC_RELAXED);
	__atomic_store_n(&set->cpu_data_size, want->cpu_data_size, __ATOMIC_RELAXED);
	__atomic_store_n(&set->lease_data_size, want->lease_data_size, __ATOMIC_RELEASE);
}

/*
 * The half that stands aside goes at once. Its counts go on as those of the rings did: a trigger in
 * a process that had not followed may have made it the written one meanwhile.
 */
static void drop_aside(struct orl_session *s, uint32_t old_id, uint32_t new_id)
{
	struct orl_rings old, new;

	if (!orl_rings_map(&old, &s->domain, old_id, 0)) {
		orl_rings_mark(&old, ORL_RING_RETIRED, ORL_RING_ON);
		if (!orl_rings_map(&new, &s->domain, new_id, 0)) {
			carry_all(s, &old, &new);
			orl_rings_unmap(&new);
		}
		orl_rings_unmap(&old);
	}
	orl_domain_unlink(s, ORL_RING_NAME, old_id);
}

static int replace(struct orl_session *s, const struct orl_set *want)
{
	uint32_t half = s->set->active & 1, old = s->set->ring_id[half];
	uint32_t old_aside = s->set->ring_id[!half], id, id_aside = ORL_NO_RING;
	int rc = orl_rings_make(s, want, false, &id);

	if (!rc && old_aside != ORL_NO_RING)
		rc = orl_rings_make(s, want, true, &id_aside);
	if (rc) {
		orl_domain_unlink(s, ORL_RING_NAME, id);
		return rc;
	}
	put_numbers(s->set, want);
	__atomic_store_n(&s->set->retired_ring, old, __ATOMIC_RELEASE);		/* Z1 */
	orl_testpoint("size-made");
	__atomic_store_n(&s->set->ring_id[half], id, __ATOMIC_RELEASE);		/* Z2 */
	__atomic_store_n(&s->set->ring_id[!half], id_aside, __ATOMIC_RELEASE);
	orl_set_select_locked(s);
	orl_nudge_processes(s, FOLLOW_MS);
	orl_testpoint("size-told");
	/* a trigger in a process that had not followed may have swapped meanwhile */
	orl_states_fix(s);
	if (old_aside != ORL_NO_RING)
		drop_aside(s, old_aside, id_aside);
	orl_size_finish_locked(s);
	return 0;
}

static bool is_as_wanted(const struct orl_rings *r, const struct orl_set *want)
{
	return r->file.page_size == want->page_size &&
	       r->file.cpu_data_size == want->cpu_data_size &&
	       r->file.lease_data_size == want->lease_data_size;
}

static int set_size_locked(struct orl_session *s, uint64_t cpu_bytes, uint32_t page_bytes)
{
	struct orl_set *want = malloc(sizeof(*want));
	int rc;

	if (!want)
		return orl_session_fail(s, -ENOMEM, "no memory");
	finish_by_force(s);
	memcpy(want, s->set, sizeof(*want));
	rc = plan(s, want, cpu_bytes, page_bytes);
	if (!rc) {
		rc = orl_session_map_rings(s);
		if (rc == -ENOENT || (!rc && is_as_wanted(&s->rings, want))) {
			put_numbers(s->set, want);
			rc = 0;
		} else if (!rc) {
			rc = replace(s, want);
		}
	}
	free(want);
	if (!rc && s->has_rings)
		rc = orl_session_map_rings(s);
	return rc;
}

int orl_set_size(struct orl_session *s, uint64_t cpu_bytes, uint32_t page_bytes)
{
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	rc = set_size_locked(s, cpu_bytes, page_bytes);
	orl_set_unlock(fd);
	return rc;
}
