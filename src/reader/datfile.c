// SPDX-License-Identifier: MIT
/*
 * Opening a trace.dat, and merging its CPUs' records by time: a binary heap holds the CPUs,
 * ordered by their next record. Taking a record moves one CPU on and sifts it down, so the
 * cost of a record is the logarithm of the number of CPUs, and nothing is sorted or kept.
 */
#include "datfile-impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int orl_dat_fail(struct orl_datfile *d, int rc, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (d->damage[0])
		return rc;
	n = snprintf(d->damage, sizeof(d->damage), "%.300s: ", d->path);
	va_start(ap, fmt);
	vsnprintf(d->damage + n, sizeof(d->damage) - (size_t)n, fmt, ap);
	va_end(ap);
	/* names and bytes of the file may stand in it: one line, and nothing a terminal obeys */
	for (char *p = d->damage; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return rc;
}

int orl_dat_read(struct orl_datfile *d, uint64_t off, void *buf, size_t len)
{
	char *p = buf;

	if (off > d->size || len > d->size - off)
		return -EBADMSG;
	while (len) {
		ssize_t n = pread(d->fd, p, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EBADMSG;
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

void *orl_dat_push(struct orl_dat_vec *v, size_t item_size, unsigned int max)
{
	if (v->nr >= max)
		return NULL;
	if (v->nr == v->cap) {
		unsigned int cap = v->cap ? v->cap * 2 : 8;
		void *items = realloc(v->items, cap * item_size);

		if (!items)
			return NULL;
		v->items = items;
		v->cap = cap;
	}
	return memset((char *)v->items + item_size * v->nr++, 0, item_size);
}

static int open_file(struct orl_datfile *d)
{
	struct stat st;

	/* O_NONBLOCK: a fifo must not hang the tool before it can be refused */
	d->fd = open(d->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0 || fstat(d->fd, &st)) {
		int rc = -errno;

		return orl_dat_fail(d, rc, "%s", strerror(-rc));
	}
	if (!S_ISREG(st.st_mode))
		return orl_dat_fail(d, -ENOTSUP, "is not a regular file");
	d->size = (uint64_t)st.st_size;
	return 0;
}

int orl_datfile_open(struct orl_datfile **out, const char *path, char *err, size_t errlen)
{
	struct orl_datfile *d = calloc(1, sizeof(*d));
	int rc = -ENOMEM;

	if (d) {
		d->fd = -1;
		d->path = strdup(path);
	}
	if (d && d->path) {
		rc = open_file(d);
		if (!rc)
			rc = orl_dat_read_meta(d);
		if (!rc)
			rc = orl_dat_check_streams(d);
	}
	if (!rc) {
		*out = d;
		return 0;
	}
	if (errlen && d && d->damage[0])
		snprintf(err, errlen, "%s", d->damage);
	else if (errlen)
		snprintf(err, errlen, "%s", strerror(-rc));
	orl_datfile_close(d);
	return rc;
}

static bool is_earlier(const struct orl_dat_stream *a, const struct orl_dat_stream *b)
{
	return a->rec.ts != b->rec.ts ? a->rec.ts < b->rec.ts : a->cpu < b->cpu;
}

static void sift_down(struct orl_datfile *d, unsigned int i)
{
	struct orl_dat_stream **heap = d->heap, *moving = heap[i];

	for (;;) {
		unsigned int child = 2 * i + 1;

		if (child >= d->nr_heap)
			break;
		if (child + 1 < d->nr_heap && is_earlier(heap[child + 1], heap[child]))
			child++;
		if (!is_earlier(heap[child], moving))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = moving;
}

static int begin_merge(struct orl_datfile *d)
{
	d->merging = true;
	for (unsigned int i = 0; i < d->nr_streams; i++) {
		int rc = orl_dat_stream_next(d, &d->streams[i]);

		if (rc < 0)
			return rc;
		if (rc)
			d->heap[d->nr_heap++] = &d->streams[i];
	}
	for (unsigned int i = d->nr_heap / 2; i-- > 0;)
		sift_down(d, i);
	return 0;
}

/* Replace the record given out last by its CPU's next one. */
static int move_on(struct orl_datfile *d)
{
	int rc = orl_dat_stream_next(d, d->heap[0]);

	d->pending = false;
	if (rc < 0)
		return rc;
	if (!rc)
		d->heap[0] = d->heap[--d->nr_heap];
	if (d->nr_heap)
		sift_down(d, 0);
	return 0;
}

int orl_datfile_next(struct orl_datfile *d, struct orl_record *out)
{
	int rc = 0;

	if (d->fatal)
		return d->fatal;
	if (!d->merging)
		rc = begin_merge(d);
	else if (d->pending)
		rc = move_on(d);
	if (rc) {
		d->fatal = rc;
		return rc;
	}
	if (d->nr_heap) {
		*out = d->heap[0]->rec;
		d->pending = true;
		return 1;
	}
	if (!d->damage[0] || d->reported)
		return 0;
	d->reported = true;
	return -EBADMSG;
}

void orl_datfile_close(struct orl_datfile *d)
{
	uint8_t **blobs;

	if (!d)
		return;
	blobs = d->blobs.items;
	for (unsigned int i = 0; i < d->blobs.nr; i++)
		free(blobs[i]);
	for (unsigned int i = 0; i < d->nr_streams; i++)
		free(d->streams[i].buf);
	if (d->fd >= 0)
		close(d->fd);
	ZSTD_freeDCtx(d->dctx);
	free(d->blobs.items);
	free(d->events.items);
	free(d->ftrace.items);
	free(d->cpustats.items);
	free(d->streams);
	free(d->heap);
	free(d->in);
	free(d->clock);
	free(d->path);
	free(d);
}

const char *orl_datfile_damage(const struct orl_datfile *d)
{
	return d->damage[0] ? d->damage : NULL;
}

unsigned int orl_datfile_version(const struct orl_datfile *d)
{
	return d->version;
}

unsigned int orl_datfile_nr_cpus(const struct orl_datfile *d)
{
	return d->nr_cpus;
}

uint32_t orl_datfile_page_size(const struct orl_datfile *d)
{
	return d->page_size;
}

const char *orl_datfile_clock(const struct orl_datfile *d)
{
	return d->clock ? d->clock : "";
}

unsigned int orl_datfile_nr_instances(const struct orl_datfile *d)
{
	return d->nr_others;
}

const struct orl_datfile_format *orl_datfile_events(const struct orl_datfile *d, unsigned int *nr)
{
	*nr = d->events.nr;
	return d->events.items;
}

const struct orl_datfile_format *orl_datfile_ftrace(const struct orl_datfile *d, unsigned int *nr)
{
	*nr = d->ftrace.nr;
	return d->ftrace.items;
}

const struct orl_datfile_text *orl_datfile_cpustats(const struct orl_datfile *d, unsigned int *nr)
{
	*nr = d->cpustats.nr;
	return d->cpustats.items;
}

struct orl_datfile_text orl_datfile_cmdlines(const struct orl_datfile *d)
{
	return d->cmdlines;
}

struct orl_datfile_text orl_datfile_kallsyms(const struct orl_datfile *d)
{
	return d->kallsyms;
}

struct orl_datfile_text orl_datfile_printk(const struct orl_datfile *d)
{
	return d->printk;
}

struct orl_datfile_text orl_datfile_uname(const struct orl_datfile *d)
{
	return d->uname;
}
