/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "struct": the record of each class, and the values that stand for names
 * in print formats.
 */
#include <oriel/stages/reset.h>
#include <oriel/stages/dynamic.h>
#undef TRACE_DEFINE_ENUM
#undef TRACE_DEFINE_SIZEOF

#define TP_printk(fmt, ...)
#define __field(type, item) type item;
#define __field_struct(type, item) type item;
#define __array(type, item, len) type item[len];
#define __dynamic_array(type, item, len) uint32_t __data_loc_##item;
#define __rel_dynamic_array(type, item, len) uint32_t __rel_loc_##item;
#define ORIEL_DYNAMIC(type_text, item) __dynamic_array(char, item, -1)
#define ORIEL_REL_DYNAMIC(type_text, item) __rel_dynamic_array(char, item, -1)

#define ORIEL_EVAL(id, text, value) \
	static const struct trace_eval_map id = { ORIEL_STR(TRACE_SYSTEM), text, value }; \
	static const struct trace_eval_map *const ORIEL_CAT(id, _ref) ORIEL_RETAIN \
		__attribute__((section("oriel_evals"))) = &id;
#define TRACE_DEFINE_ENUM(a) ORIEL_EVAL(ORIEL_CAT(oriel_eval_, __COUNTER__), #a, (long long)(a))
#define TRACE_DEFINE_SIZEOF(a) \
	ORIEL_EVAL(ORIEL_CAT(oriel_eval_, __COUNTER__), "sizeof(" #a ")", (long long)sizeof(a))

#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print) \
	struct trace_event_raw_##name { \
		struct trace_entry ent; \
		tstruct char __data[]; \
	};
#define DEFINE_EVENT(template_, name, proto, args)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print)
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
