// SPDX-License-Identifier: MIT
/*
 * oriel ls: what a folder of the tree holds.
 */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/door.h"

struct listing {
	struct orl_tree *tree;
	const struct orl_args *args;
	struct orl_json json;
};

static const char *kind(mode_t mode)
{
	return S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "link" : "file";
}

/* "drwxr-xr-x" */
static void put_mode(char out[11], mode_t mode)
{
	static const char letters[] = "rwxrwxrwx";

	out[0] = S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : '-';
	for (int i = 0; i < 9; i++)
		out[1 + i] = mode >> (8 - i) & 1 ? letters[i] : '-';
	out[10] = '\0';
}

static void put_target(const struct listing *l, const char *path, const char *before)
{
	char target[ORL_DOOR_PATH_MAX], safe[2 * ORL_DOOR_PATH_MAX];

	if (orl_tree_readlink(l->tree, path, target, sizeof(target)) >= 0)
		printf("%s%s", before, orl_cli_escape(safe, sizeof(safe), target));
}

static void put(struct listing *l, const char *path, const char *name,
		const struct orl_node_stat *st)
{
	char safe[2 * ORL_DOOR_PATH_MAX], mode[11], when[32] = "";
	time_t seconds = (time_t)(st->mtime_ns / 1000000000U);
	struct tm tm;

	if (l->args->json) {
		orl_json_open(&l->json, NULL, '{');
		orl_json_str(&l->json, "path", path);
		orl_json_str(&l->json, "type", kind(st->mode));
		orl_json_u64(&l->json, "mode", st->mode & 07777);
		orl_json_u64(&l->json, "size", st->size);
		orl_json_close(&l->json, '}');
		return;
	}
	orl_cli_escape(safe, sizeof(safe), name);
	if (!l->args->details) {
		puts(safe);
		return;
	}
	put_mode(mode, st->mode);
	if (st->mtime_ns && localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s %13llu %19s %s", mode, (unsigned long long)st->size, when, safe);
	if (S_ISLNK(st->mode))
		put_target(l, path, " -> ");
	putchar('\n');
}

static int put_folder(struct listing *l, const char *path)
{
	struct orl_door_list list;
	char child[ORL_DOOR_PATH_MAX];
	int ret = orl_door_list(l->tree, path, &list);

	if (ret)
		return ret;
	for (size_t i = 0; i < list.nr; i++) {
		int len = snprintf(child, sizeof(child), "%s%s%s", path, *path ? "/" : "",
				   list.entry[i].name);

		if (len > 0 && (size_t)len < sizeof(child))
			put(l, child, list.entry[i].name, &list.entry[i].st);
	}
	orl_door_list_fini(&list);
	return 0;
}

static int put_word(struct listing *l, const char *word, bool is_one_of_many)
{
	char path[ORL_DOOR_PATH_MAX], safe[2 * ORL_DOOR_PATH_MAX];
	struct orl_node_stat st, target;
	int ret = orl_door_path(l->tree, word, path);

	if (ret)
		return ret;
	ret = orl_tree_stat(l->tree, path, &st);
	if (ret)
		return orl_door_failed(path, ret);
	/* as ls does: with -l a link is shown itself */
	if (S_ISLNK(st.mode) && !l->args->details &&
	    !orl_tree_stat_target(l->tree, path, &target) && S_ISDIR(target.mode))
		st = target;
	if (!S_ISDIR(st.mode)) {
		put(l, path, path, &st);
		return 0;
	}
	if (is_one_of_many && !l->args->json)
		printf("%s:\n", orl_cli_escape(safe, sizeof(safe), *path ? path : "/"));
	return put_folder(l, path);
}

int orl_cmd_ls(const struct orl_args *args)
{
	struct listing l = { .args = args };
	int status = orl_door_open(&l.tree, args, 0);

	if (status)
		return status;
	orl_json_open(&l.json, NULL, '{');
	orl_json_u64(&l.json, "version", ORL_CLI_JSON_VERSION);
	orl_json_open(&l.json, "entries", '[');
	if (!args->nr_rest)
		status = put_word(&l, "", false);
	for (int i = 0; i < args->nr_rest; i++) {
		int ret = put_word(&l, args->rest[i], args->nr_rest > 1);

		status = ret ? ret : status;
	}
	orl_json_close(&l.json, ']');
	orl_json_close(&l.json, '}');
	if (args->json)
		orl_json_end(&l.json);
	orl_text_fini(&l.json.text);
	orl_tree_close(l.tree);
	return status;
}
