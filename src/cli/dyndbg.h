/* SPDX-License-Identifier: MIT */
/*
 * oriel dyndbg: what its files share.
 */
#ifndef ORL_CLI_DYNDBG_H
#define ORL_CLI_DYNDBG_H

#include "cli/place.h"
#include "domain/query.h"
#include "reader/dyndbg.h"

/** orl_dyndbg_cmd_list() - print the sites; the exit status */
int orl_dyndbg_cmd_list(struct orl_session *s, const struct orl_args *args);

/**
 * orl_dyndbg_no_match() - say that a query matches nothing, and what is near to its words
 * @late: some process has not answered
 * Return: ORL_EXIT_NO_MATCH, or that of a failure.
 */
int orl_dyndbg_no_match(struct orl_session *s, const struct orl_query *query, pid_t pid, bool late);

/** orl_dyndbg_tell() - say what could not be looked at; 0 or ORL_EXIT_DAMAGED */
int orl_dyndbg_tell(const struct orl_session *s, const struct orl_dyndbg_trouble *trouble);

#endif /* ORL_CLI_DYNDBG_H */
