/* SPDX-License-Identifier: MIT */
/*
 * Names of threads: what the traced programs left in the domain's task table, and /proc for those
 * that live.
 */
#ifndef ORL_READER_TASKS_H
#define ORL_READER_TASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/session.h"

#define ORL_COMM_LEN 16

struct orl_task_name {
	int32_t tid, pid;		/* thread and its process */
	char comm[ORL_COMM_LEN + 1];	/* NUL-terminated; may hold any other bytes */
};

/**
 * orl_tasks_find() - the name of a thread
 * The newest of what is known: /proc when the thread lives and its process is the one of the
 * table's entry (or there is no entry), else the table.
 * Return: true and @comm filled, or false when nobody knows.
 */
bool orl_tasks_find(const struct orl_session *s, int32_t tid, char comm[ORL_COMM_LEN + 1]);

/** orl_tasks_process() - the process of a thread, by the table; 0 when it is not there */
int32_t orl_tasks_process(const struct orl_session *s, int32_t tid);

/**
 * orl_tasks_foreach() - call @fn for every entry of the table that is whole; stops early when @fn
 * returns false
 */
void orl_tasks_foreach(const struct orl_session *s,
		       bool (*fn)(const struct orl_task_name *task, void *arg), void *arg);

#endif /* ORL_READER_TASKS_H */
