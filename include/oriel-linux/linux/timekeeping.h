/* SPDX-License-Identifier: MIT */
/* What time it is. */
#ifndef ORIEL_LINUX_TIMEKEEPING_H
#define ORIEL_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
