// SPDX-License-Identifier: MIT
/* Records of pr_debug() and trace_printk() in lines. */
#include "abi/print.h"
#include "decode/bprint.h"
#include "decode/line-impl.h"

/* A record, and what its numbers stand for. */
struct bprint {
	uint64_t ip, fmt;
	struct orl_print_text text;
	bool is_known;
	struct orl_bprint b;
};

static void load(struct bprint *p, const struct orl_formats *formats, const struct orl_record *rec,
		 enum orl_print_mode mode)
{
	struct orl_print_texts *texts = orl_formats_prints(formats);

	memset(p, 0, sizeof(*p));
	p->b.mode = mode;
	p->b.functions = orl_formats_functions(formats);
	if (rec->len < ORL_PRINT_OFF_ARGS)
		return;
	p->ip = orl_load(rec->data + ORL_PRINT_OFF_IP, 8);
	p->fmt = orl_load(rec->data + ORL_PRINT_OFF_FMT, 8);
	p->b.args = rec->data + ORL_PRINT_OFF_ARGS;
	p->b.args_len = rec->len - ORL_PRINT_OFF_ARGS;
	p->is_known = texts && orl_print_texts_find(texts, p->ip, p->fmt, &p->text);
	p->b.format = p->text.format;
	p->b.format_len = p->text.len;
	p->b.is_kernel = p->text.is_kernel;
}

static void put_function(struct orl_text *out, const struct bprint *p)
{
	static const struct orl_spec name = { .conv = 'p', .ext = "s" };

	if (p->text.function)
		orl_text_escape(out, p->text.function, p->text.function_len);
	else
		orl_conv_address(out, &name, p->b.mode, p->b.functions, p->ip);
}

static void put_message(struct orl_text *out, const struct bprint *p)
{
	if (p->is_known) {
		orl_bprint_print(&p->b, out);
	} else if (!p->b.args) {
		orl_text_puts(out, "[record cut short]");
	} else {
		/* libtraceevent's words */
		orl_text_puts(out, "(NO FORMAT FOUND at ");
		orl_text_hex(out, p->fmt);
		orl_text_putc(out, ')');
	}
}

void orl_line_bprint_report(struct orl_text *out, const struct orl_formats *formats,
			    const struct orl_record *rec)
{
	struct bprint p;

	load(&p, formats, rec, ORL_PRINT_TEP);
	put_function(out, &p);
	orl_text_write(out, ": ", 2);
	put_message(out, &p);
}

struct namer {
	const struct orl_line_style *style;
	int32_t tid;
};

static void put_symbol(void *arg, uint64_t addr, bool with_offset, struct orl_text *out)
{
	const struct namer *n = arg;
	size_t start = out->len;

	n->style->symbol(n->style->arg, n->tid, addr, true, out);
	for (size_t i = out->len; !with_offset && i > start; i--)
		if (out->buf[i - 1] == '+')
			out->len = i - 1;
}

void orl_line_bprint(struct orl_text *out, const struct orl_line_style *style,
		     const struct orl_formats *formats, const struct orl_record *rec,
		     bool msg_only)
{
	struct namer namer = { .style = style, .tid = (int32_t)orl_load(rec->data + 4, 4) };
	struct bprint p;

	load(&p, formats, rec, ORL_PRINT_KERNEL);
	if (style->symbol) {
		p.b.symbol = put_symbol;
		p.b.arg = &namer;
	}
	if (!msg_only) {
		put_function(out, &p);
		orl_text_write(out, ": ", 2);
	}
	put_message(out, &p);
}

/* An address as JSON has pointers elsewhere. */
static void put_address(struct orl_text *out, const char *name, uint64_t v)
{
	orl_text_printf(out, "\"%s\":\"0x%llx\"", name, (unsigned long long)v);
}

static void put_string(struct orl_text *out, const char *name, const char *s, size_t len)
{
	orl_text_printf(out, ",\"%s\":", name);
	orl_text_json(out, s, len);
}

void orl_line_bprint_json(struct orl_text *out, const struct orl_formats *formats,
			  const struct orl_record *rec)
{
	struct orl_text text = ORL_TEXT_INIT;
	struct bprint p;

	load(&p, formats, rec, ORL_PRINT_TEP);
	if (!p.b.args)
		return;
	p.b.is_plain = true;
	put_address(out, "ip", p.ip);
	put_function(&text, &p);
	put_string(out, "function", orl_text_str(&text), text.len);
	if (p.is_known) {
		put_string(out, "fmt", p.text.format, p.text.len);
		orl_text_reset(&text);
		orl_bprint_print(&p.b, &text);
		put_string(out, "msg", orl_text_str(&text), text.len);
	} else {
		orl_text_putc(out, ',');
		put_address(out, "fmt", p.fmt);
		orl_text_puts(out, ",\"msg\":null");
	}
	out->failed |= text.failed;
	orl_text_fini(&text);
}
