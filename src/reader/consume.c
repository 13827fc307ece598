// SPDX-License-Identifier: MIT
/*
 * Whole pages of one CPU, taken out of its rings: what trace_pipe_raw gives.
 *
 * Nearly always only the CPU's own ring has something: then its page is handed out as it is, but
 * for the times. Where leased rings have something too, records of all of them are put in order of
 * time into a page of our own, from one copied page of each ring; a ring that has more behind its
 * copied page limits the time up to which that is possible.
 *
 * All is done under the ring file's lock, and a record counts as read (step C2 of ring.c) before
 * its page leaves this file: a consumer that is killed loses the page at hand and nothing else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/build.h"
#include "reader/control.h"
#include "reader/ring-impl.h"
#include "reader/set-impl.h"

#define MAX_DAMAGED 64

struct lane {
	struct orl_cursor cursor;
	struct orl_page_iter it;
	struct orl_record rec;		/* the record at hand */
	struct orl_page_info info;
	uint8_t *page;
	uint32_t nr_taken, off_taken;	/* of the copied page: records, and where the next begins */
	bool is_active;			/* has a record at hand */
};

struct orl_consumer {
	struct orl_session *s;
	uint32_t cpu;
	uint32_t page_size;		/* of the pages given out */
	uint32_t ring_gen;		/* of the session when the lanes were made */
	struct lane *lane;		/* lane[0]: the CPU's ring */
	uint32_t nr_lanes;
	int fd;				/* the ring file, to lock */
	uint64_t moved_ns;		/* of orl_session_rings_left() */
	uint64_t (*conv)(void *arg, uint64_t ticks);
	void *conv_arg;
	uint64_t newest;		/* converted time given out last */
	uint8_t *spill;			/* pages that had to be made beside the one given out */
	uint32_t nr_spill, at_spill;
};

/* Converted, and never before what was given out. */
static uint64_t convert(void *arg, uint64_t ticks)
{
	struct orl_consumer *c = arg;
	uint64_t t = c->conv ? c->conv(c->conv_arg, ticks) : ticks;

	if (t > c->newest)
		c->newest = t;
	return c->newest;
}

static void free_lanes(struct orl_consumer *c)
{
	for (uint32_t i = 0; i < c->nr_lanes; i++)
		free(c->lane[i].page);
	free(c->lane);
	c->lane = NULL;
	c->nr_lanes = 0;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static int make_lanes(struct orl_consumer *c)
{
	const struct orl_session *s = c->s;
	uint32_t nr = (s->nr_rings - c->cpu + s->nr_cpus - 1) / s->nr_cpus;

	c->lane = calloc(nr, sizeof(*c->lane));
	if (!c->lane)
		return -ENOMEM;
	c->nr_lanes = nr;
	for (uint32_t i = 0; i < nr; i++) {
		int rc = orl_cursor_init(&c->lane[i].cursor, s, c->cpu + i * s->nr_cpus,
					 ORL_FROM_UNREAD);

		/* one that does not hold still is damaged; its cursor shows nothing */
		if (rc)
			c->lane[i].cursor.end = 0;
	}
	c->ring_gen = s->ring_gen;
	return 0;
}

/* Have lanes for the rings that there are now. Return 1, 0 none yet, or -errno. */
static int find_rings(struct orl_consumer *c)
{
	int rc;

	if (orl_instance_is_gone(c->s))
		return -ENODEV;
	rc = !c->nr_lanes || orl_session_rings_left(c->s, &c->moved_ns) ?
		     orl_session_map_rings(c->s) : 0;
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	if (c->nr_lanes && c->ring_gen == c->s->ring_gen)
		return 1;
	free_lanes(c);
	if (c->cpu >= c->s->nr_cpus)
		return -ENODEV;
	if (!c->page_size)
		c->page_size = c->s->page_size;
	if (c->s->page_size != c->page_size)
		return -ESTALE;
	rc = make_lanes(c);
	return rc ? rc : 1;
}

static int lock(struct orl_consumer *c)
{
	char name[32];
	int rc;

	orl_domain_name(name, ORL_RING_NAME, c->s->rings.id);
	if (c->fd < 0)
		c->fd = orl_session_lock_open(c->s, name);
	rc = c->fd < 0 ? c->fd : orl_session_lock(c->s, c->fd, name);
	if (!rc)
		return 1;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	/* replaced meanwhile: the next call finds the new ones */
	return (rc == -ESTALE || rc == -ENOENT) && !orl_instance_is_gone(c->s) ? 0 : rc;
}

/* Place a lane's cursor at the first unread record. Return whether there may be one. */
static bool place(struct lane *l)
{
	const struct orl_ring_view *v = &l->cursor.view;
	struct orl_ring_rd rd;

	l->nr_taken = l->off_taken = 0;
	l->is_active = false;
	if (!l->cursor.end || !orl_load(&v->ring->head) || orl_rd_load(v, &rd))
		return false;
	orl_rd_repair_locked(v, &rd);
	l->cursor.pos = rd.pos;
	l->cursor.seq = rd.seq;
	return orl_cursor_backlog(&l->cursor) != 0;
}

/* Copy a lane's next page; damage is stepped over for good. Return 1, 0 none, -ENOMEM. */
static int copy(struct orl_consumer *c, struct lane *l, unsigned int flags)
{
	uint64_t pos = l->cursor.pos;
	struct orl_ring_rd rd;
	int rc = -EBADMSG;

	if (!l->page)
		l->page = malloc(c->page_size);
	if (!l->page)
		return -ENOMEM;
	for (int i = 0; i < MAX_DAMAGED && rc == -EBADMSG; i++)
		rc = orl_cursor_next_page(&l->cursor, l->page, &l->info, flags);
	if (rc == 1)
		return 1;
	if (l->cursor.nr_damaged && l->cursor.pos != pos && !orl_rd_load(&l->cursor.view, &rd)) {
		rd.pos = l->cursor.pos;
		orl_rd_store_locked(&l->cursor.view, &rd);
	}
	return 0;
}

static void take(struct lane *l)
{
	struct orl_ring_rd rd;

	if (!l->nr_taken || orl_rd_load(&l->cursor.view, &rd))
		return;
	rd.pos = l->nr_taken == l->info.nr_records ? l->cursor.pos :
						     l->info.pos + l->off_taken - ORL_PAGE_HEADER;
	rd.seq = l->info.seq + l->nr_taken;
	rd.read += l->nr_taken;
	orl_rd_store_locked(&l->cursor.view, &rd);
}

static uint8_t *more_spill(struct orl_consumer *c)
{
	uint8_t *more = realloc(c->spill, (size_t)(c->nr_spill + 1) * c->page_size);

	if (!more)
		return NULL;
	c->spill = more;
	return more + (size_t)c->nr_spill++ * c->page_size;
}

/* The records of one page, written anew into as many as their times need. */
static int rebuild(struct orl_consumer *c, const uint8_t *page, uint64_t missed, uint8_t *buf)
{
	struct orl_page_build b;
	struct orl_page_iter it;
	struct orl_record rec;

	orl_build_begin(&b, buf, c->page_size);
	orl_page_iter_init(&it, page, c->page_size);
	while (orl_page_iter_next(&it, &rec) == 1) {
		uint64_t ts = convert(c, rec.ts);
		uint8_t *next;

		if (orl_build_add(&b, ts, &rec))
			continue;
		orl_build_end(&b);
		next = more_spill(c);
		if (!next)
			return -ENOMEM;
		orl_build_begin(&b, next, c->page_size);
		orl_build_add(&b, ts, &rec);
	}
	orl_build_end(&b);
	orl_page_set_missed(buf, c->page_size, missed);
	return 1;
}

/* Only lane @l has something: its page as it is. */
static int whole_page(struct orl_consumer *c, struct lane *l, uint8_t *buf, bool partial)
{
	uint64_t newest = c->newest;
	int rc = copy(c, l, partial ? ORL_PAGE_PARTIAL : 0);

	if (rc <= 0)
		return rc;
	l->nr_taken = l->info.nr_records;
	take(l);
	memcpy(buf, l->page, c->page_size);
	rc = orl_page_convert(buf, c->page_size, convert, c);
	if (!rc)
		return 1;
	/* extended times did not fit, or the page ended early */
	c->newest = newest;
	return rebuild(c, l->page, l->info.missed, buf);
}

/* Step a lane to its next record. */
static void step(struct lane *l)
{
	l->off_taken = l->it.off;
	l->is_active = orl_page_iter_next(&l->it, &l->rec) == 1;
}

/* Copy a page of each lane that has one. Return how many, or -ENOMEM. */
static int copy_all(struct orl_consumer *c, uint64_t *known, bool *has_more)
{
	int nr = 0;

	for (uint32_t i = 0; i < c->nr_lanes; i++) {
		struct lane *l = &c->lane[i];
		int rc = place(l) ? copy(c, l, ORL_PAGE_PARTIAL) : 0;

		if (rc < 0)
			return rc;
		if (!rc)
			continue;
		orl_page_iter_init(&l->it, l->page, c->page_size);
		step(l);
		nr++;
		if (orl_cursor_backlog(&l->cursor) && l->info.last_ticks < *known) {
			*known = l->info.last_ticks;
			*has_more = true;
		}
	}
	return nr;
}

static struct lane *oldest(struct orl_consumer *c, uint64_t known)
{
	struct lane *best = NULL;

	for (uint32_t i = 0; i < c->nr_lanes; i++) {
		struct lane *l = &c->lane[i];

		/* a page before the limit goes whole, however damage made its times run */
		if (l->is_active && (l->rec.ts <= known || l->info.last_ticks <= known) &&
		    (!best || l->rec.ts < best->rec.ts))
			best = l;
	}
	return best;
}

static int merged_page(struct orl_consumer *c, uint8_t *buf, bool partial)
{
	uint64_t slack = orl_timebase_ticks(&c->s->time, ORL_MERGE_SLACK_NS);
	uint64_t known = partial ? UINT64_MAX : orl_session_now(c->s) - slack, missed = 0;
	uint64_t newest = c->newest;
	bool has_more = false;
	struct orl_page_build b;
	struct lane *l;
	int nr = copy_all(c, &known, &has_more);

	if (nr <= 0)
		return nr;
	orl_build_begin(&b, buf, c->page_size);
	while ((l = oldest(c, known)) && orl_build_add(&b, convert(c, l->rec.ts), &l->rec)) {
		l->nr_taken++;
		step(l);
	}
	/* times count from what was given out: not from a record that waits for another page */
	c->newest = b.off ? b.ts : newest;
	if (!b.off || (!l && !partial && !has_more)) {
		/* nothing, or not yet what fills a page */
		c->newest = newest;
		return 0;
	}
	orl_build_end(&b);
	for (uint32_t i = 0; i < c->nr_lanes; i++) {
		missed += c->lane[i].nr_taken ? c->lane[i].info.missed : 0;
		take(&c->lane[i]);
	}
	orl_page_set_missed(buf, c->page_size, missed);
	return 1;
}

static int page_locked(struct orl_consumer *c, uint8_t *buf, bool partial)
{
	struct lane *only = NULL;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < c->nr_lanes; i++) {
		if (!place(&c->lane[i]))
			continue;
		only = &c->lane[i];
		nr++;
	}
	if (!nr)
		return 0;
	return nr == 1 ? whole_page(c, only, buf, partial) : merged_page(c, buf, partial);
}

int orl_consumer_page(struct orl_consumer *c, void *buf, bool partial)
{
	int rc;

	if (c->at_spill < c->nr_spill) {
		memcpy(buf, c->spill + (size_t)c->at_spill++ * c->page_size, c->page_size);
		return 1;
	}
	c->at_spill = c->nr_spill = 0;
	rc = find_rings(c);
	if (rc > 0)
		rc = lock(c);
	if (rc <= 0)
		return rc;
	rc = page_locked(c, buf, partial);
	orl_session_unlock(c->fd);
	return rc;
}

int orl_consumer_open(struct orl_consumer **out, struct orl_session *s, uint32_t cpu,
		      uint64_t (*conv)(void *arg, uint64_t ticks), void *arg)
{
	struct orl_consumer *c;
	int rc;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	if (cpu >= s->domain.ctl->nr_cpus)
		return orl_session_fail(s, -ENOENT, "there is no CPU %u here", cpu);
	c = calloc(1, sizeof(*c));
	if (!c)
		return orl_session_fail(s, -ENOMEM, "no memory");
	c->s = s;
	c->cpu = cpu;
	c->conv = conv;
	c->conv_arg = arg;
	c->fd = -1;
	rc = find_rings(c);
	if (rc < 0) {
		orl_consumer_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

void orl_consumer_close(struct orl_consumer *c)
{
	if (!c)
		return;
	free_lanes(c);
	free(c->spill);
	free(c);
}

void orl_consumer_fill(const struct orl_consumer *c, uint64_t *unread, uint64_t *size)
{
	*unread = (uint64_t)(c->nr_spill - c->at_spill) * c->page_size;
	*size = c->s->has_rings ? c->s->rings.file.cpu_data_size : c->s->set->cpu_data_size;
	if (c->ring_gen != c->s->ring_gen)
		return;
	for (uint32_t i = 0; i < c->nr_lanes; i++) {
		const struct orl_ring_view *v = &c->lane[i].cursor.view;
		uint64_t head;
		struct orl_ring_rd rd;

		if (!c->lane[i].cursor.end || orl_rd_load(v, &rd))
			continue;
		head = orl_load(&v->ring->head) >> 1;
		if (head > rd.pos)
			*unread += head - rd.pos < v->data_size ? head - rd.pos : v->data_size;
	}
}
