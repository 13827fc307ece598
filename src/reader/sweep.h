/* SPDX-License-Identifier: MIT */
/*
 * What tools that were killed left in a domain that lives on; and whether it must live on.
 */
#ifndef ORL_READER_SWEEP_H
#define ORL_READER_SWEEP_H

#include "reader/session.h"

/**
 * orl_domain_sweep() - finish resizes that wait for processes, and remove files that no instance
 * speaks of: sets, rings, hooks, hists and errors; and what ended processes showed: print sites,
 * debugfs
 * @top:     session of the top instance
 * @dry_run: change nothing
 * @bytes:   receives the memory that the files had
 *
 * Return: how many files, or -errno with text.
 */
int orl_domain_sweep(struct orl_session *top, bool dry_run, uint64_t *bytes);

/** orl_domain_wants_events() - does any instance have an event on, or a query a line, for programs
 * that come or are there? Overlays of running tools do not count. */
bool orl_domain_wants_events(const struct orl_session *top);

#endif /* ORL_READER_SWEEP_H */
