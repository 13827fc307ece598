// SPDX-License-Identifier: MIT
/*
 * Finding what describes the records of a trace.dat. The two versions hold the same tables:
 *
 *   v7  the header leads to OPTIONS, options lead to a section per table
 *   v6  the tables stand one behind the other, then options, then the CPUs' places
 *
 * so this file brings the bytes into memory, and datfile-tables.c parses them. Memory that
 * texts point into is kept in blobs, whose sum is bounded.
 */
#include "datfile-impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "datfile-bytes.h"

#define HEADER_MAX	4096u	/* bytes looked at for the header */
#define OPTIONS_MAX	4096	/* sections of options, so that a circle of them ends */

/* Memory that lives as long as the file. NULL when there is none or the bound is reached. */
static uint8_t *add_blob(struct orl_datfile *d, uint64_t len)
{
	uint8_t **slot;

	if (len > ORL_DAT_META_MAX - d->meta_len) {
		orl_dat_fail(d, 0, "its descriptions need more than %llu MiB of memory",
			     ORL_DAT_META_MAX >> 20);
		return NULL;
	}
	slot = orl_dat_push(&d->blobs, sizeof(*slot), UINT32_MAX / 2);
	if (slot)
		*slot = malloc(len ? len : 1);
	if (!slot || !*slot) {
		orl_dat_fail(d, 0, "no memory for %llu bytes of descriptions",
			     (unsigned long long)len);
		return NULL;
	}
	d->meta_len += len;
	return *slot;
}

static int unpack_section(struct orl_datfile *d, struct orl_bytes *body, uint64_t off)
{
	uint32_t csize = orl_bytes_u32(body), usize = orl_bytes_u32(body);
	const uint8_t *in = orl_bytes_take(body, csize);
	uint8_t *out;

	if (body->bad || !d->zstd)
		return orl_dat_fail(d, -EBADMSG, "the section at byte %llu is damaged",
				    (unsigned long long)off);
	out = add_blob(d, usize);
	if (!out)
		return -ENOMEM;
	if (ZSTD_decompress(out, usize, in, csize) != usize)
		return orl_dat_fail(d, -EBADMSG, "the section at byte %llu does not decompress",
				    (unsigned long long)off);
	*body = orl_bytes_of(out, usize);
	return 0;
}

/* Bring a section's body into memory, decompressed. */
static int load_section(struct orl_datfile *d, uint64_t off, uint16_t id, struct orl_bytes *body)
{
	uint8_t header[ORL_DAT_SECTION_LEN], *buf;
	struct orl_bytes h;
	uint16_t found, flags;
	uint64_t size;
	int rc = orl_dat_read(d, off, header, sizeof(header));

	if (rc == -EBADMSG)
		return orl_dat_fail(d, rc, "is cut short or damaged: section %u should be at byte "
				    "%llu", id, (unsigned long long)off);
	if (rc)
		return orl_dat_fail(d, rc, "cannot read: %s", strerror(-rc));
	h = orl_bytes_of(header, sizeof(header));
	found = orl_bytes_u16(&h);
	flags = orl_bytes_u16(&h);
	orl_bytes_u32(&h);
	size = orl_bytes_u64(&h);
	if (found != id)
		return orl_dat_fail(d, -EBADMSG, "section %u should be at byte %llu, but %u is",
				    id, (unsigned long long)off, found);
	if (size > d->size - off - sizeof(header))
		return orl_dat_fail(d, -EBADMSG, "is cut short in section %u at byte %llu", id,
				    (unsigned long long)off);
	buf = add_blob(d, size);
	if (!buf)
		return -ENOMEM;
	rc = orl_dat_read(d, off + sizeof(header), buf, size);
	if (rc)
		return orl_dat_fail(d, rc, "cannot read: %s", strerror(-rc));
	*body = orl_bytes_of(buf, size);
	return flags & ORL_DAT_PACKED ? unpack_section(d, body, off) : 0;
}

/* Where the tables of a v7 file are; the first mention counts. */
struct tables {
	uint64_t off[ORL_DAT_CMDLINES + 1];
};

static int parse_option_v7(struct orl_datfile *d, struct tables *t, uint16_t id,
			   const uint8_t *data, uint32_t len)
{
	struct orl_bytes b = orl_bytes_of(data, len);

	if (id == ORL_DAT_BUFFER)
		return orl_dat_parse_buffer(d, b);
	if (id < ORL_DAT_HEADER_INFO || id > ORL_DAT_CMDLINES)
		return orl_dat_parse_option(d, id, data, len);
	if (!t->off[id])
		t->off[id] = orl_bytes_u64(&b);
	return 0;
}

/* One section of options; @next gets the offset of the next one, or 0. */
static int read_options_section(struct orl_datfile *d, uint64_t off, struct tables *t,
				uint64_t *next)
{
	struct orl_bytes b;
	int rc = load_section(d, off, ORL_DAT_OPTIONS, &b);

	*next = 0;
	while (!rc && orl_bytes_left(&b)) {
		uint16_t id = orl_bytes_u16(&b);
		uint32_t len = orl_bytes_u32(&b);
		const uint8_t *data = orl_bytes_take(&b, len);

		if (b.bad)
			return orl_dat_fail(d, -EBADMSG, "its options are damaged");
		if (id == ORL_DAT_DONE) {
			struct orl_bytes done = orl_bytes_of(data, len);

			*next = orl_bytes_u64(&done);
			return 0;
		}
		rc = parse_option_v7(d, t, id, data, len);
	}
	return rc;
}

static int read_options(struct orl_datfile *d, uint64_t off, struct tables *t)
{
	for (int i = 0; off; i++) {
		int rc = i < OPTIONS_MAX ? read_options_section(d, off, t, &off) :
			 orl_dat_fail(d, -EBADMSG, "its options run in a circle");

		if (rc)
			return rc;
	}
	return 0;
}

static int read_table(struct orl_datfile *d, const struct tables *t, uint16_t id)
{
	struct orl_bytes body;
	int rc = t->off[id] ? load_section(d, t->off[id], id, &body) : 0;

	return rc || !t->off[id] ? rc : orl_dat_parse_table(d, id, &body);
}

static int read_v7(struct orl_datfile *d, struct orl_bytes *b)
{
	const char *compressor = orl_bytes_string(b);
	struct tables t = { 0 };
	uint64_t off;
	int rc;

	orl_bytes_string(b);
	off = orl_bytes_u64(b);
	if (b->bad)
		return orl_dat_fail(d, -EBADMSG, "its header is damaged");
	d->zstd = !strcmp(compressor, "zstd");
	if (!d->zstd && strcmp(compressor, "none"))
		return orl_dat_fail(d, -ENOTSUP, "is compressed with %.32s, which is not supported",
				    compressor);
	if (!off)
		return orl_dat_fail(d, -EBADMSG, "was never finished by its recorder");
	d->page_size = 0;
	rc = read_options(d, off, &t);
	for (uint16_t id = ORL_DAT_HEADER_INFO; !rc && id <= ORL_DAT_CMDLINES; id++)
		if (id != ORL_DAT_KALLSYMS)
			rc = read_table(d, &t, id);
	if (!rc && !t.off[ORL_DAT_HEADER_INFO])
		rc = orl_dat_fail(d, -EBADMSG, "has no description of its pages");
	/* last, since it may be large; and records can be read without it: the damage is noted */
	if (!rc)
		read_table(d, &t, ORL_DAT_KALLSYMS);
	return rc;
}

static int read_options_v6(struct orl_datfile *d, struct orl_bytes *b)
{
	for (;;) {
		uint16_t id = orl_bytes_u16(b);
		const uint8_t *data;
		uint32_t len;
		int rc;

		if (!id)
			return 0;
		len = orl_bytes_u32(b);
		data = orl_bytes_take(b, len);
		rc = data ? orl_dat_parse_option(d, id, data, len) : 0;
		if (rc)
			return rc;
	}
}

/* The number of CPUs, options, then the CPUs' places. */
static int read_rest_v6(struct orl_datfile *d, struct orl_bytes *b)
{
	uint32_t nr = orl_bytes_u32(b);
	const char *what = orl_bytes_string(b);
	int rc = 0;

	if (!strcmp(what, "options  ")) {
		rc = read_options_v6(d, b);
		what = orl_bytes_string(b);
	}
	if (!rc && !strcmp(what, "latency  "))
		return orl_dat_fail(d, -ENOTSUP, "holds text of a latency tracer, not records");
	if (!rc && (b->bad || strcmp(what, "flyrecord") || nr > orl_bytes_left(b) / 16 ||
		    nr > ORL_DAT_CPUS_MAX))
		return orl_dat_fail(d, -EBADMSG, "its table of CPUs is cut short or damaged");
	if (!rc)
		rc = orl_dat_alloc_streams(d, nr);
	for (uint32_t i = 0; !rc && i < nr; i++) {
		uint64_t off = orl_bytes_u64(b);

		rc = orl_dat_add_stream(d, i, off, orl_bytes_u64(b));
	}
	return rc;
}

static int read_v6(struct orl_datfile *d, size_t header_len)
{
	uint64_t len = d->size - header_len;
	struct orl_bytes b;
	uint8_t *head;
	int rc;

	/* the end of the descriptions is not known: take what the bound allows */
	if (len > ORL_DAT_META_MAX - d->meta_len)
		len = ORL_DAT_META_MAX - d->meta_len;
	head = add_blob(d, len);
	if (!head)
		return -ENOMEM;
	rc = orl_dat_read(d, header_len, head, len);
	if (rc)
		return orl_dat_fail(d, rc, "cannot read: %s", strerror(-rc));
	b = orl_bytes_of(head, len);
	d->page_size = 0;
	for (uint16_t id = ORL_DAT_HEADER_INFO; !rc && id <= ORL_DAT_CMDLINES; id++)
		rc = orl_dat_parse_table(d, id, &b);
	return rc ? rc : read_rest_v6(d, &b);
}

int orl_dat_read_meta(struct orl_datfile *d)
{
	uint8_t head[HEADER_MAX];
	size_t len = d->size < sizeof(head) ? d->size : sizeof(head);
	const uint8_t *magic, *order;
	struct orl_bytes b;
	const char *version;
	int rc = orl_dat_read(d, 0, head, len);

	if (rc)
		return orl_dat_fail(d, rc, "cannot read: %s", strerror(-rc));
	b = orl_bytes_of(head, len);
	magic = orl_bytes_take(&b, ORL_DAT_MAGIC_LEN);
	if (!magic || memcmp(magic, ORL_DAT_MAGIC, ORL_DAT_MAGIC_LEN))
		return orl_dat_fail(d, -ENOTSUP, "is not a trace.dat file");
	version = orl_bytes_string(&b);
	order = orl_bytes_take(&b, 2);
	orl_bytes_u32(&b);
	if (b.bad)
		return orl_dat_fail(d, -EBADMSG, "is cut short in its header");
	d->version = version[0] && !version[1] ? (unsigned int)(version[0] - '0') : 0;
	if (d->version != 6 && d->version != 7)
		return orl_dat_fail(d, -ENOTSUP, "is of version %.8s; 6 and 7 are supported",
				    version);
	if (order[0])
		return orl_dat_fail(d, -ENOTSUP, "is big endian, which is not supported");
	return d->version == 7 ? read_v7(d, &b) : read_v6(d, (size_t)(b.p - head));
}

static int by_off(const void *a, const void *b)
{
	const struct orl_dat_stream *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

static int by_cpu(const void *a, const void *b)
{
	const struct orl_dat_stream *x = a, *y = b;

	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

int orl_dat_check_streams(struct orl_datfile *d)
{
	struct orl_dat_stream *s = d->streams;

	if (d->nr_streams && (d->page_size < ORL_PAGE_SIZE_MIN || d->page_size > ORL_PAGE_SIZE_MAX))
		return orl_dat_fail(d, -EBADMSG, "has pages of impossible size %u", d->page_size);
	if (d->packed && !d->zstd)
		return orl_dat_fail(d, -EBADMSG, "its records are compressed in no known way");
	/* no byte belongs to two CPUs: what is read is never more than the file */
	if (d->nr_streams)
		qsort(s, d->nr_streams, sizeof(*s), by_off);
	for (unsigned int i = 1; i < d->nr_streams; i++)
		if (s[i].off < s[i - 1].end)
			return orl_dat_fail(d, -EBADMSG, "its CPUs %d and %d overlap", s[i - 1].cpu,
					    s[i].cpu);
	if (d->nr_streams)
		qsort(s, d->nr_streams, sizeof(*s), by_cpu);
	for (unsigned int i = 0; i < d->nr_streams; i++) {
		if (i && s[i].cpu == s[i - 1].cpu)
			return orl_dat_fail(d, -EBADMSG, "has CPU %d twice", s[i].cpu);
		if (s[i].end > d->size)
			orl_dat_fail(d, 0, "is cut short: its records should end at byte %llu, it "
				     "ends at %llu", (unsigned long long)s[i].end,
				     (unsigned long long)d->size);
		/* trace-cmd leaves the count of chunks out of the size */
		if (d->packed && s[i].end < d->size)
			s[i].end += sizeof(s->nr_chunks);
		if (s[i].end > d->size)
			s[i].end = d->size;
		if (s[i].off > d->size)
			s[i].off = d->size;
	}
	return 0;
}
