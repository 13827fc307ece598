// SPDX-License-Identifier: MIT
/*
 * Lines of text. The prefix of a line is most of its length and half of its cost, so it is put
 * together by hand in one reserved piece of the buffer.
 */
#include "decode/line.h"

#include "decode/program.h"

#define COMMON_LEN 8u /* u16 type, u8 flags, u8 preempt count, s32 pid */

/* What the common fields say, and whose they are. */
struct head {
	const struct orl_format *format;	/* NULL: no such event */
	unsigned int type;
	uint8_t flags, preempt;
	int32_t pid;
	const char *comm;
};

static bool read_head(struct head *h, const struct orl_formats *formats,
		      const struct orl_comms *comms, const struct orl_record *rec)
{
	memset(h, 0, sizeof(*h));
	if (rec->len < COMMON_LEN)
		return false;
	h->type = (unsigned int)orl_load(rec->data, 2);
	h->flags = rec->data[2];
	h->preempt = rec->data[3];
	h->pid = (int32_t)orl_load(rec->data + 4, 4);
	h->format = orl_formats_find(formats, h->type);
	h->comm = orl_comms_get(comms, h->pid);
	return true;
}

/* "            comm-pid  [cpu]", the pid padded to @pid_width; the time follows with its blank. */
static void put_task(struct orl_text *out, const struct head *h, int cpu, size_t pid_width)
{
	size_t len = strlen(h->comm), at;

	if (len < 16)
		orl_text_pad(out, ' ', 16 - len);
	orl_text_escape(out, h->comm, len);
	orl_text_putc(out, '-');
	at = out->len;
	orl_text_s64(out, h->pid);
	if (out->len - at < pid_width)
		orl_text_pad(out, ' ', pid_width - (out->len - at));
	orl_text_write(out, " [", 2);
	if (cpu >= 0 && cpu < 100)
		orl_text_write(out, "00", cpu < 10 ? 2 : 1);
	orl_text_s64(out, cpu);
	orl_text_putc(out, ']');
}

/* " seconds.micros: ", rounded to the nearest microsecond, seconds at least 5 wide. */
static void put_time(struct orl_text *out, uint64_t ns)
{
	uint64_t us = ns / 1000 + (ns % 1000 >= 500), secs = us / 1000000;
	char tail[9] = {'.', 0, 0, 0, 0, 0, 0, ':', ' '};
	uint32_t rest = (uint32_t)(us % 1000000);
	unsigned int width = 1, i;
	uint64_t v;

	for (v = secs; v >= 10 && width < 5; v /= 10)
		width++;
	orl_text_write(out, "     ", 6 - width);
	orl_text_u64(out, secs);
	for (i = 6; i > 0; i--) {
		tail[i] = (char)('0' + rest % 10);
		rest /= 10;
	}
	orl_text_write(out, tail, sizeof(tail));
}

static void put_lost(struct orl_text *out, const struct orl_record *rec, const char *before,
		     const char *after)
{
	orl_text_puts(out, "CPU:");
	orl_text_s64(out, rec->cpu);
	orl_text_puts(out, " [");
	orl_text_puts(out, before);
	if (rec->missed != ORL_MISSED_UNKNOWN) {
		orl_text_u64(out, rec->missed);
		orl_text_putc(out, ' ');
	}
	orl_text_puts(out, after);
	orl_text_write(out, "]\n", 2);
}

static void put_broken(struct orl_text *out, const struct orl_record *rec)
{
	orl_text_puts(out, "CPU:");
	orl_text_s64(out, rec->cpu);
	put_time(out, rec->ts);
	orl_text_puts(out, "[RECORD OF ");
	orl_text_u64(out, rec->len);
	orl_text_puts(out, " BYTES]\n");
}

static void put_unknown(struct orl_text *out, const struct head *h)
{
	orl_text_puts(out, "[UNKNOWN EVENT ");
	orl_text_u64(out, h->type);
	orl_text_putc(out, ']');
}

void orl_line_trace_header(struct orl_text *out, uint64_t entries, uint64_t written,
			   unsigned int nr_cpus)
{
	orl_text_puts(out, "# tracer: nop\n#\n# entries-in-buffer/entries-written: ");
	orl_text_u64(out, entries);
	orl_text_putc(out, '/');
	orl_text_u64(out, written);
	orl_text_puts(out, "   #P:");
	orl_text_u64(out, nr_cpus);
	orl_text_puts(out,
		      "\n#\n"
		      "#                                _-----=> irqs-off/BH-disabled\n"
		      "#                               / _----=> need-resched\n"
		      "#                              | / _---=> hardirq/softirq\n"
		      "#                              || / _--=> preempt-depth\n"
		      "#                              ||| / _-=> migrate-disable\n"
		      "#                              |||| /     delay\n"
		      "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
		      "#              | |         |   |||||     |         |\n");
}

/*
 * The five characters between cpu and time. Bits of the flags: 1 irqs off, 2 lazy resched, 4 need
 * resched, 8 hard irq, 0x10 soft irq, 0x20 preempt resched, 0x40 NMI, 0x80 bottom halves off.
 */
static void put_flags(struct orl_text *out, uint8_t flags, uint8_t preempt)
{
	static const char irqs[] = ".dbD";
	static const char resched[] = ".lnbpLNB";	/* by lazy, need, preempt */
	static const char context[] = ".hsHzZzZ";	/* by hard, soft, NMI */
	static const char digits[] = ".123456789abcdef";
	char five[6] = " ";

	five[1] = irqs[(flags & 1) | (flags >> 6 & 2)];
	five[2] = resched[(flags >> 1 & 3) | (flags >> 3 & 4)];
	five[3] = context[(flags >> 3 & 3) | (flags >> 4 & 4)];
	five[4] = digits[preempt & 15];
	five[5] = digits[preempt >> 4];
	orl_text_write(out, five, sizeof(five));
}

/* A trace_marker write: the kernel shows the function that wrote it, not the event's name. */
static void put_marker(struct orl_text *out, const struct head *h, const struct orl_record *rec)
{
	const struct orl_field *buf = orl_format_find(h->format, "buf");
	const uint8_t *data = NULL;
	uint32_t len = 0;

	orl_text_puts(out, "tracing_mark_write: ");
	if (!buf || orl_field_data(buf, rec->data, rec->len, &data, &len))
		return;
	orl_text_escape(out, data, strnlen((const char *)data, len));
	orl_text_trim_newline(out, 0);
}

void orl_line_trace(struct orl_text *out, const struct orl_formats *formats,
		    const struct orl_comms *comms, const struct orl_record *rec)
{
	struct head h;

	if (rec->missed)
		put_lost(out, rec, "LOST ", "EVENTS");
	if (!read_head(&h, formats, comms, rec)) {
		put_broken(out, rec);
		return;
	}
	put_task(out, &h, rec->cpu, 7);
	put_flags(out, h.flags, h.preempt);
	put_time(out, rec->ts);
	if (!h.format) {
		put_unknown(out, &h);
	} else if (h.format->special == ORL_SPECIAL_MARKER) {
		put_marker(out, &h, rec);
	} else {
		orl_text_write(out, h.format->label, h.format->label_len);
		orl_text_putc(out, ' ');
		orl_format_print_mode(h.format, ORL_PRINT_KERNEL, rec->data, rec->len, out);
	}
	orl_text_putc(out, '\n');
}

void orl_line_report(struct orl_text *out, const struct orl_formats *formats,
		     const struct orl_comms *comms, const struct orl_record *rec)
{
	struct head h;
	size_t at;

	if (rec->missed)
		put_lost(out, rec, "", "EVENTS DROPPED");
	if (!read_head(&h, formats, comms, rec)) {
		put_broken(out, rec);
		return;
	}
	put_task(out, &h, rec->cpu, 5);
	put_time(out, rec->ts);
	if (!h.format) {
		put_unknown(out, &h);
	} else {
		at = out->len;
		orl_text_write(out, h.format->label, h.format->label_len);
		if (out->len - at < 21)
			orl_text_pad(out, ' ', 21 - (out->len - at));
		orl_text_putc(out, ' ');
		if (!orl_sched_print(h.format, rec->data, rec->len, out))
			orl_format_print(h.format, rec->data, rec->len, out);
	}
	orl_text_putc(out, '\n');
}

static void json_lost(struct orl_text *out, const struct orl_record *rec)
{
	if (!rec->missed)
		return;
	orl_text_puts(out, "\"lost\":");
	if (rec->missed == ORL_MISSED_UNKNOWN)
		orl_text_puts(out, "true");
	else
		orl_text_u64(out, rec->missed);
	orl_text_putc(out, ',');
}

void orl_line_json(struct orl_text *out, const struct orl_formats *formats,
		   const struct orl_comms *comms, const struct orl_record *rec)
{
	struct head h;

	orl_text_putc(out, '{');
	json_lost(out, rec);
	orl_text_puts(out, "\"ts\":");
	orl_text_u64(out, rec->ts);
	orl_text_puts(out, ",\"cpu\":");
	orl_text_s64(out, rec->cpu);
	if (read_head(&h, formats, comms, rec)) {
		orl_text_puts(out, ",\"pid\":");
		orl_text_s64(out, h.pid);
		orl_text_puts(out, ",\"comm\":");
		orl_text_json(out, h.comm, strlen(h.comm));
		orl_text_puts(out, ",\"event\":");
		if (h.format) {
			orl_text_write(out, h.format->json_name, h.format->json_name_len);
			orl_text_puts(out, ",\"fields\":{");
			orl_format_json(h.format, rec->data, rec->len, out);
			orl_text_putc(out, '}');
		} else {
			orl_text_puts(out, "null,\"id\":");
			orl_text_u64(out, h.type);
		}
	}
	orl_text_write(out, "}\n", 2);
}
