/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "event": the tracepoint, the event that it records, and what a site that
 * is on jumps to.
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
	struct tracepoint __tracepoint_##name = { #name,   STATIC_KEY_FALSE_INIT, 0, reg, unreg, \
						  { 0, 0 } };

/*
 * What a site that is on jumps to. It hands its arguments on as they are; only a tracepoint with
 * probes of the program's own takes the longer way, which has to keep them: first the probes, then
 * the record.
 */
#define ORIEL_PROBES(name, proto, args, then) \
	__attribute__((__noinline__, cold)) static void oriel_probes_##name(void *__data, proto) \
	{ \
		int oriel_phase; \
		struct oriel_probe *oriel_p = \
			oriel_probes_enter(&__tracepoint_##name, &oriel_phase); \
		(void)__data; \
		for (; oriel_p; oriel_p = __atomic_load_n(&oriel_p->next, __ATOMIC_ACQUIRE)) \
			((void (*)(void *__data, proto))oriel_p->func)(oriel_p->data, args); \
		oriel_probes_leave(oriel_phase); \
		then; \
	}
#define ORIEL_HAS_PROBES(name) \
	ORIEL_UNLIKELY(__atomic_load_n(&__tracepoint_##name.probes, __ATOMIC_RELAXED) != 0)

#define ORIEL_EVENT(template_, name, proto, args, print_fmt, reg, unreg) \
	ORIEL_TRACEPOINT(name, PARAMS(proto), PARAMS(args), reg, unreg) \
	static struct trace_event_call event_##name = { 0, \
							0, \
							0, \
							0, \
							0, \
							&__tracepoint_##name, \
							ORIEL_STR(TRACE_SYSTEM), \
							#name, \
							print_fmt, \
							trace_event_fields_##template_, \
							0, \
							0, \
							{ 0, 0, 0, 0 } }; \
	static struct trace_event_call *const __event_##name ORIEL_RETAIN \
		__attribute__((section("oriel_events"))) = &event_##name; \
	ORIEL_PROBES(name, PARAMS(proto), PARAMS(args), \
		     trace_event_raw_event_##template_(&event_##name, args)) \
	void __traceiter_##name(void *__data, proto) \
	{ \
		if (ORIEL_HAS_PROBES(name)) \
			oriel_probes_##name(__data, args); \
		else \
			trace_event_raw_event_##template_(&event_##name, args); \
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
	ORIEL_PROBES(name, PARAMS(proto), PARAMS(args), (void)0) \
	void __traceiter_##name(void *__data, proto) \
	{ \
		oriel_probes_##name(__data, args); \
	}
#define DECLARE_TRACE_CONDITION(name, proto, args, cond) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
