// SPDX-License-Identifier: MIT
/*
 * The name of a thread that never loaded the library, for readers that come after its end; the
 * table is that of src/abi/ctl.h, written as its threads write it themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marker/impl.h"
#include "reader/proc.h"

/* Its process, by /proc, or 0. */
static uint32_t process_of(int32_t tid)
{
	char path[64], text[1024];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return 0;
	at = strstr(text, "\nTgid:");
	return at ? (uint32_t)strtoul(at + 6, NULL, 10) : 0;
}

bool orl_marker_comm(int32_t tid, uint64_t comm[2])
{
	char path[64], text[32];

	snprintf(path, sizeof(path), "/proc/%d/comm", tid);
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	memset(comm, 0, 16);
	memcpy(comm, text, strnlen(text, 15));
	return true;
}

static void store(struct orl_task *task, const struct orl_task *new)
{
	__atomic_store_n(&task->check, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&task->key, new->key, __ATOMIC_RELEASE);
	__atomic_store_n(&task->comm[0], new->comm[0], __ATOMIC_RELAXED);
	__atomic_store_n(&task->comm[1], new->comm[1], __ATOMIC_RELAXED);
	__atomic_store_n(&task->check, new->check, __ATOMIC_RELEASE);
}

void orl_marker_task(const struct orl_session *s, int32_t tid)
{
	struct orl_task *tasks = orl_ctl_tasks(s->domain.ctl), *task = NULL;
	uint32_t first = orl_task_slot((uint32_t)tid), pid;
	struct orl_task new;

	if (tid <= 0 || !orl_marker_comm(tid, new.comm))
		return;
	for (uint32_t i = 0; i < ORL_TASK_PROBES && !task; i++) {
		struct orl_task *at = &tasks[(first + i) & (ORL_NR_TASKS - 1)];
		uint64_t key = __atomic_load_n(&at->key, __ATOMIC_ACQUIRE);

		/* there already, by the same name */
		if ((uint32_t)key == (uint32_t)tid && at->comm[0] == new.comm[0] &&
		    at->comm[1] == new.comm[1])
			return;
		if (!key || (uint32_t)key == (uint32_t)tid)
			task = at;
	}
	pid = process_of(tid);
	if (!pid)
		return;
	if (!task)
		task = &tasks[(first + pid % ORL_TASK_PROBES) & (ORL_NR_TASKS - 1)];
	new.key = (uint32_t)tid | (uint64_t)pid << 32;
	new.check = new.key ^ new.comm[0] ^ new.comm[1] ^ ORL_CTL_MAGIC;
	store(task, &new);
}
