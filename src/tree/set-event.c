// SPDX-License-Identifier: MIT
/*
 * set_event: events by name, several in a write; and the lists of threads whose events are taken or
 * left out.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "reader/control.h"
#include "tree/kinds.h"

static bool is_on(struct orl_file *f, const struct orl_event *e, void *arg)
{
	return orl_event_has_sites_on(f->session, e, arg);
}

int orl_show_set_event(struct orl_file *f, struct orl_text *out)
{
	uint64_t triggers[ORL_TRIGGER_EVENTS / 64];
	int rc = orl_tree_events_locked(f->tree);

	orl_trigger_events(f->session, triggers);
	if (!rc)
		orl_events_names(f, out, is_on, triggers);
	return rc;
}

int orl_trunc_set_event(struct orl_file *f)
{
	return orl_enable_pattern(f, "*", false);
}

/* What a word asks for; NULL: anything. A word without ':' is a system or an event. */
struct wanted {
	const char *either, *system, *event;
};

static bool matches(const struct wanted *w, const struct orl_event *e)
{
	if (w->either && strcmp(w->either, e->system) && strcmp(w->either, e->name))
		return false;
	return (!w->system || !strcmp(w->system, e->system)) &&
	       (!w->event || !strcmp(w->event, e->name));
}

/* Only a '*' that stands alone is a wildcard, as in the kernel. */
static const char *unless_any(const char *s)
{
	return *s && strcmp(s, "*") ? s : NULL;
}

static int apply_locked(struct orl_file *f, const struct wanted *w, bool on)
{
	const struct orl_events *ev = &f->tree->events;
	const char *system = w->either ? w->either : w->system ? w->system : "*";
	bool by_rule = w->either ? orl_tree_has_system_locked(f->tree, system) : !w->event;
	uint32_t nr = 0;
	int rc = orl_tree_events_locked(f->tree);

	for (uint32_t i = 0; i < ev->nr && !rc; i++)
		nr += matches(w, &ev->event[i]);
	if (!nr)
		return rc ? rc : -EINVAL;
	if (by_rule)
		rc = orl_enable_pattern(f, system, on);
	for (uint32_t i = 0; i < ev->nr && !rc; i++) {
		const struct orl_event *e = &ev->event[i];

		if (matches(w, e) && !(by_rule && (!strcmp(system, e->system) || *system == '*')))
			rc = orl_enable_events(f, e, 1, on);
	}
	return rc;
}

static int store_word(struct orl_file *f, char *word)
{
	bool on = *word != '!';
	struct wanted w = { .either = word + !on };
	char *colon = strchr(word, ':');
	int rc;

	if (colon) {
		*colon = '\0';
		w = (struct wanted){ NULL, unless_any(word + !on), unless_any(colon + 1) };
	}
	pthread_mutex_lock(&f->tree->lock);
	rc = apply_locked(f, &w, on);
	pthread_mutex_unlock(&f->tree->lock);
	if (colon)
		*colon = ':';
	if (rc == -EINVAL && !f->error[0])
		orl_file_fail(f, rc, "no event is called '%.200s': see available_events",
			      word + !on);
	return rc;
}

int orl_store_set_event(struct orl_file *f, char *buf, size_t len)
{
	return orl_store_words(f, buf, len, store_word);
}

static bool is_notrace(const struct orl_file *f)
{
	return !strcmp(f->kind->name, "set_event_notrace_pid");
}

static int by_number(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int orl_show_pids(struct orl_file *f, struct orl_text *out)
{
	int32_t pid[ORL_NR_PIDS];
	uint32_t nr = orl_get_pids(f->session, is_notrace(f), pid);

	qsort(pid, nr, sizeof(pid[0]), by_number);
	for (uint32_t i = 0; i < nr; i++)
		orl_text_printf(out, "%d\n", pid[i]);
	return 0;
}

int orl_trunc_pids(struct orl_file *f)
{
	int rc = orl_set_pids(f->session, is_notrace(f), NULL, 0, false);

	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

struct pids {
	uint32_t nr;
	int32_t pid[ORL_NR_PIDS];
};

static int parse_pid(struct orl_file *f, char *word)
{
	struct pids *list = f->state;
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(word, &end, 0);
	if (*end || end == word || *word == '-' || errno || v > INT_MAX)
		return orl_file_fail(f, -EINVAL, "'%.100s' is no process id", word);
	if (list->nr == ORL_NR_PIDS)
		return orl_file_fail(f, -E2BIG, "at most %u ids fit", ORL_NR_PIDS);
	list->pid[list->nr++] = (int32_t)v;
	return 0;
}

/* All of a write or nothing. */
int orl_store_pids(struct orl_file *f, char *buf, size_t len)
{
	struct pids *list = calloc(1, sizeof(*list));
	int rc;

	if (!list)
		return -ENOMEM;
	f->state = list;
	rc = orl_store_words(f, buf, len, parse_pid);
	f->state = NULL;
	if (rc > 0)
		rc = -EINVAL;
	if (!rc && list->nr) {
		rc = orl_set_pids(f->session, is_notrace(f), list->pid, list->nr, true);
		if (rc < 0)
			orl_file_fail_session(f, rc);
	}
	free(list);
	return rc;
}
