// SPDX-License-Identifier: MIT
/*
 * Lines of the trace file, in the forms that the options of an instance choose. Where a record's
 * text would break the rule of one line for one record (an embedded newline) it is escaped, which
 * the kernel does not do.
 */
#include "decode/ftrace.h"
#include "decode/line-impl.h"

#define FORMS (ORL_OPT_RAW | ORL_OPT_HEX | ORL_OPT_BIN)

static const struct orl_line_style plain = {
	.options = ORL_OPT_DEFAULT,
};

/* Titles */

static void title_counts(struct orl_text *out, const struct orl_line_title *t)
{
	orl_text_puts(out, "# entries-in-buffer/entries-written: ");
	orl_text_u64(out, t->entries);
	orl_text_putc(out, '/');
	orl_text_u64(out, t->written);
	orl_text_puts(out, "   #P:");
	orl_text_u64(out, t->nr_cpus);
	orl_text_puts(out, "\n#\n");
}

static void title_columns(struct orl_text *out, uint64_t options)
{
	static const char *const flags[] = {
		"  _-----=> irqs-off/BH-disabled\n", " / _----=> need-resched\n",
		"| / _---=> hardirq/softirq\n", "|| / _--=> preempt-depth\n",
		"||| / _-=> migrate-disable\n", "|||| /     delay\n",
	};
	bool tgid = options & ORL_OPT_RECORD_TGID, irq = options & ORL_OPT_IRQ_INFO;

	for (size_t i = 0; irq && i < sizeof(flags) / sizeof(flags[0]); i++) {
		orl_text_putc(out, '#');
		orl_text_pad(out, ' ', 30 + (tgid ? 10 : 0));
		orl_text_puts(out, flags[i]);
	}
	orl_text_puts(out, "#           TASK-PID  ");
	orl_text_puts(out, tgid ? "     TGID    CPU#  " : "   CPU#  ");
	orl_text_puts(out, irq ? "|||||  TIMESTAMP  FUNCTION\n" : "   TIMESTAMP  FUNCTION\n");
	orl_text_puts(out, "#              | |    ");
	orl_text_puts(out, tgid ? "       |       |   " : "     |   ");
	orl_text_puts(out, irq ? "|||||     |         |\n" : "      |         |\n");
}

static void title_latency(struct orl_text *out, uint64_t options, const struct orl_line_title *t)
{
	if (!t->entries)
		return;
	orl_text_puts(out, "# nop latency trace v1.1.5 on ");
	orl_text_puts(out, t->release ? t->release : "");
	orl_text_puts(out, "\n# ");
	orl_text_pad(out, '-', 68);
	orl_text_puts(out, "\n# latency: 0 us, #");
	orl_text_u64(out, t->entries);
	orl_text_putc(out, '/');
	orl_text_u64(out, t->written);
	orl_text_puts(out, ", CPU#0 | (M:PREEMPT VP:0, KP:0, SP:0 HP:0 #P:");
	orl_text_u64(out, t->nr_cpus);
	orl_text_puts(out, ")\n#    -----------------\n"
			   "#    | task: -0 (uid:0 nice:0 policy:0 rt_prio:0)\n"
			   "#    -----------------\n#\n");
	if (options & ORL_OPT_VERBOSE)
		return;
	orl_text_puts(out, "#                    _------=> CPU#            \n"
			   "#                   / _-----=> irqs-off/BH-disabled\n"
			   "#                  | / _----=> need-resched    \n"
			   "#                  || / _---=> hardirq/softirq \n"
			   "#                  ||| / _--=> preempt-depth   \n"
			   "#                  |||| / _-=> migrate-disable \n"
			   "#                  ||||| /     delay           \n"
			   "#  cmd     pid     |||||| time  |   caller     \n"
			   "#     \\   /        ||||||  \\    |    /       \n");
}

void orl_line_title(struct orl_text *out, const struct orl_line_style *style,
		    const struct orl_line_title *t)
{
	orl_text_puts(out, "# tracer: nop\n#\n");
	if (!t || !(style->options & ORL_OPT_CONTEXT_INFO))
		return;
	if (style->options & ORL_OPT_LATENCY_FORMAT) {
		title_latency(out, style->options, t);
	} else if (!(style->options & ORL_OPT_VERBOSE)) {
		title_counts(out, t);
		title_columns(out, style->options);
	}
}

void orl_line_trace_header(struct orl_text *out, uint64_t entries, uint64_t written,
			   unsigned int nr_cpus)
{
	const struct orl_line_title t = {.entries = entries, .written = written,
					 .nr_cpus = nr_cpus};

	orl_line_title(out, &plain, &t);
}

/* Contexts */

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
	char five[5];

	five[0] = irqs[(flags & 1) | (flags >> 6 & 2)];
	five[1] = resched[(flags >> 1 & 3) | (flags >> 3 & 4)];
	five[2] = context[(flags >> 3 & 3) | (flags >> 4 & 4)];
	five[3] = digits[preempt & 15];
	five[4] = digits[preempt >> 4];
	orl_text_write(out, five, sizeof(five));
}

static void put_padded(struct orl_text *out, int64_t v, size_t width)
{
	size_t from = out->len, len;

	orl_text_s64(out, v);
	len = out->len - from;
	if (len >= width || out->failed)
		return;
	orl_text_pad(out, ' ', width - len);
	if (out->failed)
		return;
	memmove(out->buf + from + width - len, out->buf + from, len);
	memset(out->buf + from, ' ', width - len);
}

static void put_context(struct orl_text *out, const struct orl_line_style *style,
			const struct orl_line_head *h, const struct orl_record *rec)
{
	int32_t tgid;

	orl_line_name(out, h, 7);
	if (style->options & ORL_OPT_RECORD_TGID) {
		tgid = style->tgid ? style->tgid(style->arg, h->pid) : 0;
		orl_text_putc(out, '(');
		if (tgid)
			put_padded(out, tgid, 7);
		else
			orl_text_write(out, "-------", 7);
		orl_text_write(out, ") ", 2);
	}
	orl_line_cpu(out, rec->cpu);
	orl_text_putc(out, ' ');
	if (style->options & ORL_OPT_IRQ_INFO)
		put_flags(out, h->flags, h->preempt);
	if (style->is_counter) {
		orl_text_putc(out, ' ');
		put_padded(out, (int64_t)rec->ts, 12);
	} else {
		orl_line_time(out, rec->ts);
	}
	orl_text_write(out, ": ", 2);
}

static uint64_t to_us(uint64_t ns)
{
	return ns / 1000 + (ns % 1000 >= 500);
}

/* What the gap behind an event is marked with. */
static char gap_mark(uint64_t us)
{
	static const struct {
		uint64_t us;
		char mark;
	} marks[] = {
		{1000000, '$'}, {100000, '@'}, {10000, '*'}, {1000, '#'}, {100, '!'}, {10, '+'},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (us > marks[i].us)
			return marks[i].mark;
	return ' ';
}

static void put_latency_time(struct orl_text *out, const struct orl_line_style *style, uint64_t ts)
{
	uint64_t us = to_us(ts), next = style->next_ts > ts ? style->next_ts : ts;
	uint64_t gap = to_us(next - ts);

	if (style->options & ORL_OPT_VERBOSE) {
		if (style->is_counter)
			orl_text_printf(out, "[%016llx] %lld (+%lld): ", (unsigned long long)ts,
					(long long)ts, (long long)(next - ts));
		else
			orl_text_printf(out, "[%08llx] %llu.%03llums (+%llu.%03llums): ",
					(unsigned long long)us, (unsigned long long)us / 1000,
					(unsigned long long)us % 1000,
					(unsigned long long)gap / 1000,
					(unsigned long long)gap % 1000);
	} else if (style->is_counter) {
		orl_text_printf(out, " %4lld: ", (long long)ts);
	} else {
		orl_text_printf(out, " %4lluus%c: ", (unsigned long long)us, gap_mark(gap));
	}
}

static void put_latency(struct orl_text *out, const struct orl_line_style *style,
			const struct orl_line_head *h, const struct orl_record *rec)
{
	struct orl_text comm = ORL_TEXT_INIT;

	orl_text_escape(&comm, h->comm, strlen(h->comm));
	if (style->options & ORL_OPT_VERBOSE) {
		orl_text_printf(out, "%16s %7d %3d %d %08x %08llx ", orl_text_str(&comm), h->pid,
				rec->cpu, h->flags, h->preempt & 15U,
				(unsigned long long)style->nr);
	} else {
		orl_text_printf(out, "%8.8s-%-7d %3d", orl_text_str(&comm), h->pid, rec->cpu);
		put_flags(out, h->flags, h->preempt);
	}
	orl_text_fini(&comm);
	put_latency_time(out, style, rec->ts);
}

/* Texts */

static void put_raw_data(struct orl_text *out, const struct orl_record *rec)
{
	if (rec->len < 12)
		return;
	orl_text_write(out, "# ", 2);
	orl_text_hex(out, orl_load(rec->data + 8, 4));
	orl_text_puts(out, " buf:");
	if (rec->len > 12) {
		orl_text_putc(out, ' ');
		orl_conv_hex(out, rec->data + 12, rec->len - 12, ' ');
	}
}

/*
 * The functions that the library's headers put into the program stand on top of each stack; the
 * kernel leaves its own out as well.
 */
static bool is_of_event(const char *name, size_t len)
{
	static const char *const begin[] = { "trace_event_raw_event_", "oriel_large_",
					     "oriel_probes_", "__traceiter_" };

	for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++) {
		size_t n = strlen(begin[i]);

		if (len > n && !memcmp(name, begin[i], n))
			return true;
	}
	return false;
}

static void put_stack(struct orl_text *out, const struct orl_line_style *style,
		      const struct orl_line_head *h, const struct orl_record *rec)
{
	const uint8_t *caller;
	uint32_t nr = orl_stack_addresses(rec->data, rec->len, &caller);
	bool is_top = true;

	orl_text_puts(out, "<stack trace>");
	for (uint32_t i = 0; i < nr; i++) {
		uint64_t addr = orl_load(caller + i * 8, 8);
		size_t line = out->len, name;

		orl_text_puts(out, "\n => ");
		name = out->len;
		if (style->symbol) {
			style->symbol(style->arg, h->pid, addr,
				      style->options & ORL_OPT_SYM_OFFSET, out);
		} else {
			orl_text_write(out, "0x", 2);
			orl_text_hex(out, addr);
		}
		is_top = is_top && i + 1 < nr && is_of_event(out->buf + name, out->len - name);
		if (is_top)
			out->len = line;
		else if (style->options & ORL_OPT_SYM_ADDR)
			orl_text_printf(out, " <%016llx>", (unsigned long long)addr);
	}
}

static void put_text(struct orl_text *out, const struct orl_line_style *style,
		     const struct orl_formats *formats, const struct orl_line_head *h,
		     const struct orl_record *rec)
{
	if (!h->format) {
		orl_line_unknown(out, h);
	} else if (style->options & ORL_OPT_FIELDS) {
		orl_text_write(out, h->format->label, h->format->label_len);
		orl_dump_fields_kernel(h->format, rec->data, rec->len, out);
	} else if (h->format->special == ORL_SPECIAL_MARKER) {
		/* the kernel shows the function that wrote it, not the event's name */
		orl_text_puts(out, "tracing_mark_write: ");
		orl_line_text(out, h->format, "buf", rec);
	} else if (h->format->special == ORL_SPECIAL_RAW_DATA) {
		put_raw_data(out, rec);
	} else if (h->format->special == ORL_SPECIAL_STACK) {
		put_stack(out, style, h, rec);
	} else if (h->format->special == ORL_SPECIAL_BPRINT) {
		orl_line_bprint(out, style, formats, rec, false);
	} else {
		orl_text_write(out, h->format->label, h->format->label_len);
		orl_text_putc(out, ' ');
		orl_format_print_mode(h->format, ORL_PRINT_KERNEL, rec->data, rec->len, out);
	}
}

/* The forms raw, hex and bin know only ids. */
static void put_numbers(struct orl_text *out, const struct orl_line_style *style,
			const struct orl_formats *formats, const struct orl_line_head *h,
			const struct orl_record *rec)
{
	bool context = style->options & ORL_OPT_CONTEXT_INFO;

	if (style->options & ORL_OPT_BIN) {
		if (context) {
			orl_text_write(out, &h->pid, 4);
			orl_text_write(out, &rec->cpu, 4);
			orl_text_write(out, &rec->ts, 8);
		}
	} else if (style->options & ORL_OPT_HEX) {
		if (context)
			orl_text_printf(out, "%08x %08x %016llx ", (unsigned int)h->pid,
					(unsigned int)rec->cpu, (unsigned long long)rec->ts);
	} else {
		if (context)
			orl_text_printf(out, "%d %d %llu ", h->pid, rec->cpu,
					(unsigned long long)rec->ts);
		if (h->format && h->format->special == ORL_SPECIAL_MARKER && rec->len >= 16) {
			orl_text_printf(out, "# %llx ",
					(unsigned long long)orl_load(rec->data + 8, 8));
			orl_line_text(out, h->format, "buf", rec);
			return;
		}
		if (h->format && h->format->special == ORL_SPECIAL_RAW_DATA) {
			put_raw_data(out, rec);
			return;
		}
		if (h->format && h->format->special == ORL_SPECIAL_BPRINT && rec->len >= 16) {
			orl_text_printf(out, ": %llx : ",
					(unsigned long long)orl_load(rec->data + 8, 8));
			orl_line_bprint(out, style, formats, rec, true);
			return;
		}
	}
	orl_text_puts(out, "type: ");
	orl_text_u64(out, h->type);
	if ((style->options & (ORL_OPT_BIN | ORL_OPT_HEX)) == ORL_OPT_HEX)
		orl_text_putc(out, '\n');
}

void orl_line_styled(struct orl_text *out, const struct orl_line_style *style,
		     const struct orl_formats *formats, const struct orl_comms *comms,
		     const struct orl_record *rec)
{
	uint64_t options = style->options;
	struct orl_line_head h;

	if (rec->missed)
		orl_line_lost(out, rec, "LOST ", "EVENTS");
	if (!orl_line_head(&h, formats, comms, rec)) {
		orl_line_broken(out, rec);
		return;
	}
	if ((options & ORL_OPT_PRINTK_MSGONLY) && h.format &&
	    h.format->special == ORL_SPECIAL_MARKER) {
		orl_line_text(out, h.format, "buf", rec);
	} else if ((options & ORL_OPT_PRINTK_MSGONLY) && h.format &&
		   h.format->special == ORL_SPECIAL_BPRINT) {
		orl_line_bprint(out, style, formats, rec, true);
	} else if (options & FORMS) {
		put_numbers(out, style, formats, &h, rec);
	} else {
		if ((options & (ORL_OPT_CONTEXT_INFO | ORL_OPT_LATENCY_FORMAT)) ==
		    ORL_OPT_CONTEXT_INFO)
			put_context(out, style, &h, rec);
		else if (options & ORL_OPT_CONTEXT_INFO)
			put_latency(out, style, &h, rec);
		put_text(out, style, formats, &h, rec);
	}
	orl_text_putc(out, '\n');
}

void orl_line_trace(struct orl_text *out, const struct orl_formats *formats,
		    const struct orl_comms *comms, const struct orl_record *rec)
{
	orl_line_styled(out, &plain, formats, comms, rec);
}
