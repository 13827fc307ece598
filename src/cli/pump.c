// SPDX-License-Identifier: MIT
/*
 * From the rings to the file.
 *
 * Every ring has a cursor of its own. A pass copies the finished pages behind it, turns their
 * ticks into ns, walks their records once to count them, and hands the page on. The walk also
 * tells whether all of the page is wanted: the rings are shared, and whatever else is enabled in
 * the domain, by lasting rules or by another recording, is in them too. Only a page that holds
 * such records is written anew (pump-filter.c).
 *
 * Memory: one page, its copy, and the threads seen, up to MAX_TASKS.
 */
#include "cli/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/live.h"
#include "cli/pump-filter.h"

#define PASS_BYTES (4U << 20) /* per ring, so that one busy ring does not starve the others */

static uint64_t lease_dropped(const struct orl_session *s)
{
	const struct orl_ring_file *file = (const struct orl_ring_file *)s->rings.map;

	return __atomic_load_n(&file->lease_dropped, __ATOMIC_RELAXED);
}

static uint64_t ring_dropped(const struct orl_session *s, uint32_t ring)
{
	struct orl_ring_stats stats;

	return orl_ring_stats(s, ring, &stats) ? 0 : stats.dropped;
}

static void open_ring(struct orl_pump *p, uint32_t i, enum orl_from from)
{
	struct orl_pump_ring *r = &p->ring[i];

	r->is_open = !orl_cursor_init(&r->cursor, p->session, i, from);
}

int orl_pump_init(struct orl_pump *p)
{
	const struct orl_session *s = p->session;

	p->nr_rings = s->nr_rings;
	p->ring = calloc(p->nr_rings ? p->nr_rings : 1, sizeof(*p->ring));
	p->page = malloc(s->page_size);
	p->scratch = malloc(s->page_size);
	if (!p->ring || !p->page || !p->scratch || orl_pump_grow_tasks(p))
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nr_rings; i++) {
		p->ring[i].dropped_before = ring_dropped(s, i);
		if (i < s->nr_cpus || orl_ring_is_used(s, i))
			open_ring(p, i, p->from);
	}
	p->lease_dropped_before = lease_dropped(s);
	return orl_pump_load_events(p);
}

void orl_pump_fini(struct orl_pump *p)
{
	free(p->ring);
	free(p->page);
	free(p->scratch);
	free(p->task);
}

/* One page, read and in p->page: count it, drop what is not wanted, write it. */
static int write_page(struct orl_pump *p, uint32_t i)
{
	struct orl_pump_ring *r = &p->ring[i];
	uint32_t size = p->session->page_size;
	struct orl_pump_walk walk;
	int ret;

	if (orl_page_convert(p->page, size, orl_timebase_conv, &p->session->time) < 0)
		p->nr_damaged++;
	ret = orl_pump_walk(p, p->page, &walk);
	if (ret)
		return ret;
	if (walk.nr_unwanted)
		orl_pump_filter(p, p->page, p->scratch);
	if (walk.nr_wanted && !r->oldest_ns)
		r->oldest_ns = orl_page_stamp(p->page);
	r->records += walk.nr_wanted;
	p->nr_records += walk.nr_wanted;
	return orl_tracedat_pages(p->file, (int)i, p->page, 1);
}

static int pump_ring(struct orl_pump *p, uint32_t i, bool last, uint32_t *pages)
{
	struct orl_pump_ring *r = &p->ring[i];
	uint64_t lost = r->cursor.lost;
	uint32_t nr = 0;
	int ret = 0;

	while (nr < PASS_BYTES / p->session->page_size) {
		p->is_full = p->limit && orl_tracedat_bytes(p->file) >= p->limit;
		if (p->is_full)
			break;
		ret = orl_cursor_next_page(&r->cursor, p->page, NULL, last ? ORL_PAGE_PARTIAL : 0);
		if (!ret)
			break;
		nr++;
		if (ret == -EBADMSG)
			continue;
		ret = ret < 0 ? ret : write_page(p, i);
		/* A page that claims too much is left out; the file goes on. */
		if (ret && ret != -EBADMSG)
			return ret;
	}
	p->nr_lost += r->cursor.lost - lost;
	*pages += nr;
	return 0;
}

int orl_pump_pass(struct orl_pump *p, bool last, uint32_t *pages)
{
	int ret = 0;

	*pages = 0;
	for (uint32_t i = 0; i < p->nr_rings && !ret && !p->is_full; i++) {
		/* A leased ring that was not used when we began holds nothing older than us. */
		if (!p->ring[i].is_open && orl_ring_is_used(p->session, i))
			open_ring(p, i, ORL_FROM_OLDEST);
		if (p->ring[i].is_open)
			ret = pump_ring(p, i, last, pages);
	}
	return ret;
}

void orl_pump_end(struct orl_pump *p)
{
	for (uint32_t i = 0; i < p->nr_rings; i++) {
		if (!p->ring[i].is_open && orl_ring_is_used(p->session, i))
			open_ring(p, i, ORL_FROM_OLDEST);
		if (p->ring[i].is_open)
			orl_cursor_stop_here(&p->ring[i].cursor);
	}
}

unsigned int orl_pump_fill(const struct orl_pump *p)
{
	unsigned int fullest = 0;

	for (uint32_t i = 0; i < p->nr_rings; i++) {
		const struct orl_cursor *c = &p->ring[i].cursor;
		uint64_t fill;

		if (!p->ring[i].is_open)
			continue;
		fill = orl_cursor_backlog(c) / (c->view.data_size / 1000 + 1);
		if (fill > fullest)
			fullest = fill > 1000 ? 1000 : (unsigned int)fill;
	}
	return fullest;
}

uint64_t orl_pump_dropped(const struct orl_pump *p, uint32_t ring)
{
	uint64_t now = ring_dropped(p->session, ring);

	return now > p->ring[ring].dropped_before ? now - p->ring[ring].dropped_before : 0;
}

uint64_t orl_pump_lease_dropped(const struct orl_pump *p)
{
	uint64_t now = lease_dropped(p->session);

	return now > p->lease_dropped_before ? now - p->lease_dropped_before : 0;
}
