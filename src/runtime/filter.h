/* SPDX-License-Identifier: MIT */
/*
 * Filters that only compare numbers of the record, which most do, as private programs: checked
 * once, when apply() makes them, and then run with no check but one of the record's length.
 * Programs of equal content are one, and are never freed.
 *
 * A filter that is changed in shared memory is thereby changed for events when apply() has seen it,
 * as everything else is.
 */
#ifndef ORL_RUNTIME_FILTER_H
#define ORL_RUNTIME_FILTER_H

#include "runtime/runtime.h"
#include "trigger/trigger.h"

#define ORL_NUMBERS_MAX 16U		/* instructions; a longer program is left to src/trigger */

/* Yes: value - lo <= span, without sign and wrapping; or value & lo where span is 0 and is_mask. */
struct orl_number {
	uint64_t lo, span;
	uint16_t off;
	uint8_t load;			/* ORL_LOAD_U8 .. ORL_LOAD_S64 */
	uint8_t is_mask;
	uint8_t yes, no;		/* an instruction behind this one, or ORL_INSN_* */
	uint16_t pad;
};

struct orl_numbers {
	struct orl_numbers *next;	/* of those there are */
	uint32_t nr;
	uint32_t need;			/* bytes of a record that it looks at */
	struct orl_number insn[];
};

/** orl_numbers_make_locked() - the private form of a filter, or NULL where it has none */
const struct orl_numbers *orl_numbers_make_locked(const struct orl_hook *hook);

static inline uint64_t orl_number_load(const char *at, uint8_t load)
{
	typedef uint16_t __attribute__((may_alias, aligned(1))) u16;
	typedef uint32_t __attribute__((may_alias, aligned(1))) u32;
	typedef uint64_t __attribute__((may_alias, aligned(1))) u64;

	/* the usual ones first; each is a branch that the CPU foresees */
	if (load == ORL_LOAD_U32)
		return *(const u32 *)(const void *)at;
	if (load == ORL_LOAD_S32)
		return (uint64_t)(int64_t)(int32_t)*(const u32 *)(const void *)at;
	if (load >= ORL_LOAD_U64)
		return *(const u64 *)(const void *)at;
	if (load == ORL_LOAD_U8)
		return *(const uint8_t *)at;
	if (load == ORL_LOAD_S8)
		return (uint64_t)(int64_t)*(const int8_t *)at;
	if (load == ORL_LOAD_U16)
		return *(const u16 *)(const void *)at;
	return (uint64_t)(int64_t)(int16_t)*(const u16 *)(const void *)at;
}

/* @rec has at least need bytes. Targets lead forward: it ends. */
static inline bool orl_numbers_pass(const struct orl_numbers *p, const void *rec)
{
	const struct orl_number *in = p->insn;

	for (;;) {
		uint64_t v = orl_number_load((const char *)rec + in->off, in->load);
		uint8_t next;

		if (__builtin_expect(in->is_mask, 0))
			next = v & in->lo ? in->yes : in->no;
		else
			next = v - in->lo <= in->span ? in->yes : in->no;
		if (next >= ORL_INSN_FAIL)
			return next == ORL_INSN_PASS;
		in = &p->insn[next];
	}
}

#endif
