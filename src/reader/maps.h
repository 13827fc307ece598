/* SPDX-License-Identifier: MIT */
/*
 * The memory maps that processes leave in a domain, "maps.PID.IMAGE": they outlive the process, so
 * that its stacks can be read, but not without bound.
 */
#ifndef ORL_READER_MAPS_H
#define ORL_READER_MAPS_H

#include "reader/session.h"

#define ORL_MAPS_KEPT 512U

/** orl_maps_trim() - keep the newest @max files, and those of processes that live; how many went */
uint32_t orl_maps_trim(const struct orl_session *s, uint32_t max);

#endif /* ORL_READER_MAPS_H */
