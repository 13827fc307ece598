// SPDX-License-Identifier: MIT
/*
 * Changing the rules: made in a private copy, kept as short as their meaning allows, and published
 * by one store of the generation.
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/ring-impl.h"

#define TRIES 1000

uint32_t orl_control_rules(const struct orl_session *s, struct orl_rules *rules)
{
	const struct orl_ctl *ctl = s->domain.ctl;
	uint32_t gen = __atomic_load_n(&ctl->top.gen, __ATOMIC_ACQUIRE);

	for (int i = 0; i < TRIES; i++) {
		uint32_t now;

		memcpy(rules, &ctl->top.rules[gen & 1], sizeof(*rules));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		now = __atomic_load_n(&ctl->top.gen, __ATOMIC_ACQUIRE);
		/* one change later this copy still stands; after two it may be half written */
		if (now == gen)
			break;
		gen = now;
	}
	if (rules->nr > ORL_NR_RULES)
		rules->nr = ORL_NR_RULES;
	for (uint32_t i = 0; i < rules->nr; i++)
		rules->rule[i].pattern[ORL_PATTERN_MAX - 1] = '\0';
	return gen;
}

static bool is_glob(const char *pattern)
{
	return pattern[strcspn(pattern, "*?[")];
}

/* Does @later decide for every event that @earlier speaks of? Says no when in doubt. */
static bool is_void_after(const struct orl_rule *earlier, const struct orl_rule *later)
{
	char system[ORL_PATTERN_MAX];
	const char *colon = strchr(earlier->pattern, ':');
	const char *p = later->pattern;

	if (earlier->flags & ORL_RULE_OVERLAY)
		return false;
	if (later->pid && later->pid != earlier->pid)
		return false;
	if (!strcmp(p, "*") || !strcmp(p, "*:*") || !strcmp(p, earlier->pattern))
		return true;
	if (!colon || !colon[1] || is_glob(earlier->pattern))
		return false;
	memcpy(system, earlier->pattern, (size_t)(colon - earlier->pattern));
	system[colon - earlier->pattern] = '\0';
	return orl_rule_match(p, system, colon + 1);
}

static void remove_rule(struct orl_rules *rules, uint32_t i)
{
	rules->nr--;
	memmove(&rules->rule[i], &rules->rule[i + 1], (rules->nr - i) * sizeof(rules->rule[0]));
}

/* Overlays of tools that are dead, and rules for a process that is: its number will come again. */
static void remove_dead_rules(struct orl_rules *rules, int32_t also)
{
	for (uint32_t i = rules->nr; i-- > 0;) {
		const struct orl_rule *r = &rules->rule[i];
		bool is_overlay = r->flags & ORL_RULE_OVERLAY;

		if ((is_overlay && (r->owner == also || !orl_process_is_alive(r->owner))) ||
		    (r->pid && !orl_process_is_alive(r->pid)))
			remove_rule(rules, i);
	}
}

/* A rule that disables changes nothing where no lasting rule before it enables. */
static bool has_enabling(const struct orl_rules *rules)
{
	for (uint32_t i = 0; i < rules->nr; i++) {
		uint32_t flags = rules->rule[i].flags;

		if ((flags & ORL_RULE_ENABLE) && !(flags & ORL_RULE_OVERLAY))
			return true;
	}
	return false;
}

static int append_rule(struct orl_rules *rules, const struct orl_rule *rule)
{
	bool is_overlay = rule->flags & ORL_RULE_OVERLAY;

	for (uint32_t i = rules->nr; !is_overlay && i-- > 0;)
		if (is_void_after(&rules->rule[i], rule))
			remove_rule(rules, i);
	if (!is_overlay && !(rule->flags & ORL_RULE_ENABLE) && !has_enabling(rules))
		return 0;
	if (rules->nr == ORL_NR_RULES)
		return -E2BIG;
	rules->rule[rules->nr++] = *rule;
	return 0;
}

static int make_rule(struct orl_session *s, struct orl_rule *rule, const struct orl_change *change,
		     unsigned int flags)
{
	const char *p = change->pattern, *colon = strchr(p, ':');

	memset(rule, 0, sizeof(*rule));
	if (strlen(p) >= sizeof(rule->pattern))
		return orl_session_fail(s, -EINVAL, "the pattern '%.40s...' has more than %u bytes",
					p, ORL_PATTERN_MAX - 1);
	if (!*p || !strcmp(p, ":") || (colon && strchr(colon + 1, ':')))
		return orl_session_fail(s, -EINVAL,
					"'%s' is no pattern: write 'system:event', with * ? [] "
					"where needed", p);
	for (const char *c = p; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '/' || *c == ',')
			return orl_session_fail(s, -EINVAL, "a pattern cannot contain byte 0x%02x",
						(unsigned char)*c);
	if (change->pid < 0 || ((flags & ORL_CHANGE_OVERLAY) && !change->enable))
		return orl_session_fail(s, -EINVAL, "an overlay can only enable");
	strcpy(rule->pattern, p);
	rule->pid = change->pid;
	rule->flags = change->enable ? ORL_RULE_ENABLE : 0;
	if (flags & ORL_CHANGE_OVERLAY) {
		rule->flags |= ORL_RULE_OVERLAY;
		rule->owner = getpid();
	}
	return 0;
}

/* Write the copy that is not in use, then let the generation select it. */
static void publish_locked(struct orl_session *s, const struct orl_rules *rules)
{
	struct orl_ctl *ctl = s->domain.ctl;
	uint32_t gen = __atomic_load_n(&ctl->top.gen, __ATOMIC_RELAXED);
	struct orl_rules *to = &ctl->top.rules[(gen + 1) & 1];

	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(to->rule, rules->rule, rules->nr * sizeof(rules->rule[0]));
	__atomic_store_n(&to->nr, rules->nr, __ATOMIC_RELAXED);
	orl_testpoint("rules-written");
	/* release: pairs with the acquire of whoever reads gen; a new gen shows the new rules */
	memcpy(&ctl->top.exact[(gen + 1) & 1], &ctl->top.exact[gen & 1], sizeof(ctl->top.exact[0]));
	memcpy(&ctl->top.pids[(gen + 1) & 1], &ctl->top.pids[gen & 1], sizeof(ctl->top.pids[0]));
	memcpy(&ctl->top.notrace[(gen + 1) & 1], &ctl->top.notrace[gen & 1],
	       sizeof(ctl->top.notrace[0]));
	__atomic_store_n(&ctl->top.gen, gen + 1, __ATOMIC_RELEASE);
	__atomic_fetch_add(&ctl->gen, 1, __ATOMIC_RELEASE);
	orl_testpoint("rules-selected");
	syscall(SYS_futex, &ctl->gen, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	orl_domain_touch(s->domain.dir);
}

static int edit_locked(struct orl_session *s, const struct orl_rule *add, uint32_t nr,
		       int32_t drop_owner)
{
	struct orl_rules *rules = malloc(sizeof(*rules));
	int rc = 0;

	if (!rules)
		return orl_session_fail(s, -ENOMEM, "no memory");
	orl_control_rules(s, rules);
	remove_dead_rules(rules, drop_owner);
	for (uint32_t i = 0; i < nr && !rc; i++)
		rc = append_rule(rules, &add[i]);
	if (rc)
		orl_session_fail(s, rc,
				 "more than %u rules: disable what is no longer needed, for "
				 "example with 'oriel disable \"*\"'", ORL_NR_RULES);
	else
		publish_locked(s, rules);
	free(rules);
	return rc;
}

static int edit(struct orl_session *s, const struct orl_rule *add, uint32_t nr, int32_t drop_owner)
{
	int fd, rc;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	fd = orl_session_lock_open(s, ORL_CTL_NAME);
	if (fd < 0)
		return fd;
	rc = orl_session_lock(s, fd, ORL_CTL_NAME);
	if (!rc)
		rc = edit_locked(s, add, nr, drop_owner);
	close(fd);
	return rc;
}

int orl_control_change(struct orl_session *s, const struct orl_change *change, uint32_t nr,
		       unsigned int flags)
{
	struct orl_rule *rule;
	bool enables = false;
	int rc = 0;

	if (s->flags & ORL_SESSION_READONLY)
		return orl_session_fail(s, -EROFS, "the session is for reading only");
	if (nr > ORL_NR_RULES)
		return orl_session_fail(s, -E2BIG, "more than %u patterns at once", ORL_NR_RULES);
	rule = calloc(nr + 1, sizeof(*rule));
	if (!rule)
		return orl_session_fail(s, -ENOMEM, "no memory");
	for (uint32_t i = 0; i < nr && !rc; i++) {
		rc = make_rule(s, &rule[i], &change[i], flags);
		enables |= change[i].enable;
	}
	if (!rc && enables)
		rc = orl_session_create_rings(s);
	if (!rc)
		rc = edit(s, rule, nr, 0);
	free(rule);
	return rc;
}

int orl_control_drop_dead(struct orl_session *s)
{
	struct orl_rules rules;
	uint32_t nr;
	int rc;

	orl_control_rules(s, &rules);
	nr = rules.nr;
	remove_dead_rules(&rules, 0);
	if (nr == rules.nr)
		return 0;
	rc = edit(s, NULL, 0, 0);
	return rc ? rc : (int)(nr - rules.nr);
}

int orl_control_remove_overlay(struct orl_session *s)
{
	return edit(s, NULL, 0, getpid());
}
