// SPDX-License-Identifier: MIT
/*
 * The one lock of the library. Changes of state hold it; events never do.
 *
 * A signal handler must not wait for a lock that the thread it interrupted may hold. So the holder
 * blocks every signal while it holds the lock, and a handler that finds it taken by another thread
 * leaves a note (pending) and returns: the holder looks for notes when it lets go, and applies. The
 * lock lives in the page that is wiped on fork: a child starts with it free, also when another
 * thread of the parent held it. What that thread had begun, the child's next
 * orl_sites_sync_locked() finishes.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/runtime.h"

/* Weakened by tests/race, where the thread sanitizer must find the lock to be none. */
#if ORL_WEAKEN == 5
#define ORDER __ATOMIC_RELAXED
#else
#define ORDER __ATOMIC_SEQ_CST
#endif

uint32_t orl_gettid(void)
{
	return (uint32_t)syscall(SYS_gettid);
}

int orl_futex_wait(uint32_t *word, uint32_t value, bool shared)
{
	return syscall(SYS_futex, word, shared ? FUTEX_WAIT : FUTEX_WAIT_PRIVATE, value, NULL, NULL,
		       0)
		       ? -errno
		       : 0;
}

int orl_futex_wait_ms(uint32_t *word, uint32_t value, uint64_t ms)
{
	struct timespec timeout = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	return syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &timeout, NULL, 0) ? -errno : 0;
}

void orl_futex_wake(uint32_t *word, bool shared)
{
	syscall(SYS_futex, word, shared ? FUTEX_WAKE : FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL,
		0);
}

bool orl_lock(struct orl_lock_state *state, bool wait)
{
	uint32_t self = orl_gettid();
	sigset_t all;

	if (orl_load(&orl_wipe.lock) == self)
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &state->mask);
	for (;;) {
		uint32_t holder = 0;

		/* H2: seq_cst also where it fails, so that it stays behind H1 */
		if (__atomic_compare_exchange_n(&orl_wipe.lock, &holder, self, false,
						ORDER, ORDER))
			return true;
		if (!wait) {
			pthread_sigmask(SIG_SETMASK, &state->mask, NULL);
			return false;
		}
		orl_futex_wait(&orl_wipe.lock, holder, false);
	}
}

/*
 * U1 store lock = 0     seq_cst, pairs with H1
 * U2 load pending       a note left before U1 is seen here; one left after it comes from a handler
 * that saw the lock free H1 store pending = 1  seq_cst; H2 try the lock (orl_apply())
 */
void orl_unlock(struct orl_lock_state *state)
{
	uint32_t self = orl_gettid();

	for (;;) {
		uint32_t holder = 0;

		__atomic_store_n(&orl_wipe.lock, 0, ORDER);
		if (!__atomic_load_n(&orl_wipe.pending, ORDER))
			break;
		if (!__atomic_compare_exchange_n(&orl_wipe.lock, &holder, self, false,
						 ORDER, ORDER))
			break;
		if (orl_lock_pending())
			orl_apply_locked();
	}
	orl_futex_wake(&orl_wipe.lock, false);
	pthread_sigmask(SIG_SETMASK, &state->mask, NULL);
}

/* Takes the note, if there is one. */
bool orl_lock_pending(void)
{
	return __atomic_exchange_n(&orl_wipe.pending, 0, ORDER);
}
