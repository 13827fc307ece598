/* SPDX-License-Identifier: MIT */
/* Lines of a case file: comments and empty lines left out. */
#ifndef TEST_DECODE_CASES_H
#define TEST_DECODE_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Open a case file of this folder, which the build names. */
static inline FILE *cases_open(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", TEST_CASES_DIR, name);
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

/* The next line that is a case, without its newline, or NULL. */
static inline const char *cases_next(FILE *f, char *line, size_t size)
{
	while (fgets(line, (int)size, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			return line;
	}
	return NULL;
}

#endif /* TEST_DECODE_CASES_H */
