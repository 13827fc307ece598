/* SPDX-License-Identifier: MIT */
/*
 * What the tests of queries share. A query is written as text and looked at as text.
 */
#ifndef TEST_QUERY_H
#define TEST_QUERY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "domain/query.h"

/* The only query of a text that is right. */
static inline struct orl_query one(const char *text)
{
	struct orl_query_text t;
	struct orl_query q, more;

	orl_query_begin(&t, text, strlen(text), NULL);
	if (orl_query_next(&t, &q) != 1)
		fail_msg("%s: %s", text, t.mistake ? t.mistake : "nothing");
	assert_true(orl_query_is_sound(&q));
	assert_int_equal(orl_query_next(&t, &more), 0);
	return q;
}

static inline void assert_word(const struct orl_query *q, unsigned int word, const char *expected)
{
	const char *found = orl_query_word(q, word);

	if (!expected)
		assert_null(found);
	else
		assert_string_equal(found, expected);
}

#endif
