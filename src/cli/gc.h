/* SPDX-License-Identifier: MIT */
/*
 * Who has files of which domain mapped.
 */
#ifndef ORL_CLI_GC_H
#define ORL_CLI_GC_H

#include <stdbool.h>
#include <stddef.h>

struct orl_users {
	char **name; /* of directories in the place that some process has files of */
	size_t nr, cap;
};

/**
 * orl_users_find() - look through the mappings of every other process that we may look at; 0 or
 * -ENOMEM
 */
int orl_users_find(struct orl_users *u, const char *place);
bool orl_users_has(const struct orl_users *u, const char *name);
void orl_users_fini(struct orl_users *u);

#endif /* ORL_CLI_GC_H */
