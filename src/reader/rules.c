// SPDX-License-Identifier: MIT
/*
 * Changing the rules: made in a private copy, kept as short as their meaning allows, and published
 * by one store of the generation.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/events.h"
#include "reader/set-impl.h"

#define TRIES 1000

uint32_t orl_control_rules(const struct orl_session *s, struct orl_rules *rules)
{
	const struct orl_set *set = s->set;
	uint32_t gen = __atomic_load_n(&set->gen, __ATOMIC_ACQUIRE);

	for (int i = 0; i < TRIES; i++) {
		uint32_t now;

		memcpy(rules, &set->rules[gen & 1], sizeof(*rules));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		now = __atomic_load_n(&set->gen, __ATOMIC_ACQUIRE);
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

/*
 * What was said of single events that a lasting rule matches is taken back. A rule for one process
 * says nothing of the others: for those, what was said becomes a rule of its own before.
 */
static int take_back_exact(struct orl_session *s, struct orl_rules *rules,
			   const struct orl_rule *rule, const struct orl_events *ev)
{
	struct orl_exact *exact = &s->set->exact[orl_set_copy_locked(s)];
	int rc = 0;

	for (uint32_t i = 0; i < ev->nr && !rc; i++) {
		const struct orl_event *e = &ev->event[i];
		uint64_t bit = 1ULL << e->slot % 64;
		uint32_t word = e->slot / 64;
		struct orl_rule own = { .flags = exact->on[word] & bit ? ORL_RULE_ENABLE : 0 };

		if (!(exact->known[word] & bit) || !orl_event_match(e, rule->pattern))
			continue;
		exact->known[word] &= ~bit;
		exact->on[word] &= ~bit;
		if (rule->pid && snprintf(own.pattern, sizeof(own.pattern), "%s:%s", e->system,
					  e->name) < (int)sizeof(own.pattern))
			rc = append_rule(rules, &own);
	}
	return rc;
}

/* Events of triggers stay on whatever rules say; a rule for all processes moves their soft bit. */
static void keep_targets(struct orl_session *s, const struct orl_rule *rule,
			 const struct orl_events *ev, const uint64_t *targets)
{
	for (uint32_t i = 0; i < ev->nr; i++) {
		const struct orl_event *e = &ev->event[i];

		if ((targets[e->slot / 64] >> e->slot % 64 & 1) && !rule->pid &&
		    orl_event_match(e, rule->pattern))
			orl_exact_set_locked(s, e->slot, rule->flags & ORL_RULE_ENABLE, targets);
	}
}

static int apply_rules(struct orl_session *s, struct orl_rules *rules, const struct orl_rule *add,
		       uint32_t nr)
{
	uint64_t targets[ORL_SET_EVENTS / 64];
	struct orl_events ev = { .nr = 0 };
	int rc = nr ? orl_events_load(&ev, s) : 0;

	orl_hooks_targets(s, targets);
	for (uint32_t i = 0; i < nr && !rc; i++) {
		if (!(add[i].flags & ORL_RULE_OVERLAY)) {
			rc = take_back_exact(s, rules, &add[i], &ev);
			keep_targets(s, &add[i], &ev, targets);
		}
		rc = rc ? rc : append_rule(rules, &add[i]);
	}
	orl_events_fini(&ev);
	return rc;
}

static void write_rules(struct orl_session *s, const struct orl_rules *rules)
{
	struct orl_rules *to = &s->set->rules[orl_set_copy_locked(s)];

	memcpy(to->rule, rules->rule, rules->nr * sizeof(rules->rule[0]));
	__atomic_store_n(&to->nr, rules->nr, __ATOMIC_RELAXED);
	orl_set_select_locked(s);
}

static int edit_locked(struct orl_session *s, const struct orl_rule *add, uint32_t nr,
		       int32_t drop_owner)
{
	struct orl_rules *rules = malloc(sizeof(*rules));
	int rc;

	if (!rules)
		return orl_session_fail(s, -ENOMEM, "no memory");
	orl_control_rules(s, rules);
	remove_dead_rules(rules, drop_owner);
	rc = apply_rules(s, rules, add, nr);
	if (rc == -E2BIG)
		orl_session_fail(s, rc,
				 "more than %u rules: disable what is no longer needed, for "
				 "example with 'oriel disable \"*\"'", ORL_NR_RULES);
	else if (rc)
		orl_session_fail(s, rc, "no memory");
	else
		write_rules(s, rules);
	free(rules);
	return rc;
}

static int edit(struct orl_session *s, const struct orl_rule *add, uint32_t nr, int32_t drop_owner)
{
	int fd = orl_set_lock(s), rc;

	if (fd < 0)
		return fd;
	rc = edit_locked(s, add, nr, drop_owner);
	orl_set_unlock(fd);
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

	if (orl_instance_is_gone(s))
		return 0;
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
