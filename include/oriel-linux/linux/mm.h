/* SPDX-License-Identifier: MIT */
/* Memory of any size; all of it is in one header. */
#ifndef ORIEL_LINUX_MM_H
#define ORIEL_LINUX_MM_H

#include <linux/slab.h>

#ifndef PAGE_SIZE
#define PAGE_SIZE 4096UL
#define PAGE_SHIFT 12
#define PAGE_MASK (~(PAGE_SIZE - 1))
#endif

#endif
