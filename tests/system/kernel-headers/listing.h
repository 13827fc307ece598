/* SPDX-License-Identifier: MIT */
/*
 * For the preprocessor only, behind kernel-types.h: a trace header that is read with these macros
 * becomes a list of its events, with their classes and parameters, for package.py.
 */
#include <linux/tracepoint.h>
#include <oriel/stages/reset.h>
#undef TRACE_EVENT_FN_COND
#undef TRACE_EVENT_CONDITION
#undef DEFINE_EVENT_CONDITION

#define LISTED(system, name, template_, kind, ...) \
	LISTED_(system, name, template_, kind, __VA_ARGS__)
#define LISTED_(system, name, template_, kind, ...) \
	@event system name @of template_ @kind @proto __VA_ARGS__ @end
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template_, name, proto, args) \
	LISTED(TRACE_SYSTEM, name, template_, plain, proto)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg) \
	LISTED(TRACE_SYSTEM, name, template_, plain, proto)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print) \
	LISTED(TRACE_SYSTEM, name, template_, printed, proto)
#define DEFINE_EVENT_CONDITION(template_, name, proto, args, cond) \
	LISTED(TRACE_SYSTEM, name, template_, conditional, proto)
#define TRACE_EVENT_CONDITION(name, proto, args, cond, tstruct, assign, print) \
	LISTED(TRACE_SYSTEM, name, name, conditional, proto)
#define TRACE_EVENT_FN_COND(name, proto, args, cond, tstruct, assign, print, reg, unreg) \
	LISTED(TRACE_SYSTEM, name, name, conditional, proto)
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
