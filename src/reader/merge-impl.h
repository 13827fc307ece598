/* SPDX-License-Identifier: MIT */
/* What merge.c keeps of the rings it reads. */
#ifndef ORL_READER_MERGE_IMPL_H
#define ORL_READER_MERGE_IMPL_H

#include "reader/ring-impl.h"

struct lane {
	struct orl_cursor cursor;
	struct orl_page_iter it;
	struct orl_record rec;		/* the record at hand; time in ticks */
	struct orl_page_info info;
	uint8_t *page;
	uint64_t missed;		/* to tell with the next record */
	uint32_t left;			/* CONSUME: records of this page that we have taken */
	struct orl_page_iter ahead;	/* CONSUME: limit() counts with these */
	struct orl_record next;
	bool has_next;
	bool is_queued;			/* in the heap: @rec is valid */
	bool is_broken;			/* damaged beyond reading */
};

struct place {
	uint64_t pos, seq;
};

struct orl_merge {
	struct orl_session *s;
	enum orl_merge_mode mode;
	struct lane *lane;
	uint32_t nr_lanes;
	uint32_t *heap;			/* lane numbers, oldest record first */
	uint32_t nr_heap;
	uint64_t horizon;		/* ticks; records after it are not delivered in this pass */
	uint32_t most;			/* CONSUME: records that a pass takes, 0: no limit */
	uint64_t lost, nr_damaged;	/* CONSUME, and of lanes given up; else the cursors know */
	int fd;				/* CONSUME: the ring file, to lock */
	uint32_t cpu;			/* the one that is read, or ORL_ALL_CPUS */
	uint32_t ring_gen, ring_id;	/* of the session when the lanes were made */
	uint64_t moved_ns;		/* of orl_session_rings_left() */
	struct place *left;		/* FOLLOW: how far rings were read that others replaced, */
	uint32_t nr_left, left_id;	/* and which: a snapshot brings them back */
	uint64_t (*conv)(void *arg, uint64_t ticks);
	void *conv_arg;
	bool in_pass, is_draining;
	bool is_leaving; /* FOLLOW: reading rings to their end that others replaced */
	bool has_more;			/* CONSUME: the pass stopped short of the horizon */
	bool has_untaken;		/* CONSUME: records younger than the horizon are there */
	struct lane *last;		/* the lane whose record was delivered last */
};

#endif
