// SPDX-License-Identifier: MIT
/*
 * What the commands on the tree share: opening it, finding what a path means, listing.
 */
#include "cli/door.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/place.h"
#include "reader/procs.h"

int orl_door_open(struct orl_tree **out, const struct orl_args *args, unsigned int flags)
{
	char dir[ORL_DOMAIN_DIR_MAX], error[768];
	int ret = orl_place_dir(args, dir);

	if (ret)
		return ret;
	orl_session_guard("oriel", ORL_EXIT_DAMAGED);
	/* programs that merely link the library have files to show once there is a domain */
	if (access(dir, F_OK) && orl_processes_any_linked(dir))
		flags |= ORL_TREE_CREATE;
	ret = orl_tree_open(out, dir, flags, error, sizeof(error));
	if (!ret)
		return 0;
	orl_cli_error("%s", error);
	return orl_cli_status(ret);
}

int orl_door_failed(const char *path, int rc)
{
	orl_cli_error("%s: %s", *path ? path : "/", strerror(rc < 0 ? -rc : rc));
	return orl_cli_status(rc);
}

int orl_door_file_failed(const char *path, const struct orl_file *f, int rc)
{
	const char *error = orl_file_error(f);
	char safe[2048];

	if (orl_file_is_remote(f) && *error) {
		orl_cli_error("%s: %s: %s", path, strerror(rc < 0 ? -rc : rc), error);
		return orl_cli_status(rc);
	}
	orl_door_failed(path, rc);
	if (*error)
		orl_cli_error("%s", orl_cli_escape(safe, sizeof(safe), error));
	return orl_cli_status(rc);
}

/* Appends @word's parts to @path; slashes that say nothing and "." go. */
static int append(char path[ORL_DOOR_PATH_MAX], const char *word)
{
	size_t len = strlen(path);

	while (*word) {
		size_t n = strcspn(word, "/");

		if (n == 2 && !memcmp(word, "..", 2))
			return -EINVAL;
		if (n && !(n == 1 && *word == '.')) {
			if (len + n + 2 > ORL_DOOR_PATH_MAX)
				return -ENAMETOOLONG;
			if (len)
				path[len++] = '/';
			memcpy(path + len, word, n);
			len += n;
			path[len] = '\0';
		}
		word += n;
		word += strspn(word, "/");
	}
	return 0;
}

static bool is_there(struct orl_tree *t, const char *folder, const char *word)
{
	char path[ORL_DOOR_PATH_MAX];
	struct orl_node_stat st;
	int len;

	word += strspn(word, "/");
	len = snprintf(path, sizeof(path), "%s%.*s", folder, (int)strcspn(word, "/"), word);
	return len >= 0 && (size_t)len < sizeof(path) && !orl_tree_stat(t, path, &st);
}

/* What the kernel's documents call it, and its name here; what is behind in @rest. */
static const char *as_the_kernel(const char *word, const char **rest)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{ "/sys/kernel/tracing", "tracing" },
		{ "/sys/kernel/debug/tracing", "tracing" },
		{ "/sys/kernel/debug/dynamic_debug", "dynamic_debug" },
		{ "/proc/dynamic_debug", "dynamic_debug" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i].theirs);

		*rest = word + len;
		if (!strncmp(word, names[i].theirs, len) && (!**rest || **rest == '/'))
			return names[i].ours;
	}
	*rest = word;
	return NULL;
}

int orl_door_path(struct orl_tree *t, const char *word, char path[ORL_DOOR_PATH_MAX])
{
	const char *rest, *folder = as_the_kernel(word, &rest);
	int ret;

	if (!folder && !is_there(t, "", rest) && is_there(t, "tracing/", rest))
		folder = "tracing";
	path[0] = '\0';
	ret = append(path, folder ? folder : "");
	if (!ret)
		ret = append(path, rest);
	if (!ret)
		return 0;
	orl_cli_error("%s: %s", word,
		      ret == -EINVAL ? "a path in the tree has no '..'" : strerror(-ret));
	return ORL_EXIT_USAGE;
}

static bool add(const char *name, const struct orl_node_stat *st, void *arg)
{
	struct orl_door_list *list = arg;

	if (list->nr == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		struct orl_door_entry *more = realloc(list->entry, cap * sizeof(*more));

		list->failed = !more;
		if (!more)
			return false;
		list->entry = more;
		list->cap = cap;
	}
	list->entry[list->nr].name = strdup(name);
	list->entry[list->nr].st = *st;
	list->failed = !list->entry[list->nr].name;
	list->nr += !list->failed;
	return !list->failed;
}

static int by_name(const void *a, const void *b)
{
	const struct orl_door_entry *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

int orl_door_list(struct orl_tree *t, const char *path, struct orl_door_list *list)
{
	int ret;

	memset(list, 0, sizeof(*list));
	ret = orl_tree_list(t, path, add, list);
	if (!ret && list->failed)
		ret = -ENOMEM;
	if (ret) {
		orl_door_list_fini(list);
		return orl_door_failed(path, ret);
	}
	if (list->nr)
		qsort(list->entry, list->nr, sizeof(*list->entry), by_name);
	return 0;
}

void orl_door_list_fini(struct orl_door_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		free(list->entry[i].name);
	free(list->entry);
	memset(list, 0, sizeof(*list));
}
