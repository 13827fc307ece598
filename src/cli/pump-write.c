// SPDX-License-Identifier: MIT
/*
 * The writing half of the pump, a thread of its own: ticks become ns, records are counted, what is
 * not wanted is left out, and the page goes to the file. What takes long here (compressing, and a
 * disk that makes its writer wait) does not keep the other half from emptying the rings.
 *
 * It changes the counts, the tables of ids and threads, and the file; nobody else touches those
 * before orl_pump_close() has seen it end. nr_records, spooled, error and is_full may be looked at.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/pump-filter.h"

/* Release: who sees the error may read the file's words for it. */
#define set(at, value) __atomic_store_n(at, value, __ATOMIC_RELEASE)

static int write_page(struct orl_pump *p, uint32_t i, uint8_t *page)
{
	struct orl_pump_ring *r = &p->ring[i];
	uint32_t size = p->session->page_size;
	struct orl_pump_walk walk;
	int ret;

	if (orl_page_convert(page, size, orl_timebase_conv, &p->session->time) < 0)
		p->nr_damaged++;
	ret = orl_pump_walk(p, page, &walk);
	if (ret)
		return ret;
	if (walk.nr_unwanted)
		orl_pump_filter(p, page, p->scratch);
	if (walk.nr_wanted && !r->oldest_ns)
		r->oldest_ns = orl_page_stamp(page);
	r->records += walk.nr_wanted;
	set(&p->nr_records, p->nr_records + walk.nr_wanted);
	ret = orl_tracedat_pages(p->file, (int)i, page, 1);
	/* A page that claims too much is left out; the file goes on. */
	return ret == -EBADMSG ? 0 : ret;
}

static void write_batch(struct orl_pump *p, const struct orl_batch *b)
{
	int ret = 0;

	for (uint32_t i = 0; i < b->nr_pages && !p->error && !p->is_full; i++) {
		ret = write_page(p, b->ring, b->pages + (size_t)i * p->session->page_size);
		set(&p->spooled, orl_tracedat_bytes(p->file));
		if (ret)
			set(&p->error, ret);
		if (p->limit && p->spooled >= p->limit)
			set(&p->is_full, true);
	}
}

static void *write_pages(void *arg)
{
	struct orl_pump *p = arg;
	struct orl_batch *b;

	setpriority(PRIO_PROCESS, 0, ORL_PUMP_PRIORITY);
	while ((b = orl_queue_take(&p->queue))) {
		write_batch(p, b);
		orl_queue_done(&p->queue);
	}
	return NULL;
}

int orl_pump_start(struct orl_pump *p)
{
	int ret;

	ret = orl_queue_init(&p->queue);
	if (ret)
		return ret;
	ret = pthread_create(&p->writer, NULL, write_pages, p);
	if (ret) {
		orl_queue_fini(&p->queue);
		return -ret;
	}
	p->is_started = true;
	pthread_setname_np(p->writer, "oriel-write");
	return 0;
}

int orl_pump_close(struct orl_pump *p)
{
	if (p->is_started) {
		orl_queue_close(&p->queue);
		pthread_join(p->writer, NULL);
		orl_queue_fini(&p->queue);
		p->is_started = false;
		for (uint32_t i = 0; i < p->nr_rings; i++)
			p->nr_damaged += p->ring[i].cursor.nr_damaged;
	}
	return p->error;
}
