/* SPDX-License-Identifier: MIT */
/* A domain filled by direct appends, and its files by the tree. Records are markers and stacks,
 * whose formats every domain has. */
#ifndef TEST_TREE_OUTPUT_H
#define TEST_TREE_OUTPUT_H

#include "domain.h"

#include <fcntl.h>
#include <poll.h>

#include "decode/ftrace.h"
#include "reader/control.h"
#include "reader/instance.h"
#include "reader/page.h"
#include "tree/tree.h"

#define TID 4000001			/* beyond what a pid can be: nobody has that number */
#define MS 1000000ULL

static struct orl_tree *tree;

static inline int make_tree(void **state)
{
	char error[768];

	if (make_domain(state))
		return -1;
	/* ticks are ns from 0 on, so that a test can say what a line must be */
	session.domain.ctl->clock = ORL_CLOCK_MONOTONIC;
	session.domain.ctl->base_ticks = session.domain.ctl->base_ns = 0;
	orl_control_set_tracing(&session, true);
	return orl_tree_open(&tree, dir, 0, error, sizeof(error));
}

static inline int remove_tree_too(void **state)
{
	orl_tree_close(tree);
	return remove_domain(state);
}

static inline void marker(uint32_t ring, uint64_t ns, int32_t tid, const char *text)
{
	union {
		uint64_t align;
		struct {
			uint16_t type;
			uint8_t flags, preempt;
			int32_t pid;
			uint64_t ip;
			char text[48];
		} r;
	} u = { 0 };

	u.r.type = ORL_FTRACE_PRINT;
	u.r.pid = tid;
	snprintf(u.r.text, sizeof(u.r.text), "%s\n", text);
	assert_true(append_dying(ring, ns, &u, 64, 0));
}

static inline struct orl_file *open_file(const char *path, int flags)
{
	struct orl_file *f;

	assert_int_equal(orl_tree_open_file(tree, path, flags, NULL, &f), 0);
	return f;
}

/* All that a file gives from 0 on, in pieces of @step bytes. */
static inline char *read_all(struct orl_file *f, size_t step)
{
	size_t len = 0, room = 1U << 20;
	char *text = malloc(room);
	ssize_t n;

	while ((n = orl_file_read(f, text + len, step, (off_t)len)) > 0) {
		len += (size_t)n;
		assert_true(len + step < room);
	}
	assert_int_equal(n, 0);
	text[len] = '\0';
	return text;
}

static inline char *read_path(const char *path)
{
	struct orl_file *f = open_file(path, O_RDONLY);
	char *text = read_all(f, 65536);

	orl_file_close(f);
	return text;
}

static inline void write_path(const char *path, const char *text)
{
	struct orl_file *f = open_file(path, O_WRONLY);

	assert_int_equal(orl_file_write(f, text, strlen(text), 0, NULL), strlen(text));
	orl_file_close(f);
}

static inline const char *body(const char *text)
{
	const char *p = strstr(text, "FUNCTION\n");

	assert_non_null(p);
	p = strchr(p + 9, '\n');
	assert_non_null(p);
	return p + 1;
}

static inline void assert_body(const char *path, const char *expected)
{
	char *text = read_path(path);

	assert_string_equal(body(text), expected);
	free(text);
}

#define LINE(cpu, time, text) \
	"           <...>-4000001 [00" #cpu "] ..... " time ": tracing_mark_write: " text "\n"

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_tree, remove_tree_too)

#endif
