// SPDX-License-Identifier: MIT
/*
 * Thread names, for readers that come after the thread's end. A thread writes its own in its first
 * event. Slots are shared by hash; a newer thread takes the slot of an older one when all are
 * taken. Two that write one slot at once leave words that do not check.
 */
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

void orl_task_record(uint32_t tid)
{
	struct orl_ctl *ctl = orl_rt.domain.ctl;
	uint32_t first = orl_task_slot(tid);
	struct orl_task *tasks;
	struct orl_task new = { .key = tid | (uint64_t)orl_load(&orl_wipe.epoch) << 32 };
	uint32_t at = first + (uint32_t)((new.key >> 32) % ORL_TASK_PROBES);

	if (!ctl || prctl(PR_GET_NAME, new.comm))
		return;
	new.check = new.key ^ new.comm[0] ^ new.comm[1] ^ ORL_CTL_MAGIC;
	tasks = orl_ctl_tasks(ctl);
	for (uint32_t i = 0; i < ORL_TASK_PROBES; i++) {
		uint64_t key = orl_load(&tasks[(first + i) & (ORL_NR_TASKS - 1)].key);

		if (!key || (uint32_t)key == tid) {
			at = first + i;
			break;
		}
	}
	tasks += at & (ORL_NR_TASKS - 1);
	orl_store(&tasks->check, 0);
	orl_store_release(&tasks->key, new.key);
	orl_store(&tasks->comm[0], new.comm[0]);
	orl_store(&tasks->comm[1], new.comm[1]);
	orl_store_release(&tasks->check, new.check);
}
