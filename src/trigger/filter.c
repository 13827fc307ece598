// SPDX-License-Identifier: MIT
/*
 * Filter programs. An instruction is two words, loaded once; what they say is checked before it is
 * used, so that a program may be any bytes and may change at any moment. Targets lead forward, so
 * no program runs longer than its length.
 */
#include "trigger/program.h"

#include <string.h>

#include "trigger/load.h"

#define MAX_RESTARTS 4

typedef uint64_t __attribute__((may_alias)) insn_word;

/* Constants of a program: a span of data, or nothing. */
static bool constant(const struct orl_hook *hook, uint64_t imm, struct orl_span *span)
{
	uint32_t off = (uint32_t)imm, len = (uint32_t)(imm >> 32);

	if (off > sizeof(hook->data) || len > sizeof(hook->data) - off)
		return false;
	span->p = hook->data + off;
	span->len = len;
	return true;
}

static bool compare(uint32_t cmp, uint64_t a, uint64_t b)
{
	switch (cmp) {
	case ORL_CMP_EQ:
		return a == b;
	case ORL_CMP_NE:
		return a != b;
	case ORL_CMP_LT:
		return a < b;
	case ORL_CMP_LE:
		return a <= b;
	case ORL_CMP_GT:
		return a > b;
	case ORL_CMP_GE:
		return a >= b;
	default:
		return a & b;
	}
}

static bool bit(const struct orl_span *set, uint64_t n)
{
	return n / 8 < set->len && (unsigned char)set->p[n / 8] >> (n % 8) & 1;
}

/* Has the set any bit but @n? */
static bool has_other(const struct orl_span *set, uint64_t n)
{
	for (uint32_t i = 0; i < set->len; i++) {
		unsigned char byte = (unsigned char)set->p[i];

		if (i == n / 8)
			byte &= (unsigned char)~(1U << (n % 8));
		if (byte)
			return true;
	}
	return false;
}

static bool number_in_set(uint32_t cmp, uint64_t n, const struct orl_span *set)
{
	bool is_in = bit(set, n);

	switch (cmp) {
	case ORL_CMP_IN_MASK:
		return is_in;
	case ORL_CMP_NOT_IN_MASK:
		return !is_in;
	case ORL_CMP_MASK_EQ:
		return is_in && !has_other(set, n);
	case ORL_CMP_MASK_NE:
		return !is_in || has_other(set, n);
	default:
		return false;
	}
}

static unsigned char byte_of(const struct orl_span *set, uint32_t i)
{
	return i < set->len ? (unsigned char)set->p[i] : 0;
}

static bool sets_match(uint32_t cmp, const struct orl_span *a, const struct orl_span *b)
{
	uint32_t len = a->len > b->len ? a->len : b->len;
	bool common = false, differ = false;

	for (uint32_t i = 0; i < len; i++) {
		common |= byte_of(a, i) & byte_of(b, i);
		differ |= byte_of(a, i) != byte_of(b, i);
	}
	switch (cmp) {
	case ORL_CMP_IN_MASK:
		return common;
	case ORL_CMP_NOT_IN_MASK:
		return !common;
	case ORL_CMP_MASK_EQ:
		return !differ;
	case ORL_CMP_MASK_NE:
		return differ;
	default:
		return false;
	}
}

static bool strings_match(uint32_t cmp, const struct orl_span *s, const struct orl_span *with)
{
	switch (cmp) {
	case ORL_CMP_STR_EQ:
		return s->len == with->len && !memcmp(s->p, with->p, s->len);
	case ORL_CMP_STR_NE:
		return s->len != with->len || memcmp(s->p, with->p, s->len);
	case ORL_CMP_STR_GLOB:
		return orl_glob_bounded(with->p, with->len, s->p, s->len);
	case ORL_CMP_STR_NOT_GLOB:
		return !orl_glob_bounded(with->p, with->len, s->p, s->len);
	default:
		return false;
	}
}

/* With the sign's bit turned, numbers with a sign have the order of those without. */
static int test_number(const struct orl_insn *in, const struct orl_occurrence *o)
{
	uint32_t load = in->op >> 4, cmp = in->op & 15;
	uint64_t turn = load <= ORL_LOAD_S64 && (load & 1) && cmp != ORL_CMP_AND ? 1ULL << 63 : 0;
	uint64_t n;

	if (!orl_load_number(o, load, in->off, &n))
		return -1;
	return compare(cmp, n ^ turn, in->imm ^ turn);
}

/* One instruction. Return: 0, 1, or -1 when there is nothing to compare. */
static int test(const struct orl_hook *hook, const struct orl_insn *in,
		const struct orl_occurrence *o)
{
	uint32_t load = in->op >> 4, cmp = in->op & 15;
	struct orl_span with, span;
	char comm[16];
	uint64_t n;

	if (cmp <= ORL_CMP_AND)
		return test_number(in, o);
	if (!constant(hook, in->imm, &with))
		return -1;
	if (cmp >= ORL_CMP_STR_EQ && cmp <= ORL_CMP_STR_NOT_GLOB) {
		if (!orl_load_is_string(load) ||
		    !orl_load_string(o, load, in->off, in->size, comm, &span))
			return -1;
		return strings_match(cmp, &span, &with);
	}
	if (cmp > ORL_CMP_MASK_NE)
		return -1;
	if (orl_load_is_mask(load))
		return orl_load_bytes(o, load, in->off, in->size, &span) ?
			       sets_match(cmp, &span, &with) : -1;
	return orl_load_number(o, load, in->off, &n) ? number_in_set(cmp, n, &with) : -1;
}

/* Its two words, each loaded once. */
static inline void load_insn(const struct orl_hook *hook, uint32_t i, uint64_t words[2])
{
	const insn_word *at = (const insn_word *)(const void *)&hook->insn[i];

	words[0] = __atomic_load_n(&at[0], __ATOMIC_RELAXED);
	words[1] = __atomic_load_n(&at[1], __ATOMIC_RELAXED);
}

static bool run(const struct orl_hook *hook, const struct orl_occurrence *o)
{
	uint32_t nr = __atomic_load_n(&hook->nr_insns, __ATOMIC_RELAXED);
	uint32_t i = 0;

	while (i < nr && i < ORL_NR_INSNS) {
		struct orl_insn in;
		uint64_t words[2];
		uint32_t next;
		int yes;

		load_insn(hook, i, words);
		memcpy(&in, words, sizeof(in));
		yes = test(hook, &in, o);
		if (yes < 0)
			return false;
		next = yes ? in.yes : in.no;
		if (next >= ORL_INSN_FAIL)
			return next == ORL_INSN_PASS;
		if (next <= i)
			return false;
		i = next;
	}
	return false;
}

enum orl_verdict orl_program_run(const struct orl_hook *hook, uint32_t kind,
				 const struct orl_occurrence *o, struct orl_trigger_head *head)
{
	for (int n = 0; n < MAX_RESTARTS; n++) {
		/* acquire: what follows is at least as new as seq says */
		uint32_t seq = __atomic_load_n(&hook->seq, __ATOMIC_ACQUIRE);
		bool yes = true;

		if ((seq & 1) || __atomic_load_n(&hook->kind, __ATOMIC_RELAXED) != kind ||
		    __atomic_load_n(&hook->event, __ATOMIC_RELAXED) != (uint16_t)o->common)
			return ORL_VERDICT_STALE;
		if (head) {
			head->cmd = __atomic_load_n(&hook->cmd, __ATOMIC_RELAXED);
			head->flags = __atomic_load_n(&hook->flags, __ATOMIC_RELAXED);
			head->target = __atomic_load_n(&hook->target, __ATOMIC_RELAXED);
		}
		if (!head || (head->flags & ORL_HOOK_HAS_FILTER))
			yes = run(hook, o);
		/* pairs with the writer's release between its odd seq and its first byte */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__builtin_expect(__atomic_load_n(&hook->seq, __ATOMIC_RELAXED) == seq, 1))
			return yes ? ORL_VERDICT_YES : ORL_VERDICT_NO;
	}
	return ORL_VERDICT_STALE;
}

static __attribute__((noinline)) bool pass_slow(const struct orl_hook *hook,
						const struct orl_occurrence *o)
{
	return orl_program_run(hook, ORL_HOOK_FILTER, o, NULL) != ORL_VERDICT_NO;
}

/* One jump leads to the load and the comparison, for each of the types and comparisons. */
#define COMPARE(load, cmp, type, wide, OP) \
	case (load) << 4 | (cmp): { \
		type v; \
		if (__builtin_expect(off + sizeof(v) > end, 0)) \
			return -1; \
		memcpy(&v, base + off, sizeof(v)); \
		return ((wide)v OP (wide)imm) != 0; \
	}
#define COMPARE_ALL(load, type, wide) \
	COMPARE(load, ORL_CMP_EQ, type, wide, ==) \
	COMPARE(load, ORL_CMP_NE, type, wide, !=) \
	COMPARE(load, ORL_CMP_LT, type, wide, <) \
	COMPARE(load, ORL_CMP_LE, type, wide, <=) \
	COMPARE(load, ORL_CMP_GT, type, wide, >) \
	COMPARE(load, ORL_CMP_GE, type, wide, >=) \
	COMPARE(load, ORL_CMP_AND, type, wide, &)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && offsetof(struct orl_insn, op) == 0 &&
		       offsetof(struct orl_insn, yes) == 1 && offsetof(struct orl_insn, no) == 2 &&
		       offsetof(struct orl_insn, off) == 4 && offsetof(struct orl_insn, imm) == 8,
	       "where orl_filter_pass() finds the parts of an instruction");

/* A number of the record against a constant; -1: something else. @first: the instruction's word */
static inline __attribute__((always_inline)) int test_fast(uint64_t first, uint64_t imm,
							   const struct orl_occurrence *o)
{
	const char *base = o->rec;
	uint32_t off = first >> 32 & 0xffff, end = o->len;

	if (off < ORL_COMMON_LEN) {
		base = (const char *)&o->common;
		end = ORL_COMMON_LEN;
	}
	switch (first & 0xff) {
	COMPARE_ALL(ORL_LOAD_U8, uint8_t, uint64_t)
	COMPARE_ALL(ORL_LOAD_S8, int8_t, int64_t)
	COMPARE_ALL(ORL_LOAD_U16, uint16_t, uint64_t)
	COMPARE_ALL(ORL_LOAD_S16, int16_t, int64_t)
	COMPARE_ALL(ORL_LOAD_U32, uint32_t, uint64_t)
	COMPARE_ALL(ORL_LOAD_S32, int32_t, int64_t)
	COMPARE_ALL(ORL_LOAD_U64, uint64_t, uint64_t)
	COMPARE_ALL(ORL_LOAD_S64, int64_t, int64_t)
	default:
		return -1;
	}
}

/*
 * This stands in the way of every record of a filtered event: a leaf for programs that compare
 * numbers, as most do. At the first sign of anything else the program is run from its beginning by
 * run(), which says the same of numbers.
 */
bool orl_filter_pass(const struct orl_hook *hook, const struct orl_occurrence *o)
{
	uint32_t seq = __atomic_load_n(&hook->seq, __ATOMIC_ACQUIRE), i = 0, nr;
	uint64_t words[2];

	nr = __atomic_load_n(&hook->nr_insns, __ATOMIC_RELAXED);
	if (__builtin_expect(
		    (seq & 1) || nr > ORL_NR_INSNS ||
			    __atomic_load_n(&hook->kind, __ATOMIC_RELAXED) != ORL_HOOK_FILTER ||
			    __atomic_load_n(&hook->event, __ATOMIC_RELAXED) != (uint16_t)o->common,
		    0))
		return pass_slow(hook, o);
	while (i < nr) {
		uint32_t next;
		int yes;

		load_insn(hook, i, words);
		yes = test_fast(words[0], words[1], o);
		if (__builtin_expect(yes < 0, 0))
			return pass_slow(hook, o);
		next = (yes ? words[0] >> 8 : words[0] >> 16) & 0xff;
		if (next < ORL_INSN_FAIL && next > i) {
			i = next;
			continue;
		}
		__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* as in orl_program_run() */
		if (__builtin_expect(__atomic_load_n(&hook->seq, __ATOMIC_RELAXED) != seq, 0))
			return pass_slow(hook, o);
		return next == ORL_INSN_PASS;
	}
	return pass_slow(hook, o);
}
