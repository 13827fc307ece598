// SPDX-License-Identifier: MIT
/*
 * What a set of rules says about an event. Runs in the traced process, in signal handlers too, and
 * on bytes that anybody of the same user may have written: every string is copied, with its end,
 * before it is read.
 */
#include "domain/domain.h"

#include <string.h>

#include "domain/query.h"

/*
 * Does @c belong to the set that begins behind '['? Return the length of "[...]", 0 if it has no
 * end.
 */
static size_t match_set(const char *p, char c, bool *is_in)
{
	const char *at = p + 1;
	bool negated = *at == '!' || *at == '^', found = false;

	if (negated)
		at++;
	/* a ']' in the first place stands for itself */
	for (const char *first = at; *at && (*at != ']' || at == first); at++) {
		if (at[1] == '-' && at[2] && at[2] != ']') {
			found |= (unsigned char)at[0] <= (unsigned char)c &&
				 (unsigned char)c <= (unsigned char)at[2];
			at += 2;
		} else {
			found |= *at == c;
		}
	}
	if (*at != ']')
		return 0;
	*is_in = found != negated;
	return (size_t)(at - p) + 1;
}

/* Pattern bytes that match @c, 0 if they do not. @p is not at a '*'. */
static size_t match_one(const char *p, char c)
{
	bool is_in = false;
	size_t len;

	if (*p == '[') {
		len = match_set(p, c, &is_in);
		if (len)
			return is_in ? len : 0;
	}
	return *p == c || *p == '?' ? 1 : 0;
}

/* As match_one(), where only '?' is special. */
static size_t match_plain(const char *p, char c)
{
	return *p == c || *p == '?' ? 1 : 0;
}

static bool match(const char *p, const char *s, size_t (*one)(const char *p, char c))
{
	/* behind the last '*', and where its match ends */
	const char *star = NULL, *star_s = NULL;

	while (*s) {
		size_t len;

		if (*p == '*') {
			star = ++p;
			star_s = s;
			continue;
		}
		len = *p ? one(p, *s) : 0;
		if (len) {
			p += len;
			s++;
		} else if (star) {
			p = star;
			s = ++star_s;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return !*p;
}

bool orl_glob_match(const char *pattern, const char *s)
{
	return match(pattern, s, match_one);
}

bool orl_wildcard_match(const char *pattern, const char *s)
{
	return match(pattern, s, match_plain);
}

bool orl_rule_match(const char *pattern, const char *system, const char *event)
{
	char half[ORL_PATTERN_MAX];
	const char *colon = strchr(pattern, ':');
	const char *rest = colon && colon[1] ? colon + 1 : "*";
	size_t len = colon ? (size_t)(colon - pattern) : strlen(pattern);

	if (len >= sizeof(half))
		return false;
	memcpy(half, pattern, len);
	half[len] = '\0';
	return (!len || orl_glob_match(half, system)) && orl_glob_match(rest, event);
}

/* Bit 0: the last lasting rule enables; bit 1: an overlay does. */
static unsigned int eval(const struct orl_rules *rules, int32_t pid, const char *system,
			 const char *event)
{
	uint32_t nr = __atomic_load_n(&rules->nr, __ATOMIC_RELAXED);
	unsigned int result = 0;

	if (nr > ORL_NR_RULES)
		nr = ORL_NR_RULES;
	for (uint32_t i = 0; i < nr && !(result & 2); i++) {
		struct orl_rule rule;
		unsigned int enable;

		memcpy(&rule, &rules->rule[i], sizeof(rule));
		rule.pattern[sizeof(rule.pattern) - 1] = '\0';
		if ((rule.pid && rule.pid != pid) || !rule.pattern[0] ||
		    !orl_rule_match(rule.pattern, system, event))
			continue;
		enable = rule.flags & ORL_RULE_ENABLE;
		if (rule.flags & ORL_RULE_OVERLAY)
			result |= enable << 1;
		else
			result = (result & ~1U) | enable;
	}
	return result;
}

bool orl_rules_eval(const struct orl_rules *rules, int32_t pid, const char *system,
		    const char *event)
{
	return eval(rules, pid, system, event) != 0;
}

bool orl_set_wants(const struct orl_set *set, uint32_t slot, int32_t pid, const char *system,
		   const char *event)
{
	unsigned int copy = __atomic_load_n(&set->gen, __ATOMIC_ACQUIRE) & 1;
	unsigned int by_rules = eval(&set->rules[copy], pid, system, event);
	uint64_t bit = 1ULL << (slot % 64);
	uint32_t word = slot / 64;

	if (slot >= ORL_SET_EVENTS ||
	    !(__atomic_load_n(&set->exact[copy].known[word], __ATOMIC_RELAXED) & bit))
		return by_rules != 0;
	return (by_rules & 2) ||
	       (__atomic_load_n(&set->exact[copy].on[word], __ATOMIC_RELAXED) & bit);
}
