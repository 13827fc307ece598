// SPDX-License-Identifier: MIT
/* print_hex_dump(): each line of it is a line of its own. */
#include "runtime/print.h"

/* What stands in front of the bytes of a line, but for prefix_str. */
static void place_of(char *to, size_t size, int prefix_type, const char *from, size_t off)
{
	if (prefix_type == DUMP_PREFIX_ADDRESS)
		orl_snprintf(to, size, "%px: ", (const void *)from);
	else if (prefix_type == DUMP_PREFIX_OFFSET)
		orl_snprintf(to, size, "%.8zx: ", off);
	else
		to[0] = '\0';
}

static size_t row_of(int rowsize)
{
	return rowsize == 32 ? 32 : 16;
}

void oriel_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, int ascii)
{
	size_t row = row_of(rowsize);
	char line[ORIEL_HEX_LINE], place[32];

	for (size_t i = 0; i < len; i += row) {
		const char *from = (const char *)buf + i;

		place_of(place, sizeof(place), prefix_type, from, i);
		hex_dump_to_buffer(from, len - i, rowsize, groupsize, line, sizeof(line), ascii);
		oriel_printk("%s%s%s%s\n", level, prefix_str, place, line);
	}
}

void oriel_dyndbg_hex_dump(struct _ddebug *site, const char *prefix_str, int prefix_type,
			   int rowsize, int groupsize, const void *buf, size_t len, int ascii)
{
	size_t row = row_of(rowsize);
	char line[ORIEL_HEX_LINE], place[32];

	for (size_t i = 0; i < len; i += row) {
		const char *from = (const char *)buf + i;

		place_of(place, sizeof(place), prefix_type, from, i);
		hex_dump_to_buffer(from, len - i, rowsize, groupsize, line, sizeof(line), ascii);
		oriel_dyndbg_emit(site, "%s%s%s\n", prefix_str, place, line);
	}
}
