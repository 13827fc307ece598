// SPDX-License-Identifier: MIT
/*
 * "no event matches 'shop:ordr'; near: shop:order".
 *
 * Near is a small edit distance (insert, delete, change, swap of neighbours), or one word
 * inside the other. Globs do not count as letters. Words are cut to 64 bytes, so that the
 * cost is bounded whatever the registry holds.
 */
#include "cli/cli.h"

#include <ctype.h>
#include <string.h>

#define WORD 64

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Optimal string alignment over three rows. */
static unsigned int edit_distance(const char *a, size_t la, const char *b, size_t lb)
{
	unsigned int rows[3][WORD + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t k = 0; k <= lb; k++)
		last[k] = before[k] = (unsigned int)k;
	for (size_t i = 1; i <= la; i++) {
		unsigned int *next = before;

		row[0] = (unsigned int)i;
		for (size_t k = 1; k <= lb; k++) {
			row[k] = min3(last[k] + 1, row[k - 1] + 1,
				      last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    before[k - 2] + 1 < row[k])
				row[k] = before[k - 2] + 1;
		}
		before = last;
		last = row;
		row = next;
	}
	return last[lb];
}

/* Letters only, lower case; the length. */
static size_t fold(char out[WORD], const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < WORD; i++)
		if (!strchr("*?[]", s[i]))
			out[n++] = (char)tolower((unsigned char)s[i]);
	return n;
}

/* 0: the same; UINT32_MAX: not near */
static unsigned int distance(const char *wanted, size_t wanted_len, const char *name,
			     size_t name_len)
{
	char a[WORD], b[WORD];
	size_t la = fold(a, wanted, wanted_len), lb = fold(b, name, name_len);
	unsigned int d;

	if (!la || !lb)
		return UINT32_MAX;
	d = edit_distance(a, la, b, lb);
	if (d <= (la < 6 ? 1 + la / 3 : la / 3))
		return d;
	if (la >= 3 && memmem(b, lb, a, la))
		return WORD + (unsigned int)(lb - la);
	return UINT32_MAX;
}

static void offer(struct orl_near *n, const char *name, unsigned int d)
{
	unsigned int at = n->nr;

	if (d == UINT32_MAX)
		return;
	while (at > 0 && n->distance[at - 1] > d)
		at--;
	if (at == ORL_CLI_NEAR)
		return;
	if (n->nr < ORL_CLI_NEAR)
		n->nr++;
	for (unsigned int i = n->nr - 1; i > at; i--) {
		n->distance[i] = n->distance[i - 1];
		memcpy(n->name[i], n->name[i - 1], sizeof(n->name[i]));
	}
	n->distance[at] = d;
	orl_cli_escape(n->name[at], sizeof(n->name[at]), name);
}

void orl_near_init(struct orl_near *n, const char *wanted)
{
	n->wanted = wanted;
	n->nr = 0;
}

void orl_near_offer(struct orl_near *n, const char *name)
{
	offer(n, name, distance(n->wanted, strlen(n->wanted), name, strlen(name)));
}

void orl_near_event(struct orl_near *n, const char *system, const char *name)
{
	const char *colon = strchr(n->wanted, ':');
	char full[128];
	unsigned int d, half;
	size_t len = strlen(n->wanted);

	snprintf(full, sizeof(full), "%s:%s", system, name);
	d = distance(n->wanted, len, full, strlen(full));
	/* A bare word may have been meant as either half; "system:*" only says a system. */
	if (!colon || !colon[1 + strspn(colon + 1, "*?")]) {
		half = distance(n->wanted, colon ? (size_t)(colon - n->wanted) : len, system,
				strlen(system));
		d = half < d ? half : d;
	}
	half = distance(colon ? colon + 1 : n->wanted, strlen(colon ? colon + 1 : n->wanted), name,
			strlen(name));
	/* The event's own name in another system: near, but behind a slip of the finger. */
	if (half != UINT32_MAX && half + 1 < d)
		d = half + 1;
	offer(n, full, d);
}

const char *orl_near_text(const struct orl_near *n, const char *intro, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < n->nr && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? ", " : intro,
					n->name[i]);
	return buf;
}
