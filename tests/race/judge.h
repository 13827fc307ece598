/* SPDX-License-Identifier: MIT */
/* Is what the rings hold what the writers wrote? */
#ifndef ORL_TESTS_RACE_JUDGE_H
#define ORL_TESTS_RACE_JUDGE_H

#include <stdbool.h>

#include "reader/ring.h"
#include "shared.h"

struct judged {
	uint32_t pid, ctx, seq, ring;
	uint64_t ts; /* ticks */
	uint64_t at; /* the clock just before the append; 0: the record does not say */
};

/** race_violation() - note the first thing that went wrong; every process may */
__attribute__((format(printf, 2, 3))) void race_violation(struct shared *shared, const char *fmt,
							  ...);

/** race_judge_record() - is a record whole? On false the violation is noted. */
bool race_judge_record(struct shared *shared, const struct orl_record *rec, uint32_t ring,
		       struct judged *out);

/**
 * race_judge_rest() - judge rings that nobody writes
 *
 * Every record whole, times in order, every ring's count what it holds and what was overwritten;
 * and where @is_dense no hole in what a writer of this round wrote since the last overwritten
 * record.
 */
void race_judge_rest(struct shared *shared, const struct orl_session *s, bool is_dense);

/** race_judge_running() - the same for rings that are written, until shared->stop; then to their
 * end */
void race_judge_running(struct shared *shared, const struct orl_session *s);

#endif
