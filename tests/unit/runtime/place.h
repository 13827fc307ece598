/* SPDX-License-Identifier: MIT */
/*
 * Tests of what becomes of records: the program is the traced process and the tool in one, and each
 * test has a process and a domain of its own. Changes hold when the test calls
 * oriel_control_dispatch(), which those below do.
 */
#ifndef PLANS_PLACE_H
#define PLANS_PLACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abi/hook.h"
#include "reader/instance.h"

#define PLACE_TESTS_MAX 32

struct place_test {
	const char *name;
	void (*run)(void);
};

/* The domain of the test that is running. */
extern struct orl_session top;

/* What was recorded. */
struct seen {
	uint32_t nr;
	uint16_t type[64];
	uint32_t value[64];
	uint64_t caller[64];		/* of stack records: the innermost */
};

void ok(int rc);
uint32_t id_of(const char *name);
void enable(struct orl_session *s, const char *name, bool on);
int add(struct orl_session *s, struct orl_hook *hook);
void drop(struct orl_session *s, int slot);
void put_number(struct orl_hook *hook, uint32_t cmp, uint64_t imm);
void put_string(struct orl_hook *hook, uint32_t load, uint16_t off, const char *s);
int add_number_filter(struct orl_session *s, const char *event, uint32_t cmp, uint64_t imm);
int add_trigger(struct orl_session *s, const char *event, uint32_t cmd, uint32_t target,
		       int64_t count);
void make_instance(struct orl_session *s, const char *name);
struct seen look(struct orl_session *s);
void assert_values(struct orl_session *s, uint32_t nr, const uint32_t *values);
#define assert_recorded(s, ...) \
	do { \
		const uint32_t values_[] = { __VA_ARGS__ }; \
		assert_values(s, sizeof(values_) / sizeof(values_[0]), values_); \
	} while (0)

/* Run the tests, each in this program @name again, or the one that this process is for. */
int place_main(const char *name, const struct place_test *list, size_t nr);

#endif
