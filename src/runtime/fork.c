// SPDX-License-Identifier: MIT
/*
 * fork(): the child goes on tracing into the same rings as a process of its own. The lock is held
 * across the fork, so that the child inherits no change half done, and a service thread that is
 * just beginning is waited for. A child of _Fork() or clone() is
 * not announced to anybody: it finds its page wiped, its threads take the slow path once, and it
 * gets its slot when it is nudged.
 */
#include <pthread.h>
#include <string.h>

#include "runtime/runtime.h"

static struct orl_lock_state fork_state;
static bool fork_locked;

static void before(void)
{
	struct orl_lock_state state;
	bool locked = orl_lock(&state, true);

	if (locked) {
		fork_state = state;
		fork_locked = true;
		orl_threads_settle();
	}
}

static void in_parent(void)
{
	struct orl_lock_state state = fork_state;

	if (!fork_locked)
		return;
	fork_locked = false;
	orl_unlock(&state);
}

static void in_child(void)
{
	struct orl_lock_state state = fork_state;
	bool locked = fork_locked;

	memset(&orl_wipe, 0, sizeof(orl_wipe));
	/* a probe may have forked, and will be left in the child too */
	orl_wipe.readers[0] = orl_tls.probes[0];
	orl_wipe.readers[1] = orl_tls.probes[1];
	orl_tls.epoch = 0;
	fork_locked = false;
	if (orl_rt.domain.ctl) {
		orl_apply(true);
		if (orl_rt.control == ORL_CONTROL_THREAD)
			orl_thread_start();
	}
	if (locked)
		pthread_sigmask(SIG_SETMASK, &state.mask, NULL);
}

void orl_fork_init(void)
{
	pthread_atfork(before, in_parent, in_child);
}
