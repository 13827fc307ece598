/* SPDX-License-Identifier: MIT */
/*
 * Places in programs that print: "prints", the registry of their formats.
 *
 * A line that is on leaves a binary record, the kernel's ftrace:bprint (id 6): an address, the
 * format's number, and the arguments. What they mean stands here, so that it can be printed when
 * the program is long gone. The same place of every process has one number, for as long as the
 * domain exists.
 *
 *   struct orl_prints           4,096 bytes
 *   uint64_t index[]            an open-addressing hash table; the slot is the number
 *   data                        entries, bump-allocated, never freed
 *
 * The file has its full length from the start; memory behind it is allocated before it is used:
 * header and index when the file is made, data piece by piece, by whoever needs the next one.
 * As in the event registry (ctl.h) an entry is written first, then its index word by
 * compare-and-swap; who dies in between wastes the room.
 *
 * A record of a print, behind the 8 common bytes:
 *
 *    8  u64 ip     orl_print_ip(number)
 *   16  u64 fmt    orl_print_fmt(number, decoration)
 *   24  arguments in the order of the format, as the kernel's vbin_printf() lays them down and
 *       libtraceevent takes them up. Offsets count from 24:
 *         %d %u %x %o ...    4 bytes, at a multiple of 4; with l ll L q z t j 8 bytes, at a
 *                            multiple of 4 (not 8); with h and hh 4 bytes, the value cut to the
 *                            short or char first, and extended by its sign for %d
 *         *                  4 bytes, before what it is for
 *         %p                 8 bytes; so with the letters S s F f B x K
 *         %p and a letter    for all others, and digits: the text, padded to its width, a string
 *         %s                 its bytes with NUL, at any offset; of NULL "(null)"
 *         %c                 a string too: the character and NUL (libtraceevent knows no %c)
 *         %f %e %g %a ...    8 bytes at a multiple of 4, a double; so with L
 *   The record's length is a multiple of 4; what is behind the last argument is zero.
 */
#ifndef ORL_ABI_PRINT_H
#define ORL_ABI_PRINT_H

#include <stddef.h>
#include <stdint.h>

#define ORL_PRINTS_MAGIC 0x316e72704c524fULL /* "ORLprn1" */
#define ORL_PRINTS_VERSION 1U
#define ORL_PRINTS_NAME "prints"
#define ORL_NR_PRINTS 131072U		/* slots, a power of two */
#define ORL_PRINTS_DATA (32U << 20)
#define ORL_PRINTS_PIECE (64U << 10)
#define ORL_PRINT_MAX 4096U		/* bytes of one entry */
#define ORL_PRINT_RECORD_MAX 1024U	/* bytes of one record; strings are cut to fit */
#define ORL_PRINT_ID 6U			/* the event's id: the kernel's TRACE_BPRINT */
#define ORL_PRINT_OFF_IP 8U
#define ORL_PRINT_OFF_FMT 16U
#define ORL_PRINT_OFF_ARGS 24U

/* No code can stand at such an address, and nothing else of a domain does. */
#define ORL_PRINT_IP_BASE 0xffff8f7270000000ULL
#define ORL_PRINT_FMT_BASE 0xffff8f7278000000ULL
#define ORL_PRINT_STEP 64U

/*
 * Decorations: what stands in front of the text, as the flags of the place were when it printed.
 * The number of a variant. Order and form are the kernel's: "[tid] module:function:file:line: ".
 * With TID the record's first argument is the thread id, an int.
 */
#define ORL_DECOR_MODULE 1U
#define ORL_DECOR_FUNCTION 2U
#define ORL_DECOR_SOURCE 4U
#define ORL_DECOR_LINE 8U
#define ORL_DECOR_TID 16U
#define ORL_NR_DECORS 32U

/* struct orl_print.kind */
#define ORL_PRINT_DEBUG 0U		/* pr_debug() and its like: dynamic debug */
#define ORL_PRINT_TRACE 1U		/* trace_printk(): not in dynamic_debug/control */
#define ORL_PRINT_HEX 2U		/* print_hex_dump_debug(), and formats that records cannot
					   follow: prints "%s" */

#define ORL_PRINT_NO_CLASS 63U

struct orl_print {
	uint64_t hash;
	uint32_t len;			/* of the whole entry, a multiple of 8 */
	uint32_t line;
	uint32_t decors;		/* a bit for each decoration that was ever used; atomic */
	uint8_t kind;
	uint8_t class_id;		/* ORL_PRINT_NO_CLASS: none */
	uint16_t text_len[6];		/* without NUL, in the order below */
	uint16_t pad;
	char text[];			/* module NUL file NUL function NUL head NUL format NUL
					   class NUL; prints as head and format in a row */
};

enum { ORL_PRINT_MODULE, ORL_PRINT_FILE, ORL_PRINT_FUNCTION, ORL_PRINT_HEAD, ORL_PRINT_FORMAT,
       ORL_PRINT_CLASS, ORL_PRINT_NR_TEXTS };

struct orl_prints {
	uint64_t magic;
	uint32_t version;
	uint32_t size;			/* of the whole file */
	uint64_t data_used;
	uint64_t data_ready;		/* bytes of data with memory behind; atomic, only grows */
	uint64_t full;			/* places that found no room */
	uint64_t reserved[507];
};

#define ORL_PRINTS_OFF_INDEX 4096U
#define ORL_PRINTS_OFF_DATA (ORL_PRINTS_OFF_INDEX + ORL_NR_PRINTS * 8U)
#define ORL_PRINTS_SIZE (ORL_PRINTS_OFF_DATA + ORL_PRINTS_DATA)

_Static_assert(sizeof(struct orl_prints) == 4096, "abi");
_Static_assert(offsetof(struct orl_print, text) == 36, "abi");

static inline uint64_t orl_print_ip(uint32_t number)
{
	return ORL_PRINT_IP_BASE + (uint64_t)number * ORL_PRINT_STEP;
}

static inline uint64_t orl_print_fmt(uint32_t number, uint32_t decor)
{
	return ORL_PRINT_FMT_BASE + (uint64_t)number * ORL_PRINT_STEP + decor;
}

#endif
