/* SPDX-License-Identifier: MIT */
/* Bits of arrays of long. set_bit() and its like are atomic, __set_bit() and its like are not. */
#ifndef ORIEL_LINUX_BITOPS_H
#define ORIEL_LINUX_BITOPS_H

#include <linux/bits.h>
#include <oriel/base.h>

#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BIT_MASK(n) (1UL << ((unsigned long)(n) % (unsigned long)BITS_PER_LONG))
#define BIT_WORD(n) ((unsigned long)(n) / (unsigned long)BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

ORIEL_INLINE int test_bit(long nr, const volatile unsigned long *addr)
{
	return !!(__atomic_load_n(&addr[BIT_WORD(nr)], __ATOMIC_RELAXED) & BIT_MASK(nr));
}

ORIEL_INLINE void set_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

ORIEL_INLINE void clear_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

ORIEL_INLINE void change_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_xor(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

/* These give the bit as it was, and order what is around them. */
ORIEL_INLINE int test_and_set_bit(long nr, volatile unsigned long *addr)
{
	return !!(__atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		  BIT_MASK(nr));
}

ORIEL_INLINE int test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	return !!(__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		  BIT_MASK(nr));
}

ORIEL_INLINE void __set_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}

ORIEL_INLINE void __clear_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

ORIEL_INLINE unsigned int hweight32(unsigned int w)
{
	return (unsigned int)__builtin_popcount(w);
}

ORIEL_INLINE unsigned long hweight64(unsigned long long w)
{
	return (unsigned long)__builtin_popcountll(w);
}

/** fls() - the number of the highest bit that is set, counted from 1; 0: none */
ORIEL_INLINE int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

ORIEL_INLINE int fls64(unsigned long long x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/** __ffs() - the number of the lowest bit that is set, counted from 0; @x is not 0 */
ORIEL_INLINE unsigned long __ffs(unsigned long x)
{
	return (unsigned long)__builtin_ctzl(x);
}

#endif
