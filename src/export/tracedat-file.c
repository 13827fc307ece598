// SPDX-License-Identifier: MIT
/*
 * The closing half of the trace.dat writer. All sizes are known by now, so the order is one
 * that reads well even when the file is later cut short: what describes comes first, data last.
 *
 *   header | 16 17 18 19 20 21 sections | STRINGS | OPTIONS | BUFFER: cpu 0, cpu 1 ...
 *
 * Everything before BUFFER's data is built in memory; the data is copied from the spools.
 */
#include "tracedat-front.h"

#include <errno.h>

/* Bytes of a CPU in the file. What the option says is less: it leaves out the chunk count. */
static uint64_t cpu_size(const struct orl_tracedat *t, const struct orl_tracedat_cpu *c)
{
	return c->spool.len + (t->plain ? 0 : sizeof(c->nr_chunks));
}

static uint64_t align_up(uint64_t v, uint32_t align)
{
	return (v + align - 1) & ~((uint64_t)align - 1);
}

/*
 * The BUFFER option holds offsets that depend on the length of OPTIONS, which holds it.
 * So it is written with zeros first; fill_buffer() puts the offsets in. CPUs without data
 * are listed too: trace-cmd 3.1.6 can read a list with holes but loses CPU 0 in converting it.
 * Returns where, in options, the option's data begins.
 */
static size_t add_buffer_option(struct orl_front *f)
{
	struct blob b = { 0 };
	struct orl_tracedat *t = f->t;
	size_t at;

	blob_add64(&b, 0);
	blob_add_string(&b, "");
	blob_add_string(&b, t->clock);
	blob_add32(&b, t->page_size);
	blob_add32(&b, t->nr_cpus);
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		blob_add32(&b, i);
		blob_add64(&b, 0);
		blob_add64(&b, t->cpus[i].spool.len);
	}
	orl_front_add_option(f, ORL_DAT_BUFFER, b.buf, b.len);
	at = f->options.len - b.len;
	f->file.oom |= b.oom;
	free(b.buf);
	return at;
}

/* Set the offsets, given where BUFFER's section begins. Return where the file ends. */
static uint64_t fill_buffer(struct orl_front *f, size_t at, uint64_t section)
{
	struct orl_tracedat *t = f->t;
	uint64_t off = section + ORL_DAT_SECTION_LEN;

	blob_set64(&f->options, at, section);
	at += 8 + 1 + strlen(t->clock) + 1 + 4 + 4;
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		if (t->cpus[i].nr_chunks)
			off = align_up(off, t->page_size);
		blob_set64(&f->options, at + 4, off);
		off += cpu_size(t, &t->cpus[i]);
		at += 4 + 8 + 8;
	}
	return off;
}

static void add_file_header(struct orl_front *f, size_t *options_at)
{
	blob_add(&f->file, ORL_DAT_MAGIC "7", ORL_DAT_MAGIC_LEN + 2);
	blob_add(&f->file, "\0\10", 2);		/* little endian, long of 8 bytes */
	blob_add32(&f->file, f->t->page_size);
	blob_add_string(&f->file, f->t->plain ? "none" : "zstd");
	blob_add_string(&f->file, f->t->plain ? "" : ZSTD_versionString());
	*options_at = f->file.len;
	blob_add64(&f->file, 0);
}

/* Everything up to and with the header of the BUFFER section. */
static int build_front(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	uint32_t options_desc, buffer_desc;
	size_t options_at, buffer_at;
	uint64_t section, end, none = 0;
	int rc;

	add_file_header(f, &options_at);
	rc = orl_front_add_meta(f, m);
	if (rc)
		return rc;
	options_desc = orl_front_describe(f, "options");
	buffer_desc = orl_front_describe(f, "flyrecord");
	rc = orl_front_add_section(f, ORL_DAT_STRINGS, "strings", &f->strings);
	if (rc)
		return rc;
	orl_front_add_small_options(f, m);
	buffer_at = add_buffer_option(f);
	orl_front_add_option(f, ORL_DAT_DONE, &none, sizeof(none));
	if (f->file.oom || f->options.oom)
		return -ENOMEM;

	blob_set64(&f->file, options_at, f->file.len);
	section = f->file.len + ORL_DAT_SECTION_LEN + f->options.len;
	end = fill_buffer(f, buffer_at, section);
	orl_front_add_section_header(f, ORL_DAT_OPTIONS, false, options_desc, f->options.len);
	blob_add(&f->file, f->options.buf, f->options.len);
	orl_front_add_section_header(f, ORL_DAT_BUFFER, !f->t->plain, buffer_desc,
			   end - section - ORL_DAT_SECTION_LEN);
	return f->file.oom ? -ENOMEM : 0;
}

static int write_cpus(struct orl_tracedat *t, struct orl_spool *file)
{
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		struct orl_tracedat_cpu *c = &t->cpus[i];
		int rc = c->nr_chunks ? orl_spool_pad(file, t->page_size) : 0;

		if (!rc && !t->plain)
			rc = orl_spool_write(file, &c->nr_chunks, sizeof(c->nr_chunks));
		if (!rc && c->nr_chunks)
			rc = orl_spool_move(file, &c->spool);
		if (rc)
			return rc;
	}
	return 0;
}

static int write_file(struct orl_tracedat *t, const struct blob *front)
{
	struct orl_spool file;
	char temp[32];
	int rc = orl_spool_open(&file, t->dirfd, temp);

	if (rc)
		return rc;
	rc = orl_spool_write(&file, front->buf, front->len);
	if (!rc)
		rc = write_cpus(t, &file);
	if (!rc) {
		rc = orl_spool_publish(&file, t->dirfd, temp, t->name);
		temp[0] = '\0';
	}
	orl_spool_close(&file, t->dirfd, temp);
	return rc;
}

int orl_tracedat_finish(struct orl_tracedat *t, const struct orl_tracedat_meta *m)
{
	struct orl_front f = { .t = t };
	int rc = t->rc;

	for (unsigned int i = 0; !rc && i < t->nr_cpus; i++)
		rc = orl_tracedat_flush(t, &t->cpus[i]);
	if (!rc) {
		rc = build_front(&f, m);
		if (!rc)
			rc = write_file(t, &f.file);
		if (rc)
			orl_tracedat_fail(t, rc, "cannot write the file");
	}
	free(f.file.buf);
	free(f.strings.buf);
	free(f.options.buf);
	return rc;
}
