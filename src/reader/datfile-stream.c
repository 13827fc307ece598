// SPDX-License-Identifier: MIT
/*
 * One CPU's pages, a block at a time: a chunk of a compressed file, 256 KiB of another.
 * Only that block is in memory. What is damaged is noted once for the file and left out:
 *
 *   a page           the rest of that page; the next page stands on its own
 *   a chunk's data   that chunk; its length still leads to the next one
 *   a chunk's length, or the end of the file comes early: the rest of that CPU
 */
#include "datfile-impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Lost bytes: the stream goes on behind them and marks the next record. */
static void note_gap(struct orl_datfile *d, struct orl_dat_stream *s, const char *what)
{
	orl_dat_fail(d, 0, "CPU %d: %s at byte %llu of the file", s->cpu, what,
		     (unsigned long long)s->block_off);
	s->gap = true;
}

/* The rest of the CPU cannot be found. */
static int note_end(struct orl_datfile *d, struct orl_dat_stream *s, const char *what)
{
	note_gap(d, s, what);
	s->off = s->end;
	s->nr_chunks = 0;
	return 0;
}

static int reserve(struct orl_datfile *d, struct orl_dat_stream *s, size_t need)
{
	uint8_t *buf;

	if (need <= s->cap)
		return 0;
	if (d->chunk_bytes - s->cap + need > ORL_DAT_CHUNKS_MAX)
		return orl_dat_fail(d, -ENOMEM, "its chunks need more than %llu MiB of memory",
				    ORL_DAT_CHUNKS_MAX >> 20);
	/* the old contents are done with */
	free(s->buf);
	d->chunk_bytes -= s->cap;
	s->cap = 0;
	s->buf = buf = malloc(need);
	if (!buf)
		return orl_dat_fail(d, -ENOMEM, "no memory for %zu bytes of pages", need);
	s->cap = need;
	d->chunk_bytes += need;
	return 0;
}

static int read_input(struct orl_datfile *d, uint64_t off, size_t len)
{
	if (len > d->in_cap) {
		free(d->in);
		d->in_cap = 0;
		d->in = malloc(len);
		if (!d->in)
			return orl_dat_fail(d, -ENOMEM, "no memory for a chunk of %zu bytes", len);
		d->in_cap = len;
	}
	return orl_dat_read(d, off, d->in, len);
}

/* An error of reading the file itself; a file that ended meanwhile is only cut short. */
static int read_failed(struct orl_datfile *d, struct orl_dat_stream *s, int rc)
{
	if (rc == -EBADMSG)
		return note_end(d, s, "the file is cut short");
	if (rc == -ENOMEM)
		return rc;
	return orl_dat_fail(d, rc, "cannot read: %s", strerror(-rc));
}

/* The count of chunks stands in front of the first. */
static int begin_chunks(struct orl_datfile *d, struct orl_dat_stream *s)
{
	int rc;

	s->block_off = s->off;
	if (s->end - s->off < sizeof(s->nr_chunks))
		return note_end(d, s, "the file is cut short");
	rc = orl_dat_read(d, s->off, &s->nr_chunks, sizeof(s->nr_chunks));
	if (rc) {
		s->nr_chunks = 0;
		return read_failed(d, s, rc);
	}
	s->off += sizeof(s->nr_chunks);
	return 0;
}

static int unpack(struct orl_datfile *d, struct orl_dat_stream *s, size_t csize, size_t usize)
{
	size_t n;
	int rc = reserve(d, s, usize);

	if (rc)
		return rc;
	if (!d->dctx)
		d->dctx = ZSTD_createDCtx();
	if (!d->dctx)
		return orl_dat_fail(d, -ENOMEM, "no memory to decompress");
	n = ZSTD_decompressDCtx(d->dctx, s->buf, usize, d->in, csize);
	if (ZSTD_isError(n) || n != usize) {
		note_gap(d, s, "a damaged chunk");
		return 0;
	}
	s->len = usize;
	if (usize % d->page_size)
		note_gap(d, s, "a chunk that is not whole pages");
	return 0;
}

/* Read one chunk into buf; leaves len 0 if it is damaged. */
static int read_chunk(struct orl_datfile *d, struct orl_dat_stream *s)
{
	uint32_t sizes[2];
	int rc;

	s->block_off = s->off;
	if (s->end - s->off < sizeof(sizes))
		return note_end(d, s, "the file is cut short");
	rc = orl_dat_read(d, s->off, sizes, sizeof(sizes));
	if (rc)
		return read_failed(d, s, rc);
	s->off += sizeof(sizes);
	if (sizes[0] > s->end - s->off)
		return note_end(d, s, "the file is cut short or damaged in a chunk");
	s->nr_chunks--;
	if (sizes[0] > 2 * ORL_DAT_CHUNK_MAX || sizes[1] > ORL_DAT_CHUNK_MAX || !sizes[1]) {
		s->off += sizes[0];
		note_gap(d, s, "a chunk of impossible size");
		return 0;
	}
	rc = read_input(d, s->off, sizes[0]);
	if (rc)
		return read_failed(d, s, rc);
	s->off += sizes[0];
	return unpack(d, s, sizes[0], sizes[1]);
}

/* Read the next pages of an uncompressed CPU. */
static int read_block(struct orl_datfile *d, struct orl_dat_stream *s)
{
	uint64_t left = s->end - s->off, want = ORL_DAT_CHUNKS_MAX / 2 / d->nr_streams;
	int rc;

	s->block_off = s->off;
	if (want > ORL_DAT_BLOCK)
		want = ORL_DAT_BLOCK;
	want = want < d->page_size ? d->page_size : want - want % d->page_size;
	if (left < d->page_size)
		return note_end(d, s, "the file is cut short in a page");
	if (want > left)
		want = left - left % d->page_size;
	rc = reserve(d, s, (size_t)want);
	if (rc)
		return rc;
	rc = orl_dat_read(d, s->off, s->buf, (size_t)want);
	if (rc)
		return read_failed(d, s, rc);
	s->len = (size_t)want;
	s->off += want;
	return 0;
}

/* Bring the next pages into buf. Return 1, 0 when there are none, or an error. */
static int refill(struct orl_datfile *d, struct orl_dat_stream *s)
{
	int rc;

	if (d->packed && !s->begun) {
		s->begun = true;
		rc = begin_chunks(d, s);
		if (rc)
			return rc;
	}
	s->len = 0;
	s->next_page = 0;
	while (s->len < d->page_size) {
		s->len = 0;
		if (d->packed ? !s->nr_chunks : s->off == s->end)
			return 0;
		rc = d->packed ? read_chunk(d, s) : read_block(d, s);
		if (rc)
			return rc;
	}
	return 1;
}

static int begin_page(struct orl_datfile *d, struct orl_dat_stream *s)
{
	if (s->len < d->page_size || s->next_page > s->len - d->page_size) {
		int rc = refill(d, s);

		if (rc <= 0)
			return rc;
	}
	if (orl_page_iter_init(&s->it, s->buf + s->next_page, d->page_size))
		note_gap(d, s, "a page with an impossible header, in the pages");
	s->it.cpu = s->cpu;
	s->next_page += d->page_size;
	return 1;
}

int orl_dat_stream_next(struct orl_datfile *d, struct orl_dat_stream *s)
{
	for (;;) {
		int rc = s->it.page ? orl_page_iter_next(&s->it, &s->rec) : 0;

		if (rc > 0) {
			if (s->gap)
				s->rec.missed = ORL_MISSED_UNKNOWN;
			s->gap = false;
			return 1;
		}
		if (rc < 0)
			note_gap(d, s, "a damaged page, in the pages");
		rc = begin_page(d, s);
		if (rc <= 0) {
			s->it.page = NULL;
			return rc;
		}
	}
}
