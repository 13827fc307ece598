/* SPDX-License-Identifier: MIT */
/*
 * Reading the rings of a live domain: counts, pages, and records merged by time.
 *
 * Ring i is CPU i's for i < nr_cpus, else a leased ring; either way a record's cpu is i.
 * Readers copy a page, then check that the writer had not begun it again (steps R1..R3 in ring.c).
 * They never make a writer wait, and what they lose is counted exactly.
 *
 *                 begins at        sees a record    others      changes the rings
 *   orl_cursor    as asked         once             all too     no
 *   SNAPSHOT      oldest unread    once, to "now"   all too     no
 *   FOLLOW        oldest unread    once             all too     no
 *   CONSUME       oldest unread    or another consumer does     the read state, under flock()
 */
#ifndef ORL_READER_RING_H
#define ORL_READER_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/page.h"
#include "reader/session.h"

/*
 * At every moment, since the last clear:
 *   written = entries + overrun + read
 * and dropped records are not among the written.
 */
struct orl_ring_stats {
	uint64_t written;		/* records appended */
	uint64_t entries;		/* in the ring, unread */
	uint64_t overrun;		/* overwritten before a consumer read them */
	uint64_t read;			/* taken by consumers */
	uint64_t dropped;		/* not taken because the ring was full (discard) */
	uint64_t bytes;			/* of the unread records, headers and padding included */
	uint64_t oldest_ns;		/* of the oldest page with unread records; 0 if none */
	uint64_t now_ns;
	bool is_on, is_discard;		/* state */
	bool is_lease;
	uint32_t owner;			/* leased ring: thread that writes it now, 0 free */
};

/**
 * orl_ring_stats() - counts of one ring, consistent with each other
 * Return: 0, -ENOENT when there is no such ring, or -EAGAIN when no moment of rest was found (a
 * ring that is written without pause is still read; this needs a damaged one).
 */
int orl_ring_stats(const struct orl_session *s, uint32_t ring, struct orl_ring_stats *out);

/**
 * orl_ring_is_used() - has anything ever been written to this ring? (false for a ring that is not
 * there)
 */
bool orl_ring_is_used(const struct orl_session *s, uint32_t ring);

/* One ring's addresses, from the checked copy of the geometry. */
struct orl_ring_view {
	struct orl_ring *ring;
	struct orl_page_meta *meta;
	const char *pages;
	uint64_t data_size;
	uint32_t page_size;
	uint32_t idx;
};

enum orl_from {
	ORL_FROM_UNREAD,		/* the oldest record that no consumer took */
	ORL_FROM_OLDEST,		/* the oldest record in the ring, read, cleared or not */
	ORL_FROM_NOW,			/* only records from now on */
};

struct orl_cursor {
	struct orl_ring_view view;
	const struct orl_session *s;
	uint32_t ring_gen, ring_id;	/* of the session when @view was looked up */
	/* where it was in the rings before these: a snapshot brings them back */
	uint32_t left_id;
	uint64_t left_pos, left_seq;
	uint64_t pos;			/* next byte to read; may stand inside a page */
	uint64_t seq;			/* records appended before pos */
	uint64_t end;			/* position to stop at; UINT64_MAX: none */
	uint64_t end_seq;		/* records appended before that */
	uint64_t lost;			/* overwritten before this cursor read them */
	uint64_t nr_damaged;		/* pages skipped because they made no sense */
};

struct orl_page_info {
	uint64_t pos;			/* position in the ring of the copy's first byte of data */
	uint64_t missed;		/* records lost just before this page */
	uint64_t seq;			/* ordinal of its first record in the ring's life */
	uint32_t len;			/* bytes of data: the copied page's commit word */
	uint32_t nr_records;
	uint64_t last_ticks;		/* time of its last record */
	bool is_partial;		/* more records may come to the same page of the ring */
};

/**
 * orl_cursor_init() - place a cursor on ring @ring; -ENOENT when there is no such ring
 *
 * When the session maps other rings (orl_session_map_rings()), the cursor goes on with ring @ring
 * of those, from the oldest unread record; one that has an end is at its end then.
 */
int orl_cursor_init(struct orl_cursor *c, const struct orl_session *s, uint32_t ring,
		    enum orl_from from);

/** orl_cursor_stop_here() - end the cursor at what has been written by now */
void orl_cursor_stop_here(struct orl_cursor *c);

#define ORL_PAGE_PARTIAL 1U		/* the page being written too, as far as it is */

/**
 * orl_cursor_next_page() - copy the next page
 * @buf:   page_size bytes, aligned to 8; becomes a page of the kernel's layout: stamp in ticks,
 *         commit word with the length, and "missed" in it as the kernel marks it
 *         (orl_page_set_missed())
 * @info:  may be NULL
 * @flags: ORL_PAGE_*; without PARTIAL only pages that are finished (a recorder's way, until its
 *         last drain)
 *
 * Where the cursor stands inside a page, the copy holds only the records from there on.
 * Return: 1 a page, 0 none now, -EBADMSG: a damaged page was skipped (counted in @c->nr_damaged;
 * call again), or -ESTALE: the session has mapped rings whose pages have another size than the
 * cursor's.
 */
int orl_cursor_next_page(struct orl_cursor *c, void *buf, struct orl_page_info *info,
			 unsigned int flags);

/** orl_cursor_backlog() - bytes written behind the cursor and not read yet (may exceed the ring) */
uint64_t orl_cursor_backlog(const struct orl_cursor *c);

enum orl_merge_mode {
	ORL_MERGE_SNAPSHOT,
	ORL_MERGE_FOLLOW,
	ORL_MERGE_CONSUME,
};

struct orl_merge;

/**
 * orl_merge_open() - read the records of all rings, merged by time
 * @s: is kept; rings that appear later in it (orl_session_map_rings()) are taken up by themselves.
 *     Where a resize or a snapshot puts other rings in their place, FOLLOW reads the old ones to
 *     their end first, and leaves out of the new ones what is older than that; CONSUME goes on with
 *     the new ones.
 *
 * SNAPSHOT ends at what was written when it was opened. Its records come in order of time.
 *
 * FOLLOW and CONSUME go in passes. A pass takes the time first and delivers only records up to that
 * time, less ORL_MERGE_SLACK_NS, so that what another ring is about to publish is not overtaken. A
 * writer that was held up longer between reading its clock and publishing (possible in a leased
 * ring, or where a hypervisor stops the CPU) publishes late: its record is delivered late, out of
 * order, and never lost.
 *
 * CONSUME takes a record before it delivers it: what a killed consumer took and did not print
 * counts as read.
 *
 * Return: 0, -ENOMEM, -EROFS (CONSUME in a read-only session).
 */
int orl_merge_open(struct orl_merge **out, struct orl_session *s, enum orl_merge_mode mode);

/** orl_merge_open_cpu() - the same for one CPU: its ring, and its share of the leased ones */
int orl_merge_open_cpu(struct orl_merge **out, struct orl_session *s, enum orl_merge_mode mode,
		       uint32_t cpu);

/** orl_merge_set_clock() - deliver times by another clock, see clocks.h; @conv must not decrease */
void orl_merge_set_clock(struct orl_merge *m, uint64_t (*conv)(void *arg, uint64_t ticks),
			 void *arg);

/**
 * orl_merge_set_most() - take about @nr records out of the rings at once, 0: a page of each. What
 * is taken and not delivered before orl_merge_close() is lost.
 */
void orl_merge_set_most(struct orl_merge *m, uint32_t nr);
void orl_merge_close(struct orl_merge *m);

#define ORL_MERGE_SLACK_NS 1000000ULL

/**
 * orl_merge_next() - the next record
 * @out: ts in ns; data is valid until the next call with @m
 *
 * Return: 1 a record; 0 none now (SNAPSHOT: the end; else call again after orl_merge_wait());
 * -EBADMSG is not returned: damaged pages are skipped and counted; -ENODEV: the instance was
 * removed; or what open and flock of the ring file return.
 */
int orl_merge_next(struct orl_merge *m, struct orl_record *out);

/**
 * orl_merge_wait() - sleep until there may be more, at most @timeout_ms; -EINTR when a signal came,
 * else 0
 */
int orl_merge_wait(struct orl_merge *m, unsigned int timeout_ms);

/**
 * orl_merge_drain() - from now on deliver everything that is there, newest included (FOLLOW and
 * CONSUME, at the end)
 */
void orl_merge_drain(struct orl_merge *m);

/** orl_merge_lost() - records overwritten before this reader came to them */
uint64_t orl_merge_lost(const struct orl_merge *m);
uint64_t orl_merge_damaged(const struct orl_merge *m);

#endif /* ORL_READER_RING_H */
