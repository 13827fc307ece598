// SPDX-License-Identifier: MIT
/*
 * A numbered file is made under the control file's lock, and spoken of by a set before the lock is
 * given back. So with the lock held, what no set speaks of belongs to nobody.
 */
#include "reader/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/debugfs.h"
#include "reader/dyndbg.h"
#include "reader/set-impl.h"

#define NR_IDS (ORL_NR_INSTANCES * 4 + ORL_NR_HOOKS)

struct ids {
	uint32_t nr;
	uint32_t id[NR_IDS];
};

/* By kind of file: what is spoken of. */
struct known {
	struct ids instances, rings, hists;
	bool is_sure;			/* every set could be read */
};

struct place {
	struct orl_session *top;
	struct known *known;
	bool dry_run;
};

static void add(struct ids *ids, uint32_t id, bool *is_sure)
{
	if (ids->nr == NR_IDS)
		*is_sure = false;
	else
		ids->id[ids->nr++] = id;
}

static bool has(const struct ids *ids, uint32_t id)
{
	for (uint32_t i = 0; i < ids->nr; i++)
		if (ids->id[i] == id)
			return true;
	return false;
}

static bool add_hist(const struct orl_hook *hook, uint32_t i, void *arg)
{
	struct known *k = arg;

	(void)i;
	if (hook->cmd == ORL_CMD_HIST && !has(&k->hists, hook->hist_id))
		add(&k->hists, hook->hist_id, &k->is_sure);
	return true;
}

static void add_set(struct known *k, struct orl_session *s, bool dry_run)
{
	if (!dry_run)
		orl_size_finish_locked(s);
	add(&k->instances, s->instance_id, &k->is_sure);
	add(&k->rings, s->set->ring_id[0], &k->is_sure);
	add(&k->rings, s->set->ring_id[1], &k->is_sure);
	add(&k->rings, s->set->retired_ring, &k->is_sure);
	k->is_sure &= !orl_hook_foreach(s, 0, ORL_HOOK_TRIGGER, add_hist, k);
}

static bool add_instance(const char *name, uint32_t id, void *arg)
{
	struct place *p = arg;
	struct orl_session s;

	(void)id;
	if (orl_session_open_instance(&s, p->top, name)) {
		p->known->is_sure = false;
		return false;
	}
	add_set(p->known, &s, p->dry_run);
	orl_session_close(&s);
	return true;
}

/* Does nobody speak of a file of this name? */
static bool is_orphan(const struct known *k, const char *name)
{
	const struct {
		const char *base;
		const struct ids *ids;
	} kinds[] = { { ORL_SET_NAME, &k->instances },	  { ORL_HOOKS_NAME, &k->instances },
		      { ORL_ERRORS_NAME, &k->instances }, { ORL_RING_NAME, &k->rings },
		      { ORL_HIST_NAME, &k->hists } };
	const char *dot = strchr(name, '.');
	unsigned long id = dot ? strtoul(dot + 1, NULL, 10) : 0;

	if (!orl_domain_is_file_name(name) || !id || id >= ORL_NO_RING)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].base) == (size_t)(dot - name) &&
		    !strncmp(name, kinds[i].base, (size_t)(dot - name)))
			return !has(kinds[i].ids, (uint32_t)id);
	return false;
}

static int sweep_dir(struct place *p, uint64_t *bytes)
{
	int nr = 0, fd = orl_domain_open_dir(p->top->domain.dir);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return orl_session_fail(p->top, fd < 0 ? fd : -ENOMEM, "cannot read %s",
					p->top->domain.dir);
	}
	while ((e = readdir(d))) {
		if (!is_orphan(p->known, e->d_name) ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		if (!p->dry_run && unlinkat(dirfd(d), e->d_name, 0))
			continue;
		*bytes += (uint64_t)st.st_blocks * 512;
		nr++;
	}
	closedir(d);
	return nr;
}

int orl_domain_sweep(struct orl_session *top, bool dry_run, uint64_t *bytes)
{
	struct known *known = calloc(1, sizeof(*known));
	struct place p = { top, known, dry_run };
	int fd, rc = 0;

	*bytes = 0;
	if (!known)
		return orl_session_fail(top, -ENOMEM, "no memory");
	/* a look needs no lock: what it finds may be somebody's by the time it is told */
	fd = dry_run ? -1 : orl_set_lock(top);
	if (!dry_run && fd < 0) {
		free(known);
		return fd;
	}
	known->is_sure = true;
	add_set(known, top, dry_run);
	orl_instance_foreach(top, add_instance, &p);
	if (known->is_sure)
		rc = sweep_dir(&p, bytes);
	if (rc >= 0)
		rc += orl_dyndbg_sweep(top, dry_run, bytes) + orl_dfs_sweep(top, dry_run, bytes);
	if (fd >= 0)
		orl_set_unlock(fd);
	free(known);
	return rc;
}

static bool wants_events(const struct orl_session *s)
{
	const struct orl_exact *exact = &s->set->exact[s->set->gen & 1];
	struct orl_rules rules;

	for (uint32_t i = 0; i < ORL_SET_EVENTS / 64; i++)
		if (exact->known[i] & exact->on[i])
			return true;
	orl_control_rules(s, &rules);
	for (uint32_t i = 0; i < rules.nr; i++)
		if (!(rules.rule[i].flags & ORL_RULE_OVERLAY) &&
		    (rules.rule[i].flags & ORL_RULE_ENABLE) &&
		    (!rules.rule[i].pid || orl_process_is_alive(rules.rule[i].pid)))
			return true;
	return false;
}

struct wish {
	const struct orl_session *top;
	bool found;
};

static bool look_for_wish(const char *name, uint32_t id, void *arg)
{
	struct wish *w = arg;
	struct orl_session s;

	(void)id;
	if (orl_session_open_instance(&s, w->top, name))
		return true;
	w->found = wants_events(&s);
	orl_session_close(&s);
	return !w->found;
}

/* A query that switches lines on in programs to come. */
static bool wants_lines(const struct orl_session *top)
{
	struct orl_queries *kept = malloc(sizeof(*kept));
	bool found = false;

	if (kept && !orl_dyndbg_kept(top, kept))
		for (uint32_t i = 0; i < kept->nr && !found; i++)
			found = !kept->query[i].pid && (kept->query[i].set & ORL_SITE_PRINT);
	free(kept);
	return found;
}

bool orl_domain_wants_events(const struct orl_session *top)
{
	struct wish w = { top, wants_events(top) || wants_lines(top) };

	if (!w.found)
		orl_instance_foreach(top, look_for_wish, &w);
	return w.found;
}
