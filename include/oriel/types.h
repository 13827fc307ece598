/* SPDX-License-Identifier: MIT */
/*
 * The kernel's types that Oriel's interfaces name, at the kernel's size and rank: u64 is unsigned
 * long long. The rest of the kernel's types are in oriel-linux/linux/types.h.
 */
#ifndef ORIEL_TYPES_H
#define ORIEL_TYPES_H

#include <stdint.h>
#include <sys/types.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;

typedef unsigned short umode_t;

/* Read and written by atomic_*() (linux/atomic.h), or by the compiler's __atomic functions. */
typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

/* For __poll_t, __be32 and the like. Last: the one in oriel-linux/ needs the above. */
#include <linux/types.h>

#endif
