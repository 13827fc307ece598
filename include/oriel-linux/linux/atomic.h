/* SPDX-License-Identifier: MIT */
/*
 * Counters that threads change at once. As in the kernel: what returns nothing orders nothing, what
 * returns a value orders all that is around it, unless its name ends with _relaxed, _acquire or
 * _release.
 */
#ifndef ORIEL_LINUX_ATOMIC_H
#define ORIEL_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) ATOMIC64_INIT(i)

#define ORIEL_ATOMIC_FETCH(name, type, ctype, op, builtin, suffix, order)                          \
	ORIEL_INLINE ctype name##_fetch_##op##suffix(ctype i, type *v)                             \
	{                                                                                          \
		return __atomic_fetch_##builtin(&v->counter, i, order);                            \
	}

#define ORIEL_ATOMIC_RETURN(name, type, ctype, op, builtin, suffix, order)                         \
	ORIEL_ATOMIC_FETCH(name, type, ctype, op, builtin, suffix, order)                          \
	ORIEL_INLINE ctype name##_##op##_return##suffix(ctype i, type *v)                          \
	{                                                                                          \
		return __atomic_##builtin##_fetch(&v->counter, i, order);                          \
	}

#define ORIEL_ATOMIC_VOID(name, type, ctype, op, builtin)                                          \
	ORIEL_INLINE void name##_##op(ctype i, type *v)                                            \
	{                                                                                          \
		__atomic_fetch_##builtin(&v->counter, i, __ATOMIC_RELAXED);                        \
	}

/* In all four orders. */
#define ORIEL_ATOMIC_ORDERS(what, name, type, ctype, op, builtin)                                  \
	what(name, type, ctype, op, builtin, , __ATOMIC_SEQ_CST)                                   \
	what(name, type, ctype, op, builtin, _relaxed, __ATOMIC_RELAXED)                           \
	what(name, type, ctype, op, builtin, _acquire, __ATOMIC_ACQUIRE)                           \
	what(name, type, ctype, op, builtin, _release, __ATOMIC_RELEASE)

#define ORIEL_ATOMIC_SWAP(name, type, ctype, suffix, order)                                        \
	ORIEL_INLINE ctype name##_xchg##suffix(type *v, ctype i)                                   \
	{                                                                                          \
		return __atomic_exchange_n(&v->counter, i, order);                                 \
	}                                                                                          \
	ORIEL_INLINE bool name##_try_cmpxchg##suffix(type *v, ctype *old, ctype i)                 \
	{                                                                                          \
		__typeof__(v->counter) was = *old;                                                 \
		bool is_done = __atomic_compare_exchange_n(&v->counter, &was, i, 0, order,         \
							   __ATOMIC_RELAXED);                      \
												   \
		*old = was;                                                                        \
		return is_done;                                                                    \
	}                                                                                          \
	/* gives what was there: @old when it was replaced */                                      \
	ORIEL_INLINE ctype name##_cmpxchg##suffix(type *v, ctype old, ctype i)                     \
	{                                                                                          \
		(void)name##_try_cmpxchg##suffix(v, &old, i);                                      \
		return old;                                                                        \
	}

#define ORIEL_ATOMIC_BASE(name, type, ctype)                                                       \
	ORIEL_INLINE ctype name##_read(const type *v)                                              \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                             \
	}                                                                                          \
	ORIEL_INLINE ctype name##_read_acquire(const type *v)                                      \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                             \
	}                                                                                          \
	ORIEL_INLINE void name##_set(type *v, ctype i)                                             \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                                \
	}                                                                                          \
	ORIEL_INLINE void name##_set_release(type *v, ctype i)                                     \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                                \
	}                                                                                          \
	/* adds unless it is @u; what it was */                                                    \
	ORIEL_INLINE ctype name##_fetch_add_unless(type *v, ctype i, ctype u)                      \
	{                                                                                          \
		ctype old = name##_read(v);                                                        \
												   \
		while (old != u && !name##_try_cmpxchg(v, &old, old + i))                          \
			;                                                                          \
		return old;                                                                        \
	}                                                                                          \
	/* what it would be; takes one away unless that is below 0 */                              \
	ORIEL_INLINE ctype name##_dec_if_positive(type *v)                                         \
	{                                                                                          \
		ctype old = name##_read(v);                                                        \
												   \
		while (old > 0 && !name##_try_cmpxchg(v, &old, old - 1))                           \
			;                                                                          \
		return old - 1;                                                                    \
	}

#define ORIEL_ATOMIC_SHORT(name, type, ctype)                                                      \
	ORIEL_INLINE void name##_inc(type *v)                                                      \
	{                                                                                          \
		name##_add(1, v);                                                                  \
	}                                                                                          \
	ORIEL_INLINE void name##_dec(type *v)                                                      \
	{                                                                                          \
		name##_sub(1, v);                                                                  \
	}                                                                                          \
	ORIEL_INLINE ctype name##_inc_return(type *v)                                              \
	{                                                                                          \
		return name##_add_return(1, v);                                                    \
	}                                                                                          \
	ORIEL_INLINE ctype name##_dec_return(type *v)                                              \
	{                                                                                          \
		return name##_sub_return(1, v);                                                    \
	}                                                                                          \
	ORIEL_INLINE ctype name##_fetch_inc(type *v)                                               \
	{                                                                                          \
		return name##_fetch_add(1, v);                                                     \
	}                                                                                          \
	ORIEL_INLINE ctype name##_fetch_dec(type *v)                                               \
	{                                                                                          \
		return name##_fetch_sub(1, v);                                                     \
	}                                                                                          \
	ORIEL_INLINE bool name##_inc_and_test(type *v)                                             \
	{                                                                                          \
		return name##_add_return(1, v) == 0;                                               \
	}                                                                                          \
	ORIEL_INLINE bool name##_dec_and_test(type *v)                                             \
	{                                                                                          \
		return name##_sub_return(1, v) == 0;                                               \
	}                                                                                          \
	ORIEL_INLINE bool name##_sub_and_test(ctype i, type *v)                                    \
	{                                                                                          \
		return name##_sub_return(i, v) == 0;                                               \
	}                                                                                          \
	ORIEL_INLINE bool name##_add_negative(ctype i, type *v)                                    \
	{                                                                                          \
		return name##_add_return(i, v) < 0;                                                \
	}                                                                                          \
	ORIEL_INLINE bool name##_add_unless(type *v, ctype i, ctype u)                             \
	{                                                                                          \
		return name##_fetch_add_unless(v, i, u) != u;                                      \
	}                                                                                          \
	ORIEL_INLINE bool name##_inc_not_zero(type *v)                                             \
	{                                                                                          \
		return name##_add_unless(v, 1, 0);                                                 \
	}                                                                                          \
	ORIEL_INLINE void name##_andnot(ctype i, type *v)                                          \
	{                                                                                          \
		name##_and(~i, v);                                                                 \
	}

#define ORIEL_ATOMIC(name, type, ctype)                                                            \
	ORIEL_ATOMIC_SWAP(name, type, ctype, , __ATOMIC_SEQ_CST)                                   \
	ORIEL_ATOMIC_SWAP(name, type, ctype, _relaxed, __ATOMIC_RELAXED)                           \
	ORIEL_ATOMIC_SWAP(name, type, ctype, _acquire, __ATOMIC_ACQUIRE)                           \
	ORIEL_ATOMIC_SWAP(name, type, ctype, _release, __ATOMIC_RELEASE)                           \
	ORIEL_ATOMIC_BASE(name, type, ctype)                                                       \
	ORIEL_ATOMIC_ORDERS(ORIEL_ATOMIC_RETURN, name, type, ctype, add, add)                      \
	ORIEL_ATOMIC_ORDERS(ORIEL_ATOMIC_RETURN, name, type, ctype, sub, sub)                      \
	ORIEL_ATOMIC_ORDERS(ORIEL_ATOMIC_FETCH, name, type, ctype, and, and)                       \
	ORIEL_ATOMIC_ORDERS(ORIEL_ATOMIC_FETCH, name, type, ctype, or, or)                         \
	ORIEL_ATOMIC_ORDERS(ORIEL_ATOMIC_FETCH, name, type, ctype, xor, xor)                       \
	ORIEL_ATOMIC_VOID(name, type, ctype, add, add)                                             \
	ORIEL_ATOMIC_VOID(name, type, ctype, sub, sub)                                             \
	ORIEL_ATOMIC_VOID(name, type, ctype, and, and)                                             \
	ORIEL_ATOMIC_VOID(name, type, ctype, or, or)                                               \
	ORIEL_ATOMIC_VOID(name, type, ctype, xor, xor)                                             \
	ORIEL_ATOMIC_SHORT(name, type, ctype)

ORIEL_ATOMIC(atomic, atomic_t, int)
ORIEL_ATOMIC(atomic64, atomic64_t, s64)
ORIEL_ATOMIC(atomic_long, atomic_long_t, long)

#define xchg(ptr, value) __atomic_exchange_n(ptr, value, __ATOMIC_SEQ_CST)
#define cmpxchg(ptr, old, value)                                                                   \
	__extension__({                                                                            \
		__typeof__(*(ptr)) oriel_old = (old);                                              \
												   \
		__atomic_compare_exchange_n(ptr, &oriel_old, value, 0, __ATOMIC_SEQ_CST,           \
					    __ATOMIC_RELAXED);                                     \
		oriel_old;                                                                         \
	})

#endif
