// SPDX-License-Identifier: MIT
/*
 * filter, of an event and of a system. A text that cannot be compiled takes the filter away and
 * leaves a note in its place, which the file shows.
 */
#include <errno.h>
#include <string.h>

#include "tree/hooks.h"

#define BAD_SYSTEM_FILTER "Couldn't find or set field in one of a subsystem's events"
#define LOGGED_MAX 8U			/* more entries error_log does not hold */

/* One write on its way to the events. */
struct command {
	const char *text;
	uint32_t len;
	bool is_clear;
	/* for error_log, which has the same lock as the set: written afterwards */
	struct orl_mistake mistake;
	uint32_t nr_mistakes;
};

static struct command command_of(char *buf, size_t len)
{
	struct command c = { .text = buf };

	/* blanks in front stay, as in the kernel */
	len = strnlen(buf, len);
	while (len && strchr(" \t\n\v\f\r", buf[len - 1]))
		len--;
	buf[len] = '\0';
	c.len = (uint32_t)len;
	c.is_clear = !strcmp(buf + strspn(buf, " \t\n\v\f\r"), "0");
	return c;
}

static void remove_locked(struct orl_session *s, int id, int but)
{
	struct orl_hook_list list;

	orl_hook_list(&list, s, id, ORL_HOOK_FILTER, NULL, NULL);
	for (uint32_t i = 0; i < list.nr; i++)
		if ((int)list.slot[i] != but)
			orl_hook_remove_locked(s, list.slot[i]);
}

/* @hook becomes the event's only filter. */
static int put_locked(struct orl_session *s, int id, struct orl_hook *hook)
{
	struct orl_hook_list list;
	int slot;

	hook->kind = ORL_HOOK_FILTER;
	hook->event = (uint32_t)id;
	hook->count = -1;
	orl_hook_list(&list, s, id, ORL_HOOK_FILTER, NULL, NULL);
	slot = list.nr ? (int)list.slot[0] : orl_hook_add_locked(s, hook);
	if (list.nr)
		orl_hook_replace_locked(s, list.slot[0], hook);
	remove_locked(s, id, slot);
	return slot < 0 ? slot : 0;
}

static void note_locked(struct orl_file *f, int id, const struct command *c,
			const struct orl_mistake *m)
{
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_hook hook;

	memset(&hook, 0, sizeof(hook));
	hook.flags = ORL_HOOK_NOTE;
	hook.nr_insns = 1;
	hook.insn[0] = (struct orl_insn){ .op = ORL_LOAD_CPU << 4 | ORL_CMP_GE,
					  .yes = ORL_INSN_PASS, .no = ORL_INSN_PASS };
	orl_compile_filter_failed(&out, c->text, c->len, m);
	hook.text_len = out.len < ORL_HOOK_TEXT ? (uint32_t)out.len : ORL_HOOK_TEXT - 1;
	if (hook.text_len)
		memcpy(hook.text, out.buf, hook.text_len);
	orl_text_fini(&out);
	/* where there is no room for the note, there is at least no filter */
	put_locked(f->session, id, &hook);
}

static int apply_locked(struct orl_file *f, int id, const struct command *c,
			struct orl_mistake *m)
{
	const struct orl_format *format = orl_tree_format_locked(f->tree, id);
	struct orl_hook hook;
	int rc;

	memset(m, 0, sizeof(*m));
	if (c->is_clear) {
		remove_locked(f->session, id, -1);
		return 0;
	}
	memset(&hook, 0, sizeof(hook));
	hook.kind = ORL_HOOK_FILTER;
	if (!format)
		return orl_file_fail(f, -EINVAL, "the format of this event cannot be read");
	rc = orl_compile_filter(&hook, format, c->text, c->len, m);
	if (rc)
		return rc;
	rc = put_locked(f->session, id, &hook);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

static int store_locked(struct orl_file *f, struct command *c)
{
	struct orl_subjects subjects;
	struct orl_mistake m;
	int rc = orl_subjects_of_file(f, &subjects), other;

	if (rc)
		return rc;
	rc = apply_locked(f, subjects.id[0], c, &c->mistake);
	if (rc && c->mistake.message) {
		c->nr_mistakes = 1;
		note_locked(f, subjects.id[0], c, &c->mistake);
	}
	for (uint32_t i = 1; i < subjects.nr; i++) {
		other = apply_locked(f, subjects.id[i], c, &m);
		if (other && m.message)
			note_locked(f, subjects.id[i], c, &m);
	}
	return rc;
}

/* Scripts clear the filters of all events, which seldom have any. */
static bool has_filters(const struct orl_session *s)
{
	for (uint32_t i = 0; i < ORL_NR_HOOKS; i++)
		if (__atomic_load_n(&s->set->hook[i], __ATOMIC_RELAXED) >> 16 == ORL_HOOK_FILTER)
			return true;
	return false;
}

static int store(struct orl_file *f, char *buf, size_t len,
		 int (*fn)(struct orl_file *f, struct command *c))
{
	struct command c = command_of(buf, len);
	int fd, rc;

	f->is_unchanged = c.is_clear && !has_filters(f->session);
	if (f->is_unchanged)
		return 0;
	pthread_mutex_lock(&f->tree->lock);
	fd = orl_set_lock(f->session);
	rc = fd < 0 ? orl_file_fail_session(f, fd) : fn(f, &c);
	if (fd >= 0) {
		orl_set_publish(f->session, false);
		orl_set_unlock(fd);
	}
	pthread_mutex_unlock(&f->tree->lock);
	for (uint32_t i = 0; i < c.nr_mistakes; i++)
		orl_tree_mistake(f, c.text, c.len, &c.mistake);
	return rc;
}

int orl_store_filter(struct orl_file *f, char *buf, size_t len)
{
	return store(f, buf, len, store_locked);
}

static int store_system_locked(struct orl_file *f, struct command *c)
{
	const struct orl_events *ev = &f->tree->events;
	int rc = orl_tree_events_locked(f->tree);

	c->mistake = (struct orl_mistake){ .prefix = "event filter parse error",
					   .message = BAD_SYSTEM_FILTER, .err = -EINVAL };
	for (uint32_t i = 0; i < ev->nr && !rc; i++) {
		struct orl_mistake m;
		int failed;

		if (strcmp(ev->event[i].system, f->where.system))
			continue;
		failed = apply_locked(f, ev->event[i].id, c, &m);
		if (failed == -ENOSPC && !m.message)
			rc = failed;
		if (!failed)
			continue;
		note_locked(f, ev->event[i].id, c, &c->mistake);
		if (c->nr_mistakes < LOGGED_MAX)
			c->nr_mistakes++;
	}
	/* as in the kernel: a write that no event could take has succeeded too */
	return rc;
}

int orl_store_filter_system(struct orl_file *f, char *buf, size_t len)
{
	return store(f, buf, len, store_system_locked);
}

int orl_show_filter(struct orl_file *f, struct orl_text *out)
{
	struct orl_subjects subjects;
	struct orl_hook_list list;
	struct orl_hook hook;
	int rc = orl_subjects_of_file(f, &subjects);

	if (rc)
		return rc;
	orl_hook_list(&list, f->session, subjects.id[0], ORL_HOOK_FILTER, NULL, NULL);
	if (list.nr && orl_hook_get(f->session, list.slot[0], &hook)) {
		orl_text_puts(out, hook.text);
		if (!(hook.flags & ORL_HOOK_NOTE))
			orl_text_putc(out, '\n');
	} else {
		orl_text_puts(out, "none\n");
	}
	return 0;
}

int orl_show_filter_system(struct orl_file *f, struct orl_text *out)
{
	(void)f;
	orl_text_puts(out,
		      "### global filter ###\n"
		      "# Use this to set filters for multiple events.\n"
		      "# Only events with the given fields will be affected.\n"
		      "# If no events are modified, an error message will be displayed here\n");
	return 0;
}
