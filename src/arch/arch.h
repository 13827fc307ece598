/* SPDX-License-Identifier: MIT */
/*
 * What Oriel asks of a CPU architecture. One folder per architecture implements it; the folder
 * "generic" is what an architecture has before anybody wrote its own: sites that load and branch,
 * and leased rings only.
 *
 * 1. Sites (site.h): the states of an instruction, and the writes that lead from one to the other.
 * 2. The append (append.h), by the protocol below.
 * 3. vfork (vfork.h), where the append is a restartable sequence: see orl_vfork_before().
 *
 * Append protocol: any number of writers on one CPU's ring, readers anywhere.
 *
 *   head      position << 1 | g; position p names the end of what was written
 *   last[g]   time of the newest record;  count[g]  records ever appended
 *   meta[k]   stamp: the position at which page k was last begun; count: records before it
 *
 * Writer: A1..A6 are one restartable sequence on the ring's own CPU. Whatever interrupts it before
 * A6 (preemption, migration, a signal, death) has appended nothing, and the next writer starts
 * again from A1 over the same bytes. A leased ring has one writer, and the same steps in C
 * (orl_append_single, single.h).
 *
 *   A0  arm the sequence
 *   A1  h = head of this CPU's ring
 *   A2  no room in the page:
 *       A2a  store the finished page's commit word
 *       A2b  discard mode, and the next page is not read yet: dropped + 1 is the final store; done
 *       A2c  store meta[next].stamp, then meta[next].count
 *       A2d  store the next page's time stamp and a commit of 0; continue there
 *   A3  t = counter, but never before last[g]; delta = t - last[g]; where 27 bits do not hold it, a
 *       time-extend record first
 *   A4  header and record go to the bytes behind p
 *   A5  last[!g] = t; count[!g] = count[g] + 1
 *   A6  head = (p + length) << 1 | !g       the only store anyone may rely on
 *
 * Reader
 *   R1  h = load(head)      acquire, pairs with A6: sees A2..A5 of every record below h
 *   R2  copy the page
 *   R3  acquire fence, then reload meta.stamp    pairs with A2c: unchanged, the copy is whole;
 *                                                changed, a writer began the page again, throw the
 *                                                copy away
 *
 * Order the writer owes: A2c before any store into the page (A2d, A4), and A2..A5 before A6. On
 * x86-64 the order of instructions is that order.
 *
 * Invariants
 *   I1  a record never crosses a page
 *   I2  every byte below head, back to the oldest page whose stamp is its own, belongs to a whole
 *       record
 *   I3  times within a ring never decrease
 *
 * A2c stamps before A6 publishes, so a writer that dies in between costs readers the oldest page,
 * counted as overwritten, and nothing else. A5 writes the copies that head does not select: two
 * words change together without an instruction that can change two words.
 *
 * Progress: a writer waits for nobody. tests/race removes steps one by one and must see the loss.
 */
#ifndef ORL_ARCH_ARCH_H
#define ORL_ARCH_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "abi/ring.h"

/*
 * Where an instance's rings are mapped in this process. Private memory, checked when it was filled
 * in: an append computes addresses from these words and from positions that it masks with them, so
 * that no damage in shared memory leads it astray. Only nr_cpus and nr_leases ever change: to 0,
 * when the rings are given up.
 */
struct orl_ringset {
	char *base;			/* the CPUs' rings */
	uint64_t stride;
	uint64_t data_off;		/* from a ring to its pages */
	uint64_t mask;			/* data size - 1 */
	uint64_t page_mask;		/* page size - 1 */
	uint64_t rseq_off;		/* struct rseq, from the thread pointer */
	uint32_t nr_cpus;
	uint32_t page_shift;
	uint32_t clock;			/* ORL_CLOCK_* */
	uint32_t nr_leases;
	char *lease_base;
	uint64_t lease_stride;
	uint64_t lease_data_off;
	uint64_t lease_mask;
	uint64_t *lease_dropped;
};

/* What an append returns */
#define ORL_APPEND_OK 0
#define ORL_APPEND_OFF 1		/* the ring takes no records now */
#define ORL_APPEND_DROPPED 2		/* discard mode, full; counted */
#define ORL_APPEND_NO_CPU 3		/* no rseq in this thread, or no ring for its CPU */
#define ORL_APPEND_GONE 4		/* these rings were given up: there may be others */

#define ORL_SMALL_MAX 112U		/* a larger record's length needs a word of its own */

/*
 * orl_arch_append() - append one record to this CPU's ring, or nothing
 * @common: the record's first eight bytes, which @rec need not hold
 * @rec:    the record; its first eight bytes are read but not used
 * @len:    bytes, a multiple of 4, from 8 to orl_record_max()
 * orl_arch_append_small() is for records of at most ORL_SMALL_MAX bytes. orl_arch_append_at() takes
 * the time from its caller instead of from the counter.
 * Any context. Neither locks, calls, allocates, nor uses a locked instruction.
 *
 * ORL_WEAKEN, set by tests/race only, removes a step: 1 A0, 2 the stamp of A2c, 3 the count of A5,
 * 4 the turn from g to !g in A5; 5 the ordering of the library's lock (lock.c).
 */
#ifndef ORL_WEAKEN
#define ORL_WEAKEN 0
#endif

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(ORL_ARCH_GENERIC)
#define ORL_ARCH_HAS_APPEND 1
#include "arch/x86_64/append.h"
#include "arch/x86_64/site.h"
#include "arch/x86_64/vfork.h"
#else
#define ORL_ARCH_HAS_APPEND 0
#include "arch/generic/append.h"
#include "arch/generic/site.h"
#define ORL_ARCH_HAS_VFORK 0
#endif

#endif
