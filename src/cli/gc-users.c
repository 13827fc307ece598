// SPDX-License-Identifier: MIT
/*
 * Who has files of which domain mapped, from /proc/PID/maps. Tools that read a domain stand in
 * none of its tables, and this finds them too.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/gc.h"

static int add(struct orl_users *u, const char *name, size_t len)
{
	if (u->nr == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 16;
		char **more = realloc(u->name, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		u->name = more;
		u->cap = cap;
	}
	u->name[u->nr] = strndup(name, len);
	return u->name[u->nr++] ? 0 : -ENOMEM;
}

/* One line of maps; the path is what follows the fifth field. */
static int see_line(struct orl_users *u, const char *line, const char *place, size_t place_len)
{
	const char *path = strchr(line, '/');
	const char *name, *slash;

	if (!path || strncmp(path, place, place_len) || path[place_len] != '/')
		return 0;
	name = path + place_len + 1;
	slash = strchr(name, '/');
	if (!slash)
		return 0;
	for (size_t i = 0; i < u->nr; i++)
		if (!strncmp(u->name[i], name, (size_t)(slash - name)) && !u->name[i][slash - name])
			return 0;
	return add(u, name, (size_t)(slash - name));
}

static int see_process(struct orl_users *u, const char *pid, const char *place)
{
	size_t place_len = strlen(place), cap = 0;
	char path[64], *line = NULL;
	int ret = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (!ret && getline(&line, &cap, f) > 0)
		ret = see_line(u, line, place, place_len);
	free(line);
	fclose(f);
	return ret;
}

int orl_users_find(struct orl_users *u, const char *place)
{
	char *real = realpath(place, NULL); /* as maps names it */
	DIR *d = real ? opendir("/proc") : NULL;
	struct dirent *e;
	int ret = 0;

	while (d && !ret && (e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]) && atoi(e->d_name) != getpid())
			ret = see_process(u, e->d_name, real);
	if (d)
		closedir(d);
	free(real);
	if (ret)
		orl_users_fini(u);
	return ret;
}

bool orl_users_has(const struct orl_users *u, const char *name)
{
	for (size_t i = 0; i < u->nr; i++)
		if (!strcmp(u->name[i], name))
			return true;
	return false;
}

void orl_users_fini(struct orl_users *u)
{
	for (size_t i = 0; i < u->nr; i++)
		free(u->name[i]);
	free(u->name);
	u->name = NULL;
	u->nr = u->cap = 0;
}
