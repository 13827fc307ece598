// SPDX-License-Identifier: MIT
/*
 * oriel gc: remove what dead domains leave behind.
 *
 * Of every domain under the default place, or of the one that --domain names:
 *
 *   somebody uses it              kept; slots and leased rings of dead processes in it are freed,
 *                                 and rules of dead tools and for dead processes taken back
 *   record-PID, recorder dead     removed: nobody but the recorder was ever to read it
 *   rules or queries enable something  kept: a wish for programs to come. --force removes it
 *   else                          removed
 *
 * A mount whose server is gone is taken away.
 *
 * Using a domain means: to have one of its files mapped, to stand in one of its process slots, or
 * to link the library and name it. Where that cannot be known, the domain is kept.
 */
#include "cli/gc.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/mountpoint.h"
#include "cli/place.h"
#include "cli/remove.h"
#include "reader/sweep.h"

struct gc {
	const struct orl_args *args;
	struct orl_json json;
	char place[ORL_DOMAIN_DIR_MAX];
	struct orl_users users;
	uint64_t freed;
	unsigned int nr_removed, nr_failed;
};

static void say(struct gc *g, const char *dir, const char *what, int64_t bytes, const char *why)
{
	char size[24], name[ORL_DOMAIN_DIR_MAX + 64];

	if (g->args->json) {
		orl_json_open(&g->json, NULL, '{');
		orl_json_str(&g->json, "domain", dir);
		orl_json_str(&g->json, "action", what);
		orl_json_u64(&g->json, "bytes", bytes > 0 ? (uint64_t)bytes : 0);
		orl_json_str(&g->json, "reason", why);
		orl_json_close(&g->json, '}');
		return;
	}
	if (!bytes && !strcmp(what, "kept"))
		return; /* in use, as nearly all are: of interest to programs only */
	printf("%s %s", what, orl_cli_escape(name, sizeof(name), dir));
	if (bytes > 0)
		printf(", %s", orl_cli_bytes(size, (uint64_t)bytes));
	printf(": %s\n", why);
}

static bool is_dead_recording(const char *name)
{
	size_t len = sizeof(ORL_RECORD_PREFIX) - 1;
	char *end;
	long pid;

	if (strncmp(name, ORL_RECORD_PREFIX, len))
		return false;
	pid = strtol(name + len, &end, 10);
	return pid > 0 && pid <= INT32_MAX && !*end && !orl_process_is_alive((int32_t)pid);
}

static bool is_live_recording(const char *name)
{
	return !strncmp(name, ORL_RECORD_PREFIX, sizeof(ORL_RECORD_PREFIX) - 1) &&
	       !is_dead_recording(name);
}

static bool has_overlays(const struct orl_session *s)
{
	struct orl_rules rules;

	orl_control_rules(s, &rules);
	for (uint32_t i = 0; i < rules.nr && i < ORL_NR_RULES; i++)
		if (rules.rule[i].flags & ORL_RULE_OVERLAY &&
		    orl_process_is_alive(rules.rule[i].owner))
			return true;
	return false;
}

/* Rings leased to threads that are dead: free to be leased again, with what they hold. */
static unsigned int free_leases(const struct orl_session *s, bool dry_run)
{
	unsigned int nr = 0;

	for (uint32_t i = s->nr_cpus; i < s->nr_rings; i++) {
		struct orl_ring *ring = orl_rings_get(&s->rings, i);
		uint64_t owner = __atomic_load_n(&ring->owner, __ATOMIC_RELAXED);

		if (!owner || ((uint32_t)owner && (uint32_t)owner <= INT32_MAX &&
			       (!kill((pid_t)(uint32_t)owner, 0) || errno != ESRCH)))
			continue;
		if (dry_run || __atomic_compare_exchange_n(&ring->owner, &owner, 0, false,
							   __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			nr++;
	}
	return nr;
}

/* Listing the processes frees the slots of the dead. */
static int count_processes(struct orl_session *s, unsigned int *alive, unsigned int *dead)
{
	struct orl_processes list;

	*alive = *dead = 0;
	if (orl_processes_list(&list, s, ORL_PROCS_LINKED | ORL_PROCS_DEAD, 0))
		return -ENOMEM;
	for (uint32_t i = 0; i < list.nr; i++)
		++*(list.process[i].alive ? alive : dead);
	orl_processes_fini(&list);
	return 0;
}

static unsigned int count_dead_rules(const struct orl_session *s)
{
	struct orl_rules rules;
	unsigned int nr = 0;

	orl_control_rules(s, &rules);
	for (uint32_t i = 0; i < rules.nr; i++) {
		const struct orl_rule *r = &rules.rule[i];

		nr += (r->flags & ORL_RULE_OVERLAY && !orl_process_is_alive(r->owner)) ||
		      (r->pid && !orl_process_is_alive(r->pid));
	}
	return nr;
}

static void tidy(struct gc *g, struct orl_session *s, unsigned int dead)
{
	unsigned int leases = s->has_rings ? free_leases(s, g->args->dry_run) : 0;
	unsigned int rules = count_dead_rules(s);
	struct orl_processes list;
	uint64_t bytes;
	int files = orl_domain_sweep(s, g->args->dry_run, &bytes);
	char why[224];

	if (files < 0)
		files = 0;
	if (dead && !g->args->dry_run && !orl_processes_list(&list, s, 0, 0))
		orl_processes_fini(&list);
	if (rules && !g->args->dry_run)
		orl_place_nudge(s, true, 0);
	if (!dead && !leases && !rules && !files) {
		say(g, s->domain.dir, "kept", 0, "in use");
		return;
	}
	snprintf(why, sizeof(why),
		 "slots of %u dead processes, %u leased rings of dead threads, %u rules of dead "
		 "tools and processes and %d files of dead tools and processes%s",
		 dead, leases, rules, files, g->args->dry_run ? " would be freed" : " freed");
	g->freed += bytes;
	say(g, s->domain.dir, "tidied", (int64_t)bytes, why);
}

static void drop(struct gc *g, const char *dir, const char *reason)
{
	char why[128];
	int64_t bytes = orl_domain_remove(dir, g->args->dry_run, why, sizeof(why));

	if (bytes < 0) {
		orl_cli_error("%s: cannot be removed: %s", dir, why);
		g->nr_failed++;
		return;
	}
	g->freed += (uint64_t)bytes;
	g->nr_removed++;
	say(g, dir, g->args->dry_run ? "would remove" : "removed", bytes, reason);
}

/* The lock under which rules are changed; a descriptor or -errno with text. */
static int open_lock(struct orl_session *s)
{
	int rc, fd = orl_session_lock_open(s, ORL_CTL_NAME);

	if (fd < 0)
		return fd;
	rc = orl_session_lock(s, fd, ORL_CTL_NAME);
	if (!rc)
		return fd;
	close(fd);
	return rc;
}

static uint32_t generation(const struct orl_session *s)
{
	return __atomic_load_n(&s->domain.ctl->gen, __ATOMIC_ACQUIRE);
}

/* Has a process or a tool come since we looked? */
static bool has_news(struct gc *g, struct orl_session *s, const char *name, uint32_t gen)
{
	unsigned int alive, dead;

	orl_users_fini(&g->users);
	return orl_users_find(&g->users, g->place) || orl_users_has(&g->users, name) ||
	       count_processes(s, &alive, &dead) || alive || generation(s) != gen;
}

/*
 * Looking took its time. So look again with the rules locked, so that no tool changes them in a
 * file that is about to go.
 */
static void drop_unused(struct gc *g, struct orl_session *s, const char *name, uint32_t gen,
			const char *reason)
{
	int fd = g->args->dry_run ? -1 : open_lock(s);

	if (!g->args->dry_run && fd < 0) {
		orl_cli_error("%s", s->error);
		g->nr_failed++;
		return;
	}
	if (fd >= 0 && has_news(g, s, name, gen))
		say(g, s->domain.dir, "kept", 0, "in use");
	else
		drop(g, s->domain.dir, reason);
	if (fd >= 0)
		close(fd);
}

/* A domain that nobody has mapped. */
static void judge(struct gc *g, struct orl_session *s, const char *name)
{
	uint32_t gen = generation(s);
	unsigned int alive, dead;

	if (count_processes(s, &alive, &dead)) {
		say(g, s->domain.dir, "kept", 0, "no memory to look closer");
		g->nr_failed++;
	} else if (alive || has_overlays(s)) {
		tidy(g, s, dead);
	} else if (is_dead_recording(name)) {
		drop_unused(g, s, name, gen, "its recorder is dead");
	} else if (orl_domain_wants_events(s) && !g->args->force) {
		say(g, s->domain.dir, "kept", -1,
		    "its rules enable events or lines; --force removes it");
	} else {
		drop_unused(g, s, name, gen, "nothing uses it");
	}
}

static void collect(struct gc *g, const char *name)
{
	struct orl_session s;
	char dir[ORL_DOMAIN_DIR_MAX + 256];
	bool used;
	int ret;

	snprintf(dir, sizeof(dir), "%s/%s", g->place, name);
	if (strlen(dir) >= ORL_DOMAIN_DIR_MAX)
		return;
	used = orl_users_has(&g->users, name);
	if (is_live_recording(name)) {
		say(g, dir, "kept", 0, "being recorded");
		return;
	}
	ret = orl_session_open(&s, dir, g->args->dry_run ? ORL_SESSION_READONLY : 0);
	if (ret == -ENOENT && !used)
		drop(g, dir, "it has no control file");
	else if (ret == -EBADMSG && !used)
		drop(g, dir, "its control file is damaged, and nothing has it open");
	else if (ret)
		orl_cli_note("%s", s.error);
	else if (used) {
		unsigned int alive, dead;

		tidy(g, &s, count_processes(&s, &alive, &dead) ? 0 : dead);
	} else
		judge(g, &s, name);
	if (!ret)
		orl_session_close(&s);
}

/* What a mount's server left behind when it was killed. */
static void collect_mount(struct gc *g)
{
	char dir[ORL_MOUNT_DIR_MAX];
	struct orl_mounted m;
	bool was_busy;
	int ret;

	if (orl_mountpoint(NULL, ORL_MOUNT_QUIET, dir))
		return;
	orl_mountpoint_look(dir, &m);
	if (!m.is_dead)
		return;
	ret = g->args->dry_run ? 0 : orl_mountpoint_unmount(dir, &was_busy);
	if (ret) {
		orl_cli_error("%s: cannot be unmounted: %s", dir, strerror(-ret));
		g->nr_failed++;
		return;
	}
	say(g, dir, g->args->dry_run ? "would unmount" : "unmounted", 0, "its server is gone");
}

/* The directory beside the domains that a mount stands on; but somebody may call a domain so. */
static bool is_mount(const struct gc *g, const char *name)
{
	char path[ORL_DOMAIN_DIR_MAX + 256 + sizeof("/" ORL_CTL_NAME)];
	struct orl_mounted m;

	if (strcmp(name, ORL_MOUNT_NAME))
		return false;
	snprintf(path, sizeof(path), "%s/%s", g->place, name);
	orl_mountpoint_look(path, &m);
	if (m.is_mount)
		return true;
	snprintf(path, sizeof(path), "%s/%s/" ORL_CTL_NAME, g->place, name);
	return access(path, F_OK);
}

static int walk(struct gc *g, const char *only)
{
	struct dirent *e;
	DIR *d;

	if (only) {
		char path[ORL_DOMAIN_DIR_MAX + 256];

		snprintf(path, sizeof(path), "%s/%s", g->place, only);
		if (access(path, F_OK) && errno == ENOENT) {
			orl_cli_error("no domain at %s; 'oriel gc' without --domain lists those "
				      "that there are", path);
			return ORL_EXIT_FAILURE;
		}
		collect(g, only);
		return 0;
	}
	collect_mount(g);
	d = opendir(g->place);
	if (!d && errno == ENOENT)
		return 0;
	if (!d) {
		orl_cli_error("%s: %s", g->place, strerror(errno));
		return orl_cli_status(errno);
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && !is_mount(g, e->d_name))
			collect(g, e->d_name);
	closedir(d);
	return 0;
}

static void summarize(struct gc *g)
{
	char size[24];

	if (g->args->json) {
		orl_json_close(&g->json, ']');
		orl_json_u64(&g->json, "freed", g->freed);
		orl_json_bool(&g->json, "dry_run", g->args->dry_run);
		orl_json_close(&g->json, '}');
		orl_json_end(&g->json);
		return;
	}
	printf("%u domain%s %s, %s %s\n", g->nr_removed, g->nr_removed == 1 ? "" : "s",
	       g->args->dry_run ? "to remove" : "removed", orl_cli_bytes(size, g->freed),
	       g->args->dry_run ? "to free" : "freed");
}

/* The place and, with --domain, the name in it of the only one meant. */
static int find_place(struct gc *g, const char **only)
{
	char *slash;
	int status;

	*only = NULL;
	if (!g->args->domain)
		return orl_place_default(g->place);
	status = orl_place_dir(g->args, g->place);
	if (status)
		return status;
	slash = strrchr(g->place, '/');
	if (slash == g->place) {
		orl_cli_error("domain '%s' is no directory below another", g->args->domain);
		return ORL_EXIT_USAGE;
	}
	*slash = '\0';
	*only = slash + 1;
	return 0;
}

int orl_cmd_gc(const struct orl_args *args)
{
	struct gc g = { .args = args };
	const char *only;
	int status = find_place(&g, &only);

	if (status)
		return status;
	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	if (orl_users_find(&g.users, g.place)) {
		orl_cli_error("no memory");
		return ORL_EXIT_FAILURE;
	}
	orl_json_open(&g.json, NULL, '{');
	orl_json_u64(&g.json, "version", ORL_CLI_JSON_VERSION);
	orl_json_open(&g.json, "domains", '[');
	status = walk(&g, only);
	if (!status)
		summarize(&g);
	orl_text_fini(&g.json.text);
	orl_users_fini(&g.users);
	return status ? status : g.nr_failed ? ORL_EXIT_FAILURE : ORL_EXIT_OK;
}
