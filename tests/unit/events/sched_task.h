/* SPDX-License-Identifier: MIT */
/* What sched_switch is about. Not in the events' header, which is read more than once. */
#ifndef SCHED_TASK_H
#define SCHED_TASK_H

#include <sys/types.h>

#define TASK_COMM_LEN 16

struct task_struct {
	char comm[TASK_COMM_LEN];
	pid_t pid;
	int prio;
	long state;
};

#endif
