// SPDX-License-Identifier: MIT
/*
 * The words of one ring: its head, its oldest page, and the consumers' state.
 *
 * head selects one of two counts. A writer changes the copy that head does not select, so head,
 * then count[g], then head again unchanged is a moment that existed. The consumers' state is kept
 * twice in the same way; rd_sel counts up, so that two changes in between show.
 *
 * Whoever changes rd holds flock() on the ring file:
 *   C1  write every word of the copy that rd_sel does not select
 *   C2  rd_sel + 1             release, pairs with the acquire in orl_rd_load()
 *   C3  free_pos               may only lag behind; the next consumer brings it up to date
 * A consumer that dies before C2 has read nothing; after C2, it has read.
 */
#include "reader/ring-impl.h"

#include <errno.h>
#include <string.h>

#define TRIES 100000

void (*orl_reader_testpoint)(const char *step);

int orl_ring_view(struct orl_ring_view *v, const struct orl_session *s, uint32_t ring)
{
	return s->has_rings ? orl_ring_view_of(v, &s->rings, ring) : -ENOENT;
}

int orl_ring_view_of(struct orl_ring_view *v, const struct orl_rings *r, uint32_t ring)
{
	const struct orl_ring_file *f = &r->file;

	if (ring >= f->nr_cpus + f->nr_leases)
		return -ENOENT;
	v->ring = orl_rings_get(r, ring);
	v->data_size = ring < f->nr_cpus ? f->cpu_data_size : f->lease_data_size;
	v->page_size = f->page_size;
	v->idx = ring;
	v->meta = (void *)((char *)v->ring + ORL_RING_BLOCK);
	v->pages = (char *)v->ring + orl_ring_data_off(v->data_size, v->page_size);
	return 0;
}

bool orl_ring_is_used(const struct orl_session *s, uint32_t ring)
{
	struct orl_ring_view v;

	return !orl_ring_view(&v, s, ring) && orl_load(&v.ring->head) != 0;
}

int orl_ring_head(const struct orl_ring_view *v, struct orl_head *h)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t head = orl_load_acquire(&v->ring->head);

		h->pos = head >> 1;
		h->count = orl_load(&v->ring->count[head & 1]);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (orl_load(&v->ring->head) == head)
			return 0;
	}
	return -EAGAIN;
}

bool orl_ring_oldest(const struct orl_ring_view *v, uint64_t pos, uint64_t *start, uint64_t *count)
{
	uint64_t last, s;

	if (!pos)
		return false;
	last = orl_last_page(v, pos);
	s = last >= v->data_size ? last - v->data_size + v->page_size : 0;
	for (; s <= last; s += v->page_size) {
		struct orl_page_meta *meta = orl_page_meta(v, s);

		if (orl_load_acquire(&meta->stamp) != s)
			continue;
		*count = orl_load(&meta->count);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (orl_load(&meta->stamp) == s) {
			*start = s;
			return true;
		}
	}
	return false;
}

int orl_rd_load(const struct orl_ring_view *v, struct orl_ring_rd *rd)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t sel = orl_load_acquire(&v->ring->rd_sel);
		const struct orl_ring_rd *from = &v->ring->rd[sel & 1];

		rd->pos = orl_load(&from->pos);
		rd->seq = orl_load(&from->seq);
		rd->read = orl_load(&from->read);
		rd->base = orl_load(&from->base);
		rd->dropped_base = orl_load(&from->dropped_base);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (orl_load(&v->ring->rd_sel) == sel)
			return 0;
	}
	return -EAGAIN;
}

void orl_rd_store_locked(const struct orl_ring_view *v, const struct orl_ring_rd *rd)
{
	uint64_t sel = orl_load(&v->ring->rd_sel);
	struct orl_ring_rd *to = &v->ring->rd[(sel + 1) & 1];

	/*
	 * C1: readers of the old value may still be at the copy before that one; see rd_sel in
	 * orl_rd_load()
	 */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	orl_store(&to->pos, rd->pos);
	orl_testpoint("rd-half");
	orl_store(&to->seq, rd->seq);
	orl_store(&to->read, rd->read);
	orl_store(&to->base, rd->base);
	orl_store(&to->dropped_base, rd->dropped_base);
	orl_testpoint("rd-written");
	orl_store_release(&v->ring->rd_sel, sel + 1);	/* C2 */
	orl_testpoint("rd-selected");
	orl_rd_repair_locked(v, rd);			/* C3 */
	orl_testpoint("rd-freed");
}

void orl_rd_repair_locked(const struct orl_ring_view *v, const struct orl_ring_rd *rd)
{
	uint64_t free_pos = orl_page_start(v, rd->pos);

	/* release: the writer may overwrite these pages only after we have copied from them */
	if (orl_load(&v->ring->free_pos) != free_pos)
		orl_store_release(&v->ring->free_pos, free_pos);
}

struct moment {
	struct orl_head head;
	struct orl_ring_rd rd;
	uint64_t from;			/* first unread byte that is still there */
	uint64_t seq;			/* records before it */
};

/* All words of a moment at which the oldest unread page was still there. */
static int look(const struct orl_ring_view *v, struct moment *m)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t start, count;

		if (orl_rd_load(v, &m->rd) || orl_ring_head(v, &m->head))
			return -EAGAIN;
		m->from = m->head.pos;
		m->seq = m->head.count;
		if (m->rd.pos >= m->head.pos || !orl_ring_oldest(v, m->head.pos, &start, &count))
			return 0;
		if (m->rd.pos >= start) {
			m->from = m->rd.pos;
			m->seq = m->rd.seq;
		} else {
			m->from = start;
			m->seq = count;
		}
		/* a page begun since may have been the one counted from */
		if (orl_last_page(v, orl_load_acquire(&v->ring->head) >> 1) ==
		    orl_last_page(v, m->head.pos))
			return 0;
	}
	return -EAGAIN;
}

static uint64_t stamp_of(const struct orl_ring_view *v, uint64_t start)
{
	uint64_t ticks = orl_load((const uint64_t *)orl_page_at(v, start));

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return orl_load(&orl_page_meta(v, start)->stamp) == start ? ticks : 0;
}

static int count(const struct orl_ring_view *v, struct moment *m, struct orl_ring_stats *out)
{
	int rc = look(v, m);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	out->written = m->head.count - m->rd.base;
	out->entries = m->head.count - m->seq;
	out->read = m->rd.read;
	out->overrun = out->written - out->entries - out->read;
	out->dropped = orl_load(&v->ring->dropped) - m->rd.dropped_base;
	return 0;
}

int orl_ring_counts(const struct orl_ring_view *v, struct orl_ring_stats *out)
{
	struct moment m;

	return count(v, &m, out);
}

int orl_ring_stats(const struct orl_session *s, uint32_t ring, struct orl_ring_stats *out)
{
	struct orl_ring_view v;
	struct moment m;
	uint64_t state, ticks, headers;
	int rc = orl_ring_view(&v, s, ring);

	memset(out, 0, sizeof(*out));
	if (!rc)
		rc = count(&v, &m, out);
	if (rc)
		return rc;
	state = orl_load(&v.ring->state);
	out->is_on = state & ORL_RING_ON;
	out->is_discard = state & ORL_RING_DISCARD;
	out->is_lease = ring >= s->nr_cpus;
	out->owner = out->is_lease ? (uint32_t)orl_load(&v.ring->owner) : 0;
	out->now_ns = orl_session_ns(s, orl_session_now(s));
	if (m.from >= m.head.pos)
		return 0;
	headers = (orl_last_page(&v, m.head.pos) - orl_page_start(&v, m.from)) / v.page_size;
	headers += m.from % v.page_size == 0;
	out->bytes = m.head.pos - m.from - headers * ORL_PAGE_HEADER;
	ticks = stamp_of(&v, orl_page_start(&v, m.from));
	out->oldest_ns = ticks ? orl_session_ns(s, ticks) : 0;
	return 0;
}
