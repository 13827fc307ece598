/* SPDX-License-Identifier: MIT */
/*
 * Tracepoints and events, with the kernel's names, meaning and include protocol
 * (linux/tracepoint.h).
 *
 * A header declares events; it is included by every file that calls trace_<name>(). One C or C++
 * file of the program defines CREATE_TRACE_POINTS before it includes that header, and so makes the
 * events; that needs the header's folder on the include path when TRACE_INCLUDE_PATH is ".":
 *
 *	#undef TRACE_SYSTEM
 *	#define TRACE_SYSTEM db
 *	#if !defined(DB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
 *	#define DB_TRACE_H
 *	#include <oriel/tracepoint.h>
 *
 *	TRACE_EVENT(query,
 *		TP_PROTO(uint64_t id, const char *text),
 *		TP_ARGS(id, text),
 *		TP_STRUCT__entry(__field(uint64_t, id) __string(text, text)),
 *		TP_fast_assign(__entry->id = id; __assign_str(text);),
 *		TP_printk("id=%lu text=%s", __entry->id, __get_str(text)));
 *
 *	#endif
 *	#undef TRACE_INCLUDE_PATH
 *	#define TRACE_INCLUDE_PATH .
 *	#undef TRACE_INCLUDE_FILE
 *	#define TRACE_INCLUDE_FILE db_trace
 *	#include <oriel/define_trace.h>
 *
 * For each event there are
 *	trace_query(id, text)		records it; one NOP while nobody listens
 *	trace_query_enabled()		is anybody listening? For arguments that are costly to make
 *	register_trace_query(fn, data)	calls fn(data, id, text) at each occurrence; 0 or -errno
 *	unregister_trace_query(fn, data)	undoes that; returns when nobody is in fn
 *
 * trace_<name>() may be called in every context: signal handlers, constructors, inside malloc,
 * after fork. It takes no lock, makes no system call but a few in the first event of a thread and
 * in a child of vfork(), and changes neither errno nor anything else of the caller's.
 *
 * With ORIEL_DISABLE defined all of it compiles to nothing and needs no library;
 * register_trace_<name>() then returns -ENOSYS.
 */
#ifndef ORIEL_TRACEPOINT_H
#define ORIEL_TRACEPOINT_H

#include <errno.h>
#include <oriel/static_key.h>
#include <string.h>

#define PARAMS(...) __VA_ARGS__
#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...) __VA_ARGS__
#define TP_CONDITION(...) __VA_ARGS__
/* What perf counts by in the kernel; here the argument itself. */
#define __perf_addr(a) (a)
#define __perf_count(c) (c)
#define __perf_task(t) (t)

#ifndef TASK_COMM_LEN
#define TASK_COMM_LEN 16
#endif

ORIEL_BEGIN_DECLS

struct oriel_probe;

struct tracepoint {
	const char *name;
	struct static_key_false key;
	struct oriel_probe *probes;	/* the program's own, newest last */
	/* TRACE_EVENT_FN: called before the first use and after the last, wherever a change is
	   applied, which may be the nudge's signal handler: they must be async-signal-safe, or the
	   program calls oriel_start() under ORIEL_CONTROL=thread. */
	int (*regfunc)(void);
	void (*unregfunc)(void);
	void *reserved[2];
};

#ifndef ORIEL_DISABLE
/**
 * oriel_probe_register() - call @func(@data, ...) at each occurrence of a tracepoint
 *
 * What register_trace_<name>() is made of. Any thread, not in a signal handler.
 * Return: 0, -EEXIST when this pair is registered already, -ENOSPC when 1,024 probes are
 * registered, or what the event's registration function (TRACE_EVENT_FN) returned.
 */
int oriel_probe_register(struct tracepoint *tp, void *func, void *data);

/**
 * oriel_probe_unregister() - undo oriel_probe_register()
 *
 * Returns after every thread that was in the probe has left it; must not be called from a probe.
 * Return: 0, or -ENOENT when the pair is not registered.
 */
int oriel_probe_unregister(struct tracepoint *tp, void *func, void *data);
#endif

ORIEL_END_DECLS

#endif /* ORIEL_TRACEPOINT_H */

/*
 * What the macros mean when a header is read for use. define_trace.h redefines them while it makes
 * the events, and includes this part again at its end.
 */
#ifndef ORIEL_TRACE_DECLARE
#define ORIEL_TRACE_DECLARE
#include <oriel/stages/declare.h>
#endif
