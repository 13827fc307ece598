// SPDX-License-Identifier: MIT
/*
 * Opening a domain from outside, and saying what is wrong with it.
 */
#include "reader/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "reader/guard.h"
#include "reader/set-impl.h"

#define NS_PER_MS 1000000ULL
#define CALIBRATE_NS (10 * NS_PER_MS)

int orl_session_fail(struct orl_session *s, int rc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(s->error, sizeof(s->error), fmt, args);
	va_end(args);
	return rc;
}

int orl_session_fail_no_room(struct orl_session *s, const char *dir, const char *what)
{
	struct statvfs fs;
	unsigned long long free_kb = 0;

	if (!statvfs(dir, &fs))
		free_kb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 10;
	return orl_session_fail(s, -ENOSPC,
				"no room for %s in %s (%llu KiB free): remove what 'oriel gc' "
				"finds, enlarge that file system, or set ORIEL_DOMAIN to a "
				"directory on another one", what, dir, free_kb);
}

/* What is wrong with a domain's directory, and what to do. The first %s is the directory. */
static const struct {
	int rc;
	const char *text;
} open_errors[] = {
	{ -ENOENT, "no domain at %s: start a traced program, or set ORIEL_DOMAIN to where one is" },
	{ -ELOOP, "%s is a symbolic link, which is never followed: remove it, or set "
		  "ORIEL_DOMAIN to another directory" },
	{ -ENOTDIR, "%s is not a directory: remove it or set ORIEL_DOMAIN to another directory" },
	{ -EPERM, "%s is not safe: it, or the directory above it, belongs to another user or is "
		  "open to others; chmod 700 it if it is yours, or set ORIEL_DOMAIN to another "
		  "directory" },
	{ -EBADMSG, "the control file %s/" ORL_CTL_NAME " is damaged: end the traced programs and "
		    "remove the directory" },
	{ -EPROTO, "the control file %s/" ORL_CTL_NAME " is of another version of Oriel: use that "
		   "version's tools, or end the traced programs and remove the directory" },
};

static int fail_open(struct orl_session *s, int rc, const char *dir)
{
	if (rc == -ENOSPC)
		return orl_session_fail_no_room(s, dir, "the control file");
	if (rc == -ENOENT && (s->flags & ORL_SESSION_CREATE))
		return orl_session_fail(s, rc,
					"%s cannot be made: the directory above it is missing; "
					"make that, or set XDG_RUNTIME_DIR or ORIEL_DOMAIN to a "
					"directory that is there", dir);
	for (size_t i = 0; i < sizeof(open_errors) / sizeof(open_errors[0]); i++)
		if (open_errors[i].rc == rc)
			return orl_session_fail(s, rc, open_errors[i].text, dir);
	return orl_session_fail(s, rc,
				"cannot open the domain %s: %s; set ORIEL_DOMAIN to a directory "
				"that you may write", dir, strerror(-rc));
}

static void sleep_ns(uint64_t ns)
{
	struct timespec left = { .tv_sec = (time_t)(ns / (1000 * NS_PER_MS)),
				 .tv_nsec = (long)(ns % (1000 * NS_PER_MS)) };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/*
 * The base moment comes from the control file. One that makes no sense (the machine was started
 * again since, or damage) still serves as the place of zero, with a slope measured now.
 */
static void calibrate(struct orl_session *s)
{
	const struct orl_ctl *ctl = s->domain.ctl;
	uint64_t base_ticks = ctl->base_ticks, base_ns = ctl->base_ns, ticks, ns, ticks0, ns0;
	uint32_t clock = ctl->clock;

	orl_clock_pair(clock, &ticks, &ns);
	if (clock == ORL_CLOCK_TSC && ns >= base_ns && ns - base_ns < CALIBRATE_NS) {
		sleep_ns(CALIBRATE_NS - (ns - base_ns));
		orl_clock_pair(clock, &ticks, &ns);
	}
	if (!orl_timebase_init(&s->time, clock, base_ticks, base_ns, ticks, ns))
		return;
	ticks0 = ticks;
	ns0 = ns;
	sleep_ns(CALIBRATE_NS);
	orl_clock_pair(clock, &ticks, &ns);
	if (orl_timebase_init(&s->time, clock, ticks0, ns0, ticks, ns))
		orl_timebase_init(&s->time, ORL_CLOCK_MONOTONIC, 0, 0, 0, 0);
	s->time.base_ticks = base_ticks;
	s->time.base_ns = base_ns;
}

/* What every session of an opened domain has. */
static int begin(struct orl_session *s)
{
	orl_guard_add(s->domain.ctl, ORL_CTL_SIZE);
	s->set = &s->domain.ctl->top;
	s->hooks = calloc(1, sizeof(*s->hooks));
	if (s->hooks)
		return 0;
	orl_session_close(s);
	return orl_session_fail(s, -ENOMEM, "no memory");
}

static int end(struct orl_session *s, int rc)
{
	if (rc && rc != -ENOENT) {
		orl_session_close(s);
		return rc;
	}
	s->error[0] = '\0';
	return 0;
}

int orl_session_open(struct orl_session *s, const char *name, unsigned int flags)
{
	char dir[ORL_DOMAIN_DIR_MAX];
	int how = (flags & ORL_SESSION_CREATE ? ORL_DOMAIN_CREATE : 0) |
		  (flags & ORL_SESSION_READONLY ? ORL_DOMAIN_READONLY : 0);
	int rc;

	memset(s, 0, sizeof(*s));
	s->flags = flags;
	if (!name)
		name = secure_getenv("ORIEL_DOMAIN");
	rc = orl_domain_path(dir, sizeof(dir), name, secure_getenv("XDG_RUNTIME_DIR"), getuid());
	if (rc)
		return orl_session_fail(s, rc,
					"'%.200s' cannot name a domain: give an absolute path of "
					"less than %u bytes, or a word without '/'",
					name ? name : "", ORL_DOMAIN_DIR_MAX);
	rc = orl_domain_open(&s->domain, dir, how);
	if (rc)
		return fail_open(s, rc, dir);
	rc = begin(s);
	if (rc)
		return rc;
	calibrate(s);
	return end(s, orl_session_map_rings(s));
}

int orl_session_open_instance(struct orl_session *s, const struct orl_session *top,
			      const char *name)
{
	char dir[ORL_DOMAIN_DIR_MAX];
	uint32_t flags = top->flags & ~ORL_SESSION_CREATE;
	struct orl_timebase time = top->time;
	int rc;

	strcpy(dir, top->domain.dir);
	memset(s, 0, sizeof(*s));
	s->flags = flags;
	s->time = time;
	rc = orl_domain_open(&s->domain, dir,
			     flags & ORL_SESSION_READONLY ? ORL_DOMAIN_READONLY : 0);
	if (rc)
		return fail_open(s, rc, dir);
	rc = begin(s);
	if (rc)
		return rc;
	rc = *name ? orl_instance_map(s, name) : 0;
	if (rc) {
		orl_session_close(s);
		return rc;
	}
	return end(s, orl_session_map_rings(s));
}

void orl_session_close(struct orl_session *s)
{
	orl_session_drop_rings(s);
	if (s->hooks) {
		orl_hooks_unmap(s->hooks);
		free(s->hooks);
	}
	if (s->instance)
		orl_instance_unmap(s);
	if (s->domain.ctl)
		orl_guard_remove(s->domain.ctl);
	orl_domain_close(&s->domain);
	s->hooks = NULL;
	s->set = NULL;
}

uint64_t orl_session_now(const struct orl_session *s)
{
	return orl_clock_ticks(s->has_rings ? s->rings.file.clock : s->time.clock);
}

uint64_t orl_session_ns(const struct orl_session *s, uint64_t ticks)
{
	return orl_timebase_ns(&s->time, ticks);
}
