/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Reading for use: each event becomes trace_<name>() and its companions.
 */
#include <oriel/stages/reset.h>
#undef TRACE_EVENT
#undef TRACE_EVENT_FN
#undef TRACE_EVENT_FN_COND
#undef TRACE_EVENT_CONDITION
#undef TRACE_EVENT_NOP
#undef DEFINE_EVENT_CONDITION
#undef DEFINE_EVENT_NOP
#undef ORIEL_DECLARE_TRACE

#ifndef ORIEL_NOP_TRACE
#ifdef __cplusplus
template <class... Args> static inline void oriel_unused(int, const Args &...)
{
}
#else
__attribute__((unused)) static inline void oriel_unused(int first, ...)
{
	(void)first;
}
#endif

#define ORIEL_NOP_TRACE(name, proto, args) \
	__attribute__((unused)) static inline void trace_##name(proto) \
	{ \
		if (0) \
			oriel_unused(0, args); \
	} \
	ORIEL_INLINE bool trace_##name##_enabled(void) \
	{ \
		return false; \
	} \
	ORIEL_RCUIDLE(name, PARAMS(proto), PARAMS(args))

/* Older kernel source's name for a call from the idle loop. */
#define ORIEL_RCUIDLE(name, proto, args) \
	__attribute__((unused)) static inline void trace_##name##_rcuidle(proto) \
	{ \
		trace_##name(args); \
	}
#endif

#ifndef ORIEL_DISABLE
#define ORIEL_DECLARE_TRACE(name, proto, args, cond) \
	ORIEL_BEGIN_DECLS \
	extern struct tracepoint __tracepoint_##name; \
	extern void __traceiter_##name(void *__data, proto); \
	ORIEL_END_DECLS \
	ORIEL_INLINE void trace_##name(proto) \
	{ \
		if (static_branch_unlikely(&__tracepoint_##name.key)) { \
			if (cond) \
				__traceiter_##name(0, args); \
		} \
	} \
	ORIEL_INLINE bool trace_##name##_enabled(void) \
	{ \
		return static_branch_unlikely(&__tracepoint_##name.key); \
	} \
	ORIEL_RCUIDLE(name, PARAMS(proto), PARAMS(args)) \
	__attribute__((unused)) static inline int register_trace_##name( \
		void (*probe)(void *__data, proto), void *data) \
	{ \
		return oriel_probe_register(&__tracepoint_##name, (void *)probe, data); \
	} \
	__attribute__((unused)) static inline int unregister_trace_##name( \
		void (*probe)(void *__data, proto), void *data) \
	{ \
		return oriel_probe_unregister(&__tracepoint_##name, (void *)probe, data); \
	} \
	__attribute__((unused)) static inline void check_trace_callback_type_##name( \
		void (*cb)(void *__data, proto)) \
	{ \
		(void)cb; \
	}
#else
#define ORIEL_DECLARE_TRACE(name, proto, args, cond) \
	ORIEL_NOP_TRACE(name, PARAMS(proto), PARAMS(args)) \
	__attribute__((unused)) static inline int register_trace_##name( \
		void (*probe)(void *__data, proto), void *data) \
	{ \
		(void)probe, (void)data; \
		return -ENOSYS; \
	} \
	__attribute__((unused)) static inline int unregister_trace_##name( \
		void (*probe)(void *__data, proto), void *data) \
	{ \
		(void)probe, (void)data; \
		return -ENOSYS; \
	} \
	__attribute__((unused)) static inline void check_trace_callback_type_##name( \
		void (*cb)(void *__data, proto)) \
	{ \
		(void)cb; \
	}
#endif

#define DECLARE_TRACE(name, proto, args) ORIEL_DECLARE_TRACE(name, PARAMS(proto), PARAMS(args), 1)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond) \
	ORIEL_DECLARE_TRACE(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define TRACE_EVENT(name, proto, args, tstruct, assign, print) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define TRACE_EVENT_FN(name, proto, args, tstruct, assign, print, reg, unreg) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define TRACE_EVENT_FN_COND(name, proto, args, cond, tstruct, assign, print, reg, unreg) \
	DECLARE_TRACE_CONDITION(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define TRACE_EVENT_CONDITION(name, proto, args, cond, tstruct, assign, print) \
	DECLARE_TRACE_CONDITION(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template_, name, proto, args) DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_CONDITION(template_, name, proto, args, cond) \
	DECLARE_TRACE_CONDITION(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
/* An event that is compiled out in this configuration: its calls remain, as nothing. */
#define TRACE_EVENT_NOP(name, proto, args, tstruct, assign, print) \
	ORIEL_NOP_TRACE(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_NOP(template_, name, proto, args) \
	ORIEL_NOP_TRACE(name, PARAMS(proto), PARAMS(args))
