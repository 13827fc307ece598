/* SPDX-License-Identifier: MIT */
/* Fields of a word, named by the mask of their bits, a constant: GENMASK(6, 4). */
#ifndef ORIEL_LINUX_BITFIELD_H
#define ORIEL_LINUX_BITFIELD_H

#include <linux/bits.h>

#define ORIEL_FIELD_SHIFT(mask) __builtin_ctzll(mask)
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> ORIEL_FIELD_SHIFT(mask)))
#define FIELD_FIT(mask, value) \
	(!(((__typeof__(mask))(value) << ORIEL_FIELD_SHIFT(mask)) & ~(mask)))
#define FIELD_PREP(mask, value) (((__typeof__(mask))(value) << ORIEL_FIELD_SHIFT(mask)) & (mask))
#define FIELD_GET(mask, word) ((__typeof__(mask))(((word) & (mask)) >> ORIEL_FIELD_SHIFT(mask)))

#endif
