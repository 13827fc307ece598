/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Stage "record": how each class builds and appends its record.
 *
 * oriel_layout_<class>() gives the dynamic data its places and copies strings at once: it runs in
 * order of the data, so a string may be stored 16 bytes at a time. trace_event_raw_event_<class>()
 * lays out on its stack, runs the assignments and appends; it takes short strings and small arrays
 * only, and so needs no call but the append. All else goes to oriel_large_<class>(), which measures
 * first and takes a buffer of the right size. Only there strings are cut, when the record would not
 * fit a page.
 */
#include <oriel/stages/reset.h>
#include <oriel/stages/access.h>

#define TP_printk(fmt, ...)
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)

#define ORIEL_HEAD __builtin_offsetof(__typeof__(*__entry), __data)
#define ORIEL_DATA ((char *)__entry + ORIEL_HEAD + oriel_size)
#define ORIEL_ROOM (oriel_room > oriel_size ? oriel_room - oriel_size : 0)
#define ORIEL_PLACE(item, bytes) \
	{ \
		uint32_t oriel_bytes = (bytes); \
		__entry->__data_loc_##item = (uint32_t)(ORIEL_HEAD + oriel_size) | oriel_bytes \
											   << 16; \
		oriel_size += oriel_bytes; \
	}
#define ORIEL_PLACE_REL(item, bytes) \
	{ \
		uint32_t oriel_bytes = (bytes); \
		__entry->__rel_loc_##item = \
			(uint32_t)(ORIEL_HEAD + oriel_size - \
				   __builtin_offsetof(__typeof__(*__entry), __rel_loc_##item) - \
				   4) | \
			oriel_bytes << 16; \
		oriel_size += oriel_bytes; \
	}
#define ORIEL_STRING(src, max) \
	(oriel_large ? oriel_string_any(ORIEL_DATA, (const char *)(src), max, ORIEL_ROOM, \
					oriel_wide == ORIEL_CUT) : \
		       oriel_string_short(ORIEL_SHORT, (const char *)(src), max, oriel_wide))
#define ORIEL_SHORT (oriel_size <= ORIEL_SMALL ? ORIEL_DATA : (char *)__entry)
#define ORIEL_STRING_LEN(src, len) ORIEL_STRING(src, oriel_length(len))
#define ORIEL_VSTRING(fmt, ap) \
	(oriel_large ? oriel_vstring(ORIEL_DATA, ORIEL_ROOM, oriel_wide == ORIEL_CUT, fmt, ap) : \
		       ORIEL_TOO_LARGE)
#define ORIEL_BITMASK_BYTES(nr_bits) \
	oriel_array_bytes(((long long)(nr_bits) + 8 * (long long)sizeof(long) - 1) / \
				  (8 * (long long)sizeof(long)), \
			  sizeof(long))
#ifndef nr_cpumask_bits
#define ORIEL_CPUMASK_BITS 1024
#else
#define ORIEL_CPUMASK_BITS nr_cpumask_bits
#endif

#define __dynamic_array(type, item, len) ORIEL_PLACE(item, oriel_array_bytes(len, sizeof(type)))
#define __string(item, src) ORIEL_PLACE(item, ORIEL_STRING(src, 65535))
#define __string_len(item, src, len) ORIEL_PLACE(item, ORIEL_STRING_LEN(src, len))
#define __vstring(item, fmt, ap) ORIEL_PLACE(item, ORIEL_VSTRING(fmt, ap))
#define __bitmask(item, nr_bits) ORIEL_PLACE(item, ORIEL_BITMASK_BYTES(nr_bits))
#define __cpumask(item) __bitmask(item, ORIEL_CPUMASK_BITS)
#define __sockaddr(item, len) __dynamic_array(char, item, len)
#define __rel_dynamic_array(type, item, len) \
	ORIEL_PLACE_REL(item, oriel_array_bytes(len, sizeof(type)))
#define __rel_string(item, src) ORIEL_PLACE_REL(item, ORIEL_STRING(src, 65535))
#define __rel_string_len(item, src, len) \
	ORIEL_PLACE_REL(item, ORIEL_STRING_LEN(src, len))
#define __rel_vstring(item, fmt, ap) ORIEL_PLACE_REL(item, ORIEL_VSTRING(fmt, ap))
#define __rel_bitmask(item, nr_bits) ORIEL_PLACE_REL(item, ORIEL_BITMASK_BYTES(nr_bits))
#define __rel_cpumask(item) __rel_bitmask(item, ORIEL_CPUMASK_BITS)
#define __rel_sockaddr(item, len) __rel_dynamic_array(char, item, len)

/* Strings are in place already; the others copy what the layout made room for. */
#define __assign_str(dst, ...) (void)__entry->__data_loc_##dst
#define __assign_str_len(dst, src, len) (void)__entry->__data_loc_##dst
#define __assign_vstr(dst, fmt, ap) (void)__entry->__data_loc_##dst
#define __assign_rel_str(dst, ...) (void)__entry->__rel_loc_##dst
#define __assign_rel_str_len(dst, src, len) (void)__entry->__rel_loc_##dst
#define __assign_rel_vstr(dst, fmt, ap) (void)__entry->__rel_loc_##dst
#define __get_bitmask(field) ((unsigned long *)__get_dynamic_array(field))
#define __get_rel_bitmask(field) ((unsigned long *)__get_rel_dynamic_array(field))
#define __get_cpumask(field) ((unsigned long *)__get_dynamic_array(field))
#define __get_rel_cpumask(field) ((unsigned long *)__get_rel_dynamic_array(field))
#define __assign_bitmask(dst, src, nr_bits) \
	memcpy(__get_bitmask(dst), (src), __get_dynamic_array_len(dst))
#define __assign_cpumask(dst, src) memcpy(__get_bitmask(dst), (src), __get_dynamic_array_len(dst))
#define __assign_sockaddr(dst, src, len) \
	memcpy(__get_dynamic_array(dst), (src), __get_dynamic_array_len(dst))
#define __assign_rel_bitmask(dst, src, nr_bits) \
	memcpy(__get_rel_bitmask(dst), (src), __get_rel_dynamic_array_len(dst))
#define __assign_rel_cpumask(dst, src) \
	memcpy(__get_rel_bitmask(dst), (src), __get_rel_dynamic_array_len(dst))
#define __assign_rel_sockaddr(dst, src, len) \
	memcpy(__get_rel_dynamic_array(dst), (src), __get_rel_dynamic_array_len(dst))

/* A second name for __entry where the source is the kernel's: oriel-linux/trace/define_trace.h. */
#ifndef ORIEL_ENTRY_ALIAS
#define ORIEL_ENTRY_ALIAS(name)
#endif

#ifndef ORIEL_RECORD_FUNCTIONS
#define ORIEL_RECORD_FUNCTIONS
/*
 * Asking for its frame's address makes a function keep a frame pointer, whatever the program is
 * compiled with: so a stack trace always has the function in which the event fired.
 */
#define ORIEL_KEEP_FRAME __asm__ volatile("" : : "r"(__builtin_frame_address(0)))

ORIEL_INLINE uint32_t oriel_length(long long len)
{
	return len < 0 ? 0 : len > 65535 ? 65535 : (uint32_t)len;
}

/* Bytes of a record up to its last word, whose rest is cleared: the buffer has room for that. */
ORIEL_INLINE uint32_t oriel_close(void *entry, uint32_t len)
{
	char *end = (char *)entry + len;

	__asm__("" : "+r"(end));
	__builtin_memset(end, 0, 4);
	return (len + 3) & ~3U;
}
#endif

#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print) \
	ORIEL_INLINE uint32_t oriel_layout_##name(struct trace_event_raw_##name *__entry, \
						  uint32_t oriel_room, int32_t oriel_wide, \
						  const bool oriel_large, proto) \
	{ \
		uint32_t oriel_size = 0; \
		(void)__entry, (void)oriel_room, (void)oriel_wide, (void)oriel_large; \
		tstruct return oriel_size; \
	} \
	ORIEL_INLINE void oriel_assign_##name(struct trace_event_raw_##name *__entry, proto) \
	{ \
		ORIEL_ENTRY_ALIAS(name) \
		(void)__entry; \
		assign \
	} \
	__attribute__((__noinline__, unused)) static void oriel_large_##name( \
		struct trace_event_call *__call, oriel_commit_fn oriel_commit, proto) \
	{ \
		struct trace_event_raw_##name oriel_measured, *__entry = &oriel_measured; \
		ORIEL_KEEP_FRAME; \
		uint32_t oriel_size = oriel_layout_##name(__entry, 0, -1, true, args); \
		uint32_t oriel_room = __call->max_len - (uint32_t)ORIEL_HEAD; \
		int32_t oriel_fits = oriel_size <= oriel_room ? -1 : ORIEL_CUT; \
		if (oriel_size < oriel_room) \
			oriel_room = oriel_size; \
		__entry = (struct trace_event_raw_##name *)__builtin_alloca(ORIEL_HEAD + \
									    oriel_room + 32); \
		oriel_size = oriel_layout_##name(__entry, oriel_room, oriel_fits, true, args); \
		if (oriel_size > oriel_room) { \
			oriel_event_drop(__call); \
			return; \
		} \
		oriel_assign_##name(__entry, args); \
		oriel_commit(__call, __entry, \
			     oriel_close(__entry, (uint32_t)ORIEL_HEAD + oriel_size)); \
	} \
	__attribute__((unused)) static void trace_event_raw_event_##name(void *__data, proto) \
	{ \
		struct trace_event_call *__call = (struct trace_event_call *)__data; \
		oriel_commit_fn oriel_commit = __atomic_load_n(&__call->commit, __ATOMIC_ACQUIRE); \
		char oriel_buffer[sizeof(struct trace_event_raw_##name) + ORIEL_DYNAMIC_##name + \
				  32] __attribute__((aligned(16))); \
		struct trace_event_raw_##name *__entry = \
			(struct trace_event_raw_##name *)(void *)oriel_buffer; \
		uint32_t oriel_size; \
		ORIEL_KEEP_FRAME; \
		if (ORIEL_UNLIKELY(!oriel_commit)) \
			return; \
		oriel_size = oriel_layout_##name(__entry, ORIEL_DYNAMIC_##name, __call->wide, \
						 false, args); \
		if (ORIEL_DYNAMIC_##name > 0 && \
		    ORIEL_UNLIKELY(oriel_size > ORIEL_DYNAMIC_##name)) { \
			oriel_large_##name(__call, oriel_commit, args); \
			return; \
		} \
		oriel_assign_##name(__entry, args); \
		oriel_commit(__call, __entry, \
			     ORIEL_DYNAMIC_##name > 0 \
				     ? oriel_close(__entry, (uint32_t)ORIEL_HEAD + oriel_size) \
				     : (uint32_t)(sizeof(*__entry) + 3) & ~3U); \
	}
#define DEFINE_EVENT(template_, name, proto, args)
#define DEFINE_EVENT_FN(template_, name, proto, args, reg, unreg)
#define DEFINE_EVENT_PRINT(template_, name, proto, args, print)
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
