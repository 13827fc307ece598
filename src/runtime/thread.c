// SPDX-License-Identifier: MIT
/*
 * The service thread: for programs that asked for one. It sleeps on the generation word of the
 * control file, a futex that every change wakes, and applies. All signals are blocked in it.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "runtime/runtime.h"

#define STACK_SIZE (64U << 10)

static void *serve(void *unused)
{
	struct orl_ctl *ctl = orl_rt.domain.ctl;

	(void)unused;
	for (;;) {
		uint32_t gen = orl_load_acquire(&ctl->gen);

		orl_apply(true);
		orl_futex_wait(&ctl->gen, gen, true);
	}
	return NULL;
}

static int start_locked(void)
{
	size_t size = STACK_SIZE > PTHREAD_STACK_MIN ? STACK_SIZE : (size_t)PTHREAD_STACK_MIN;
	pthread_attr_t attr;
	pthread_t thread;
	int err = orl_attach_locked(true);

	if (err || orl_wipe.thread)
		return err;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, size);
	/* Signals are blocked here, and so in the new thread. */
	err = pthread_create(&thread, &attr, serve, NULL);
	if (!err)
		pthread_setname_np(thread, "oriel");
	pthread_attr_destroy(&attr);
	if (err)
		return -err;
	orl_wipe.thread = 1;
	if (orl_rt.proc)
		orl_rt.proc->flags =
			(orl_rt.proc->flags | ORL_PROC_CONTROL_THREAD) & ~ORL_PROC_CONTROL_NONE;
	return 0;
}

int orl_thread_start(void)
{
	struct orl_lock_state state;
	int err;

	if (!orl_lock(&state, true))
		return -EDEADLK;
	err = start_locked();
	if (!err)
		orl_rt.control = ORL_CONTROL_THREAD;
	orl_unlock(&state);
	return err;
}

int oriel_start(void)
{
	orl_init();
	if (orl_rt.inert)
		return -EPERM;
	return orl_thread_start();
}
