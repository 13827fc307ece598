// SPDX-License-Identifier: MIT
/*
 * hist triggers: their tables, which a name shares among events, and the file that shows them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree/hooks.h"

#define SIZE_DEFAULT 2048U

/* Does the text of a hist hook say ":name=@name"? */
static bool is_named(const struct orl_hook *hook, const void *arg)
{
	char word[80];
	const char *at;
	int len = snprintf(word, sizeof(word), ":name=%s", (const char *)arg);

	if (hook->cmd != ORL_CMD_HIST || !memchr(hook->text, '\0', sizeof(hook->text)))
		return false;
	at = strstr(hook->text, word);
	return at && (!at[len] || strchr(": ", at[len]));
}

static bool is_field_alike(const struct orl_hist_field *a, const struct orl_hist_field *b)
{
	return a->load == b->load && a->map == b->map && a->off == b->off && a->size == b->size &&
	       a->key_off == b->key_off && a->arg == b->arg;
}

/*
 * May records of two events be counted in one table? The table says where in a record its numbers
 * lie, so they must lie there in both.
 */
static bool is_alike(const struct orl_hist_spec *a, const struct orl_hist_spec *b)
{
	if (a->nr_keys != b->nr_keys || a->nr_vals != b->nr_vals || a->key_len != b->key_len)
		return false;
	for (uint32_t i = 0; i < a->nr_keys && i < ORL_HIST_KEYS; i++)
		if (!is_field_alike(&a->key[i], &b->key[i]))
			return false;
	for (uint32_t i = 0; i < a->nr_vals && i < ORL_HIST_VALS; i++)
		if (!is_field_alike(&a->val[i], &b->val[i]))
			return false;
	return true;
}

int orl_hist_add_locked(struct orl_file *f, const struct orl_trigger_text *t,
			struct orl_hook *hook)
{
	struct orl_hook_list list = { .nr = 0 };
	struct orl_hook other;
	int id;

	if (t->cont || t->clear)
		return orl_file_fail(f, -ENOENT, "there is no such hist");
	if (t->name[0])
		orl_hook_list(&list, f->session, 0, ORL_HOOK_TRIGGER, is_named, t->name);
	if (list.nr && orl_hook_get(f->session, list.slot[0], &other)) {
		if (!is_alike(&other.hist, &hook->hist))
			return orl_file_fail(f, -EINVAL, "the hist '%s' has other keys or "
					     "values, or at other places",
					     t->name);
		hook->hist_id = other.hist_id;
		return 0;
	}
	id = orl_hist_create(f->session, &hook->hist, t->size ? t->size : SIZE_DEFAULT);
	if (id < 0)
		return orl_file_fail_session(f, id);
	hook->hist_id = (uint32_t)id;
	return 0;
}

static bool has_hist(const struct orl_hook *hook, const void *arg)
{
	const uint32_t *id = arg;

	return hook->cmd == ORL_CMD_HIST && hook->hist_id == *id;
}

void orl_hist_drop_locked(struct orl_file *f, uint32_t id)
{
	struct orl_hook_list list;

	orl_hook_list(&list, f->session, 0, ORL_HOOK_TRIGGER, has_hist, &id);
	if (!list.nr)
		orl_hist_remove(f->session, id);
}

/* Nobody can empty a table that processes fill: another takes its place. */
static int clear_locked(struct orl_file *f, uint32_t old_id)
{
	struct orl_session *s = f->session;
	struct orl_hook_list list;
	struct orl_hook hook;
	uint32_t size = SIZE_DEFAULT;
	void *copy = NULL;
	size_t len = 0;
	int id = -ENOENT;

	if (!orl_hist_read(s, old_id, &copy, &len) && len >= sizeof(struct orl_hist_file))
		size = ((struct orl_hist_file *)copy)->size;
	free(copy);
	orl_hook_list(&list, s, 0, ORL_HOOK_TRIGGER, has_hist, &old_id);
	for (uint32_t i = 0; i < list.nr; i++) {
		if (!orl_hook_get(s, list.slot[i], &hook))
			continue;
		if (id == -ENOENT)
			id = orl_hist_create(s, &hook.hist, size);
		if (id < 0)
			return orl_file_fail_session(f, id);
		hook.hist_id = (uint32_t)id;
		orl_hook_replace_locked(s, list.slot[i], &hook);
	}
	orl_hist_remove(s, old_id);
	return 0;
}

int orl_hist_change_locked(struct orl_file *f, const struct orl_trigger_text *t,
			   const struct orl_hook_list *same)
{
	struct orl_hook hook;
	int rc = 0;

	if (!t->pause && !t->cont && !t->clear)
		return orl_file_fail(f, -EEXIST, "there is such a hist: remove it first");
	for (uint32_t i = 0; i < same->nr && !rc; i++) {
		if (!orl_hook_get(f->session, same->slot[i], &hook))
			continue;
		if (t->pause)
			hook.flags |= ORL_HOOK_PAUSED;
		if (t->cont)
			hook.flags &= ~ORL_HOOK_PAUSED;
		if (t->pause || t->cont)
			rc = orl_hook_replace_locked(f->session, same->slot[i], &hook);
		if (t->clear && rc >= 0)
			rc = clear_locked(f, hook.hist_id);
	}
	return rc < 0 ? rc : 0;
}

static bool is_hist(const struct orl_hook *hook, const void *arg)
{
	(void)arg;
	return hook->cmd == ORL_CMD_HIST;
}

static int show_one(struct orl_file *f, struct orl_text *out, uint32_t slot,
		    struct orl_hist_view *view)
{
	struct orl_hook hook;
	void *copy = NULL;
	size_t len = 0;
	int rc = 0;

	if (orl_hook_get(f->session, slot, &hook) &&
	    !orl_hist_read(f->session, hook.hist_id, &copy, &len)) {
		view->hook = &hook;
		view->map = copy;
		view->map_len = len;
		if (out->len)
			orl_text_puts(out, "\n\n");
		rc = orl_compile_hist_print(out, view);
	}
	free(copy);
	return rc;
}

/* Without the tree's lock: names of functions may have to be read from large files. */
int orl_show_hist(struct orl_file *f, struct orl_text *out)
{
	struct orl_hist_view view = { .symbol = orl_names_symbol, .ns_of_ticks = orl_names_ns };
	struct orl_subjects self;
	struct orl_hook_list list;
	struct orl_names names = { .s = f->session };
	int rc;

	pthread_mutex_lock(&f->tree->lock);
	rc = orl_subjects_of_file(f, &self);
	view.format = rc ? NULL : orl_tree_format_locked(f->tree, self.id[0]);
	pthread_mutex_unlock(&f->tree->lock);
	if (rc || !view.format)
		return rc;
	view.arg = &names;
	orl_hook_list(&list, f->session, self.id[0], ORL_HOOK_TRIGGER, is_hist, NULL);
	for (uint32_t i = list.nr; i-- > 0 && !rc;)
		rc = show_one(f, out, list.slot[i], &view);
	orl_names_fini(&names);
	return rc;
}
