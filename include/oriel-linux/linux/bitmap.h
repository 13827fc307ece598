/* SPDX-License-Identifier: MIT */
/*
 * Arrays of bits as a whole: which of the first so many is set. Nothing here is atomic. Bits behind
 * the last may have any value, and are as they were or 0 afterwards.
 */
#ifndef ORIEL_LINUX_BITMAP_H
#define ORIEL_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <stdbool.h>
#include <string.h>

/** oriel_find_bit() - the first bit from @from on that differs from @flip's; @size: there is none
 * @flip: 0: one that is set, ~0UL: one that is not */
ORIEL_INLINE unsigned long oriel_find_bit(const unsigned long *map, unsigned long size,
					  unsigned long from, unsigned long flip)
{
	unsigned long word, at = from;

	while (at < size) {
		word = (map[BIT_WORD(at)] ^ flip) >> (at % (unsigned long)BITS_PER_LONG);
		if (word) {
			at += __ffs(word);
			return at < size ? at : size;
		}
		at = (BIT_WORD(at) + 1) * (unsigned long)BITS_PER_LONG;
	}
	return size;
}

#define find_first_bit(map, size) oriel_find_bit(map, size, 0, 0)
#define find_first_zero_bit(map, size) oriel_find_bit(map, size, 0, ~0UL)
#define find_next_bit(map, size, from) oriel_find_bit(map, size, from, 0)
#define find_next_zero_bit(map, size, from) oriel_find_bit(map, size, from, ~0UL)
#define for_each_set_bit(bit, map, size)                                                           \
	for ((bit) = find_first_bit(map, size); (bit) < (size);                                    \
	     (bit) = find_next_bit(map, size, (bit) + 1))
#define for_each_clear_bit(bit, map, size)                                                         \
	for ((bit) = find_first_zero_bit(map, size); (bit) < (size);                               \
	     (bit) = find_next_zero_bit(map, size, (bit) + 1))

ORIEL_INLINE void bitmap_zero(unsigned long *map, unsigned int nbits)
{
	memset(map, 0, BITS_TO_LONGS((size_t)nbits) * sizeof(*map));
}

ORIEL_INLINE void bitmap_fill(unsigned long *map, unsigned int nbits)
{
	memset(map, 0xff, BITS_TO_LONGS((size_t)nbits) * sizeof(*map));
}

ORIEL_INLINE void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int nbits)
{
	memcpy(to, from, BITS_TO_LONGS((size_t)nbits) * sizeof(*to));
}

ORIEL_INLINE void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (; nbits; nbits--)
		__set_bit(start++, map);
}

ORIEL_INLINE void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (; nbits; nbits--)
		__clear_bit(start++, map);
}

/** bitmap_weight() - how many bits are set */
ORIEL_INLINE unsigned int bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	unsigned int n = 0;
	unsigned long bit;

	for_each_set_bit(bit, map, nbits)
		n++;
	return n;
}

ORIEL_INLINE bool bitmap_empty(const unsigned long *map, unsigned int nbits)
{
	return find_first_bit(map, nbits) == nbits;
}

ORIEL_INLINE bool bitmap_full(const unsigned long *map, unsigned int nbits)
{
	return find_first_zero_bit(map, nbits) == nbits;
}

#endif
