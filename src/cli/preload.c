// SPDX-License-Identifier: MIT
/*
 * Where the wrapper libraries are: ORIEL_LIBDIR if it is set, else what lies nearest to this
 * program: the build tree it came from, the libdir of the prefix it is in (which may have been
 * moved), the libdir that was configured.
 */
#include "cli/preload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#ifndef ORL_LIBDIR
#define ORL_LIBDIR "/usr/lib"
#endif
#ifndef ORL_LIBDIR_FROM_BIN
#define ORL_LIBDIR_FROM_BIN "../lib"
#endif

static const char *const names[] = { "malloc" };

static bool is_in(const char *dir, const char *sub, const char *name, char *path, size_t size)
{
	int len = snprintf(path, size, "%s%s%s/liboriel-%s.so", dir, *sub ? "/" : "", sub, name);

	return len > 0 && (size_t)len < size && !access(path, R_OK);
}

static bool find(const char *name, char *path, size_t size)
{
	const char *libdir = getenv("ORIEL_LIBDIR");
	char exe[400];
	ssize_t len;
	char *slash;

	if (libdir && *libdir)
		return is_in(libdir, "", name, path, size);
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len > 0) {
		exe[len] = '\0';
		slash = strrchr(exe, '/');
		if (slash)
			*slash = '\0';
		if (slash && (is_in(exe, "../preload", name, path, size) ||
			      is_in(exe, ORL_LIBDIR_FROM_BIN, name, path, size)))
			return true;
	}
	return is_in(ORL_LIBDIR, "", name, path, size);
}

int orl_preload_find(const char *name, char *path, size_t size)
{
	const char *libdir = getenv("ORIEL_LIBDIR");
	char found[512];
	bool is_known = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		is_known |= !strcmp(names[i], name);
	if (!is_known) {
		orl_cli_error("record: no wrapper '%s'; there is: malloc", name);
		return ORL_EXIT_USAGE;
	}
	if (!find(name, found, sizeof(found))) {
		orl_cli_error("liboriel-%s.so is not in %s; set ORIEL_LIBDIR to where it is", name,
			      libdir && *libdir ? libdir : ORL_LIBDIR);
		return ORL_EXIT_FAILURE;
	}
	/* The loader splits LD_PRELOAD at colons and blanks, and knows no quotes. */
	if (found[0] != '/' || strpbrk(found, ": \t")) {
		char *full = realpath(found, NULL);

		if (full)
			snprintf(found, sizeof(found), "%s", full);
		free(full);
	}
	if (strpbrk(found, ": \t")) {
		orl_cli_error("%s: LD_PRELOAD cannot carry a path with blanks or colons; "
			      "set ORIEL_LIBDIR to a link without",
			      found);
		return ORL_EXIT_FAILURE;
	}
	snprintf(path, size, "%s", found);
	return 0;
}
