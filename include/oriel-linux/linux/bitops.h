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

ORIEL_INLINE int test_and_change_bit(long nr, volatile unsigned long *addr)
{
	return !!(__atomic_fetch_xor(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) &
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

ORIEL_INLINE void __change_bit(long nr, volatile unsigned long *addr)
{
	addr[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

#define assign_bit(nr, addr, value) ((value) ? set_bit(nr, addr) : clear_bit(nr, addr))
#define __assign_bit(nr, addr, value) ((value) ? __set_bit(nr, addr) : __clear_bit(nr, addr))

#define hweight8(w) hweight32((unsigned char)(w))
#define hweight16(w) hweight32((unsigned short)(w))
#define hweight_long(w) hweight64((unsigned long)(w))
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

/** __fls() - the number of the highest bit that is set, counted from 0; @x is not 0 */
ORIEL_INLINE unsigned long __fls(unsigned long x)
{
	return (unsigned long)(fls64(x) - 1);
}

/** ffz() - the number of the lowest bit that is not set, counted from 0; @x has one */
ORIEL_INLINE unsigned long ffz(unsigned long x)
{
	return __ffs(~x);
}

ORIEL_INLINE unsigned int rol32(unsigned int w, unsigned int by)
{
	return w << (by & 31) | w >> (-by & 31);
}

ORIEL_INLINE unsigned int ror32(unsigned int w, unsigned int by)
{
	return rol32(w, -by);
}

/** sign_extend32() - the bits up to @top as a number whose sign that bit is */
ORIEL_INLINE int sign_extend32(unsigned int value, int top)
{
	return (int)(value << (31 - top)) >> (31 - top);
}

ORIEL_INLINE long long sign_extend64(unsigned long long value, int top)
{
	return (long long)(value << (63 - top)) >> (63 - top);
}

#endif
