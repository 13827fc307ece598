// SPDX-License-Identifier: MIT
/*
 * Thread names. The table in the domain outlives the threads; /proc knows those that live, by their
 * newest name.
 */
#include "reader/tasks.h"

#include <stdio.h>
#include <string.h>

#include "reader/proc.h"

/* Copy an entry; a torn one does not check. */
static bool load(const struct orl_task *from, struct orl_task_name *to)
{
	uint64_t key = __atomic_load_n(&from->key, __ATOMIC_ACQUIRE);
	uint64_t comm[2] = { __atomic_load_n(&from->comm[0], __ATOMIC_RELAXED),
			     __atomic_load_n(&from->comm[1], __ATOMIC_RELAXED) };
	uint64_t check = __atomic_load_n(&from->check, __ATOMIC_RELAXED);

	if (!key || check != (key ^ comm[0] ^ comm[1] ^ ORL_CTL_MAGIC))
		return false;
	to->tid = (int32_t)(uint32_t)key;
	to->pid = (int32_t)(key >> 32);
	memcpy(to->comm, comm, ORL_COMM_LEN);
	to->comm[ORL_COMM_LEN] = '\0';
	return to->tid > 0 && to->pid > 0;
}

static bool read_comm(char comm[ORL_COMM_LEN + 1], const char *path)
{
	char text[64];
	long len = orl_proc_read(path, text, sizeof(text));

	if (len <= 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	snprintf(comm, ORL_COMM_LEN + 1, "%.*s", ORL_COMM_LEN, text);
	return true;
}

bool orl_tasks_find(const struct orl_session *s, int32_t tid, char comm[ORL_COMM_LEN + 1])
{
	const struct orl_task *tasks = orl_ctl_tasks(s->domain.ctl);
	uint32_t slot = orl_task_slot((uint32_t)tid);
	char path[64];

	if (tid <= 0)
		return false;
	for (uint32_t i = 0; i < ORL_TASK_PROBES; i++) {
		struct orl_task_name name;

		if (!load(&tasks[(slot + i) & (ORL_NR_TASKS - 1)], &name) || name.tid != tid)
			continue;
		/* under its process's folder, or it is another thread that got the same id */
		snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", name.pid, tid);
		if (!read_comm(comm, path))
			memcpy(comm, name.comm, sizeof(name.comm));
		return true;
	}
	snprintf(path, sizeof(path), "/proc/%d/comm", tid);
	return read_comm(comm, path);
}

void orl_tasks_foreach(const struct orl_session *s,
		       bool (*fn)(const struct orl_task_name *task, void *arg), void *arg)
{
	const struct orl_task *tasks = orl_ctl_tasks(s->domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_TASKS; i++) {
		struct orl_task_name name;

		if (load(&tasks[i], &name) && !fn(&name, arg))
			return;
	}
}

static bool is_wanted(const struct orl_task_name *task, void *arg)
{
	struct orl_task_name *wanted = arg;

	if (task->tid == wanted->tid)
		wanted->pid = task->pid;
	return !wanted->pid;
}

int32_t orl_tasks_process(const struct orl_session *s, int32_t tid)
{
	struct orl_task_name wanted = { .tid = tid };

	orl_tasks_foreach(s, is_wanted, &wanted);
	return wanted.pid;
}
