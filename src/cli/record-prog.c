// SPDX-License-Identifier: MIT
/*
 * oriel record -- PROG: a program in a domain of its own.
 *
 * The domain "record-<our pid>" is made and its rules are set before PROG starts, so that its
 * events are on before main. PROG finds it by ORIEL_DOMAIN, which its children inherit. Afterwards
 * the rules are taken back, so that whatever PROG left running costs nothing any more, and the
 * domain is removed. If we are killed, oriel gc does that.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/live.h"
#include "cli/preload.h"
#include "cli/record.h"
#include "cli/remove.h"

#define GOODBYE_NS 5000000000ULL

int orl_record_private(struct orl_record_run *r)
{
	char name[32], dir[ORL_DOMAIN_DIR_MAX], why[128];
	int ret;

	snprintf(name, sizeof(name), ORL_RECORD_PREFIX "%d", (int)getpid());
	if (!orl_domain_path(dir, sizeof(dir), name, getenv("XDG_RUNTIME_DIR"), geteuid()))
		orl_domain_remove(dir, false, why, sizeof(why)); /* of a dead one with our pid */
	ret = orl_session_open(&r->session, name, ORL_SESSION_CREATE);
	if (ret)
		return orl_place_failed(&r->session, ret);
	r->is_open = r->is_private = true;
	return 0;
}

/* environ with our variables; the array and its own strings are freed by free_environment() */
struct environment {
	char **entry;
	char *domain, *preload;
};

static void free_environment(struct environment *env)
{
	free(env->entry);
	free(env->domain);
	free(env->preload);
}

static int make_environment(struct environment *env, const char *dir, const char *library)
{
	const char *before = getenv("LD_PRELOAD");
	size_t nr = 0, n = 0;

	while (environ[nr])
		nr++;
	env->preload = NULL;
	env->entry = calloc(nr + 3, sizeof(*env->entry));
	if (asprintf(&env->domain, "ORIEL_DOMAIN=%s", dir) < 0)
		env->domain = NULL;
	if (library && asprintf(&env->preload, "LD_PRELOAD=%s%s%s", library,
				before && *before ? ":" : "", before ? before : "") < 0)
		env->preload = NULL;
	if (!env->entry || !env->domain || (library && !env->preload))
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		if (strncmp(environ[i], "ORIEL_DOMAIN=", 13) &&
		    (!library || strncmp(environ[i], "LD_PRELOAD=", 11)))
			env->entry[n++] = environ[i];
	env->entry[n++] = env->domain;
	if (library)
		env->entry[n++] = env->preload;
	return 0;
}

static int spawn(struct orl_record_run *r, char **env)
{
	posix_spawnattr_t attr;
	sigset_t defaults;
	int ret;

	sigemptyset(&defaults);
	/* We ignore SIGPIPE while recording; PROG gets what we were given. */
	if (r->signals.pipe_was != SIG_IGN)
		sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &r->signals.before);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	ret = posix_spawnp(&r->child, r->args->rest[0], NULL, &attr, r->args->rest, env);
	posix_spawnattr_destroy(&attr);
	if (ret)
		r->child = 0;
	return -ret;
}

int orl_record_start(struct orl_record_run *r)
{
	struct environment env;
	char library[512];
	int ret;

	if (r->args->preload) {
		ret = orl_preload_find(r->args->preload, library, sizeof(library));
		if (ret)
			return ret;
	}
	ret = make_environment(&env, r->session.domain.dir, r->args->preload ? library : NULL);
	if (!ret)
		ret = spawn(r, env.entry);
	free_environment(&env);
	if (!ret)
		return 0;
	orl_cli_error("cannot run %s: %s", r->args->rest[0], strerror(-ret));
	return orl_cli_status(ret);
}

void orl_record_reap(struct orl_record_run *r)
{
	if (r->child && waitpid(r->child, &r->child_status, WNOHANG) == r->child) {
		r->child = 0;
		r->is_child_done = true;
	}
}

void orl_record_stop_prog(struct orl_record_run *r)
{
	uint64_t until = orl_clock_ticks(ORL_CLOCK_MONOTONIC) + GOODBYE_NS;

	orl_record_reap(r);
	if (!r->child)
		return;
	kill(r->child, SIGTERM);
	while (r->child && orl_clock_ticks(ORL_CLOCK_MONOTONIC) < until) {
		int sig = orl_signals_wait(&r->signals, 100000000);

		if (sig == SIGCHLD || !sig)
			orl_record_reap(r);
		else
			break;
	}
	if (r->child)
		orl_cli_note("%s still runs as process %d, with its events off", r->args->rest[0],
			     (int)r->child);
}

void orl_record_leave(struct orl_record_run *r)
{
	char why[128];

	if (r->is_private && orl_domain_remove(r->session.domain.dir, false, why, sizeof(why)) < 0)
		orl_cli_note("%s could not be removed: %s; oriel gc does it later",
			     r->session.domain.dir, why);
}
