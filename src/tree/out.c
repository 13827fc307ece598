// SPDX-License-Identifier: MIT
/*
 * Records of an instance, one after the other, as lines.
 *
 * The registry is append-only and an id is never reused, so a format once read stays right. Names
 * of threads may change: they are asked for again after a second.
 */
#include "tree/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "reader/tasks.h"
#include "symbols/symbols.h"

#define RENAME_NS 1000000000ULL
#define LINE_LONG 128			/* bytes that few lines have more of: to begin with */

uint32_t orl_out_cpu(const struct orl_file *f)
{
	return f->where.folder == ORL_DIR_CPU ? f->where.cpu : ORL_ALL_CPUS;
}

/* Threads */

static int32_t process_of(struct orl_out *o, int32_t tid)
{
	uint32_t slot = (uint32_t)tid & (ORL_OUT_TIDS - 1);
	int32_t pid;

	if (o->thread[slot].tid == tid && o->thread[slot].pid >= 0)
		return o->thread[slot].pid;
	pid = orl_tasks_process(o->s, tid);
	if (o->thread[slot].tid == tid)
		o->thread[slot].pid = pid;
	return pid;
}

static int32_t style_tgid(void *arg, int32_t tid)
{
	return process_of(arg, tid);
}

static void see_thread(struct orl_out *o, int32_t tid)
{
	uint32_t slot = (uint32_t)tid & (ORL_OUT_TIDS - 1);
	char comm[ORL_COMM_LEN + 2];

	if (o->thread[slot].tid == tid)
		return;
	o->thread[slot].tid = tid;
	o->thread[slot].pid = -1;
	if (orl_tasks_find(o->s, tid, comm))
		orl_comms_set(o->comms, tid, comm, strlen(comm));
}

/* Functions */

static void style_symbol(void *arg, int32_t tid, uint64_t addr, bool with_size,
			 struct orl_text *out)
{
	struct orl_out *o = arg;
	int32_t pid = process_of(o, tid);

	orl_symbols_print(&o->symbols, o->s->domain.dir, pid ? pid : tid, addr, with_size, out);
}

/* Formats */

static void add_format(struct orl_out *o, const char *system, const char *text, size_t len)
{
	struct orl_format *f;

	/* a format that cannot be read leaves its records as unknown ones */
	if (!orl_format_parse(&f, system, text, len))
		orl_formats_add(o->formats, f);
}

static void see_id(struct orl_out *o, uint16_t id)
{
	const struct orl_event *e = NULL;

	if (o->id_known[id / 8] >> (id % 8) & 1)
		return;
	o->id_known[id / 8] |= (uint8_t)(1U << (id % 8));
	for (const struct orl_ftrace_event *i = orl_ftrace_events; i->name; i++)
		if (i->id == id)
			add_format(o, "ftrace", i->format, strlen(i->format));
	if (id < ORL_EVENT_ID_FIRST)
		return;
	pthread_mutex_lock(&o->tree->lock);
	if (!orl_tree_events_locked(o->tree))
		e = orl_events_find(&o->tree->events, id);
	if (e)
		add_format(o, e->system, e->format, e->format_len);
	pthread_mutex_unlock(&o->tree->lock);
}

/* Records */

int orl_out_create(struct orl_out **out, struct orl_file *f, struct orl_session *s)
{
	struct orl_out *o = calloc(1, sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->tree = f->tree;
	o->s = s;
	o->cpu = orl_out_cpu(f);
	o->line_len = LINE_LONG;
	o->style.arg = o;
	o->style.tgid = style_tgid;
	o->style.symbol = style_symbol;
	if (orl_formats_create(&o->formats) || orl_comms_create(&o->comms) ||
	    orl_print_texts_live(&o->prints, &s->domain)) {
		orl_out_destroy(o);
		return -ENOMEM;
	}
	orl_formats_set_prints(o->formats, o->prints);
	*out = o;
	return 0;
}

void orl_out_destroy(struct orl_out *o)
{
	if (!o)
		return;
	orl_merge_close(o->merge);
	orl_formats_destroy(o->formats);
	orl_comms_destroy(o->comms);
	orl_print_texts_destroy(o->prints);
	orl_symbols_destroy(o->symbols);
	free(o->held_data);
	free(o);
}

static uint64_t options_of(const struct orl_out *o)
{
	return __atomic_load_n(&o->s->set->options, __ATOMIC_RELAXED);
}

/* Options and clock may be changed while a pipe is read. */
static void renew(struct orl_out *o)
{
	enum orl_trace_clock clock = orl_session_clock(o->s);

	o->style.options = options_of(o);
	o->style.is_counter = !orl_clock_in_ns(clock);
	orl_session_clock_conv(o->s, clock, &o->clock);
	memset(o->thread, 0, sizeof(o->thread));
	o->named_ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
}

int orl_out_begin(struct orl_out *o, enum orl_merge_mode mode)
{
	struct orl_ring_stats st;
	int rc;

	orl_merge_close(o->merge);
	o->merge = NULL;
	o->is_held = false;
	o->style.nr = 0;
	renew(o);
	memset(o->cpu_started, 0, sizeof(o->cpu_started));
	o->annotate = mode == ORL_MERGE_SNAPSHOT && (o->style.options & ORL_OPT_ANNOTATE) &&
		      !orl_out_stats(o->s, o->cpu, &st) && st.overrun;
	rc = o->cpu == ORL_ALL_CPUS ? orl_merge_open(&o->merge, o->s, mode) :
				      orl_merge_open_cpu(&o->merge, o->s, mode, o->cpu);
	if (!rc)
		orl_merge_set_clock(o->merge, orl_clock_conv, &o->clock);
	return rc;
}

int orl_out_stats(const struct orl_session *s, uint32_t cpu, struct orl_ring_stats *out)
{
	struct orl_ring_stats st;

	if (cpu != ORL_ALL_CPUS)
		return orl_cpu_stats(s, cpu, out);
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < s->nr_rings; i++) {
		if (orl_ring_stats(s, i, &st))
			continue;
		out->written += st.written;
		out->entries += st.entries;
		out->overrun += st.overrun;
		out->read += st.read;
		out->dropped += st.dropped;
		out->bytes += st.bytes;
	}
	return 0;
}

bool orl_out_title(struct orl_out *o, struct orl_text *text)
{
	struct orl_line_title title = {.nr_cpus = 1};
	struct orl_ring_stats st;
	struct utsname name;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (cpus > 0)
		title.nr_cpus = (unsigned int)cpus;
	if (!uname(&name))
		title.release = name.release;
	if (!orl_out_stats(o->s, o->cpu, &st)) {
		title.entries = st.entries;
		title.written = st.entries + st.overrun;
	}
	orl_line_title(text, &o->style, &title);
	return title.entries != 0;
}

static int next(struct orl_out *o, struct orl_record *rec)
{
	int rc = orl_merge_next(o->merge, rec);
	uint16_t id;
	int32_t tid;

	if (rc <= 0)
		return rc;
	if (rec->cpu >= (int)o->s->nr_cpus && o->s->nr_cpus)
		rec->cpu = (rec->cpu - (int)o->s->nr_cpus) % (int)o->s->nr_cpus;
	if (rec->len < 8)
		return 1;
	memcpy(&id, rec->data, sizeof(id));
	memcpy(&tid, rec->data + 4, sizeof(tid));
	see_id(o, id);
	see_thread(o, tid);
	return 1;
}

static void put_started(struct orl_out *o, struct orl_text *text, int cpu)
{
	if (cpu < 0 || cpu >= (int)ORL_OUT_CPUS || o->cpu_started[cpu / 8] >> (cpu % 8) & 1)
		return;
	o->cpu_started[cpu / 8] |= (uint8_t)(1U << (cpu % 8));
	/* of the buffer that the text begins with nothing is said */
	if (o->style.nr <= 1)
		return;
	orl_text_puts(text, "##### CPU ");
	orl_text_u64(text, (uint64_t)cpu);
	orl_text_puts(text, " buffer started ####\n");
}

static void put(struct orl_out *o, struct orl_text *text, const struct orl_record *rec)
{
	if (o->annotate)
		put_started(o, text, rec->cpu);
	orl_line_styled(text, &o->style, o->formats, o->comms, rec);
	o->style.nr++;
}

static int hold(struct orl_out *o, const struct orl_record *rec)
{
	if (o->held_room < rec->len) {
		uint8_t *data = realloc(o->held_data, rec->len);

		if (!data)
			return -ENOMEM;
		o->held_data = data;
		o->held_room = rec->len;
	}
	if (rec->len)
		memcpy(o->held_data, rec->data, rec->len);
	o->held = *rec;
	o->held.data = o->held_data;
	o->is_held = true;
	return 0;
}

/* One record behind: its line says how long it was to the next. */
static int put_held(struct orl_out *o, struct orl_text *text)
{
	struct orl_record rec = {.ts = o->held.ts};
	int rc = next(o, &rec);

	if (rc < 0 || (!rc && !o->is_held))
		return rc;
	if (o->is_held) {
		o->style.next_ts = rec.ts;
		put(o, text, &o->held);
		o->is_held = false;
	}
	if (rc)
		rc = hold(o, &rec);
	return rc < 0 ? rc : o->is_held;
}

int orl_out_some(struct orl_out *o, struct orl_text *text, size_t size)
{
	uint64_t now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	struct orl_record rec;
	int rc = 1;

	if (now - o->named_ns >= RENAME_NS || o->style.options != options_of(o))
		renew(o);
	if (o->is_held && !(o->style.options & ORL_OPT_LATENCY_FORMAT)) {
		put(o, text, &o->held);
		o->is_held = false;
	}
	while (text->len < size && rc > 0) {
		size_t before = text->len;

		orl_merge_set_most(o->merge, (uint32_t)((size - before) / o->line_len) + 1);
		if (o->style.options & ORL_OPT_LATENCY_FORMAT) {
			rc = put_held(o, text);
			continue;
		}
		rc = next(o, &rec);
		if (rc <= 0)
			break;
		put(o, text, &rec);
		/* a mean, rather too long: what is taken too much may be lost */
		o->line_len = (uint32_t)(7 * (size_t)o->line_len + (text->len - before)) / 8 + 1;
	}
	return text->failed ? -ENOMEM : rc;
}
