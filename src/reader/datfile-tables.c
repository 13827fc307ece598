// SPDX-License-Identifier: MIT
/*
 * The tables of a trace.dat, each parsed from bytes in memory. They are the same in both
 * versions of the file; datfile-meta.c knows where each version keeps them.
 */
#include "datfile-impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datfile-bytes.h"

/* A number behind @key in a line of header_page that has @field. */
static bool header_number(const char *text, const char *field, const char *key, unsigned int *out)
{
	const char *line = strstr(text, field);
	const char *at = line ? strstr(line, key) : NULL;
	const char *eol = line ? strchr(line, '\n') : NULL;

	return at && (!eol || at < eol) && sscanf(at + strlen(key), "%9u", out) == 1;
}

/* The layout of pages; only that of 64-bit kernels is read. */
static int parse_header_info(struct orl_datfile *d, struct orl_bytes *b)
{
	unsigned int commit, data, size;
	const uint8_t *text;
	char copy[1024];
	uint64_t len;

	if (strcmp(orl_bytes_string(b), "header_page"))
		return orl_dat_fail(d, -EBADMSG, "has no description of its pages");
	len = orl_bytes_u64(b);
	text = orl_bytes_take(b, len);
	if (!text || len >= sizeof(copy))
		return orl_dat_fail(d, -EBADMSG, "the description of its pages is damaged");
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!header_number(copy, " commit;", "size:", &commit) ||
	    !header_number(copy, " data;", "offset:", &data) ||
	    !header_number(copy, " data;", "size:", &size))
		return orl_dat_fail(d, -EBADMSG, "the description of its pages is damaged");
	if (commit != 8 || data != ORL_PAGE_HEADER_LEN)
		return orl_dat_fail(d, -ENOTSUP, "is of a 32-bit kernel, which is not supported");
	if (!d->page_size)
		d->page_size = data + size;
	if (!strcmp(orl_bytes_string(b), "header_event")) {
		orl_bytes_take(b, orl_bytes_u64(b));
		if (!b->bad)
			return 0;
	}
	return orl_dat_fail(d, -EBADMSG, "the description of its events is damaged");
}

static int damaged_formats(struct orl_datfile *d)
{
	return orl_dat_fail(d, -EBADMSG, "its table of event formats is damaged");
}

/* u32 count, then u64 length and text each. */
static int parse_formats(struct orl_datfile *d, struct orl_bytes *b, struct orl_dat_vec *to,
			 const char *system)
{
	uint32_t n = orl_bytes_u32(b);

	for (uint32_t i = 0; i < n; i++) {
		uint64_t len = orl_bytes_u64(b);
		const uint8_t *text = orl_bytes_take(b, len);
		struct orl_datfile_format *f;

		if (!text)
			return damaged_formats(d);
		f = orl_dat_push(to, sizeof(*f), ORL_DAT_FORMATS_MAX);
		if (!f)
			return damaged_formats(d);
		*f = (struct orl_datfile_format){ system, (const char *)text, len };
	}
	return b->bad ? damaged_formats(d) : 0;
}

static int parse_systems(struct orl_datfile *d, struct orl_bytes *b)
{
	uint32_t n = orl_bytes_u32(b);

	for (uint32_t i = 0; i < n; i++) {
		const char *system = orl_bytes_string(b);
		int rc = b->bad ? damaged_formats(d) : parse_formats(d, b, &d->events, system);

		if (rc)
			return rc;
	}
	return b->bad ? damaged_formats(d) : 0;
}

static int parse_text(struct orl_datfile *d, struct orl_bytes *b, bool long_len,
		      struct orl_datfile_text *to)
{
	uint64_t len = long_len ? orl_bytes_u64(b) : orl_bytes_u32(b);
	const uint8_t *text = orl_bytes_take(b, len);

	if (!text || b->bad)
		return orl_dat_fail(d, -EBADMSG, "a text in it is cut short or damaged");
	*to = (struct orl_datfile_text){ (const char *)text, len };
	return 0;
}

int orl_dat_parse_table(struct orl_datfile *d, uint16_t id, struct orl_bytes *b)
{
	switch (id) {
	case ORL_DAT_HEADER_INFO:
		return parse_header_info(d, b);
	case ORL_DAT_FTRACE_EVENTS:
		return parse_formats(d, b, &d->ftrace, "ftrace");
	case ORL_DAT_EVENT_FORMATS:
		return parse_systems(d, b);
	case ORL_DAT_KALLSYMS:
		return parse_text(d, b, false, &d->kallsyms);
	case ORL_DAT_PRINTK:
		return parse_text(d, b, false, &d->printk);
	default:
		return parse_text(d, b, true, &d->cmdlines);
	}
}

int orl_dat_add_stream(struct orl_datfile *d, uint32_t cpu, uint64_t off, uint64_t size)
{
	struct orl_dat_stream *s;

	if (cpu >= ORL_DAT_CPUS_MAX || size > UINT64_MAX - off)
		return orl_dat_fail(d, -EBADMSG, "its table of CPUs is damaged");
	if (cpu >= d->nr_cpus)
		d->nr_cpus = cpu + 1;
	if (!size)
		return 0;
	s = &d->streams[d->nr_streams++];
	s->cpu = (int)cpu;
	s->off = off;
	s->end = off + size;
	return 0;
}

int orl_dat_alloc_streams(struct orl_datfile *d, uint32_t nr)
{
	d->streams = calloc(nr + 1ul, sizeof(*d->streams));
	d->heap = calloc(nr + 1ul, sizeof(*d->heap));
	return d->streams && d->heap ? 0 : orl_dat_fail(d, -ENOMEM, "no memory for %u CPUs", nr);
}

/* A BUFFER option: the top instance is the one without a name. */
int orl_dat_parse_buffer(struct orl_datfile *d, struct orl_bytes b)
{
	uint64_t section = orl_bytes_u64(&b);
	const char *name = orl_bytes_string(&b), *clock = orl_bytes_string(&b);
	uint32_t page_size = orl_bytes_u32(&b), nr = orl_bytes_u32(&b);
	uint16_t head[2];
	int rc;

	if (b.bad || nr > orl_bytes_left(&b) / 20 || nr > ORL_DAT_CPUS_MAX)
		return orl_dat_fail(d, -EBADMSG, "its table of CPUs is damaged");
	if (*name || d->have_buffer) {
		d->nr_others++;
		return 0;
	}
	d->have_buffer = true;
	d->page_size = page_size;
	free(d->clock);
	d->clock = strdup(clock);
	rc = d->clock ? orl_dat_alloc_streams(d, nr) : -ENOMEM;
	for (uint32_t i = 0; !rc && i < nr; i++) {
		uint32_t cpu = orl_bytes_u32(&b);
		uint64_t off = orl_bytes_u64(&b);

		rc = orl_dat_add_stream(d, cpu, off, orl_bytes_u64(&b));
	}
	if (rc || !nr)
		return rc;
	if (orl_dat_read(d, section, head, sizeof(head)) || head[0] != ORL_DAT_BUFFER)
		return orl_dat_fail(d, -EBADMSG, "is cut short or damaged: no records at byte %llu",
				    (unsigned long long)section);
	d->packed = head[1] & ORL_DAT_PACKED;
	return 0;
}

/* "local [mono] perf\n" -> "mono", for v6 files. */
static int parse_clock(struct orl_datfile *d, const uint8_t *text, size_t len)
{
	const uint8_t *from = memchr(text, '[', len), *to;

	if (!from || d->clock)
		return 0;
	from++;
	to = memchr(from, ']', len - (size_t)(from - text));
	if (!to)
		return 0;
	d->clock = strndup((const char *)from, (size_t)(to - from));
	return d->clock ? 0 : -ENOMEM;
}

static int parse_cpucount(struct orl_datfile *d, const uint8_t *data, size_t len)
{
	struct orl_bytes b = orl_bytes_of(data, len);
	uint32_t n = orl_bytes_u32(&b);

	if (b.bad || n > ORL_DAT_CPUS_MAX)
		return orl_dat_fail(d, -EBADMSG, "its number of CPUs is damaged");
	if (n > d->nr_cpus)
		d->nr_cpus = n;
	return 0;
}

/* Options that mean the same in both versions. */
int orl_dat_parse_option(struct orl_datfile *d, uint16_t id, const uint8_t *data, size_t len)
{
	struct orl_datfile_text text = { (const char *)data, strnlen((const char *)data, len) };
	struct orl_datfile_text *stat;

	switch (id) {
	case ORL_DAT_CPUSTAT:
		stat = orl_dat_push(&d->cpustats, sizeof(*stat), ORL_DAT_CPUS_MAX);
		if (stat)
			*stat = text;
		return 0;
	case ORL_DAT_TRACECLOCK:
		return parse_clock(d, data, len);
	case ORL_DAT_UNAME:
		d->uname = text;
		return 0;
	case ORL_DAT_CPUCOUNT:
		return parse_cpucount(d, data, len);
	default:
		return 0;
	}
}
