/* SPDX-License-Identifier: MIT */
/* Every word that an event may be made of, one event for a few that belong together. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vocab

#if !defined(VOCAB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VOCAB_TRACE_H

#include "vocab_types.h"
#include <oriel/tracepoint.h>

TRACE_EVENT(numbers,
	TP_PROTO(long long n),
	TP_ARGS(n),
	TP_STRUCT__entry(
		__field(uint8_t, a)
		__field(int8_t, b)
		__field(uint16_t, c)
		__field(short, d)
		__field(unsigned int, e)
		__field(int, f)
		__field(uint64_t, g)
		__field(long long, h)
		__field(bool, i)
		__field(char, j)
		__field(enum colour, k)
	),
	TP_fast_assign(
		__entry->a = (uint8_t)n;
		__entry->b = (int8_t)(n & 0x7f);
		__entry->c = (uint16_t)n;
		__entry->d = (short)(n & 0x7fff);
		__entry->e = (unsigned int)n;
		__entry->f = (int)n;
		__entry->g = (uint64_t)n;
		__entry->h = n;
		__entry->i = n != 0;
		__entry->j = 'x';
		__entry->k = GREEN;
	),
	TP_printk("%u %d %u %d %u %d %llu %lld %d %d %d %#x %5d|%-5d|%05d", __entry->a,
		  __entry->b, __entry->c, __entry->d, __entry->e,
		  __entry->f, (unsigned long long)__entry->g, __entry->h, __entry->i,
		  __entry->j, __entry->k, __entry->e,
		  __entry->f, __entry->f, __entry->f)
);

TRACE_EVENT(fields,
	TP_PROTO(struct point point, int n),
	TP_ARGS(point, n),
	TP_STRUCT__entry(
		__field_struct(struct point, point)
		__field_ext(int, ext, FILTER_OTHER)
		__field_struct_ext(struct point, point2, FILTER_OTHER)
		__array(unsigned char, bytes, 4)
		__array(int, ints, 3)
	),
	TP_fast_assign(
		__entry->point = point;
		__entry->point2 = point;
		__entry->ext = n;
		for (int i = 0; i < 4; i++)
			__entry->bytes[i] = (unsigned char)(n + i);
		for (int i = 0; i < 3; i++)
			__entry->ints[i] = n * i;
	),
	TP_printk("ext=%d bytes=%s hex=%s str=%s ints=%s", __entry->ext,
		  __print_array(__entry->bytes, 4, 1),
		  __print_hex(__entry->bytes, 4), __print_hex_str(__entry->bytes, 4),
		  __print_array(__entry->ints, 3, 4))
);

TRACE_EVENT(strings,
	TP_PROTO(const char *a, const char *b, int len, const char *fmt, va_list *args),
	TP_ARGS(a, b, len, fmt, args),
	TP_STRUCT__entry(
		__string(a, a)
		__string_len(b, b, len)
		__vstring(c, fmt, args)
		__rel_string(d, a)
	),
	TP_fast_assign(
		__assign_str(a);
		__assign_str_len(b, b, len);
		__assign_vstr(c, fmt, args);
		__assign_rel_str(d);
	),
	TP_printk("a=%s b=%s c=%s d=%s", __get_str(a), __get_str(b), __get_str(c), __get_rel_str(d))
);

TRACE_EVENT(arrays,
	TP_PROTO(const int *numbers, int nr),
	TP_ARGS(numbers, nr),
	TP_STRUCT__entry(
		__dynamic_array(int, a, nr)
		__rel_dynamic_array(unsigned char, b, nr)
	),
	TP_fast_assign(
		memcpy(__get_dynamic_array(a), numbers, __get_dynamic_array_len(a));
		for (int i = 0; i < nr; i++)
			((unsigned char *)__get_rel_dynamic_array(b))[i] = (unsigned char)(16 * i);
	),
	TP_printk("a=%s b=%s len=%d", __print_array(__get_dynamic_array(a),
		  __get_dynamic_array_len(a) / 4, 4),
		  __print_hex(__get_rel_dynamic_array(b), 1), __get_dynamic_array_len(a))
);

TRACE_EVENT(masks,
	TP_PROTO(const unsigned long *mask),
	TP_ARGS(mask),
	TP_STRUCT__entry(
		__bitmask(bits, 128)
		__cpumask(cpus)
	),
	TP_fast_assign(
		__assign_bitmask(bits, mask, 128);
		__assign_cpumask(cpus, mask);
	),
	TP_printk("bits=%s cpus=%s", __get_bitmask(bits), __get_cpumask(cpus))
);

TRACE_EVENT(addresses,
	TP_PROTO(const struct sockaddr *addr, unsigned int len),
	TP_ARGS(addr, len),
	TP_STRUCT__entry(
		__sockaddr(addr, len)
	),
	TP_fast_assign(
		__assign_sockaddr(addr, addr, len);
	),
	TP_printk("addr=%pISpc", __get_sockaddr(addr))
);

TRACE_EVENT(pointers,
	TP_PROTO(const void *p, const unsigned char *bytes),
	TP_ARGS(p, bytes),
	TP_STRUCT__entry(
		__field(const void *, p)
		__array(unsigned char, mac, 6)
		__array(unsigned char, ip, 4)
		__array(unsigned char, ip6, 16)
	),
	TP_fast_assign(
		__entry->p = p;
		memcpy(__entry->mac, bytes, 6);
		memcpy(__entry->ip, bytes, 4);
		memcpy(__entry->ip6, bytes, 16);
	),
	TP_printk("p=%p mac=%pM ip=%pI4 ip6=%pI6 ip6c=%pI6c", __entry->p, __entry->mac,
		  __entry->ip, __entry->ip6,
		  __entry->ip6)
);

TRACE_DEFINE_ENUM(RED);
TRACE_DEFINE_ENUM(GREEN);
TRACE_DEFINE_SIZEOF(struct point);

TRACE_EVENT(names,
	TP_PROTO(unsigned int flags, int colour),
	TP_ARGS(flags, colour),
	TP_STRUCT__entry(
		__field(unsigned int, flags)
		__field(int, colour)
	),
	TP_fast_assign(
		__entry->flags = flags;
		__entry->colour = colour;
	),
	TP_printk("flags=%s colour=%s green=%d size=%d", __print_flags(__entry->flags, "|",
		  { 1, "A" }, { 2, "B" }, { 4, "C" }),
		  __print_symbolic(__entry->colour, { RED, "red" }, { GREEN, "green" }),
		  __entry->colour == GREEN,
		  (int)sizeof(struct point))
);

/*
 * What libtraceevent 1.7.1 cannot print: these two functions, %c and, fatally,
 * __get_rel_dynamic_array_len().
 */
TRACE_EVENT(newer,
	TP_PROTO(uint64_t ns, int nr),
	TP_ARGS(ns, nr),
	TP_STRUCT__entry(
		__field(uint64_t, ns)
		__field(char, letter)
		__rel_dynamic_array(unsigned char, bytes, nr)
	),
	TP_fast_assign(
		__entry->ns = ns;
		__entry->letter = 'x';
		memset(__get_rel_dynamic_array(bytes), 0xab, __get_rel_dynamic_array_len(bytes));
	),
	TP_printk("secs=%llu rest=%u letter=%c bytes=%s", __print_ns_to_secs(__entry->ns),
		  __print_ns_without_secs(__entry->ns),
		  __entry->letter, __print_hex(__get_rel_dynamic_array(bytes),
		  __get_rel_dynamic_array_len(bytes)))
);

DECLARE_EVENT_CLASS(pair,
	TP_PROTO(int x, int y),
	TP_ARGS(x, y),
	TP_STRUCT__entry(
		__field(int, x)
		__field(int, y)
	),
	TP_fast_assign(
		__entry->x = x;
		__entry->y = y;
	),
	TP_printk("x=%d y=%d", __entry->x, __entry->y)
);

DEFINE_EVENT(pair, pair_one,
	TP_PROTO(int x, int y),
	TP_ARGS(x, y)
);

DEFINE_EVENT(pair, pair_two,
	TP_PROTO(int x, int y),
	TP_ARGS(x, y)
);

DEFINE_EVENT_PRINT(pair, pair_print,
	TP_PROTO(int x, int y),
	TP_ARGS(x, y),
	TP_printk("y before x: %d, %d", __entry->y, __entry->x)
);

DEFINE_EVENT_CONDITION(pair, pair_if,
	TP_PROTO(int x, int y),
	TP_ARGS(x, y),
	TP_CONDITION(x < y)
);

TRACE_EVENT_CONDITION(odd,
	TP_PROTO(int x),
	TP_ARGS(x),
	TP_CONDITION(x & 1),
	TP_STRUCT__entry(
		__field(int, x)
	),
	TP_fast_assign(
		__entry->x = x;
	),
	TP_printk("x=%d", __entry->x)
);

TRACE_EVENT_FN(watched,
	TP_PROTO(int x),
	TP_ARGS(x),
	TP_STRUCT__entry(
		__field(int, x)
	),
	TP_fast_assign(
		__entry->x = x;
	),
	TP_printk("x=%d", __entry->x),
	watched_reg, watched_unreg
);

TRACE_EVENT(nothing,
	TP_PROTO(int x),
	TP_ARGS(x),
	TP_STRUCT__entry(
	),
	TP_fast_assign(
	),
	TP_printk("%s", "nothing at all")
);

DECLARE_TRACE(bare,
	TP_PROTO(int x, const char *y),
	TP_ARGS(x, y)
);

TRACE_EVENT(text,
	TP_PROTO(const char *a, const char *b),
	TP_ARGS(a, b),
	TP_STRUCT__entry(
		__string(a, a)
		__string(b, b)
	),
	TP_fast_assign(
		__assign_str(a);
		__assign_str(b);
	),
	TP_printk("%s,%s", __get_str(a), __get_str(b))
);

TRACE_EVENT(blob,
	TP_PROTO(long long len),
	TP_ARGS(len),
	TP_STRUCT__entry(
		__field(uint32_t, last)
		__dynamic_array(unsigned char, bytes, len)
	),
	TP_fast_assign(
		memset(__get_dynamic_array(bytes), 7, __get_dynamic_array_len(bytes));
		__entry->last = ((unsigned char *)__get_dynamic_array(
			bytes))[__get_dynamic_array_len(bytes) - 1];
	),
	TP_printk("len=%d last=%d", __get_dynamic_array_len(bytes), __entry->last)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE vocab_trace
#include <oriel/define_trace.h>
