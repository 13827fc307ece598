/* SPDX-License-Identifier: MIT */
/*
 * No include guard. The forms that are dynamic arrays in every stage but "record", which reads them
 * itself; all of them of unsigned elements.
 */
#define __string(item, src) ORIEL_DYNAMIC("char[]", item)
#define __string_len(item, src, len) ORIEL_DYNAMIC("char[]", item)
#define __vstring(item, fmt, ap) ORIEL_DYNAMIC("char[]", item)
#define __bitmask(item, nr_bits) ORIEL_DYNAMIC("unsigned long[]", item)
#define __cpumask(item) ORIEL_DYNAMIC("cpumask_t", item)
#define __sockaddr(item, len) ORIEL_DYNAMIC("u8[]", item)
#define __rel_string(item, src) __rel_dynamic_array(char, item, -1)
#define __rel_string_len(item, src, len) __rel_dynamic_array(char, item, -1)
#define __rel_vstring(item, fmt, ap) __rel_dynamic_array(char, item, -1)
#define __rel_bitmask(item, nr_bits) __rel_dynamic_array(unsigned long, item, -1)
#define __rel_cpumask(item) __rel_dynamic_array(cpumask_t, item, -1)
#define __rel_sockaddr(item, len) __rel_dynamic_array(u8, item, -1)
