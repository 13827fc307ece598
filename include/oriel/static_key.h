/* SPDX-License-Identifier: MIT */
/*
 * Static keys: a branch that costs one NOP while its key is off, and is turned by rewriting the
 * instruction. Names and meaning are the kernel's (linux/jump_label.h).
 *
 *	DEFINE_STATIC_KEY_FALSE(checks);
 *
 *	if (static_branch_unlikely(&checks))
 *		check_everything();
 *
 *	static_branch_enable(&checks);
 *
 *   enabled  defined   written as  instruction  taken by
 *   0        FALSE     unlikely    NOP          the rest
 *   1        FALSE     unlikely    JMP          the block, out of line
 *   0        TRUE      likely      JMP          the rest, out of line
 *   1        TRUE      likely      NOP          the block
 *   and so for the other pairs: the instruction is a JMP when enabled != likely.
 *
 * A key may be used in one object and defined in another. The argument of static_branch_unlikely()
 * and _likely() is the address of a key with static storage, as a constant.
 */
#ifndef ORIEL_STATIC_KEY_H
#define ORIEL_STATIC_KEY_H

#include <oriel/base.h>

#ifndef __cplusplus
#include <stdbool.h>
#endif

ORIEL_BEGIN_DECLS

struct static_key {
	int enabled;			/* uses; read and written atomically */
};

/* Two types, so that the compiler knows which way a site starts. */
struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE { 1 }
#define STATIC_KEY_INIT_FALSE { 0 }
#define STATIC_KEY_TRUE_INIT { { 1 } }
#define STATIC_KEY_FALSE_INIT { { 0 } }

#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name

#ifndef ORIEL_DISABLE
/**
 * static_key_slow_inc() - take a use of a key; the first use turns its sites on
 *
 * When it returns, every thread that runs one of the key's sites takes the new branch. Any thread;
 * in a signal handler that interrupted another change of sites the turn happens when that change
 * ends. A site that cannot be written stays as it is; `oriel doctor` tells.
 */
void static_key_slow_inc(struct static_key *key);
/** static_key_slow_dec() - give a use back; the last one turns the key's sites off. Context as
 * static_key_slow_inc(). */
void static_key_slow_dec(struct static_key *key);
/** static_key_enable() - turn a key on unless it is on; not to be mixed with _inc and _dec */
void static_key_enable(struct static_key *key);
/** static_key_disable() - turn a key off unless it is off */
void static_key_disable(struct static_key *key);
#else
ORIEL_INLINE void static_key_slow_inc(struct static_key *key)
{
	__atomic_fetch_add(&key->enabled, 1, __ATOMIC_SEQ_CST);
}

ORIEL_INLINE void static_key_slow_dec(struct static_key *key)
{
	__atomic_fetch_sub(&key->enabled, 1, __ATOMIC_SEQ_CST);
}

ORIEL_INLINE void static_key_enable(struct static_key *key)
{
	__atomic_store_n(&key->enabled, 1, __ATOMIC_SEQ_CST);
}

ORIEL_INLINE void static_key_disable(struct static_key *key)
{
	__atomic_store_n(&key->enabled, 0, __ATOMIC_SEQ_CST);
}
#endif

ORIEL_INLINE int static_key_count(struct static_key *key)
{
	return __atomic_load_n(&key->enabled, __ATOMIC_RELAXED);
}

#define static_key_enabled(x) (static_key_count((struct static_key *)(void *)(x)) > 0)
#define static_branch_inc(x) static_key_slow_inc(&(x)->key)
#define static_branch_dec(x) static_key_slow_dec(&(x)->key)
#define static_branch_enable(x) static_key_enable(&(x)->key)
#define static_branch_disable(x) static_key_disable(&(x)->key)

ORIEL_END_DECLS

#ifdef __cplusplus
/*
 * For a member of a class of its own: in an inline function or a template its static variable would
 * be a symbol that others could replace, and the assembler could not refer to it. To clang the
 * function must be internal for that; were it the variable, all of a file would have one name and
 * be one.
 */
#ifdef __clang__
#define ORIEL_OWN_FUNCTION __attribute__((always_inline, internal_linkage))
#else
#define ORIEL_OWN_FUNCTION __attribute__((always_inline))
#endif
#endif

#if !defined(ORIEL_DISABLE) && ORIEL_JUMP_LABEL

#define ORIEL_INSN_NOP ".byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
#define ORIEL_INSN_JMP(label) ".byte 0xe9\n\t.long %l[" label "] - 2f\n2:\n"

/*
 * The table entry joins the group of the function that it stands for ("?"), so that it goes where a
 * discarded copy of an inline function goes, and is retained ("R") against --gc-sections. The key
 * is reached through a pointer of this object's own: its address is constant at every optimisation
 * level, in PIC too, wherever the key itself is defined.
 */
#define ORIEL_SITE(insn, keyref, flag, label) \
	__asm__ goto("1:\t" insn ".pushsection oriel_sites, \"aR?\", @progbits\n\t" \
		     ".balign 4\n\t" \
		     ".long 1b - ., %l[" #label "] - ., %c0 - ., " #flag "\n\t" \
		     ".popsection" \
		     : : "i"(&keyref) : "cc" : label)

#ifdef __cplusplus
constexpr bool oriel_key_starts_true(const struct static_key_true *)
{
	return true;
}
constexpr bool oriel_key_starts_true(const struct static_key_false *)
{
	return false;
}
#define ORIEL_KEY_STARTS_TRUE(x) oriel_key_starts_true(decltype(x)(nullptr))
#else
#define ORIEL_KEY_STARTS_TRUE(x) \
	__builtin_types_compatible_p(__typeof__(*(x)), struct static_key_true)
#endif

#define ORIEL_BRANCH_BODY(x, likely_flag, start_jmp, when_nop, leave) \
	__label__ oriel_jump, oriel_done; \
	static struct static_key *const oriel_keyref = &(x)->key; \
	bool oriel_taken; \
	if (start_jmp) \
		ORIEL_SITE(ORIEL_INSN_JMP("oriel_jump"), oriel_keyref, likely_flag, oriel_jump); \
	else \
		ORIEL_SITE(ORIEL_INSN_NOP, oriel_keyref, likely_flag, oriel_jump); \
	oriel_taken = (when_nop); \
	goto oriel_done; \
oriel_jump: \
	oriel_taken = !(when_nop); \
oriel_done: \
	leave oriel_taken;

#ifdef __cplusplus
#define ORIEL_BRANCH(x, likely_flag, start_jmp, when_nop) \
	(__extension__({ \
		struct __attribute__((visibility("hidden"))) oriel_branch { \
			ORIEL_OWN_FUNCTION static inline bool taken() \
			{ \
				ORIEL_BRANCH_BODY(x, likely_flag, start_jmp, when_nop, return) \
			} \
		}; \
		oriel_branch::taken(); \
	}))
#else
#define ORIEL_BRANCH(x, likely_flag, start_jmp, when_nop) \
	(__extension__({ ORIEL_BRANCH_BODY(x, likely_flag, start_jmp, when_nop, ) }))
#endif

#define static_branch_unlikely(x) \
	ORIEL_UNLIKELY(ORIEL_BRANCH(x, 0, ORIEL_KEY_STARTS_TRUE(x), false))
#define static_branch_likely(x) ORIEL_LIKELY(ORIEL_BRANCH(x, 1, !ORIEL_KEY_STARTS_TRUE(x), true))

#else

#define static_branch_unlikely(x) ORIEL_UNLIKELY(static_key_count(&(x)->key) > 0)
#define static_branch_likely(x) ORIEL_LIKELY(static_key_count(&(x)->key) > 0)

#endif


#endif
