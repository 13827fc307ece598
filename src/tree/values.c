// SPDX-License-Identifier: MIT
/*
 * Files of an instance that hold one value.
 */
#include <errno.h>
#include <string.h>

#include "reader/clocks.h"
#include "reader/control.h"
#include "tree/kinds.h"

static int show_tracing_on(struct orl_file *f, struct orl_text *out)
{
	uint32_t on = __atomic_load_n(&f->session->set->tracing_on, __ATOMIC_RELAXED);

	orl_text_puts(out, on ? "1\n" : "0\n");
	return 0;
}

static int store_tracing_on(struct orl_file *f, char *buf, size_t len)
{
	uint64_t v;
	int rc = orl_store_number(buf, len, &v);

	if (rc)
		return rc;
	rc = orl_control_set_tracing(f->session, v != 0);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

static int show_clock(struct orl_file *f, struct orl_text *out)
{
	uint32_t now = orl_session_clock(f->session);

	for (uint32_t i = 0; i < ORL_NR_TRACE_CLOCKS; i++) {
		const char *name = orl_clock_name(f->session, i);

		if (name)
			orl_text_printf(out, i == now ? "%s[%s]" : "%s%s", out->len ? " " : "",
					name);
	}
	orl_text_putc(out, '\n');
	return 0;
}

static int store_clock(struct orl_file *f, char *buf, size_t len)
{
	int rc = orl_session_set_clock(f->session, orl_store_trim(buf, &len));

	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

static int show_timestamp_mode(struct orl_file *f, struct orl_text *out)
{
	orl_text_puts(out, "[delta] absolute\n");
	return 0;
}

static int show_tracer(struct orl_file *f, struct orl_text *out)
{
	orl_text_puts(out, "nop\n");
	return 0;
}

static int store_tracer(struct orl_file *f, char *buf, size_t len)
{
	const char *name = orl_store_trim(buf, &len);

	return strcmp(name, "nop") ?
		       orl_file_fail(f, -EINVAL, "there is no tracer '%s', only nop", name) : 0;
}

static int show_percent(struct orl_file *f, struct orl_text *out)
{
	orl_text_printf(out, "%u\n", f->session->set->buffer_percent);
	return 0;
}

static int store_percent(struct orl_file *f, char *buf, size_t len)
{
	uint64_t v;
	int fd, rc = orl_store_number(buf, len, &v);

	if (rc)
		return rc;
	if (v > 100)
		return orl_file_fail(f, -EINVAL, "a percentage is 0 to 100");
	fd = orl_set_lock(f->session);
	if (fd < 0)
		return orl_file_fail_session(f, fd);
	__atomic_store_n(&f->session->set->buffer_percent, (uint32_t)v, __ATOMIC_RELEASE);
	orl_set_publish(f->session, false);
	orl_set_unlock(fd);
	return 0;
}

/* Names are kept for as long as there is room in the task table; this is how many are shown. */
static int show_cmdlines_size(struct orl_file *f, struct orl_text *out)
{
	orl_text_printf(out, "%u\n",
			__atomic_load_n(&f->session->domain.ctl->saved_cmdlines_size,
					__ATOMIC_RELAXED));
	return 0;
}

static int store_cmdlines_size(struct orl_file *f, char *buf, size_t len)
{
	uint64_t v;
	int rc = orl_store_number(buf, len, &v);

	if (rc)
		return rc;
	if (!v || v > ORL_NR_TASKS)
		return orl_file_fail(f, -EINVAL, "1 to %u names can be kept", ORL_NR_TASKS);
	__atomic_store_n(&f->session->domain.ctl->saved_cmdlines_size, (uint32_t)v,
			 __ATOMIC_RELAXED);
	return 0;
}

/* free_buffer: writing does nothing, closing gives the memory back. */
static int store_nothing(struct orl_file *f, char *buf, size_t len)
{
	(void)f;
	(void)buf;
	(void)len;
	return 0;
}

static void release_free_buffer(struct orl_file *f)
{
	struct orl_session *s = f->session;

	if (s->set->options & ORL_OPT_DISABLE_ON_FREE)
		orl_control_set_tracing(s, false);
	orl_set_size(s, 1, 0);
}

#define SHARED ORL_KIND_SHARED
#define WAIT (ORL_KIND_SHARED | ORL_KIND_WAIT)

const struct orl_kind orl_kinds_tracing_values[] = {
	{ ".kallsyms", 0444, SHARED | ORL_KIND_TOP | ORL_KIND_HIDDEN, orl_show_functions },
	{ "README", 0440, SHARED | ORL_KIND_TOP, orl_show_readme },
	{ "available_tracers", 0440, SHARED, show_tracer },
	{ "buffer_percent", 0640, SHARED, show_percent, store_percent },
	{ "buffer_size_kb", 0640, WAIT, orl_show_size, orl_store_size },
	{ "buffer_subbuf_size_kb", 0640, WAIT, orl_show_subbuf_size, orl_store_subbuf_size },
	{ "buffer_total_size_kb", 0440, SHARED, orl_show_total_size },
	{ "current_tracer", 0640, SHARED, show_tracer, store_tracer },
	{ "error_log", 0640, SHARED, orl_show_errors, orl_store_errors, orl_trunc_errors },
	{ "free_buffer", 0200, WAIT, NULL, store_nothing, .release = release_free_buffer },
	{ "printk_formats", 0440, SHARED | ORL_KIND_TOP, orl_show_printk_formats },
	{ "saved_cmdlines_size", 0640, SHARED | ORL_KIND_TOP, show_cmdlines_size,
	  store_cmdlines_size },
	{ "timestamp_mode", 0440, SHARED, show_timestamp_mode },
	{ "trace_clock", 0640, WAIT, show_clock, store_clock },
	{ "trace_options", 0640, WAIT, orl_show_options, orl_store_options },
	{ "tracing_cpumask", 0640, WAIT, orl_show_cpumask, orl_store_cpumask },
	{ "tracing_on", 0640, SHARED, show_tracing_on, store_tracing_on },
	{ NULL },
};
