// SPDX-License-Identifier: MIT
/*
 * Walking frame pointers without ever reading what might not be there; see stack.h for what is
 * trusted and why.
 *
 * Asking for a page: rt_sigprocmask() with a "how" that does not exist copies the new mask in
 * before it finds that out, so that it fails with EFAULT or EINVAL by whether the page can be read,
 * and does nothing else. Emulators that look at "how" first are found by asking for a page that
 * nobody has.
 */
#include "runtime/stack.h"

#include <errno.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

#define PAGE 4096UL
#define SPAN_MAX (8UL << 20)		/* bytes of stack that one walk looks at */
#define MAIN_MAX (4UL << 20)		/* deeper in the main thread's stack, it is as any other */
#define PROBES_MAX 16U			/* pages of a foreign stack that one walk asks for */
#define RETRY 256U /* walks on unknown stacks before the next look at the map */

/* Where code keeps the caller's frame pointer, and the return address behind it. */
#if defined(__x86_64__) || defined(__aarch64__) || defined(__i386__)
#define HAS_FRAMES 1
#else
#define HAS_FRAMES 0
#endif

/* The thread's own stack, once known: [lo, hi). A handler that interrupts the finding sees an empty
 * range. */
static __thread struct {
	uintptr_t lo, hi;
	uint32_t wait;			/* walks until the next try */
} own __attribute__((tls_model("initial-exec")));

enum { PROBE_UNKNOWN, PROBE_WORKS, PROBE_FAILS };
static uint32_t probe_state;

static void set_own(uintptr_t lo, uintptr_t hi)
{
	orl_store(&own.hi, 0);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	orl_store(&own.lo, lo);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	orl_store(&own.hi, hi);
}

/*
 * The main thread: the kernel put random bytes at the top of its stack. Nothing else is mapped
 * within MAIN_MAX below them: the kernel keeps a gap of 128 MiB there for the stack to grow into,
 * and emulators one of 8 MiB.
 */
static bool is_main_stack(uintptr_t at, uintptr_t *hi)
{
	uintptr_t top = getauxval(AT_RANDOM);

	*hi = top & ~(uintptr_t)15;
	return at < *hi && *hi - at <= MAIN_MAX;
}

static orl_cold void find_own(uintptr_t at)
{
	uintptr_t self = (uintptr_t)__builtin_thread_pointer(), hi;
	struct orl_maps_line line;
	struct orl_maps maps;
	char buf[1024];

	if (is_main_stack(at, &hi)) {
		set_own(hi - MAIN_MAX, hi);
		return;
	}
	if (own.wait) {
		own.wait--;
		return;
	}
	own.wait = RETRY;
	if (self <= at || orl_maps_open(&maps, buf, sizeof(buf)))
		return;
	while (orl_maps_next(&maps, &line)) {
		if (line.start <= at && self < line.end && line.is_readable) {
			set_own(line.start, self);
			break;
		}
	}
	orl_maps_close(&maps);
}

static bool can_read(uintptr_t at)
{
	return !syscall(SYS_rt_sigprocmask, ~0L, at, NULL, 8) || errno != EFAULT;
}

static bool can_probe(void)
{
	uint32_t state = orl_load(&probe_state);

	if (state == PROBE_UNKNOWN) {
		/* the first page is nobody's; valgrind would complain of each such question */
		state = orl_rt.valgrind || can_read(sizeof(long)) ? PROBE_FAILS : PROBE_WORKS;
		orl_store(&probe_state, state);
	}
	return state == PROBE_WORKS;
}

struct walk {
	uintptr_t hi;			/* known to be readable up to here */
	uint32_t probes;		/* pages that may still be asked for; 0 on the own stack */
};

/* Are the two words at @fp there? */
static bool is_there(struct walk *w, uintptr_t fp)
{
	while (fp + 2 * sizeof(uintptr_t) > w->hi) {
		if (!w->probes)
			return false;
		w->probes--;
		if (!can_read(w->hi))
			return false;
		w->hi += PAGE;
	}
	return true;
}

/* A return address as the code has it, without what the CPU may have signed it with. */
static inline uintptr_t strip(uintptr_t back)
{
#if defined(__aarch64__)
	register uintptr_t lr __asm__("x30") = back;

	__asm__("hint #7" : "+r"(lr));
	return lr;
#else
	return back;
#endif
}

/* No code is in the first page, in the kernel's half, or on the stack. */
static inline bool is_code(const struct walk *w, uintptr_t first, uintptr_t back)
{
	return back >= PAGE && !((uint64_t)back >> 56) && (back < first || back >= w->hi);
}

__attribute__((no_sanitize("address", "thread")))
static uint32_t walk(struct walk *w, uintptr_t first, uint64_t *addr, uint32_t max)
{
	uintptr_t fp = first;
	uint32_t n = 0;

	while (n < max) {
		const uintptr_t *words = (const uintptr_t *)fp;
		uintptr_t next = words[0], back = strip(words[1]);

		if (n && !is_code(w, first, back))
			break;
		addr[n++] = back;
		if (next < fp + 2 * sizeof(*words) || next % sizeof(*words) ||
		    next - first > SPAN_MAX || !is_there(w, next))
			break;
		fp = next;
	}
	return n;
}

uint32_t orl_stack_walk(const void *frame, uint64_t *addr, uint32_t max)
{
	uintptr_t at = (uintptr_t)frame;
	struct walk w = { .hi = (at + PAGE - 1) & ~(PAGE - 1) };
	int saved = errno;
	uint32_t n;

	if (max > ORL_STACK_MAX)
		max = ORL_STACK_MAX;
	if (!max)
		return 0;
	if (!HAS_FRAMES) {
		addr[0] = (uintptr_t)__builtin_return_address(0);
		return 1;
	}
	if (at < orl_load(&own.lo) || at >= orl_load(&own.hi))
		find_own(at);
	if (at >= orl_load(&own.lo) && at < orl_load(&own.hi))
		w.hi = own.hi;
	else if (can_probe())
		w.probes = PROBES_MAX;
	n = walk(&w, at, addr, max);
	errno = saved;
	return n;
}
