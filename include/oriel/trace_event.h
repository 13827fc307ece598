/* SPDX-License-Identifier: MIT */
/*
 * What the events that define_trace.h makes consist of, and the calls by which they record.
 * Included by it; programs do not need it.
 */
#ifndef ORIEL_TRACE_EVENT_H
#define ORIEL_TRACE_EVENT_H

#include <oriel/tracepoint.h>
#include <stdarg.h>
#include <stdio.h>

ORIEL_BEGIN_DECLS

/* The common fields of every record; the library fills them in. */
struct trace_entry {
	unsigned short type;
	unsigned char flags;
	unsigned char preempt_count;
	int pid;
};

struct trace_event_fields {
	const char *type;		/* NULL ends a table */
	const char *name;
	uint16_t size;
	uint16_t align;
	uint16_t len;			/* elements, for "type name[len]" */
	uint16_t is_signed;
};

struct trace_event_call;
typedef void (*oriel_commit_fn)(struct trace_event_call *call, void *record, uint32_t len);

struct trace_event_call {
	oriel_commit_fn commit;		/* NULL while the event is off */
	const void *rings;
	uint16_t id;
	uint16_t max_len;		/* bytes of the largest record */
	int32_t wide;			/* up to this offset in a page strings may be read 16 bytes
					   at a time; -1: not at all */
	struct tracepoint *tp;
	const char *system;
	const char *name;
	const char *print_fmt;
	const struct trace_event_fields *fields;
	uint32_t slot;			/* in the registry, plus 1; 0: not registered */
	uint32_t flags;
	void *reserved[4];
};

struct trace_eval_map {
	const char *system;
	const char *name;
	long long value;
};

/** oriel_event_drop() - count a record that is too large for a page, or whose lengths make no sense
 */
void oriel_event_drop(struct trace_event_call *call);

/* The probes of a program's own: enter, walk, leave. */
struct oriel_probe {
	void *func;
	void *data;
	struct oriel_probe *next;
};
struct oriel_probe *oriel_probes_enter(struct tracepoint *tp, int *phase);
void oriel_probes_leave(int phase);

ORIEL_END_DECLS

/* Room on the stack for the short strings of an event; other dynamic data takes a buffer of its
 * size. */
#define ORIEL_SMALL 256
#define ORIEL_TOO_LARGE 65536U
#define ORIEL_CUT (-2) /* in place of "wide": the data does not fit */

/* char is unsigned, as in the kernel. */
#ifdef __cplusplus
template <class T, bool = __is_enum(T) || __is_class(T) || __is_union(T)> struct oriel_signed {
	static constexpr bool value = static_cast<T>(-1) < static_cast<T>(1);
};
template <class T> struct oriel_signed<T, true> {
	static constexpr bool value = false;
};
template <class T> struct oriel_signed<T *, false> {
	static constexpr bool value = false;
};
template <> struct oriel_signed<char, false> {
	static constexpr bool value = false;
};
template <> struct oriel_signed<bool, false> {
	static constexpr bool value = false;
};
#define ORIEL_IS_SIGNED(type) (oriel_signed<type>::value)
#else
#define ORIEL_IS_SIGNED(type) \
	(__builtin_types_compatible_p(type, char) || __builtin_types_compatible_p(type, bool) \
		 ? 0 \
		 : (type)-1 < (type)1)
#endif

/* Bytes of a dynamic array; anything that no record can hold counts as 65,536. */
ORIEL_INLINE uint32_t oriel_array_bytes(long long len, unsigned long size)
{
	if (len < 0 || (unsigned long long)len > 65536 / size)
		return 65536;
	return (uint32_t)((unsigned long)len * size);
}

/*
 * oriel_string_any() - lay a string down: bytes needed with NUL. With no @room it only measures.
 * Where not all data fits (@cut) a string takes no more than half of the room that is left, so that
 * what follows finds room too.
 */
__attribute__((__noinline__, unused)) static uint32_t
oriel_string_any(char *dst, const char *src, uint32_t max, uint32_t room, bool cut)
{
	const char *end;
	size_t len;

	if (!src)
		src = "(null)";
	if (max > 65535)
		max = 65535;
	end = (const char *)memchr(src, '\0', max);
	len = end ? (size_t)(end - src) : max;
	if (!room)
		return (uint32_t)len + 1;
	if (len + 1 > room || (cut && len > room / 2))
		len = room / 2;
	memcpy(dst, src, len);
	dst[len] = '\0';
	return (uint32_t)len + 1;
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ORIEL_WIDE 1
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#undef ORIEL_WIDE
#endif
#endif
#endif

/*
 * oriel_string_short() - lay a string of at most 15 bytes down and return the bytes it takes with
 * its NUL, or ORIEL_TOO_LARGE
 *
 * It is found and copied in one 16-byte load and store, which does not cross a page; what is
 * written behind the NUL is overwritten by the data that follows, or is not part of the record.
 * @dst has 16 bytes.
 */
ORIEL_INLINE uint32_t oriel_string_short(char *dst, const char *src, uint32_t max, int32_t wide)
{
#ifdef ORIEL_WIDE
	typedef signed char block __attribute__((vector_size(16), aligned(1), may_alias));

	if (ORIEL_LIKELY(src && (int32_t)((uintptr_t)src & 4095) <= wide && max >= 16)) {
		block b = *(const block *)(const void *)src;
		unsigned int ends = (unsigned int)__builtin_ia32_pmovmskb128(
			(__attribute__((vector_size(16))) char)(b == 0));

		*(block *)(void *)dst = b;
		if (ORIEL_LIKELY(ends))
			return (uint32_t)__builtin_ctz(ends) + 1;
	}
#endif
	(void)dst, (void)src, (void)max, (void)wide;
	return ORIEL_TOO_LARGE;
}

/* What vsnprintf() makes of it, at most 511 bytes and its NUL; measured and cut as
 * oriel_string_any() does. */
__attribute__((__noinline__, unused)) static uint32_t
oriel_vstring(char *dst, uint32_t room, bool cut, const char *fmt, va_list *ap)
{
	char none[1];
	va_list copy;
	int len;

	if (cut && room > 1)
		room /= 2;
	va_copy(copy, *ap);
	len = vsnprintf(room ? dst : none, room ? (room < 512 ? room : 512) : 1, fmt, copy);
	va_end(copy);
	if (len < 0 || len > 511)
		len = len < 0 ? 0 : 511;
	return room && (uint32_t)len >= room ? room : (uint32_t)len + 1;
}

#endif
