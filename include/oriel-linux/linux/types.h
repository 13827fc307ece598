/* SPDX-License-Identifier: MIT */
/*
 * The kernel's names of types, at their sizes in the kernel on a 64-bit machine, so that fields of
 * events come out as the kernel lays them out: u64 is unsigned long long, dev_t has 32 bits.
 *
 * The C library includes <linux/types.h> too, for its own copy; that one is passed on.
 */
#ifndef ORIEL_LINUX_TYPES_H
#define ORIEL_LINUX_TYPES_H

#pragma GCC system_header
#include_next <linux/types.h>

#ifndef __ASSEMBLER__
#include <oriel/types.h>
#include <stddef.h>
#ifndef __GLIBC__
#include <sys/stat.h> /* has members of type dev_t, which is given another meaning below */
#endif

typedef u32 oriel_kernel_dev_t;
#define dev_t oriel_kernel_dev_t

typedef u64 sector_t;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;
typedef unsigned int fmode_t;
typedef unsigned long pgoff_t;
typedef unsigned long irq_hw_number_t;
typedef s64 ktime_t;
typedef s64 time64_t;
typedef u64 timeu64_t;

/* The C library has these, of the kernel's size and sign: loff_t, size_t, ssize_t, pid_t, uid_t,
 * gid_t, id_t, ino_t, mode_t, clockid_t, key_t, uint8_t ... int64_t. */

typedef atomic64_t atomic_long_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
};
#define rcu_head callback_head
#endif

/* For a checker of the kernel's; nothing to a compiler. */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)

#endif
