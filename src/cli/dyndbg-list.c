// SPDX-License-Identifier: MIT
/*
 * oriel dyndbg: what there is to switch, and what a query that matches nothing may have meant.
 */
#include "cli/dyndbg.h"

#include <stdlib.h>
#include <string.h>

#include "tree/dyndbg.h"

int orl_dyndbg_tell(const struct orl_session *s, const struct orl_dyndbg_trouble *trouble)
{
	if (trouble->nr_unnamed)
		orl_cli_error("%s: %u sites are not known by name: the registry of prints was full",
			      s->domain.dir, trouble->nr_unnamed);
	if (!trouble->nr_damaged)
		return 0;
	orl_cli_error("%s: %u files or entries of print sites are damaged and left out",
		      s->domain.dir, trouble->nr_damaged);
	return ORL_EXIT_DAMAGED;
}

static int no_memory(void)
{
	orl_cli_error("no memory");
	return ORL_EXIT_FAILURE;
}

static void json_site(struct orl_json *j, const struct orl_dyndbg_site *site)
{
	char flags[8];

	orl_json_open(j, NULL, '{');
	orl_json_str(j, "file", site->file);
	orl_json_u64(j, "line", site->line);
	orl_json_str(j, "module", site->module);
	orl_json_str(j, "function", site->function);
	orl_json_str(j, "flags", orl_flags_print(site->flags, flags));
	orl_json_str(j, "format", site->format);
	orl_json_str(j, "class", site->class_name);
	orl_json_u64(j, "processes", site->nr_processes);
	orl_json_close(j, '}');
}

/* What the domain keeps for programs and plugins to come. */
static int json_queries(struct orl_json *j, const struct orl_session *s)
{
	struct orl_queries *kept = malloc(sizeof(*kept));
	char *text = malloc(ORL_QUERY_PRINT_MAX);
	bool failed = !kept || !text;

	if (!failed)
		orl_dyndbg_kept(s, kept);
	orl_json_open(j, "queries", '[');
	for (uint32_t i = 0; !failed && i < kept->nr; i++) {
		orl_query_print(&kept->query[i], text, ORL_QUERY_PRINT_MAX);
		orl_json_open(j, NULL, '{');
		orl_json_str(j, "query", text);
		if (kept->query[i].pid)
			orl_json_s64(j, "pid", kept->query[i].pid);
		orl_json_close(j, '}');
	}
	orl_json_close(j, ']');
	free(kept);
	free(text);
	return failed ? no_memory() : 0;
}

static int put_json(const struct orl_session *s, const struct orl_dyndbg_sites *sites)
{
	struct orl_json j = { 0 };
	int ret;

	orl_json_open(&j, NULL, '{');
	orl_json_u64(&j, "version", ORL_CLI_JSON_VERSION);
	orl_json_str(&j, "domain", s->domain.dir);
	orl_json_open(&j, "sites", '[');
	for (uint32_t i = 0; i < sites->nr; i++)
		json_site(&j, &sites->site[i]);
	orl_json_close(&j, ']');
	ret = json_queries(&j, s);
	orl_json_close(&j, '}');
	if (!ret)
		orl_json_end(&j);
	orl_text_fini(&j.text);
	return ret;
}

static int put_text(const struct orl_dyndbg_sites *sites)
{
	struct orl_text text = ORL_TEXT_INIT;
	int ret;

	orl_dyndbg_put_all(&text, sites);
	ret = orl_cli_put(&text);
	orl_text_fini(&text);
	return ret ? orl_cli_status(ret) : 0;
}

int orl_dyndbg_cmd_list(struct orl_session *s, const struct orl_args *args)
{
	struct orl_dyndbg_sites sites;
	int ret = orl_dyndbg_load(&sites, s, args->pid) ? no_memory() : 0;

	if (!ret)
		ret = args->json ? put_json(s, &sites) : put_text(&sites);
	if (!ret && !sites.nr)
		orl_cli_note("no process of %s has lines to switch", s->domain.dir);
	if (!ret)
		ret = orl_dyndbg_tell(s, &sites.trouble);
	orl_dyndbg_fini(&sites);
	return ret;
}

/* Does any site match this word of the query by itself? */
static bool has_word(const struct orl_dyndbg_sites *sites, const struct orl_query *query,
		     unsigned int which)
{
	struct orl_query only = *query;

	only.given = query->given & 1U << which;
	only.first_line = only.last_line = 0;
	for (uint32_t i = 0; i < sites->nr; i++) {
		const struct orl_dyndbg_site *site = &sites->site[i];
		struct orl_query_site as = { site->file, site->function, site->module, site->format,
					     which == ORL_QUERY_CLASS ? site->class_name : NULL,
					     site->line };

		if (orl_query_match(&only, &as))
			return true;
	}
	return false;
}

static const char *word_of(const struct orl_dyndbg_site *site, unsigned int which, bool whole_path)
{
	const char *slash = strrchr(site->file, '/');

	switch (which) {
	case ORL_QUERY_FILE:
		return slash && !whole_path ? slash + 1 : site->file;
	case ORL_QUERY_FUNC:
		return site->function;
	case ORL_QUERY_MODULE:
		return site->module;
	case ORL_QUERY_CLASS:
		return site->class_name ? site->class_name : "";
	default:
		return "";
	}
}

static void find_near(struct orl_near *near, const struct orl_dyndbg_sites *sites,
		      unsigned int which)
{
	const char *last = "";

	for (uint32_t i = 0; i < sites->nr; i++) {
		const char *word = word_of(&sites->site[i], which, strchr(near->wanted, '/'));
		bool is_known = !strcmp(word, last);

		last = word;
		for (unsigned int k = 0; k < near->nr && !is_known; k++)
			is_known = !strcmp(near->name[k], word);
		if (!is_known)
			orl_near_offer(near, word);
	}
}

/* "no site is in a file 'mian.c'; near: main.c" */
static void explain(const struct orl_dyndbg_sites *sites, const struct orl_query *query,
		    const char *text, const char *who, const char *hint)
{
	static const char *const what[ORL_QUERY_NR_WORDS] = {
		[ORL_QUERY_FILE] = "is in a file", [ORL_QUERY_FUNC] = "is in a function",
		[ORL_QUERY_MODULE] = "is in a module", [ORL_QUERY_FORMAT] = "has a format with",
		[ORL_QUERY_CLASS] = "is of a class",
	};
	char nearby[512];

	for (unsigned int i = 0; i < ORL_QUERY_NR_WORDS; i++) {
		const char *word = orl_query_word(query, i);
		struct orl_near near;

		if (!word || has_word(sites, query, i))
			continue;
		orl_near_init(&near, word);
		find_near(&near, sites, i);
		orl_near_text(&near, "; near: ", nearby, sizeof(nearby));
		orl_cli_error("no site matches '%s'%s: none %s '%s'%s%s", text, who, what[i], word,
			      *nearby ? nearby : "; see oriel dyndbg --list", hint);
		return;
	}
	orl_cli_error("no site matches '%s'%s; see oriel dyndbg --list%s", text, who, hint);
}

int orl_dyndbg_no_match(struct orl_session *s, const struct orl_query *query, pid_t pid, bool late)
{
	const char *hint = late ? " (a process was not reached: see oriel doctor)"
				: " (--future: for programs to come)";
	struct orl_dyndbg_sites sites;
	char text[ORL_QUERY_PRINT_MAX], who[48] = "";

	if (orl_dyndbg_load(&sites, s, pid)) {
		orl_dyndbg_fini(&sites);
		return no_memory();
	}
	orl_query_print(query, text, sizeof(text));
	if (pid)
		snprintf(who, sizeof(who), " of process %d", pid);
	if (sites.nr)
		explain(&sites, query, text, who, hint);
	else
		orl_cli_error("no site%s matches '%s': no process of %s shows any%s", who, text,
			      s->domain.dir, hint);
	orl_dyndbg_fini(&sites);
	return ORL_EXIT_NO_MATCH;
}
