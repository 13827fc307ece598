// SPDX-License-Identifier: MIT
/*
 * oriel tree: a folder of the tree with all that is below it.
 */
#include <string.h>
#include <sys/stat.h>

#include "cli/door.h"

#define DEPTH_MAX 16

static int put_below(struct orl_tree *t, const char *path, int depth)
{
	char child[ORL_DOOR_PATH_MAX], target[512], safe[1024];
	struct orl_door_list list;
	int ret = orl_door_list(t, path, &list);

	if (ret)
		return ret;
	for (size_t i = 0; i < list.nr; i++) {
		const struct orl_door_entry *e = &list.entry[i];
		int len = snprintf(child, sizeof(child), "%s%s%s", path, *path ? "/" : "", e->name);

		printf("%*s%s%s", 2 * depth, "", orl_cli_escape(safe, sizeof(safe), e->name),
		       S_ISDIR(e->st.mode) ? "/" : "");
		if (S_ISLNK(e->st.mode) && !orl_tree_readlink(t, child, target, sizeof(target)))
			printf(" -> %s", orl_cli_escape(safe, sizeof(safe), target));
		putchar('\n');
		if (S_ISDIR(e->st.mode) && depth < DEPTH_MAX && len > 0 &&
		    (size_t)len < sizeof(child)) {
			int below = put_below(t, child, depth + 1);

			ret = below ? below : ret;
		}
	}
	orl_door_list_fini(&list);
	return ret;
}

int orl_cmd_tree(const struct orl_args *args)
{
	char path[ORL_DOOR_PATH_MAX], safe[2 * ORL_DOOR_PATH_MAX];
	struct orl_tree *t;
	int ret = orl_door_open(&t, args, 0);

	if (ret)
		return ret;
	ret = orl_door_path(t, args->nr_rest ? args->rest[0] : "", path);
	if (!ret) {
		printf("%s\n", orl_cli_escape(safe, sizeof(safe), *path ? path : "/"));
		ret = put_below(t, path, 1);
	}
	orl_tree_close(t);
	return ret;
}
