// SPDX-License-Identifier: MIT
/*
 * liboriel-malloc.so: the allocator's functions, interposed by LD_PRELOAD to record their calls.
 *
 * While its event is off, a function is one NOP and the jump to the next allocator's: arguments,
 * result, errno and stack are as if we were not there. While it is on, the record is made around
 * the same call. Nothing here allocates, keeps per-thread data or can call itself, so there is no
 * recursion to guard against: recording an event neither allocates nor locks.
 *
 * The events are announced before any other constructor runs (the library is linked with
 * -z initfirst), so that what other libraries allocate when they are loaded is seen, and not
 * taken back before the process is gone, so that what they free at its end is seen too.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "next.h"

/*
 * Stands before the constructor that the headers below bring, and so runs before it. As the first
 * one of the process it finds libc without an environment, which the runtime wants to read; libc
 * will store this same value.
 */
__attribute__((constructor(101))) static void begin(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv;
	orl_preload_resolve();
	if (!environ)
		environ = envp;
}

#define CREATE_TRACE_POINTS
#include "libc_trace.h"

/* Only the end of the process runs this (-z nodelete): the events stay until then. */
__attribute__((destructor)) static void end(void)
{
	oriel_this_dso.registered = 0;
}

/*
 * The last argument of the slow functions, so that the others stay in their registers: the off path
 * has nothing to move, whatever the compiler.
 */
#define CALL_SITE __builtin_return_address(0)
#define shown __attribute__((visibility("default")))
#define slow __attribute__((noinline)) static
#define next orl_preload_next

slow void *traced_malloc(size_t bytes, const void *call_site)
{
	void *ptr = next.malloc(bytes);

	trace_malloc(call_site, bytes, ptr);
	return ptr;
}

shown void *malloc(size_t bytes)
{
	if (trace_malloc_enabled())
		return traced_malloc(bytes, CALL_SITE);
	return next.malloc(bytes);
}

slow void *traced_calloc(size_t count, size_t bytes, const void *call_site)
{
	void *ptr = next.calloc(count, bytes);

	trace_calloc(call_site, count, bytes, ptr);
	return ptr;
}

shown void *calloc(size_t count, size_t bytes)
{
	if (trace_calloc_enabled())
		return traced_calloc(count, bytes, CALL_SITE);
	return next.calloc(count, bytes);
}

slow void *traced_realloc(void *old, size_t bytes, const void *call_site)
{
	uintptr_t was = (uintptr_t)old;
	void *ptr = next.realloc(old, bytes);

	trace_realloc(call_site, (const void *)was, bytes, ptr);
	return ptr;
}

shown void *realloc(void *old, size_t bytes)
{
	if (trace_realloc_enabled())
		return traced_realloc(old, bytes, CALL_SITE);
	return next.realloc(old, bytes);
}

/* libc's calls realloc(), ours, and would be recorded twice: so the product is made here. */
slow void *traced_reallocarray(void *old, size_t count, size_t bytes, const void *call_site)
{
	uintptr_t was = (uintptr_t)old;
	void *ptr = NULL;
	size_t total;

	if (__builtin_mul_overflow(count, bytes, &total))
		errno = ENOMEM;
	else
		ptr = next.realloc(old, total);
	trace_reallocarray(call_site, (const void *)was, count, bytes, ptr);
	return ptr;
}

shown void *reallocarray(void *old, size_t count, size_t bytes)
{
	if (trace_reallocarray_enabled())
		return traced_reallocarray(old, count, bytes, CALL_SITE);
	return next.reallocarray(old, count, bytes);
}

slow void traced_free(void *ptr, const void *call_site)
{
	trace_free(call_site, ptr);
	next.free(ptr);
}

shown void free(void *ptr)
{
	if (trace_free_enabled())
		traced_free(ptr, CALL_SITE);
	else
		next.free(ptr);
}

slow int traced_posix_memalign(void **out, size_t alignment, size_t bytes, const void *call_site)
{
	int ret = next.posix_memalign(out, alignment, bytes);

	trace_posix_memalign(call_site, alignment, bytes, ret ? NULL : *out, ret);
	return ret;
}

shown int posix_memalign(void **out, size_t alignment, size_t bytes)
{
	if (trace_posix_memalign_enabled())
		return traced_posix_memalign(out, alignment, bytes, CALL_SITE);
	return next.posix_memalign(out, alignment, bytes);
}

slow void *traced_aligned_alloc(size_t alignment, size_t bytes, const void *call_site)
{
	void *ptr = next.aligned_alloc(alignment, bytes);

	trace_aligned_alloc(call_site, alignment, bytes, ptr);
	return ptr;
}

shown void *aligned_alloc(size_t alignment, size_t bytes)
{
	if (trace_aligned_alloc_enabled())
		return traced_aligned_alloc(alignment, bytes, CALL_SITE);
	return next.aligned_alloc(alignment, bytes);
}

slow void *traced_memalign(size_t alignment, size_t bytes, const void *call_site)
{
	void *ptr = next.memalign(alignment, bytes);

	trace_memalign(call_site, alignment, bytes, ptr);
	return ptr;
}

shown void *memalign(size_t alignment, size_t bytes)
{
	if (trace_memalign_enabled())
		return traced_memalign(alignment, bytes, CALL_SITE);
	return next.memalign(alignment, bytes);
}

slow void *traced_valloc(size_t bytes, const void *call_site)
{
	void *ptr = next.valloc(bytes);

	trace_valloc(call_site, bytes, ptr);
	return ptr;
}

shown void *valloc(size_t bytes)
{
	if (trace_valloc_enabled())
		return traced_valloc(bytes, CALL_SITE);
	return next.valloc(bytes);
}

slow void *traced_pvalloc(size_t bytes, const void *call_site)
{
	void *ptr = next.pvalloc(bytes);

	trace_pvalloc(call_site, bytes, ptr);
	return ptr;
}

shown void *pvalloc(size_t bytes)
{
	if (trace_pvalloc_enabled())
		return traced_pvalloc(bytes, CALL_SITE);
	return next.pvalloc(bytes);
}
