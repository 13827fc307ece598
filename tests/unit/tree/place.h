/* SPDX-License-Identifier: MIT */
/*
 * A domain of two CPUs with three events in its registry and no process, shown as a tree.
 *
 *   db:query   int rows, char *text      db:lock   int rows, int owner      net:send   long bytes
 */
#ifndef TEST_TREE_PLACE_H
#define TEST_TREE_PLACE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "domain/domain.h"
#include "tree/tree.h"

#define COMMON \
	"format:\n" \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define ROWS "\tfield:int rows;\toffset:8;\tsize:4;\tsigned:1;\n"
#define QUERY COMMON ROWS "\tfield:char text[16];\toffset:12;\tsize:16;\tsigned:0;\n\n" \
	"print fmt: \"rows=%d text=%s\", REC->rows, REC->text\n"
#define LOCK COMMON ROWS "\tfield:int owner;\toffset:12;\tsize:4;\tsigned:1;\n\n" \
	"print fmt: \"rows=%d owner=%d\", REC->rows, REC->owner\n"
#define SEND COMMON "\tfield:long bytes;\toffset:8;\tsize:8;\tsigned:1;\n\n" \
	"print fmt: \"bytes=%ld\", REC->bytes\n"

#define EVENTS "tracing/events/"
#define QUERY_DIR EVENTS "db/query/"

static char base[64], dir[96];
static struct orl_tree *tree;
static char text[65536];

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

/* What a process does when it registers an event. */
static inline void add_event(uint32_t slot, const char *system, const char *name,
			     const char *format)
{
	struct orl_domain d;
	struct orl_entry *e;
	uint64_t used;
	char *at;

	assert_int_equal(orl_domain_open(&d, dir, 0), 0);
	used = d.ctl->data_used;
	e = (struct orl_entry *)(orl_ctl_data(d.ctl) + used);
	e->system_len = (uint16_t)strlen(system);
	e->name_len = (uint16_t)strlen(name);
	e->format_len = (uint32_t)strlen(format);
	at = stpcpy(e->text, system) + 1;
	at = stpcpy(at, name) + 1;
	at = stpcpy(at, format) + 1;
	e->len = (uint32_t)(at - (char *)e + 7) & ~7U;
	d.ctl->data_used = used + e->len;
	orl_ctl_index(d.ctl)[slot] = used / 8 + 1;
	orl_domain_close(&d);
}

static inline int make_place(void **state)
{
	struct orl_domain d;
	char error[768];

	(void)state;
	strcpy(base, "/dev/shm/orl-tree-XXXXXX");
	if (!mkdtemp(base))
		return -1;
	snprintf(dir, sizeof(dir), "%s/domain", base);
	if (orl_domain_open(&d, dir, ORL_DOMAIN_CREATE))
		return -1;
	d.ctl->nr_cpus = 2;
	d.ctl->nr_leases = 1;
	d.ctl->cpu_data_size = d.ctl->lease_data_size = 65536;
	d.ctl->top.cpu_data_size = d.ctl->top.lease_data_size = 65536;
	orl_domain_close(&d);
	add_event(9, "db", "query", QUERY);
	add_event(3, "db", "lock", LOCK);
	add_event(5, "net", "send", SEND);
	return orl_tree_open(&tree, dir, 0, error, sizeof(error));
}

static inline int remove_place(void **state)
{
	(void)state;
	orl_tree_close(tree);
	nftw(base, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* The whole of a file, or "E" and the errno. */
static inline const char *content(const char *path)
{
	struct orl_file *f;
	size_t len = 0;
	ssize_t n = orl_tree_open_file(tree, path, O_RDONLY, NULL, &f);

	if (n < 0) {
		snprintf(text, sizeof(text), "E%zd", -n);
		return text;
	}
	while ((n = orl_file_read(f, text + len, sizeof(text) - 1 - len, (off_t)len)) > 0)
		len += (size_t)n;
	orl_file_close(f);
	text[len] = '\0';
	if (n < 0)
		snprintf(text, sizeof(text), "E%zd", -n);
	return text;
}

static inline ssize_t put(const char *path, const char *command, int flags)
{
	struct orl_file *f;
	ssize_t n = orl_tree_open_file(tree, path, O_WRONLY | flags, NULL, &f);

	if (n < 0)
		return n;
	n = orl_file_write(f, command, strlen(command), 0, NULL);
	orl_file_close(f);
	return n;
}

/* echo COMMAND > PATH, echo COMMAND >> PATH: the bytes taken, or -errno */
static inline ssize_t echo(const char *path, const char *command)
{
	return put(path, command, O_TRUNC);
}

static inline ssize_t append(const char *path, const char *command)
{
	return put(path, command, O_APPEND);
}

#define assert_content(path, expected) assert_string_equal(content(path), expected)
#define assert_taken(n, command) assert_int_equal(n, (int)strlen(command))

/* Each of these is taken, or each refused with @rc. */
#define assert_all(path, rc, ...) do { \
	static const char *const commands[] = { __VA_ARGS__ }; \
	for (size_t i_ = 0; i_ < sizeof(commands) / sizeof(commands[0]); i_++) { \
		ssize_t n_ = echo(path, commands[i_]); \
		if (n_ != ((rc) ? (rc) : (ssize_t)strlen(commands[i_]))) \
			fail_msg("'%s' > %s: %zd", commands[i_], path, n_); \
	} \
} while (0)

#endif
