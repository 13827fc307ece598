// SPDX-License-Identifier: MIT
/*
 * printk_formats and the names of functions: files that grow whenever a program prints something
 * new.
 *
 * trace-cmd reads each twice, for its size and then for its bytes, and gives the recording up where
 * they differ. So a thread that reads one again within a second gets what it got before.
 */
#include <errno.h>

#include "decode/print-list.h"
#include "tree/kinds.h"

#define SAME_NS 1000000000ULL

/* Under the tree's lock, as every show() of these files. */
static int show_again(struct orl_file *f, struct orl_again *a, struct orl_text *out,
		      int (*print)(struct orl_text *out, const struct orl_domain *d))
{
	int rc;

	if (!f->caller.tid)
		return print(out, &f->session->domain);
	if (a->tid != f->caller.tid ||
	    orl_clock_ticks(ORL_CLOCK_MONOTONIC) - a->ns > SAME_NS) {
		a->tid = 0;
		orl_text_reset(&a->text);
		rc = print(&a->text, &f->session->domain);
		if (rc < 0 || a->text.failed)
			return rc < 0 ? rc : -ENOMEM;
		a->tid = f->caller.tid;
		a->ns = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	}
	if (a->text.len)
		orl_text_write(out, a->text.buf, a->text.len);
	return 0;
}

int orl_show_printk_formats(struct orl_file *f, struct orl_text *out)
{
	return show_again(f, &f->tree->again[0], out, orl_print_list_formats);
}

/* What oriel exec puts over /proc/kallsyms: the names that records have for their writers. */
int orl_show_functions(struct orl_file *f, struct orl_text *out)
{
	orl_text_puts(out, ORL_FTRACE_KALLSYMS);
	return show_again(f, &f->tree->again[1], out, orl_print_list_functions);
}
