/* SPDX-License-Identifier: MIT */
/* Memory of any size; all of it is in one header. */
#ifndef ORIEL_LINUX_VMALLOC_H
#define ORIEL_LINUX_VMALLOC_H

#include <linux/slab.h>

#endif
