// SPDX-License-Identifier: MIT
/*
 * Where a process had its code: text in the form of /proc/PID/maps, from there or from a file of
 * the domain. Lines that are not of this form are skipped.
 */
#include "symbols/impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_line(struct orl_mapping *m, char *line)
{
	static const char deleted[] = " (deleted)";
	uint64_t ino;
	char rights[5];
	size_t len;
	int path = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %" SCNu64 " %n",
		   &m->start, &m->end, rights, &m->offset, &ino, &path) < 5 || !path)
		return false;
	if (rights[2] != 'x' || m->end <= m->start || !line[path])
		return false;
	m->ino = ino;
	len = strlen(line + path);
	if (len >= sizeof(deleted) && !strcmp(line + path + len - (sizeof(deleted) - 1), deleted)) {
		/* whatever has that name now is another file */
		line[path + len - (sizeof(deleted) - 1)] = '\0';
		m->ino = UINT64_MAX;
	}
	m->path = strdup(line + path);
	return m->path != NULL;
}

static int by_start(const void *a, const void *b)
{
	const struct orl_mapping *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int orl_mappings_parse(struct orl_mappings *m, char *text)
{
	uint32_t room = 0;
	char *next;

	for (char *line = text; line && *line && m->nr < ORL_SYMBOLS_MAPPINGS; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (m->nr == room) {
			struct orl_mapping *more;

			room = room ? room * 2 : 64;
			more = realloc(m->mapping, room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			m->mapping = more;
		}
		if (parse_line(&m->mapping[m->nr], line))
			m->nr++;
	}
	if (m->nr)
		qsort(m->mapping, m->nr, sizeof(*m->mapping), by_start);
	return 0;
}

void orl_mappings_fini(struct orl_mappings *m)
{
	for (uint32_t i = 0; i < m->nr; i++)
		free(m->mapping[i].path);
	free(m->mapping);
	memset(m, 0, sizeof(*m));
}

const struct orl_mapping *orl_mappings_find(const struct orl_mappings *m, uint64_t addr)
{
	uint32_t low = 0, high = m->nr;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (m->mapping[middle].start <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low && addr < m->mapping[low - 1].end ? &m->mapping[low - 1] : NULL;
}
