/* SPDX-License-Identifier: MIT */
/*
 * The wrapper libraries for unmodified programs.
 */
#ifndef ORL_CLI_PRELOAD_H
#define ORL_CLI_PRELOAD_H

#include <stddef.h>

/** orl_preload_find() - path of liboriel-NAME.so; 0 or an exit status after a message */
int orl_preload_find(const char *name, char *path, size_t size);

#endif /* ORL_CLI_PRELOAD_H */
