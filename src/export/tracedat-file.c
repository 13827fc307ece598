// SPDX-License-Identifier: MIT
/*
 * The closing half of the trace.dat writer. All sizes are known by now, so the order is one
 * that reads well even when the file is later cut short: what describes comes first, data last.
 *
 *   header | 16 17 18 19 20 21 sections | STRINGS | OPTIONS | BUFFER: cpu 0, cpu 1 ...
 *
 * Everything before BUFFER's data is small and built in memory; the data is copied from the
 * spools. Section numbers: datfile-layout.h.
 */
#include "tracedat-impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>

#include "reader/datfile-layout.h"

#define CLOCKS	"local global counter uptime perf mono mono_raw boot tai x86-tsc"

/* Bytes being built. After a failed allocation nothing is added and oom tells. */
struct blob {
	uint8_t *buf;
	size_t len, cap;
	bool oom;
};

static void add(struct blob *b, const void *data, size_t len)
{
	if (b->oom || !len)
		return;
	if (len > b->cap - b->len) {
		size_t cap = (b->len + len) * 2 + 4096;
		uint8_t *buf = realloc(b->buf, cap);

		if (!buf) {
			b->oom = true;
			return;
		}
		b->buf = buf;
		b->cap = cap;
	}
	memcpy(b->buf + b->len, data, len);
	b->len += len;
}

static void add16(struct blob *b, uint16_t v)
{
	add(b, &v, sizeof(v));
}

static void add32(struct blob *b, uint32_t v)
{
	add(b, &v, sizeof(v));
}

static void add64(struct blob *b, uint64_t v)
{
	add(b, &v, sizeof(v));
}

static void add_string(struct blob *b, const char *s)
{
	add(b, s, strlen(s) + 1);
}

static void set64(struct blob *b, size_t at, uint64_t v)
{
	if (!b->oom)
		memcpy(b->buf + at, &v, sizeof(v));
}

/* The file's front while it is built, and where its sections are. */
struct front {
	struct orl_tracedat *t;
	struct blob file, strings, options;
};

/* Returns the description's id for a section header. */
static uint32_t describe(struct front *f, const char *what)
{
	uint32_t id = (uint32_t)f->strings.len;

	add_string(&f->strings, what);
	return id;
}

static void add_section_header(struct front *f, uint16_t id, bool packed, uint32_t what,
			       uint64_t size)
{
	add16(&f->file, id);
	add16(&f->file, packed ? ORL_DAT_PACKED : 0);
	add32(&f->file, what);
	add64(&f->file, size);
}

static void add_option(struct front *f, uint16_t id, const void *data, size_t len)
{
	add16(&f->options, id);
	add32(&f->options, (uint32_t)len);
	add(&f->options, data, len);
}

/* Write @body as a section, and the option that points to it. Empties @body. */
static int add_section(struct front *f, uint16_t id, const char *what, struct blob *body)
{
	uint64_t at = f->file.len;
	uint32_t desc = describe(f, what);
	bool packed = !f->t->plain;
	int64_t n = 0;

	if (body->oom)
		f->file.oom = true;
	if (packed && !f->file.oom) {
		size_t cap = ZSTD_compressBound(body->len);
		uint8_t *buf = malloc(cap);

		n = buf ? orl_tracedat_pack(f->t, buf, cap, body->buf, body->len) : -ENOMEM;
		if (n >= 0) {
			add_section_header(f, id, true, desc, (uint64_t)n + 8);
			add32(&f->file, (uint32_t)n);
			add32(&f->file, (uint32_t)body->len);
			add(&f->file, buf, (size_t)n);
		}
		free(buf);
	} else if (!packed) {
		add_section_header(f, id, false, desc, body->len);
		add(&f->file, body->buf, body->len);
	}
	if (id != ORL_DAT_STRINGS)
		add_option(f, id, &at, sizeof(at));
	free(body->buf);
	*body = (struct blob){ 0 };
	return n < 0 ? (int)n : 0;
}

static void add_sized(struct blob *b, const char *text, size_t len)
{
	add64(b, len);
	add(b, text, len);
}

static int add_header_info(struct front *f)
{
	static const char event[] =
		"# compressed entry header\n"
		"\ttype_len    :    5 bits\n"
		"\ttime_delta  :   27 bits\n"
		"\tarray       :   32 bits\n"
		"\n"
		"\tpadding     : type == 29\n"
		"\ttime_extend : type == 30\n"
		"\ttime_stamp : type == 31\n"
		"\tdata max type_len  == 28\n";
	struct blob b = { 0 };
	char page[320];
	int n = snprintf(page, sizeof(page),
			 "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			 "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
			 "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
			 "\tfield: char data;\toffset:16;\tsize:%u;\tsigned:0;\n",
			 f->t->page_size - 16);

	add_string(&b, "header_page");
	add_sized(&b, page, (size_t)n);
	add_string(&b, "header_event");
	add_sized(&b, event, sizeof(event) - 1);
	return add_section(f, ORL_DAT_HEADER_INFO, "headers", &b);
}

static int add_ftrace(struct front *f, const struct orl_tracedat_meta *m)
{
	struct blob b = { 0 };

	add32(&b, m->nr_ftrace);
	for (unsigned int i = 0; i < m->nr_ftrace; i++)
		add_sized(&b, m->ftrace[i].text, m->ftrace[i].len);
	return add_section(f, ORL_DAT_FTRACE_EVENTS, "ftrace events", &b);
}

static int by_system(const void *a, const void *b)
{
	const struct orl_tracedat_format *const *x = a, *const *y = b;
	int d = strcmp((*x)->system, (*y)->system);

	/* in the order given within a system */
	return d ? d : (*x > *y) - (*x < *y);
}

static int add_events(struct front *f, const struct orl_tracedat_meta *m)
{
	const struct orl_tracedat_format **sorted = calloc(m->nr_events + 1ul, sizeof(*sorted));
	struct blob b = { 0 };
	uint32_t nr_systems = 0, i, j;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < m->nr_events; i++)
		sorted[i] = &m->events[i];
	qsort(sorted, m->nr_events, sizeof(*sorted), by_system);
	add32(&b, 0);
	for (i = 0; i < m->nr_events; i = j, nr_systems++) {
		for (j = i; j < m->nr_events; j++)
			if (strcmp(sorted[i]->system, sorted[j]->system))
				break;
		add_string(&b, sorted[i]->system);
		add32(&b, j - i);
		for (uint32_t k = i; k < j; k++)
			add_sized(&b, sorted[k]->text, sorted[k]->len);
	}
	if (!b.oom)
		memcpy(b.buf, &nr_systems, sizeof(nr_systems));
	free(sorted);
	return add_section(f, ORL_DAT_EVENT_FORMATS, "events format", &b);
}

/* A section that is one text with its length in front. */
static int add_text(struct front *f, uint16_t id, const char *what, const char *text)
{
	struct blob b = { 0 };
	size_t len = text ? strlen(text) : 0;

	if (id == ORL_DAT_CMDLINES)
		add64(&b, len);
	else
		add32(&b, (uint32_t)len);
	add(&b, text, len);
	return add_section(f, id, what, &b);
}

static int add_sections(struct front *f, const struct orl_tracedat_meta *m)
{
	int rc = add_header_info(f);

	rc = rc ? rc : add_ftrace(f, m);
	rc = rc ? rc : add_events(f, m);
	rc = rc ? rc : add_text(f, ORL_DAT_KALLSYMS, "kallsyms", NULL);
	rc = rc ? rc : add_text(f, ORL_DAT_PRINTK, "printk", m->printk);
	return rc ? rc : add_text(f, ORL_DAT_CMDLINES, "command lines", m->cmdlines);
}

/* "local [mono] perf ...": the list of trace_clock with ours marked. */
static void add_clock(struct front *f)
{
	static const char list[] = CLOCKS;
	size_t n = strlen(f->t->clock);
	struct blob b = { 0 };
	bool found = false;

	for (const char *p = list; *p;) {
		size_t len = strcspn(p, " ");
		bool ours = len == n && !memcmp(p, f->t->clock, n);

		found |= ours;
		add(&b, ours ? "[" : "", ours);
		add(&b, p, len);
		add(&b, ours ? "]" : "", ours);
		p += len;
		add(&b, *p ? " " : "", *p != '\0');
		p += *p == ' ';
	}
	if (!found) {
		add(&b, " [", 2);
		add(&b, f->t->clock, n);
		add(&b, "]", 1);
	}
	add(&b, "\n", 2);
	add_option(f, ORL_DAT_TRACECLOCK, b.buf, b.len);
	f->file.oom |= b.oom;
	free(b.buf);
}

static void add_stats(struct front *f, const struct orl_tracedat_meta *m)
{
	for (unsigned int i = 0; m->cpustat && i < f->t->nr_cpus; i++) {
		struct blob b = { 0 };
		char cpu[24];

		if (!m->cpustat[i])
			continue;
		add(&b, cpu, (size_t)snprintf(cpu, sizeof(cpu), "CPU: %u\n", i));
		add_string(&b, m->cpustat[i]);
		add_option(f, ORL_DAT_CPUSTAT, b.buf, b.len);
		f->file.oom |= b.oom;
		free(b.buf);
	}
}

static void add_small_options(struct front *f, const struct orl_tracedat_meta *m)
{
	static const char version[] = "oriel " ORL_VERSION;
	struct utsname u;
	char name[sizeof(u) + 8];
	uint32_t nr_cpus = f->t->nr_cpus;
	uint64_t id;

	add_clock(f);
	if (!uname(&u)) {
		int n = snprintf(name, sizeof(name), "%s %s %s %s", u.sysname, u.nodename,
				 u.release, u.machine);
		add_option(f, ORL_DAT_UNAME, name, (size_t)n + 1);
	}
	add_option(f, ORL_DAT_VERSION, version, sizeof(version));
	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		id = (uint64_t)time(NULL);
	add_option(f, ORL_DAT_TRACEID, &id, sizeof(id));
	add_stats(f, m);
	add_option(f, ORL_DAT_CPUCOUNT, &nr_cpus, sizeof(nr_cpus));
}

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
 * So it is written with zeros first; fill_buffer() puts the offsets in. Returns where, in
 * options, its data begins.
 */
static size_t add_buffer_option(struct front *f)
{
	struct blob b = { 0 };
	struct orl_tracedat *t = f->t;
	uint32_t nr = 0;
	size_t at;

	for (unsigned int i = 0; i < t->nr_cpus; i++)
		nr += t->cpus[i].nr_chunks != 0;
	add64(&b, 0);
	add_string(&b, "");
	add_string(&b, t->clock);
	add32(&b, t->page_size);
	add32(&b, nr);
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		if (!t->cpus[i].nr_chunks)
			continue;
		add32(&b, i);
		add64(&b, 0);
		add64(&b, t->cpus[i].spool.len);
	}
	add_option(f, ORL_DAT_BUFFER, b.buf, b.len);
	at = f->options.len - b.len;
	f->file.oom |= b.oom;
	free(b.buf);
	return at;
}

/* Set the offsets, given where BUFFER's section begins. Return where the file ends. */
static uint64_t fill_buffer(struct front *f, size_t at, uint64_t section)
{
	struct orl_tracedat *t = f->t;
	uint64_t off = section + ORL_DAT_SECTION_LEN;

	set64(&f->options, at, section);
	at += 8 + 1 + strlen(t->clock) + 1 + 4 + 4;
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		if (!t->cpus[i].nr_chunks)
			continue;
		off = align_up(off, t->page_size);
		set64(&f->options, at + 4, off);
		off += cpu_size(t, &t->cpus[i]);
		at += 4 + 8 + 8;
	}
	return off;
}

static void add_file_header(struct front *f, size_t *options_at)
{
	add(&f->file, ORL_DAT_MAGIC "7", ORL_DAT_MAGIC_LEN + 2);
	add(&f->file, "\0\10", 2);		/* little endian, long of 8 bytes */
	add32(&f->file, f->t->page_size);
	add_string(&f->file, f->t->plain ? "none" : "zstd");
	add_string(&f->file, f->t->plain ? "" : ZSTD_versionString());
	*options_at = f->file.len;
	add64(&f->file, 0);
}

/* Everything up to and with the header of the BUFFER section. */
static int build_front(struct front *f, const struct orl_tracedat_meta *m)
{
	uint32_t options_desc, buffer_desc;
	size_t options_at, buffer_at;
	uint64_t section, end, none = 0;
	int rc;

	add_file_header(f, &options_at);
	rc = add_sections(f, m);
	if (rc)
		return rc;
	options_desc = describe(f, "options");
	buffer_desc = describe(f, "flyrecord");
	rc = add_section(f, ORL_DAT_STRINGS, "strings", &f->strings);
	if (rc)
		return rc;
	add_small_options(f, m);
	buffer_at = add_buffer_option(f);
	add_option(f, ORL_DAT_DONE, &none, sizeof(none));
	if (f->file.oom || f->options.oom)
		return -ENOMEM;

	set64(&f->file, options_at, f->file.len);
	section = f->file.len + ORL_DAT_SECTION_LEN + f->options.len;
	end = fill_buffer(f, buffer_at, section);
	add_section_header(f, ORL_DAT_OPTIONS, false, options_desc, f->options.len);
	add(&f->file, f->options.buf, f->options.len);
	add_section_header(f, ORL_DAT_BUFFER, !f->t->plain, buffer_desc,
			   end - section - ORL_DAT_SECTION_LEN);
	return f->file.oom ? -ENOMEM : 0;
}

static int write_cpus(struct orl_tracedat *t, struct orl_spool *file)
{
	for (unsigned int i = 0; i < t->nr_cpus; i++) {
		struct orl_tracedat_cpu *c = &t->cpus[i];
		int rc;

		if (!c->nr_chunks)
			continue;
		rc = orl_spool_pad(file, t->page_size);
		if (!rc && !t->plain)
			rc = orl_spool_write(file, &c->nr_chunks, sizeof(c->nr_chunks));
		if (!rc)
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
	struct front f = { .t = t };
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
