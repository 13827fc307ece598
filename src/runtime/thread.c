// SPDX-License-Identifier: MIT
/*
 * The service thread: for programs that asked for one. It sleeps on the generation word of the
 * control file, a futex that every change wakes, and applies. All signals are blocked in it.
 */
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>

#include "runtime/runtime.h"

#define STACK_SIZE (64U << 10)
#define SETTLE_MS 1000U

/*
 * A thread begins in code that is not ours: the C library's, a sanitizer's, an allocator's, which
 * hold locks of theirs for a moment. A fork in that moment would leave such a lock taken for ever
 * in the child, and who forks knows nothing of a thread that he did not make. So fork() waits for
 * it; not without end, because the one who forks may hold what the thread waits for.
 */
void orl_thread_has_begun(void)
{
	if (!__atomic_sub_fetch(&orl_wipe.beginning, 1, __ATOMIC_SEQ_CST))
		orl_futex_wake(&orl_wipe.beginning, false);
}

void orl_threads_settle(void)
{
	uint32_t n;

	while ((n = __atomic_load_n(&orl_wipe.beginning, __ATOMIC_SEQ_CST)) != 0)
		if (orl_futex_wait_ms(&orl_wipe.beginning, n, SETTLE_MS) == -ETIMEDOUT)
			break;
}

static int add_thread_data(struct dl_phdr_info *object, size_t size, void *sum)
{
	(void)size;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		if (object->dlpi_phdr[i].p_type == PT_TLS)
			*(size_t *)sum += object->dlpi_phdr[i].p_memsz +
					  object->dlpi_phdr[i].p_align;
	}
	return 0;
}

/* The C library takes thread-local data from the stack. Looked at once: a child of fork() must not
 * ask the loader, and objects that are loaded later have theirs elsewhere. */
static size_t stack_of(size_t size)
{
	static size_t data;
	size_t sum = orl_load(&data);

	if (!sum) {
		dl_iterate_phdr(add_thread_data, &sum);
		orl_store(&data, sum);
	}
	size += sum;
	return size > (size_t)PTHREAD_STACK_MIN ? size : (size_t)PTHREAD_STACK_MIN;
}

int orl_thread_create(const char *name, size_t size, void *(*fn)(void *), void *arg)
{
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, stack_of(size));
	__atomic_fetch_add(&orl_wipe.beginning, 1, __ATOMIC_SEQ_CST);
	err = pthread_create(&thread, &attr, fn, arg);
	if (!err)
		pthread_setname_np(thread, name);
	else
		orl_thread_has_begun();
	pthread_attr_destroy(&attr);
	return -err;
}

static void *serve(void *unused)
{
	struct orl_ctl *ctl = orl_rt.domain.ctl;

	(void)unused;
	orl_thread_has_begun();
	for (;;) {
		uint32_t gen = orl_load_acquire(&ctl->gen);

		orl_apply(true);
		orl_futex_wait(&ctl->gen, gen, true);
	}
	return NULL;
}

static int start_locked(void)
{
	int err = orl_attach_locked(true);

	if (err || orl_wipe.thread)
		return err;
	/* Signals are blocked here, and so in the new thread. */
	err = orl_thread_create("oriel", STACK_SIZE, serve, NULL);
	if (err)
		return err;
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
