// SPDX-License-Identifier: MIT
/*
 * oriel doctor, dynamic debug: the lines that processes show, and what stands in their way.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor-process.h"
#include "reader/dyndbg.h"
#include "reader/prints.h"

static void check_registry(struct orl_checks *c, const struct orl_session *s)
{
	struct orl_print_table *prints;
	uint64_t refused;
	int rc;

	if (orl_prints_open(&prints, &s->domain)) {
		c->failed = true;
		return;
	}
	rc = orl_prints_error(prints);
	refused = rc ? 0 : orl_prints_refused(prints);
	orl_prints_close(prints);
	if (rc && rc != -ENOENT)
		orl_check_add(c, ORL_CHECK_FAIL, "prints",
			      "oriel gc, when no program uses the domain",
			      "the registry of lines that print cannot be read: %s",
			      rc == -EBADMSG ? "it is damaged" : strerror(-rc));
	else if (refused)
		orl_check_add(c, ORL_CHECK_FAIL, "prints",
			      "give some programs an ORIEL_DOMAIN of their own",
			      "full: %" PRIu64 " lines found no room", refused);
}

static void check_sites(struct orl_checks *c, struct orl_session *s)
{
	struct orl_dyndbg_sites sites;
	uint32_t nr_on = 0;

	if (orl_dyndbg_load(&sites, s, 0)) {
		c->failed = true;
		orl_dyndbg_fini(&sites);
		return;
	}
	for (uint32_t i = 0; i < sites.nr; i++)
		nr_on += sites.site[i].flags & ORL_SITE_PRINT;
	if (sites.trouble.nr_damaged)
		orl_check_add(c, ORL_CHECK_FAIL, "lines", NULL,
			      "%u files or entries of lines to switch are damaged",
			      sites.trouble.nr_damaged);
	else
		orl_check_add(c, ORL_CHECK_OK, "lines", NULL,
			      "%u to switch in %u processes, %u are on", sites.nr,
			      sites.trouble.nr_processes, nr_on);
	orl_dyndbg_fini(&sites);
}

void orl_doctor_lines(struct orl_checks *c, struct orl_session *s)
{
	struct orl_queries *kept;
	int rc;

	check_registry(c, s);
	if (!__atomic_load_n(&s->domain.ctl->dyndbg, __ATOMIC_RELAXED)) {
		orl_check_add(c, ORL_CHECK_OK, "lines", NULL,
			      "nobody has asked for lines to switch yet: oriel dyndbg --list");
		return;
	}
	kept = malloc(sizeof(*kept));
	rc = kept ? orl_dyndbg_kept(s, kept) : -ENOMEM;
	free(kept);
	if (rc)
		orl_check_add(c, ORL_CHECK_FAIL, "dynamic debug",
			      "oriel gc, when no program uses the domain",
			      "the queries cannot be read: %s",
			      rc == -EBADMSG ? "their file is damaged" : strerror(-rc));
	check_sites(c, s);
}
