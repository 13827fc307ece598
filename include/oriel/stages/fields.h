/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "fields": what the format file says of each class, its fields and its
 * print format as text, in which __entry reads REC.
 */
#include <oriel/stages/reset.h>
#include <oriel/stages/dynamic.h>
#undef REC

#define ORIEL_FIELD(type, item, size, align, len, is_signed) \
	{ type, item, (uint16_t)(size), (uint16_t)(align), len, is_signed },
/* As in the kernel a field's type is shown with its macros expanded, an array's as it is. */
#define __field(type, item) \
	ORIEL_FIELD(ORIEL_STR(type), #item, sizeof(type), __alignof__(type), 0, \
		    ORIEL_IS_SIGNED(type))
#define __field_struct(type, item) \
	ORIEL_FIELD(ORIEL_STR(type), #item, sizeof(type), __alignof__(type), 0, 0)
#define __array(type, item, len) \
	ORIEL_FIELD(#type, #item, sizeof(type) * (len), __alignof__(type), len, \
		    ORIEL_IS_SIGNED(type))
#define __rel_dynamic_array(type, item, len) \
	ORIEL_FIELD("__rel_loc " #type "[]", #item, 4, 4, 0, ORIEL_IS_SIGNED(type))
#define ORIEL_DYNAMIC(type_text, item) ORIEL_FIELD("__data_loc " type_text, #item, 4, 4, 0, 0)
#define ORIEL_REL_DYNAMIC(type_text, item) ORIEL_FIELD("__rel_loc " type_text, #item, 4, 4, 0, 0)
#define __dynamic_array(type, item, len) \
	ORIEL_FIELD("__data_loc " #type "[]", #item, 4, 4, 0, ORIEL_IS_SIGNED(type))

#define __entry REC
#define TP_printk(fmt, ...) "\"" fmt "\", " ORIEL_STR(__VA_ARGS__)

#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print) \
	__attribute__(( \
		unused)) static const struct trace_event_fields trace_event_fields_##name[] = { \
		tstruct{ 0, 0, 0, 0, 0, 0 } \
	}; \
	__attribute__((unused)) static const char print_fmt_##name[] = print;
#define DEFINE_EVENT(template_, name, proto, args)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print) \
	static const char print_fmt_##template_##name[] = print;
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
