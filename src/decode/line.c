// SPDX-License-Identifier: MIT
/*
 * Lines of text. The prefix of a line is most of its length and half of its cost, so it is put
 * together by hand in one reserved piece of the buffer.
 */
#include "decode/ftrace.h"
#include "decode/line-impl.h"

#define COMMON_LEN 8u /* u16 type, u8 flags, u8 preempt count, s32 pid */

bool orl_line_head(struct orl_line_head *h, const struct orl_formats *formats,
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

void orl_line_name(struct orl_text *out, const struct orl_line_head *h, size_t pid_width)
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
	orl_text_putc(out, ' ');
}

void orl_line_cpu(struct orl_text *out, int cpu)
{
	orl_text_putc(out, '[');
	if (cpu >= 0 && cpu < 100)
		orl_text_write(out, "00", cpu < 10 ? 2 : 1);
	orl_text_s64(out, cpu);
	orl_text_putc(out, ']');
}

void orl_line_time(struct orl_text *out, uint64_t ns)
{
	uint64_t us = ns / 1000 + (ns % 1000 >= 500), secs = us / 1000000;
	char tail[7] = {'.', 0, 0, 0, 0, 0, 0};
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

void orl_line_lost(struct orl_text *out, const struct orl_record *rec, const char *before,
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

void orl_line_broken(struct orl_text *out, const struct orl_record *rec)
{
	orl_text_puts(out, "CPU:");
	orl_text_s64(out, rec->cpu);
	orl_line_time(out, rec->ts);
	orl_text_puts(out, ": [RECORD OF ");
	orl_text_u64(out, rec->len);
	orl_text_puts(out, " BYTES]\n");
}

void orl_line_unknown(struct orl_text *out, const struct orl_line_head *h)
{
	orl_text_puts(out, "[UNKNOWN EVENT ");
	orl_text_u64(out, h->type);
	orl_text_putc(out, ']');
}

void orl_line_text(struct orl_text *out, const struct orl_format *f, const char *field,
		   const struct orl_record *rec)
{
	const struct orl_field *buf = orl_format_find(f, field);
	const uint8_t *data = NULL;
	uint32_t len = 0;

	if (!buf || orl_field_data(buf, rec->data, rec->len, &data, &len))
		return;
	orl_text_escape(out, data, strnlen((const char *)data, len));
	orl_text_trim_newline(out, 0);
}

/* As trace-cmd does it: the function without an offset, or the address alone. */
static void put_report_stack(struct orl_text *out, const struct orl_kallsyms *functions,
			     const struct orl_record *rec)
{
	struct orl_function f;
	const uint8_t *caller;
	uint32_t nr = orl_stack_addresses(rec->data, rec->len, &caller);

	orl_text_puts(out, "<stack trace >");
	for (uint32_t i = 0; i < nr; i++) {
		uint64_t addr = orl_load(caller + i * 8, 8);
		bool is_known = functions && orl_kallsyms_find(functions, addr, &f);

		orl_text_puts(out, "\n=> ");
		if (is_known) {
			orl_text_escape(out, f.name, f.len);
			orl_text_puts(out, " (");
		}
		orl_text_hex(out, addr);
		if (is_known)
			orl_text_putc(out, ')');
	}
}

void orl_line_report(struct orl_text *out, const struct orl_formats *formats,
		     const struct orl_comms *comms, const struct orl_record *rec)
{
	struct orl_line_head h;
	size_t at;

	if (rec->missed)
		orl_line_lost(out, rec, "", "EVENTS DROPPED");
	if (!orl_line_head(&h, formats, comms, rec)) {
		orl_line_broken(out, rec);
		return;
	}
	orl_line_name(out, &h, 5);
	orl_line_cpu(out, rec->cpu);
	orl_line_time(out, rec->ts);
	orl_text_write(out, ": ", 2);
	if (!h.format) {
		orl_line_unknown(out, &h);
	} else {
		at = out->len;
		orl_text_write(out, h.format->label, h.format->label_len);
		if (out->len - at < 21)
			orl_text_pad(out, ' ', 21 - (out->len - at));
		orl_text_putc(out, ' ');
		if (h.format->special == ORL_SPECIAL_STACK)
			put_report_stack(out, orl_formats_functions(formats), rec);
		else if (h.format->special == ORL_SPECIAL_BPRINT)
			orl_line_bprint_report(out, formats, rec);
		else if (!orl_sched_print(h.format, rec->data, rec->len, out))
			orl_format_print_named(h.format, orl_formats_functions(formats),
					       orl_formats_prints(formats), rec->data, rec->len,
					       out);
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
	struct orl_line_head h;

	orl_text_putc(out, '{');
	json_lost(out, rec);
	orl_text_puts(out, "\"ts\":");
	orl_text_u64(out, rec->ts);
	orl_text_puts(out, ",\"cpu\":");
	orl_text_s64(out, rec->cpu);
	if (orl_line_head(&h, formats, comms, rec)) {
		orl_text_puts(out, ",\"pid\":");
		orl_text_s64(out, h.pid);
		orl_text_puts(out, ",\"comm\":");
		orl_text_json(out, h.comm, strlen(h.comm));
		orl_text_puts(out, ",\"event\":");
		if (h.format) {
			orl_text_write(out, h.format->json_name, h.format->json_name_len);
			orl_text_puts(out, ",\"fields\":{");
			if (h.format->special == ORL_SPECIAL_BPRINT)
				orl_line_bprint_json(out, formats, rec);
			else
				orl_format_json(h.format, rec->data, rec->len, out);
			orl_text_putc(out, '}');
		} else {
			orl_text_puts(out, "null,\"id\":");
			orl_text_u64(out, h.type);
		}
	}
	orl_text_write(out, "}\n", 2);
}
