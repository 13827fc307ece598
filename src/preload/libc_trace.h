/* SPDX-License-Identifier: MIT */
/*
 * Events of system "libc": what a program asks of the allocator and what it gets.
 *
 * An allocation is recorded after the allocator answered, because the pointer is its answer; a free
 * before the allocator hears of it, because the pointer may be another thread's a moment later. So
 * between the malloc and the free of one pointer stands nothing but its own use. realloc is one
 * event, recorded after the call: from the old pointer to the new one.
 *
 * call_site is the address that the call returns to.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM libc

#if !defined(ORL_PRELOAD_LIBC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ORL_PRELOAD_LIBC_TRACE_H

#include <oriel/tracepoint.h>

DECLARE_EVENT_CLASS(libc_alloc,
	TP_PROTO(const void *call_site, size_t bytes, const void *ptr),
	TP_ARGS(call_site, bytes, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(size_t, bytes)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS bytes=%zu ptr=%p",
		__entry->call_site, __entry->bytes, __entry->ptr)
);

DEFINE_EVENT(libc_alloc, malloc,
	TP_PROTO(const void *call_site, size_t bytes, const void *ptr),
	TP_ARGS(call_site, bytes, ptr)
);

DEFINE_EVENT(libc_alloc, valloc,
	TP_PROTO(const void *call_site, size_t bytes, const void *ptr),
	TP_ARGS(call_site, bytes, ptr)
);

DEFINE_EVENT(libc_alloc, pvalloc,
	TP_PROTO(const void *call_site, size_t bytes, const void *ptr),
	TP_ARGS(call_site, bytes, ptr)
);

DECLARE_EVENT_CLASS(libc_alloc_aligned,
	TP_PROTO(const void *call_site, size_t alignment, size_t bytes, const void *ptr),
	TP_ARGS(call_site, alignment, bytes, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(size_t, alignment)
		__field(size_t, bytes)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->alignment = alignment;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS alignment=%zu bytes=%zu ptr=%p",
		__entry->call_site, __entry->alignment, __entry->bytes, __entry->ptr)
);

DEFINE_EVENT(libc_alloc_aligned, aligned_alloc,
	TP_PROTO(const void *call_site, size_t alignment, size_t bytes, const void *ptr),
	TP_ARGS(call_site, alignment, bytes, ptr)
);

DEFINE_EVENT(libc_alloc_aligned, memalign,
	TP_PROTO(const void *call_site, size_t alignment, size_t bytes, const void *ptr),
	TP_ARGS(call_site, alignment, bytes, ptr)
);

/* A failure (ret is then its errno) leaves the caller's pointer alone; ptr is 0 in the record. */
TRACE_EVENT(posix_memalign,
	TP_PROTO(const void *call_site, size_t alignment, size_t bytes, const void *ptr, int ret),
	TP_ARGS(call_site, alignment, bytes, ptr, ret),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(size_t, alignment)
		__field(size_t, bytes)
		__field(const void *, ptr)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->alignment = alignment;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
		__entry->ret = ret;
	),
	TP_printk("call_site=%pS alignment=%zu bytes=%zu ptr=%p ret=%d", __entry->call_site,
		__entry->alignment, __entry->bytes, __entry->ptr, __entry->ret)
);

TRACE_EVENT(calloc,
	TP_PROTO(const void *call_site, size_t count, size_t bytes, const void *ptr),
	TP_ARGS(call_site, count, bytes, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(size_t, count)
		__field(size_t, bytes)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->count = count;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS count=%zu bytes=%zu ptr=%p",
		__entry->call_site, __entry->count, __entry->bytes, __entry->ptr)
);

TRACE_EVENT(realloc,
	TP_PROTO(const void *call_site, const void *old, size_t bytes, const void *ptr),
	TP_ARGS(call_site, old, bytes, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(const void *, old)
		__field(size_t, bytes)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->old = old;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS old=%p bytes=%zu ptr=%p",
		__entry->call_site, __entry->old, __entry->bytes, __entry->ptr)
);

TRACE_EVENT(reallocarray,
	TP_PROTO(const void *call_site, const void *old, size_t count, size_t bytes,
		 const void *ptr),
	TP_ARGS(call_site, old, count, bytes, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(const void *, old)
		__field(size_t, count)
		__field(size_t, bytes)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->old = old;
		__entry->count = count;
		__entry->bytes = bytes;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS old=%p count=%zu bytes=%zu ptr=%p", __entry->call_site,
		__entry->old, __entry->count, __entry->bytes, __entry->ptr)
);

TRACE_EVENT(free,
	TP_PROTO(const void *call_site, const void *ptr),
	TP_ARGS(call_site, ptr),
	TP_STRUCT__entry(
		__field(const void *, call_site)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%pS ptr=%p", __entry->call_site, __entry->ptr)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE libc_trace
#include <oriel/define_trace.h>
