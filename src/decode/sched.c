// SPDX-License-Identifier: MIT
/*
 * The scheduler's events as trace-cmd shows them. It does not use their print fmt but plugins with
 * a text of their own, so a report that is to agree with it has to know these three events, by
 * their names and by the fields that the text needs; any other sched event prints as usual.
 */
#include "decode/program.h"

static bool number(const struct orl_format *f, const char *name, const void *rec, uint32_t len,
		   uint64_t *v)
{
	const struct orl_field *field = orl_format_find(f, name);

	if (!field || field->is_array)
		return false;
	*v = orl_field_number(field, rec, len);
	return true;
}

/* "comm:pid [prio]"; what is missing is left out together with the mark around it. */
static void put_task(const struct orl_format *f, const char *const names[3], const void *rec,
		     uint32_t len, struct orl_text *out)
{
	const struct orl_field *comm = orl_format_find(f, names[0]);
	const uint8_t *data;
	uint32_t size;
	uint64_t v;

	if (comm && !orl_field_data(comm, rec, len, &data, &size)) {
		orl_text_escape(out, data, strnlen((const char *)data, size));
		orl_text_putc(out, ':');
	}
	if (number(f, names[1], rec, len, &v))
		orl_text_s64(out, (int32_t)v);
	if (number(f, names[2], rec, len, &v)) {
		orl_text_write(out, " [", 2);
		orl_text_s64(out, (int32_t)v);
		orl_text_putc(out, ']');
	}
}

static void put_state(uint64_t state, struct orl_text *out)
{
	static const char letters[] = "SDTtZXxW";
	unsigned int i;
	bool any = false;

	for (i = 0; letters[i]; i++) {
		if (!(state >> i & 1))
			continue;
		if (any)
			orl_text_putc(out, '|');
		any = true;
		orl_text_putc(out, letters[i]);
	}
	if (!any)
		orl_text_putc(out, 'R');
}

static bool print_switch(const struct orl_format *f, const void *rec, uint32_t len,
			 struct orl_text *out)
{
	static const char *const prev[] = {"prev_comm", "prev_pid", "prev_prio"};
	static const char *const next[] = {"next_comm", "next_pid", "next_prio"};
	uint64_t v;

	if (!number(f, "next_pid", rec, len, &v))
		return false;
	put_task(f, prev, rec, len, out);
	orl_text_putc(out, ' ');
	if (number(f, "prev_state", rec, len, &v))
		put_state(v, out);
	orl_text_puts(out, " ==> ");
	put_task(f, next, rec, len, out);
	return true;
}

static bool print_wakeup(const struct orl_format *f, const void *rec, uint32_t len,
			 struct orl_text *out)
{
	static const char *const task[] = {"comm", "pid", "prio"};
	const struct orl_spec cpu = {.conv = 'd', .size = 4, .zero = true, .width = 3};
	uint64_t v;

	if (!number(f, "pid", rec, len, &v))
		return false;
	put_task(f, task, rec, len, out);
	if (number(f, "success", rec, len, &v) && !v)
		orl_text_puts(out, " success=0");
	if (number(f, "target_cpu", rec, len, &v)) {
		orl_text_puts(out, " CPU:");
		orl_conv_int(out, &cpu, v);
	}
	return true;
}

enum orl_special orl_special_find(const char *system, const char *name)
{
	if (!strcmp(system, "ftrace") && !strcmp(name, "print"))
		return ORL_SPECIAL_MARKER;
	if (!strcmp(system, "ftrace") && !strcmp(name, "raw_data"))
		return ORL_SPECIAL_RAW_DATA;
	if (!strcmp(system, "ftrace") && !strcmp(name, "kernel_stack"))
		return ORL_SPECIAL_STACK;
	if (!strcmp(system, "ftrace") && !strcmp(name, "bprint"))
		return ORL_SPECIAL_BPRINT;
	if (strcmp(system, "sched"))
		return ORL_SPECIAL_NONE;
	if (!strcmp(name, "sched_switch"))
		return ORL_SPECIAL_SWITCH;
	if (!strcmp(name, "sched_wakeup") || !strcmp(name, "sched_wakeup_new"))
		return ORL_SPECIAL_WAKEUP;
	return ORL_SPECIAL_NONE;
}

bool orl_sched_print(const struct orl_format *f, const void *rec, uint32_t len,
		     struct orl_text *out)
{
	if (f->special == ORL_SPECIAL_SWITCH)
		return print_switch(f, rec, len, out);
	if (f->special == ORL_SPECIAL_WAKEUP)
		return print_wakeup(f, rec, len, out);
	return false;
}
