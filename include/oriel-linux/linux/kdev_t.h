/* SPDX-License-Identifier: MIT */
/*
 * Device numbers inside the kernel: 12 bits of major and 20 of minor. Print formats show these
 * expressions as they stand here.
 */
#ifndef ORIEL_LINUX_KDEV_T_H
#define ORIEL_LINUX_KDEV_T_H

#include <linux/types.h>

#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)

#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(major, minor) (((major) << MINORBITS) | (minor))

#endif
