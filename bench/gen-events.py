#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the declarations of many events of one class, for many-events.c.

  gen-events.py NR
"""
import sys

HEAD = """/* SPDX-License-Identifier: MIT */
/* Written by bench/gen-events.py. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM many

#if !defined(MANY_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MANY_TRACE_H

#include <oriel/tracepoint.h>

DECLARE_EVENT_CLASS(many_class,
	TP_PROTO(int a, long b),
	TP_ARGS(a, b),
	TP_STRUCT__entry(__field(int, a) __field(long, b)),
	TP_fast_assign(__entry->a = a; __entry->b = b;),
	TP_printk("a=%d b=%ld", __entry->a, __entry->b));

"""

TAIL = """
#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE many_trace
#include <oriel/define_trace.h>
"""


def main():
    print(HEAD, end="")
    for i in range(int(sys.argv[1])):
        print("DEFINE_EVENT(many_class, many_%04d, TP_PROTO(int a, long b), TP_ARGS(a, b));" % i)
    print(TAIL, end="")


main()
