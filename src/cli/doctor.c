// SPDX-License-Identifier: MIT
/*
 * oriel doctor: one line for each thing that Oriel needs, with what follows and what to do where
 * it is missing.
 *
 * It only looks: the domain is opened for reading, no process is told anything. Exit status 1 when
 * a check fails.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor-process.h"
#include "cli/place.h"

static const char *const levels[] = { "ok", "warn", "fail" };
static const char *const colours[] = { "\033[32m", "\033[33m", "\033[31m" };

void orl_check_add(struct orl_checks *c, enum orl_level level, const char *name, const char *fix,
		   const char *fmt, ...)
{
	struct orl_check *check;
	va_list ap;

	if (c->nr == c->cap) {
		unsigned int cap = c->cap ? c->cap * 2 : 32;
		struct orl_check *more = realloc(c->check, cap * sizeof(*more));

		if (!more) {
			c->failed = true;
			return;
		}
		c->check = more;
		c->cap = cap;
	}
	check = &c->check[c->nr++];
	check->level = level;
	check->pid = c->pid;
	snprintf(check->name, sizeof(check->name), "%s", name);
	snprintf(check->fix, sizeof(check->fix), "%s", fix ? fix : "");
	va_start(ap, fmt);
	vsnprintf(check->detail, sizeof(check->detail), fmt, ap);
	va_end(ap);
}

static bool has_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}

static void print_text(const struct orl_checks *c)
{
	bool colour = has_colour();
	char detail[1024], fix[512], who[24];

	for (unsigned int i = 0; i < c->nr; i++) {
		const struct orl_check *k = &c->check[i];

		who[0] = '\0';
		if (k->pid)
			snprintf(who, sizeof(who), "%d ", (int)k->pid);
		printf("%s%-4s%s  %s%s: %s%s%s\n", colour ? colours[k->level] : "",
		       levels[k->level], colour ? "\033[0m" : "", who, k->name,
		       orl_cli_escape(detail, sizeof(detail), k->detail), k->fix[0] ? "; " : "",
		       orl_cli_escape(fix, sizeof(fix), k->fix));
	}
}

static void print_json(const struct orl_checks *c, const char *dir)
{
	struct orl_json j = { 0 };

	orl_json_open(&j, NULL, '{');
	orl_json_u64(&j, "version", ORL_CLI_JSON_VERSION);
	orl_json_str(&j, "domain", dir);
	orl_json_open(&j, "checks", '[');
	for (unsigned int i = 0; i < c->nr; i++) {
		const struct orl_check *k = &c->check[i];

		orl_json_open(&j, NULL, '{');
		orl_json_str(&j, "name", k->name);
		orl_json_str(&j, "status", levels[k->level]);
		if (k->pid)
			orl_json_s64(&j, "pid", k->pid);
		orl_json_str(&j, "detail", k->detail);
		orl_json_str(&j, "fix", k->fix[0] ? k->fix : NULL);
		orl_json_close(&j, '}');
	}
	orl_json_close(&j, ']');
	orl_json_close(&j, '}');
	orl_json_end(&j);
}

static void check_session(struct orl_checks *c, const struct orl_args *args)
{
	struct orl_session s;
	int ret = orl_session_open(&s, args->domain, ORL_SESSION_READONLY);

	if (ret) {
		if (ret != -ENOENT)
			orl_check_add(c, ORL_CHECK_FAIL, "control file", NULL, "%s", s.error);
		else if (args->pid)
			orl_doctor_stranger(c, NULL, args->pid);
		return;
	}
	orl_doctor_rings(c, &s);
	orl_doctor_lines(c, &s);
	orl_doctor_processes(c, &s, args->pid);
	orl_session_close(&s);
}

int orl_cmd_doctor(const struct orl_args *args)
{
	struct orl_checks c = { 0 };
	char dir[ORL_DOMAIN_DIR_MAX];
	int status = orl_place_dir(args, dir);

	if (status)
		return status;
	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	orl_doctor_machine(&c);
	orl_doctor_mount(&c);
	orl_doctor_domain(&c, dir);
	check_session(&c, args);
	if (args->json)
		print_json(&c, dir);
	else
		print_text(&c);
	for (unsigned int i = 0; i < c.nr; i++)
		if (c.check[i].level == ORL_CHECK_FAIL)
			status = ORL_EXIT_FAILURE;
	if (c.failed) {
		orl_cli_error("no memory for all findings");
		status = ORL_EXIT_FAILURE;
	}
	free(c.check);
	return status;
}
