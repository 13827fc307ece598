// SPDX-License-Identifier: MIT
/* print_hex_dump(): each line of it is a line of its own. */
#include "runtime/print.h"

/* Of which lines, and how they begin. */
struct dump {
	const char *prefix_str;
	int prefix_type, rowsize, groupsize;
	bool ascii;
};

/* The line of the bytes from @off on; @line has ORIEL_HEX_LINE. */
static void make_line(const struct dump *d, const char *buf, size_t off, size_t len,
		      char place[32], char *line)
{
	const char *from = buf + off;

	place[0] = '\0';
	if (d->prefix_type == DUMP_PREFIX_ADDRESS)
		orl_snprintf(place, 32, "%px: ", (const void *)from);
	else if (d->prefix_type == DUMP_PREFIX_OFFSET)
		orl_snprintf(place, 32, "%.8zx: ", off);
	hex_dump_to_buffer(from, len - off, d->rowsize, d->groupsize, line, ORIEL_HEX_LINE,
			   d->ascii);
}

/* To a site, or to the console at @level. */
static void dump(const struct dump *d, struct _ddebug *site, const char *level, const void *buf,
		 size_t len)
{
	size_t row = d->rowsize == 32 ? 32 : 16;
	char line[ORIEL_HEX_LINE], place[32];

	for (size_t off = 0; off < len; off += row) {
		make_line(d, buf, off, len, place, line);
		if (site)
			oriel_dyndbg_emit(site, "%s%s%s\n", d->prefix_str, place, line);
		else
			oriel_printk("%s%s%s%s\n", level ? level : "", d->prefix_str, place, line);
	}
}

void oriel_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, int ascii)
{
	const struct dump d = { prefix_str, prefix_type, rowsize, groupsize, ascii };

	dump(&d, NULL, level, buf, len);
}

void oriel_dyndbg_hex_dump(struct _ddebug *site, const char *prefix_str, int prefix_type,
			   int rowsize, int groupsize, const void *buf, size_t len, int ascii)
{
	const struct dump d = { prefix_str, prefix_type, rowsize, groupsize, ascii };

	dump(&d, site, NULL, buf, len);
}
