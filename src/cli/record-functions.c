// SPDX-License-Identifier: MIT
/*
 * The functions of the stacks that were recorded, in the form of /proc/kallsyms, by which a reader
 * of the file finds names after the programs, and perhaps their files, are gone.
 *
 * Such a list says where functions begin, not where they end, and not of which process they are;
 * readers take the last function that begins at or below an address. So that every address of a
 * stack gets its own name and no other address gets a wrong one:
 *
 *   - behind a function stands a line whose name is its own address, unless another follows at once
 *   - an address of which no function is known has such a line too, or one with the file's name
 *   - where functions of two processes overlap, the second one has lines at its addresses
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/record.h"
#include "decode/ftrace.h"
#include "decode/kallsyms.h"
#include "decode/text.h"
#include "reader/tasks.h"
#include "symbols/symbols.h"

#define MAX_TEXT (16U << 20)
#define KNOWN 256U /* threads whose process is remembered */

struct functions {
	struct orl_record_run *run;
	struct orl_symbols *symbols;
	struct orl_text *out;
	struct {
		int32_t tid, pid;
	} known[KNOWN]; /* by tid */
	/* the line written last */
	const char *name; /* of a function; NULL: of something else */
	uint64_t start, end; /* end 0: unknown */
	bool is_begun;
};

static int32_t process_of(struct functions *f, int32_t tid)
{
	unsigned int i = (uint32_t)tid % KNOWN;

	if (f->known[i].tid != tid) {
		f->known[i].tid = tid;
		f->known[i].pid = orl_tasks_process(&f->run->session, tid);
	}
	return f->known[i].pid ? f->known[i].pid : tid;
}

static void put_line(struct orl_text *out, uint64_t addr, const char *name)
{
	char own[24];

	if (!name)
		snprintf(own, sizeof(own), "0x%llx", (unsigned long long)addr);
	orl_kallsyms_put(out, addr, name ? name : own);
}

/* End what the last line began, if that is at or below @before. */
static void put_end(struct functions *f, uint64_t before)
{
	if (!f->end || f->end >= before)
		return;
	put_line(f->out, f->end, NULL);
	orl_text_putc(f->out, '\n');
}

static bool is_function(const struct orl_symbol *sym)
{
	const char *slash = sym->file ? strrchr(sym->file, '/') : NULL;

	return sym->size || !sym->file || strcmp(sym->name, slash ? slash + 1 : sym->file) != 0;
}

/* @above: the address before, whose line must stay the last one at or below it */
static void put_function(struct functions *f, const struct orl_symbol *sym, uint64_t addr,
			 uint64_t above)
{
	uint64_t start = sym->off < addr ? addr - sym->off : addr;
	uint64_t at = start > above ? start : addr;
	bool is_same = f->name == sym->name && f->start == start;

	if (!is_same) {
		put_end(f, at);
		put_line(f->out, at, sym->name);
		orl_text_putc(f->out, '\n');
	}
	f->name = sym->name;
	f->start = start;
	f->end = sym->size > sym->off ? addr + (sym->size - sym->off) : 0;
	f->is_begun = true;
}

static void put_other(struct functions *f, const struct orl_symbol *sym, uint64_t addr)
{
	put_end(f, addr);
	put_line(f->out, addr, sym->name);
	if (sym->name)
		orl_text_printf(f->out, "+0x%llx", (unsigned long long)sym->off);
	orl_text_putc(f->out, '\n');
	f->name = NULL;
	f->end = 0;
}

void orl_record_functions(struct orl_record_run *r, struct orl_text *out)
{
	const struct orl_stacks *stacks = &r->pump->stacks;
	struct orl_stacks_address *list = orl_stacks_list(stacks);
	struct functions f = { .run = r, .out = out };

	if (!list || orl_symbols_create(&f.symbols, r->session.domain.dir)) {
		free(list);
		return;
	}
	for (uint32_t i = 0; i < stacks->nr && out->len < MAX_TEXT; i++) {
		uint64_t addr = list[i].addr;
		int32_t pid = process_of(&f, list[i].tid);
		struct orl_symbol sym;

		if (orl_symbols_find(f.symbols, pid, addr, &sym) && is_function(&sym))
			put_function(&f, &sym, addr, i ? list[i - 1].addr : 0);
		else if (sym.name || f.is_begun)
			put_other(&f, &sym, addr);
	}
	put_end(&f, ORL_FTRACE_MARKER_IP);
	orl_symbols_destroy(f.symbols);
	free(list);
}
