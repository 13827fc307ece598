// SPDX-License-Identifier: MIT
/*
 * Lists of formats and functions. The files of the kernel's tools are lines, and their escapes are
 * those that libtraceevent resolves: \n \t \r, and a backslash in front of itself and of quotes.
 * Other control characters stand in them as they are shown.
 */
#include "decode/print-list.h"

#include <errno.h>
#include <stdlib.h>

#include "decode/bprint.h"
#include "decode/kallsyms.h"
#include "decode/print-texts.h"
#include "reader/prints.h"

#define MAX_LIST (32u << 20)

static void put_quoted(struct orl_text *out, const char *s, size_t len)
{
	const char *end = s + len;

	orl_text_putc(out, '"');
	for (; s < end; s++) {
		static const char from[] = "\n\t\r\\\"", into[] = "ntr\\\"";
		const char *special = *s ? strchr(from, *s) : NULL;

		if (special) {
			orl_text_putc(out, '\\');
			orl_text_putc(out, into[special - from]);
		} else if ((unsigned char)*s < ' ' || *s == 0x7f) {
			orl_text_printf(out, "\\\\x%02x", (unsigned char)*s);
		} else {
			orl_text_putc(out, *s);
		}
	}
	orl_text_putc(out, '"');
}

static void put_line(struct orl_text *out, uint64_t addr, const char *format, size_t len)
{
	orl_text_printf(out, "0x%llx : ", (unsigned long long)addr);
	put_quoted(out, format, len);
	orl_text_putc(out, '\n');
}

struct room {
	struct orl_print_site site;
	char format[ORL_PRINT_FORMAT_MAX];
	struct orl_text theirs;
};

static void put_formats(struct orl_text *out, struct room *r)
{
	for (uint32_t decor = 0; decor < ORL_NR_DECORS; decor++) {
		uint64_t addr = orl_print_fmt(r->site.number, decor);
		size_t len;

		if (!(r->site.decors >> decor & 1))
			continue;
		len = orl_print_format(&r->site, decor, r->format, sizeof(r->format));
		orl_text_reset(&r->theirs);
		if (orl_bprint_export(r->format, len, &r->theirs)) {
			put_line(out, addr, r->theirs.buf, r->theirs.len);
			addr += ORL_PRINT_ORIGINAL;
		}
		put_line(out, addr, r->format, len);
	}
}

static void put_function(struct orl_text *out, struct room *r)
{
	orl_kallsyms_put(out, orl_print_ip(r->site.number),
			 orl_print_text(&r->site, ORL_PRINT_FUNCTION));
	orl_text_putc(out, '\n');
}

static int list(struct orl_text *out, const struct orl_domain *d,
		void (*put)(struct orl_text *out, struct room *r))
{
	struct room *r = calloc(1, sizeof(*r));
	struct orl_print_table *t;
	size_t start = out->len;

	if (!r || orl_prints_open(&t, d)) {
		free(r);
		return -ENOMEM;
	}
	for (uint32_t n = 0; orl_prints_next(t, n, &r->site) && out->len - start < MAX_LIST;
	     n = r->site.number + 1)
		if (r->site.decors)
			put(out, r);
	orl_prints_close(t);
	orl_text_fini(&r->theirs);
	free(r);
	return out->failed ? -ENOMEM : 0;
}

int orl_print_list_formats(struct orl_text *out, const struct orl_domain *d)
{
	return list(out, d, put_formats);
}

int orl_print_list_functions(struct orl_text *out, const struct orl_domain *d)
{
	return list(out, d, put_function);
}
