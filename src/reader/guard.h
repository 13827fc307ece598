/* SPDX-License-Identifier: MIT */
/*
 * The mappings whose faults end the tool in an orderly way; see orl_session_guard().
 */
#ifndef ORL_READER_GUARD_H
#define ORL_READER_GUARD_H

#include <stddef.h>

void orl_guard_add(const void *map, size_t size);
void orl_guard_remove(const void *map);

#endif /* ORL_READER_GUARD_H */
