/* SPDX-License-Identifier: MIT */
/* Lines that are switched on and off; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_DYNAMIC_DEBUG_H
#define ORIEL_LINUX_DYNAMIC_DEBUG_H

#include <linux/types.h>
#include <oriel/dynamic_debug.h>

#endif
