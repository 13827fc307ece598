/* SPDX-License-Identifier: MIT */
/*
 * One page of a ring, in the layout of the kernel's ring-buffer sub-buffer:
 *
 *   u64 stamp | u64 commit | data ...
 *
 * commit holds the bytes used in data (low 27 bits) and whether records were
 * lost just before this page (bits 31 and 30). Data is a row of records, each a
 * 32-bit word (low 5 bits type_len, high 27 bits time delta) and its payload.
 *
 * Nothing of a page is trusted: every length is checked against the page before
 * it is used, and each step of an iteration moves on by at least four bytes.
 * Pages are little endian, as all hosts of this code are.
 */
#ifndef ORL_READER_PAGE_H
#define ORL_READER_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#define ORL_PAGE_HEADER_LEN	16u
#define ORL_PAGE_USED_MASK	((1u << 27) - 1)
#define ORL_PAGE_LOST		(1ull << 31)	/* records were lost before this page */
#define ORL_PAGE_LOST_COUNTED	(1ull << 30)	/* their count is a u64 behind the data */

#define ORL_PAGE_SIZE_MIN	64u
#define ORL_PAGE_SIZE_MAX	(16u << 20)

#define ORL_MISSED_UNKNOWN	UINT32_MAX

struct orl_record {
	uint64_t ts;		/* running time: ns, or ticks in an unconverted page */
	const uint8_t *data;	/* payload, starting with the 8 bytes of common fields */
	uint32_t len;		/* payload bytes as the header tells, a multiple of 4 */
	uint32_t missed;	/* records lost just before this one, or ORL_MISSED_UNKNOWN */
	int cpu;
};

struct orl_page_iter {
	const uint8_t *page;
	uint32_t size;
	uint32_t off;		/* of the next record header, from the page's first byte */
	uint32_t end;		/* off of the first byte that is not data */
	uint64_t ts;		/* of the record returned last, at first the page stamp */
	int64_t missed;		/* lost before the page: 0 none, -1 unknown; 0 once reported */
	int cpu;		/* copied into each record; set it after init, -1 until then */
};

/**
 * orl_page_iter_init() - begin to read the records of one page
 * @it:        written whole
 * @page:      8-byte aligned or not; must stay as it is while @it and its records are used
 * @page_size: bytes of @page, header included
 *
 * Return: 0, or -EBADMSG when the header cannot be right (used bytes beyond the page);
 * @it then yields no records.
 */
int orl_page_iter_init(struct orl_page_iter *it, const void *page, uint32_t page_size);

/**
 * orl_page_iter_next() - the next record of a page
 * @it:  from orl_page_iter_init()
 * @out: written when 1 is returned; its data points into the page
 *
 * Return: 1 with a record, 0 at the end, or -EBADMSG when the bytes at hand cannot be a
 * record; after an error every further call returns 0.
 */
int orl_page_iter_next(struct orl_page_iter *it, struct orl_record *out);

/**
 * orl_page_convert() - rewrite a page's times from counter ticks to nanoseconds
 * @page:      changed in place; the page stamp and each delta
 * @page_size: bytes of @page
 * @conv:      must not decrease; called about once per record, each time with a later time
 * @arg:       given to @conv
 *
 * Records keep their places. Only where a delta in ns no longer fits its 27 bits (a counter
 * slower than 1 GHz and a gap of 134 ms) a time extend is put in front, if the page has 8 bytes
 * to spare; if not, that record's time is as late as can be written, and those after it are right.
 *
 * Return: the number of records whose time could not be written exactly (nearly always 0),
 * or -EBADMSG when the page is damaged; the records before the damage are then converted.
 */
int orl_page_convert(void *page, uint32_t page_size, uint64_t (*conv)(void *arg, uint64_t ticks),
		     void *arg);

/**
 * orl_page_set_missed() - say in a page how many records were lost just before it
 * @page:      its header must be valid
 * @page_size: bytes of @page
 * @missed:    0 takes the mark away, UINT64_MAX says that the number is unknown
 *
 * The number needs 8 free bytes behind the data; without them the page says "unknown".
 */
void orl_page_set_missed(void *page, uint32_t page_size, uint64_t missed);

/** orl_page_used() - bytes of records in a page, as its header claims (may exceed the page) */
uint32_t orl_page_used(const void *page);

/** orl_page_stamp() - the time at which a page begins */
uint64_t orl_page_stamp(const void *page);

#endif /* ORL_READER_PAGE_H */
