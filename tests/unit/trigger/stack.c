// SPDX-License-Identifier: MIT
/*
 * The walk finds the callers on each kind of stack, and survives whatever stands where a frame
 * pointer should be. Built with frame pointers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/stack.h"

#define NOINLINE __attribute__((noinline))
#define PAGE 4096U

/* What the functions below say of themselves, innermost first, and what the walk says. */
static uint64_t said[3], found[ORL_STACK_MAX + 1];
static uint32_t nr_found;

static NOINLINE void inner(void)
{
	said[0] = (uintptr_t)__builtin_return_address(0);
	nr_found = orl_stack_walk(__builtin_frame_address(0), found, ORL_STACK_MAX);
	__asm__ volatile("" ::: "memory");
}

static NOINLINE void middle(void)
{
	said[1] = (uintptr_t)__builtin_return_address(0);
	inner();
	__asm__ volatile("" ::: "memory");
}

static NOINLINE void outer(void)
{
	said[2] = (uintptr_t)__builtin_return_address(0);
	middle();
	__asm__ volatile("" ::: "memory");
}

static void look(void)
{
	memset(found, 0, sizeof(found));
	nr_found = 0;
	outer();
}

static void chain_is_found(void)
{
	assert_true(nr_found >= 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(found[i], said[i]);
}

static void callers_are_found_in_the_main_thread(void **state)
{
	look();
	chain_is_found();
}

static void *in_thread(void *arg)
{
	look();
	return NULL;
}

static void callers_are_found_in_a_thread(void **state)
{
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&thread, NULL, in_thread, NULL), 0);
		pthread_join(thread, NULL);
		chain_is_found();
	}
}

static void callers_are_found_on_a_thread_s_given_stack(void **state)
{
	size_t size = 256 * 1024;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;

	assert_true(stack != MAP_FAILED);
	pthread_attr_init(&attr);
	assert_int_equal(pthread_attr_setstack(&attr, stack, size), 0);
	assert_int_equal(pthread_create(&thread, &attr, in_thread, NULL), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
	chain_is_found();
	munmap(stack, size);
}

static void on_signal(int sig)
{
	look();
}

static void callers_are_found_on_a_signal_stack(void **state)
{
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK }, old;
	stack_t stack = { .ss_size = 65536, .ss_sp = malloc(65536) }, was;

	assert_non_null(stack.ss_sp);
	assert_int_equal(sigaltstack(&stack, &was), 0);
	assert_int_equal(sigaction(SIGUSR2, &act, &old), 0);
	raise(SIGUSR2);
	sigaction(SIGUSR2, &old, NULL);
	sigaltstack(&was, NULL);
	free(stack.ss_sp);
	chain_is_found();
}

static ucontext_t here, there;

static void in_coroutine(void)
{
	look();
	swapcontext(&there, &here);
}

/* Its stack ends at a page that cannot be read. */
static void callers_are_found_on_a_coroutine_s_stack(void **state)
{
	size_t size = 16 * PAGE;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(stack != MAP_FAILED);
	assert_int_equal(mprotect(stack + size - PAGE, PAGE, PROT_NONE), 0);
	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = size - PAGE;
	there.uc_link = &here;
	makecontext(&there, in_coroutine, 0);
	swapcontext(&here, &there);
	chain_is_found();
	munmap(stack, size);
}

static NOINLINE uint32_t deep(uint32_t levels)
{
	uint32_t n;

	if (levels)
		n = deep(levels - 1);
	else
		n = orl_stack_walk(__builtin_frame_address(0), found, ORL_STACK_MAX + 1);
	__asm__ volatile("" ::: "memory");
	return n;
}

static void a_deep_stack_is_cut(void **state)
{
	assert_int_equal(deep(100), ORL_STACK_MAX);
	for (uint32_t i = 2; i < ORL_STACK_MAX; i++)
		assert_int_equal(found[i], found[1]);
}

static void no_room_is_no_address(void **state)
{
	uint64_t one = 0;

	assert_int_equal(orl_stack_walk(__builtin_frame_address(0), &one, 0), 0);
	assert_int_equal(one, 0);
	assert_int_equal(orl_stack_walk(__builtin_frame_address(0), &one, 1), 1);
	assert_int_equal(one, (uintptr_t)__builtin_return_address(0));
}

/* A frame with this frame pointer in it: only the caller's address, and no fault. */
static void garbage(uintptr_t fp)
{
	uintptr_t frame[2] __attribute__((aligned(16))) = { fp, 0x5555000 };
	uint64_t addr[ORL_STACK_MAX];
	int n;

	errno = ENOTTY;
	n = (int)orl_stack_walk(frame, addr, ORL_STACK_MAX);
	assert_int_equal(n, 1);
	assert_int_equal(addr[0], 0x5555000);
	assert_int_equal(errno, ENOTTY);
}

static void any_frame_pointer(void)
{
	static const uintptr_t values[] = { 0, 1, 8, 4096, INTPTR_MAX - 7, (uintptr_t)-8,
					    (uintptr_t)-16, (uintptr_t)1 << 47 };
	uintptr_t at = (uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)15;
	void *none = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		garbage(values[i]);
	garbage((uintptr_t)none);
	garbage((uintptr_t)&found);
	garbage(at - 4096);			/* the wrong way */
	garbage(at + 1);
	garbage(at + (9U << 20));
	munmap(none, PAGE);
}

static void *any_in_thread(void *arg)
{
	any_frame_pointer();
	return NULL;
}

static void any_frame_pointer_is_survived(void **state)
{
	pthread_t thread;

	any_frame_pointer();
	assert_int_equal(pthread_create(&thread, NULL, any_in_thread, NULL), 0);
	pthread_join(thread, NULL);
}

/* Frames in memory that is no stack of this thread. */
static void frames_in_foreign_memory_end_where_it_ends(void **state)
{
	char *area =
		mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t *first = (uintptr_t *)(void *)area, *second, *last;
	uint64_t addr[ORL_STACK_MAX];

	assert_true(area != MAP_FAILED);
	assert_int_equal(mprotect(area + 3 * PAGE, PAGE, PROT_NONE), 0);
	second = (uintptr_t *)(void *)(area + 2 * PAGE - 8);	/* across two pages */
	last = (uintptr_t *)(void *)(area + 3 * PAGE - 16);
	first[0] = (uintptr_t)second;
	first[1] = 0x401000;
	second[0] = (uintptr_t)last;
	second[1] = 0x402000;
	last[0] = (uintptr_t)last + 8;		/* half of it cannot be read */
	last[1] = 0x403000;
	assert_int_equal(orl_stack_walk(first, addr, ORL_STACK_MAX), 3);
	assert_int_equal(addr[2], 0x403000);
	second[0] = (uintptr_t)area + 3 * PAGE;
	assert_int_equal(orl_stack_walk(first, addr, ORL_STACK_MAX), 2);
	second[0] = (uintptr_t)second;		/* a circle */
	assert_int_equal(orl_stack_walk(first, addr, ORL_STACK_MAX), 2);
	second[1] = 12;				/* not code */
	assert_int_equal(orl_stack_walk(first, addr, ORL_STACK_MAX), 1);
	munmap(area, 4 * PAGE);
}

/* Lines of every length, in a buffer that holds hardly one. */
static void the_map_is_read_line_by_line(void **state)
{
	char small[256], large[65536];
	struct orl_maps a, b;
	struct orl_maps_line line, again;
	bool have_code = false;

	assert_int_equal(orl_maps_open(&a, small, sizeof(small)), 0);
	assert_int_equal(orl_maps_open(&b, large, sizeof(large)), 0);
	while (orl_maps_next(&a, &line)) {
		assert_true(orl_maps_next(&b, &again));
		assert_int_equal(line.start, again.start);
		assert_int_equal(line.end, again.end);
		assert_true(line.start < line.end);
		assert_int_equal(line.is_executable, again.is_executable);
		assert_memory_equal(line.text, again.text, line.len);
		if (line.start <= (uintptr_t)look && (uintptr_t)look < line.end)
			have_code = line.is_executable && line.is_readable;
	}
	assert_false(orl_maps_next(&b, &again));
	assert_true(have_code);
	orl_maps_close(&a);
	orl_maps_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callers_are_found_in_the_main_thread),
		cmocka_unit_test(callers_are_found_in_a_thread),
		cmocka_unit_test(callers_are_found_on_a_thread_s_given_stack),
		cmocka_unit_test(callers_are_found_on_a_signal_stack),
		cmocka_unit_test(callers_are_found_on_a_coroutine_s_stack),
		cmocka_unit_test(a_deep_stack_is_cut),
		cmocka_unit_test(no_room_is_no_address),
		cmocka_unit_test(any_frame_pointer_is_survived),
		cmocka_unit_test(frames_in_foreign_memory_end_where_it_ends),
		cmocka_unit_test(the_map_is_read_line_by_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
