// SPDX-License-Identifier: MIT
/*
 * snapshot_raw: a snapshot's records of one CPU in pages of our own making. Reading takes nothing
 * out: every opened file gives all of them, and then ends.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/build.h"
#include "tree/out.h"

struct snapshot_raw {
	struct orl_session snap;
	bool has_snap;			/* false: there is nothing to read */
	struct orl_merge *merge;
	struct orl_clock_conv clock;
	struct orl_record rec;		/* that had no room in the page before */
	bool has_rec;
	uint8_t *page;
	uint32_t pos;			/* page_size: nothing is left */
	int hold;
};

static int start(struct orl_file *f, struct snapshot_raw *r)
{
	int rc = orl_session_open_snapshot(&r->snap, f->session);

	if (rc)
		return rc == -ENOENT ? 0 : rc;
	r->has_snap = true;
	r->pos = r->snap.page_size;
	r->page = malloc(r->snap.page_size);
	if (!r->page)
		return -ENOMEM;
	rc = orl_merge_open_cpu(&r->merge, &r->snap, ORL_MERGE_SNAPSHOT, f->where.cpu);
	if (rc)
		return rc;
	orl_session_clock_conv(&r->snap, orl_session_clock(&r->snap), &r->clock);
	orl_merge_set_clock(r->merge, orl_clock_conv, &r->clock);
	return 0;
}

int orl_snapshot_raw_open(struct orl_file *f)
{
	struct snapshot_raw *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return -ENOMEM;
	f->state = r;
	r->hold = f->where.instance[0] ? orl_instance_hold(f->session) : -1;
	if (f->where.instance[0] && r->hold < 0)
		rc = r->hold;
	if (!rc)
		rc = start(f, r);
	if (rc)
		orl_snapshot_raw_release(f);
	return rc;
}

void orl_snapshot_raw_release(struct orl_file *f)
{
	struct snapshot_raw *r = f->state;

	orl_merge_close(r->merge);
	if (r->has_snap)
		orl_session_close(&r->snap);
	if (r->hold >= 0)
		close(r->hold);
	free(r->page);
	free(r);
	f->state = NULL;
}

/* 1 a page is made, 0 the end, or -errno */
static int make_page(struct snapshot_raw *r)
{
	struct orl_page_build b;
	uint64_t missed = 0;
	int rc = 1;

	orl_build_begin(&b, r->page, r->snap.page_size);
	for (;;) {
		if (!r->has_rec)
			rc = orl_merge_next(r->merge, &r->rec);
		if (rc <= 0)
			break;
		r->has_rec = true;
		/* what was lost is told at the head of a page */
		if (r->rec.missed && b.off)
			break;
		if (!orl_build_add(&b, r->rec.ts, &r->rec))
			break;
		missed += r->rec.missed;
		r->has_rec = false;
	}
	if (rc < 0 || !b.off)
		return rc < 0 ? rc : 0;
	orl_build_end(&b);
	orl_page_set_missed(r->page, r->snap.page_size, missed);
	r->pos = 0;
	return 1;
}

ssize_t orl_snapshot_raw_read(struct orl_file *f, void *buf, size_t size, off_t off)
{
	struct snapshot_raw *r = f->state;
	size_t done = 0;
	int rc = 0;

	(void)off;
	while (r->has_snap && done < size) {
		size_t n = r->snap.page_size - r->pos;

		/* of a page that is begun the rest alone, as from trace_pipe_raw */
		if (!n) {
			if (done && size - done < r->snap.page_size)
				break;
			rc = make_page(r);
			if (rc <= 0)
				break;
			n = r->snap.page_size;
		}
		if (n > size - done)
			n = size - done;
		memcpy((uint8_t *)buf + done, r->page + r->pos, n);
		r->pos += (uint32_t)n;
		done += n;
	}
	return done ? (ssize_t)done : rc;
}
