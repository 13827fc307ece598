// SPDX-License-Identifier: MIT
/*
 * Copying pages out of a ring that is being written. The steps are the reader's half of the append
 * protocol:
 *
 *   R1  h = load(head)         acquire: everything below h is written
 *   R2  copy the page
 *   R3  acquire fence, reload the page's stamp: unchanged, the copy is whole
 *
 * A page that the writer has begun again meanwhile is gone, and the cursor goes on with the oldest
 * page left. meta.count, the number of records before a page, against the number the cursor has
 * seen says exactly how many were lost.
 *
 * A finished page says its length in its commit word. The page at the head does not; its length is
 * where head stands (its commit word may hold anything: a writer that died while stepping on leaves
 * a length there).
 *
 * Every copy is walked before it is handed out, so that a page that makes no sense never leaves
 * this file.
 */
#include "reader/ring-impl.h"

#include <errno.h>
#include <string.h>

#define MAX_LAPS 1000			/* copies in a row that the writer may spoil */

#ifndef ORL_WEAKEN_R3
#define ORL_WEAKEN_R3 0			/* tests/race leaves the step out, and must see the harm */
#endif

int orl_cursor_init(struct orl_cursor *c, const struct orl_session *s, uint32_t ring,
		    enum orl_from from)
{
	struct orl_ring_rd rd;
	struct orl_head head;
	int rc;

	memset(c, 0, sizeof(*c));
	c->end = UINT64_MAX;
	c->s = s;
	c->ring_gen = s->ring_gen;
	c->ring_id = s->rings.id;
	c->left_id = ORL_NO_RING;
	rc = orl_ring_view(&c->view, s, ring);
	if (!rc)
		rc = orl_ring_head(&c->view, &head);
	if (!rc)
		rc = orl_rd_load(&c->view, &rd);
	if (rc)
		return rc;
	c->pos = head.pos;
	c->seq = head.count;
	if (from == ORL_FROM_NOW || (from == ORL_FROM_UNREAD && rd.pos >= head.pos))
		return 0;
	if (!orl_ring_oldest(&c->view, head.pos, &c->pos, &c->seq))
		return 0;
	if (from == ORL_FROM_UNREAD && rd.pos >= c->pos) {
		c->pos = rd.pos;
		c->seq = rd.seq;
	}
	return 0;
}

void orl_cursor_from_start(struct orl_cursor *c)
{
	struct orl_ring_rd rd;

	if (orl_rd_load(&c->view, &rd) || rd.pos >= c->pos)
		return;
	c->pos = rd.pos;
	c->seq = rd.seq;
}

static bool is_stale(const struct orl_cursor *c)
{
	return c->ring_gen != c->s->ring_gen;
}

/* The session has mapped other rings: @c->view leads nowhere. Return 1 when it may go on. */
static int renew(struct orl_cursor *c)
{
	struct orl_cursor fresh;
	int rc;

	if (c->end != UINT64_MAX)
		return 0;
	if (c->view.page_size != c->s->page_size)
		return -ESTALE;
	rc = orl_cursor_init(&fresh, c->s, c->view.idx, ORL_FROM_UNREAD);
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	fresh.lost = c->lost;
	fresh.nr_damaged = c->nr_damaged;
	if (c->left_id == fresh.ring_id && c->left_pos > fresh.pos) {
		fresh.pos = c->left_pos;
		fresh.seq = c->left_seq;
	} else if (fresh.ring_id > c->ring_id) {
		orl_cursor_from_start(&fresh);
	}
	fresh.left_id = c->ring_id;
	fresh.left_pos = c->pos;
	fresh.left_seq = c->seq;
	*c = fresh;
	return 1;
}

void orl_cursor_stop_here(struct orl_cursor *c)
{
	struct orl_head head;

	if (is_stale(c) && renew(c) <= 0)
		return;

	/* a ring that does not hold still is damaged: nothing is known to be lost at its end */
	if (orl_ring_head(&c->view, &head))
		head.count = c->seq;
	c->end = head.pos;
	c->end_seq = head.count;
}

/* Whatever the cursor has not seen when it is at its end was overwritten or damaged. */
static void count_at_end(struct orl_cursor *c)
{
	if (c->pos < c->end || c->end_seq - c->seq >= 1ULL << 63)
		return;
	c->lost += c->end_seq - c->seq;
	c->seq = c->end_seq;
}

uint64_t orl_cursor_backlog(const struct orl_cursor *c)
{
	uint64_t pos;

	if (is_stale(c))
		return 0;
	pos = orl_load(&c->view.ring->head) >> 1;
	if (pos > c->end)
		pos = c->end;
	return pos > c->pos ? pos - c->pos : 0;
}

/* What is about to be copied. */
struct find {
	uint64_t start;			/* of the page */
	uint64_t count;			/* records before the page */
	uint64_t limit;			/* position that nothing is wanted behind */
	uint32_t off;			/* first byte wanted, in the page */
	uint32_t end;			/* behind the last one; 0: the page says it itself */
	bool is_growing;		/* more may come to the page */
};

/*
 * Choose the oldest page from the cursor on that is there. Return 1, 0 when nothing is there for
 * these flags, -EAGAIN when head has moved on under our feet.
 */
static int find_page(struct orl_cursor *c, struct find *f, unsigned int flags)
{
	const struct orl_ring_view *v = &c->view;
	uint64_t head = orl_load_acquire(&v->ring->head) >> 1;		/* R1 */
	uint64_t last;

	f->limit = head < c->end ? head : c->end;
	if (c->pos >= f->limit)
		return 0;
	last = orl_last_page(v, head);
	f->start = orl_page_start(v, c->pos);
	f->off = (uint32_t)(c->pos - f->start);
	if (last - f->start >= v->data_size) {
		f->start = last - v->data_size + v->page_size;
		f->off = 0;
	}
	while (orl_load_acquire(&orl_page_meta(v, f->start)->stamp) != f->start) {
		if (f->start == last)
			return -EAGAIN;
		f->start += v->page_size;
		f->off = 0;
	}
	if (f->start >= f->limit) {
		c->pos = f->limit;
		return 0;
	}
	if (f->off < ORL_PAGE_HEADER)
		f->off = ORL_PAGE_HEADER;
	f->count = orl_load(&orl_page_meta(v, f->start)->count);
	f->end = f->start == last ? (uint32_t)(head - last) : 0;
	f->is_growing = f->end && f->end < v->page_size;
	return !f->is_growing || (flags & ORL_PAGE_PARTIAL);
}

/*
 * R2. A plain copy would be a data race in the language's eyes; relaxed loads are the same moves.
 */
static void copy_words(void *to, const void *from, uint32_t len)
{
	const uint64_t *src = from;
	uint64_t *dst = to;

	for (uint32_t i = 0; i < (len + 7) / 8; i++)
		dst[i] = orl_load(&src[i]);
}

/* Copy the page found. Return 1, -EAGAIN when the writer began it again meanwhile. */
static int copy_page(const struct orl_ring_view *v, struct find *f, char *buf)
{
	const char *page = orl_page_at(v, f->start);

	copy_words(buf, page, ORL_PAGE_HEADER);
	orl_testpoint("header-copied");
	if (!f->end) {
		uint32_t used = orl_page_used(buf);

		/* an impossible length is judged after R3: it may be half of another page's */
		f->end = used < v->page_size ? used + ORL_PAGE_HEADER : UINT32_MAX;
	}
	if (f->end <= v->page_size)
		copy_words(buf + ORL_PAGE_HEADER, page + ORL_PAGE_HEADER, f->end - ORL_PAGE_HEADER);
	orl_testpoint("page-copied");
	if (ORL_WEAKEN_R3)
		return 1;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);			/* R3 */
	return orl_load(&orl_page_meta(v, f->start)->stamp) == f->start ? 1 : -EAGAIN;
}

static void set_used(char *buf, uint64_t used)
{
	memcpy(buf + 8, &used, sizeof(used));
}

/*
 * Walk the copy: stop at the first record that is wanted, drop what is before it, and count the
 * rest. Times stay right because the page's stamp becomes the time that the last record dropped
 * had.
 */
static int trim_page(const struct orl_ring_view *v, const struct find *f, char *buf,
		     struct orl_page_info *info)
{
	struct orl_page_iter it;
	struct orl_record rec;
	uint32_t first;
	int rc;

	set_used(buf, f->end - ORL_PAGE_HEADER);
	rc = orl_page_iter_init(&it, buf, v->page_size);
	while (!rc && it.off < f->off)
		rc = orl_page_iter_next(&it, &rec) == 1 ? 0 : -EBADMSG;
	if (rc)
		return rc;
	first = it.off;
	if (first > ORL_PAGE_HEADER) {
		uint64_t stamp = it.ts;

		while ((rc = orl_page_iter_next(&it, &rec)) > 0)
			info->nr_records++;
		memmove(buf + ORL_PAGE_HEADER, buf + first, f->end - first);
		memcpy(buf, &stamp, sizeof(stamp));
	} else {
		while ((rc = orl_page_iter_next(&it, &rec)) > 0)
			info->nr_records++;
	}
	info->last_ticks = it.ts;
	info->pos = f->start + first;
	info->len = f->end - first;
	set_used(buf, info->len);
	memset(buf + ORL_PAGE_HEADER + info->len, 0, v->page_size - ORL_PAGE_HEADER - info->len);
	return rc;
}

/* Move the cursor over the page copied. Return 1, 0 when it has no record for us, or -EBADMSG. */
static int take_page(struct orl_cursor *c, struct find *f, char *buf, struct orl_page_info *info)
{
	const struct orl_ring_view *v = &c->view;
	bool is_cut = f->end <= v->page_size && f->limit - f->start < f->end;
	int rc = f->end <= v->page_size ? 0 : -EBADMSG;

	if (is_cut)
		f->end = (uint32_t)(f->limit - f->start);
	c->pos = f->is_growing || is_cut ? f->start + f->end : f->start + v->page_size;
	if (!rc && f->end <= f->off)
		return 0;
	memset(info, 0, sizeof(*info));
	if (!rc)
		rc = trim_page(v, f, buf, info);
	if (rc) {
		c->nr_damaged++;
		return -EBADMSG;
	}
	if (!info->nr_records)
		return 0;
	info->is_partial = f->is_growing;
	info->seq = c->seq;
	if (f->off == ORL_PAGE_HEADER) {
		info->seq = f->count;
		/*
		 * a count that goes backwards is damage; nothing better is known than that none is
		 * lost
		 */
		if (f->count - c->seq < 1ULL << 63)
			info->missed = f->count - c->seq;
	}
	c->seq = info->seq + info->nr_records;
	c->lost += info->missed;
	orl_page_set_missed(buf, v->page_size, info->missed);
	return 1;
}

int orl_cursor_next_page(struct orl_cursor *c, void *buf, struct orl_page_info *info,
			 unsigned int flags)
{
	struct orl_page_info unwanted;
	struct find f;
	int renewed = is_stale(c) ? renew(c) : 1;

	if (renewed <= 0)
		return renewed;
	for (int laps = 0; laps < MAX_LAPS;) {
		int rc = find_page(c, &f, flags);

		if (!rc) {
			count_at_end(c);
			return 0;
		}
		orl_testpoint("page-found");
		if (rc > 0)
			rc = copy_page(&c->view, &f, buf);
		if (rc > 0)
			rc = take_page(c, &f, buf, info ? info : &unwanted);
		if (rc == -EAGAIN)
			laps++;
		else if (rc)
			return rc;
	}
	/* the page at the head has never had its own stamp: the ring is damaged, not fast */
	c->pos = orl_load(&c->view.ring->head) >> 1;
	c->nr_damaged++;
	return -EBADMSG;
}
