/* SPDX-License-Identifier: MIT */
/*
 * What kernel source says to the compiler: attributes, branches, accesses that are not to be
 * merged, and barriers.
 */
#ifndef ORIEL_LINUX_COMPILER_H
#define ORIEL_LINUX_COMPILER_H

#include <oriel/base.h>

#define likely(x) ORIEL_LIKELY(x)
#define unlikely(x) ORIEL_UNLIKELY(x)

#define barrier() __asm__ volatile("" : : : "memory")
/* Of integers and pointers. */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)
#define data_race(expr) (expr)

#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, value) __atomic_store_n(p, value, __ATOMIC_RELEASE)
#define smp_store_mb(var, value) __atomic_store_n(&(var), value, __ATOMIC_SEQ_CST)

/* The C library has some of these, to the same effect. */
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __must_check
#define __must_check __attribute__((warn_unused_result))
#endif
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __used __attribute__((used))
#define __weak __attribute__((weak))
#define __packed __attribute__((packed))
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define __section(name) __attribute__((section(name)))
#define __printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define __scanf(fmt, first) __attribute__((format(scanf, fmt, first)))
#define __pure __attribute__((pure))
#define __cold __attribute__((cold))
#define __noreturn __attribute__((noreturn))
#define __malloc __attribute__((malloc))
#define __visible
#define __read_mostly
#define __ro_after_init
#define __cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned_in_smp __attribute__((aligned(64)))
#define noinline __attribute__((__noinline__))
#define fallthrough __attribute__((__fallthrough__))

#endif
