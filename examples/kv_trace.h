/* SPDX-License-Identifier: MIT */
/*
 * The events of oriel-kv. Files that call trace_<name>() include this header; server.c makes the
 * events by defining CREATE_TRACE_POINTS before it.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kv

#if !defined(KV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KV_TRACE_H

#include <oriel/tracepoint.h>

#include "kv.h"

/* Names for the numbers in the print formats; the values go into the trace file. */
TRACE_DEFINE_ENUM(KV_GET);
TRACE_DEFINE_ENUM(KV_SET);
TRACE_DEFINE_ENUM(KV_DELETE);
TRACE_DEFINE_ENUM(KV_DONE);
TRACE_DEFINE_ENUM(KV_MISSING);
TRACE_DEFINE_ENUM(KV_NO_MEMORY);

#define kv_show_op(op) \
	__print_symbolic(op, { KV_GET, "get" }, { KV_SET, "set" }, { KV_DELETE, "delete" })
#define kv_show_status(status) \
	__print_symbolic(status, { KV_DONE, "done" }, { KV_MISSING, "missing" }, \
			 { KV_NO_MEMORY, "no memory" })

TRACE_EVENT(connection_open,
	TP_PROTO(uint64_t conn, const char *peer),
	TP_ARGS(conn, peer),
	TP_STRUCT__entry(
		__field(uint64_t, conn)
		__string(peer, peer)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__assign_str(peer, peer);
	),
	TP_printk("conn=%lu peer=%s", __entry->conn, __get_str(peer))
);

TRACE_EVENT(connection_close,
	TP_PROTO(uint64_t conn, uint64_t requests, uint64_t bytes_in, uint64_t bytes_out),
	TP_ARGS(conn, requests, bytes_in, bytes_out),
	TP_STRUCT__entry(
		__field(uint64_t, conn)
		__field(uint64_t, requests)
		__field(uint64_t, bytes_in)
		__field(uint64_t, bytes_out)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->requests = requests;
		__entry->bytes_in = bytes_in;
		__entry->bytes_out = bytes_out;
	),
	TP_printk("conn=%lu requests=%lu bytes_in=%lu bytes_out=%lu", __entry->conn,
		__entry->requests, __entry->bytes_in, __entry->bytes_out)
);

/* size: bytes of the value that the client sends. The key is not a C string, so it has a length. */
TRACE_EVENT(request,
	TP_PROTO(uint64_t conn, uint64_t request, int op, const char *key, size_t key_len,
		 uint32_t size),
	TP_ARGS(conn, request, op, key, key_len, size),
	TP_STRUCT__entry(
		__field(uint64_t, conn)
		__field(uint64_t, request)
		__field(int, op)
		__field(uint32_t, size)
		__string_len(key, key, key_len)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->request = request;
		__entry->op = op;
		__entry->size = size;
		__assign_str_len(key, key, key_len);
	),
	TP_printk("conn=%lu request=%lu op=%s key=%s size=%u", __entry->conn, __entry->request,
		kv_show_op(__entry->op), __get_str(key), __entry->size)
);

/* size: bytes of the value that the server sends. */
TRACE_EVENT(reply,
	TP_PROTO(uint64_t conn, uint64_t request, int status, uint32_t size),
	TP_ARGS(conn, request, status, size),
	TP_STRUCT__entry(
		__field(uint64_t, conn)
		__field(uint64_t, request)
		__field(int, status)
		__field(uint32_t, size)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->request = request;
		__entry->status = status;
		__entry->size = size;
	),
	TP_printk("conn=%lu request=%lu status=%s size=%u", __entry->conn, __entry->request,
		kv_show_status(__entry->status), __entry->size)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE kv_trace
#include <oriel/define_trace.h>
