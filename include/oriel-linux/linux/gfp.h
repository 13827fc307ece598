/* SPDX-License-Identifier: MIT */
/* Flags of allocations. All of them may sleep; only __GFP_ZERO changes what is done. */
#ifndef ORIEL_LINUX_GFP_H
#define ORIEL_LINUX_GFP_H

#include <linux/types.h>

#define __GFP_ZERO 0x100u
#define __GFP_NOWARN 0x2000u
#define __GFP_NORETRY 0x10000u
#define GFP_KERNEL 0x1u
#define GFP_ATOMIC 0x2u
#define GFP_NOWAIT 0x4u
#define GFP_USER 0x8u
#define GFP_NOIO 0x10u
#define GFP_NOFS 0x20u
#define GFP_KERNEL_ACCOUNT GFP_KERNEL

#endif
