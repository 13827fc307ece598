// SPDX-License-Identifier: MIT
/*
 * Trigger files: one command per write, "COMMAND[:PARAMETER][ if FILTER]", "!" in front to remove.
 *
 * What is let pass and what not is as in the kernel, which is not strict: blanks may stand for the
 * first colon, what follows a second colon of a count is ignored, and of a removal only the command
 * is read (of a hist everything, because there may be several).
 *
 * A hook's text is the command in its normal form and, where there is one, " if " and the filter.
 */
#include <errno.h>
#include <stdio.h>

#include "compile/hist.h"

#define TEXT_MAX (ORL_HOOK_TEXT - 1)

static const struct {
	const char *name;
	uint32_t cmd;
} commands[] = {
	{ "traceon", ORL_CMD_TRACEON },
	{ "traceoff", ORL_CMD_TRACEOFF },
	{ "snapshot", ORL_CMD_SNAPSHOT },
	{ "stacktrace", ORL_CMD_STACKTRACE },
	{ "enable_event", ORL_CMD_ENABLE_EVENT },
	{ "disable_event", ORL_CMD_DISABLE_EVENT },
	{ "hist", ORL_CMD_HIST },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(*commands))

static bool is_gap(char c)
{
	return c == ' ' || c == '\t';
}

static int silent(struct orl_mistake *m, int err)
{
	return orl_compile_mistake(m, "trigger", NULL, 0, err);
}

static void skip_blanks(struct orl_slice *s)
{
	while (s->len && orl_is_blank(*s->p)) {
		s->p++;
		s->len--;
	}
}

/* Take what stands before the first blank off the front, and the one blank. */
static struct orl_slice cut_word(struct orl_slice *s)
{
	struct orl_slice word = { s->p, 0 };

	while (word.len < s->len && !is_gap(word.p[word.len]))
		word.len++;
	s->p += word.len;
	s->len -= word.len;
	if (s->len) {
		s->p++;
		s->len--;
	}
	return word;
}

static bool is_target(uint32_t cmd)
{
	return cmd == ORL_CMD_ENABLE_EVENT || cmd == ORL_CMD_DISABLE_EVENT;
}

static bool find_command(struct orl_trigger_text *t, struct orl_slice word)
{
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (orl_slice_is(word, commands[i].name)) {
			t->cmd = commands[i].cmd;
			return true;
		}
	}
	return false;
}

static const char *command_name(uint32_t cmd)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (commands[i].cmd == cmd)
			return commands[i].name;
	return "?";
}

/* ---- reading ---- */

/* "if FILTER", or nothing */
static int read_filter(struct orl_trigger_text *t, struct orl_slice rest, const char *text)
{
	struct orl_slice word;

	if (!rest.len)
		return 0;
	word = cut_word(&rest);
	if (!orl_slice_is(word, "if") || !rest.len)
		return -EINVAL;
	t->filter_pos = (uint32_t)(rest.p - text);
	memcpy(t->filter, rest.p, rest.len);
	return 0;
}

static int read_count(struct orl_trigger_text *t, struct orl_slice text)
{
	struct orl_slice number;
	uint64_t v = 0;
	int err;

	orl_slice_cut(&text, ':', &number);
	err = orl_compile_number(number.p, number.len, false, &v);
	/* more than can ever run: the kernel's -1 means the same */
	t->count = v > INT64_MAX ? -1 : (int64_t)v;
	return err;
}

static int copy_target(char *to, size_t room, struct orl_slice name)
{
	if (!name.len || name.len >= room)
		return -EINVAL;
	memcpy(to, name.p, name.len);
	to[name.len] = '\0';
	return 0;
}

/* SYSTEM:EVENT[:COUNT], up to a blank */
static int read_target(struct orl_trigger_text *t, struct orl_slice *rest)
{
	struct orl_slice param = cut_word(rest), system, event;
	int err;

	skip_blanks(rest);
	orl_slice_cut(&param, ':', &system);
	if (!orl_slice_cut(&param, ':', &event))
		return -EINVAL;
	err = copy_target(t->target_system, sizeof(t->target_system), system);
	if (!err)
		err = copy_target(t->target_event, sizeof(t->target_event), event);
	if (err || t->remove || !param.p)
		return err;
	return read_count(t, param);
}

static int parse_simple(struct orl_trigger_text *t, struct orl_slice rest, const char *text)
{
	int len, err = 0;

	if (is_target(t->cmd)) {
		err = read_target(t, &rest);
	} else if (rest.len && orl_is_digit(*rest.p) && !t->remove) {
		err = read_count(t, cut_word(&rest));
		skip_blanks(&rest);
	}
	if (!err && !t->remove)
		err = read_filter(t, rest, text);
	if (err)
		return err;
	len = snprintf(t->text, sizeof(t->text), "%s%s%s%s%s", command_name(t->cmd),
		       is_target(t->cmd) ? ":" : "", t->target_system,
		       is_target(t->cmd) ? ":" : "", t->target_event);
	return len < (int)sizeof(t->text) ? 0 : -EINVAL;
}

/* Split what stands behind "hist:" at a blank, "if", a blank. */
static int split_hist(struct orl_trigger_text *t, struct orl_slice *rest, const char *text)
{
	struct orl_slice s = *rest;

	for (uint32_t i = 1; i + 2 <= s.len; i++) {
		if (memcmp(s.p + i, "if", 2) || !is_gap(s.p[i - 1]))
			continue;
		if (i + 2 == s.len)
			return -EINVAL;
		if (!is_gap(s.p[i + 2]))
			continue;
		rest->len = i;
		s.p += i;
		s.len -= i;
		break;
	}
	if (rest->len != s.len || rest->p != s.p) {
		int err = read_filter(t, s, text);

		if (err)
			return err;
	}
	rest->len = orl_compile_trim(rest->p, rest->len);
	return rest->len ? 0 : -EINVAL;
}

static void copy_hist(struct orl_trigger_text *t, const struct orl_hist_plan *plan)
{
	struct orl_text list = ORL_TEXT_INIT;

	memcpy(t->name, plan->hist_name.p ? plan->hist_name.p : "", plan->hist_name.len);
	t->pause = plan->pause;
	t->cont = plan->cont;
	t->clear = plan->clear;
	t->size = plan->size;
	orl_hist_list(&list, plan);
	if (!list.failed && list.len < sizeof(t->text))
		memcpy(t->text, list.buf, list.len);
	orl_text_fini(&list);
}

/* A mistake in a hist that is to be added waits for orl_compile_trigger(), which knows the event.
 */
static int parse_hist(struct orl_trigger_text *t, struct orl_slice rest, const char *start,
		      const char *text, struct orl_mistake *m)
{
	struct orl_hist_where where = { start, "hist", m };
	struct orl_hist_plan plan;
	int err = split_hist(t, &rest, text);

	if (err)
		return silent(m, err);
	err = orl_hist_parse(&plan, rest, &where);
	m->from = (uint32_t)(start - text);
	if (!err)
		copy_hist(t, &plan);
	return t->remove ? err : 0;
}

/* The command word and what follows its colon. */
static int open_text(struct orl_trigger_text *t, struct orl_slice *rest, const char *text,
		     uint32_t len, const char **start)
{
	struct orl_slice word = { NULL, 0 };

	*rest = (struct orl_slice){ text, orl_compile_trim(text, len) };
	skip_blanks(rest);
	if (rest->len > TEXT_MAX)
		return -EINVAL;
	t->remove = rest->len && *rest->p == '!';
	rest->p += t->remove;
	rest->len -= t->remove;
	*start = rest->p;
	word.p = rest->p;
	while (word.len < rest->len && !is_gap(word.p[word.len]) && word.p[word.len] != ':')
		word.len++;
	if (!find_command(t, word))
		return -EINVAL;
	rest->p += word.len;
	rest->len -= word.len;
	if (rest->len) {
		rest->p++;
		rest->len--;
	}
	skip_blanks(rest);
	return 0;
}

int orl_compile_trigger_parse(struct orl_trigger_text *t, const char *text, uint32_t len,
			      struct orl_mistake *m)
{
	struct orl_slice rest;
	const char *start;
	int err;

	memset(t, 0, sizeof(*t));
	t->count = -1;
	err = open_text(t, &rest, text, len, &start);
	if (err)
		return silent(m, err);
	if (t->cmd == ORL_CMD_HIST)
		return parse_hist(t, rest, start, text, m);
	err = parse_simple(t, rest, text);
	return err ? silent(m, err) : 0;
}

/* ---- into a hook ---- */

static int hist_of_text(struct orl_hook *hook, const struct orl_trigger_text *t,
			const struct orl_format *f, const char *text, uint32_t len,
			struct orl_text *list, struct orl_mistake *m)
{
	struct orl_trigger_text again;
	struct orl_hist_where where = { .m = m };
	struct orl_hist_plan plan;
	struct orl_slice rest;
	char prefix[sizeof(m->prefix)];
	int err;

	/* both were parsed before, without a mistake that is told here */
	memset(&again, 0, sizeof(again));
	if (open_text(&again, &rest, text, len, &where.start) || again.cmd != ORL_CMD_HIST ||
	    split_hist(&again, &rest, text))
		return silent(m, -EINVAL);
	snprintf(prefix, sizeof(prefix), "hist:%s:%s", orl_format_system(f), orl_format_name(f));
	where.prefix = prefix;
	err = orl_hist_parse(&plan, rest, &where);
	if (!err)
		err = orl_hist_bind(&plan, f, &where);
	m->from = (uint32_t)(where.start - text);
	if (err)
		return err;
	orl_hist_spec(&plan, &hook->hist);
	if (t->pause)
		hook->flags |= ORL_HOOK_PAUSED;
	orl_hist_list(list, &plan);
	return 0;
}

static int set_text(struct orl_hook *hook, const struct orl_trigger_text *t,
		    const struct orl_text *list, struct orl_mistake *m)
{
	size_t filter_len = strlen(t->filter), if_len = filter_len ? 4 : 0;

	if (list->failed)
		return silent(m, -ENOMEM);
	if (list->len + if_len + filter_len >= sizeof(hook->text))
		return silent(m, -EINVAL);
	memset(hook->text, 0, sizeof(hook->text));
	memcpy(hook->text, list->buf, list->len);
	memcpy(hook->text + list->len, " if ", if_len);
	memcpy(hook->text + list->len + if_len, t->filter, filter_len);
	hook->text_len = (uint32_t)(list->len + if_len + filter_len);
	return 0;
}

static int fill_hook(struct orl_hook *hook, const struct orl_trigger_text *t,
		     const struct orl_format *f, const char *text, uint32_t len,
		     struct orl_text *list, struct orl_mistake *m)
{
	int err = 0;

	if (t->cmd == ORL_CMD_HIST)
		err = hist_of_text(hook, t, f, text, len, list, m);
	else
		orl_text_puts(list, t->text);
	if (err)
		return err;
	if (*t->filter) {
		err = orl_compile_filter(hook, f, t->filter, (uint32_t)strlen(t->filter), m);
		m->from = t->filter_pos;
		hook->flags |= ORL_HOOK_HAS_FILTER;
	}
	return err ? err : set_text(hook, t, list, m);
}

int orl_compile_trigger(struct orl_hook *hook, const struct orl_trigger_text *t,
			const struct orl_format *f, const char *text, uint32_t len,
			struct orl_mistake *m)
{
	struct orl_text list = ORL_TEXT_INIT;
	int err;

	hook->kind = ORL_HOOK_TRIGGER;
	hook->cmd = t->cmd;
	hook->flags = 0;
	hook->count = t->count;
	hook->nr_insns = 0;
	hook->data_len = 0;
	memset(&hook->hist, 0, sizeof(hook->hist));
	err = fill_hook(hook, t, f, text, len, &list, m);
	orl_text_fini(&list);
	return err;
}
