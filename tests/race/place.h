/* SPDX-License-Identifier: MIT */
/* A domain for one test, in /dev/shm, removed at exit. */
#ifndef ORL_TESTS_RACE_PLACE_H
#define ORL_TESTS_RACE_PLACE_H

#include "domain/domain.h"

/** race_place_make() - a directory for a domain, removed when the calling process exits; never NULL
 */
const char *race_place_make(void);

/** race_place_set() - make the rings' sizes small; before the rings are made */
void race_place_set(struct orl_ctl *ctl, uint64_t cpu_data, uint64_t lease_data,
		    uint32_t nr_leases);

/** race_give_up() - end the test: something that is not the matter of the test failed */
__attribute__((noreturn, format(printf, 1, 2))) void race_give_up(const char *fmt, ...);

#endif
