// SPDX-License-Identifier: MIT
/*
 * trace_pipe_raw: pages as the kernel's recorder wants them, whole and always of
 * full length, since splice(2) through a mount takes a short answer for the end for ever.
 *
 * A read gets as many pages as it has room for: finished ones, and the one that is being written
 * when there is no other. Of a page that does not fit the rest is kept for the next read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/out.h"

struct raw {
	struct orl_session *s;
	struct orl_consumer *consumer;
	struct orl_clock_conv clock;
	uint32_t clock_set;		/* trace_clock when @clock was worked out */
	uint8_t *page;			/* one, of which some was read */
	uint32_t page_size;		/* of what the consumer gives */
	uint32_t pos;			/* page_size: nothing is left */
	int hold;
};

int orl_raw_open(struct orl_file *f)
{
	struct raw *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return -ENOMEM;
	f->state = r;
	r->s = f->session;
	r->hold = f->where.instance[0] ? orl_instance_hold(f->session) : -1;
	if (f->where.instance[0] && r->hold < 0)
		rc = r->hold;
	if (rc)
		orl_raw_release(f);
	return rc;
}

void orl_raw_release(struct orl_file *f)
{
	struct raw *r = f->state;

	if (r->consumer)
		orl_consumer_close(r->consumer);
	if (r->hold >= 0)
		close(r->hold);
	free(r->page);
	free(r);
	f->state = NULL;
}

static void set_clock(struct raw *r)
{
	enum orl_trace_clock clock = orl_session_clock(r->s);

	if (r->consumer && r->clock_set == clock)
		return;
	orl_session_clock_conv(r->s, clock, &r->clock);
	r->clock_set = clock;
}

static int start(struct orl_file *f, struct raw *r)
{
	uint8_t *page = realloc(r->page, r->s->page_size);
	int rc;

	if (!page)
		return -ENOMEM;
	r->page = page;
	r->pos = r->page_size = r->s->page_size;
	rc = orl_consumer_open(&r->consumer, r->s, f->where.cpu, orl_clock_conv, &r->clock);
	return rc == -ENOENT ? -EAGAIN : rc;
}

/* The consumer is made when there are rings; 0, -EAGAIN while there are none. */
static int prepare(struct orl_file *f, struct raw *r)
{
	int rc = orl_session_map_rings(r->s);

	if (rc)
		return rc == -ENOENT ? -EAGAIN : rc;
	set_clock(r);
	return r->consumer ? 0 : start(f, r);
}

static size_t take_rest(struct raw *r, uint8_t *to, size_t size)
{
	size_t n = r->page_size - r->pos;

	if (n > size)
		n = size;
	memcpy(to, r->page + r->pos, n);
	r->pos += (uint32_t)n;
	return n;
}

/* The next page into @r->page: 1, 0 none, or -errno. */
static int next_page(struct orl_file *f, struct raw *r, bool partial)
{
	int rc = orl_consumer_page(r->consumer, r->page, partial);

	/* rings with pages of another size have come, and of the old size there is nothing left */
	if (!rc && r->page_size != r->s->page_size) {
		orl_consumer_close(r->consumer);
		r->consumer = NULL;
		rc = start(f, r);
		if (!rc)
			rc = orl_consumer_page(r->consumer, r->page, partial);
	}
	if (rc == 1)
		r->pos = 0;
	return rc;
}

ssize_t orl_raw_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	struct raw *r = f->state;
	size_t done = 0;
	int rc;

	(void)off;
	if (!size)
		return 0;
	if (r->pos < r->page_size)
		return (ssize_t)take_rest(r, buf, size);
	rc = prepare(f, r);
	if (rc)
		return rc;
	do {
		rc = next_page(f, r, false);
		if (!rc && !done)
			rc = next_page(f, r, true);
		if (rc == 1)
			done += take_rest(r, (uint8_t *)buf + done, size - done);
	} while (rc == 1 && size - done >= r->page_size);
	if (done)
		return (ssize_t)done;
	return rc < 0 ? rc : -EAGAIN;
}

unsigned int orl_raw_poll(struct orl_file *f)
{
	uint32_t percent = __atomic_load_n(&f->session->set->buffer_percent, __ATOMIC_RELAXED);
	uint64_t unread = 0, size = 0, dirty;
	struct raw *r = f->state;

	if (r->pos < r->page_size ||
	    (f->session->set->options & ORL_OPT_BLOCK))
		return POLLIN | POLLRDNORM;
	if (prepare(f, r))
		return 0;
	orl_consumer_fill(r->consumer, &unread, &size);
	if (!unread)
		return 0;
	if (!percent || r->page_size != r->s->page_size)
		return POLLIN | POLLRDNORM;
	/* pages, the one being written among them */
	dirty = unread / r->s->page_size + 1;
	return dirty * 100 >= percent * (size / r->s->page_size) ? POLLIN | POLLRDNORM : 0;
}

/* "Wake all who wait": the door does that, when it sees 0. */
int orl_raw_ioctl(struct orl_file *f, unsigned int cmd)
{
	(void)f;
	return cmd ? -ENOTTY : 0;
}
