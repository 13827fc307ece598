// SPDX-License-Identifier: MIT
/*
 * The hist file: what the kernel's looks like, column by column.
 *
 *   # event histogram
 *   #
 *   # trigger info: hist:keys=pid:vals=hitcount,len:sort=hitcount:size=2048 [active]
 *   #
 *
 *   { pid:       4711 } hitcount:         12  len:        4096
 *
 *   Totals:
 *       Hits: 12
 *       Entries: 1
 *       Dropped: 0
 */
#include <errno.h>

#include "compile/hist-table.h"

#define BAR 20U
#define STACK_INDENT 9U
#define STRING_WIDTH 50U
#define SYMBOL_WIDTH 45U
#define SYMBOL_OFFSET_WIDTH 55U
#define COMM_WIDTH 16U

/* What .percent and .graph are of. */
struct stats {
	uint64_t total, max;
};

struct printer {
	struct orl_text *out;
	const struct orl_hist_plan *plan;
	const struct orl_hist_view *view;
	struct stats stats[ORL_HIST_VALS];
};

static void pad_from(struct orl_text *out, size_t start, size_t width)
{
	size_t len = out->len - start;

	if (!out->failed && len < width)
		orl_text_pad(out, ' ', width - len);
}

/* ---- keys ---- */

/* The thread whose addresses are in the key, when one of the keys says so; else 0. */
static int32_t tid_of(const struct printer *p, const struct orl_hist_row *row)
{
	for (uint32_t i = 0; i < p->plan->nr_keys; i++) {
		const struct orl_hist_item *key = &p->plan->key[i];
		int32_t tid;

		if (!orl_slice_is(key->name, "common_pid") || key->field.map != ORL_MAP_NONE)
			continue;
		memcpy(&tid, row->key + key->field.key_off, sizeof(tid));
		return tid;
	}
	return 0;
}

/* "name+0x12/0x34", or the number; without the offset where @has_offset is not set */
static void print_symbol(struct printer *p, uint64_t addr, int32_t tid, bool has_offset)
{
	size_t start = p->out->len;
	const char *plus;

	if (!p->view->symbol || !p->view->symbol(p->view->arg, addr, tid, p->out)) {
		p->out->len = start;
		orl_text_puts(p->out, "0x");
		orl_text_hex(p->out, addr);
		return;
	}
	if (has_offset || p->out->failed)
		return;
	plus = memmem(p->out->buf + start, p->out->len - start, "+0x", 3);
	if (plus)
		p->out->len = (size_t)(plus - p->out->buf);
}

static void print_stack(struct printer *p, const struct orl_hist_row *row,
			const struct orl_hist_item *key)
{
	int32_t tid = tid_of(p, row);

	for (uint32_t i = 0; i < ORL_HIST_STACK; i++) {
		uint64_t addr = orl_hist_table_number(row, key->field.key_off + 8 * i);

		if (!addr)
			break;
		orl_text_pad(p->out, ' ', STACK_INDENT);
		print_symbol(p, addr, tid, true);
		orl_text_putc(p->out, '\n');
	}
}

static void print_address(struct printer *p, const struct orl_hist_row *row,
			  const struct orl_hist_item *key, uint64_t addr)
{
	bool has_offset = key->mod == ORL_MOD_SYM_OFFSET;
	size_t start;

	orl_text_printf(p->out, ": [%llx] ", (unsigned long long)addr);
	start = p->out->len;
	print_symbol(p, addr, tid_of(p, row), has_offset);
	pad_from(p->out, start, has_offset ? SYMBOL_OFFSET_WIDTH : SYMBOL_WIDTH);
}

static void print_string(struct orl_text *out, const char *s, size_t room, size_t width)
{
	size_t start = out->len;

	orl_text_escape(out, s, strnlen(s, room));
	pad_from(out, start, width);
}

static void print_execname(struct printer *p, const char *key)
{
	int32_t pid;

	memcpy(&pid, key, sizeof(pid));
	orl_text_puts(p->out, ": ");
	print_string(p->out, key + sizeof(pid), COMM_WIDTH, COMM_WIDTH);
	orl_text_printf(p->out, "[%10llu]", (unsigned long long)(int64_t)pid);
}

static void print_number(struct printer *p, const struct orl_hist_row *row,
			 const struct orl_hist_item *key)
{
	unsigned long long v = orl_hist_table_number(row, key->field.key_off);
	unsigned long long last = v + key->arg - 1;

	switch (key->mod) {
	case ORL_MOD_HEX:
		orl_text_printf(p->out, ": %llx", v);
		break;
	case ORL_MOD_SYM:
	case ORL_MOD_SYM_OFFSET:
		print_address(p, row, key, v);
		break;
	case ORL_MOD_LOG2:
		orl_text_printf(p->out, ": ~ 2^%-2llu", v);
		break;
	case ORL_MOD_BUCKETS:
		/* the last bucket ends with the numbers */
		orl_text_printf(p->out, ": ~ %llu-%llu", v, last < v ? UINT64_MAX : last);
		break;
	default:
		orl_text_printf(p->out, ": %10llu", v);
		break;
	}
}

/* Return: whether it ends with a newline */
static bool print_key(struct printer *p, const struct orl_hist_row *row,
		      const struct orl_hist_item *key)
{
	const char *at = row->key + key->field.key_off;

	orl_text_write(p->out, key->name.p, key->name.len);
	switch (key->field.load) {
	case ORL_LOAD_STACK:
		orl_text_puts(p->out, ":\n");
		print_stack(p, row, key);
		return true;
	case ORL_LOAD_ARRAY_STACK:
		/* the first line goes on behind the name, as in the kernel */
		orl_text_puts(p->out, ".stacktrace");
		print_stack(p, row, key);
		return true;
	case ORL_LOAD_PID_COMM:
		print_execname(p, at);
		return false;
	case ORL_LOAD_STRING:
	case ORL_LOAD_DATA_LOC:
	case ORL_LOAD_REL_LOC:
	case ORL_LOAD_COMM:
		orl_text_puts(p->out, ": ");
		print_string(p->out, at, ORL_HIST_STRING, STRING_WIDTH);
		return false;
	default:
		print_number(p, row, key);
		return false;
	}
}

/* ---- values ---- */

/* Hundredths of a percent that @v is of @whole; false: of nothing it is none. */
static bool percentage(uint64_t v, uint64_t whole, uint64_t *pc)
{
	if (!whole) {
		*pc = 0;
		return !v;
	}
	if (v >= UINT64_MAX / 10000) {
		/* too big to be multiplied; sums that wrapped may be anything */
		whole /= 10000;
		*pc = whole ? v / whole : 0;
		return whole;
	}
	*pc = v * 10000 / whole;
	return true;
}

static void print_bar(struct orl_text *out, uint64_t v, uint64_t max)
{
	size_t start = out->len;
	uint64_t len;

	if (percentage(v, max, &len)) {
		len = len * BAR / 10000;
		orl_text_pad(out, '#', len < BAR ? len : BAR);
	} else {
		orl_text_puts(out, "[ERROR]");
	}
	pad_from(out, start, BAR);
}

static void print_value(struct printer *p, const struct orl_hist_row *row,
			const struct orl_hist_item *item, const struct stats *stats)
{
	unsigned long long v = orl_hist_table_value(row, item);
	uint64_t pc;

	orl_text_putc(p->out, ' ');
	orl_text_write(p->out, item->name.p, item->name.len);
	switch (item->mod) {
	case ORL_MOD_PERCENT:
		if (percentage(v, stats->total, &pc))
			orl_text_printf(p->out, " (%%): %3llu.%02llu", (unsigned long long)pc / 100,
					(unsigned long long)pc % 100);
		else
			orl_text_puts(p->out, " (%): [ERROR]");
		break;
	case ORL_MOD_GRAPH:
		orl_text_puts(p->out, ": ");
		print_bar(p->out, v, stats->max);
		break;
	case ORL_MOD_HEX:
		orl_text_printf(p->out, ": %10llx", v);
		break;
	default:
		orl_text_printf(p->out, ": %10llu", v);
		break;
	}
}

static void print_row(struct printer *p, const struct orl_hist_row *row)
{
	static const struct orl_hist_item hits = { .name = { "hitcount", 8 }, .is_hits = true };
	bool is_line_end = false;

	orl_text_puts(p->out, "{ ");
	for (uint32_t i = 0; i < p->plan->nr_keys; i++) {
		if (i)
			orl_text_puts(p->out, ", ");
		is_line_end = print_key(p, row, &p->plan->key[i]);
	}
	orl_text_puts(p->out, is_line_end ? "}" : " }");
	if (!p->plan->nohitcount)
		print_value(p, row, &hits, NULL);
	for (uint32_t i = 0; i < p->plan->nr_vals; i++) {
		orl_text_putc(p->out, ' ');
		print_value(p, row, &p->plan->val[i], &p->stats[i]);
	}
	orl_text_putc(p->out, '\n');
}

/* ---- the file ---- */

static void add_stats(struct printer *p, const struct orl_hist_table *t)
{
	for (uint32_t i = 0; i < p->plan->nr_vals; i++) {
		for (uint32_t r = 0; r < t->nr; r++) {
			uint64_t v = orl_hist_table_value(&t->row[r], &p->plan->val[i]);

			p->stats[i].total += v;
			if (v > p->stats[i].max)
				p->stats[i].max = v;
		}
	}
}

static void print_table(struct printer *p, const struct orl_hist_table *t)
{
	orl_text_puts(p->out, "# event histogram\n#\n# trigger info: ");
	orl_compile_trigger_list(p->out, p->view->hook);
	orl_text_puts(p->out, "#\n\n");
	add_stats(p, t);
	for (uint32_t i = 0; i < t->nr && !p->out->failed; i++)
		print_row(p, &t->row[i]);
	orl_text_printf(p->out, "\nTotals:\n    Hits: %llu\n    Entries: %u\n    Dropped: %llu\n",
			(unsigned long long)t->hits, t->nr, (unsigned long long)t->dropped);
}

/* The plan that is in a hook's text, bound to the event. */
static bool plan_of(struct orl_hist_plan *plan, const struct orl_hist_view *view, char *text)
{
	struct orl_mistake m;
	struct orl_hist_where where = { text, "", &m };
	struct orl_slice rest = { text, 0 }, word;
	char *filter = strstr(text, " if ");

	if (filter)
		*filter = '\0';
	rest.len = (uint32_t)strlen(text);
	return view->hook->kind == ORL_HOOK_TRIGGER && view->hook->cmd == ORL_CMD_HIST &&
	       orl_slice_cut(&rest, ':', &word) && orl_slice_is(word, "hist") && rest.p &&
	       !orl_hist_parse(plan, rest, &where) && !orl_hist_bind(plan, view->format, &where);
}

int orl_compile_hist_print(struct orl_text *out, const struct orl_hist_view *view)
{
	char text[ORL_HOOK_TEXT + 1];
	struct orl_hist_table table;
	struct orl_hist_plan plan;
	struct printer p = { .out = out, .plan = &plan, .view = view };
	int err;

	memcpy(text, view->hook->text, ORL_HOOK_TEXT);
	text[ORL_HOOK_TEXT] = '\0';
	if (!plan_of(&plan, view, text))
		return -EBADMSG;
	err = orl_hist_table_read(&table, &plan, view);
	if (!err) {
		print_table(&p, &table);
		err = out->failed ? -ENOMEM : 0;
	}
	orl_hist_table_free(&table);
	return err;
}
