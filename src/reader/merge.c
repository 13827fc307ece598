// SPDX-License-Identifier: MIT
/*
 * The records of all rings in order of time. Each ring is a lane: a cursor, a copy of one page, and
 * the record at hand. A heap of the lanes that have a record gives the oldest.
 *
 * A consumer may deliver only what it has taken, and must take in order of time across rings
 * although it looks at one page of each ring at a time. So each pass, under the lock,
 *   P1  copies the next page of every ring
 *   P2  finds the time up to which all rings are known: the pass's horizon, or, where a ring has
 *   more
 *       behind the page copied, the time of that page's last record
 *   P3  takes from every ring the records up to that time, and stores how far it got
 * and delivers them after the lock is given back. At least one copied page is taken whole, or all
 * that is there up to the horizon.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/instance.h"
#include "reader/merge-impl.h"

#define WAIT_STEP_NS 2000000L
#define MAX_DAMAGED 64			/* pages skipped in one go, so that every call returns */

/* The heap */

static bool is_older(const struct orl_merge *m, uint32_t a, uint32_t b)
{
	uint64_t ta = m->lane[m->heap[a]].rec.ts, tb = m->lane[m->heap[b]].rec.ts;

	/*
	 * equal times in the order of the rings, so that the same rings always give the same text
	 */
	return ta != tb ? ta < tb : m->heap[a] < m->heap[b];
}

static void swap(struct orl_merge *m, uint32_t a, uint32_t b)
{
	uint32_t tmp = m->heap[a];

	m->heap[a] = m->heap[b];
	m->heap[b] = tmp;
}

static void sift_down(struct orl_merge *m, uint32_t at)
{
	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= m->nr_heap)
			return;
		if (child + 1 < m->nr_heap && is_older(m, child + 1, child))
			child++;
		if (!is_older(m, child, at))
			return;
		swap(m, child, at);
		at = child;
	}
}

static void push(struct orl_merge *m, uint32_t lane)
{
	uint32_t at = m->nr_heap++;

	m->heap[at] = lane;
	m->lane[lane].is_queued = true;
	while (at && is_older(m, at, (at - 1) / 2)) {
		swap(m, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void pop(struct orl_merge *m)
{
	m->lane[m->heap[0]].is_queued = false;
	m->heap[0] = m->heap[--m->nr_heap];
	sift_down(m, 0);
}

/* Lanes */

static void give_up_lanes(struct orl_merge *m)
{
	for (uint32_t i = 0; i < m->nr_lanes; i++) {
		if (m->mode != ORL_MERGE_CONSUME) {
			m->lost += m->lane[i].cursor.lost;
			m->nr_damaged += m->lane[i].cursor.nr_damaged;
		}
		free(m->lane[i].page);
	}
	free(m->lane);
	free(m->heap);
	m->lane = NULL;
	m->heap = NULL;
	m->nr_lanes = m->nr_heap = 0;
	m->last = NULL;
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}

static bool is_wanted(const struct orl_merge *m, uint32_t ring)
{
	uint32_t nr_cpus = m->s->nr_cpus;

	return m->cpu == ORL_ALL_CPUS ||
	       (ring < nr_cpus ? ring : (ring - nr_cpus) % nr_cpus) == m->cpu;
}

static void init_lane(struct orl_merge *m, struct lane *l, uint32_t i)
{
	struct orl_cursor *c = &l->cursor;

	l->is_broken = !is_wanted(m, i) || orl_cursor_init(c, m->s, i, ORL_FROM_UNREAD);
	if (l->is_broken)
		return;
	if (i < m->nr_left && m->left_id == m->s->rings.id && m->left[i].pos > c->pos) {
		c->pos = m->left[i].pos;
		c->seq = m->left[i].seq;
	} else if (m->ring_gen && m->s->rings.id > m->ring_id) {
		orl_cursor_from_start(c);
	}
	if (m->mode == ORL_MERGE_SNAPSHOT || m->is_draining)
		orl_cursor_stop_here(c);
}

/* How far the lanes are; NULL where that is not needed, or there is no memory. */
static struct place *places(const struct orl_merge *m)
{
	struct place *p = m->mode == ORL_MERGE_FOLLOW && m->nr_lanes ?
				  calloc(m->nr_lanes, sizeof(*p)) : NULL;

	for (uint32_t i = 0; p && i < m->nr_lanes; i++)
		p[i] = (struct place){ m->lane[i].cursor.pos, m->lane[i].cursor.seq };
	return p;
}

static int add_lanes(struct orl_merge *m)
{
	uint32_t nr = m->s->nr_rings, nr_left = m->nr_lanes;
	struct place *left;
	struct lane *lane;
	uint32_t *heap;

	if (m->nr_lanes && m->ring_gen == m->s->ring_gen)
		return 0;
	left = places(m);
	give_up_lanes(m);
	lane = calloc(nr, sizeof(*lane));
	heap = calloc(nr, sizeof(*heap));
	if (!lane || !heap) {
		free(lane);
		free(heap);
		free(left);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < nr; i++)
		init_lane(m, &lane[i], i);
	free(m->left);
	m->left = left;
	m->nr_left = left ? nr_left : 0;
	m->left_id = m->ring_id;
	m->lane = lane;
	m->heap = heap;
	m->nr_lanes = nr;
	m->ring_gen = m->s->ring_gen;
	m->ring_id = m->s->rings.id;
	return 0;
}

/* Copy the next page of a lane; skips damaged ones. Return true with the iterator at its start. */
static int next_page(struct orl_merge *m, struct lane *l)
{
	int rc = -EBADMSG;

	if (!orl_cursor_backlog(&l->cursor))
		return 0;
	if (!l->page)
		l->page = malloc(m->s->page_size);
	if (!l->page)
		return -ENOMEM;
	for (int i = 0; i < MAX_DAMAGED && rc == -EBADMSG; i++)
		rc = orl_cursor_next_page(&l->cursor, l->page, &l->info, ORL_PAGE_PARTIAL);
	if (rc <= 0)
		return rc == -EBADMSG ? 0 : rc;
	orl_page_iter_init(&l->it, l->page, m->s->page_size);
	l->it.cpu = (int)l->cursor.view.idx;
	l->missed += l->info.missed;
	return 1;
}

static void tell_missed(struct lane *l)
{
	l->rec.missed = l->missed >= ORL_MISSED_UNKNOWN ? ORL_MISSED_UNKNOWN - 1 :
							  (uint32_t)l->missed;
	l->missed = 0;
}

/* Step a lane to its next record. Return 1, 0 none for now, or -ENOMEM. */
static int advance(struct orl_merge *m, struct lane *l)
{
	if (l->is_broken)
		return 0;
	if (m->mode == ORL_MERGE_CONSUME) {
		if (!l->left)
			return 0;
		l->left--;
		if (orl_page_iter_next(&l->it, &l->rec) != 1)
			return 0;
		tell_missed(l);
		return 1;
	}
	for (;;) {
		int rc;

		if (l->it.page && orl_page_iter_next(&l->it, &l->rec) == 1) {
			tell_missed(l);
			return 1;
		}
		rc = next_page(m, l);
		if (rc <= 0)
			return rc;
	}
}

/* Passes */

/*
 * P1 for one lane. What was not taken in the last pass is copied again: another consumer may have
 * taken it.
 */
static int look(struct orl_merge *m, struct lane *l, uint64_t *known)
{
	const struct orl_ring_view *v = &l->cursor.view;
	uint64_t nr_damaged = l->cursor.nr_damaged;
	struct orl_ring_rd rd;
	int rc;

	l->left = 0;
	l->missed = 0;
	if (l->is_broken || !orl_load(&v->ring->head))
		return 0;
	rc = orl_rd_load(v, &rd);
	if (rc)
		return 0;
	orl_rd_repair_locked(v, &rd);
	l->cursor.pos = rd.pos;
	l->cursor.seq = rd.seq;
	rc = next_page(m, l);
	m->nr_damaged += l->cursor.nr_damaged - nr_damaged;
	if (rc <= 0) {
		/* nothing, or damage to step over for good */
		if (!rc && l->cursor.pos != rd.pos) {
			rd.pos = l->cursor.pos;
			orl_rd_store_locked(v, &rd);
		}
		return rc;
	}
	if (orl_cursor_backlog(&l->cursor) && l->info.last_ticks < *known) {
		*known = l->info.last_ticks;
		m->has_more = true;
	}
	return 1;
}

/* P3 for one lane whose page is copied. */
static void take(struct orl_merge *m, struct lane *l, uint64_t known)
{
	struct orl_page_iter it = l->it;
	uint32_t off = it.off;
	struct orl_record rec;
	struct orl_ring_rd rd;

	/* the page that set the limit goes whole, even where damage lets its times run backwards */
	while (orl_page_iter_next(&it, &rec) == 1 &&
	       (rec.ts <= known || l->info.last_ticks <= known)) {
		off = it.off;
		l->left++;
	}
	m->has_untaken |= l->left < l->info.nr_records;
	if (!l->left || orl_rd_load(&l->cursor.view, &rd))
		return;
	rd.pos = l->left == l->info.nr_records ? l->cursor.pos :
						 l->info.pos + off - ORL_PAGE_HEADER;
	rd.seq = l->info.seq + l->left;
	rd.read += l->left;
	m->lost += l->info.missed;
	orl_rd_store_locked(&l->cursor.view, &rd);
}

static struct lane *oldest_ahead(struct orl_merge *m, uint32_t nr)
{
	struct lane *oldest = NULL;

	for (uint32_t i = 0; i < nr; i++) {
		struct lane *l = &m->lane[m->heap[i]];

		if (l->has_next && (!oldest || l->next.ts < oldest->next.ts))
			oldest = l;
	}
	return oldest;
}

/*
 * P2 where few records are wanted: up to what time are there as many? What a reader takes and does
 * not deliver is lost when it ends.
 */
static uint64_t limit(struct orl_merge *m, uint32_t nr, uint64_t known)
{
	uint64_t time = 0, there = 0;
	struct lane *l;

	for (uint32_t i = 0; i < nr; i++)
		there += m->lane[m->heap[i]].info.nr_records;
	if (!m->most || there <= m->most)
		return known;
	for (uint32_t i = 0; i < nr; i++) {
		l = &m->lane[m->heap[i]];
		l->ahead = l->it;
		l->has_next = orl_page_iter_next(&l->ahead, &l->next) == 1;
	}
	for (uint32_t i = 0; i < m->most && (l = oldest_ahead(m, nr)); i++) {
		if (l->next.ts > time)
			time = l->next.ts;
		l->has_next = orl_page_iter_next(&l->ahead, &l->next) == 1;
	}
	/* where damage hides the records that were counted, no limit keeps us from getting on */
	if (time >= known || !time)
		return known;
	m->has_more = true;
	return time;
}

static int consume_pass(struct orl_merge *m)
{
	uint64_t known = m->horizon;
	uint32_t nr = 0;
	char name[32];
	int rc = orl_session_lock(m->s, m->fd,
				  orl_domain_name(name, ORL_RING_NAME, m->s->rings.id));

	if (rc)
		return rc;
	orl_testpoint("locked");
	for (uint32_t i = 0; i < m->nr_lanes && rc >= 0; i++) {
		rc = look(m, &m->lane[i], &known);
		if (rc > 0)
			m->heap[nr++] = i;
	}
	orl_testpoint("copied");
	known = limit(m, nr, known);
	for (uint32_t i = 0; i < nr && rc >= 0; i++)
		take(m, &m->lane[m->heap[i]], known);
	orl_testpoint("taken");
	orl_session_unlock(m->fd);
	orl_testpoint("unlocked");
	return rc < 0 ? rc : 0;
}

/* Take up the rings that there are now. */
static int find_rings(struct orl_merge *m)
{
	bool left;

	if (m->mode == ORL_MERGE_SNAPSHOT && m->nr_lanes)
		return 0;
	left = m->nr_lanes && orl_session_rings_left(m->s, &m->moved_ns);
	/* those that others replaced are read to their end first, in one pass more */
	if (left && m->mode == ORL_MERGE_FOLLOW && !m->is_leaving) {
		m->is_leaving = true;
		return 0;
	}
	m->is_leaving = false;
	if ((!m->nr_lanes || left) && orl_session_map_rings(m->s))
		return 0;
	return m->s->has_rings ? add_lanes(m) : 0;
}

static void set_horizon(struct orl_merge *m)
{
	uint64_t now, slack_ticks;

	if (m->is_draining || m->is_leaving || m->mode == ORL_MERGE_SNAPSHOT) {
		m->horizon = UINT64_MAX;
		return;
	}
	now = orl_session_now(m->s);
	slack_ticks = orl_timebase_ticks(&m->s->time, ORL_MERGE_SLACK_NS);
	m->horizon = now > slack_ticks ? now - slack_ticks : 0;
}

static int consume(struct orl_merge *m)
{
	char name[32];
	int rc;

	if (!m->nr_lanes)
		return 0;
	if (m->fd < 0)
		m->fd = orl_session_lock_open(m->s, orl_domain_name(name, ORL_RING_NAME,
								    m->s->rings.id));
	rc = m->fd < 0 ? m->fd : consume_pass(m);
	if (rc != -ESTALE && rc != -ENOENT)
		return rc;
	/* the file was removed: its instance too, or there is another by now, for the next pass */
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	if (orl_instance_is_gone(m->s))
		return orl_session_fail(m->s, -ENODEV, "the instance was removed");
	return orl_session_rings_moved(m->s) ? 0 : rc;
}

static int begin_pass(struct orl_merge *m)
{
	int rc;

	m->in_pass = true;
	m->has_more = m->has_untaken = false;
	m->last = NULL;
	rc = find_rings(m);
	if (rc)
		return rc;
	set_horizon(m);
	rc = m->mode == ORL_MERGE_CONSUME ? consume(m) : 0;
	if (rc)
		return rc;
	for (uint32_t i = 0; i < m->nr_lanes; i++) {
		if (m->lane[i].is_queued)
			continue;
		rc = advance(m, &m->lane[i]);
		if (rc < 0)
			return rc;
		if (rc)
			push(m, i);
	}
	return 0;
}

static int queue_last(struct orl_merge *m)
{
	struct lane *l = m->last;
	int rc;

	m->last = NULL;
	if (!l)
		return 0;
	rc = advance(m, l);
	if (rc > 0)
		push(m, (uint32_t)(l - m->lane));
	return rc < 0 ? rc : 0;
}

int orl_merge_next(struct orl_merge *m, struct orl_record *out)
{
	int rc = m->in_pass ? queue_last(m) : begin_pass(m);

	/* a consumer's pass that had to stop short of the horizon is followed by another */
	while (!rc && !m->nr_heap && m->has_more)
		rc = begin_pass(m);
	if (rc < 0) {
		m->in_pass = false;
		return rc;
	}
	if (!m->nr_heap || (m->mode == ORL_MERGE_FOLLOW &&
			    m->lane[m->heap[0]].rec.ts > m->horizon)) {
		/* a snapshot has one pass only */
		m->in_pass = m->mode == ORL_MERGE_SNAPSHOT;
		return 0;
	}
	m->last = &m->lane[m->heap[0]];
	pop(m);
	*out = m->last->rec;
	out->ts = m->conv ? m->conv(m->conv_arg, out->ts) : orl_session_ns(m->s, out->ts);
	return 1;
}

int orl_merge_open(struct orl_merge **out, struct orl_session *s, enum orl_merge_mode mode)
{
	return orl_merge_open_cpu(out, s, mode, ORL_ALL_CPUS);
}

void orl_merge_set_clock(struct orl_merge *m, uint64_t (*conv)(void *arg, uint64_t ticks),
			 void *arg)
{
	m->conv = conv;
	m->conv_arg = arg;
}

int orl_merge_open_cpu(struct orl_merge **out, struct orl_session *s, enum orl_merge_mode mode,
		       uint32_t cpu)
{
	struct orl_merge *m;

	if (mode == ORL_MERGE_CONSUME && (s->flags & ORL_SESSION_READONLY))
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->s = s;
	m->mode = mode;
	m->cpu = cpu;
	m->fd = -1;
	/* a snapshot is of now, not of the first orl_merge_next() */
	if (!orl_session_map_rings(s) && add_lanes(m)) {
		orl_merge_close(m);
		return -ENOMEM;
	}
	*out = m;
	return 0;
}

void orl_merge_set_most(struct orl_merge *m, uint32_t nr)
{
	m->most = nr;
}

void orl_merge_close(struct orl_merge *m)
{
	if (!m)
		return;
	give_up_lanes(m);
	free(m->left);
	free(m);
}

/*
 * Is there anything that the last pass did not deliver? What is younger than the slack counts too.
 */
static bool has_news(struct orl_merge *m)
{
	if (!m->nr_lanes)
		return !orl_session_map_rings(m->s);
	if (m->nr_heap || m->has_untaken || orl_session_rings_moved(m->s))
		return true;
	for (uint32_t i = 0; i < m->nr_lanes; i++)
		if (!m->lane[i].is_broken && orl_cursor_backlog(&m->lane[i].cursor))
			return true;
	return false;
}

int orl_merge_wait(struct orl_merge *m, unsigned int timeout_ms)
{
	const struct timespec step = { .tv_nsec = WAIT_STEP_NS };
	uint64_t end = orl_clock_ticks(ORL_CLOCK_MONOTONIC) + timeout_ms * 1000000ULL;

	do {
		if (nanosleep(&step, NULL) && errno == EINTR)
			return -EINTR;
	} while (!has_news(m) && orl_clock_ticks(ORL_CLOCK_MONOTONIC) < end);
	return 0;
}

void orl_merge_drain(struct orl_merge *m)
{
	m->is_draining = true;
	for (uint32_t i = 0; i < m->nr_lanes; i++)
		if (!m->lane[i].is_broken)
			orl_cursor_stop_here(&m->lane[i].cursor);
}

uint64_t orl_merge_lost(const struct orl_merge *m)
{
	uint64_t lost = m->lost;

	for (uint32_t i = 0; m->mode != ORL_MERGE_CONSUME && i < m->nr_lanes; i++)
		lost += m->lane[i].cursor.lost;
	return lost;
}

uint64_t orl_merge_damaged(const struct orl_merge *m)
{
	uint64_t nr = m->nr_damaged;

	for (uint32_t i = 0; m->mode != ORL_MERGE_CONSUME && i < m->nr_lanes; i++)
		nr += m->lane[i].cursor.nr_damaged;
	return nr;
}
