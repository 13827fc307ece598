// SPDX-License-Identifier: MIT
/*
 * The queries that hold in this process, in the order in which they do.
 *
 *   domain   the list in the file "dyndbg", copied whole when it changed: it may be written again
 *            while it is read, and nothing in it is trusted
 *   own      of this process and those that it was forked from: ORIEL_DYNDBG, what the program asks
 *            for by dynamic_debug_exec_queries(), and queries of the domain for this process alone
 *
 * A query of the domain has its number; an own one takes that of the last query of the domain that
 * was applied before it. An object that is loaded later gets both lists merged by these numbers,
 * which is the order in which the others got them. The environment comes behind what the domain
 * held when the process started: as with a module's parameters in the kernel, the last word is that
 * of whoever starts it.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/dyndbg.h"
#include "runtime/instance.h"

#define MAX_LOOKS 8

static const char *environment;		/* ORIEL_DYNDBG, the process's own string; NULL: none */
static struct orl_query_text env_text;
static bool env_begun, env_done;

static const struct orl_dyndbg *shared;	/* the file, mapped; any bytes */
static uint32_t known;			/* orl_ctl.dyndbg when domain was copied; 0: never */
static struct orl_queries *domain, *own;
static uint64_t seq;			/* of the domain, applied */
static uint32_t at;			/* of domain: those before are applied, or not for us */

static struct orl_query scratch;	/* the stack of whoever was nudged may be small */

void orl_queries_init(void)
{
	const char *s = getenv("ORIEL_DYNDBG");

	environment = s && *s ? s : NULL;
}

bool orl_queries_asked(void)
{
	return environment != NULL;
}

bool orl_queries_any(void)
{
	return environment || (own && own->nr);
}

uint64_t orl_queries_seq(void)
{
	return seq;
}

/* ---- the domain's list ---- */

static bool map_shared(void)
{
	const struct orl_dyndbg *map;
	size_t len;
	int err;

	if (shared)
		return true;
	map = orl_domain_map(&orl_rt.domain, ORL_DYNDBG_NAME, false, &len, &err);
	if (!map)
		return false;
	if (len >= sizeof(*map) && map->magic == ORL_DYNDBG_MAGIC &&
	    map->version == ORL_DYNDBG_VERSION)
		shared = map;
	return shared != NULL;
}

static bool new_list(struct orl_queries **list)
{
	if (!*list)
		*list = orl_arena_alloc(sizeof(**list), 64);
	return *list != NULL;
}

/* Numbers rise, or the query is none. Those that were applied stay below @seq. */
static void check_copy(void)
{
	uint64_t last = 0;
	uint32_t kept = 0;

	at = 0;
	for (uint32_t i = 0; i < domain->nr; i++) {
		struct orl_query *q = &domain->query[i];

		if (!orl_query_is_sound(q) || q->seq <= last)
			continue;
		last = q->seq;
		if (kept != i)
			domain->query[kept] = *q;
		kept++;
		at += last <= seq;
	}
	domain->nr = kept;
}

/*
 * The list is written to the copy that gen does not select, so it is whole when gen is the same
 * before and behind. Q1 pairs with the store of gen, Q2 orders the copy before Q3.
 */
static bool copy_shared(void)
{
	uint32_t gen = orl_load_acquire(&shared->gen);	/* Q1 */
	const struct orl_queries *from = &shared->list[gen & 1];
	uint32_t nr = orl_load(&from->nr);

	domain->nr = nr < ORL_NR_QUERIES ? nr : ORL_NR_QUERIES;
	memcpy(domain->query, from->query, domain->nr * sizeof(domain->query[0]));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* Q2 */
	return orl_load(&shared->gen) == gen;		/* Q3 */
}

bool orl_queries_follow_locked(void)
{
	uint32_t now = orl_rt.proc ? orl_load_acquire(&orl_rt.domain.ctl->dyndbg) : 0;
	bool whole = false;

	/* a list that cannot be had now may be had the next time */
	if (!now || now == known || !map_shared() || !new_list(&domain))
		return true;
	for (int i = 0; i < MAX_LOOKS && !whole; i++)
		whole = copy_shared();
	if (!whole)
		domain->nr = 0;
	known = whole ? now : 0;
	check_copy();
	return whole;
}

/* ---- in order ---- */

static bool is_mine(const struct orl_query *q)
{
	return q->pid == (int32_t)orl_load(&orl_rt.proc->pid) && q->image == orl_rt.proc->image;
}

/* The next of the domain's that is for this process. */
static const struct orl_query *next_of_domain(void)
{
	while (domain && at < domain->nr) {
		const struct orl_query *q = &domain->query[at++];

		seq = q->seq;
		if (!q->pid)
			return q;
		if (is_mine(q)) {
			orl_queries_keep_locked(q);
			return q;
		}
	}
	return NULL;
}

static const struct orl_query *next_of_environment(void)
{
	int rc;

	if (!environment || env_done)
		return NULL;
	if (!env_begun)
		orl_query_begin(&env_text, environment, strlen(environment), NULL);
	env_begun = true;
	do
		rc = orl_query_next(&env_text, &scratch);
	while (rc < 0);		/* as the kernel's: what is right holds */
	env_done = !rc;
	if (!rc)
		return NULL;
	orl_queries_keep_locked(&scratch);
	return &scratch;
}

const struct orl_query *orl_queries_next_locked(void)
{
	const struct orl_query *q = next_of_domain();

	return q ? q : next_of_environment();
}

int orl_queries_keep_locked(const struct orl_query *query)
{
	static struct orl_query copy;

	if (!new_list(&own))
		return -ENOMEM;
	copy = *query;
	copy.seq = seq;
	copy.pid = 0;
	copy.image = 0;
	return orl_queries_add(own, &copy);
}

/* Those of the domain for this process alone are own ones too. */
void orl_queries_replay_locked(void (*apply)(const struct orl_query *query, void *arg), void *arg)
{
	uint32_t nr = own ? own->nr : 0, o = 0;

	for (uint32_t i = 0; domain && i < at && i < domain->nr; i++) {
		const struct orl_query *q = &domain->query[i];

		for (; o < nr && own->query[o].seq < q->seq; o++)
			apply(&own->query[o], arg);
		if (!q->pid)
			apply(q, arg);
	}
	for (; o < nr; o++)
		apply(&own->query[o], arg);
}
