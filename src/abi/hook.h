/* SPDX-License-Identifier: MIT */
/*
 * A hook: one filter or one trigger of one event in one instance, as tools compile it and processes
 * run it. The file "hooks[.ID]" is an array of ORL_NR_HOOKS of them; a slot's memory is allocated
 * before it is first used, and orl_set.hook[] says which slots are in use.
 *
 * seq is odd while a slot is being written. Whoever runs a hook does so on bytes that may change
 * under his hands: the interpreter is safe on any bytes, and starts again when seq has moved.
 */
#ifndef ORL_ABI_HOOK_H
#define ORL_ABI_HOOK_H

#include <stddef.h>
#include <stdint.h>

#define ORL_HOOK_FILTER 1U
#define ORL_HOOK_TRIGGER 2U

/* struct orl_hook.cmd of a trigger */
#define ORL_CMD_TRACEON 1U
#define ORL_CMD_TRACEOFF 2U
#define ORL_CMD_SNAPSHOT 3U
#define ORL_CMD_STACKTRACE 4U
#define ORL_CMD_ENABLE_EVENT 5U
#define ORL_CMD_DISABLE_EVENT 6U
#define ORL_CMD_HIST 7U

/* struct orl_hook.flags */
#define ORL_HOOK_PAUSED 1U		/* a hist that does not count now */
#define ORL_HOOK_HAS_FILTER 2U		/* a trigger runs only where its program says yes; without
					   the flag there is no program */

/*
 * A filter program: each instruction tests one predicate and goes on to instruction yes or no, both
 * behind itself, or ends. Execution begins at 0. A target that is not behind the instruction, or
 * behind the last one, ends with "no".
 *
 *   op   type << 4 | comparison
 */
#define ORL_INSN_PASS 255U		/* as a target: the record passes */
#define ORL_INSN_FAIL 254U
#define ORL_NR_INSNS 240U

/* types: what is loaded */
#define ORL_LOAD_U8 0U			/* at offset off of the record */
#define ORL_LOAD_S8 1U
#define ORL_LOAD_U16 2U
#define ORL_LOAD_S16 3U
#define ORL_LOAD_U32 4U
#define ORL_LOAD_S32 5U
#define ORL_LOAD_U64 6U
#define ORL_LOAD_S64 7U
#define ORL_LOAD_STRING 8U		/* char[size] at off, ends at a NUL or the array's end */
#define ORL_LOAD_DATA_LOC 9U		/* a string; off: of the u32 that says where it is */
#define ORL_LOAD_REL_LOC 10U
#define ORL_LOAD_CPU 11U		/* the CPU of the event, a number */
#define ORL_LOAD_COMM 12U		/* the thread's name, a string */
#define ORL_LOAD_MASK_LOC 13U		/* a cpumask in dynamic data */
#define ORL_LOAD_MASK_REL 14U
#define ORL_LOAD_MASK 15U		/* a cpumask of size bytes at off */

/* comparisons of numbers: imm is the other side */
#define ORL_CMP_EQ 0U
#define ORL_CMP_NE 1U
#define ORL_CMP_LT 2U
#define ORL_CMP_LE 3U
#define ORL_CMP_GT 4U
#define ORL_CMP_GE 5U
#define ORL_CMP_AND 6U			/* any bit in common */
/* with a set of CPUs: imm is offset in data | bytes << 32, bit n of byte n / 8 is CPU n */
#define ORL_CMP_IN_MASK 7U		/* number: it is one of the set. mask: & */
#define ORL_CMP_NOT_IN_MASK 8U		/* number: it is none of the set (!=) */
#define ORL_CMP_MASK_EQ 9U		/* number: the set is just this one; mask: equal */
#define ORL_CMP_MASK_NE 10U
/* strings: imm is offset in data | length << 32 */
#define ORL_CMP_STR_EQ 11U
#define ORL_CMP_STR_NE 12U
#define ORL_CMP_STR_GLOB 13U		/* * ? [..] */
#define ORL_CMP_STR_NOT_GLOB 14U

struct orl_insn {
	uint8_t op;
	uint8_t yes, no;
	uint8_t pad;
	uint16_t off;			/* bytes from the start of the record */
	uint16_t size;
	uint64_t imm;
};

/* ---- hist ---- */

#define ORL_HIST_KEYS 3U
#define ORL_HIST_VALS 8U		/* hitcount is not among them */
#define ORL_HIST_KEY_MAX 384U		/* bytes of all keys together */
#define ORL_HIST_STACK 16U		/* return addresses of a stack trace as key */
#define ORL_HIST_STRING 64U		/* bytes of a string as key, its NUL included */

/* struct orl_hist_field.load beside ORL_LOAD_* */
#define ORL_LOAD_STACK 16U		/* the stack of the event: ORL_HIST_STACK u64 */
#define ORL_LOAD_TIME 17U		/* the rings' clock, ticks */
#define ORL_LOAD_PID_COMM 18U		/* common_pid with .execname: s32 and then char[20]: 24
					   bytes of key */
#define ORL_LOAD_ARRAY_STACK 19U	/* a long[] field (dynamic) printed as a stack */

/* struct orl_hist_field.map: what becomes of a number before it is a key */
#define ORL_MAP_NONE 0U
#define ORL_MAP_LOG2 1U			/* the least n with 2^n >= value, 0 for 0: the kernel's
					   .log2, which shows "~ 2^n" */
#define ORL_MAP_BUCKETS 2U		/* rounded down to a multiple of arg */
#define ORL_MAP_DIV 3U			/* divided by arg (.usecs of a time in ns) */

struct orl_hist_field {
	uint8_t load;
	uint8_t map;
	uint16_t off;			/* in the record */
	uint16_t size;			/* in the record */
	uint16_t key_off;		/* keys: where it lies in the key; numbers take 8 bytes,
					   strings ORL_HIST_STRING, stacks 8 * ORL_HIST_STACK */
	uint64_t arg;
};

struct orl_hist_spec {
	uint32_t nr_keys, nr_vals;
	uint32_t key_len;		/* bytes, a multiple of 8 */
	uint32_t pad;
	struct orl_hist_field key[ORL_HIST_KEYS];
	struct orl_hist_field val[ORL_HIST_VALS];
};

#define ORL_HOOK_SIZE 8192U
#define ORL_HOOK_TEXT 2048U

struct orl_hook {
	uint32_t seq;			/* odd: being written */
	uint32_t kind;			/* ORL_HOOK_FILTER, ORL_HOOK_TRIGGER */
	uint32_t event;			/* common_type of the records it is for */
	uint32_t cmd;			/* ORL_CMD_* */
	uint32_t flags;
	uint32_t target;		/* enable_event, disable_event: common_type */
	uint32_t hist_id;		/* file hist.ID */
	uint32_t nr_insns;
	int64_t count;			/* runs left; -1 without limit. Processes take from it. */
	uint64_t order;			/* of creation */
	uint32_t data_len;
	uint32_t text_len;
	struct orl_hist_spec hist;
	uint64_t reserved[8];
	char text[ORL_HOOK_TEXT]; /* as tools show it, with NUL: a filter, or a trigger without
				     ":count=" */
	struct orl_insn insn[ORL_NR_INSNS];
	char data[ORL_HOOK_SIZE - 64 - 64 - sizeof(struct orl_hist_spec) - ORL_HOOK_TEXT -
		  ORL_NR_INSNS * sizeof(struct orl_insn) + 8];
};

_Static_assert(sizeof(struct orl_insn) == 16, "abi");
_Static_assert(sizeof(struct orl_hook) == ORL_HOOK_SIZE, "abi");

/*
 * The file "hist.ID": a hash table that processes fill.
 *
 *   E1  claim: compare-and-swap of an entry's tag from 0 to hash | ORL_HIST_CLAIMED
 *   E2  write the key
 *   E3  store tag = hash | ORL_HIST_READY         release; pairs with the acquire of whoever looks
 *   E4  add to hits and sums                      atomic
 *
 * An entry that stays CLAIMED belongs to a process that died or was interrupted in E2: whoever has
 * the same key goes on to the next entry, so that nobody waits. A key may thus stand twice; readers
 * add such entries up. There are nr_slots entries, a power of two, at least twice size; an update
 * looks at ORL_HIST_PROBES of them. When nr_used has reached size, or no place is found, dropped
 * + 1. There is no counter of all updates, which every CPU would wait for: the kernel's "Hits" is
 * the sum of the entries' hits.
 */
#define ORL_HIST_MAGIC 0x31747369684c524fULL
#define ORL_HIST_VERSION 1U
#define ORL_HIST_PROBES 32U
#define ORL_HIST_CLAIMED 1ULL		/* low two bits of a tag */
#define ORL_HIST_READY 2ULL
#define ORL_HIST_BLOCK 4096U		/* the header's */
#define ORL_HIST_SIZE_MIN 128U
#define ORL_HIST_SIZE_MAX 131072U

struct orl_hist_file {
	uint64_t magic;
	uint32_t version;
	uint32_t id;
	uint32_t size;			/* keys it may hold */
	uint32_t nr_slots;
	uint32_t entry_len;		/* bytes: struct orl_hist_entry, sums, key; multiple of 8 */
	uint32_t nr_vals;
	uint32_t key_len;
	uint32_t pad;
	uint64_t file_size;
	/* counters, on a line of their own */
	uint64_t reserved0;
	uint64_t nr_used;
	uint64_t dropped;
	uint64_t reserved[6];
	struct orl_hist_spec spec;
};

/* at ORL_HIST_BLOCK + i * entry_len */
struct orl_hist_entry {
	uint64_t tag;
	uint64_t hits;
	uint64_t words[];		/* nr_vals sums, then key_len bytes */
};

_Static_assert(sizeof(struct orl_hist_file) <= ORL_HIST_BLOCK, "abi");

#endif
