// SPDX-License-Identifier: MIT
/*
 * Judging records. One that is whole says who wrote it (its common fields), from which context, and
 * its number; from these its length and every byte follow.
 *
 * Which records may be missing: only those overwritten. In the rings at rest all that is younger
 * than the youngest record overwritten is there, and that one is older than the oldest record of
 * its ring.
 */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_REST 2000000U

void race_violation(struct shared *shared, const char *fmt, ...)
{
	va_list ap;

	if (__atomic_exchange_n(&shared->has_violation, 1, __ATOMIC_SEQ_CST))
		return;
	va_start(ap, fmt);
	vsnprintf(shared->violation, sizeof(shared->violation), fmt, ap);
	va_end(ap);
}

static uint32_t word_at(const struct orl_record *rec, uint32_t off)
{
	uint32_t v;

	memcpy(&v, rec->data + off, sizeof(v));
	return v;
}

static uint64_t long_at(const struct orl_record *rec, uint32_t off)
{
	uint64_t v;

	memcpy(&v, rec->data + off, sizeof(v));
	return v;
}

/* Offsets in the record: race_trace.h behind eight bytes of common fields. */
enum {
	OFF_PID = 4,
	OFF_VALUE = 8,
	OFF_CTX = 8,
	OFF_SEQ = 12,
	OFF_AT = 16,
	OFF_SUM = 24,
	OFF_LOC = 32
};

static const char *judge_tiny(const struct orl_record *rec, struct judged *out)
{
	uint32_t value = word_at(rec, OFF_VALUE);

	out->ctx = value >> 30;
	out->seq = value >> 8 & 0x3fffffU;
	out->at = 0;
	if (out->ctx >= NR_CTX || race_tiny(out->pid, out->ctx, out->seq) != value)
		return "a tiny record's check does not match";
	return race_words(out->ctx, out->seq) == TINY ? NULL
						      : "a tiny record in place of a long one";
}

static const char *judge_body(const struct orl_record *rec, struct judged *out)
{
	uint32_t loc = word_at(rec, OFF_LOC), nr = (loc >> 16) / 4, off = loc & 0xffff;

	out->ctx = word_at(rec, OFF_CTX);
	out->seq = word_at(rec, OFF_SEQ);
	out->at = long_at(rec, OFF_AT);
	if (out->ctx >= NR_CTX || race_words(out->ctx, out->seq) != nr)
		return "a record's length is not what its number asks for";
	if (off + 4 * nr != rec->len)
		return "a record's header and its own length differ";
	if (long_at(rec, OFF_SUM) != race_sum(out->pid, out->ctx, out->seq, out->at))
		return "a record's sum does not match";
	for (uint32_t i = 0; i < nr; i++)
		if (word_at(rec, off + 4 * i) != race_mix(out->pid, out->ctx, out->seq, i))
			return "a record's bytes are not those of its writer";
	return out->at <= rec->ts ? NULL : "a record's time is before its append began";
}

bool race_judge_record(struct shared *shared, const struct orl_record *rec, uint32_t ring,
		       struct judged *out)
{
	const char *wrong;

	out->ring = ring;
	out->ts = rec->ts;
	out->pid = rec->len >= 12 ? word_at(rec, OFF_PID) : 0;
	if (rec->len < 12)
		wrong = "a record is too short";
	else if (rec->len < OFF_LOC + 4)
		wrong = judge_tiny(rec, out);
	else
		wrong = judge_body(rec, out);
	if (wrong)
		race_violation(shared, "ring %u, pid %u, context %u, number %u, %u bytes: %s", ring,
			       out->pid, out->ctx, out->seq, rec->len, wrong);
	return !wrong;
}

/* Rings at rest */

struct rest {
	struct shared *shared;
	struct judged *rec;
	size_t nr;
	uint64_t youngest_lost; /* nothing was overwritten after this time */
};

static int slot_of(const struct shared *shared, uint32_t pid)
{
	for (uint32_t i = 0; i < NR_SLOTS; i++)
		if (load(&shared->slot[i].pid) == pid)
			return (int)i;
	return -1;
}

static int by_writer(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->ctx != y->ctx)
		return x->ctx < y->ctx ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void rest_page(struct rest *r, const struct orl_cursor *c, const void *page, uint64_t *last)
{
	struct orl_page_iter it;
	struct orl_record rec;
	struct judged j;

	orl_page_iter_init(&it, page, c->view.page_size);
	while (orl_page_iter_next(&it, &rec) == 1) {
		if (!race_judge_record(r->shared, &rec, c->view.idx, &j))
			return;
		if (rec.ts < *last)
			race_violation(r->shared, "ring %u: time runs backwards", c->view.idx);
		*last = rec.ts;
		if (r->nr < MAX_REST && slot_of(r->shared, j.pid) >= 0)
			r->rec[r->nr++] = j;
	}
}

static void rest_ring(struct rest *r, const struct orl_session *s, uint32_t ring)
{
	_Alignas(8) static char page[ORL_PAGE_MAX];
	struct orl_page_info info;
	struct orl_cursor c;
	uint64_t last = 0, overwritten, head, count;
	bool is_first = true;
	int rc;

	if (!orl_ring_is_used(s, ring))
		return;
	if (orl_cursor_init(&c, s, ring, ORL_FROM_OLDEST))
		race_violation(r->shared, "ring %u: no cursor", ring);
	overwritten = c.seq;
	while ((rc = orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL)) == 1) {
		if (is_first && overwritten && orl_page_stamp(page) > r->youngest_lost)
			r->youngest_lost = orl_page_stamp(page);
		is_first = false;
		if (info.missed)
			race_violation(r->shared,
				       "ring %u: %lu records are not there and not counted as "
				       "overwritten",
				       ring, info.missed);
		rest_page(r, &c, page, &last);
	}
	if (rc || c.nr_damaged)
		race_violation(r->shared, "ring %u: a page makes no sense", ring);
	head = load(&c.view.ring->head);
	count = load(&c.view.ring->count[head & 1]);
	if (c.seq != count || c.pos != head >> 1)
		race_violation(r->shared,
			       "ring %u: counts %lu records, has %lu overwritten and in it", ring,
			       count, c.seq);
}

/* One context's records, in order of their numbers. */
static void judge_sequence(const struct rest *r, const struct judged *rec, size_t nr, bool is_dense)
{
	const struct progress *p = &r->shared->slot[slot_of(r->shared, rec->pid)].ctx[rec->ctx];
	size_t first = 0;

	for (size_t i = 1; i < nr; i++) {
		if (rec[i].seq == rec[i - 1].seq || rec[i].ts < rec[i - 1].ts ||
		    (rec[i].at && rec[i].at < rec[i - 1].ts))
			race_violation(r->shared,
				       "pid %u, context %u: number %u twice, or out of order",
				       rec->pid, rec->ctx, rec[i].seq);
	}
	if (rec[nr - 1].seq >= p->started)
		race_violation(r->shared, "pid %u, context %u: number %u was never written",
			       rec->pid, rec->ctx, rec[nr - 1].seq);
	while (first < nr && r->youngest_lost && rec[first].ts <= r->youngest_lost)
		first++;
	if (!is_dense || first == nr)
		return;
	if (!r->youngest_lost && rec[0].seq)
		race_violation(r->shared, "pid %u, context %u: begins with number %u", rec->pid,
			       rec->ctx, rec[0].seq);
	for (size_t i = first + 1; i < nr; i++)
		if (rec[i].seq != rec[i - 1].seq + 1)
			race_violation(r->shared, "pid %u, context %u: no record between %u and %u",
				       rec->pid, rec->ctx, rec[i - 1].seq, rec[i].seq);
	if (rec[nr - 1].seq + 1ULL < p->done)
		race_violation(r->shared, "pid %u, context %u: ends with number %u, %lu were done",
			       rec->pid, rec->ctx, rec[nr - 1].seq, p->done);
}

void race_judge_rest(struct shared *shared, const struct orl_session *s, bool is_dense)
{
	struct rest r = { .shared = shared, .rec = malloc(MAX_REST * sizeof(*r.rec)) };

	if (!r.rec)
		abort();
	for (uint32_t i = 0; i < s->nr_rings && !load(&shared->has_violation); i++)
		rest_ring(&r, s, i);
	qsort(r.rec, r.nr, sizeof(*r.rec), by_writer);
	for (size_t i = 0, from = 0; i < r.nr; i++) {
		if (i + 1 < r.nr && r.rec[i + 1].pid == r.rec[i].pid &&
		    r.rec[i + 1].ctx == r.rec[i].ctx)
			continue;
		judge_sequence(&r, &r.rec[from], i + 1 - from, is_dense);
		from = i + 1;
	}
	free(r.rec);
}

/* Rings that are written */

#define NR_KNOWN 4096U /* writers; newer ones take the places of older ones */

struct known {
	uint32_t pid;
	uint64_t next[NR_CTX]; /* number expected at least */
};

static void running_page(struct shared *shared, const struct orl_cursor *c, const void *page,
			 struct known *known, uint64_t *last)
{
	struct orl_page_iter it;
	struct orl_record rec;
	struct judged j;

	orl_page_iter_init(&it, page, c->view.page_size);
	while (orl_page_iter_next(&it, &rec) == 1) {
		struct known *k;

		if (!race_judge_record(shared, &rec, c->view.idx, &j))
			return;
		k = &known[j.pid % NR_KNOWN];
		if (k->pid != j.pid)
			*k = (struct known){ .pid = j.pid };
		if (rec.ts < *last || j.seq < k->next[j.ctx])
			race_violation(shared,
				       "ring %u, pid %u, context %u, number %u: out of order",
				       j.ring, j.pid, j.ctx, j.seq);
		*last = rec.ts;
		k->next[j.ctx] = j.seq + 1;
		__atomic_fetch_add(&shared->checked, 1, __ATOMIC_RELAXED);
	}
}

void race_judge_running(struct shared *shared, const struct orl_session *s)
{
	_Alignas(8) static char page[ORL_PAGE_MAX];
	struct orl_cursor *c = calloc(s->nr_rings, sizeof(*c));
	struct known *known = calloc((size_t)s->nr_rings * NR_KNOWN, sizeof(*known));
	uint64_t *last = calloc(s->nr_rings, sizeof(*last)),
		 *taken = calloc(s->nr_rings, sizeof(*taken));
	struct orl_page_info info;
	bool is_last = false;

	if (!c || !known || !last || !taken)
		abort();
	for (uint32_t i = 0; i < s->nr_rings; i++) {
		orl_cursor_init(&c[i], s, i, ORL_FROM_NOW);
		taken[i] = c[i].seq;
	}
	while (!is_last && !load(&shared->has_violation)) {
		is_last = __atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE);
		for (uint32_t i = 0; i < s->nr_rings; i++) {
			/* a ring that is written without pause must not keep us from the others */
			for (int n = 0; n < 32 || is_last; n++) {
				if (orl_cursor_next_page(&c[i], page, &info, ORL_PAGE_PARTIAL) != 1)
					break;
				taken[i] += info.nr_records;
				running_page(shared, &c[i], page, &known[(size_t)i * NR_KNOWN],
					     &last[i]);
			}
			if (c[i].nr_damaged)
				race_violation(shared, "ring %u: a copied page makes no sense", i);
		}
	}
	for (uint32_t i = 0; i < s->nr_rings; i++) {
		uint64_t head = load(&c[i].view.ring->head);

		if (taken[i] + c[i].lost != load(&c[i].view.ring->count[head & 1]))
			race_violation(shared,
				       "ring %u: %lu read and %lu lost are not the %lu written", i,
				       taken[i], c[i].lost, load(&c[i].view.ring->count[head & 1]));
	}
	free(c);
	free(known);
	free(last);
	free(taken);
}
