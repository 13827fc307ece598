/* SPDX-License-Identifier: MIT */
/*
 * The pump of oriel record: pages go from the rings into the file, and are counted on the way.
 */
#ifndef ORL_CLI_PUMP_H
#define ORL_CLI_PUMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/pump-queue.h"
#include "cli/pump-stacks.h"
#include "export/tracedat.h"
#include "reader/events.h"
#include "reader/ring.h"
#include "reader/tasks.h"

#define ORL_PUMP_PRIORITY (-20) /* of both threads, where that is permitted */
#define ORL_PUMP_IDS 65536U	/* of common_type */

struct orl_pump_ring {
	struct orl_cursor cursor;
	bool is_open;
	uint64_t records;	 /* written to the file */
	uint64_t oldest_ns;	 /* of those */
	uint64_t dropped_before; /* by the ring's own count, when we began */
};

/* A thread whose records were seen. */
struct orl_pump_task {
	int32_t tid; /* 0: free */
	bool is_wanted;
	char comm[ORL_COMM_LEN + 1];
};

struct orl_pump {
	struct orl_session *session; /* not owned */
	struct orl_tracedat *file;   /* not owned */
	const char *const *patterns; /* records of these events only */
	unsigned int nr_patterns;
	pid_t pid; /* of this process only; 0: all */
	enum orl_from from;
	uint64_t limit; /* bytes of the spool at which to stop, 0: none */
	bool is_full;	/* ... were reached; nothing is moved any more */
	struct orl_pump_ring *ring;
	uint32_t nr_rings;
	uint64_t nr_records, nr_lost, nr_damaged;
	uint64_t lease_dropped_before, too_large_before;
	uint64_t moved_ns; /* of orl_session_rings_left() */
	uint64_t count[ORL_PUMP_IDS]; /* records by event */
	uint8_t id_state[ORL_PUMP_IDS];
	struct orl_pump_task *task;   /* hash by tid */
	uint32_t nr_tasks, cap_tasks; /* cap: a power of two */
	int32_t last_tid;	      /* the task found last, and whether it is wanted */
	bool last_wanted;
	struct orl_stacks stacks;
	struct orl_print_texts *prints;
	uint8_t *scratch; /* a page */
	struct orl_queue queue;
	pthread_t writer;
	bool is_started;
	uint64_t spooled; /* bytes of the file so far */
	int error;	  /* of the file, or -ENOMEM; nothing is written any more */
};

/**
 * orl_pump_init() - place a cursor on every ring, and start to write
 * @p: large; zeroed, with session, file, patterns, pid, from and limit set by the caller; the rings
 *     must be mapped. Belongs to one thread, the fields that pump-write.c names excepted.
 */
int orl_pump_init(struct orl_pump *p);
void orl_pump_fini(struct orl_pump *p);

/**
 * orl_pump_pass() - take what is there, up to some MiB per ring
 * @last:  what was written by now is the end: take the unfinished pages too
 * @pages: receives how many were taken; not 0 while there is more
 *
 * Return: 0, or an error of the file (orl_tracedat_error() has it in words), or -ENOMEM.
 */
int orl_pump_pass(struct orl_pump *p, bool last, uint32_t *pages);

/** orl_pump_end() - records made from now on do not belong to the recording */
void orl_pump_end(struct orl_pump *p);

/** orl_pump_close() - write what was taken, and stop writing; 0 or the first error */
int orl_pump_close(struct orl_pump *p);

/** orl_pump_fill() - how full the fullest ring is with what we have not read, in 1/1000 */
unsigned int orl_pump_fill(const struct orl_pump *p);

/** orl_pump_dropped() - records that one ring took not, being full, since we began */
uint64_t orl_pump_dropped(const struct orl_pump *p, uint32_t ring);

/** orl_pump_too_large() - records that no page can hold, since we began */
uint64_t orl_pump_too_large(const struct orl_pump *p);

/** orl_pump_lease_dropped() - records for which no ring was free, since we began */
uint64_t orl_pump_lease_dropped(const struct orl_pump *p);

#endif /* ORL_CLI_PUMP_H */
