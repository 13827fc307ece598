// SPDX-License-Identifier: MIT
/*
 * trigger: what happens when an event does. Each write adds one trigger, or with '!' removes it. An
 * event that some trigger switches is in soft mode: it is on, and its soft bit says whether it
 * records. An event with triggers of its own needs nothing: processes keep its sites on.
 */
#include <errno.h>
#include <string.h>

#include "tree/hooks.h"

/* One write, and the events it speaks of. */
struct command {
	struct orl_trigger_text t;
	const char *text;
	uint32_t len;
	struct orl_subjects self, target; /* target.nr 0: no such command */
	/* for error_log, which has the same lock as the set: written afterwards */
	struct orl_mistake mistake;
};

static bool has_id(const struct orl_subjects *s, uint32_t id)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if ((uint32_t)s->id[i] == id)
			return true;
	return false;
}

static bool is_switch(uint32_t cmd)
{
	return cmd == ORL_CMD_TRACEON || cmd == ORL_CMD_TRACEOFF;
}

/* Commands of a family exclude each other, and each removes the other: the kernel's rule. */
static bool is_same(const struct orl_hook *hook, const void *arg)
{
	const struct command *c = arg;

	if (c->target.nr)
		return orl_hook_has_target(hook) && has_id(&c->target, hook->target);
	if (is_switch(c->t.cmd))
		return is_switch(hook->cmd);
	if (c->t.cmd == ORL_CMD_HIST)
		return hook->cmd == ORL_CMD_HIST && orl_compile_trigger_same(&c->t, hook);
	return hook->cmd == c->t.cmd;
}

static int find_target(struct orl_file *f, struct command *c)
{
	struct orl_slots slots;

	if (c->t.cmd != ORL_CMD_ENABLE_EVENT && c->t.cmd != ORL_CMD_DISABLE_EVENT)
		return 0;
	if (!orl_tree_slots_locked(f->tree, c->t.target_system, c->t.target_event, &slots) ||
	    slots.ftrace)
		return orl_file_fail(f, -EINVAL, "there is no event %s:%s",
				     c->t.target_system, c->t.target_event);
	orl_subjects(f, &slots, &c->target);
	return 0;
}

static int add_hook_locked(struct orl_file *f, const struct command *c, struct orl_hook *hook)
{
	uint32_t nr = c->target.nr ? c->target.nr : 1;
	int rc = 0;

	for (uint32_t i = 0; i < nr && rc >= 0; i++) {
		if (c->target.nr) {
			hook->target = (uint32_t)c->target.id[i];
			orl_soft_begin_locked(f, c->target.id[i]);
		}
		rc = orl_hook_add_locked(f->session, hook);
		if (rc < 0 && c->target.nr)
			orl_soft_end_locked(f, hook->target);
	}
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

/* Add the trigger to one event. */
static int add_locked(struct orl_file *f, const struct command *c, int id, struct orl_mistake *m)
{
	const struct orl_format *format = orl_tree_format_locked(f->tree, id);
	struct orl_hook_list same;
	struct orl_hook hook;
	int rc;

	memset(m, 0, sizeof(*m));
	memset(&hook, 0, sizeof(hook));
	if (!format)
		return orl_file_fail(f, -EINVAL, "the format of this event cannot be read");
	orl_hook_list(&same, f->session, id, ORL_HOOK_TRIGGER, is_same, c);
	if (same.nr && c->t.cmd == ORL_CMD_HIST)
		return orl_hist_change_locked(f, &c->t, &same);
	if (same.nr)
		return orl_file_fail(f, -EEXIST, "there is such a trigger: remove it first");
	rc = orl_compile_trigger(&hook, &c->t, format, c->text, c->len, m);
	if (rc)
		return rc;
	hook.event = (uint32_t)id;
	if (hook.cmd == ORL_CMD_HIST)
		rc = orl_hist_add_locked(f, &c->t, &hook);
	if (rc)
		return rc;
	return add_hook_locked(f, c, &hook);
}

static void remove_list_locked(struct orl_file *f, const struct orl_hook_list *list)
{
	for (uint32_t i = 0; i < list->nr; i++) {
		struct orl_hook hook;
		bool is_whole = orl_hook_get(f->session, list->slot[i], &hook);

		orl_hook_remove_locked(f->session, list->slot[i]);
		if (!is_whole)
			continue;
		if (hook.cmd == ORL_CMD_HIST)
			orl_hist_drop_locked(f, hook.hist_id);
		if (orl_hook_has_target(&hook))
			orl_soft_end_locked(f, hook.target);
	}
}

static int store_locked(struct orl_file *f, struct command *c)
{
	struct orl_mistake m;
	int rc = 0;

	for (uint32_t i = 0; i < c->self.nr; i++) {
		struct orl_hook_list same;
		int one = 0;

		if (c->t.remove) {
			orl_hook_list(&same, f->session, c->self.id[i], ORL_HOOK_TRIGGER, is_same,
				      c);
			remove_list_locked(f, &same);
		} else {
			one = add_locked(f, c, c->self.id[i], i ? &m : &c->mistake);
		}
		/* what is shown decides; others of the name may have other fields */
		if (!i)
			rc = one;
	}
	return rc;
}

/* Memory that the trigger will need, made before any lock. */
static int prepare(struct orl_file *f, const struct command *c)
{
	int rc;

	if (c->t.remove)
		return 0;
	rc = orl_session_create_rings(f->session);
	if (!rc && c->t.cmd == ORL_CMD_SNAPSHOT)
		rc = orl_snapshot_alloc(f->session);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

static int lock_and_store(struct orl_file *f, struct command *c)
{
	int fd, rc;

	pthread_mutex_lock(&f->tree->lock);
	rc = orl_subjects_of_file(f, &c->self);
	if (!rc)
		rc = find_target(f, c);
	fd = rc ? rc : orl_set_lock(f->session);
	if (fd >= 0) {
		rc = store_locked(f, c);
		orl_set_publish(f->session, false);
		orl_set_unlock(fd);
	} else if (!rc) {
		rc = orl_file_fail_session(f, fd);
	}
	pthread_mutex_unlock(&f->tree->lock);
	return rc;
}

int orl_store_trigger(struct orl_file *f, char *buf, size_t len)
{
	struct command c;
	int rc;

	if (!len)
		return 0;
	memset(&c, 0, sizeof(c));
	c.text = orl_store_trim(buf, &len);
	c.len = (uint32_t)len;
	rc = orl_compile_trigger_parse(&c.t, c.text, c.len, &c.mistake);
	if (!rc)
		rc = prepare(f, &c);
	if (!rc)
		rc = lock_and_store(f, &c);
	if (rc && c.mistake.message)
		orl_tree_mistake(f, c.text, c.len, &c.mistake);
	return rc;
}

static bool is_hist(const struct orl_hook *hook, const void *arg)
{
	(void)arg;
	return hook->cmd == ORL_CMD_HIST;
}

static bool has_hist(const struct orl_file *f, const struct orl_subjects *self)
{
	struct orl_hook_list list = { .nr = 0 };

	for (uint32_t i = 0; i < self->nr && !list.nr; i++)
		orl_hook_list(&list, f->session, self->id[i], ORL_HOOK_TRIGGER, is_hist, NULL);
	return list.nr > 0;
}

/* As in the kernel, a '>' removes what is a hist, and nothing else. */
int orl_trunc_trigger(struct orl_file *f)
{
	struct orl_subjects self;
	struct orl_hook_list list;
	int fd, rc;

	pthread_mutex_lock(&f->tree->lock);
	rc = orl_subjects_of_file(f, &self);
	f->is_unchanged = !rc && !has_hist(f, &self);
	fd = rc || f->is_unchanged ? rc : orl_set_lock(f->session);
	for (uint32_t i = 0; !f->is_unchanged && fd >= 0 && i < self.nr; i++) {
		orl_hook_list(&list, f->session, self.id[i], ORL_HOOK_TRIGGER, is_hist, NULL);
		remove_list_locked(f, &list);
	}
	if (fd >= 0 && !f->is_unchanged) {
		orl_set_publish(f->session, false);
		orl_set_unlock(fd);
	}
	pthread_mutex_unlock(&f->tree->lock);
	return fd < 0 ? fd : 0;
}

/* Newest first. A trigger on several events of one target name is one line. */
int orl_show_trigger(struct orl_file *f, struct orl_text *out)
{
	struct orl_subjects self;
	struct orl_hook_list list;
	struct orl_hook hook;
	size_t last = 0;
	int rc = orl_subjects_of_file(f, &self);

	if (rc)
		return rc;
	orl_hook_list(&list, f->session, self.id[0], ORL_HOOK_TRIGGER, NULL, NULL);
	for (uint32_t i = list.nr; i-- > 0;) {
		size_t begin = out->len;

		if (!orl_hook_get(f->session, list.slot[i], &hook))
			continue;
		orl_compile_trigger_list(out, &hook);
		if (begin && out->len - begin == begin - last &&
		    !memcmp(out->buf + begin, out->buf + last, begin - last))
			out->len = begin;
		else
			last = begin;
	}
	if (!out->len)
		orl_compile_trigger_help(out);
	return 0;
}
