/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "check": a function that is never called holds the print format's
 * expressions, so that a wrong field name is the compiler's error. Nothing prints in the program.
 * Also, whether the class has data of varying length.
 */
#include <oriel/stages/reset.h>
#include <oriel/stages/dynamic.h>
#include <oriel/stages/access.h>

#define REC __entry
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)
#define __dynamic_array(type, item, len) || 1
#define __rel_dynamic_array(type, item, len) || 1
#define ORIEL_DYNAMIC(type_text, item) __dynamic_array(char, item, -1)
#define ORIEL_REL_DYNAMIC(type_text, item) __rel_dynamic_array(char, item, -1)

#define __get_bitmask(field) ((char *)__get_dynamic_array(field))
#define __get_cpumask(field) ((char *)__get_dynamic_array(field))
#define __get_rel_bitmask(field) ((char *)__get_rel_dynamic_array(field))
#define __get_rel_cpumask(field) ((char *)__get_rel_dynamic_array(field))
#define __print_flags(value, ...) ((void)(value), "")
#define __print_flags_u64(value, ...) ((void)(value), "")
#define __print_symbolic(value, ...) ((void)(value), "")
#define __print_symbolic_u64(value, ...) ((void)(value), "")
#define __print_hex(buf, len) ((void)(buf), (void)(len), "")
#define __print_hex_str(buf, len) ((void)(buf), (void)(len), "")
#define __print_array(array, count, el_size) ((void)(array), (void)(count), (void)(el_size), "")
#define __print_dynamic_array(array, el_size) ((void)(el_size), "")
#define __print_hex_dump(prefix, type, row, group, buf, len, ascii) ((void)(buf), (void)(len), "")
#define __print_ns_to_secs(value) ((unsigned long long)(value) / 1000000000ULL)
#define __print_ns_without_secs(value) ((unsigned int)((unsigned long long)(value) % 1000000000ULL))
#define TP_printk(...) oriel_printk_check(__VA_ARGS__);

#ifndef ORIEL_PRINTK_CHECK
#define ORIEL_PRINTK_CHECK
/* What print formats of the kernel's may use besides the record: "p", to which their helpers
 * append, and, as one does by mistake, "ret". */
struct trace_seq;
__attribute__((unused)) static inline void oriel_printk_check(const char *fmt, ...)
{
	(void)fmt;
}
#endif

/* ORIEL_DYNAMIC_<class>: room on the stack for data of varying length, 0 where a class has none. */
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print) \
	enum { ORIEL_DYNAMIC_##name = (0 tstruct) ? ORIEL_SMALL : 0 }; \
	__attribute__((unused)) static inline void oriel_print_##name( \
		struct trace_event_raw_##name *__entry, struct trace_seq *p, int ret) \
	{ \
		if (0) { \
			(void)__entry, (void)p, (void)ret; \
			print \
		} \
	}
#define DEFINE_EVENT(template_, name, proto, args)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print) \
	__attribute__((unused)) static inline void oriel_print_##template_##name( \
		struct trace_event_raw_##template_ *__entry, struct trace_seq *p, int ret) \
	{ \
		if (0) { \
			(void)__entry, (void)p, (void)ret; \
			print \
		} \
	}
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
