/* SPDX-License-Identifier: MIT */
/* Events of a program, named and shaped like the kernel's allocator events. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kmem

#if !defined(KMEM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KMEM_TRACE_H

#include <oriel/tracepoint.h>
#include <stddef.h>

TRACE_EVENT(kmalloc,
	TP_PROTO(unsigned long call_site, const void *ptr, size_t bytes_req, size_t bytes_alloc),
	TP_ARGS(call_site, ptr, bytes_req, bytes_alloc),
	TP_STRUCT__entry(
		__field(unsigned long, call_site)
		__field(const void *, ptr)
		__field(size_t, bytes_req)
		__field(size_t, bytes_alloc)
		__field(unsigned long, gfp_flags)
		__field(int, node)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->ptr = ptr;
		__entry->bytes_req = bytes_req;
		__entry->bytes_alloc = bytes_alloc;
		__entry->gfp_flags = 0xcc0;
		__entry->node = -1;
	),
	TP_printk("call_site=%lx ptr=%p bytes_req=%zu bytes_alloc=%zu gfp_flags=%lx node=%d",
		  __entry->call_site, __entry->ptr, __entry->bytes_req, __entry->bytes_alloc,
		  __entry->gfp_flags, __entry->node)
);

TRACE_EVENT(kfree,
	TP_PROTO(unsigned long call_site, const void *ptr),
	TP_ARGS(call_site, ptr),
	TP_STRUCT__entry(
		__field(unsigned long, call_site)
		__field(const void *, ptr)
	),
	TP_fast_assign(
		__entry->call_site = call_site;
		__entry->ptr = ptr;
	),
	TP_printk("call_site=%lx ptr=%p", __entry->call_site, __entry->ptr)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE kmem_trace
#include <oriel/define_trace.h>
