/* SPDX-License-Identifier: MIT */
/* What toggle.c turns: each of its programs brings its own sites. */
#ifndef ORIEL_BENCH_TOGGLE_H
#define ORIEL_BENCH_TOGGLE_H

#include <stdbool.h>

/* In words; how many changes one call of toggle_turn() is; microseconds to reach for each, or 0. */
extern const char *const toggle_what;
extern const unsigned int toggle_nr;
extern const double toggle_target_us;
extern const unsigned int toggle_rounds;

/** toggle_init() - called once, pinned, before everything else */
void toggle_init(void);

/** toggle_turn() - every site on or off; returns when all threads see it */
void toggle_turn(bool on);

/** toggle_run() - execute some sites */
void toggle_run(void);

/** toggle_is_on() - does the first site do what it does when it is on? */
bool toggle_is_on(void);

#endif
