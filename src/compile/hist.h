/* SPDX-License-Identifier: MIT */
/*
 * A hist trigger between its text and its spec. orl_hist_parse() knows the text alone,
 * orl_hist_bind() looks its names up in an event, orl_hist_spec() is what processes get. Slices
 * point into the text, which must outlive the plan.
 */
#ifndef ORL_COMPILE_HIST_H
#define ORL_COMPILE_HIST_H

#include "compile/impl.h"

#define ORL_HIST_SORTS 2U
#define ORL_HIST_SIZE_DEFAULT 2048U
#define ORL_HIST_SORT_HITS UINT32_MAX

struct orl_slice {
	const char *p;
	uint32_t len;
};

enum orl_hist_mod {
	ORL_MOD_NONE,
	ORL_MOD_HEX,
	ORL_MOD_SYM,
	ORL_MOD_SYM_OFFSET,
	ORL_MOD_EXECNAME,
	ORL_MOD_LOG2,
	ORL_MOD_BUCKETS,
	ORL_MOD_USECS,
	ORL_MOD_STACKTRACE,
	ORL_MOD_PERCENT,
	ORL_MOD_GRAPH,
};

/* A key or a value. */
struct orl_hist_item {
	struct orl_slice name;
	struct orl_slice mod_text;	/* "buckets=10", or empty */
	enum orl_hist_mod mod;
	uint64_t arg;			/* of buckets */
	/* by orl_hist_bind() */
	bool is_hits;			/* a value: hitcount, which has no sum of its own */
	bool is_signed;
	uint32_t sum;			/* a value: index of its sum */
	struct orl_hist_field field;
};

struct orl_hist_sort {
	uint32_t field;			/* index of a key, nr_keys + that of a value, or ..HITS */
	bool is_descending;
};

struct orl_hist_plan {
	uint32_t nr_keys, nr_vals, nr_sorts;
	struct orl_hist_item key[ORL_HIST_KEYS];
	struct orl_hist_item val[ORL_HIST_VALS];
	struct orl_hist_sort sort[ORL_HIST_SORTS];
	struct orl_slice hist_name;
	uint32_t size;			/* 0: none given */
	bool pause, cont, clear, nohitcount;
};

/* Where mistakes are counted from, and whose they are. */
struct orl_hist_where {
	const char *start;		/* the 'h' of "hist:" */
	const char *prefix;
	struct orl_mistake *m;
};

/** orl_hist_parse() - read what stands behind "hist:", up to the filter; 0 or a mistake's errno */
int orl_hist_parse(struct orl_hist_plan *plan, struct orl_slice text,
		   const struct orl_hist_where *where);

/** orl_hist_bind() - look up every name in @f; 0 or a mistake's errno. Names of the event's own
 * fields stay; "cpu" and "stacktrace" get the names under which the kernel lists them. */
int orl_hist_bind(struct orl_hist_plan *plan, const struct orl_format *f,
		  const struct orl_hist_where *where);

/** orl_hist_spec() - of a bound plan */
void orl_hist_spec(const struct orl_hist_plan *plan, struct orl_hist_spec *spec);

/** orl_hist_list() - the normal form, "hist:keys=pid:vals=hitcount:sort=hitcount:size=2048" */
void orl_hist_list(struct orl_text *out, const struct orl_hist_plan *plan);

/** orl_hist_same() - the same keys, values and order, and the same name */
bool orl_hist_same(const struct orl_hist_plan *a, const struct orl_hist_plan *b);

/** orl_hist_mistake() - at @at of the text, NULL: at its start */
int orl_hist_mistake(const struct orl_hist_where *where, const char *message, const char *at,
		     int err);

static inline bool orl_slice_is(struct orl_slice s, const char *word)
{
	return s.len && s.len == strlen(word) && !memcmp(s.p, word, s.len);
}

static inline bool orl_slice_equal(struct orl_slice a, struct orl_slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

/* Take the part before the first @c off the front of @s; @c goes, too. false: @s was at its end,
 * @part is empty. */
static inline bool orl_slice_cut(struct orl_slice *s, char c, struct orl_slice *part)
{
	const char *end;

	*part = (struct orl_slice){ NULL, 0 };
	if (!s->p)
		return false;
	end = s->len ? memchr(s->p, c, s->len) : NULL;
	part->p = s->p;
	part->len = end ? (uint32_t)(end - s->p) : s->len;
	s->len = end ? s->len - part->len - 1 : 0;
	s->p = end ? end + 1 : NULL;
	return true;
}

#endif
