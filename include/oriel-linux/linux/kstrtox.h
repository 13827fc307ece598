/* SPDX-License-Identifier: MIT */
/* Text to numbers. */
#ifndef ORIEL_LINUX_KSTRTOX_H
#define ORIEL_LINUX_KSTRTOX_H

#include <linux/types.h>
#include <oriel/kstrto.h>

#endif
