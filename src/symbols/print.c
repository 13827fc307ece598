// SPDX-License-Identifier: MIT
/*
 * A function's name as text, for those who print stacks.
 */
#include <string.h>

#include "decode/text.h"
#include "symbols/symbols.h"

void orl_symbols_print(struct orl_symbols **t, const char *dir, int32_t pid, uint64_t addr,
		       bool with_size, struct orl_text *out)
{
	struct orl_symbol sym;

	if (!*t && orl_symbols_create(t, dir))
		*t = NULL;
	if (!*t || !orl_symbols_find(*t, pid, addr, &sym)) {
		orl_text_write(out, "0x", 2);
		orl_text_hex(out, addr);
		return;
	}
	orl_text_escape(out, sym.name, strlen(sym.name));
	orl_text_write(out, "+0x", 3);
	orl_text_hex(out, sym.off);
	if (with_size && sym.size) {
		orl_text_write(out, "/0x", 3);
		orl_text_hex(out, sym.size);
	}
}
