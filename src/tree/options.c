// SPDX-License-Identifier: MIT
/*
 * trace_options and options/: one table of what a domain has. The order is the kernel's.
 */
#include <errno.h>
#include <string.h>

#include "tree/kinds.h"

const struct orl_option orl_options[] = {
	{ "sym-offset", ORL_OPT_SYM_OFFSET },
	{ "sym-addr", ORL_OPT_SYM_ADDR },
	{ "verbose", ORL_OPT_VERBOSE },
	{ "raw", ORL_OPT_RAW },
	{ "hex", ORL_OPT_HEX },
	{ "bin", ORL_OPT_BIN },
	{ "block", ORL_OPT_BLOCK },
	{ "fields", ORL_OPT_FIELDS },
	{ "annotate", ORL_OPT_ANNOTATE },
	{ "printk-msg-only", ORL_OPT_PRINTK_MSGONLY },
	{ "context-info", ORL_OPT_CONTEXT_INFO },
	{ "latency-format", ORL_OPT_LATENCY_FORMAT },
	{ "record-cmd", ORL_OPT_RECORD_CMD },
	{ "record-tgid", ORL_OPT_RECORD_TGID },
	{ "overwrite", ORL_OPT_OVERWRITE },
	{ "disable_on_free", ORL_OPT_DISABLE_ON_FREE },
	{ "irq-info", ORL_OPT_IRQ_INFO },
	{ "markers", ORL_OPT_MARKERS },
	{ "pause-on-trace", ORL_OPT_PAUSE_ON_TRACE },
	{ "stacktrace", ORL_OPT_STACKTRACE },
	{ NULL, 0 },
};

int orl_show_options(struct orl_file *f, struct orl_text *out)
{
	uint64_t options = __atomic_load_n(&f->session->set->options, __ATOMIC_RELAXED);

	for (const struct orl_option *o = orl_options; o->name; o++)
		orl_text_printf(out, "%s%s\n", options & o->bit ? "" : "no", o->name);
	return 0;
}

static int change(struct orl_file *f, const struct orl_option *o, bool on)
{
	int rc = orl_set_options(f->session, on ? o->bit : 0, on ? 0 : o->bit);

	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

int orl_store_options(struct orl_file *f, char *buf, size_t len)
{
	const char *name = orl_store_trim(buf, &len);
	bool on = strncmp(name, "no", 2) != 0;

	for (const struct orl_option *o = orl_options; o->name; o++)
		if (!strcmp(o->name, on ? name : name + 2))
			return change(f, o, on);
	return orl_file_fail(f, -EINVAL, "there is no option '%s': see trace_options",
			     on ? name : name + 2);
}

static const struct orl_option *option_of(const struct orl_file *f)
{
	const struct orl_option *o = orl_options;

	while (strcmp(o->name, f->kind->name))
		o++;
	return o;
}

static int show_option(struct orl_file *f, struct orl_text *out)
{
	uint64_t options = __atomic_load_n(&f->session->set->options, __ATOMIC_RELAXED);

	orl_text_puts(out, options & option_of(f)->bit ? "1\n" : "0\n");
	return 0;
}

static int store_option(struct orl_file *f, char *buf, size_t len)
{
	uint64_t v;
	int rc = orl_store_number(buf, len, &v);

	if (rc)
		return rc;
	return v > 1 ? -EINVAL : change(f, option_of(f), v);
}

#define OPTION(name) \
	{ name, 0640, ORL_KIND_SHARED | ORL_KIND_WAIT, show_option, store_option }
#define TOP_OPTION(name) \
	{ name, 0640, ORL_KIND_SHARED | ORL_KIND_WAIT | ORL_KIND_TOP, show_option, store_option }

/* The names of orl_options[]. */
const struct orl_kind orl_kinds_options[] = {
	OPTION("annotate"),
	OPTION("bin"),
	OPTION("block"),
	OPTION("context-info"),
	OPTION("disable_on_free"),
	OPTION("fields"),
	OPTION("hex"),
	OPTION("irq-info"),
	OPTION("latency-format"),
	OPTION("markers"),
	OPTION("overwrite"),
	OPTION("pause-on-trace"),
	TOP_OPTION("printk-msg-only"),
	OPTION("raw"),
	TOP_OPTION("record-cmd"),
	OPTION("record-tgid"),
	OPTION("stacktrace"),
	OPTION("sym-addr"),
	OPTION("sym-offset"),
	OPTION("verbose"),
	{ NULL },
};
