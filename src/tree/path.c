// SPDX-License-Identifier: MIT
/*
 * The grammar of paths: which folder of the tree a path leads to, and the names in it. Whether an
 * event, an instance or a process of that name exists is not asked here (lookup.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree/impl.h"

#define NAME_SIZE 128U

static const struct orl_kind *const tables[ORL_NR_DIRS][4] = {
	[ORL_DIR_TRACING] = { orl_kinds_tracing_values, orl_kinds_tracing_events,
			      orl_kinds_tracing_output },
	[ORL_DIR_EVENTS] = { orl_kinds_events },
	[ORL_DIR_SYSTEM] = { orl_kinds_system },
	[ORL_DIR_EVENT] = { orl_kinds_event },
	[ORL_DIR_OPTIONS] = { orl_kinds_options },
	[ORL_DIR_CPU] = { orl_kinds_cpu },
	[ORL_DIR_PROCESS] = { orl_kinds_process },
	[ORL_DIR_DYNDBG] = { orl_kinds_dyndbg },
};

static const struct orl_kind *const ftrace_tables[] = { orl_kinds_ftrace_event, NULL };
static const struct orl_kind *const no_tables[] = { NULL };

const struct orl_kind *const *orl_path_tables(const struct orl_where *w)
{
	if (strcmp(w->system, "ftrace"))
		return tables[w->folder];
	if (w->folder == ORL_DIR_SYSTEM)
		return no_tables;
	return w->folder == ORL_DIR_EVENT && orl_tree_ftrace(w->event) ? ftrace_tables :
									 tables[w->folder];
}

bool orl_path_has(const struct orl_where *w, const struct orl_kind *kind)
{
	if ((kind->flags & ORL_KIND_TOP) && w->instance[0])
		return false;
	return !(kind->flags & ORL_KIND_PRINT) || !strcmp(w->event, "print");
}

const struct orl_kind *orl_path_kind(const struct orl_where *w, const char *name)
{
	for (const struct orl_kind *const *table = orl_path_tables(w); *table; table++)
		for (const struct orl_kind *kind = *table; kind->name; kind++)
			if (!strcmp(kind->name, name))
				return orl_path_has(w, kind) ? kind : NULL;
	return NULL;
}

/* The next name of a path into @name: 1, 0 at the end, -ENOENT if it is longer than any. */
static int next_name(const char **path, char name[NAME_SIZE])
{
	size_t len;

	while (**path == '/')
		(*path)++;
	len = strcspn(*path, "/");
	if (!len)
		return 0;
	if (len >= NAME_SIZE)
		return -ENOENT;
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	return strcmp(name, ".") && strcmp(name, "..") ? 1 : -ENOENT;
}

/* A number as we write it: no sign, no leading zero. */
static bool parse_number(const char *s, uint32_t max, uint32_t *out)
{
	char *end;
	unsigned long v;

	if (*s < '0' || *s > '9' || (*s == '0' && s[1]))
		return false;
	v = strtoul(s, &end, 10);
	*out = (uint32_t)v;
	return !*end && v <= max && strlen(s) <= 10;
}

struct name_folder {
	const char *name;
	enum orl_folder folder;
};

static int enter_root(struct orl_where *w, const char *name)
{
	static const struct name_folder folders[] = {
		{ "tracing", ORL_DIR_TRACING },
		{ "processes", ORL_DIR_PROCESSES },
		{ "dynamic_debug", ORL_DIR_DYNDBG },
		{ "by-name", ORL_DIR_BYNAME },
	};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!strcmp(folders[i].name, name)) {
			w->folder = folders[i].folder;
			return 0;
		}
	return -ENOENT;
}

static int enter_tracing(struct orl_where *w, const char *name)
{
	static const struct name_folder folders[] = {
		{ "events", ORL_DIR_EVENTS },
		{ "options", ORL_DIR_OPTIONS },
		{ "per_cpu", ORL_DIR_PER_CPU },
		{ "instances", ORL_DIR_INSTANCES },
	};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (strcmp(folders[i].name, name) ||
		    (folders[i].folder == ORL_DIR_INSTANCES && w->instance[0]))
			continue;
		w->folder = folders[i].folder;
		return 0;
	}
	return 1;
}

/* A folder's name below @w: 0 entered, 1 it is no folder, or -ENOENT. */
static int enter(struct orl_where *w, const char *name)
{
	uint32_t number;

	switch (w->folder) {
	case ORL_DIR_ROOT:
		return enter_root(w, name);
	case ORL_DIR_TRACING:
		return enter_tracing(w, name);
	case ORL_DIR_EVENTS:
	case ORL_DIR_SYSTEM:
		if (orl_path_kind(w, name))
			return 1;
		strcpy(w->folder == ORL_DIR_EVENTS ? w->system : w->event, name);
		w->folder = w->folder == ORL_DIR_EVENTS ? ORL_DIR_SYSTEM : ORL_DIR_EVENT;
		return 0;
	case ORL_DIR_PER_CPU:
		w->folder = ORL_DIR_CPU;
		return strncmp(name, "cpu", 3) || !parse_number(name + 3, INT32_MAX, &w->cpu) ?
			       -ENOENT : 0;
	case ORL_DIR_INSTANCES:
		if (strlen(name) >= sizeof(w->instance))
			return -ENOENT;
		strcpy(w->instance, name);
		w->folder = ORL_DIR_TRACING;
		return 0;
	case ORL_DIR_PROCESSES:
		w->folder = ORL_DIR_PROCESS;
		if (!parse_number(name, INT32_MAX, &number) || !number)
			return -ENOENT;
		w->pid = (int32_t)number;
		return 0;
	case ORL_DIR_PROCESS:
		if (strcmp(name, "dynamic_debug"))
			return 1;
		w->folder = ORL_DIR_DYNDBG;
		return 0;
	default:
		return 1;
	}
}

bool orl_path_is_own(const char *name)
{
	static const char *const reserved[] = { "dynamic_debug", "metrics" };
	static const struct orl_where process = { .folder = ORL_DIR_PROCESS };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (!strcmp(name, reserved[i]))
			return true;
	return orl_path_kind(&process, name);
}

/*
 * What stands beside the tree's own files in processes/PID is the program's: the rest of the path,
 * whose names may be longer than any of ours. 1: it is not; 0 or -errno.
 */
static int enter_debugfs(struct orl_where *w, const char *path)
{
	char first[NAME_SIZE];
	size_t used = 0;

	path += strspn(path, "/");
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(path, "/"), path);
	if (!*path || orl_path_is_own(first))
		return 1;
	w->folder = ORL_DIR_DEBUGFS;
	while (*path) {
		size_t len = strcspn(path, "/");

		if (used + len + 2 > sizeof(w->below))
			return -ENAMETOOLONG;
		if (used)
			w->below[used++] = '/';
		memcpy(w->below + used, path, len);
		used += len;
		path += len;
		path += strspn(path, "/");
	}
	return 0;
}

int orl_path_parse(struct orl_where *w, const char *path, size_t *upto)
{
	const char *at = path;
	char name[NAME_SIZE];
	int rc;

	memset(w, 0, sizeof(*w));
	*upto = 0;
	for (;;) {
		if (w->folder == ORL_DIR_PROCESS && !w->leaf[0]) {
			rc = enter_debugfs(w, at);
			if (rc <= 0)
				return rc;
		}
		rc = next_name(&at, name);
		if (rc <= 0)
			return rc;
		if (w->leaf[0])
			return -ENOTDIR;
		*upto = (size_t)(at - path);
		rc = enter(w, name);
		if (rc < 0)
			return rc;
		if (rc)
			strcpy(w->leaf, name);
	}
}

static void put_path(char *buf, size_t size, const struct orl_where *w, uint32_t instance_id)
{
	static const char *const names[ORL_NR_DIRS] = {
		[ORL_DIR_EVENTS] = "events", [ORL_DIR_SYSTEM] = "events",
		[ORL_DIR_EVENT] = "events", [ORL_DIR_OPTIONS] = "options",
		[ORL_DIR_PER_CPU] = "per_cpu", [ORL_DIR_CPU] = "per_cpu",
		[ORL_DIR_INSTANCES] = "instances", [ORL_DIR_PROCESSES] = "/processes",
		[ORL_DIR_PROCESS] = "/processes", [ORL_DIR_DEBUGFS] = "/processes",
	};
	const char *name = names[w->folder] ? names[w->folder] : "";

	snprintf(buf, size, "%u/%d/%s/%s/%s/%u/%d/%s", instance_id, w->folder, name, w->system,
		 w->event, w->cpu, w->pid, w->leaf);
}

uint64_t orl_path_ino(const struct orl_where *w, uint32_t instance_id)
{
	char path[4 * NAME_SIZE];
	uint64_t hash = 0xcbf29ce484222325ULL;

	put_path(path, sizeof(path), w, instance_id);
	for (const char *c = path; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3ULL;
	for (const char *c = w->below; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3ULL;
	return hash > 1 ? hash : 2;
}
