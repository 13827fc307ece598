// SPDX-License-Identifier: MIT
/*
 * Links on a path. The mount's kernel follows them itself; commands that name a path without a
 * mount have it followed here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree/impl.h"

/* Takes the last name of a path away; false when there is none. */
static bool go_up(char *path, size_t *len)
{
	if (!*len)
		return false;
	while (*len && path[*len - 1] != '/')
		--*len;
	while (*len && path[*len - 1] == '/')
		--*len;
	path[*len] = '\0';
	return true;
}

/* The names of @names behind @path, ".." and "." as they are meant. */
static int append(char *path, size_t *len, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, "/");

		if (n == 2 && !memcmp(names, "..", 2)) {
			if (!go_up(path, len))
				return -ENOENT;
		} else if (n && !(n == 1 && *names == '.')) {
			if (*len + n + 2 > ORL_PATH_MAX)
				return -ENAMETOOLONG;
			if (*len)
				path[(*len)++] = '/';
			memcpy(path + *len, names, n);
			*len += n;
			path[*len] = '\0';
		}
		names += n;
		names += strspn(names, "/");
	}
	return 0;
}

int orl_link_lead(char *path, size_t upto, const char *target)
{
	char rest[ORL_PATH_MAX];
	size_t len = upto;
	int rc;

	snprintf(rest, sizeof(rest), "%s", path + upto);
	path[len] = '\0';
	go_up(path, &len);
	if (*target == '/')
		return -ENOENT;
	rc = append(path, &len, target);
	return rc ? rc : append(path, &len, rest);
}
