/* SPDX-License-Identifier: MIT */
/*
 * Two keys of the program and two of a shared object, each of both kinds, and how every file looks
 * at them.
 *
 * Looking gives a number of eight bits: for each key, is it on by static_branch_unlikely(), and by
 * static_branch_likely().
 */
#ifndef SITES_H
#define SITES_H

#include <oriel/static_key.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEYS(X) \
	X(FALSE, program_false) X(TRUE, program_true) X(FALSE, object_false) X(TRUE, object_true)
#define DECLARE(kind, name) DECLARE_STATIC_KEY_##kind(name);
KEYS(DECLARE)

#define LOOK_AT(kind, name) \
	seen = seen << 2 | (static_branch_unlikely(&name) ? 1U : 0U) | \
	       (static_branch_likely(&name) ? 2U : 0U);
#define LOOK() \
	{ \
		unsigned int seen = 0; \
		KEYS(LOOK_AT) \
		return seen; \
	}

unsigned int look_from_other(void);
unsigned int look_from_object(void);
void tick_from_other(int n);
void tick_from_object(int n);
void tock_from_object(int n);

#ifdef __cplusplus
}

/* One function, compiled into each file that uses it; the linker keeps one of them. */
inline unsigned int look_inline() LOOK()

/* Instances that differ in what they return, so that they cannot be folded. */
template <unsigned int N> unsigned int look_template()
{
	struct other {
		static unsigned int look() LOOK()
	};
	return other::look() + N;
}

unsigned int look_inline_from_other();
unsigned int look_template_from_other();
#endif

#endif
