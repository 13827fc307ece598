// SPDX-License-Identifier: MIT
/*
 * Counting is cheap and done whenever a process was found dead; sorting by age only where there are
 * too many.
 */
#include "reader/maps.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/procs.h"

#define NR_MAX 65536U			/* files looked at in one go */

struct map_file {
	int64_t age;			/* mtime in ns: smaller is older */
	char name[64];
};

struct map_files {
	struct map_file *file;
	uint32_t nr;
};

static bool is_map(const char *name)
{
	return !strncmp(name, "maps.", 5) && strlen(name) < sizeof(((struct map_file *)0)->name) &&
	       orl_domain_is_file_name(name);
}

static uint32_t count(DIR *d)
{
	struct dirent *e;
	uint32_t nr = 0;

	while ((e = readdir(d)))
		nr += is_map(e->d_name);
	rewinddir(d);
	return nr < NR_MAX ? nr : NR_MAX;
}

static void list(DIR *d, struct map_files *out, uint32_t max)
{
	struct dirent *e;
	struct stat st;

	while (out->nr < max && (e = readdir(d))) {
		if (!is_map(e->d_name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		out->file[out->nr].age =
			(int64_t)st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
		strcpy(out->file[out->nr++].name, e->d_name);
	}
}

static int by_age(const void *a, const void *b)
{
	const struct map_file *x = a, *y = b;

	return x->age < y->age ? -1 : x->age > y->age;
}

uint32_t orl_maps_trim(const struct orl_session *s, uint32_t max)
{
	int fd = orl_domain_open_dir(s->domain.dir);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct map_files files = { .nr = 0 };
	uint32_t nr, gone = 0;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	nr = count(d);
	if (nr > max)
		files.file = calloc(nr, sizeof(*files.file));
	if (files.file)
		list(d, &files, nr);
	if (files.nr)
		qsort(files.file, files.nr, sizeof(*files.file), by_age);
	for (uint32_t i = 0; files.nr > max && i < files.nr - max; i++)
		if (!orl_process_is_alive(atoi(files.file[i].name + 5)))
			gone += !unlinkat(dirfd(d), files.file[i].name, 0);
	free(files.file);
	closedir(d);
	return gone;
}
