// SPDX-License-Identifier: MIT
/*
 * Shell-style match of bytes whose ends are known by length. The same language as orl_glob_match();
 * here the pattern may change while it is read, so no step relies on what an earlier one saw.
 */
#include "trigger/trigger.h"

/*
 * Does @c belong to the set that begins behind '[' at @p? Return the length of "[...]", 0 if it has
 * no end.
 */
static uint32_t match_set(const char *p, uint32_t len, char c, bool *is_in)
{
	uint32_t at = 1, first;
	bool negated, found = false;

	negated = len > 1 && (p[1] == '!' || p[1] == '^');
	at += negated;
	/* a ']' in the first place stands for itself */
	for (first = at; at < len && (p[at] != ']' || at == first); at++) {
		if (len - at > 2 && p[at + 1] == '-' && p[at + 2] != ']') {
			found |= (unsigned char)p[at] <= (unsigned char)c &&
				 (unsigned char)c <= (unsigned char)p[at + 2];
			at += 2;
		} else {
			found |= p[at] == c;
		}
	}
	if (at >= len)
		return 0;
	*is_in = found != negated;
	return at + 1;
}

/* Pattern bytes that match @c, 0 if they do not. @p is not at a '*'. */
static uint32_t match_one(const char *p, uint32_t len, char c)
{
	bool is_in = false;

	if (*p == '[') {
		uint32_t set = match_set(p, len, c, &is_in);

		if (set)
			return is_in ? set : 0;
	}
	return *p == c || *p == '?' ? 1 : 0;
}

bool orl_glob_bounded(const char *pattern, uint32_t pattern_len, const char *s, uint32_t len)
{
	uint32_t p = 0, i = 0;
	/* behind the last '*', and where its match ends */
	uint32_t star = UINT32_MAX, star_i = 0;

	while (i < len && s[i]) {
		uint32_t step;

		if (p < pattern_len && pattern[p] == '*') {
			star = ++p;
			star_i = i;
			continue;
		}
		step = p < pattern_len ? match_one(pattern + p, pattern_len - p, s[i]) : 0;
		if (step) {
			p += step;
			i++;
		} else if (star != UINT32_MAX) {
			p = star;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (p < pattern_len && pattern[p] == '*')
		p++;
	return p >= pattern_len;
}
