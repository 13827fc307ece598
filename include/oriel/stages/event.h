/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "event": the tracepoint, the event that it records, and what a site that is on jumps to.
 */
#include <oriel/stages/reset.h>
#include <oriel/stages/dynamic.h>

#define TP_printk(fmt, ...)
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)
#define __dynamic_array(type, item, len)
#define __rel_dynamic_array(type, item, len)
#define ORIEL_DYNAMIC(type_text, item) __dynamic_array(char, item, -1)
#define ORIEL_REL_DYNAMIC(type_text, item) __rel_dynamic_array(char, item, -1)

#define ORIEL_TRACEPOINT(name, proto, args, reg, unreg) \
	struct tracepoint __tracepoint_##name = { #name, STATIC_KEY_FALSE_INIT, 0, reg, unreg, { 0, 0 } };

/* The program's own probes of a tracepoint, after the record is made. */
#define ORIEL_CALL_PROBES(name, proto, args) \
	if (ORIEL_UNLIKELY(__atomic_load_n(&__tracepoint_##name.probes, __ATOMIC_RELAXED) != 0)) { \
		int oriel_phase; \
		struct oriel_probe *oriel_p = oriel_probes_enter(&__tracepoint_##name, &oriel_phase); \
		for (; oriel_p; oriel_p = __atomic_load_n(&oriel_p->next, __ATOMIC_ACQUIRE)) \
			((void (*)(void *__data, proto))oriel_p->func)(oriel_p->data, args); \
		oriel_probes_leave(oriel_phase); \
	}

#define ORIEL_EVENT(template_, name, proto, args, print_fmt, reg, unreg) \
	ORIEL_TRACEPOINT(name, PARAMS(proto), PARAMS(args), reg, unreg) \
	static struct trace_event_call event_##name = { \
		0, 0, 0, 0, 0, &__tracepoint_##name, ORIEL_STR(TRACE_SYSTEM), #name, print_fmt, \
		trace_event_fields_##template_, 0, 0, { 0, 0, 0, 0 } \
	}; \
	static struct trace_event_call *const __event_##name ORIEL_RETAIN \
		__attribute__((section("oriel_events"))) = &event_##name; \
	void __traceiter_##name(void *__data, proto) \
	{ \
		oriel_commit_fn oriel_commit = __atomic_load_n(&event_##name.commit, __ATOMIC_ACQUIRE); \
		(void)__data; \
		if (ORIEL_LIKELY(oriel_commit != 0)) \
			trace_event_raw_event_##template_(&event_##name, oriel_commit, args); \
		ORIEL_CALL_PROBES(name, PARAMS(proto), PARAMS(args)) \
	}

#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template_, name, proto, args) \
	ORIEL_EVENT(template_, name, PARAMS(proto), PARAMS(args), print_fmt_##template_, 0, 0)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg) \
	ORIEL_EVENT(template_, name, PARAMS(proto), PARAMS(args), print_fmt_##template_, reg, unreg)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print) \
	ORIEL_EVENT(template_, name, PARAMS(proto), PARAMS(args), print_fmt_##template_##name, 0, 0)

/* A tracepoint without an event: for probes of the program's own only. */
#define DECLARE_TRACE(name, proto, args) \
	ORIEL_TRACEPOINT(name, PARAMS(proto), PARAMS(args), 0, 0) \
	void __traceiter_##name(void *__data, proto) \
	{ \
		(void)__data; \
		ORIEL_CALL_PROBES(name, PARAMS(proto), PARAMS(args)) \
	}
#define DECLARE_TRACE_CONDITION(name, proto, args, cond) DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
