/* SPDX-License-Identifier: MIT */
/*
 * The control file of a domain, "ctl": everything but the rings.
 *
 *   struct orl_ctl        identity, clock, geometry, the instances, and what is wanted of the top
 *                         one (set.h)
 *   struct orl_proc[]     one per attached copy of the library
 *   struct orl_task[]     thread names, hashed by thread id
 *   uint64_t index[]      the event registry, an open-addressing hash table; the slot gives the id
 *   data                  the registry's entries, bump-allocated, never freed
 *
 * The file is allocated in full before it gets its name, so no access to it can fail for lack of
 * memory. Rule of all of it: a writer may die between any two instructions, and what it leaves is
 * either the old state or the new one.
 *
 *   desired state   written to the copy that the set's gen does not select, under flock() on the
 *                   file; published by the store of the set's gen, then of gen
 *   process slot    claimed by compare-and-swap of pid; freed by whoever finds the process dead
 *   task            words with a check word; a torn entry does not check and is ignored
 *   registry        the entry is written first, then its index word by compare-and-swap
 */
#ifndef ORL_ABI_CTL_H
#define ORL_ABI_CTL_H

#include <stddef.h>
#include <stdint.h>

#include "abi/set.h"

#define ORL_CTL_MAGIC 0x316c74634c524fULL /* "ORLctl1" */
#define ORL_CTL_VERSION 2U
#define ORL_CTL_NAME "ctl"
#define ORL_RING_NAME "ring"
#define ORL_NUDGE_NAME "nudge"		/* touched after each change, for ORIEL_CONTROL=poll */

#define ORL_NR_INSTANCES 128U		/* with the top one */
#define ORL_INSTANCE_NAME_MAX 64U	/* bytes, with the terminating NUL */
#define ORL_NR_PROCS 512U
#define ORL_NR_TASKS 8192U		/* a power of two */
#define ORL_TASK_PROBES 8U
#define ORL_NR_EVENTS 8192U		/* slots of the registry, a power of two */
#define ORL_EVENT_ID_FIRST 64U		/* of slot 0; the kernel's ftrace events are below */
#define ORL_REGISTRY_DATA (4U << 20)
#define ORL_ENTRY_MAX 65536U		/* bytes of one registry entry */

/* The value that a queued nudge carries, and its default signal: one whose default action is to be
 * ignored, so that a nudge which reaches a process between exec and its new image's handler cannot
 * kill it. */
#define ORL_NUDGE_VALUE 0x4f72694cU
#define ORL_NUDGE_SIGNAL 23		/* SIGURG */

/*
 * A place for an instance. Entry 0 is the top instance: id 0, no name. A process knows an instance
 * by entry and id: an entry may be used again, an id never is.
 */
struct orl_instance {
	uint32_t id;			/* 0: free; stored last when it is made, first when it is
					   removed */
	uint32_t pad;
	uint64_t made_ns;		/* CLOCK_REALTIME */
	char name[ORL_INSTANCE_NAME_MAX];
};

struct orl_ctl {
	uint64_t magic;
	uint32_t version;
	uint32_t size;			/* of this file */
	uint32_t clock;			/* ORL_CLOCK_* */
	uint32_t nr_cpus;
	uint32_t page_size;
	uint32_t nr_leases;
	uint64_t cpu_data_size;		/* geometry of the ring file when it is made */
	uint64_t lease_data_size;
	uint64_t base_ticks;		/* the same moment, on the rings' counter ... */
	uint64_t base_ns;		/* ... and on CLOCK_MONOTONIC */
	uint32_t gen;			/* + 1 with each change of any instance. A futex. */
	uint32_t procs_full;		/* processes that found no slot */
	uint64_t data_used;		/* registry: bytes of data taken */
	uint64_t events_full;		/* registry: events that found no room */
	uint64_t too_large;		/* records of all processes that no page can hold */
	uint32_t next_id;		/* of instances, rings, hists; never 0, never used twice */
	uint32_t saved_cmdlines_size;
	uint32_t dyndbg;		/* 0: nobody asked for print sites yet; + 1 with each change
					   of the queries (dyndbg.h) */
	uint32_t pad32;
	uint64_t pad[2];
	struct orl_instance instance[ORL_NR_INSTANCES];
	struct orl_set top;
};

#define ORL_PROC_CLAIMING 0x80000000U	/* in struct orl_proc.pid */

/* struct orl_proc.flags */
#define ORL_PROC_RSEQ_LIBC 1U		/* the C library registered rseq */
#define ORL_PROC_RSEQ_OWN 2U		/* registered by Oriel, thread by thread */
#define ORL_PROC_RSEQ_NONE 4U		/* leased rings */
#define ORL_PROC_PATCH_PROC_MEM 8U	/* sites are written through /proc/self/mem */
#define ORL_PROC_PATCH_MPROTECT 16U
#define ORL_PROC_PATCH_NONE 32U		/* sites cannot be written, see patch_error */
#define ORL_PROC_CONTROL_SIGNAL 64U
#define ORL_PROC_CONTROL_THREAD 128U
#define ORL_PROC_CONTROL_POLL 256U
#define ORL_PROC_CONTROL_NONE 512U	/* no way to reach it: off, or its signal was taken */
#define ORL_PROC_VALGRIND 1024U

struct orl_proc {
	uint32_t pid;			/* 0: free; with ORL_PROC_CLAIMING: being filled in */
	uint32_t applied;		/* the generation that holds in this process */
	uint64_t copy;			/* which copy of the library in the process */
	uint32_t flags;
	uint32_t signal;
	int32_t patch_error;		/* errno of the last site that could not be written */
	int32_t ring_error;		/* errno of the last attempt to make or map the rings */
	uint32_t nr_events;
	uint32_t nr_sites;
	uint32_t refused;		/* events not registered: no room */
	int32_t patch_reason;		/* PATCH_MPROTECT: errno of /proc/self/mem; 0: asked for */
	uint64_t dropped;		/* records dropped for want of any ring, by all threads */
	char comm[16];
	uint64_t image;			/* which program image: exec changes it */
	uint32_t nr_prints;		/* print sites, where anybody asked for them */
	uint32_t nr_prints_on;
	uint32_t prints_refused;	/* print sites not in the registry: no room */
	int32_t prints_error;		/* errno of the last attempt to show them (dyndbg.h) */
	uint64_t began_ns;		/* CLOCK_BOOTTIME when the slot was taken; 0: unknown. Who
					   has this number and started later is another one. */
	uint64_t reserved[3];
	uint64_t events[ORL_NR_EVENTS / 64];	/* registry slots of its events */
};

struct orl_task {
	uint64_t key;			/* thread id | process id << 32; 0: free */
	uint64_t comm[2];
	uint64_t check;			/* key ^ comm[0] ^ comm[1] ^ ORL_CTL_MAGIC */
};

/* A registry entry; index word: offset in data / 8 + 1 in the low half, the hash's high half above.
 */
struct orl_entry {
	uint64_t hash;
	uint32_t len;			/* of the whole entry, a multiple of 8 */
	uint16_t system_len;		/* without NUL */
	uint16_t name_len;
	uint32_t format_len;
	uint32_t pad;
	char text[]; /* system NUL name NUL format NUL; the format begins at its "format:" line */
};

#define ORL_CTL_OFF_PROCS 131072U
#define ORL_CTL_OFF_TASKS (ORL_CTL_OFF_PROCS + ORL_NR_PROCS * (uint32_t)sizeof(struct orl_proc))
#define ORL_CTL_OFF_INDEX (ORL_CTL_OFF_TASKS + ORL_NR_TASKS * (uint32_t)sizeof(struct orl_task))
#define ORL_CTL_OFF_DATA (ORL_CTL_OFF_INDEX + ORL_NR_EVENTS * 8U)
#define ORL_CTL_SIZE (ORL_CTL_OFF_DATA + ORL_REGISTRY_DATA)

_Static_assert(offsetof(struct orl_ctl, instance) == 128, "abi");
_Static_assert(ORL_NR_EVENTS == ORL_SET_EVENTS, "abi");
_Static_assert(sizeof(struct orl_ctl) <= ORL_CTL_OFF_PROCS, "abi");
_Static_assert(sizeof(struct orl_proc) == 128 + ORL_NR_EVENTS / 8, "abi");
_Static_assert(sizeof(struct orl_task) == 32, "abi");
_Static_assert(ORL_CTL_OFF_DATA % 4096 == 0, "abi");

static inline struct orl_proc *orl_ctl_procs(struct orl_ctl *ctl)
{
	return (struct orl_proc *)((char *)ctl + ORL_CTL_OFF_PROCS);
}

static inline struct orl_task *orl_ctl_tasks(struct orl_ctl *ctl)
{
	return (struct orl_task *)((char *)ctl + ORL_CTL_OFF_TASKS);
}

static inline uint64_t *orl_ctl_index(struct orl_ctl *ctl)
{
	return (uint64_t *)((char *)ctl + ORL_CTL_OFF_INDEX);
}

static inline char *orl_ctl_data(struct orl_ctl *ctl)
{
	return (char *)ctl + ORL_CTL_OFF_DATA;
}

/*
 * struct orl_proc.image: a number that exec changes and fork does not. Made of the 16 random bytes
 * that the kernel gives each image (AT_RANDOM), and not their value.
 */
static inline uint64_t orl_image_number(const void *random)
{
	uint64_t half[2];

	__builtin_memcpy(half, random, sizeof(half));	/* they lie at any address */
	return (half[0] ^ (half[1] << 17 | half[1] >> 47)) * 0x9e3779b97f4a7c15ULL | 1;
}

/* First of the ORL_TASK_PROBES slots in which a thread's name may stand. */
static inline uint32_t orl_task_slot(uint32_t tid)
{
	return (tid * 2654435761U >> 8) & (ORL_NR_TASKS - 1);
}

#endif
