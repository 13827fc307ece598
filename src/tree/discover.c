// SPDX-License-Identifier: MIT
/*
 * A program that merely links the library has registered nothing yet: it waits for a nudge. Whoever
 * asks which events or processes there are, or for one that is not there, is a reason for one.
 *
 * Finding such programs takes a look at all of /proc, so it is done at most a fifth of the time.
 */
#include <errno.h>

#include "reader/control.h"
#include "tree/impl.h"

#define PAUSE_NS 20000000ULL
#define PAUSE_FACTOR 4U

bool orl_tree_discover(struct orl_tree *t)
{
	bool is_due = false;
	uint64_t begin, now;

	if (t->flags & ORL_TREE_READONLY)
		return false;
	pthread_mutex_lock(&t->scout_lock);
	begin = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
	if (begin >= t->next_scout_ns) {
		if (!t->has_scout) {
			pthread_mutex_lock(&t->lock);
			t->has_scout = !orl_session_open_instance(&t->scout, &t->top, "");
			pthread_mutex_unlock(&t->lock);
		}
		if (t->has_scout)
			is_due = orl_control_nudge(&t->scout, ORL_NUDGE_MS, NULL) >= 0;
		now = orl_clock_ticks(ORL_CLOCK_MONOTONIC);
		t->next_scout_ns = now + (now - begin) * PAUSE_FACTOR + PAUSE_NS;
	}
	pthread_mutex_unlock(&t->scout_lock);
	return is_due;
}

bool orl_tree_discover_path(struct orl_tree *t, const char *path)
{
	struct orl_where w;
	size_t upto;
	int rc = orl_path_parse(&w, path, &upto);

	if (rc == -ENOTDIR && w.folder == ORL_DIR_BYNAME)
		rc = 0;
	if (rc || (w.folder != ORL_DIR_EVENTS && w.folder != ORL_DIR_SYSTEM &&
		   w.folder != ORL_DIR_EVENT && w.folder != ORL_DIR_PROCESSES &&
		   w.folder != ORL_DIR_BYNAME))
		return false;
	orl_tree_discover(t);
	return true;
}

void orl_tree_discover_fini(struct orl_tree *t)
{
	if (t->has_scout)
		orl_session_close(&t->scout);
	pthread_mutex_destroy(&t->scout_lock);
}
