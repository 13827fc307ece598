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

/* Which of the three relations, and common bits, make each comparison true. */
#define IS_LESS 1U
#define IS_EQUAL 2U
#define IS_MORE 4U
#define IS_COMMON 8U

static const uint8_t relations[16] = {
	[ORL_CMP_EQ] = IS_EQUAL,
	[ORL_CMP_NE] = IS_LESS | IS_MORE,
	[ORL_CMP_LT] = IS_LESS,
	[ORL_CMP_LE] = IS_LESS | IS_EQUAL,
	[ORL_CMP_GT] = IS_MORE,
	[ORL_CMP_GE] = IS_MORE | IS_EQUAL,
	[ORL_CMP_AND] = IS_COMMON,
};

static inline bool compare(uint32_t cmp, bool is_signed, uint64_t a, uint64_t b)
{
	uint64_t bias = (uint64_t)is_signed << 63;
	uint32_t is = a & b ? IS_COMMON : 0;

	a ^= bias;
	b ^= bias;
	is |= a == b ? IS_EQUAL : a < b ? IS_LESS : IS_MORE;
	return relations[cmp] & is;
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

/* Everything but a number against a number. Return: 0, 1, or -1 when there is nothing to compare. */
static __attribute__((noinline)) int test_rare(const struct orl_hook *hook,
					       const struct orl_insn *in,
					       const struct orl_occurrence *o)
{
	uint32_t load = in->op >> 4, cmp = in->op & 15;
	struct orl_span with, span;
	char comm[16];
	uint64_t n;

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

static inline int test(const struct orl_hook *hook, const struct orl_insn *in,
		       const struct orl_occurrence *o)
{
	uint32_t load = in->op >> 4, cmp = in->op & 15;
	uint64_t n;

	if (__builtin_expect(cmp > ORL_CMP_AND, 0))
		return test_rare(hook, in, o);
	if (!orl_load_number(o, load, in->off, &n))
		return -1;
	return compare(cmp, load & 1 & (load <= ORL_LOAD_S64), n, in->imm);
}

static bool run(const struct orl_hook *hook, const struct orl_occurrence *o)
{
	uint32_t nr = __atomic_load_n(&hook->nr_insns, __ATOMIC_RELAXED);
	uint32_t i = 0;

	if (nr > ORL_NR_INSNS)
		nr = ORL_NR_INSNS;
	while (i < nr) {
		const insn_word *at = (const insn_word *)(const void *)&hook->insn[i];
		uint64_t words[2] = { __atomic_load_n(&at[0], __ATOMIC_RELAXED),
				      __atomic_load_n(&at[1], __ATOMIC_RELAXED) };
		struct orl_insn in;
		uint32_t next;
		int yes;

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

bool orl_filter_pass(const struct orl_hook *hook, const struct orl_occurrence *o)
{
	return orl_program_run(hook, ORL_HOOK_FILTER, o, NULL) != ORL_VERDICT_NO;
}
