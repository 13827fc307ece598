// SPDX-License-Identifier: MIT
/*
 * What a trace.dat tells besides its records: one section per table, and the options.
 * The numbers of both are in datfile-layout.h.
 */
#include "tracedat-front.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>

#include "decode/ftrace.h"

#define CLOCKS	"local global counter uptime perf mono mono_raw boot tai x86-tsc"

uint32_t orl_front_describe(struct orl_front *f, const char *what)
{
	uint32_t id = (uint32_t)f->strings.len;

	blob_add_string(&f->strings, what);
	return id;
}

void orl_front_add_section_header(struct orl_front *f, uint16_t id, bool packed, uint32_t what,
			       uint64_t size)
{
	blob_add16(&f->file, id);
	blob_add16(&f->file, packed ? ORL_DAT_PACKED : 0);
	blob_add32(&f->file, what);
	blob_add64(&f->file, size);
}

void orl_front_add_option(struct orl_front *f, uint16_t id, const void *data, size_t len)
{
	blob_add16(&f->options, id);
	blob_add32(&f->options, (uint32_t)len);
	blob_add(&f->options, data, len);
}

int orl_front_add_section(struct orl_front *f, uint16_t id, const char *what, struct blob *body)
{
	uint64_t at = f->file.len;
	uint32_t desc = orl_front_describe(f, what);
	bool packed = !f->t->plain;
	int64_t n = 0;

	if (body->oom)
		f->file.oom = true;
	if (packed && !f->file.oom) {
		size_t cap = ZSTD_compressBound(body->len);
		uint8_t *buf = malloc(cap);

		n = buf ? orl_tracedat_pack(f->t, buf, cap, body->buf, body->len) : -ENOMEM;
		if (n >= 0) {
			orl_front_add_section_header(f, id, true, desc, (uint64_t)n + 8);
			blob_add32(&f->file, (uint32_t)n);
			blob_add32(&f->file, (uint32_t)body->len);
			blob_add(&f->file, buf, (size_t)n);
		}
		free(buf);
	} else if (!packed) {
		orl_front_add_section_header(f, id, false, desc, body->len);
		blob_add(&f->file, body->buf, body->len);
	}
	if (id != ORL_DAT_STRINGS)
		orl_front_add_option(f, id, &at, sizeof(at));
	free(body->buf);
	*body = (struct blob){ 0 };
	return n < 0 ? (int)n : 0;
}

static void add_sized(struct blob *b, const char *text, size_t len)
{
	blob_add64(b, len);
	blob_add(b, text, len);
}

static int add_header_info(struct orl_front *f)
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

	blob_add_string(&b, "header_page");
	add_sized(&b, page, (size_t)n);
	blob_add_string(&b, "header_event");
	add_sized(&b, event, sizeof(event) - 1);
	return orl_front_add_section(f, ORL_DAT_HEADER_INFO, "headers", &b);
}

static int add_ftrace(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	struct blob b = { 0 };

	blob_add32(&b, m->nr_ftrace);
	for (unsigned int i = 0; i < m->nr_ftrace; i++)
		add_sized(&b, m->ftrace[i].text, m->ftrace[i].len);
	return orl_front_add_section(f, ORL_DAT_FTRACE_EVENTS, "ftrace events", &b);
}

static int by_system(const void *a, const void *b)
{
	const struct orl_tracedat_format *const *x = a, *const *y = b;
	int d = strcmp((*x)->system, (*y)->system);

	/* in the order given within a system */
	return d ? d : (*x > *y) - (*x < *y);
}

static int add_events(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	const struct orl_tracedat_format **sorted = calloc(m->nr_events + 1ul, sizeof(*sorted));
	struct blob b = { 0 };
	uint32_t nr_systems = 0, i, j;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < m->nr_events; i++)
		sorted[i] = &m->events[i];
	qsort(sorted, m->nr_events, sizeof(*sorted), by_system);
	blob_add32(&b, 0);
	for (i = 0; i < m->nr_events; i = j, nr_systems++) {
		for (j = i; j < m->nr_events; j++)
			if (strcmp(sorted[i]->system, sorted[j]->system))
				break;
		blob_add_string(&b, sorted[i]->system);
		blob_add32(&b, j - i);
		for (uint32_t k = i; k < j; k++)
			add_sized(&b, sorted[k]->text, sorted[k]->len);
	}
	if (!b.oom)
		memcpy(b.buf, &nr_systems, sizeof(nr_systems));
	free(sorted);
	return orl_front_add_section(f, ORL_DAT_EVENT_FORMATS, "events format", &b);
}

/* A section that is one text with its length in front. */
static int add_text(struct orl_front *f, uint16_t id, const char *what, const char *text)
{
	struct blob b = { 0 };
	size_t len = text ? strlen(text) : 0;

	if (id == ORL_DAT_CMDLINES)
		blob_add64(&b, len);
	else
		blob_add32(&b, (uint32_t)len);
	blob_add(&b, text, len);
	return orl_front_add_section(f, id, what, &b);
}

static int add_kallsyms(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	const char *part[] = { m->kallsyms, ORL_FTRACE_KALLSYMS, m->kallsyms_above };
	struct blob b = { 0 };
	uint32_t len = 0;

	for (size_t i = 0; i < 3; i++)
		len += part[i] ? (uint32_t)strlen(part[i]) : 0;
	blob_add32(&b, len);
	for (size_t i = 0; i < 3; i++)
		blob_add(&b, part[i], part[i] ? strlen(part[i]) : 0);
	return orl_front_add_section(f, ORL_DAT_KALLSYMS, "kallsyms", &b);
}

int orl_front_add_meta(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	int rc = add_header_info(f);

	rc = rc ? rc : add_ftrace(f, m);
	rc = rc ? rc : add_events(f, m);
	rc = rc ? rc : add_kallsyms(f, m);
	rc = rc ? rc : add_text(f, ORL_DAT_PRINTK, "printk", m->printk);
	return rc ? rc : add_text(f, ORL_DAT_CMDLINES, "command lines", m->cmdlines);
}

/* "local [mono] perf ...": the list of trace_clock with ours marked. */
static void add_clock(struct orl_front *f)
{
	static const char list[] = CLOCKS;
	size_t n = strlen(f->t->clock);
	struct blob b = { 0 };
	bool found = false;

	for (const char *p = list; *p;) {
		size_t len = strcspn(p, " ");
		bool ours = len == n && !memcmp(p, f->t->clock, n);

		found |= ours;
		blob_add(&b, ours ? "[" : "", ours);
		blob_add(&b, p, len);
		blob_add(&b, ours ? "]" : "", ours);
		p += len;
		blob_add(&b, *p ? " " : "", *p != '\0');
		p += *p == ' ';
	}
	if (!found) {
		blob_add(&b, " [", 2);
		blob_add(&b, f->t->clock, n);
		blob_add(&b, "]", 1);
	}
	blob_add(&b, "\n", 2);
	orl_front_add_option(f, ORL_DAT_TRACECLOCK, b.buf, b.len);
	f->file.oom |= b.oom;
	free(b.buf);
}

static void add_stats(struct orl_front *f, const struct orl_tracedat_meta *m)
{
	for (unsigned int i = 0; m->cpustat && i < f->t->nr_cpus; i++) {
		struct blob b = { 0 };
		char cpu[24];

		if (!m->cpustat[i])
			continue;
		blob_add(&b, cpu, (size_t)snprintf(cpu, sizeof(cpu), "CPU: %u\n", i));
		blob_add_string(&b, m->cpustat[i]);
		orl_front_add_option(f, ORL_DAT_CPUSTAT, b.buf, b.len);
		f->file.oom |= b.oom;
		free(b.buf);
	}
}

void orl_front_add_small_options(struct orl_front *f, const struct orl_tracedat_meta *m)
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
		orl_front_add_option(f, ORL_DAT_UNAME, name, (size_t)n + 1);
	}
	orl_front_add_option(f, ORL_DAT_VERSION, version, sizeof(version));
	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		id = (uint64_t)time(NULL);
	orl_front_add_option(f, ORL_DAT_TRACEID, &id, sizeof(id));
	add_stats(f, m);
	orl_front_add_option(f, ORL_DAT_CPUCOUNT, &nr_cpus, sizeof(nr_cpus));
}
