// SPDX-License-Identifier: MIT
/*
 * The reading half of the pump: finished pages go from the rings into batches, as they are.
 *
 * Every ring has a cursor of its own, and a pass takes so much of each that no busy ring starves
 * the others. This half only copies, so that the rings are emptied however slowly the file grows;
 * the other half (pump-write.c) is a thread of its own behind a queue.
 *
 * Memory: the queue, 64 MiB at most, the threads seen, and some addresses of stacks.
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

static uint64_t too_large(const struct orl_session *s)
{
	return __atomic_load_n(&s->domain.ctl->too_large, __ATOMIC_RELAXED);
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

/*
 * A leased ring that was not used when we began holds nothing older than us: what was overwritten
 * in it before this pass is lost to the recording.
 */
static void open_new_ring(struct orl_pump *p, uint32_t i)
{
	if (p->ring[i].is_open || !orl_ring_is_used(p->session, i))
		return;
	open_ring(p, i, ORL_FROM_OLDEST);
	p->ring[i].cursor.pos = p->ring[i].cursor.seq = 0;
}

int orl_pump_init(struct orl_pump *p)
{
	const struct orl_session *s = p->session;
	int ret;

	p->nr_rings = s->nr_rings;
	p->ring = calloc(p->nr_rings ? p->nr_rings : 1, sizeof(*p->ring));
	p->scratch = malloc(s->page_size);
	if (!p->ring || !p->scratch || orl_pump_grow_tasks(p))
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nr_rings; i++) {
		p->ring[i].dropped_before = ring_dropped(s, i);
		if (i < s->nr_cpus || orl_ring_is_used(s, i))
			open_ring(p, i, p->from);
	}
	p->lease_dropped_before = lease_dropped(s);
	p->too_large_before = too_large(s);
	ret = orl_print_texts_live(&p->prints, &s->domain);
	if (!ret)
		ret = orl_pump_load_events(p);
	return ret ? ret : orl_pump_start(p);
}

void orl_pump_fini(struct orl_pump *p)
{
	orl_pump_close(p);
	free(p->ring);
	free(p->scratch);
	free(p->task);
	orl_stacks_fini(&p->stacks);
	orl_print_texts_destroy(p->prints);
}

/* Take pages of one ring into batches. False: the queue has no room. */
static bool pump_ring(struct orl_pump *p, uint32_t i, unsigned int flags, uint32_t *pages)
{
	struct orl_cursor *c = &p->ring[i].cursor;
	uint32_t size = p->session->page_size, nr = 0;
	struct orl_batch *b;
	int ret = 1;

	while ((ret == 1 || ret == -EBADMSG) && nr < PASS_BYTES / size) {
		b = orl_queue_room(&p->queue);
		if (!b)
			return false;
		b->ring = i;
		while (b->nr_pages < ORL_QUEUE_BATCH_SIZE / size) {
			uint8_t *page = b->pages + (size_t)b->nr_pages * size;

			ret = orl_cursor_next_page(c, page, NULL, flags);
			if (ret != 1 && ret != -EBADMSG)
				break;
			nr++;
			b->nr_pages += ret == 1;
		}
		if (b->nr_pages)
			orl_queue_push(&p->queue);
	}
	*pages += nr;
	return true;
}

/*
 * Others have taken the rings' place, and these have been read to their end: go on with those. The
 * file cannot hold pages of two sizes.
 */
static int change_rings(struct orl_pump *p)
{
	uint32_t page_size = p->session->page_size;
	int ret = orl_session_map_rings(p->session);

	return ret || p->session->page_size == page_size ? ret : -ESTALE;
}

int orl_pump_pass(struct orl_pump *p, bool last, uint32_t *pages)
{
	bool left = !last && orl_session_rings_left(p->session, &p->moved_ns);
	uint64_t lost = 0;
	int ret;

	*pages = 0;
	for (uint32_t i = 0; i < p->nr_rings; i++) {
		open_new_ring(p, i);
		if (!p->ring[i].is_open)
			continue;
		if (!pump_ring(p, i, last || left ? ORL_PAGE_PARTIAL : 0, pages)) {
			*pages += 1; /* there is more, but no room now */
			break;
		}
	}
	for (uint32_t i = 0; i < p->nr_rings; i++)
		lost += p->ring[i].cursor.lost;
	p->nr_lost = lost;
	ret = left && !*pages ? change_rings(p) : 0;
	return ret ? ret : __atomic_load_n(&p->error, __ATOMIC_ACQUIRE);
}

void orl_pump_end(struct orl_pump *p)
{
	for (uint32_t i = 0; i < p->nr_rings; i++) {
		open_new_ring(p, i);
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

uint64_t orl_pump_too_large(const struct orl_pump *p)
{
	uint64_t now = too_large(p->session);

	return now > p->too_large_before ? now - p->too_large_before : 0;
}

uint64_t orl_pump_lease_dropped(const struct orl_pump *p)
{
	uint64_t now = lease_dropped(p->session);

	return now > p->lease_dropped_before ? now - p->lease_dropped_before : 0;
}
