// SPDX-License-Identifier: MIT
/*
 * The kernel's own events by their ids and fields. Of those that no domain ever writes, tools still
 * read the formats when they start.
 */
#include "decode/ftrace.h"

#include <stddef.h>

#define FIELD(decl, off, size, sign) \
	"\tfield:" decl ";\toffset:" #off ";\tsize:" #size ";\tsigned:" #sign ";\n"
#define COMMON \
	"format:\n" \
	FIELD("unsigned short common_type", 0, 2, 0) \
	FIELD("unsigned char common_flags", 2, 1, 0) \
	FIELD("unsigned char common_preempt_count", 3, 1, 0) \
	FIELD("int common_pid", 4, 4, 1) \
	"\n"
#define EVENT(name, id, fields, print) \
	{ id, #name, "name: " #name "\nID: " #id "\n" COMMON fields "\nprint fmt: " print "\n" }
#define STACK_PRINT \
	"\"\\t=> %ps\\n\\t=> %ps\\n\\t=> %ps\\n\" \"\\t=> %ps\\n\\t=> %ps\\n\\t=> %ps\\n\" " \
	"\"\\t=> %ps\\n\\t=> %ps\\n\", (void *)REC->caller[0], (void *)REC->caller[1], " \
	"(void *)REC->caller[2], (void *)REC->caller[3], (void *)REC->caller[4], " \
	"(void *)REC->caller[5], (void *)REC->caller[6], (void *)REC->caller[7]"

const struct orl_ftrace_event orl_ftrace_events[] = {
	EVENT(bprint, 6,
	      FIELD("unsigned long ip", 8, 8, 0)
	      FIELD("const char * fmt", 16, 8, 0)
	      FIELD("u32 buf[]", 24, 0, 0),
	      "\"%ps: %s\", (void *)REC->ip, REC->fmt"),
	EVENT(bputs, 15,
	      FIELD("unsigned long ip", 8, 8, 0)
	      FIELD("const char * str", 16, 8, 0),
	      "\"%ps: %s\", (void *)REC->ip, REC->str"),
	EVENT(func_repeats, 20,
	      FIELD("unsigned long ip", 8, 8, 0)
	      FIELD("unsigned long parent_ip", 16, 8, 0)
	      FIELD("u16 count", 24, 2, 0)
	      FIELD("u16 top_delta_ts", 26, 2, 0)
	      FIELD("u32 bottom_delta_ts", 28, 4, 0),
	      "\" %ps <-%ps\\t(repeats:%u  delta: -%llu)\", (void *)REC->ip, "
	      "(void *)REC->parent_ip, REC->count, "
	      "(((u64)(REC)->top_delta_ts << 32) | (REC)->bottom_delta_ts)"),
	EVENT(funcgraph_entry, 11,
	      FIELD("unsigned long func", 8, 8, 0)
	      FIELD("unsigned int depth", 16, 4, 0)
	      FIELD("unsigned long args[]", 24, 0, 0),
	      "\"--> %ps (%u)\", (void *)REC->func, REC->depth"),
	EVENT(funcgraph_exit, 10,
	      FIELD("unsigned long func", 8, 8, 0)
	      FIELD("unsigned int depth", 16, 4, 0)
	      FIELD("unsigned int overrun", 20, 4, 0)
	      FIELD("unsigned long long calltime", 24, 8, 0)
	      FIELD("unsigned long long rettime", 32, 8, 0),
	      "\"<-- %ps (%u) (start: %llx  end: %llx) over: %u\", (void *)REC->func, REC->depth, "
	      "REC->calltime, REC->rettime, REC->depth"),
	EVENT(function, 1,
	      FIELD("unsigned long ip", 8, 8, 0)
	      FIELD("unsigned long parent_ip", 16, 8, 0)
	      FIELD("unsigned long args[]", 24, 0, 0),
	      "\" %ps <-- %ps\", (void *)REC->ip, (void *)REC->parent_ip"),
	EVENT(kernel_stack, 4,
	      FIELD("int size", 8, 4, 1)
	      FIELD("unsigned long caller[8]", 16, 64, 0),
	      STACK_PRINT),
	EVENT(print, 5,
	      FIELD("unsigned long ip", 8, 8, 0)
	      FIELD("char buf[]", 16, 0, 0),
	      "\"%ps: %s\", (void *)REC->ip, REC->buf"),
	EVENT(raw_data, 19,
	      FIELD("unsigned int id", 8, 4, 0)
	      FIELD("char buf[]", 12, 0, 0),
	      "\"id:%04x %08x\", REC->id, (int)REC->buf[0]"),
	EVENT(user_stack, 13,
	      FIELD("unsigned int tgid", 8, 4, 0)
	      FIELD("unsigned long caller[8]", 16, 64, 0),
	      STACK_PRINT),
	{ 0, NULL, NULL }
};
