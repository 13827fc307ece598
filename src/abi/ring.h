/* SPDX-License-Identifier: MIT */
/*
 * The ring file: what an instance's rings look like in shared memory.
 *
 *   struct orl_ring_file           one header of ORL_RING_BLOCK bytes
 *   nr_cpus   rings of cpu_stride  bytes, from cpu_off
 *   nr_leases rings of lease_stride bytes, from lease_off
 *
 * and each ring is
 *
 *   struct orl_ring                ORL_RING_BLOCK bytes
 *   struct orl_page_meta[]         one per page, rounded up to ORL_RING_BLOCK
 *   pages                          data_size bytes, a power of two
 *
 * A page has the layout of the kernel's ring-buffer page: u64 time stamp, u64 commit (bytes of
 * data), data. Time stamps are raw counter ticks.
 *
 * Positions count bytes since the ring began and never wrap; the page of a position is found from
 * its low bits. A position names the end of what was written, so that 4096 is the full first page,
 * not the empty second. A file of zero bytes behind a valid header is a set of empty rings.
 *
 * The protocol of the words below is in src/arch/arch.h.
 */
#ifndef ORL_ABI_RING_H
#define ORL_ABI_RING_H

#include <stddef.h>
#include <stdint.h>

#define ORL_RING_MAGIC 0x31676e69724c524fULL /* "ORLring1" */
#define ORL_RING_VERSION 1U
#define ORL_RING_BLOCK 4096U
#define ORL_PAGE_HEADER 16U		/* bytes before a page's data */
#define ORL_PAGE_MIN 4096U
#define ORL_PAGE_MAX 65536U

/* struct orl_ring.state */
#define ORL_RING_ON 1ULL		/* records are taken */
#define ORL_RING_DISCARD 2ULL		/* full: drop the new record instead of the oldest page */
#define ORL_RING_MASKED 4ULL		/* tracing_cpumask keeps it off, whatever tracing_on says */
#define ORL_RING_ASIDE 8ULL		/* the snapshot's half: off until the next swap */
#define ORL_RING_RETIRED 16ULL		/* replaced by a resize: what still comes here is dropped */
/*
 * ON is set when the instance's tracing_on is 1 and none of MASKED, ASIDE and RETIRED is set. All
 * changes are atomic: triggers make them in any process.
 */

/* Counters that stamps are read from; struct orl_ctl.clock and struct orl_ring_file.clock */
#define ORL_CLOCK_TSC 1U		/* the invariant counter of the CPU */
#define ORL_CLOCK_MONOTONIC 2U /* CLOCK_MONOTONIC, ns, clamped so that it never runs backwards */

struct orl_ring_file {
	uint64_t magic;
	uint32_t version;
	uint32_t clock;
	uint32_t nr_cpus;
	uint32_t nr_leases;
	uint32_t page_size;
	uint32_t pad;
	uint64_t cpu_data_size;		/* bytes of pages of a CPU's ring, a power of two */
	uint64_t cpu_stride;
	uint64_t cpu_off;
	uint64_t lease_data_size;
	uint64_t lease_stride;
	uint64_t lease_off;
	uint64_t file_size;
	uint64_t lease_dropped;		/* records for which no leased ring was free */
};

/*
 * What a consuming reader has done. Two copies, the one that counts is chosen by the low bit of
 * orl_ring.rd_sel, so that a reader which dies leaves either the old state or the new one. Written
 * under the ring file's lock only.
 */
struct orl_ring_rd {
	uint64_t pos;			/* next unread byte */
	uint64_t seq; /* records appended before pos: read, overwritten or cleared */
	uint64_t read;			/* records delivered since the last clear */
	uint64_t base;			/* seq at the last clear */
	uint64_t dropped_base;		/* dropped at the last clear */
};

struct orl_ring {
	/* the writers' line */
	uint64_t head;			/* position << 1 | g; its store publishes a record */
	uint64_t last[2];		/* [g]: time of the newest record */
	uint64_t count[2];		/* [g]: records ever appended */
	uint64_t state;			/* ORL_RING_*; written by tools */
	uint64_t dropped;		/* records dropped because the ring was full */
	uint64_t free_pos;		/* discard: start of the oldest page that is not read yet */
	/* the readers' lines */
	uint64_t rd_sel;
	struct orl_ring_rd rd[2];
	uint64_t owner;			/* a leased ring: tid of its writer, 0 when free; in the
					   high half, how deep in signal handlers it writes */
};

struct orl_page_meta {
	uint64_t stamp;			/* position at which the page was last begun */
	uint64_t count;			/* records appended before it */
};

#define ORL_RING_OFF_HEAD 0
#define ORL_RING_OFF_LAST 8
#define ORL_RING_OFF_COUNT 24
#define ORL_RING_OFF_STATE 40
#define ORL_RING_OFF_DROPPED 48
#define ORL_RING_OFF_FREE 56
_Static_assert(offsetof(struct orl_ring, head) == ORL_RING_OFF_HEAD, "abi");
_Static_assert(offsetof(struct orl_ring, last) == ORL_RING_OFF_LAST, "abi");
_Static_assert(offsetof(struct orl_ring, count) == ORL_RING_OFF_COUNT, "abi");
_Static_assert(offsetof(struct orl_ring, state) == ORL_RING_OFF_STATE, "abi");
_Static_assert(offsetof(struct orl_ring, dropped) == ORL_RING_OFF_DROPPED, "abi");
_Static_assert(offsetof(struct orl_ring, free_pos) == ORL_RING_OFF_FREE, "abi");
_Static_assert(offsetof(struct orl_ring, rd_sel) == 64, "the writers' words fill one cache line");
_Static_assert(sizeof(struct orl_ring) <= ORL_RING_BLOCK, "abi");
_Static_assert(sizeof(struct orl_ring_file) == 96, "abi");

/* Bytes from a ring's start to its pages. */
static inline uint64_t orl_ring_data_off(uint64_t data_size, uint32_t page_size)
{
	uint64_t meta = data_size / page_size * sizeof(struct orl_page_meta);

	return ORL_RING_BLOCK + ((meta + ORL_RING_BLOCK - 1) & ~(uint64_t)(ORL_RING_BLOCK - 1));
}

/* The largest record, common fields included, that a page can carry. */
static inline uint32_t orl_record_max(uint32_t page_size)
{
	return page_size - ORL_PAGE_HEADER - 8;
}

#endif
