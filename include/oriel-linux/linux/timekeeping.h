/* SPDX-License-Identifier: MIT */
/* What time it is. */
#ifndef ORIEL_LINUX_TIMEKEEPING_H
#define ORIEL_LINUX_TIMEKEEPING_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/ktime.h>

#endif
