/* SPDX-License-Identifier: MIT */
/*
 * Which records belong to a recording.
 */
#ifndef ORL_CLI_PUMP_FILTER_H
#define ORL_CLI_PUMP_FILTER_H

#include "cli/pump.h"

struct orl_pump_walk {
	uint32_t nr_wanted, nr_unwanted;
};

/** orl_pump_load_events() - look up which ids the patterns want; 0 or -ENOMEM */
int orl_pump_load_events(struct orl_pump *p);

/** orl_pump_start() - start the writing thread; 0 or -errno */
int orl_pump_start(struct orl_pump *p);

/** orl_pump_grow_tasks() - make the table of threads, or make it twice as large; 0 or -ENOMEM */
int orl_pump_grow_tasks(struct orl_pump *p);

/** orl_pump_walk() - count a page's records; 0 or -ENOMEM */
int orl_pump_walk(struct orl_pump *p, const void *page, struct orl_pump_walk *walk);

/**
 * orl_pump_filter() - write a page anew with only the wanted records, their times, and what was
 * lost before it
 * @page:    in ns, changed
 * @scratch: as large
 */
void orl_pump_filter(struct orl_pump *p, void *page, void *scratch);

#endif /* ORL_CLI_PUMP_FILTER_H */
