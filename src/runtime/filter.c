// SPDX-License-Identifier: MIT
/*
 * Making private programs of filters that compare numbers, see filter.h.
 *
 * Every comparison but "&" becomes one look at a range: with k the constant, lo and span are such
 * that value - lo <= span. Signed values are moved by 2^63 first, which goes into lo.
 */
#include <string.h>

#include "runtime/filter.h"
#include "runtime/instance.h"

static struct orl_numbers *made;

/* Where execution goes from instruction @i: backwards, or out of the program, is "no". */
static uint8_t target(uint8_t to, uint32_t i, uint32_t nr)
{
	if (to == ORL_INSN_PASS)
		return ORL_INSN_PASS;
	return to > i && to < nr ? to : ORL_INSN_FAIL;
}

static void swap(struct orl_number *n)
{
	uint8_t yes = n->yes;

	n->yes = n->no;
	n->no = yes;
}

/* value < k, or <= k; "no value is" turns the answers round. */
static void set_below(struct orl_number *n, uint64_t k, bool equal)
{
	n->lo = 0;
	n->span = equal ? k : k - 1;
	if (!equal && !k)
		swap(n);		/* k - 1 is all there is */
}

static void set_range(struct orl_number *n, uint32_t cmp, uint64_t k, uint64_t bias)
{
	k ^= bias;
	switch (cmp) {
	case ORL_CMP_EQ:
	case ORL_CMP_NE:
		n->lo = k;
		n->span = 0;
		break;
	case ORL_CMP_LT:
	case ORL_CMP_GE:
		set_below(n, k, false);
		break;
	default:
		set_below(n, k, true);
		break;
	}
	if (cmp == ORL_CMP_NE || cmp == ORL_CMP_GE || cmp == ORL_CMP_GT)
		swap(n);
	n->lo -= bias;
}

static bool make_number(struct orl_number *n, const struct orl_insn *in, uint32_t i, uint32_t nr)
{
	uint32_t load = in->op >> 4, cmp = in->op & 15;

	memset(n, 0, sizeof(*n));
	/* the common fields are not in the record yet */
	if (load > ORL_LOAD_S64 || cmp > ORL_CMP_AND || in->off < 8)
		return false;
	n->off = in->off;
	n->load = (uint8_t)load;
	n->yes = target(in->yes, i, nr);
	n->no = target(in->no, i, nr);
	if (cmp == ORL_CMP_AND) {
		n->is_mask = 1;
		n->lo = in->imm;
	} else {
		set_range(n, cmp, in->imm, load & 1 ? 1ULL << 63 : 0);
	}
	return true;
}

/* A copy of the filter's instructions that nobody wrote to meanwhile; their number, or 0. */
static uint32_t copy(const struct orl_hook *hook, struct orl_insn insn[ORL_NUMBERS_MAX])
{
	uint32_t seq = orl_load_acquire(&hook->seq), nr = orl_load(&hook->nr_insns);

	if ((seq & 1) || !nr || nr > ORL_NUMBERS_MAX)
		return 0;
	memcpy(insn, hook->insn, nr * sizeof(*insn));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return orl_load(&hook->seq) == seq ? nr : 0;
}

static const struct orl_numbers *unite(const struct orl_number *n, uint32_t nr, uint32_t need)
{
	struct orl_numbers *p;

	for (p = made; p; p = p->next) {
		if (p->nr == nr && !memcmp(p->insn, n, nr * sizeof(*n)))
			return p;
	}
	p = orl_arena_alloc(sizeof(*p) + nr * sizeof(*n), 16);
	if (!p)
		return NULL;
	memcpy(p->insn, n, nr * sizeof(*n));
	p->nr = nr;
	p->need = need;
	p->next = made;
	orl_store_release(&made, p);
	return p;
}

const struct orl_numbers *orl_numbers_make_locked(const struct orl_hook *hook)
{
	struct orl_insn insn[ORL_NUMBERS_MAX];
	struct orl_number n[ORL_NUMBERS_MAX];
	uint32_t nr = copy(hook, insn), need = 8;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t end = insn[i].off + (1U << (insn[i].op >> 5 & 3));

		if (!make_number(&n[i], &insn[i], i, nr))
			return NULL;
		if (end > need)
			need = end;
	}
	return nr ? unite(n, nr, need) : NULL;
}
