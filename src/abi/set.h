/* SPDX-License-Identifier: MIT */
/*
 * What is wanted of an instance: its rules, switches, options, filters and triggers.
 *
 * The top instance's stands inside the control file; that of any other is a file "set.ID". Tools
 * write it under the control file's lock. Three kinds of words:
 *
 *   two copies    rules and process lists; the copy that gen does not select is written, then gen
 *                 moves on
 *   one word      options and sizes: stored whole
 *   shared bits   tracing_on, active, soft[]: changed by triggers in any process, at any moment, by
 *                 atomic instructions
 *
 * After any change that a process must act on, the tool adds 1 to orl_ctl.gen and nudges.
 */
#ifndef ORL_ABI_SET_H
#define ORL_ABI_SET_H

#include <stddef.h>
#include <stdint.h>

#define ORL_SET_MAGIC 0x317465734c524fULL /* "ORLset1" */
#define ORL_SET_VERSION 1U
#define ORL_SET_NAME "set"		/* with ".ID" behind it */
#define ORL_HOOKS_NAME "hooks"		/* with ".ID" behind it, but for the top instance */
#define ORL_HIST_NAME "hist"		/* with ".ID" behind it */

#define ORL_NR_RULES 128U
#define ORL_PATTERN_MAX 112U		/* bytes, with the terminating NUL */
#define ORL_NR_PIDS 1024U
#define ORL_NR_HOOKS 4096U		/* filters and triggers of an instance */
#define ORL_SET_EVENTS 8192U		/* ORL_NR_EVENTS */

/* struct orl_rule.flags */
#define ORL_RULE_ENABLE 1U		/* else: disable */
#define ORL_RULE_OVERLAY 2U		/* a running tool's: enables besides what the others say */

/*
 * An event is on in a process when the last matching rule without OVERLAY enables it, or any
 * matching rule with OVERLAY does.
 */
struct orl_rule {
	uint32_t flags;
	int32_t pid;			/* 0: every process */
	int32_t owner;			/* OVERLAY: pid of the tool; when it is dead, the next tool
					   removes the rule */
	uint32_t pad;
	char pattern[ORL_PATTERN_MAX];	/* "system:event", both globs */
};

struct orl_rules {
	uint32_t nr;
	uint32_t pad;
	struct orl_rule rule[ORL_NR_RULES];
};

/*
 * What was said of single events, by registry slot: stronger than the rules without OVERLAY. A
 * later rule takes back what was said of the events that it matches.
 */
struct orl_exact {
	uint64_t known[ORL_SET_EVENTS / 64];
	uint64_t on[ORL_SET_EVENTS / 64];
};

/* Threads whose events are taken (set_event_pid) or not (set_event_notrace_pid). */
struct orl_pids {
	uint32_t nr;			/* 0: no such list, everybody passes */
	uint32_t pad;
	int32_t pid[ORL_NR_PIDS];
};

/* struct orl_set.options: what a process or a ring must know; what only readers use is a bit too */
#define ORL_OPT_STACKTRACE (1ULL << 0)	/* a stack record after each event */
#define ORL_OPT_OVERWRITE (1ULL << 1)
#define ORL_OPT_RECORD_CMD (1ULL << 2)
#define ORL_OPT_RECORD_TGID (1ULL << 3)
#define ORL_OPT_MARKERS (1ULL << 4)
#define ORL_OPT_DISABLE_ON_FREE (1ULL << 5)
#define ORL_OPT_EVENT_FORK (1ULL << 6)
#define ORL_OPT_CONTEXT_INFO (1ULL << 7)
#define ORL_OPT_LATENCY_FORMAT (1ULL << 8)
#define ORL_OPT_IRQ_INFO (1ULL << 9)
#define ORL_OPT_VERBOSE (1ULL << 10)
#define ORL_OPT_RAW (1ULL << 11)
#define ORL_OPT_HEX (1ULL << 12)
#define ORL_OPT_BIN (1ULL << 13)
#define ORL_OPT_FIELDS (1ULL << 14)
#define ORL_OPT_ANNOTATE (1ULL << 15)
#define ORL_OPT_SYM_OFFSET (1ULL << 16)
#define ORL_OPT_SYM_ADDR (1ULL << 17)
#define ORL_OPT_PAUSE_ON_TRACE (1ULL << 18)
#define ORL_OPT_BLOCK (1ULL << 19)
#define ORL_OPT_PRINTK_MSGONLY (1ULL << 20)
#define ORL_OPT_DEFAULT \
	(ORL_OPT_OVERWRITE | ORL_OPT_RECORD_CMD | ORL_OPT_MARKERS | ORL_OPT_CONTEXT_INFO | \
	 ORL_OPT_IRQ_INFO | ORL_OPT_ANNOTATE)

#define ORL_NO_RING UINT32_MAX		/* in ring_id[]: there is none */
#define ORL_HOOK_INDEX(id, kind) ((uint32_t)(kind) << 16 | (uint32_t)(id))

struct orl_set {
	uint64_t magic;
	uint32_t version;
	uint32_t id;			/* 0: the top instance */
	uint32_t gen;			/* rules[gen & 1], exact[gen & 1] ... count */
	uint32_t tracing_on;		/* 1: rings take records; triggers change it */
	uint32_t active;		/* bit 0: which of ring_id[] is written; the other one is
					   the snapshot; triggers change it */
	uint32_t ring_id[2];		/* file "ring.ID", "ring" for 0; ORL_NO_RING */
	uint32_t retired_ring;		/* replaced by a resize, not yet left by every process, or
					   ORL_NO_RING */
	uint32_t dead;			/* the instance was removed */
	uint32_t clock;			/* enum of the reader: trace_clock */
	uint32_t page_size;		/* geometry of the next ring file */
	uint32_t buffer_percent;
	uint64_t cpu_data_size;
	uint64_t lease_data_size;
	uint64_t options;		/* ORL_OPT_* */
	uint64_t pid_gen;		/* + 1 with each change of pids or notrace: threads keep
					   their verdict until then */
	uint64_t snapshots;		/* swaps made */
	uint64_t hook_order;		/* last order number given to a hook */
	uint64_t lost_records;		/* unread records that a resize threw away */
	uint64_t reserved[14];
	uint64_t cpumask_off[64]; /* tracing_cpumask: CPUs whose rings are off; zero: all on */
	uint64_t soft[ORL_SET_EVENTS / 64]; /* by registry slot: on, but recording nothing until an
					       enable_event trigger clears the bit */
	uint32_t hook[ORL_NR_HOOKS];	/* ORL_HOOK_INDEX() of each hook, 0 free */
	struct orl_rules rules[2];
	struct orl_exact exact[2];
	struct orl_pids pids[2];
	struct orl_pids notrace[2];
};

#define ORL_SET_SIZE ((sizeof(struct orl_set) + 4095) & ~(size_t)4095)

_Static_assert(sizeof(struct orl_rule) == 128, "abi");
_Static_assert(offsetof(struct orl_set, cpumask_off) == 224, "abi");
_Static_assert(offsetof(struct orl_set, hook) == 224 + 512 + 1024, "abi");

#endif
