// SPDX-License-Identifier: MIT
/* Hooks as trigger files show them, and which hook a removal means. */
#include "compile/hist.h"

/* A hook's text in two: the command and its filter. */
struct parts {
	struct orl_slice cmd, filter;
};

static struct parts split(const struct orl_hook *hook)
{
	uint32_t len = (uint32_t)strnlen(hook->text, sizeof(hook->text));
	const char *gap = memmem(hook->text, len, " if ", 4);
	struct parts parts = { { hook->text, len }, { NULL, 0 } };

	if (gap) {
		parts.cmd.len = (uint32_t)(gap - hook->text);
		parts.filter.p = gap + 4;
		parts.filter.len = len - parts.cmd.len - 4;
	}
	return parts;
}

/* "sys:event" of "enable_event:sys:event" */
static struct orl_slice target_of(struct orl_slice cmd)
{
	struct orl_slice word;

	orl_slice_cut(&cmd, ':', &word);
	return cmd.p ? cmd : word;
}

static bool parse_plan(struct orl_hist_plan *plan, struct orl_slice text)
{
	struct orl_mistake m;
	struct orl_hist_where where = { text.p, "", &m };
	struct orl_slice word;

	return orl_slice_cut(&text, ':', &word) && orl_slice_is(word, "hist") && text.p &&
	       !orl_hist_parse(plan, text, &where);
}

static bool same_hist(const struct orl_trigger_text *t, const struct parts *parts)
{
	struct orl_slice filter = { t->filter, (uint32_t)strlen(t->filter) };
	struct orl_slice text = { t->text, (uint32_t)strlen(t->text) };
	struct orl_hist_plan a, b;

	if (filter.len != parts->filter.len ||
	    (filter.len && memcmp(filter.p, parts->filter.p, filter.len)))
		return false;
	return parse_plan(&a, text) && parse_plan(&b, parts->cmd) && orl_hist_same(&a, &b);
}

/* As in the kernel, of two opposites one stands for the other. */
static uint32_t family(uint32_t cmd)
{
	if (cmd == ORL_CMD_TRACEOFF)
		return ORL_CMD_TRACEON;
	return cmd == ORL_CMD_DISABLE_EVENT ? ORL_CMD_ENABLE_EVENT : cmd;
}

bool orl_compile_trigger_same(const struct orl_trigger_text *t, const struct orl_hook *hook)
{
	struct parts parts = split(hook);
	struct orl_slice text = { t->text, (uint32_t)strlen(t->text) };

	if (hook->kind != ORL_HOOK_TRIGGER || family(t->cmd) != family(hook->cmd))
		return false;
	if (family(t->cmd) == ORL_CMD_ENABLE_EVENT)
		return orl_slice_equal(target_of(text), target_of(parts.cmd));
	return t->cmd != ORL_CMD_HIST || same_hist(t, &parts);
}

void orl_compile_trigger_list(struct orl_text *out, const struct orl_hook *hook)
{
	struct parts parts = split(hook);

	orl_text_write(out, parts.cmd.p, parts.cmd.len);
	if (hook->cmd != ORL_CMD_HIST && hook->count < 0)
		orl_text_puts(out, ":unlimited");
	else if (hook->cmd != ORL_CMD_HIST)
		orl_text_printf(out, ":count=%lld", (long long)hook->count);
	if (parts.filter.p) {
		orl_text_puts(out, " if ");
		orl_text_write(out, parts.filter.p, parts.filter.len);
	}
	if (hook->cmd == ORL_CMD_HIST)
		orl_text_puts(out, hook->flags & ORL_HOOK_PAUSED ? " [paused]" : " [active]");
	orl_text_putc(out, '\n');
}

void orl_compile_trigger_help(struct orl_text *out)
{
	orl_text_puts(out,
		      "# Available triggers:\n"
		      "# traceon traceoff snapshot stacktrace enable_event disable_event hist\n");
}
